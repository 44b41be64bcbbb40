"""What every kind of object can do: be read, found by its key, checked, created, changed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from sync_service.sandbox.access import TAG
from sync_service.sandbox.scope import Scope
from sync_service.sandbox.spec import Fields, Order, Refusal, Snapshot, Spec, same
from sync_service.sandbox.state import Row


class Kind(ABC):
    """One kind of object."""

    name: str

    @abstractmethod
    def spec(self, modname: str) -> Spec:
        """Return the fields of the kind."""

    @abstractmethod
    def read(self, scope: Scope, moodle_id: int, row: Row | None) -> Snapshot | None:
        """Return the object as it is now, or None when it is gone."""

    @abstractmethod
    def create(self, scope: Scope, fields: Fields, order: Order) -> int:
        """Create the object; return its id."""

    @abstractmethod
    def update(self, scope: Scope, current: Snapshot, changes: Fields, order: Order) -> None:
        """Change the object."""

    @abstractmethod
    def check_create(self, scope: Scope, fields: Fields, order: Order) -> None:
        """Refuse a creation that cannot be. Raises Refusal."""

    def check_update(self, scope: Scope, changes: Fields, current: Snapshot, order: Order) -> None:
        """Refuse a change that cannot be; nothing is refused unless a kind says so. Raises Refusal."""
        del scope, changes, current, order

    def bearer(self, scope: Scope, key: str) -> int:
        """Return the id of the object that bears the key in the site itself, 0 when none does."""
        del scope, key
        return 0

    def same(self, name: str, wanted: Any, seen: Any) -> bool:
        """Tell whether a wanted value is the one seen."""
        del name
        return same(wanted, seen)

    def moves(self, scope: Scope, row: Row, current: Snapshot, order: Order) -> bool:
        """Tell whether the mapping moves the object elsewhere."""
        del scope, row, current, order
        return False

    def beside(self, scope: Scope, moodle_id: int, written: Fields, order: Order, known: Fields) -> Fields:
        """Return what the map keeps beside the fields."""
        del scope, moodle_id, written, order
        return known


def other_idnumber(row: Row | None, idnumber: str) -> Fields:
    """Return the idnumber as a field when someone changed it: it is absent while it is the key."""
    return {} if row is None or row["key"] == idnumber else {"idnumber": idnumber}


def clean_name(name: str) -> str:
    """Return a name without tags. Raises Refusal when nothing is left."""
    clean = TAG.sub("", name).strip()
    if not clean:
        raise Refusal("invalid", "a name is empty")
    return clean
