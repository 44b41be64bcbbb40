"""R3: what is missing, the nearest deadline first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sync_service.domain import french
from sync_service.domain.attendance import status_of
from sync_service.domain.certification import Context, Standing
from sync_service.domain.gaps import OFFICE, Gap, gaps, urgency
from sync_service.domain.reports.model import Cell, Column, Ending, Report, Section, Table
from sync_service.domain.reports.promotion import dossier_notice
from sync_service.domain.retention import lost_attendance

COLUMNS = (
    Column("name", "Stagiaire ou candidat(e)", head=True),
    Column("missing", "Il manque"),
    Column("rule", "Règle"),
    Column("blocking", "Bloquant"),
    Column("before", "Échéance"),
    Column("days_left", "Jours restants"),
    Column("reminded_on", "Relancé le"),
    Column("who", "À faire par"),
)
_BROCHURE = re.compile(r"^B:(\d+(?:-\d+)?)")
"""How files name a line of the brochure."""


def missing_report(standings: Sequence[Standing], context: Context, ending: Ending) -> Report:
    """Make R3 of everyone active in the promotion."""
    programme = context.programme
    found = sorted((*_personal(standings, context), *unkeyed_sessions(standings, context)), key=urgency)
    table = Table(
        "missing",
        f"Ce qui manque dans la promotion {programme.label}, par échéance",
        COLUMNS,
        tuple(_row(gap, context) for gap in found),
        "Il ne manque rien.",
    )
    return Report(
        code="R3",
        name="missing",
        title=f"Relevé des manques – promotion {programme.label}",
        subtitle=f"Cycle « {programme.title} »",
        sections=(
            Section("En bref", sentences=_summary(found)),
            Section("Ce qui manque", tables=(table,)),
            Section("D’où viennent les règles", pairs=_rules(found, context)),
        ),
        footers=ending.footers(),
        notices=(*ending.notices, *dossier_notice(context)),
        stamp=ending.stamp,
        main="missing",
    )


def _personal(standings: Sequence[Standing], context: Context) -> Iterator[Gap]:
    return (gap for s in standings for gap in gaps(s, context) if gap.key != "attendance")


def unkeyed_sessions(standings: Sequence[Standing], context: Context) -> Iterator[Gap]:
    """Yield one line for each past session with half-days not keyed, rather than one for each person."""
    active = [s for s in standings if s.enrolment.active and not lost_attendance(s)]
    for session in context.sessions:
        keys = [key for key in session.halfdays if session.counts]
        open_ = [
            (s.candidate.subject, key)
            for s in active
            for key in keys
            if status_of(key, s.halfdays, s.enrolment, context.as_of, s.exempt) == "non_saisi"
        ]
        if open_:
            people = len({subject for subject, _ in open_})
            missing = (
                f"la saisie de {french.count(len(open_), 'demi-journée')} de la session "
                f"{_of(session.module)} du {french.long_date(session.halfdays[0].day)}"
            )
            who = french.count(people, "personne")
            yield Gap(
                "", who, missing, "R05", blocking=False, who=OFFICE, before=context.programme.jury_on, key="sheet"
            )


def _of(module: int | None) -> str:
    return "d’accompagnement méthodologique" if module is None else f"du module {module}"


def _summary(found: Sequence[Gap]) -> tuple[str, ...]:
    blocking = sum(gap.blocking for gap in found)
    people = len({gap.subject for gap in found if gap.blocking})
    return (
        (
            f"{french.count(blocking, 'manque bloquant', 'manques bloquants')} pour {french.count(people, 'personne')}, "
            f"{french.count(len(found) - blocking, 'autre point', 'autres points')} à traiter."
        ),
    )


def _row(gap: Gap, context: Context) -> tuple[Cell, ...]:
    return (
        gap.name,
        gap.missing,
        gap.rule,
        "oui" if gap.blocking else "non",
        gap.before,
        gap.days_left(context.as_of),
        gap.reminded_on,
        gap.who,
    )


def _rules(found: Sequence[Gap], context: Context) -> tuple[tuple[str, Cell], ...]:
    sources = context.programme.sources
    return tuple(
        (rule, _BROCHURE.sub(r"brochure, ligne \1 :", sources[rule]))
        for rule in sorted({rule for gap in found for rule in gap.rule.split(", ")})
        if rule in sources
    )
