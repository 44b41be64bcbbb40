"""R12: statistics of a promotion, module by module; nobody can be recognised in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet

from sync_service.domain import french
from sync_service.domain.attendance import Tally
from sync_service.domain.certification import Context, Standing
from sync_service.domain.reports.attendance import SUPPORT
from sync_service.domain.reports.masking import EXPLAINED, MASKED, SMALLEST, Part, mask
from sync_service.domain.reports.model import Cell, Column, Ending, Report, Section, Table

_PARTS: tuple[tuple[str, str, Callable[[Tally], int]], ...] = (
    ("attended", "Demi-journées faites", lambda t: t.attended),
    ("partial", "Partielles", lambda t: t.partial),
    ("excused", "Absences justifiées", lambda t: t.excused),
    ("unexcused", "Absences injustifiées", lambda t: t.unexcused),
    ("exempt", "Dispensées", lambda t: t.exempt),
    ("not_keyed", "Non saisies", lambda t: t.not_keyed),
    ("upcoming", "À venir", lambda t: t.upcoming),
)
_PREPARATIONS = (("fait", "done", "Faite"), ("non fait", "not_done", "Non faite"), ("non lu", "unread", "Non lue"))
_HALFDAYS = (
    Column("module", "Module", head=True),
    Column("enrolled", "Inscrits"),
    Column("planned", "Demi-journées prévues"),
    Column("due", "Dues par l’ensemble"),
    *(Column(code, heading) for code, heading, _ in _PARTS),
)
_PREPARED = (
    Column("module", "Module", head=True),
    Column("enrolled", "Inscrits"),
    *(Column(code, heading) for _, code, heading in _PREPARATIONS),
)


def modules_report(
    standings: Sequence[Standing], context: Context, ending: Ending, *, labels: Sequence[str] = ()
) -> Report:
    """Make R12 of those who belong to the promotion on the day looked at, or to several, ``labels``, of the same cycle."""
    programme = context.programme
    active = [s for s in standings if s.enrolment.active]
    where = f"promotions {french.listing(labels)}" if labels else f"promotion {programme.label}"
    return Report(
        code="R12",
        name="modules",
        title=f"Statistiques par module – {where}",
        subtitle=f"Cycle « {programme.title} »",
        sections=(
            Section("En bref", sentences=(*_summary(active, context), *(_SEVERAL if labels else ()))),
            Section("Demi-journées", tables=(_halfdays(active, context),)),
            Section("Préparations en ligne", tables=(_preparations(active, context),)),
        ),
        footers=ending.footers(),
        notices=ending.notices,
        stamp=ending.stamp,
    )


_SEVERAL = (
    "Plusieurs promotions ensemble ; « Demi-journées prévues » : celles de la promotion qui en prévoit le plus.",
)


def _summary(active: Sequence[Standing], context: Context) -> tuple[str, ...]:
    programme = context.programme
    undescribed = programme.undescribed
    said = [
        _people(len(active)),
        f"Aucun taux par module : le document source ne donne ni durée ni seuil par module ({programme.source('Q02')}).",
        "Aucun résultat chiffré : les quiz d’entraînement sont privés et rien n’en est relevé.",
        EXPLAINED,
    ]
    if undescribed:
        said.append(f"{french.count(undescribed, 'module non décrit', 'modules non décrits')} dans le document source.")
    return tuple(said)


def _people(number: int) -> str:
    if 0 < number < SMALLEST:
        return f"Moins de {SMALLEST} personnes inscrites : tout le détail est masqué."
    return f"{french.count(number, 'personne inscrite', 'personnes inscrites')} au jour regardé."


def _shown(number: int) -> Cell:
    return MASKED if 0 < number < SMALLEST else number


def _halfdays(active: Sequence[Standing], context: Context) -> Table:
    rows = [
        _row(module.label, tuple(s.modules[place].tally for s in active))
        for place, module in enumerate(context.programme.modules)
        if module.described
    ]
    rows.append(_row(SUPPORT, tuple(s.support for s in active)))
    first = len(_HALFDAYS) - len(_PARTS)
    hidden = {place - first for row in rows for place, cell in enumerate(row) if cell == MASKED and place >= first}
    rows.append(_row("Ensemble du calendrier", tuple(s.tally for s in active), also=hidden))
    return Table("halfdays", "Demi-journées de formation, toutes personnes ensemble", _HALFDAYS, tuple(rows))


def _row(label: str, tallies: Sequence[Tally], *, also: AbstractSet[int] = frozenset()) -> tuple[Cell, ...]:
    """Count one module; what was before or after someone’s enrolment is not due."""
    people = len(tallies)
    parts = [Part(sum(map(of, tallies)), sum(of(t) > 0 for t in tallies)) for _, _, of in _PARTS]
    due = sum(part.value for part in parts)
    return (
        label,
        _shown(people),
        max((t.planned for t in tallies), default=0),
        due if people >= SMALLEST or not people else MASKED,
        *mask(parts, people, also=also),
    )


def _preparations(active: Sequence[Standing], context: Context) -> Table:
    rows = []
    for place, module in enumerate(context.programme.modules):
        if module.preparation:
            said = [s.modules[place].preparation for s in active]
            counts = [said.count(state) for state, _, _ in _PREPARATIONS]
            rows.append((module.label, _shown(len(active)), *mask([Part(n, n) for n in counts], len(active))))
    caption = "Préparations en ligne, d’après le relevé Moodle"
    return Table("preparations", caption, _PREPARED, tuple(rows), "Aucune préparation suivie dans Moodle.")
