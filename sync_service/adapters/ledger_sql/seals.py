"""Which key of the register signed a checkpoint, and which keys the register announces (ledger-format.md §6)."""

from __future__ import annotations

import json
from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, select

from sync_service.adapters.ledger_sql.register import Register
from sync_service.adapters.ledger_sql.tables import events
from sync_service.domain import checkpoint as c2sp
from sync_service.domain.checkpoint import SignedCheckpoint
from sync_service.errors import StoreError

KEY_TYPES = ("register.opened", "key.changed")


def announced_keys(connection: Connection) -> tuple[bytes, ...]:
    """Return the public keys that the register announces, oldest first; a line that cannot be read announces none."""
    query = select(events.c.canonical).where(events.c.type.in_(KEY_TYPES)).order_by(events.c.seq)
    found = []
    for (canonical,) in connection.execute(query):
        try:
            found.append(c2sp.public_key_of(str(json.loads(canonical)["data"]["signing_key"])))
        except (ValueError, KeyError, TypeError):
            continue
    return tuple(found)


def require_signer(connection: Connection, register: Register) -> None:
    """Refuse a signing key that is not the last one that the register announces. Raises StoreError, with the cure."""
    announced = announced_keys(connection)[-1:]
    if announced != (register.public_key,):
        cure = register.key_cure(announced[0]) if announced and register.key_cure is not None else _CURE
        raise StoreError(f"La clé de scellement n’est pas la dernière qu’annonce le registre : {cure}.")


_CURE = "corrigez signing_key dans [register] de config.toml"


def signer_of(found: SignedCheckpoint, origin: str, keys: Iterable[bytes]) -> bytes | None:
    """Return the one of ``keys`` that signed a checkpoint, None when none did."""
    return next((key for key in keys if is_signed_by(found, origin, key)), None)


def note_of(kept: object) -> SignedCheckpoint:
    """Read what a column of notes holds: the owner of the machine can put anything there. Raises ValueError."""
    return c2sp.parse_note(kept if isinstance(kept, str) else "")


def is_signed_by(found: SignedCheckpoint, origin: str, public: bytes) -> bool:
    """Tell whether a checkpoint bears the signature of this key under this origin."""
    wanted = c2sp.key_hash(origin, public)
    key = Ed25519PublicKey.from_public_bytes(public)
    for signature in found.signatures:
        if signature.name == origin and signature.key_hash == wanted:
            try:
                key.verify(signature.value, found.signed)
            except InvalidSignature:
                continue
            return True
    return False
