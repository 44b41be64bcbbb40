"""R13: what became of a promotion: both denominators, every count, the delays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from statistics import median

from sync_service.domain import french
from sync_service.domain.candidate import EnrolmentState
from sync_service.domain.certificate import CertificateState
from sync_service.domain.certification import Context, Standing, outcome_words
from sync_service.domain.jury import FAVOURABLE, Passage
from sync_service.domain.reports.model import Cell, Column, Ending, Report, Section, Table, rate

LEAVING: Mapping[str, str] = {
    "abandon": "abandon",
    "moved": "mobilité",
    "contract_end": "fin de contrat",
    "unavailable": "indisponibilité",
    "cancelled": "inscription annulée",
    "other": "autre motif",
}
"""Coded reasons of a departure, as the office reads them; the register holds no reason of health."""
_COUNTS = (Column("what", "Objet", head=True), Column("people", "Personnes"), Column("detail", "Précision"))
_RATES = (
    Column("rate", "Taux", head=True), Column("part", "Favorables"), Column("whole", "Sur"), Column("percent", "Soit"),
)  # fmt: skip
_DELAYS = (
    Column("delay", "Délai", head=True), Column("people", "Personnes"), Column("median", "Médiane (jours)"),
    Column("least", "Le plus court"), Column("most", "Le plus long"),
)  # fmt: skip
ISSUED = frozenset({CertificateState.ISSUED, CertificateState.HANDED_OVER})


def outcome_report(standings: Sequence[Standing], context: Context, ending: Ending) -> Report:
    """Make R13 of everyone who ever belonged to the promotion."""
    programme = context.programme
    return Report(
        code="R13",
        name="outcome",
        title=f"Bilan – promotion {programme.label}",
        subtitle=f"Cycle « {programme.title} »",
        sections=(
            Section("Effectifs", tables=(_counts(standings, context),)),
            Section("Taux de certification", sentences=_MEANING, tables=(_rates(standings, context),)),
            Section("Délais", tables=(_delays(standings, context),)),
        ),
        footers=ending.footers(),
        notices=(*ending.notices, _INTERNAL),
        stamp=ending.stamp,
    )


_INTERNAL = "Document interne : des effectifs de moins de 5 personnes y sont lisibles ; ne le publiez pas tel quel."
_MEANING = (
    (
        "Deux dénominateurs, toujours : toutes les personnes inscrites un jour dans la promotion, et celles qui se sont "
        "présentées devant un jury."
    ),
    "Seules les décisions dont le procès-verbal est signé comptent.",
)


def last_decided(standing: Standing, context: Context) -> Passage | None:
    """Return her latest passage whose minutes are signed and that has a decision."""
    signed = [p for p in standing.passages if p.decision and p.jury in context.juries and context.juries[p.jury].signed]
    return signed[-1] if signed else None


def juries_met(standing: Standing, context: Context) -> int:
    """Count how many juries of this promotion she met; those of another promotion are counted there."""
    return sum(p.presence == "present" and p.jury in context.juries for p in standing.passages)


def _favourable(standings: Sequence[Standing], context: Context) -> list[Standing]:
    found = [(s, last_decided(s, context)) for s in standings]
    return [s for s, p in found if p is not None and p.decision == FAVOURABLE]


def _counts(standings: Sequence[Standing], context: Context) -> Table:
    sat = [s for s in standings if juries_met(s, context)]
    rows: list[tuple[Cell, ...]] = [("Inscrits, un jour au moins", len(standings), None)]
    rows += _left(standings)
    rows.append(("Dossiers transmis", sum(s.dossier.handed_in for s in standings), None))
    rows.append(("Présentés devant un jury", len(sat), _attempts(sat, context)))
    rows += _decided(standings, context)
    issued = [s for s in standings if s.certificate.state in ISSUED]
    handed = sum(s.certificate.state is CertificateState.HANDED_OVER for s in issued)
    rows.append(("Certificats délivrés et valides", len(issued), f"dont {handed} remis" if issued else None))
    for state, label in ((CertificateState.WITHDRAWN, "retirés"), (CertificateState.ANNULLED, "annulés par le juge")):
        held = sum(s.certificate.state is state for s in standings)
        if held:
            rows.append((f"Certificats {label}", held, None))
    return Table(
        "counts", f"Ce que sont devenues les personnes de la promotion {context.programme.label}", _COUNTS, tuple(rows)
    )


def _attempts(sat: Sequence[Standing], context: Context) -> str | None:
    again = sum(juries_met(s, context) > 1 for s in sat)
    return f"dont {french.count(again, 'personne')} plus d’une fois" if again else None


def _left(standings: Sequence[Standing]) -> list[tuple[Cell, ...]]:
    by_state = Counter(s.enrolment.state for s in standings)
    reasons = Counter(leaving_reason(s) for s in standings if s.enrolment.state is EnrolmentState.WITHDRAWN)
    detail = ", ".join(f"{LEAVING.get(code, 'motif non codé')} : {n}" for code, n in sorted(reasons.items()))
    rows: list[tuple[Cell, ...]] = [("Sorties du cycle", by_state[EnrolmentState.WITHDRAWN], detail or None)]
    labels = (
        (EnrolmentState.TRANSFERRED, "Transferts vers une autre promotion"),
        (EnrolmentState.SUSPENDED, "Suspensions en cours"),
    )
    rows += [(label, by_state[state], None) for state, label in labels if by_state[state]]
    return rows


def leaving_reason(standing: Standing) -> str:
    """Return the coded reason of her last departure, empty when there is none."""
    left = [e for e in standing.entries if e.type == "enrolment.withdrawn"]
    return (left[-1].event.reason or "") if left else ""


def _decided(standings: Sequence[Standing], context: Context) -> list[tuple[Cell, ...]]:
    found = [p.decision for p in (last_decided(s, context) for s in standings) if p is not None]
    counts = Counter(found)
    order = [*context.programme.outcomes, *sorted(set(counts) - set(context.programme.outcomes))]
    rows: list[tuple[Cell, ...]] = [
        (f"Dernière décision : {outcome_words(code, context.programme)}", counts[code], None)
        for code in order
        if counts[code] or code == FAVOURABLE
    ]
    waiting = sum(bool(s.passage and s.passage.decision) and last_decided(s, context) is None for s in standings)
    if waiting:
        rows.append(("Décision prise, procès-verbal non signé", waiting, None))
    return rows


def _rates(standings: Sequence[Standing], context: Context) -> Table:
    good = len(_favourable(standings, context))
    wholes = (
        ("Sur les inscrits", len(standings)),
        ("Sur les présentés", sum(juries_met(s, context) > 0 for s in standings)),
    )
    rows = tuple((label, good, whole, rate(good, whole)) for label, whole in wholes)
    return Table("rates", "Décisions favorables", _RATES, rows)


def handed_in_on(standing: Standing) -> date | None:
    """Return the day the dossier was handed in: as recorded by the office, else the last deposit in Moodle."""
    recorded = [e.day() for e in standing.entries if e.type == "dossier.submitted"]
    if recorded:
        return recorded[-1]
    deposits = standing.dossier.deposits
    if not deposits or not all(d.submitted and d.submitted_at for d in deposits):
        return None
    return datetime.fromtimestamp(max(d.submitted_at for d in deposits), UTC).date()


def delays_of(standings: Sequence[Standing], context: Context) -> tuple[tuple[str, list[int]], ...]:
    """Return the days between dossier, decision and certificate, for those whose two dates are known, by label."""
    dossier_jury: list[int] = []
    jury_certificate: list[int] = []
    whole: list[int] = []
    for standing in standings:
        handed, passage = handed_in_on(standing), last_decided(standing, context)
        decided, issued = passage.decided_on if passage else None, standing.certificate.issued_on
        _add(dossier_jury, handed, decided)
        _add(jury_certificate, decided, issued)
        _add(whole, handed, issued)
    return (
        ("Du dossier transmis à la décision du jury", dossier_jury),
        ("De la décision du jury au certificat délivré", jury_certificate),
        ("Du dossier transmis au certificat délivré", whole),
    )


def _delays(standings: Sequence[Standing], context: Context) -> Table:
    rows = tuple(_delay(label, found) for label, found in delays_of(standings, context))
    return Table("delays", "Délais en jours, pour les personnes dont les deux dates sont connues", _DELAYS, rows)


def _add(found: list[int], start: date | None, end: date | None) -> None:
    if start is not None and end is not None and start <= end:
        found.append((end - start).days)


def _delay(label: str, found: Sequence[int]) -> tuple[Cell, ...]:
    if not found:
        return (label, 0, None, None, None)
    return (label, len(found), Decimal(str(median(found))), min(found), max(found))
