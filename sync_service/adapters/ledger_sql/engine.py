"""The database's connections: SQLite in WAL with full synchronisation, or PostgreSQL under an advisory lock (§2)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import QueuePool

from sync_service.domain.alarm import PROCEDURE
from sync_service.errors import LockedError, StoreError

BUSY_SECONDS = 10
ADVISORY_LOCK = 0x6379636C6573796E
"""Number of the PostgreSQL lock under which everything is written: « cyclesyn » in ASCII."""
NETWORK_FILE_SYSTEMS = frozenset({
    "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "ncpfs", "afs", "ceph", "fuse.sshfs", "glusterfs",
    "fuse.glusterfs", "lustre", "beegfs", "fuse.rclone", "davfs", "fuse.davfs2",
})  # fmt: skip
_WRITE = "cyclesync_write"


class Database:
    """Short transactions, for reading or under the write lock."""

    def __init__(self, engine: Engine, url: str) -> None:
        """Use an engine made by ``connect`` from ``url``, which may hold a password."""
        self.engine, self.url = engine, url

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that only reads, and sees the register as it was at its first statement."""
        options = {"isolation_level": "REPEATABLE READ"} if self.dialect == "postgresql" else {}
        with _explained(), self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction under the write lock, committed at the end, undone when anything is raised.

        Raises:
            LockedError: another process kept the lock for 10 seconds.
        """
        with _explained(), self.engine.connect().execution_options(**{_WRITE: True}) as connection, connection.begin():
            if self.dialect == "postgresql":
                connection.execute(text(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": ADVISORY_LOCK})
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what a disk or a server does into one sentence; what a statement did wrong goes through."""
    try:
        yield
    except OperationalError as error:
        reason = str(error.orig)
        if "locked" in reason or "lock timeout" in reason:
            raise LockedError("Le registre est occupé par un autre programme : réessayez dans un instant.") from None
        if "no such table" in reason or "no such column" in reason:
            raise StoreError(
                f"Il manque quelque chose à la base du registre ({_one_line(reason)}) : {_DAMAGED}"
            ) from error
        raise StoreError(
            f"La base du registre ne répond pas ({_one_line(reason)}) : vérifiez le disque ou le serveur."
        ) from error
    except DatabaseError as error:
        if "malformed" in str(error.orig) or "not a database" in str(error.orig):
            raise StoreError(f"Le fichier de la base du registre est abîmé : {_DAMAGED}") from error
        if _MISSING.search(str(error.orig)):
            lacks = _one_line(str(error.orig))
            raise StoreError(f"Il manque quelque chose à la base du registre ({lacks}) : {_DAMAGED}") from error
        raise


_DAMAGED = (
    f"n’enregistrez plus rien et suivez « Si la vérification échoue » ({PROCEDURE}), jusqu’à remettre une sauvegarde."
)
_MISSING = re.compile('relation "[a-z_]+" does not exist')


def _one_line(reason: str) -> str:
    return reason.strip().split("\n", 1)[0][:120].strip()


def connect(url: str, *, create: bool = False) -> Database:
    """Open a database; ``create`` allows SQLite to make its file.

    Raises:
        StoreError: the URL is not one of SQLite or PostgreSQL, the file is missing or lies on a network file system.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return Database(_sqlite_engine(sqlite_path(url), create=create), url)
        if parsed.drivername == "postgresql+psycopg":
            return Database(_postgresql_engine(url), url)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise StoreError(f"La base du registre ne peut pas être ouverte ({type(error).__name__}) : {_URLS}") from None
    raise StoreError(f"Cette sorte de base n’est pas prévue pour le registre : {_URLS}")


_URLS = "indiquez un fichier SQLite ou une adresse « postgresql+psycopg:// » dans config.toml."


def sqlite_path(url: str) -> Path:
    """Return the file of a SQLite URL. Raises StoreError for a database in memory."""
    name = make_url(url).database
    if not name or name == ":memory:":
        raise StoreError(f"Un registre en mémoire serait perdu : {_URLS}")
    return Path(name).resolve()


def is_sqlite(url: str) -> bool:
    """Tell whether a URL names a SQLite file; a URL that cannot be read does not."""
    try:
        return make_url(url).get_backend_name() == "sqlite"
    except ArgumentError:
        return False


def _sqlite_engine(path: Path, *, create: bool) -> Engine:
    refuse_network_file_system(path)
    if not create and not path.is_file():
        raise StoreError(
            f"La base du registre {path} est introuvable : montez son volume, corrigez config.toml, "
            "ou lancez « cyclesync init » si ce registre n’a jamais existé."
        )
    mode = "rwc" if create else "rw"
    address = f"file:{quote(str(path))}?mode={mode}"

    def opener() -> sqlite3.Connection:
        connection = sqlite3.connect(
            address, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        (page,) = connection.execute("PRAGMA page_size").fetchone()
        connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_BYTES // page}")
        return connection

    engine = create_engine("sqlite://", creator=opener, poolclass=QueuePool, pool_size=5, max_overflow=20)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


_LOG_BYTES = 16 * 2**20
"""How long the log grows before its pages go to the base."""
_PRAGMAS = (
    "PRAGMA page_size = 16384",  # of a base that is made: a part of an append touches fewer pages, a tenth more lines a second
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cache_size = -32000",
)


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get(_WRITE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _postgresql_engine(url: str) -> Engine:
    options: dict[str, Any] = {"connect_args": {"options": "-c timezone=UTC", "connect_timeout": BUSY_SECONDS}}
    return create_engine(url, pool_pre_ping=True, **options)


def refuse_network_file_system(path: Path, mounts: Path = Path("/proc/self/mounts")) -> None:
    """Refuse SQLite where its locks do not hold. Raises StoreError."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    kind = file_system_of(path, lines)
    if kind in NETWORK_FILE_SYSTEMS or str(path).startswith(("//", "\\\\")):
        raise StoreError(
            f"La base {path} est sur un disque réseau ({kind or 'UNC'}), où SQLite perdrait des écritures : "
            "placez-la sur un disque local, ou utilisez PostgreSQL."
        )


def file_system_of(path: Path, mounts: list[str]) -> str:
    """Return the type of the file system that holds ``path``, from the lines of /proc/self/mounts."""
    best, found = -1, ""
    for line in mounts:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(fields[1].replace("\\040", " "))
        if path.is_relative_to(point) and len(point.parts) > best:
            best, found = len(point.parts), fields[2]
    return found


def driver_rows(connection: Connection, query: str, *values: Any) -> Sequence[Any]:
    """Return rows with their values as the driver gives them; ``{mark}`` stands for one of ``values``."""
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    return connection.exec_driver_sql(query.format(mark=mark), values).all()


def exported_snapshot(connection: Connection) -> str:
    """Name what a transaction of PostgreSQL sees, so that others see the same while it lasts; empty for SQLite.

    SQLite has no such thing: what was appended since is left out by its number.
    """
    if connection.dialect.name != "postgresql":
        return ""
    return str(connection.execute(text("SELECT pg_export_snapshot()")).scalar_one())


@contextmanager
def reading_snapshot(database: Database, snapshot: str) -> Iterator[Connection]:
    """Open a transaction that only reads what ``exported_snapshot`` named."""
    with database.reading() as connection:
        if snapshot:
            if _SNAPSHOT.fullmatch(snapshot) is None:
                raise StoreError("La base a donné un nom de lecture imprévu : relancez la commande.")
            connection.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
        yield connection


_SNAPSHOT = re.compile("[0-9A-F-]{1,64}")


def is_unique_violation(error: DBAPIError) -> bool:
    """Tell whether a database refused a second ``id`` or ``idem``."""
    reason = str(error.orig)
    return "UNIQUE constraint" in reason or "unique constraint" in reason or "id and idem are unique" in reason
