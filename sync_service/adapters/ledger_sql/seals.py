"""Reading checkpoints back: the files kept elsewhere, and which key of the register signed one (ledger-format.md §6)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from itertools import count
from pathlib import Path
from stat import S_ISREG

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, select

from sync_service.adapters.ledger_sql.register import Register
from sync_service.adapters.ledger_sql.tables import events
from sync_service.domain import checkpoint as c2sp
from sync_service.domain.checkpoint import SignedCheckpoint
from sync_service.errors import StoreError

SUFFIX = ".checkpoint"
_LARGEST = 64 * 1024
"""Bytes of the largest file that is read as a checkpoint: one has a few hundred."""
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


def newest_outside(place: Path, origin: str, unread: list[str] | None = None) -> SignedCheckpoint | None:
    """Return the longest checkpoint of this origin in a folder, or the one in a file; None when there is none.

    Raises:
        StoreError: as ``outside_seals``.
    """
    return next(outside_seals(place, origin, unread), None)


def outside_seals(place: Path, origin: str, unread: list[str] | None = None) -> Iterator[SignedCheckpoint]:
    """Yield the checkpoints of this origin in a folder, the longest first, or the one in a file, whatever its origin.

    What a file says counts, not its name: someone may have named it otherwise. ``unread`` takes a sentence for each file
    of the folder that cannot be read, and the others are read all the same.

    Raises:
        StoreError: the place is missing, or a checkpoint cannot be read and nothing takes that sentence.
    """
    if not place.exists():
        raise StoreError(
            f"Les scellés sont introuvables : {place} n’existe pas. Montez ce dossier ou corrigez le chemin."
        )
    if not place.is_dir():
        yield read_checkpoint(place)
        return
    for found in _longest_first(place, unread):
        if found.checkpoint.origin == origin:
            yield found


def _longest_first(folder: Path, unread: list[str] | None) -> Iterator[SignedCheckpoint]:
    """Yield what a folder holds, reading as few files as its order needs: those written here are named by their size."""
    paths = folder.glob(f"*{SUFFIX}")
    named = sorted(((_size_named(path), path) for path in paths), key=lambda item: item[0], reverse=True)
    waiting: list[tuple[int, int, SignedCheckpoint]] = []
    rank = count()
    for bound, path in named:
        while waiting and -waiting[0][0] > bound:
            yield heappop(waiting)[2]
        try:
            found = read_checkpoint(path)
        except StoreError as error:
            if unread is None:
                raise
            unread.append(error.sentence)
            continue
        heappush(waiting, (-found.checkpoint.size, next(rank), found))
    while waiting:
        yield heappop(waiting)[2]


def _size_named(path: Path) -> float:
    """Return the size that the name of a checkpoint announces; one named by a person may have any."""
    return int(path.stem) if path.stem.isascii() and path.stem.isdecimal() else float("inf")


def read_checkpoint(path: Path) -> SignedCheckpoint:
    """Read one checkpoint file. Raises StoreError for what is not one: a pipe, a device, a file without end included."""
    try:
        if _is_small_file(path):
            return c2sp.parse_note(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        pass
    raise StoreError(f"Le fichier {path} n’est pas un scellé lisible : reprenez-en une copie.")


def _is_small_file(path: Path) -> bool:
    state = path.stat()
    return S_ISREG(state.st_mode) and state.st_size <= _LARGEST


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
