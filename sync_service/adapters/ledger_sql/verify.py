"""Verification of the whole register, a page at a time so that memory stays flat (ledger-format.md §6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import Column, Connection, exists, func, insert, select, text

from sync_service.adapters.ledger_sql.alarms import read_alarm, write_alarm
from sync_service.adapters.ledger_sql.findings import Findings
from sync_service.adapters.ledger_sql.guarding import lost_at
from sync_service.adapters.ledger_sql.opening import Stores
from sync_service.adapters.ledger_sql.register import Register
from sync_service.adapters.ledger_sql.seals import announced_keys, outside_seals, signer_of
from sync_service.adapters.ledger_sql.tables import checkpoints, events, payloads, verifications
from sync_service.adapters.ledger_sql.tree import stored_tree
from sync_service.adapters.ledger_sql.verify_parts import Split, Walked, reading_of, walk_register
from sync_service.domain.alarm import SIGNING_KEY, Alarm, next_alarm
from sync_service.domain.checkpoint import SignedCheckpoint, parse_note, public_key_of, verifier_key
from sync_service.domain.envelope import utc_text
from sync_service.domain.merkle import Frontier
from sync_service.domain.proof import key_fingerprint
from sync_service.domain.reports.integrity import Integrity
from sync_service.errors import StoreError

TRIGGERS = {
    "sqlite": {"events_no_update", "events_no_delete", "events_dense", "events_no_replace"},
    "postgresql": {"events_no_change", "events_no_truncate", "events_dense"},
}


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification found: size and root of what was read, findings in French, seconds it took."""

    size: int
    root: str
    findings: tuple[str, ...]
    seconds: float
    outside_checkpoint: bool
    """Whether a checkpoint kept elsewhere was compared; without one, nothing proves the absence of a cut at the end."""
    grave: tuple[str, ...] = ()
    """The findings that accuse the register itself: not those about the place or the file of an outside checkpoint."""
    outside_size: int = 0
    """Lines that the compared checkpoint covers."""
    documents: int | None = None
    """Documents that were read back, None when they were not looked at."""
    explained: str = ""
    """Sentence on a checkpoint kept elsewhere that goes further than the register, as a restoration in it explains."""

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def verify_register(
    stores: Stores, *, against: Path | None = None, strict: bool = False, split: Split | None = None
) -> Verification:
    """Check every event, the tree, the payloads and the checkpoints; ``strict`` also writes each event again.

    ``against`` is a checkpoint or a folder of them; the configured folder when None. ``split`` says who reads the lines
    part by part; None lets the size of the register decide. Nothing is written.

    Raises:
        StoreError: the database, the keys or a process that read them failed: nothing is then proved.
    """
    start, findings = perf_counter(), Findings()
    register = stores.register
    outside, explained = _outside(stores, against, findings)
    if outside is None and strict:
        findings.add(
            "Aucun scellé gardé ailleurs : rien ne prouve que le registre n’a pas été récrit en entier, ni qu’aucune "
            "ligne n’a été coupée à sa fin.",
            grave=False,
        )
    with register.database.reading() as connection:
        marks = _marks(connection, register, outside, findings)
        walk = walk_register(connection, register, reading_of(connection, register, marks, strict=strict), split)
        findings.extend(walk.findings)
        walk.totals.settle(register)
        walk.totals.compare(findings)
        _check_marks(walk, marks, findings)
        _check_end(connection, walk, marks, findings)
        _check_database(connection, walk, findings)
        _check_key(register, walk, findings)
    seconds = perf_counter() - start
    return Verification(
        walk.frontier.size, walk.frontier.root().hex(), findings.listed(), seconds, outside is not None, findings.grave(),
        outside.checkpoint.size if outside else 0, explained=explained,
    )  # fmt: skip


def integrity_of(stores: Stores, now: datetime, done: Verification | None = None) -> Integrity:
    """Verify the register and say it as R16 needs it, and keep the verification; or say ``done``, which was kept."""
    if done is None:
        done = verify_register(stores)
        record_verification(stores, done, strict=False, now=now)
    with stores.register.database.reading() as connection:
        query = select(checkpoints.c.size, checkpoints.c.at).order_by(checkpoints.c.size.desc()).limit(10)
        newest = [(int(size), str(at)) for size, at in connection.execute(query)]
    return Integrity(
        stores.origin, done.size, done.root, now, done.seconds, done.findings, done.outside_checkpoint,
        key_fingerprint(stores.register.public_key), newest, done.documents,
    )  # fmt: skip


def record_verification(stores: Stores, done: Verification, *, strict: bool, now: datetime) -> None:
    """Keep the result of a verification in its table, and the alarm that it raises, keeps or lifts."""
    row = {
        "at": utc_text(now), "size": done.size, "root": done.root, "findings": len(done.findings),
        "strict": int(strict), "outside": int(done.outside_checkpoint),
    }  # fmt: skip
    with stores.register.database.writing() as connection:
        connection.execute(insert(verifications).values(row))
        write_alarm(connection, next_alarm(read_alarm(connection), found_by(done, now)))


def found_by(done: Verification, now: datetime) -> Alarm:
    """Return what a verification found against the register, as the alarm that it may raise."""
    return Alarm(now, done.size, done.grave, outside=done.outside_size, documents=done.documents is not None)


def _outside(stores: Stores, against: Path | None, findings: Findings) -> tuple[SignedCheckpoint | None, str]:
    """Return the checkpoint to compare, and what explains one that goes further; what is wrong with it is a finding."""
    place, explained = against or stores.checkpoints_dir, ""
    if place is None:
        return None, ""
    try:
        for found in outside_seals(place, stores.origin):
            loss = _loss(stores, found, findings)
            if loss is None:
                return (found if found.checkpoint.origin == stores.origin else None), explained
            explained = explained or loss
    except StoreError as error:
        findings.add(error.sentence, grave=False)
    return None, explained


def _loss(stores: Stores, found: SignedCheckpoint, findings: Findings) -> str | None:
    """Return why a checkpoint says nothing of the present register; None for one to compare."""
    if found.checkpoint.origin != stores.origin:
        findings.add(f"Le scellé donné est celui d’un autre registre, « {found.checkpoint.origin} ».", grave=False)
        return None
    size = found.checkpoint.size
    with stores.register.database.reading() as connection:
        if signer_of(found, stores.origin, announced_keys(connection)) is None:
            findings.add(f"Le scellé extérieur de taille {size} n’est pas signé par une clé de ce registre.")
            return None
        loss = lost_at(connection, found)
    if loss is None or loss.restored:
        return None if loss is None else loss.sentence(size)
    findings.add(
        f"Le scellé extérieur de taille {size} couvre des lignes perdues quand le service a continué sans sauvegarde, comme "
        f"l’inscrit la ligne {loss.line} : il ne dit plus rien du registre présent.",
        grave=False,
    )
    return ""


def _marks(
    connection: Connection, register: Register, outside: SignedCheckpoint | None, findings: Findings
) -> dict[int, set[bytes]]:
    """Return size → roots that checkpoints announce for it."""
    marks: dict[int, set[bytes]] = {}
    keys = announced_keys(connection)
    for size, note in connection.execute(select(checkpoints.c.size, checkpoints.c.note)):
        try:
            found = parse_note(note)
        except ValueError:
            findings.add(f"Le scellé de taille {size} gardé dans la base est illisible.")
            continue
        if found.checkpoint.size != size or signer_of(found, register.origin, keys) is None:
            findings.add(f"Le scellé de taille {size} gardé dans la base n’est pas signé par une clé de ce registre.")
        marks.setdefault(found.checkpoint.size, set()).add(found.checkpoint.root)
    if outside is not None:
        marks.setdefault(outside.checkpoint.size, set()).add(outside.checkpoint.root)
    return marks


def _check_marks(walk: Walked, marks: dict[int, set[bytes]], findings: Findings) -> None:
    for size, nodes in walk.at_marks.items():
        if marks[size] != {Frontier(size, nodes).root()}:
            findings.add(f"Le registre diverge du scellé de taille {size}.")


def _check_end(connection: Connection, walk: Walked, marks: dict[int, set[bytes]], findings: Findings) -> None:
    longest, size = max(marks, default=0), walk.frontier.size
    if longest > size:
        findings.add(f"Le registre a {size} lignes, un scellé en annonce {longest} : il a été coupé ou remplacé.")
    try:
        kept = stored_tree(connection)
    except ValueError:
        findings.add("La fin du registre, gardée à part, est illisible.")
        return
    if (kept.frontier.size, kept.frontier.root(), kept.last_leaf) != (size, walk.frontier.root(), walk.last_leaf):
        findings.add(
            f"La fin du registre gardée à part ({kept.frontier.size} lignes) n’est pas celle des {size} lignes lues."
        )


def _check_database(connection: Connection, walk: Walked, findings: Findings) -> None:
    total = connection.execute(select(func.count()).select_from(events)).scalar_one()
    if total != walk.frontier.size:
        findings.add(f"La base compte {total} lignes, {walk.frontier.size} ont été lues : ses index sont altérés.")
    repeated = [name for name in ("idem", "id") if _is_repeated(connection, events.c[name])]
    for name in repeated:
        findings.add(f"Un même « {name} » sert deux fois.")
    kept = connection.execute(select(func.count()).select_from(payloads)).scalar_one()
    if (kept != walk.totals.held or repeated) and (count := _orphans(connection)):
        findings.add(f"Le fichier des identités contient {count} contenus qu’aucune ligne n’annonce.")
    missing = TRIGGERS[connection.dialect.name] - _triggers(connection)
    if missing:
        findings.add(f"La base ne refuse plus toute modification : {', '.join(sorted(missing))} manque.")


def _is_repeated(connection: Connection, column: Column[Any]) -> bool:
    twice = select(column).group_by(column).having(func.count() > 1).limit(1)
    return connection.execute(twice).first() is not None


def _orphans(connection: Connection) -> int:
    """Count the payloads of no event: those that the walk met are known, so this reads only when some are left."""
    alone = ~exists().where(events.c.id == payloads.c.event_id)
    return connection.execute(select(func.count()).select_from(payloads).where(alone)).scalar_one()


def _triggers(connection: Connection) -> set[str]:
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'events'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE tgrelid = 'events'::regclass AND tgenabled <> 'D'"
    return {str(name) for (name,) in connection.execute(text(query))}


def _check_key(register: Register, walk: Walked, findings: Findings) -> None:
    announced = walk.announced[-1] if walk.announced else None
    if announced != verifier_key(register.origin, register.public_key):
        cure = _cure(register, announced)
        findings.add(f"{SIGNING_KEY} : {cure}." if cure else f"{SIGNING_KEY}.")


def _cure(register: Register, announced: object) -> str:
    """Say what to write in config.toml so that the announced key is in use; empty when that is not known."""
    if register.key_cure is None:
        return ""
    try:
        return register.key_cure(public_key_of(str(announced)))
    except ValueError:
        return ""
