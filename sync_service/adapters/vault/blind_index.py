"""Look-up by number without keeping the number: a keyed digest of each value (ledger-format.md §4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sync_service.adapters.vault.sealing import derive
from sync_service.domain.canonical import normalised
from sync_service.domain.identity import keyed_digest
from sync_service.domain.lms_state import Json

MATRICULE = "matricule"
MOODLE = "moodle"
_IDENTITY_TYPES = frozenset({"candidate.created", "identity.corrected"})
INDEXED_TYPES = _IDENTITY_TYPES | {"identity.linked"}
"""Types of event whose payload makes something findable."""


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One value that leads to a subject; within ``scope`` (a site) a subject has one value of a kind."""

    kind: str
    scope: str
    digest: bytes
    subject: str


class BlindIndex:
    """Digests values under a key that only this use has."""

    def __init__(self, register_secret: bytes) -> None:
        """Derive the key of the index from the register's secret."""
        self._key = derive(register_secret, "blind index")

    def digest(self, kind: str, value: str) -> bytes:
        """Return the keyed digest of a value. Raises CanonicalError."""
        plain, _ = normalised(value)
        return keyed_digest(self._key, [kind, plain])

    def entries(self, type_: str, subject: str, private: Mapping[str, Json]) -> Iterator[IndexEntry]:
        """Yield what an event's payload makes findable: a registration number, a Moodle account."""
        matricule = private.get("matricule")
        if type_ in _IDENTITY_TYPES and matricule:
            yield IndexEntry(MATRICULE, "", self.digest(MATRICULE, str(matricule)), subject)
        if type_ == "identity.linked" and "user_id" in private:
            site = str(private.get("site_uid", ""))
            digest = self.digest(MOODLE, f"{site}/{private['user_id']}")
            yield IndexEntry(MOODLE, site, digest, subject)
