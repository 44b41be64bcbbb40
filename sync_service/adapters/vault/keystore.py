"""keys.sqlite: data keys, one for each (subject, series), wrapped by the master key (ledger-format.md §4).

A store of its own, so that its backups can be short-lived: destroying a key there makes every payload under it
unreadable for good. Deleted rows are overwritten (secure_delete), and no write-ahead log keeps a copy.
"""

from __future__ import annotations

import base64
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sync_service.adapters.vault.sealing import NONCE_BYTES, Entropy, seal, unseal
from sync_service.domain.envelope import utc_text
from sync_service.errors import StoreError

KeyUnit = tuple[str, str]
"""(subject, series)."""


@dataclass(frozen=True, slots=True)
class Held:
    """A key that is there."""

    reference: str
    made: str
    """When it was made, as ``utc_text`` writes it."""


_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE data_keys (
  key_ref TEXT PRIMARY KEY, subject TEXT NOT NULL, series TEXT NOT NULL, wrapped BLOB NOT NULL, created_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX one_key_per_unit ON data_keys (subject, series);
"""
_CHUNK = 400
_T = TypeVar("_T")


class KeyStore:
    """The data keys of one installation."""

    def __init__(self, path: Path, master: bytes, installation: str, entropy: Entropy = os.urandom) -> None:
        """Open an existing store.

        Raises:
            StoreError: it is missing, belongs to another register, or its master key is not this one.
        """
        self._path, self._master, self._entropy, self._installation = path, master, entropy, installation
        self._cipher = AESGCM(master)
        self._check(installation)

    def opening(self) -> tuple[Path, bytes, str]:
        """Return what another process needs to open the same store: the path, the master key, the installation."""
        return self._path, self._master, self._installation

    @staticmethod
    def create(path: Path, master: bytes, installation: str, entropy: Entropy = os.urandom) -> None:
        """Make an empty store, readable by its owner only. Raises StoreError when the file exists."""
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            raise StoreError(f"Le fichier de clés {path} existe déjà : il n’est jamais remplacé.") from None
        with closing(_connect(path)) as connection:
            connection.executescript(_SCHEMA)
            proof = base64.b64encode(seal(master, installation.encode(), "proof", entropy)).decode()
            rows = [("installation", installation), ("proof", proof)]
            connection.executemany("INSERT INTO meta VALUES (?, ?)", rows)

    def _check(self, installation: str) -> None:
        if not self._path.is_file():
            raise StoreError(
                f"Le fichier de clés {self._path} est introuvable : montez son volume ou restaurez-le. "
                "« cyclesync init » n’en crée un que pour un registre neuf."
            )
        with self._reading() as connection:
            meta = dict(connection.execute("SELECT name, value FROM meta"))
        if meta.get("installation") != installation:
            raise StoreError(f"Le fichier de clés {self._path} est celui d’un autre registre : vérifiez config.toml.")
        try:
            unseal(self._master, base64.b64decode(meta.get("proof", "")), "proof")
        except (InvalidTag, ValueError):
            raise StoreError(
                "La clé maîtresse n’est pas celle de ce fichier de clés : reprenez celle que nomme la fiche de secours."
            ) from None

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(_connect(self._path)) as connection:
                yield connection
        except sqlite3.Error as error:
            raise StoreError(
                f"Le fichier de clés {self._path} ne peut pas être utilisé ({error}) : vérifiez le disque ou restaurez-le."
            ) from None

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")

    def ensure(self, units: Iterable[KeyUnit], *, now: datetime) -> dict[KeyUnit, tuple[str, bytes]]:
        """Return (key_ref, key) of each unit, making and committing the missing ones first."""
        wanted = sorted(set(units))
        found = self._of_units(wanted)
        missing = [unit for unit in wanted if unit not in found]
        if missing:
            rows = [self._new_row(unit, now) for unit in missing]
            with self._writing() as connection:
                connection.executemany("INSERT OR IGNORE INTO data_keys VALUES (?, ?, ?, ?, ?)", rows)
            found |= self._of_units(missing)
        return found

    def _new_row(self, unit: KeyUnit, now: datetime) -> tuple[str, str, str, bytes, str]:
        reference = "key_" + base64.b32encode(self._entropy(15)).decode().lower()
        wrapped = seal(self._master, self._entropy(32), _context(reference, unit), self._entropy)
        return reference, *unit, wrapped, utc_text(now)

    def _of_units(self, units: list[KeyUnit]) -> dict[KeyUnit, tuple[str, bytes]]:
        found: dict[KeyUnit, tuple[str, bytes]] = {}
        with self._reading() as connection:
            for part in _chunks(units):
                rows = _rows_of(connection, "d.key_ref, d.subject, d.series, d.wrapped", part)
                for reference, subject, series, wrapped in rows:
                    found[subject, series] = (reference, self._unwrap(reference, (subject, series), wrapped))
        return found

    def keys(self, references: Iterable[str]) -> dict[str, bytes]:
        """Return key_ref → key for those that still exist."""
        found: dict[str, bytes] = {}
        with self._reading() as connection:
            for part in _chunks(sorted(set(references))):
                marks = ",".join("?" * len(part))
                rows = connection.execute(
                    f"SELECT key_ref, subject, series, wrapped FROM data_keys WHERE key_ref IN ({marks})",  # noqa: S608 # only question marks
                    part,
                )
                for reference, subject, series, wrapped in rows:
                    found[reference] = self._unwrap(reference, (subject, series), wrapped)
        return found

    def holding(self, units: Iterable[KeyUnit]) -> dict[KeyUnit, Held]:
        """Return those of the units that have a key, without reading any."""
        found: dict[KeyUnit, Held] = {}
        with self._reading() as connection:
            for part in _chunks(sorted(set(units))):
                rows = _rows_of(connection, "d.subject, d.series, d.key_ref, d.created_at", part)
                found |= {(subject, series): Held(reference, made) for subject, series, reference, made in rows}
        return found

    def destroy(self, reference: str) -> bool:
        """Destroy a key for good; False when it is not there."""
        with self._writing() as connection:
            gone = connection.execute("DELETE FROM data_keys WHERE key_ref = ?", (reference,)).rowcount
        return gone > 0

    def rewrap(self, master: bytes) -> int:
        """Wrap every data key under another master key, all or none; return how many. This object is of no use after.

        Data keys stay the same: copies of this file made before can still be opened with the old master key.
        """
        with self._writing() as connection:
            rows = connection.execute("SELECT key_ref, subject, series, wrapped FROM data_keys").fetchall()
            for reference, subject, series, wrapped in rows:
                key = self._unwrap(reference, (subject, series), wrapped)
                again = seal(master, key, _context(reference, (subject, series)), self._entropy)
                connection.execute("UPDATE data_keys SET wrapped = ? WHERE key_ref = ?", (again, reference))
            ((installation,),) = connection.execute("SELECT value FROM meta WHERE name = 'installation'")
            proof = base64.b64encode(seal(master, installation.encode(), "proof", self._entropy)).decode()
            connection.execute("UPDATE meta SET value = ? WHERE name = 'proof'", (proof,))
        return len(rows)

    def copy_to(self, path: Path) -> None:
        """Copy the store, wrapped keys as they are, to a new file readable by its owner only. Raises StoreError."""
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except OSError as error:
            raise StoreError(f"{path} ne peut pas être écrit ({error.strerror}) : vérifiez le dossier.") from None
        with self._reading() as connection, closing(sqlite3.connect(path)) as target:
            connection.backup(target)

    def _unwrap(self, reference: str, unit: KeyUnit, wrapped: bytes) -> bytes:
        try:
            return self._cipher.decrypt(
                wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _context(reference, unit).encode()
            )
        except (InvalidTag, ValueError):
            raise StoreError(
                f"La clé {reference} du fichier de clés est altérée : restaurez {self._path.name} d’une sauvegarde."
            ) from None


def _context(reference: str, unit: KeyUnit) -> str:
    return "|".join((reference, *unit))


def _rows_of(connection: sqlite3.Connection, columns: str, units: Sequence[KeyUnit]) -> Iterable[tuple[Any, ...]]:
    """Look each unit up by the index; « (subject, series) IN (VALUES …) » would read every key of the store."""
    marks = ",".join(["(?,?)"] * len(units))
    return connection.execute(
        f"WITH wanted (subject, series) AS (VALUES {marks}) SELECT {columns} FROM wanted "  # noqa: S608 # names, question marks
        "CROSS JOIN data_keys d ON d.subject = wanted.subject AND d.series = wanted.series",
        [text for unit in units for text in unit],
    )


def _chunks(items: list[_T]) -> Iterator[list[_T]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]


def _connect(path: Path) -> sqlite3.Connection:
    address = f"file:{quote(str(path.resolve()))}?mode=rw"
    connection = sqlite3.connect(address, uri=True, timeout=10, isolation_level=None)
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA synchronous = FULL")
    return connection
