"""Checkpoints: signed when the register grew, kept in a table and, above all, somewhere else (ledger-format.md §6)."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, insert, select

from sync_service.adapters.ledger_sql.guarding import refuse_altered
from sync_service.adapters.ledger_sql.opening import Stores
from sync_service.adapters.ledger_sql.outside_seals import SUFFIX, newest_outside
from sync_service.adapters.ledger_sql.register import integrity_error
from sync_service.adapters.ledger_sql.seals import note_of, require_signer
from sync_service.adapters.ledger_sql.tables import checkpoints, events
from sync_service.adapters.ledger_sql.tree import Tree, read_tree
from sync_service.domain import checkpoint as c2sp
from sync_service.domain.checkpoint import CERTIFICATE_TYPES, Checkpoint
from sync_service.domain.envelope import utc_text
from sync_service.domain.merkle import Frontier
from sync_service.errors import StoreError


def highest_certificate(stores: Stores) -> str | None:
    """Return the highest certificate number that the register used, None when there is none."""
    return c2sp.highest_certificate(stores.ledger.events(types=CERTIFICATE_TYPES))


def sign_checkpoint(stores: Stores, now: datetime) -> Checkpoint | None:
    """Sign the register's size and root, write them outside, keep them; None when it has not grown since the last one.

    Raises:
        IntegrityError: the register is shorter than, or diverges from, a checkpoint signed before, or its last
            verifications found something; nothing is signed.
        StoreError: the signing key is not the last one that the register announces.
        StoreError: the checkpoints' folder is missing or full; nothing is kept, so that the next call tries again.
    """
    with stores.register.database.writing() as connection:
        tree = read_tree(connection)
        last = connection.execute(select(checkpoints).order_by(checkpoints.c.size.desc()).limit(1)).first()
        if last is not None and last.size == tree.frontier.size:
            _write_missing(stores, last.size, last.note)
            return None
        refuse_altered(connection, stores.register, frozenset())
        require_signer(connection, stores.register)
        start = Frontier() if last is None else _frontier(last.size, last.nodes)
        _check_growth(connection, stores, tree, start)
        certificate = highest_certificate(stores)  # nothing can be appended while the write lock is held
        checkpoint = Checkpoint(stores.origin, tree.frontier.size, tree.frontier.root(), certificate)
        text = _signed(stores, checkpoint)
        if stores.checkpoints_dir is not None:
            _write(stores.checkpoints_dir, checkpoint, text)
        nodes = json.dumps([node.hex() for node in tree.frontier.nodes])
        row = {"size": checkpoint.size, "at": utc_text(now), "note": text, "nodes": nodes}
        connection.execute(insert(checkpoints).values(row))
    return checkpoint


def _write_missing(stores: Stores, size: int, note: object) -> None:
    """Write the last checkpoint outside again when the folder, new or emptied, does not have it."""
    folder = stores.checkpoints_dir
    if folder is None or name_of(folder, size).exists():
        return
    try:
        found = note_of(note)
    except ValueError:
        raise integrity_error(f"Le scellé de taille {size} gardé dans la base est illisible.") from None
    _write(folder, found.checkpoint, c2sp.written(found))


def frontier_of(size: int, nodes: str) -> Frontier:
    """Return the tree at a checkpoint, from its column. Raises ValueError when that cannot be read."""
    try:
        return Frontier(size, [bytes.fromhex(node) for node in json.loads(nodes)])
    except TypeError as error:
        raise ValueError("the kept tree of a checkpoint cannot be read") from error


def _frontier(size: int, nodes: str) -> Frontier:
    try:
        return frontier_of(size, nodes)
    except ValueError:
        raise integrity_error(f"Le scellé de taille {size} gardé dans la base est illisible.") from None


def _check_growth(connection: Connection, stores: Stores, tree: Tree, walked: Frontier) -> None:
    """Walk from the last checkpoint to the end: the same roots must be met on the way, and at the end."""
    outside = None if stores.checkpoints_dir is None else newest_outside(stores.checkpoints_dir, stores.origin)
    mark = None if outside is None else outside.checkpoint
    if mark is not None and mark.size > tree.frontier.size:
        raise integrity_error(
            f"Le registre a {tree.frontier.size} lignes, un scellé en annonce {mark.size} : il a été coupé ou remplacé."
        )
    query = select(events.c.leaf).where(events.c.seq >= walked.size).order_by(events.c.seq)
    _check_root(walked, mark)
    for (leaf,) in connection.execute(query.execution_options(yield_per=5000)):
        walked.append(bytes(leaf))
        _check_root(walked, mark)
    if walked.root() != tree.frontier.root():
        raise integrity_error("Le registre ne prolonge pas son dernier scellé.")


def _check_root(walked: Frontier, mark: Checkpoint | None) -> None:
    if mark is not None and walked.size == mark.size and walked.root() != mark.root:
        raise integrity_error(f"Le registre diverge du scellé de taille {mark.size}.")


def _signed(stores: Stores, checkpoint: Checkpoint) -> str:
    signature = stores.register.signer.sign(checkpoint.body().encode())
    return c2sp.note(checkpoint, stores.register.public_key, signature)


def name_of(folder: Path, size: int) -> Path:
    """Return the file of a checkpoint written here."""
    return folder / f"{size:012d}{SUFFIX}"


def _write(folder: Path, checkpoint: Checkpoint, text: str) -> None:
    path = name_of(folder, checkpoint.size)
    draft = path.with_suffix(".new")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise StoreError(
            f"Le scellé du registre ne peut pas être écrit dans {folder} ({error.strerror}) : "
            "montez ce dossier ou corrigez checkpoints_dir."
        ) from None
