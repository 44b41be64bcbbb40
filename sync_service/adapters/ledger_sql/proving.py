"""Proofs read from the register: lines with their way to the newest checkpoint (ledger-format.md §6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, select

from sync_service.adapters.ledger_sql.guarding import lost_at
from sync_service.adapters.ledger_sql.opening import Stores
from sync_service.adapters.ledger_sql.outside_seals import newest_outside
from sync_service.adapters.ledger_sql.register import Register, integrity_error
from sync_service.adapters.ledger_sql.seals import announced_keys, note_of, signer_of
from sync_service.adapters.ledger_sql.tables import checkpoints, events, payloads
from sync_service.adapters.vault.sealing import SealedPayload, salt_and_content
from sync_service.domain.checkpoint import parse_note, written
from sync_service.domain.merkle import leaf_hash, root_of
from sync_service.domain.merkle_proof import consistency_path, inclusion_paths
from sync_service.domain.proof import Earlier, Proof, ProvenLine, Revealed
from sync_service.errors import LedgerError, StoreError


def prove(stores: Stores, lines: Iterable[int], *, reveal: bool = False, since: Path | None = None) -> Proof:
    """Return the proof of some lines against the newest checkpoint; sign one first, so that it covers them.

    ``reveal`` joins what the vault holds of these lines, where its key still exists: it names people. ``since`` is a
    checkpoint kept elsewhere, a file or a folder: the proof then shows that the register prolongs it, or the line of the
    restoration that lost what it covers.

    Raises:
        LedgerError: a line is not covered by a checkpoint, or the register does not prolong ``since``.
        IntegrityError: the register is not what its checkpoint says.
    """
    register = stores.register
    with register.database.reading() as connection:
        note, size, root = _newest(connection)
        leaves = _leaves(connection, size)
        if root_of(leaves) != root:
            raise integrity_error(f"Le registre diverge de son scellé de taille {size}.")
        keys = announced_keys(connection)
        signer = signer_of(parse_note(note), stores.origin, keys)
        if signer is None:
            raise integrity_error(f"Le scellé de taille {size} n’est pas signé par une clé de ce registre.")
        earlier = None if since is None else _earlier(connection, stores, since, leaves, keys)
        changes = _key_changes(connection, size) if since is not None else []
        wanted = sorted({*lines, *changes, *(earlier.lost_at if earlier else ())})
        _check_covered(wanted, len(leaves))
        paths = inclusion_paths(leaves, wanted)
        proven = tuple(
            _line(connection, register, seq, leaves[seq], path, reveal=reveal)
            for seq, path in zip(wanted, paths, strict=True)
        )
    return Proof(note, size, signer, proven, earlier.kept if earlier else None)


def _key_changes(connection: Connection, size: int) -> list[int]:
    """Return the lines that announce another signing key: a proof that spans them shows them."""
    query = select(events.c.seq).where(events.c.type == "key.changed", events.c.seq < size)
    return [seq for (seq,) in connection.execute(query)]


def _newest(connection: Connection) -> tuple[str, int, bytes]:
    row = connection.execute(select(checkpoints.c.note).order_by(checkpoints.c.size.desc()).limit(1)).first()
    if row is None:
        raise LedgerError("Le registre n’a pas encore de scellé : lancez « cyclesync ledger checkpoint ».")
    try:
        found = note_of(row.note).checkpoint
    except ValueError:
        raise integrity_error("Le dernier scellé gardé dans la base est illisible.") from None
    return row.note, found.size, found.root


def _leaves(connection: Connection, size: int) -> Sequence[bytes]:
    query = select(events.c.leaf).where(events.c.seq < size).order_by(events.c.seq)
    return [bytes(leaf) for (leaf,) in connection.execute(query.execution_options(yield_per=5000))]


def _check_covered(lines: Sequence[int], size: int) -> None:
    for seq in lines:
        if not 0 <= seq < size:
            raise LedgerError(
                f"La ligne {seq} n’est pas couverte par le dernier scellé, qui en compte {size} : "
                "lancez « cyclesync ledger checkpoint »."
            )


def _line(
    connection: Connection, register: Register, seq: int, leaf: bytes, path: tuple[bytes, ...], *, reveal: bool
) -> ProvenLine:
    row = connection.execute(select(events.c.id, events.c.canonical).where(events.c.seq == seq)).one()
    canonical = bytes(row.canonical)
    if leaf_hash(canonical) != leaf:
        raise integrity_error(f"La ligne {seq} a été changée.")
    shown = _revealed(connection, register, row.id) if reveal else None
    return ProvenLine(seq, canonical, path, shown)


def _revealed(connection: Connection, register: Register, event_id: str) -> Revealed | None:
    row = connection.execute(select(payloads).where(payloads.c.event_id == event_id)).first()
    if row is None:
        return None
    key = register.keys.keys([row.key_ref]).get(row.key_ref)
    if key is None:
        return None
    sealed = SealedPayload(bytes(row.nonce), bytes(row.ciphertext), bytes(row.commitment))
    return Revealed(*salt_and_content(AESGCM(key), event_id, sealed))


@dataclass(frozen=True, slots=True)
class _Since:
    """A checkpoint kept elsewhere, and the line of the restoration that lost what it covers, if one did."""

    kept: Earlier
    lost_at: tuple[int, ...] = ()


def _earlier(
    connection: Connection, stores: Stores, since: Path, leaves: Sequence[bytes], keys: Sequence[bytes]
) -> _Since:
    found = newest_outside(since, stores.origin)
    signer = None if found is None else signer_of(found, stores.origin, keys)
    if found is None or signer is None:
        raise StoreError(f"{since} ne contient aucun scellé signé par ce registre : donnez-en un autre.")
    size, root = found.checkpoint.size, found.checkpoint.root
    text = written(found)
    loss = lost_at(connection, found)
    if loss is not None and loss.restored:
        return _Since(Earlier(text, None, signer), (loss.line,))
    if size > len(leaves) or root_of(leaves[:size]) != root:
        raise LedgerError(
            f"Le registre ne prolonge pas le scellé de taille {size} : lancez « cyclesync ledger verify »."
        )
    return _Since(Earlier(text, consistency_path(leaves, size) if size else (), signer))
