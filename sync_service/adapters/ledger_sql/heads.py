"""Heads: per source key, the last version, the digest of its decisive fields and its read mark (§3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Connection

from sync_service.adapters.ledger_sql.engine import driver_rows
from sync_service.adapters.ledger_sql.inserting import insert_rows
from sync_service.adapters.ledger_sql.register import moment_of
from sync_service.adapters.ledger_sql.tables import heads
from sync_service.domain.facts import ReadMark
from sync_service.domain.identity import SourceKey

CHUNK = 500


@dataclass(frozen=True, slots=True)
class SourceHead:
    """The last change of one source key; a digest is None once what it digested was destroyed."""

    key: SourceKey
    n: int
    digest: bytes | None
    mark: ReadMark | None
    event_id: str

    def moved(self, mark: ReadMark) -> SourceHead:
        """Return it with a newer read mark."""
        return replace(self, mark=mark)


def read_heads(connection: Connection, keys: Iterable[str]) -> dict[str, SourceHead]:
    """Return the heads of some source keys, by the text of the key."""
    found: dict[str, SourceHead] = {}
    for part in chunks(sorted(set(keys))):
        marks = ", ".join(["{mark}"] * len(part))
        for row in driver_rows(connection, f"SELECT {_NAMES} FROM heads WHERE key IN ({marks})", *part):  # noqa: S608
            found[row[0]] = _head(row)
    return found


def all_heads(connection: Connection) -> Iterator[SourceHead]:
    """Yield every head."""
    return map(_head, driver_rows(connection, f"SELECT {_NAMES} FROM heads"))  # noqa: S608


def write_heads(connection: Connection, moved: Iterable[SourceHead]) -> None:
    """Insert or replace heads, in the transaction that writes their events."""
    rows = [_values(head) for head in moved]
    if not rows:
        return
    changed = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[5:])
    insert_rows(connection, heads, rows, f"ON CONFLICT (key) DO UPDATE SET {changed}")


_COLUMNS = tuple(column.name for column in heads.columns)
_NAMES = ", ".join(_COLUMNS)
_T = TypeVar("_T")


def forget_digests(connection: Connection, subject: str, kinds: Iterable[str]) -> None:
    """Forget the digests of a subject whose key is being destroyed; versions and marks stay."""
    of_subject = (heads.c.subject == subject) & heads.c.kind.in_(sorted(kinds))
    connection.execute(heads.update().where(of_subject).values(digest=None))


def _values(head: SourceHead) -> tuple[Any, ...]:
    key, mark = head.key, head.mark
    seen = (None, None, None) if mark is None else (mark.epoch, mark.seq, mark_text(mark.at))
    return (key.text(), key.site_uid, key.kind, key.object, key.subject, head.n, head.digest, *seen, head.event_id)


def _head(row: Sequence[Any]) -> SourceHead:
    _, site_uid, kind, thing, subject, n, digest, epoch, seq, at, event_id = row
    mark = None if at is None else ReadMark(epoch, seq, _moment(at))
    key = SourceKey(site_uid, kind, thing, subject)
    return SourceHead(key, n, None if digest is None else bytes(digest), mark, event_id)


@lru_cache(maxsize=256)
def _moment(text: str) -> datetime:
    return moment_of(text)


@lru_cache(maxsize=256)
def mark_text(at: datetime) -> str:
    """Write the moment of a read mark whole, microseconds included."""
    return at.isoformat()


def chunks(items: list[_T]) -> Iterator[list[_T]]:
    """Cut a list so that a statement keeps under every database's limit of parameters."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
