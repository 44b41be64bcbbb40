"""A whole register copied from one database to another, of the same kind or not, as it was at one moment."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Integer, Table, func, insert, select, text

from sync_service.adapters.ledger_sql.engine import Database, connect, is_sqlite, sqlite_path
from sync_service.adapters.ledger_sql.schema import upgrade, version_of
from sync_service.adapters.ledger_sql.tables import metadata
from sync_service.errors import StoreError

PAGE = 2000
LEFT_OUT = frozenset({"locks"})
"""Tables that say who is at work: they mean nothing elsewhere."""


def copy_to_file(database: Database, path: Path) -> None:
    """Copy a register into a new SQLite file while others go on writing; PostgreSQL's becomes one too.

    Raises:
        StoreError: the file cannot be written; what was begun is removed.
    """
    try:
        if database.dialect == "sqlite":
            _copy_pages(database, path)
        else:
            target = connect(f"sqlite:///{path}", create=True)
            try:
                copy_tables(database, target)
            finally:
                target.close()
    except sqlite3.Error as error:
        path.unlink(missing_ok=True)
        raise StoreError(f"{path} ne peut pas être écrit ({error}) : vérifiez le dossier et la place.") from None
    path.chmod(0o600)


def _copy_pages(database: Database, path: Path) -> None:
    source = database.engine.raw_connection()
    try:
        with closing(sqlite3.connect(path)) as target:
            driver = source.driver_connection
            if not isinstance(driver, sqlite3.Connection):
                raise TypeError(type(driver))
            driver.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
            target.execute("DELETE FROM locks")
            target.commit()
    finally:
        source.close()


@contextmanager
def readable_copy(url: str) -> Iterator[Database]:
    """Open a register to read it and leave it as it is: a SQLite file, with its log, is read from a copy.

    Raises:
        StoreError: there is no such file.
    """
    with tempfile.TemporaryDirectory() as folder, closing(connect(_copied(url, Path(folder)))) as database:
        yield database


def _copied(url: str, folder: Path) -> str:
    if not is_sqlite(url):
        return url
    path = sqlite_path(url)
    if not path.is_file():
        raise StoreError(f"Le registre {path} n’existe pas : corrigez --previous.")
    for name in (path.name, f"{path.name}-wal"):
        if path.with_name(name).is_file():
            shutil.copyfile(path.with_name(name), folder / name)
    return f"sqlite:///{folder / path.name}"


def copy_tables(source: Database, target: Database) -> None:
    """Copy every row into a database that holds no register yet, the events in their order, in one transaction.

    Raises:
        StoreError: the target holds a register already; nothing is written.
    """
    with source.reading() as reader, target.writing() as writer:
        if version_of(writer) is not None:
            raise StoreError("Cette base contient déjà un registre : il n’est jamais remplacé. Rien n’a été copié.")
        upgrade(writer)
        for table in metadata.sorted_tables:
            if table.name not in LEFT_OUT:
                _copy_rows(reader, writer, table)


def _copy_rows(reader: Connection, writer: Connection, table: Table) -> None:
    order = list(table.primary_key.columns)
    rows = reader.execute(select(table).order_by(*order).execution_options(yield_per=PAGE))
    for part in rows.partitions(PAGE):
        writer.execute(insert(table), [dict(row._mapping) for row in part])  # noqa: SLF001 # its public name
    counter = table.autoincrement_column
    if writer.dialect.name == "postgresql" and counter is not None and isinstance(counter.type, Integer):
        last = writer.execute(select(func.max(counter))).scalar()
        if last is not None:
            sequence = text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)")
            writer.execute(sequence, {"table": table.name, "column": counter.name, "last": last})
