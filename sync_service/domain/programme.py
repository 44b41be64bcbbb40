"""What a promotion asks of people: modules, activities followed, deposits, dates, drawn from its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sync_service.domain.attempts import AttemptRules
from sync_service.domain.keys import make_key
from sync_service.domain.layout import Assign, Mark, Scorm
from sync_service.domain.promotion import PromotionFiles


@dataclass(frozen=True, slots=True)
class ProgrammeModule:
    """One module: its label, and the key of its package when it has one."""

    number: int
    label: str
    described: bool
    preparation: str


@dataclass(frozen=True, slots=True)
class Programme:
    """All that projections and reports need of a promotion's files."""

    promotion: str
    label: str
    title: str
    """Title of the cycle."""
    cycle: str
    referential: str
    zone: ZoneInfo
    starts_on: date
    total_days: int | None
    approximate: bool
    modules: tuple[ProgrammeModule, ...]
    deposits: tuple[tuple[str, str], ...]
    """(key, label) of each deposit of the dossier, in order."""
    to_do: tuple[tuple[str, str], ...]
    """(key, label) of every activity followed, deposits and packages included."""
    activities: Mapping[str, str]
    """Key → name of everything in the course, the course included: what was read in Moodle is said by its name."""
    required: tuple[str, ...]
    """Documents exigés (R11)."""
    required_notice: str
    checklist: tuple[str, ...]
    """Points that whoever controls a dossier ticks (R08)."""
    dossier_due: date | None
    jury_on: date | None
    jury_place: str
    outcomes: Mapping[str, str]
    sources: Mapping[str, str]
    """Rule → where it comes from; question → what is asked."""
    contact: str
    followed_rule: str | None
    tolerance_percent: int
    """R04: how far the planned days may be from the announced ones before it is said."""
    jury_members_min: int
    jury_external_percent: int
    jury_quorum: str
    """« tous » or « majorite »."""
    trainers: frozenset[str]
    """Intervenant(e)s of the calendar: a jury member among them is signalled (R14)."""
    attempts: AttemptRules
    """Q15, Q16."""
    attendance_percent: int | None
    """R05: below it a person is signalled; None: no threshold was set."""
    workplace_mandatory: bool
    """R06: whether a mise en application must be attested."""

    @property
    def undescribed(self) -> int:
        """How many modules the source document does not describe."""
        return sum(not m.described for m in self.modules)

    def source(self, rule: str) -> str:
        """Return « R12 – brochure … », or the rule alone."""
        said = self.sources.get(rule, "")
        return f"{rule} – {said}" if said else rule


def programme_of(files: PromotionFiles) -> Programme:
    """Draw the programme from a promotion's files."""
    promotion, cycle = files.promotion, files.cycle
    rules = cycle.rules
    return Programme(
        promotion=promotion.id,
        label=promotion.label,
        title=cycle.title,
        cycle=cycle.id,
        referential=f"{cycle.referential.version} {cycle.referential.sha256}",
        zone=ZoneInfo(promotion.zone),
        starts_on=promotion.starts_on,
        total_days=cycle.duration.days,
        approximate=cycle.duration.approximate,
        modules=_modules(files),
        deposits=_deposits(files),
        to_do=tuple((make_key(promotion.id, a.key), _label(a.name)) for _, a in files.layout.activities() if a.tracked),
        activities=_names(files),
        required=rules.dossier.required_documents,
        required_notice=rules.dossier.required_documents_notice,
        checklist=rules.dossier.checklist,
        dossier_due=promotion.deadlines.dossier_due_day,
        jury_on=promotion.deadlines.jury_date,
        jury_place=promotion.deadlines.jury_place,
        outcomes=rules.jury.outcomes,
        sources={name: rule.source for name, rule in rules.sources.items()}
        | {name: f"question ouverte\u00a0: {asked.question}" for name, asked in rules.questions.items()},
        contact=promotion.contact.pages or promotion.contact.general,
        followed_rule=rules.attendance.followed_rule,
        tolerance_percent=round(rules.duration.tolerance * 100),
        jury_members_min=rules.jury.members_min,
        jury_external_percent=round(rules.jury.external_share_min * 100),
        jury_quorum=rules.jury.quorum,
        trainers=frozenset(name for session in files.calendar.sessions for name in session.intervenants),
        attempts=AttemptRules(
            rules.jury.second_attempts,
            rules.jury.second_attempt_within,
            rules.jury.second_attempt_redo,
            rules.jury.justified_absence_next_session,
            rules.jury.unjustified_absence_counts,
        ),
        attendance_percent=None if rules.attendance.threshold is None else round(rules.attendance.threshold * 100),
        workplace_mandatory=rules.alternation.trace == "obligatoire",
    )


def _label(name: str) -> str:
    """Return the name of an activity without what Moodle shows beside it."""
    return name.removesuffix(f" ({Mark.TO_DO.value})")


def _names(files: PromotionFiles) -> dict[str, str]:
    promotion = files.promotion.id
    named = {make_key(promotion, a.key): _label(a.name) for _, a in files.layout.activities()}
    return {make_key(promotion, "course"): files.promotion.moodle.fullname, **named}


def _modules(files: PromotionFiles) -> tuple[ProgrammeModule, ...]:
    packages = {a.module: a.key for _, a in files.layout.activities() if isinstance(a, Scorm) and a.tracked}
    packages |= {
        s.module: a.key for s, a in files.layout.activities() if isinstance(a, Scorm) and s.module and a.tracked
    }
    return tuple(
        ProgrammeModule(
            m.number,
            m.label,
            m.described,
            make_key(files.promotion.id, packages[m.number]) if m.number in packages else "",
        )
        for m in files.cycle.modules
    )


def _deposits(files: PromotionFiles) -> tuple[tuple[str, str], ...]:
    return tuple(
        (make_key(files.promotion.id, a.key), _label(a.name))
        for _, a in files.layout.activities()
        if isinstance(a, Assign) and a.due
    )
