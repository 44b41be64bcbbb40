"""Creating a register once, and opening it ever after; nothing that is missing is made on opening (design.md §4)."""

from __future__ import annotations

import base64
import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, text

from sync_service.adapters.ledger_sql.alarms import broken_line, read_alarm
from sync_service.adapters.ledger_sql.appending import Append, prepare
from sync_service.adapters.ledger_sql.engine import Database, connect, is_sqlite, sqlite_path
from sync_service.adapters.ledger_sql.guarding import refuse_altered
from sync_service.adapters.ledger_sql.jobs import SitePins, SqlJobStore
from sync_service.adapters.ledger_sql.journal import SqlAccessLog, SqlJournal
from sync_service.adapters.ledger_sql.locks import SqlLocks
from sync_service.adapters.ledger_sql.migrations.refusals import grants_for
from sync_service.adapters.ledger_sql.outside_seals import SealWatch
from sync_service.adapters.ledger_sql.plans import SqlPlanStore
from sync_service.adapters.ledger_sql.register import Register, read_meta, write_meta
from sync_service.adapters.ledger_sql.schema import check_version, upgrade, version_of
from sync_service.adapters.ledger_sql.seals import require_signer
from sync_service.adapters.ledger_sql.store import SqlLedger
from sync_service.adapters.vault.blind_index import BlindIndex
from sync_service.adapters.vault.key_files import KeyRing, RegisterSecrets, read_keys
from sync_service.adapters.vault.keystore import KeyStore
from sync_service.adapters.vault.sealing import Entropy, derive
from sync_service.domain.alarm import Alarm
from sync_service.domain.checkpoint import verifier_key
from sync_service.domain.event import Actor, Draft, Evidence, SourceRef
from sync_service.errors import StoreError

DEMO = "demo/"
"""Beginning of the origin of every demonstration."""


@dataclass(frozen=True, slots=True)
class Stores:
    """An open register and the stores that share its database."""

    ledger: SqlLedger
    plans: SqlPlanStore
    journal: SqlJournal
    locks: SqlLocks
    jobs: SqlJobStore
    pins: SitePins
    access: SqlAccessLog
    register: Register
    checkpoints_dir: Path | None

    @property
    def installation_uid(self) -> str:
        """UUID of this installation, made with the register."""
        return self.register.installation_uid

    @property
    def origin(self) -> str:
        """Origin of the log, first line of every checkpoint."""
        return self.register.origin

    def alarm(self) -> Alarm | None:
        """Return what the last verifications found against the register, None when nothing."""
        with self.register.database.reading() as connection:
            return read_alarm(connection)

    def broken_line(self) -> int | None:
        """Return the last line by which the office went on with a broken register, None when there is none."""
        with self.register.database.reading() as connection:
            return broken_line(connection)

    def require_sound(self) -> None:
        """Refuse to go further when nothing may be added to the register. Raises AlteredRegisterError."""
        with self.register.database.reading() as connection:
            refuse_altered(connection, self.register, frozenset())

    def require_signer(self) -> None:
        """Refuse to go further with a signing key that is not the one in force in the register. Raises StoreError."""
        with self.register.database.reading() as connection:
            require_signer(connection, self.register)

    def close(self) -> None:
        """Close the database."""
        self.register.database.close()


def init_register(
    database_url: str,
    keys_path: Path,
    secrets: RegisterSecrets,
    origin: str,
    now: datetime,
    *,
    application_role: str | None = None,
    entropy: Entropy = os.urandom,
) -> None:
    """Create the database, the store of data keys and the first event; all of it or nothing.

    ``application_role`` names the PostgreSQL role that will use the register without owning a table of it.

    Raises:
        StoreError: something is already there, the keys are a demonstration's, or the place cannot be used.
    """
    ring = read_keys(secrets)
    check_origin(origin, ring)
    founding = _Founding(keys_path, ring, origin, str(UUID(bytes=entropy(16), version=4)), entropy)
    if is_sqlite(database_url):
        _refuse_existing(sqlite_path(database_url))
    KeyStore.create(keys_path, ring.master, founding.installation, entropy)
    try:
        _create_database(database_url, founding, now, application_role)
    except BaseException:
        keys_path.unlink(missing_ok=True)
        raise


@dataclass(frozen=True, slots=True)
class _Founding:
    keys_path: Path
    ring: KeyRing
    origin: str
    installation: str
    entropy: Entropy

    def register(self, database: Database) -> Register:
        ring = self.ring
        return Register(
            origin=self.origin,
            installation_uid=self.installation,
            database=database,
            keys=KeyStore(self.keys_path, ring.master, self.installation, self.entropy),
            index=BlindIndex(ring.register),
            secret=ring.register,
            signer=Ed25519PrivateKey.from_private_bytes(ring.signing),
            entropy=self.entropy,
        )


def check_origin(origin: str, ring: KeyRing) -> None:
    """Refuse the keys of a demonstration to a real register. Raises StoreError."""
    if not origin or any(c.isspace() for c in origin) or "+" in origin:
        raise StoreError("L’origine du registre ne contient ni espace ni « + » : corrigez [register] origin.")
    if ring.demo and not origin.startswith(DEMO):
        raise StoreError(
            "Ces clés sont celles d’une démonstration : un vrai registre les refuse. "
            "Faites de nouvelles clés avec « cyclesync init »."
        )


def _refuse_existing(path: Path) -> None:
    if path.exists():
        raise StoreError(f"La base {path} existe déjà : elle n’est jamais remplacée. Rien n’a été créé.")


def _create_database(url: str, founding: _Founding, now: datetime, role: str | None) -> None:
    if not is_sqlite(url):
        _fill(connect(url), founding, now, role)
        return
    path = sqlite_path(url)
    draft = path.with_name(f".{path.name}.new")
    _remove(draft)
    try:
        _fill(connect(f"sqlite:///{draft}", create=True), founding, now, None)
        draft.chmod(0o600)
        _refuse_existing(path)
        draft.rename(path)
    finally:
        _remove(draft)


def _remove(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)


def _fill(database: Database, founding: _Founding, now: datetime, role: str | None) -> None:
    try:
        register = founding.register(database)
        with database.writing() as connection:
            if version_of(connection) is not None:
                raise StoreError("Cette base contient déjà un registre : il n’est jamais remplacé. Rien n’a été créé.")
            upgrade(connection)
            for name, value in _identity_of(register).items():
                write_meta(connection, name, value)
            for statement in grants_for(role) if role else ():
                connection.execute(text(statement))
            opening = Append(register, connection, {}, now)
            opening.place([prepare(register, _opening(register, now, demo=founding.ring.demo))])
            opening.finish()
    finally:
        database.close()


def _identity_of(register: Register) -> dict[str, str]:
    return {
        "origin": register.origin,
        "installation_uid": register.installation_uid,
        "register_check": derive(register.secret, "check").hex(),
        "public_key": base64.b64encode(register.public_key).decode(),
    }


def _opening(register: Register, now: datetime, *, demo: bool) -> Draft:
    return Draft(
        type="register.opened",
        subject="register",
        source=SourceRef("cyclesync", "", "register", "register", "act", "init"),
        actor=Actor("system", "cyclesync", "cli"),
        evidence=Evidence("E2"),
        observed_at=now,
        data={
            "format": 1,
            "installation": register.installation_uid,
            "signing_key": verifier_key(register.origin, register.public_key),
            "demo": demo,
        },
        token="register.opened",  # noqa: S106 # names an act, opens nothing
    )


def open_register(
    database_url: str,
    keys_path: Path,
    secrets: RegisterSecrets,
    *,
    checkpoints_dir: Path | None,
    entropy: Entropy = os.urandom,
    key_cure: Callable[[bytes], str] | None = None,
) -> Stores:
    """Open an existing register; ``key_cure`` says what to do about a signing key that is not the announced one.

    Raises:
        StoreError: the database, the store of data keys or a key is missing or is another register's.
    """
    ring = read_keys(secrets)
    database = connect(database_url)
    try:
        with database.reading() as connection:
            check_version(connection, _shown(database_url))
            origin, installation = _check_identity(connection, ring)
        check_origin(origin, ring)
        register = _Founding(keys_path, ring, origin, installation, entropy).register(database)
        seals = None if checkpoints_dir is None else SealWatch(checkpoints_dir)
        register = replace(register, seals=seals, key_cure=key_cure)
    except BaseException:
        database.close()
        raise
    return Stores(
        ledger=SqlLedger(register),
        plans=SqlPlanStore(register),
        journal=SqlJournal(register),
        locks=SqlLocks(database),
        jobs=SqlJobStore(database),
        pins=SitePins(database),
        access=SqlAccessLog(register),
        register=register,
        checkpoints_dir=checkpoints_dir,
    )


def _check_identity(connection: Connection, ring: KeyRing) -> tuple[str, str]:
    origin, installation = read_meta(connection, "origin"), read_meta(connection, "installation_uid")
    if not origin or not installation:
        raise StoreError("Ce registre n’a pas été créé jusqu’au bout : restaurez-le, ou relancez « cyclesync init ».")
    check = derive(ring.register, "check").hex()
    if not hmac.compare_digest(check, read_meta(connection, "register_check") or ""):
        raise StoreError(
            "La clé du registre n’est pas celle de ce registre : reprenez celle que nomme la fiche de secours."
        )
    return origin, installation


def upgrade_register(database_url: str) -> None:
    """Bring an existing database to the newest schema; a backup is the caller's first step. Raises StoreError."""
    database = connect(database_url)
    try:
        with database.writing() as connection:
            if version_of(connection) is None:
                raise StoreError(f"La base {_shown(database_url)} ne contient pas de registre : rien n’a été changé.")
            upgrade(connection)
    finally:
        database.close()


def _shown(url: str) -> str:
    """Show a database without the password that its URL may hold."""
    return str(sqlite_path(url)) if is_sqlite(url) else url.rsplit("@", 1)[-1].rsplit("/", 1)[-1].split("?", 1)[0]
