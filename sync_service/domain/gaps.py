"""What is missing, in a sentence each: il manque … ; à … de faire ; avant le … (domain.md §4.1 R3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sync_service.domain import french
from sync_service.domain.certificate import ENDED, CertificateState
from sync_service.domain.certification import Context, Standing, attempts_of, dossier_due, fresh, own_jury_day
from sync_service.domain.dossier import Deposit, DossierState
from sync_service.domain.jury import FAVOURABLE
from sync_service.domain.retention import lost_attendance
from sync_service.domain.second_person import waiting
from sync_service.domain.seen import why_unread

OFFICE = "service certification"
JURY = "jury"
PRESIDENT = "président ou délégataire"
_TO = {
    OFFICE: "au service certification",
    JURY: "au jury",
    PRESIDENT: "au président ou à son délégataire",
}
SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing: what, by which rule, whose move, by when."""

    subject: str
    name: str
    missing: str
    """Reads after « Il manque »."""
    rule: str
    blocking: bool
    who: str
    before: date | None = None
    reminded_on: date | None = None
    key: str = ""
    """Short code of the kind of gap, stable."""
    activities: tuple[str, ...] = ()
    """Keys of the activities of Moodle in which the move is made."""

    @property
    def sentence(self) -> str:
        """Say it whole."""
        when = f" ; avant le {french.long_date(self.before)}" if self.before else ""
        return french_points(f"Il manque {self.missing} ; {_TO.get(self.who, f'à {self.name}')} de faire{when}.")

    def days_left(self, today: date) -> int | None:
        """Return the days left before the deadline, negative when it has passed."""
        return (self.before - today).days if self.before else None


def french_points(text: str) -> str:
    """Put no-break spaces before double punctuation."""
    return text.replace(" ;", "\u202f;").replace(" :", "\u00a0:")


def gaps(standing: Standing, context: Context) -> tuple[Gap, ...]:
    """Return all that one person lacks on the day looked at, the most urgent first."""
    if not standing.enrolment.active or standing.certificate.state in _FINISHED:
        return tuple(_second_person(standing, context, before=None))
    found = (*_second_person(standing, context, before=context.programme.jury_on), *_second_attempt(standing, context), *_account(standing, context), *_signals(standing), *_dossier(standing, context), *_jury(standing, context),
             *_certificate(standing, context), *_attendance(standing, context), *_workplace(standing, context),
             *_preparations(standing, context))  # fmt: skip
    return tuple(sorted(found, key=urgency))


def urgency(gap: Gap) -> tuple[date, bool, str]:
    """Order by deadline, blocking first, then by what is missing; no deadline comes last."""
    return gap.before or date.max, not gap.blocking, gap.missing


_FINISHED = {CertificateState.HANDED_OVER, *ENDED}


def _gap(
    standing: Standing,
    key: str,
    missing: str,
    rule: str,
    who: str,
    *,
    before: date | None = None,
    blocking: bool = True,
    activities: tuple[str, ...] = (),
) -> Gap:
    return Gap(
        standing.candidate.subject,
        standing.name,
        missing,
        rule,
        blocking,
        who,
        before,
        standing.dossier.reminded_on,
        key,
        activities,
    )


def _account(standing: Standing, context: Context) -> Iterator[Gap]:
    """Ask for an account only where a site was read: an office without a site has none to link."""
    if not standing.linked and context.runs:
        missing = "le rattachement de son compte Moodle"
        yield _gap(standing, "account", missing, "R21", OFFICE, blocking=False)


def _signals(standing: Standing) -> Iterator[Gap]:
    """Ask for the office's opinion until it declares the dossier admissible, which is its answer."""
    if standing.dossier.state in {DossierState.ADMISSIBLE, DossierState.SEALED}:
        return
    for signal in standing.signals:
        missing = f"l’avis du service sur l’ancienneté ({signal.partition(' (R01)')[0]})"
        yield _gap(standing, "eligibility", missing, "R01", OFFICE, blocking=False)


def _dossier(standing: Standing, context: Context) -> Iterator[Gap]:
    dossier, last = standing.dossier, attempts_of(standing, context).before
    due, jury = dossier_due(standing, context) or last, own_jury_day(standing, context) or last
    if not dossier.handed_in:
        yield from _deposits(standing, context)
        return
    if dossier.state in _REVIEW:
        steps = {
            DossierState.HANDED_IN: "le contrôle du dossier (pratique et acquis, actions réalisées, analyse de chacune)",
            DossierState.IN_REVIEW: "le résultat du contrôle du dossier",
        }
        yield _gap(standing, "review", steps[dossier.state], "R08, R09, R10", OFFICE, before=jury)
    if dossier.state is DossierState.INCOMPLETE:
        named = f"au dossier : {french.listing(dossier.missing) or 'les pièces demandées'}"
        yield _gap(standing, "pieces", named, "R12", standing.role, before=due)
    if dossier.state is DossierState.COMPLETE:
        yield _gap(standing, "admissible", "la décision de recevabilité", "R12", OFFICE, before=jury)
    if dossier.state is DossierState.ADMISSIBLE:
        yield _gap(standing, "sealing", "la remise du dossier au jury", "R12", OFFICE, before=jury)


WHOLE_DOSSIER = "la remise du dossier pour le jury"
"""What is asked where no site was ever read: on paper."""
_REVIEW = {DossierState.HANDED_IN, DossierState.IN_REVIEW}
_NEEDED = {"draft": "la remise définitive", "reopened": "une nouvelle remise"}


def _deposits(standing: Standing, context: Context) -> Iterator[Gap]:
    due = dossier_due(standing, context) or attempts_of(standing, context).before
    by_status: dict[str, list[Deposit]] = {}
    for deposit in standing.dossier.deposits:
        by_status.setdefault(deposit.status, []).append(deposit)
    for status, found in by_status.items():
        named = french.listing([f"du {d.short}" for d in found])
        if status == "unread" and not context.runs:
            yield _gap(standing, "deposit", WHOLE_DOSSIER, "R07", standing.role, before=due)
        elif status == "unread":
            why = why_unread(fresh(standing, found[0].key, context))
            missing = f"la lecture {named} (non lu : {why})"
            yield _gap(standing, "unread", missing, "R07", OFFICE, before=due)
        elif status != "submitted":
            note = " (brouillon non remis)" if status == "draft" else ""
            missing = f"{_NEEDED.get(status, 'la remise')} {named}{note}"
            keys = tuple(d.key for d in found)
            yield _gap(standing, "deposit", missing, "R07", standing.role, before=due, activities=keys)


def _jury(standing: Standing, context: Context) -> Iterator[Gap]:
    if standing.dossier.state is not DossierState.SEALED:
        return
    passage, day = standing.passage, context.programme.jury_on
    jury = context.juries.get(passage.jury) if passage else None
    held = jury.held_on if jury and jury.held_on else day
    if passage is None or (passage.convened_on is None and not passage.decision):
        yield _gap(standing, "convening", "la convocation devant le jury", "R14", OFFICE, before=held)
    elif not passage.decision and passage.presence in {"absent", "excuse"}:
        return  # what is missing is another session, which _second_attempt asks for
    elif not passage.decision:
        yield _gap(standing, "decision", "la décision du jury", "R13", JURY, before=held)
    elif jury is None or not jury.signed:
        yield _gap(standing, "minutes", "la signature du procès-verbal", "R14", JURY, before=held)
    elif passage.notified_on is None:
        yield _gap(standing, "notification", "la notification de la décision", "Q17", OFFICE, blocking=False)


def _second_person(standing: Standing, context: Context, *, before: date | None) -> Iterator[Gap]:
    """Say which acts one person proposed and another must record, and since when once a month has passed."""
    zone = context.programme.zone
    for held in waiting(standing.entries, context.as_of).values():
        made = f"proposé le {french.short_date(held.proposed_on(zone))} par {held.by}"
        parts = (held.words, made, held.waits_words(context.as_of, zone))
        missing = f"une seconde personne : {', '.join(filter(None, parts))}"
        yield _gap(standing, "second-person", missing, "deux personnes", OFFICE, before=before)


def _second_attempt(standing: Standing, context: Context) -> Iterator[Gap]:
    """Say that someone put off, or absent, may come before a jury again, and until when (Q15, Q16)."""
    held, rules, passage = attempts_of(standing, context), context.programme.attempts, standing.passage
    waits = passage is not None and not passage.decision and not passage.presence
    if held.absent and (held.absent == "excuse" or not rules.unjustified_counts):
        kind = "justifiée" if held.absent == "excuse" else "non justifiée"
        missing = f"la convocation à une nouvelle session de jury (absence {kind})"
        yield _gap(standing, "absence", missing, "Q16", OFFICE, before=held.before, blocking=False)
    elif held.awaited and not waits:
        missing = f"la seconde présentation devant le jury ({rules.redo})"
        yield _gap(standing, "second-attempt", missing, "Q15", standing.role, before=held.before, blocking=False)


def _certificate(standing: Standing, context: Context) -> Iterator[Gap]:
    passage = standing.passage
    jury = context.juries.get(passage.jury) if passage else None
    if passage is None or passage.decision != FAVOURABLE or jury is None or not jury.signed:
        return
    steps = {
        CertificateState.PROPOSED: ("number", "le numéro du certificat", "R18", OFFICE),
        CertificateState.RESERVED: ("signature", "la signature du certificat", "R15", PRESIDENT),
        CertificateState.SIGNED: ("issue", "la délivrance du certificat", "R15", OFFICE),
        CertificateState.ISSUED: ("handover", "la remise du certificat", "R15", OFFICE),
    }
    if standing.certificate.state in steps:
        key, missing, rule, who = steps[standing.certificate.state]
        yield _gap(standing, key, missing, rule, who, blocking=key != "handover")


def _attendance(standing: Standing, context: Context) -> Iterator[Gap]:
    late = standing.tally.not_keyed
    if late and not lost_attendance(standing):
        missing = f"la saisie de {french.count(late, 'demi-journée')}"
        yield _gap(standing, "attendance", missing, "R05", OFFICE, before=context.programme.jury_on, blocking=False)


def _workplace(standing: Standing, context: Context) -> Iterator[Gap]:
    """Say that no mise en application is attested, where the referential wants one (R06)."""
    attested = any(e.type == "workplace.attested" for e in standing.entries)
    if context.programme.workplace_mandatory and not attested:
        missing = "l’attestation d’une mise en application"
        yield _gap(standing, "workplace", missing, "R06", OFFICE, before=context.programme.jury_on, blocking=False)


def _preparations(standing: Standing, context: Context) -> Iterator[Gap]:
    if standing.dossier.handed_in:
        return
    first = {
        m.module.number: _first_day(m.module.number, context) for m in standing.modules if m.preparation == "non fait"
    }
    due = {number: day for number, day in first.items() if day is not None and day <= context.as_of + SOON}
    if due:
        named = french.listing([str(number) for number in due])
        which = f"du module {named}" if len(due) == 1 else f"des modules {named}"
        coming = [day for day in due.values() if day >= context.as_of]
        before = min(coming, default=None)
        keys = tuple(m.module.preparation for m in standing.modules if m.module.number in due)
        missing = f"la préparation {which}"
        yield _gap(
            standing, "preparation", missing, "Q04", standing.role, before=before, blocking=False, activities=keys
        )


def _first_day(module: int, context: Context) -> date | None:
    days = [key.day for s in context.sessions if s.counts and s.module == module for key in s.halfdays]
    return min(days, default=None)
