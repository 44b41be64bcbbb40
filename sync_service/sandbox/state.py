"""The saved state of the site: one SQLite file, one connection, one transaction per request."""

from __future__ import annotations

import sqlite3
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from sync_service.errors import StoreError
from sync_service.sandbox.schema import SCHEMA, VERSION

Row: TypeAlias = "dict[str, Any]"


def _as_dict(cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> Row:
    return {column[0]: value for column, value in zip(cursor.description, values, strict=True)}


class State:
    """The site's tables. Every method needs the lock that ``transaction`` takes."""

    def __init__(self, path: Path) -> None:
        """Open or create the file. Raises StoreError when it is something else or of another version."""
        self.lock = threading.RLock()
        self._depth = 0
        try:
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=10)
            self._db.row_factory = _as_dict
            self._db.execute("PRAGMA synchronous=OFF")
            self._db.execute("PRAGMA foreign_keys=ON")
            self._prepare()
        except sqlite3.Error as error:
            raise StoreError(
                f"Le fichier {path} n’est pas un état de bac à sable utilisable : "
                "effacez-le pour repartir d’un site vide, ou indiquez un autre fichier.",
            ) from error

    def _prepare(self) -> None:
        """Create the tables of a new file; refuse the file of another version."""
        found = self.value("PRAGMA user_version")
        if found == VERSION:
            return
        if found or self.value("SELECT count(*) FROM sqlite_master"):
            raise sqlite3.DatabaseError("another version")
        with self.transaction():
            for statement in SCHEMA:
                self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version={VERSION}")
            for name in ("site_uid", "epoch"):
                self.set_setting(name, str(uuid.uuid4()))

    def close(self) -> None:
        """Close the file."""
        with self.lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the lock; commit at the end, or take everything back when an exception leaves. May be nested."""
        with self.lock:
            name = f"s{self._depth}"
            self._db.execute("BEGIN IMMEDIATE" if self._depth == 0 else f"SAVEPOINT {name}")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                self._db.execute("ROLLBACK" if self._depth == 0 else f"ROLLBACK TO {name}")
                raise
            self._depth -= 1
            self._db.execute("COMMIT" if self._depth == 0 else f"RELEASE {name}")

    def one(self, sql: str, *values: Any) -> Row | None:
        """Return the first row, or None."""
        row: Row | None = self._db.execute(sql, values).fetchone()
        return row

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """Return every row."""
        return self._db.execute(sql, values).fetchall()

    def value(self, sql: str, *values: Any) -> Any:
        """Return the first column of the first row, or None."""
        row = self.one(sql, *values)
        return None if row is None else next(iter(row.values()))

    def run(self, sql: str, *values: Any) -> int:
        """Run a write; return how many rows it touched."""
        return self._db.execute(sql, values).rowcount

    def insert(self, table: str, **fields: Any) -> int:
        """Insert a row; return its id."""
        names, marks = ", ".join(f'"{name}"' for name in fields), ", ".join("?" for _ in fields)
        cursor = self._db.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', tuple(fields.values()))
        return int(cursor.lastrowid or 0)

    def update(self, table: str, row_id: int, **fields: Any) -> None:
        """Change columns of the row with that id."""
        if fields:
            pairs = ", ".join(f'"{name}" = ?' for name in fields)
            self._db.execute(f'UPDATE "{table}" SET {pairs} WHERE id = ?', (*fields.values(), row_id))

    def get(self, table: str, row_id: int) -> Row | None:
        """Return the row of ``table`` with that id, or None."""
        return self.one(f'SELECT * FROM "{table}" WHERE id = ?', row_id)

    def setting(self, name: str, default: str = "") -> str:
        """Return a setting of the site."""
        found = self.value("SELECT value FROM setting WHERE name = ?", name)
        return default if found is None else str(found)

    def set_setting(self, name: str, value: str) -> None:
        """Change a setting of the site."""
        self.run("INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                 name, value)  # fmt: skip

    def dump(self) -> bytes:
        """Return a copy of the whole file."""
        with self.lock:
            return bytes(self._db.serialize())

    def load(self, copy: bytes) -> None:
        """Put a copy back in the place of what is there."""
        source = sqlite3.connect(":memory:")
        try:
            source.deserialize(copy)
            with self.lock:
                source.backup(self._db)
        finally:
            source.close()

    def now(self) -> int:
        """Return the site's clock: the simulated one, else the real one."""
        simulated = self.setting("clock")
        return int(simulated) if simulated else int(time.time())  # noqa: TID251 # a site has its own clock
