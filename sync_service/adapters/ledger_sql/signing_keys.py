"""Keys of the register, one after the other; the register itself announces each change (ledger-format.md §5, §6)."""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync_service.adapters.ledger_sql.checkpoints import sign_checkpoint
from sync_service.adapters.ledger_sql.opening import Stores
from sync_service.adapters.ledger_sql.seals import announced_keys
from sync_service.adapters.vault.key_files import RegisterSecrets, read_keys
from sync_service.domain.checkpoint import verifier_key
from sync_service.domain.envelope import utc_text
from sync_service.domain.event import Actor, Draft, Evidence, SourceRef
from sync_service.domain.lms_state import Json
from sync_service.errors import StoreError


def change_signing_key(stores: Stores, new: RegisterSecrets, actor: Actor, now: datetime, *, lost: bool) -> str:
    """Announce another signing key; the old one signs a last checkpoint first, unless it is lost.

    ``new`` are the secrets with the new signing key. Return its verifier key. From the next opening on, it must be the
    one that config.toml names.

    Raises:
        StoreError: it is the key already in use.
        IntegrityError: the register is not what its checkpoints say; nothing is written.
    """
    public = Ed25519PrivateKey.from_private_bytes(read_keys(new).signing).public_key().public_bytes_raw()
    with stores.register.database.reading() as connection:
        if public in announced_keys(connection):
            raise StoreError("Cette clé de scellement a déjà servi à ce registre : faites-en une nouvelle.")
    if not lost:
        sign_checkpoint(stores, now)
    verifier = verifier_key(stores.origin, public)
    _announce(stores, actor, now, {"key": "signing", "signing_key": verifier}, lost=lost)
    return verifier


def change_master_key(stores: Stores, new: RegisterSecrets, actor: Actor, now: datetime) -> int:
    """Wrap the data keys under another master key, announced first; return how many there are.

    The stores are of no use after; from the next opening on, config.toml must name the new key.
    """
    _announce(stores, actor, now, {"key": "master"}, lost=False)
    return stores.register.keys.rewrap(read_keys(new).master)


def _announce(stores: Stores, actor: Actor, now: datetime, data: dict[str, Json], *, lost: bool) -> None:
    draft = Draft(
        type="key.changed",
        subject="register",
        source=SourceRef("cyclesync", "", "key", str(data["key"]), "act", "init"),
        actor=actor,
        evidence=Evidence("E3"),
        observed_at=now,
        data=data,
        reason="lost" if lost else "rotation",
        token=f"key.changed|{data}|{utc_text(now)}",
    )
    stores.ledger.append([draft], now=now)
