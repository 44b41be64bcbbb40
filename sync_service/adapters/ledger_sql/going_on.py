"""Going on with a register that was found altered and cannot be restored: a named act, never a repair (ADR 0011).

No line is changed. The end of the tree is counted again from the leaves that are there; seals that contradict them are set
aside, so that new ones can be signed, and none is lost: files in a folder beside the others, rows in ``meta``.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete, select

from sync_service.adapters.ledger_sql.alarms import read_alarm, write_alarm
from sync_service.adapters.ledger_sql.opening import Stores
from sync_service.adapters.ledger_sql.outside_seals import SUFFIX, read_checkpoint
from sync_service.adapters.ledger_sql.register import moment_of, write_meta
from sync_service.adapters.ledger_sql.seals import announced_keys, signer_of
from sync_service.adapters.ledger_sql.tables import checkpoints, events
from sync_service.adapters.ledger_sql.tree import Tree, stored_tree, write_tree
from sync_service.adapters.ledger_sql.verify import Verification, record_verification
from sync_service.domain.checkpoint import Checkpoint, parse_note
from sync_service.domain.envelope import utc_text
from sync_service.domain.event import Actor, Draft, Evidence, SourceRef
from sync_service.domain.lms_state import Json
from sync_service.domain.merkle import Frontier
from sync_service.errors import StoreError

_ASIDE = "avant-rupture-"


@dataclass(frozen=True, slots=True)
class _Leaves:
    """What the lines that are there say of themselves."""

    tree: Tree
    roots: dict[int, bytes]
    """Size of a seal → root of the lines that are there at that size."""

    def contradict(self, seal: Checkpoint | None) -> bool:
        return seal is None or self.roots.get(seal.size) != seal.root


def go_on(stores: Stores, done: Verification, actor: Actor, why: str, now: datetime) -> int:
    """Record that the office goes on in spite of what a verification found; return the line that says so.

    ``why`` goes to the vault: it is free text. Lines may be added again once ``accept`` has kept a new verification.

    Raises:
        StoreError: lines are missing in the middle, so that no line can follow; nothing is written.
    """
    files = _files(stores)
    with stores.register.database.writing() as connection:
        rows = {int(row.size): str(row.note) for row in connection.execute(select(checkpoints))}
        signed = {size: _seal(note) for size, note in rows.items()}
        seals = [*filter(None, signed.values()), *(seal for _, seal in files)]
        leaves = _read(connection, {seal.size for seal in seals})
        _mend(connection, leaves.tree)
        for size, note in rows.items():
            if leaves.contradict(signed[size]):
                write_meta(connection, f"aside-{size}-{utc_text(now)}", note)
                connection.execute(delete(checkpoints).where(checkpoints.c.size == size))
    size, root = leaves.tree.frontier.size, leaves.tree.frontier.root()
    longest = max(seals, key=lambda seal: seal.size, default=None)
    if longest is not None and longest.size > size:
        size, root = longest.size, longest.root
    data: dict[str, Json] = {"size": size, "root": root.hex(), "findings": len(done.grave)}
    written = stores.ledger.append([_draft(data, actor, why, now)], now=now)
    _set_aside([path for path, seal in files if leaves.contradict(seal)], now)
    return next(event.seq for event in reversed(written.events) if event is not None)


def accept(stores: Stores, done: Verification, now: datetime) -> None:
    """Keep the verification that follows ``go_on``: what it found no longer stops anything, and is still said."""
    record_verification(stores, done, strict=False, now=now)
    with stores.register.database.writing() as connection:
        alarm = read_alarm(connection)
        if alarm is not None:
            write_alarm(connection, replace(alarm, accepted=alarm.findings))


def _seal(note: str) -> Checkpoint | None:
    try:
        return parse_note(note).checkpoint
    except ValueError:
        return None


def _files(stores: Stores) -> list[tuple[Path, Checkpoint]]:
    """Return the checkpoints of this register kept elsewhere; one that cannot be read is left where it is."""
    folder = stores.checkpoints_dir
    if folder is None or not folder.is_dir():
        return []
    with stores.register.database.reading() as connection:
        keys = (*announced_keys(connection), stores.register.public_key)
    found = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            seal = read_checkpoint(path)
        except StoreError:
            continue
        if signer_of(seal, stores.origin, keys) is not None:
            found.append((path, seal.checkpoint))
    return found


def _read(connection: Connection, sizes: set[int]) -> _Leaves:
    tree, roots = Tree(Frontier()), {}
    query = select(events.c.seq, events.c.leaf, events.c.recorded_at).order_by(events.c.seq)
    with closing(connection.execute(query.execution_options(yield_per=5000))) as rows:
        for seq, leaf, recorded in rows:
            if seq != tree.frontier.size:
                raise StoreError(
                    f"La ligne {tree.frontier.size} du registre manque : aucune ligne ne peut plus suivre. "
                    "Restaurez une sauvegarde."
                )
            tree.add(bytes(leaf), moment_of(str(recorded)))
            if tree.frontier.size in sizes:
                roots[tree.frontier.size] = tree.frontier.root()
    return _Leaves(tree, roots)


def _mend(connection: Connection, tree: Tree) -> None:
    """Count the end of the tree again when what was kept of it is not what the leaves give."""
    try:
        kept = stored_tree(connection)
        same = (kept.frontier.size, kept.frontier.root(), kept.last_leaf) == (
            tree.frontier.size, tree.frontier.root(), tree.last_leaf,
        )  # fmt: skip
    except ValueError:
        same = False
    if not same:
        write_tree(connection, tree)


def _draft(data: dict[str, Json], actor: Actor, why: str, now: datetime) -> Draft:
    return Draft(
        type="integrity.broken",
        subject="register",
        source=SourceRef("cyclesync", "", "integrity", "register", "act", "verify"),
        actor=actor,
        evidence=Evidence("E3"),
        observed_at=now,
        data=data,
        private={"reason": why},
        reason="going_on",
        token=f"integrity.broken|{data['root']}|{utc_text(now)}",
    )


def _set_aside(paths: list[Path], now: datetime) -> None:
    for path in paths:
        place = path.parent / f"{_ASIDE}{now:%Y%m%dT%H%M%SZ}"
        place.mkdir(exist_ok=True)
        path.rename(place / path.name)
