"""Where each person stands, as a projection of the register; nothing is stored but events (domain.md §2.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from sync_service.domain.attempts import Attempts, attempts
from sync_service.domain.attendance import (
    ATTENDED,
    CAME,
    HalfDayKey,
    PlannedSession,
    Recorded,
    Tally,
    elsewhere,
    recorded,
    tally,
)
from sync_service.domain.candidate import Candidate, Enrolment
from sync_service.domain.certificate import Certificate, certificate_of
from sync_service.domain.deposits import deposits_of, misplaced_deposits
from sync_service.domain.dossier import Dossier, DossierState, dossier_of
from sync_service.domain.entry import Entry, standing, until
from sync_service.domain.exemption import exempt_halfdays
from sync_service.domain.facts import FactKind
from sync_service.domain.jury import Jury, Passage, passage, passages
from sync_service.domain.programme import Programme, ProgrammeModule
from sync_service.domain.seen import Freshness, ReadRun, Seen, freshness, seen, state_words


@dataclass(frozen=True, slots=True)
class Context:
    """What is shared by everyone of a promotion: its programme, calendar, juries, recent pulls, the day looked at."""

    programme: Programme
    sessions: tuple[PlannedSession, ...]
    juries: Mapping[str, Jury]
    runs: tuple[ReadRun, ...]
    """Pulls that finished, newest first."""
    as_of: date


@dataclass(frozen=True, slots=True)
class ModuleStanding:
    """One module for one person: what was attended and done, never « suivi » without a rule."""

    module: ProgrammeModule
    tally: Tally
    preparation: str
    """fait, non fait, non lu; empty when the module has none."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one person stands on the day looked at."""

    candidate: Candidate
    enrolment: Enrolment
    halfdays: Mapping[HalfDayKey, Recorded]
    exempt: frozenset[HalfDayKey]
    """Half-days of the modules that the office exempted her from."""
    tally: Tally
    modules: tuple[ModuleStanding, ...]
    support: Tally
    """Séquences d’accompagnement méthodologique."""
    elsewhere: tuple[Recorded, ...]
    """Half-days recorded in another promotion: followed there before a transfer, or caught up there."""
    misplaced: tuple[Recorded, ...]
    """Those recorded in a promotion that she had left by then, or was suspended from: signalled, never counted."""
    facts: Mapping[tuple[str, str], Seen]
    dossier: Dossier
    misplaced_deposits: tuple[str, ...]
    """Keys of what was handed in in the course of a promotion that she had left by then."""
    passages: tuple[Passage, ...]
    certificate: Certificate
    signals: tuple[str, ...]
    entries: tuple[Entry, ...]
    linked: bool
    """Whether an account of Moodle is known."""
    name: str
    """As it is shown: with the registration number for homonyms."""

    @property
    def role(self) -> str:
        """Return « stagiaire » until the dossier is handed in, then « candidat(e) »."""
        return "candidat(e)" if self.dossier.handed_in else "stagiaire"

    @property
    def locked(self) -> bool:
        """Whether the dossier waits for the decision of the jury it was handed to; one who was not there may go to another."""
        before = passage(self.passages, self.dossier.sealed_for)
        waits = not before.decision and before.presence not in {"absent", "excuse"}
        return self.dossier.state is DossierState.SEALED and waits

    def fact(self, key: str) -> Seen | None:
        """Return the most telling thing seen of an activity: completion, else package, else submission."""
        for kind in (FactKind.ACTIVITY, FactKind.SCORM, FactKind.SUBMISSION):
            found = self.facts.get((kind.value, key))
            if found is not None:
                return found
        return None

    @property
    def attended_elsewhere(self) -> int:
        """Count the half-days that she followed in another promotion; they are hers, beside those of this one."""
        return sum(held.status in ATTENDED for held in self.elsewhere)

    @property
    def contradictory_elsewhere(self) -> int:
        """Count the presences recorded in a promotion that she had left."""
        return sum(held.status in CAME for held in self.misplaced)

    @property
    def passage(self) -> Passage | None:
        """Return the latest passage before a jury, or None."""
        return self.passages[-1] if self.passages else None


def stand(candidate: Candidate, entries: Sequence[Entry], context: Context, *, shown: str = "") -> Standing:
    """Project one person's standing from her entries of the register.

    Half-days follow her wherever they were recorded; a dossier, a decision, a certificate are of one cycle (R18).
    """
    zone, wanted = context.programme.zone, context.programme.deposits
    own = until(standing(entries), context.as_of, zone)
    enrolment = candidate.enrolments[context.programme.promotion]
    halfdays = recorded(own)
    here = [e for e in own if e.event.cycle in {None, "", context.programme.cycle}]
    exempt = exempt_halfdays(here, context.sessions)
    facts = seen(entries)
    found = passages(here, context.programme.promotion)
    hers, misplaced = _elsewhere(candidate, own, elsewhere(context.sessions, halfdays))
    return Standing(
        candidate=candidate,
        enrolment=enrolment,
        halfdays=halfdays,
        exempt=exempt,
        tally=tally(context.sessions, halfdays, enrolment, context.as_of, exempt),
        modules=tuple(
            _module(m, halfdays, facts, enrolment, context, exempt=exempt) for m in context.programme.modules
        ),
        support=tally([s for s in context.sessions if s.module is None], halfdays, enrolment, context.as_of, exempt),
        elsewhere=hers,
        misplaced=misplaced,
        facts=facts,
        dossier=dossier_of(here, deposits_of(wanted, facts, candidate, zone), context.programme.promotion),
        misplaced_deposits=misplaced_deposits(wanted, facts, candidate, zone),
        passages=found,
        certificate=certificate_of(here, found, context.juries),
        signals=_signals(here),
        entries=tuple(entries),
        linked=bool(candidate.accounts),
        name=shown or candidate.name,
    )


def _elsewhere(
    candidate: Candidate, entries: Sequence[Entry], found: Sequence[Recorded]
) -> tuple[tuple[Recorded, ...], tuple[Recorded, ...]]:
    """Part what another promotion recorded: hers, and what it recorded once she was no longer in it."""
    promotions = {e.event.id: e.event.promotion or "" for e in entries}
    left = {
        item.event
        for item in found
        if (there := candidate.enrolments.get(promotions.get(item.event, ""))) is not None
        and there.is_out(item.key.day)
    }
    return tuple(i for i in found if i.event not in left), tuple(i for i in found if i.event in left)


def _module(
    module: ProgrammeModule,
    halfdays: Mapping[HalfDayKey, Recorded],
    facts: Mapping[tuple[str, str], Seen],
    enrolment: Enrolment,
    context: Context,
    *,
    exempt: AbstractSet[HalfDayKey],
) -> ModuleStanding:
    own = [s for s in context.sessions if s.module == module.number]
    preparation = ""
    if module.preparation:
        found = facts.get((FactKind.ACTIVITY.value, module.preparation))
        preparation = state_words(found or facts.get((FactKind.SCORM.value, module.preparation)))
    return ModuleStanding(module, tally(own, halfdays, enrolment, context.as_of, exempt), preparation)


def _signals(entries: Sequence[Entry]) -> tuple[str, ...]:
    found: list[str] = []
    for entry in entries:
        listed = entry.get("signals") if entry.type == "eligibility.signalled" else None
        if isinstance(listed, list | tuple):
            found += [str(item) for item in listed]
    return tuple(dict.fromkeys(found))


def fresh(standing_: Standing, key: str, context: Context) -> Freshness:
    """Say how fresh the reading of one activity is for one person."""
    if not standing_.linked:
        return Freshness(None, "not_mapped")
    return freshness(context.runs, key, standing_.candidate.subject)


def attempts_of(standing_: Standing, context: Context) -> Attempts:
    """Return where one person stands with her presentations before a jury (Q15, Q16)."""
    return attempts(standing_.passages, context.juries, context.programme.attempts, context.as_of)


def own_jury_day(standing_: Standing, context: Context) -> date | None:
    """Return the day of the jury that a person prepares for.

    The promotion's; once she was before a jury, or absent from it, that of the session she is convened to, None while
    there is none.
    """
    if not _came(standing_):
        return context.programme.jury_on
    last = standing_.passage
    jury = context.juries.get(last.jury) if last and not last.decision and not last.presence else None
    return jury.held_on if jury else None


def dossier_due(standing_: Standing, context: Context) -> date | None:
    """Return the last day to hand a dossier in: as long before her own jury as the promotion's is before its jury."""
    first, jury = context.programme.dossier_due, context.programme.jury_on
    if not _came(standing_):
        return first
    own = own_jury_day(standing_, context)
    return own - (jury - first) if own and jury and first else None


def _came(standing_: Standing) -> bool:
    """Tell whether a person makes her dossier again, after a jury: one that a jury has keeps the days it was made for."""
    if standing_.dossier.state is DossierState.SEALED:
        return False
    return any(p.decision or p.presence in {"absent", "excuse"} for p in standing_.passages)


def outcome_words(decision: str, programme: Programme) -> str:
    """Say a decision in the referential's words."""
    said = programme.outcomes.get(decision, decision)
    return said[:1].upper() + said[1:]


def later_changes(standing_: Standing, context: Context) -> tuple[Seen, ...]:
    """Return what Moodle showed after the jury's view was frozen and its minutes signed (R20, R22)."""
    frozen = [
        p.frozen_seq
        for p in standing_.passages
        if p.frozen_seq >= 0 and p.jury in context.juries and context.juries[p.jury].signed
    ]
    if not frozen:
        return ()
    return tuple(f for _, f in sorted(standing_.facts.items()) if f.seq > max(frozen))
