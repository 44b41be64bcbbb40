"""Verification of the whole register, a page at a time so that memory stays flat (ledger-format.md §6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import Column, Connection, exists, func, insert, select

from sync_service.adapters.ledger_sql.alarms import read_alarm, write_alarm
from sync_service.adapters.ledger_sql.findings import Findings
from sync_service.adapters.ledger_sql.migrations.refusals import refusals_expected, refusals_in_place
from sync_service.adapters.ledger_sql.opening import Stores
from sync_service.adapters.ledger_sql.register import Register
from sync_service.adapters.ledger_sql.tables import checkpoints, events, metadata, payloads, verifications
from sync_service.adapters.ledger_sql.tree import stored_tree
from sync_service.adapters.ledger_sql.verify_derived import LINES, check_derived
from sync_service.adapters.ledger_sql.verify_parts import Split, Walked, reading_of, walk_register
from sync_service.adapters.ledger_sql.verify_seals import Marks, check_marks, marks_of, outside_of
from sync_service.domain import french
from sync_service.domain.alarm import SIGNING_KEY, Alarm, next_alarm
from sync_service.domain.checkpoint import public_key_of, verifier_key
from sync_service.domain.envelope import utc_text
from sync_service.domain.proof import key_fingerprint
from sync_service.domain.reports.integrity import Integrity


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
    stores: Stores,
    *,
    against: Path | None = None,
    strict: bool = False,
    split: Split | None = None,
    now: datetime | None = None,
    derived: bool = True,
) -> Verification:
    """Check every event, the tree, the payloads and the checkpoints; ``strict`` also writes each event again.

    ``against`` is a checkpoint or a folder of them; the configured folder when None. ``split`` says who reads the lines
    part by part; None lets the size of the register decide. ``now`` lets reads dated from the future be found. ``derived``
    is False to leave out what can be made again from the lines. Nothing is written.

    Raises:
        StoreError: the database, the keys or a process that read them failed: nothing is then proved.
    """
    start, findings = perf_counter(), Findings()
    register = stores.register
    outside = outside_of(stores, against, findings)
    if outside.longest is None and strict:
        findings.add(
            "Aucun scellé gardé ailleurs : rien ne prouve que le registre n’a pas été récrit en entier, ni qu’aucune "
            "ligne n’a été coupée à sa fin.",
            grave=False,
        )
    with register.database.reading() as connection:
        marks = marks_of(connection, register, outside, findings)
        walk = walk_register(connection, register, reading_of(connection, register, marks, strict=strict), split)
        findings.extend(walk.findings)
        walk.totals.settle(register)
        walk.totals.compare(findings)
        check_marks(walk, marks, findings)
        _check_end(connection, walk, marks, findings)
        _check_database(connection, walk, findings)
        _check_key(register, walk, findings, cut=max(marks, default=0) > walk.frontier.size)
        if derived and not findings.grave() and (strict or walk.frontier.size <= LINES):
            check_derived(connection, register, findings, now)
    seconds = perf_counter() - start
    return Verification(
        walk.frontier.size, walk.frontier.root().hex(), findings.listed(), seconds, outside.longest is not None,
        findings.grave(), outside.size, explained=outside.explained,
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


def _check_end(connection: Connection, walk: Walked, marks: Marks, findings: Findings) -> None:
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
        contents = french.count(count, "contenu", "contenus")
        findings.add(f"Le fichier des identités contient {contents} qu’aucune ligne n’annonce.")
    _check_refusals(connection, findings)


def _check_refusals(connection: Connection, findings: Findings) -> None:
    """Compare what the base refuses by itself with what it was made to refuse, word for word."""
    wanted, found = refusals_expected(connection.dialect.name), refusals_in_place(connection, metadata.tables)
    missing = sorted(name for name, said in wanted.items() if found.get(name) != said)
    if missing:
        findings.add(f"La base ne refuse plus toute modification : {', '.join(missing)} manque, ou a été changé.")
    if added := sorted(set(found) - set(wanted)):
        findings.add(f"La base fait d’elle-même ce que personne n’a prévu : {', '.join(added)} y a été ajouté.")


def _is_repeated(connection: Connection, column: Column[Any]) -> bool:
    twice = select(column).group_by(column).having(func.count() > 1).limit(1)
    return connection.execute(twice).first() is not None


def _orphans(connection: Connection) -> int:
    """Count the payloads of no event: those that the walk met are known, so this reads only when some are left."""
    alone = ~exists().where(events.c.id == payloads.c.event_id)
    return connection.execute(select(func.count()).select_from(payloads).where(alone)).scalar_one()


def _check_key(register: Register, walk: Walked, findings: Findings, *, cut: bool) -> None:
    """Compare the key in use with the last one announced; of a register that was cut, the lines cannot say how to mend it."""
    announced = walk.announced[-1] if walk.announced else None
    if announced != verifier_key(register.origin, register.public_key):
        cure = "" if cut else _cure(register, announced)
        findings.add(f"{SIGNING_KEY} : {cure}." if cure else f"{SIGNING_KEY}.")


def _cure(register: Register, announced: object) -> str:
    """Say what to write in config.toml so that the announced key is in use; empty when that is not known."""
    if register.key_cure is None:
        return ""
    try:
        return register.key_cure(public_key_of(str(announced)))
    except ValueError:
        return ""
