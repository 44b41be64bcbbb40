"""R13 over several promotions: the office's year in one table, small numbers hidden, both denominators."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from sync_service.domain import french
from sync_service.domain.candidate import EnrolmentState
from sync_service.domain.certification import Context, Standing
from sync_service.domain.jury import FAVOURABLE
from sync_service.domain.reports.masking import MASKED, SMALLEST
from sync_service.domain.reports.model import Cell, Column, Ending, Report, Section, Table, rate
from sync_service.domain.reports.outcome import (
    ISSUED,
    LEAVING,
    delays_of,
    juries_met,
    last_decided,
    leaving_reason,
)
from sync_service.domain.reports.suppression import Sum, hidden_cells

WHOLE = "Ensemble"
_ENROLLED: tuple[tuple[str, str], ...] = (
    ("stayed", "Restés jusqu’ici"), ("left", "Sorties"), ("moved", "Transferts"), ("suspended", "Suspensions"),
)  # fmt: skip
_SEEN: tuple[tuple[str, str], ...] = (
    ("favourable", "Favorables"), ("postponed", "Ajournés"), ("other", "Autres décisions"), ("undecided", "Sans décision signée"),
)  # fmt: skip
_COLUMNS = (
    Column("promotion", "Promotion", head=True), Column("enrolled", "Inscrits"),
    *(Column(code, heading) for code, heading in _ENROLLED),
    Column("seen", "Présentés"), *(Column(code, heading) for code, heading in _SEEN),
    Column("issued", "Certificats valides"),
    Column("of_enrolled", "Favorables sur inscrits"), Column("of_seen", "Favorables sur présentés"),
)  # fmt: skip
_REASONS = (Column("reason", "Motif de sortie", head=True), Column("people", "Personnes"))
_DELAYS = (Column("delay", "Délai", head=True), Column("median", "Médiane (jours)"))
_STATES = {
    EnrolmentState.WITHDRAWN: "left", EnrolmentState.TRANSFERRED: "moved", EnrolmentState.SUSPENDED: "suspended",
}  # fmt: skip
_MEANING = (
    (
        "Deux dénominateurs, toujours : toutes les personnes inscrites un jour dans la promotion, et celles qui se sont "
        "présentées devant un jury. Seules les décisions dont le procès-verbal est signé comptent."
    ),
    "Une personne transférée est comptée dans chacune de ses promotions ; ses juries le sont dans la promotion qui l’a présentée.",
    (
        f"Un nombre de 1 à {SMALLEST - 1} personnes est masqué, et avec lui ce qu’il faut pour qu’aucune soustraction, en ligne "
        "ou en colonne, ne le donne. Un zéro est écrit."
    ),
)


@dataclass(frozen=True, slots=True)
class Cohort:
    """One promotion, as loaded."""

    standings: tuple[Standing, ...]
    context: Context


def bilan_report(cohorts: Sequence[Cohort], ending: Ending) -> Report:
    """Make R13 of several promotions."""
    labels = [c.context.programme.label for c in cohorts]
    shown = _Shown(cohorts)
    return Report(
        code="R13",
        name="outcome",
        title=f"Bilan – {french.count(len(cohorts), 'promotion')}",
        subtitle=f"Promotions {french.listing(labels)}",
        sections=(
            Section("Ce que sont devenues les personnes", sentences=_MEANING, tables=(_people(cohorts, shown),)),
            Section("Motifs de sortie", tables=(_reasons(shown),)),
            Section("Délais", tables=(_delays(cohorts),)),
        ),
        footers=ending.footers(),
        notices=ending.notices,
        stamp=ending.stamp,
    )


class _Shown:
    """Counts of every promotion and of the whole, small ones hidden.

    Certificates are hidden with the favourable decisions that lead to them: one number nearly tells the other.
    """

    def __init__(self, cohorts: Sequence[Cohort]) -> None:
        self.rows = [c.context.programme.label for c in cohorts]
        self.values: dict[tuple[str, str], int] = {}
        for cohort in cohorts:
            for code, number in _counted(cohort).items():
                self.values[cohort.context.programme.label, code] = number
        codes = [c.code for c in _COLUMNS[1:-2]]
        for code in codes:
            self.values[WHOLE, code] = sum(self.values[row, code] for row in self.rows)
        left = Counter(code for c in cohorts for code in _left(c))
        self.reasons = sorted(left)
        self.values |= {("reason", code): number for code, number in left.items()}
        sums = self._sums(codes)
        first = hidden_cells(self.values, sums)
        nearly = [(row, "issued") for row in (*self.rows, WHOLE) if (row, "favourable") in first]
        self.hidden = hidden_cells(self.values, sums, also=nearly)

    def _sums(self, codes: Sequence[str]) -> list[Sum[tuple[str, str]]]:
        found = [Sum((WHOLE, code), tuple((row, code) for row in self.rows)) for code in codes]
        for row in (*self.rows, WHOLE):
            found.append(Sum((row, "enrolled"), tuple((row, code) for code, _ in _ENROLLED)))
            found.append(Sum((row, "seen"), tuple((row, code) for code, _ in _SEEN)))
        found.append(Sum((WHOLE, "left"), tuple(("reason", code) for code in self.reasons)))
        return found

    def cell(self, row: str, code: str) -> Cell:
        return MASKED if (row, code) in self.hidden else self.values[row, code]

    def rate(self, row: str, whole: str) -> Cell:
        if {(row, "favourable"), (row, whole)} & self.hidden:
            return MASKED
        return rate(self.values[row, "favourable"], self.values[row, whole])


def _counted(cohort: Cohort) -> Counter[str]:
    found: Counter[str] = Counter(dict.fromkeys((c.code for c in _COLUMNS[1:-2]), 0))
    for standing in cohort.standings:
        found["enrolled"] += 1
        found[_STATES.get(standing.enrolment.state, "stayed")] += 1
        found["issued"] += standing.certificate.state in ISSUED
        if juries_met(standing, cohort.context):
            found["seen"] += 1
            found[_decision(standing, cohort.context)] += 1
    return found


def _decision(standing: Standing, context: Context) -> str:
    held = last_decided(standing, context)
    if held is None:
        return "undecided"
    return {FAVOURABLE: "favourable", "ajourne": "postponed"}.get(held.decision, "other")


def _left(cohort: Cohort) -> list[str]:
    gone = [s for s in cohort.standings if s.enrolment.state is EnrolmentState.WITHDRAWN]
    return [leaving_reason(s) for s in gone]


def _people(cohorts: Sequence[Cohort], shown: _Shown) -> Table:
    rows = [
        (row, *(shown.cell(row, c.code) for c in _COLUMNS[1:-2]), shown.rate(row, "enrolled"), shown.rate(row, "seen"))
        for row in (*shown.rows, WHOLE)
    ]
    caption = f"Inscriptions, passages et décisions de {french.count(len(cohorts), 'promotion')}"
    return Table("people", caption, _COLUMNS, tuple(rows))


def _reasons(shown: _Shown) -> Table:
    rows = tuple((_word(code), shown.cell("reason", code)) for code in shown.reasons)
    return Table("reasons", "Sorties du cycle, par motif", _REASONS, rows, "Aucune sortie.")


def _word(code: str) -> str:
    said = LEAVING.get(code, "motif non codé")
    return f"{said[:1].upper()}{said[1:]}"


def _delays(cohorts: Sequence[Cohort]) -> Table:
    labels: dict[str, list[int]] = {}
    for cohort in cohorts:
        for label, found in delays_of(cohort.standings, cohort.context):
            labels.setdefault(label, []).extend(found)
    rows = tuple(_delay(label, found) for label, found in labels.items())
    return Table("delays", f"Délais médians, où {SMALLEST} personnes au moins ont les deux dates", _DELAYS, rows)


def _delay(label: str, found: Sequence[int]) -> tuple[Cell, ...]:
    if not found:
        return (label, None)
    return (label, MASKED if len(found) < SMALLEST else Decimal(str(median(found))))
