"""Apply a plan that a person reviewed: the same command finishes a killed run, and does nothing the second time."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from sync_service.domain.changes import Change, Verb
from sync_service.domain.fields import CONTENT
from sync_service.domain.guards import Allow
from sync_service.domain.lms_state import Kind
from sync_service.domain.plan import Plan
from sync_service.errors import CyclesyncError, GuardError, LockedError, MoodleError, PartialError
from sync_service.ports import Clock, Journal, JournalEntry, Lms, Locks, PlanStore, Write, Written
from sync_service.usecases.plan import PlanInput, Reviewed, load_reviewed, make_plan, plan_from, require_manage

LOCK_SECONDS = 300
STALE = frozenset({"changed_since", "exists"})
"""Refusals after which Moodle is read again: the reviewed change may still be right, or already done."""
_TOLD = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one reviewed change."""

    id: str
    key: str
    title: str
    outcome: str
    """done, skipped, refused, failed or not_tried."""
    code: str = ""
    affected: int = 0


@dataclass(frozen=True, slots=True)
class ApplyResult:
    """What a run did, change by change."""

    outcomes: tuple[Outcome, ...] = ()
    messages: tuple[str, ...] = ()
    """French sentences about what was not done."""

    def of(self, outcome: str) -> tuple[Outcome, ...]:
        """Return the changes with this outcome."""
        return tuple(item for item in self.outcomes if item.outcome == outcome)

    @property
    def partial(self) -> bool:
        """Tell whether something that was approved is not done."""
        return any(item.outcome in {"refused", "failed", "not_tried"} for item in self.outcomes)

    def raise_if_partial(self) -> None:
        """Raise PartialError (exit 4) with one sentence when something is not done."""
        if self.partial:
            done, rest = len(self.of("done")), len(self.outcomes) - len(self.of("done")) - len(self.of("skipped"))
            first = f" {self.messages[0]}" if self.messages else ""
            raise PartialError(
                f"{done} changements faits, {rest} non faits.{first} "
                "La même commande reprendra ce qui reste\u202f; «\u00a0cyclesync plan\u00a0» le montre."
            )


def apply_plan(
    lms: Lms,
    desired_fn: Callable[[], PlanInput],
    *,
    plans: PlanStore,
    journal: Journal,
    locks: Locks,
    clock: Clock,
    promotion: str,
    fingerprint: str,
    run: str,
    owner: str,
    mode: str = "manage",
    allow: Sequence[Allow] = (),
    site_uid: str = "",
    on_progress: Callable[[int, int, Change], None] | None = None,
) -> ApplyResult:
    """Recompute the plan and do what was approved, under the promotion's lock.

    Raises:
        GuardError: observe mode, an unknown code, a guard, or a change outside the reviewed plan; nothing was written.
        LockedError: someone else is at work on this promotion.
        MoodleError: Moodle could not be read at all; nothing was written.
    """
    require_manage(mode)
    reviewed = load_reviewed(plans, clock, promotion=promotion, code=fingerprint)
    lock = f"promotion:{promotion}"
    if not locks.acquire(lock, owner=owner, now=clock.now(), ttl_seconds=LOCK_SECONDS):
        raise LockedError(f"{locks.holder(lock) or 'Quelqu’un'} travaille déjà sur {promotion}\u00a0: attendez la fin.")
    try:
        wanted = desired_fn()
        wanted = replace(wanted, lost={**reviewed.lost, **wanted.lost})
        plan = make_plan(
            lms, wanted, promotion=promotion, mode=mode, allow=allow, only=reviewed.only, site_uid=site_uid
        )
        _check(plan, reviewed, wanted)
        with ExitStack() as stack:
            hands = _Run(lms, wanted, plan, reviewed, journal, clock, run, stack)
            return hands.perform(
                lambda: locks.acquire(lock, owner=owner, now=clock.now(), ttl_seconds=LOCK_SECONDS), on_progress
            )
    finally:
        locks.release(lock, owner=owner)


def _check(plan: Plan, reviewed: Reviewed, wanted: PlanInput) -> None:
    """Stop before the first write when the plan refuses itself or is more than what was reviewed. Raises GuardError."""
    plan.refuse()
    missing = [change.title for change in plan.changes if _carries(change) and change.key not in wanted.files]
    if missing:
        raise GuardError(
            f"{missing[0]}\u00a0: son fichier manque, relancez «\u00a0cyclesync package\u00a0». Rien n’a été écrit."
        )
    outside = [change.title for change in plan.changes if change.id not in reviewed.changes]
    if outside:
        listed = "\n".join(f"  - {title}" for title in outside[:_TOLD])
        more = f"\n  … et {len(outside) - _TOLD} autres" if len(outside) > _TOLD else ""
        raise GuardError(
            "Moodle ou la promotion ont changé depuis cet aperçu\u202f: rien n’a été écrit. Relancez "
            f"«\u00a0cyclesync plan {plan.promotion}\u00a0» et relisez ce qui s’ajoute\u00a0:\n{listed}{more}"
        )


def _carries(change: Change) -> bool:
    """Tell whether writing a change sends a file."""
    return change.write in {"create", "update"} and bool(CONTENT & set(change.wanted))


@dataclass(slots=True)
class _Run:
    """One run: what was read last, what failed, what to tell."""

    lms: Lms
    wanted: PlanInput
    plan: Plan
    reviewed: Reviewed
    journal: Journal
    clock: Clock
    run: str
    stack: ExitStack
    digests: dict[str, str] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    outcomes: list[Outcome] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    silent: bool = False
    """Moodle no longer answers: nothing more is tried."""

    def perform(
        self, heartbeat: Callable[[], bool], on_progress: Callable[[int, int, Change], None] | None
    ) -> ApplyResult:
        """Do each change in order; one that fails holds back only what needs it."""
        if self.plan.changes:
            self._lifts()
        self._leftovers()
        total = len(self.plan.changes)
        for number, change in enumerate(self.plan.changes, 1):
            if on_progress is not None:
                on_progress(number, total, change)
            if not heartbeat():
                self.silent = True
                self.messages.append("Le verrou de la promotion a été perdu\u202f: le reste n’a pas été essayé.")
            if self.silent or self.failed.intersection(change.needs):
                self._close(change, "not_tried")
            else:
                self._one(change)
        return ApplyResult(tuple(self.outcomes), tuple(dict.fromkeys(self.messages)))

    def _lifts(self) -> None:
        """Keep in the journal every guard that a person lifted, with the reason."""
        for allow in self.plan.allows:
            self._journal(f"cs:{self.plan.promotion}:{allow.object}", "allow", "done", f"{allow.guard}={allow.reason}")

    def _leftovers(self) -> None:
        """Say of each approved change that is no longer planned whether it is done, or cannot be done any more."""
        for change_id, told in self.reviewed.changes.items():
            if self.plan.find(change_id) is not None:
                continue
            key, verb, title = str(told["key"]), str(told["verb"]), str(told["title"])
            held = self.plan.holds_back(key, Verb(verb), told["fields"])
            outcome = "refused" if held else "skipped"
            self.outcomes.append(Outcome(change_id, key, title, outcome, held))
            self._journal(key, verb, outcome, held)
            if held:
                self.failed.add(key)
                self.messages.append(f"{title}\u00a0: {_REASONS.get(held, held)}.")

    def _one(self, change: Change) -> None:
        """Write one change; when the outcome is not known, Moodle is read again and decides."""
        self._journal(change.key, change.verb.value, "started", "")
        try:
            written = self._write(change, self.digests.get(change.key, change.expect))
            if written.action == "refused" and written.code in STALE:
                written = self._again(change, written)
        except MoodleError as error:
            self._unknown(change, error)
            return
        except CyclesyncError as error:  # the file could not be read or sent: nothing was asked of Moodle
            self._fail(change, "error", error)
            return
        if written.action == "refused":
            self._refused(change, written)
            return
        self.digests[change.key] = written.digest
        self._close(change, "done")

    def _write(self, change: Change, expect: str) -> Written:
        if change.write == "move":
            ranks = [item.fields["position"] for item in self.wanted.objects if item.key == change.key]
            return self.lms.write(
                Write(
                    key=change.key, kind=change.kind, verb="update", parent=change.parent, expect=expect,
                    fields={"position": ranks[0]}, modname=change.modname, moodle_id=change.moodle_id,
                ),
                run=self.run,
            )  # fmt: skip
        elsewhere = (
            change.kind is Kind.MODULE and change.write != "create" and change.parent != self._section(change.key)
        )
        if change.write == "rename":
            was = str(change.seen["key"])
            known = self.digests.get(was, change.expect)
            return self.lms.write(
                Write(key=change.key, kind=change.kind, verb="rename", parent="", fields={}, expect=known, was=was),
                run=self.run,
            )
        return self.lms.write(
            Write(
                key=change.key, kind=change.kind, verb=change.write, fields=change.wanted, modname=change.modname,
                parent="" if elsewhere else change.parent, expect="" if change.write == "create" else expect,
                moodle_id=change.moodle_id, package=self._package(change), allow=change.allow,
            ),
            run=self.run,
        )  # fmt: skip

    def _section(self, key: str) -> str:
        return next((item.parent for item in self.wanted.objects if item.key == key), "")

    def _package(self, change: Change) -> Path | None:
        """Return the file to send, or a folder's, written to a temporary folder when only the bytes are known."""
        if not _carries(change):
            return None
        found = self.wanted.files.get(change.key)
        if found is None or isinstance(found, Path):
            return found
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="cyclesync-")))
        if isinstance(found, Mapping):
            for file, content in found.items():
                (folder / Path(file).name).write_bytes(content)
            return folder
        name = change.wanted.get("filename")
        path = folder / (Path(name).name if isinstance(name, str) and name else "fichier")
        path.write_bytes(found)
        return path

    def _again(self, change: Change, refused: Written) -> Written:
        """Read Moodle again after a stale refusal; write once more when the very same change is still wanted."""
        plan = self._fresh()
        still = plan.find(change.id)
        if still is not None:
            return self._write(still, still.expect)
        if plan.holds_back(change.key, change.verb, change.wanted):
            return refused
        return Written(change.key, "unchanged", change.moodle_id, self.digests.get(change.key, ""))

    def _unknown(self, change: Change, error: MoodleError) -> None:
        """Read Moodle again after a lost answer: what is no longer to be done was done."""
        try:
            plan = self._fresh()
        except MoodleError:
            self.silent = True
            self._fail(change, "unreachable", error)
            return
        if plan.find(change.id) is None and not plan.holds_back(change.key, change.verb, change.wanted):
            self._close(change, "done", "answer_lost")
        else:
            self._fail(change, "error", error)

    def _fresh(self) -> Plan:
        """Read the course again and keep the digests of what is there now."""
        state = self.lms.course_state(self.plan.promotion)
        self.digests = {item.key: item.digest for item in (*([state.course] if state.course else []), *state.objects)}
        return plan_from(state, self.wanted, promotion=self.plan.promotion, allow=self.plan.allows, only=self.plan.only)

    def _refused(self, change: Change, written: Written) -> None:
        reason = _REASONS.get(written.code, written.message or written.code)
        if written.affected:
            reason += (
                f" ({written.affected} stagiaires concernés)" if written.affected > 1 else " (1 stagiaire concerné)"
            )
        self.messages.append(f"{change.title}\u00a0: {reason}.")
        self.failed.add(change.key)
        self._close(change, "refused", written.code, written.affected)

    def _fail(self, change: Change, code: str, error: CyclesyncError) -> None:
        self.messages.append(f"{change.title}\u00a0: {error.sentence}")
        self.failed.add(change.key)
        self._close(change, "failed", code)

    def _close(self, change: Change, outcome: str, code: str = "", affected: int = 0) -> None:
        if outcome == "not_tried":
            self.failed.add(change.key)
        self.outcomes.append(Outcome(change.id, change.key, change.title, outcome, code, affected))
        self._journal(change.key, change.verb.value, outcome, code)

    def _journal(self, key: str, verb: str, outcome: str, code: str) -> None:
        self.journal.record(
            JournalEntry(self.run, self.plan.promotion, key, verb, outcome, code[:200], self.clock.now())
        )


_REASONS: Mapping[str, str] = {
    "changed_since": "l’objet a changé dans Moodle depuis l’aperçu, il est laissé tel quel",
    "attempt_loss": "des stagiaires perdraient leur résultat",
    "attempt-loss": "des stagiaires perdraient leur résultat",
    "completion_unlock": "l’achèvement d’activité ne peut plus être modifié, des stagiaires ont commencé",
    "completion-unlock": "l’achèvement d’activité ne peut plus être modifié, des stagiaires sont inscrits",
    "foreign": "l’objet n’appartient pas à cette installation de cyclesync",
    "exists": "un objet qui porte cette clé, ou cette inscription, existe déjà",
    "missing": "ce qui devait le contenir n’existe pas",
    "busy": "Moodle était occupé par une autre écriture",
    "user": "le compte Moodle n’existe pas",
    "capability": "le compte de service n’a pas le droit nécessaire (voir « cyclesync check »)",
    "invalid": "Moodle refuse une valeur",
}
