"""The bordereau d’élimination: what the archives are asked to approve, by series, with the people in an annex."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sync_service.domain import french
from sync_service.domain.programme import Programme
from sync_service.domain.reports.model import Column, Report, Section, Table
from sync_service.domain.retention import ELIMINABLE, FRENCH, Terms, Unit

_SERIES = tuple(
    Column(code, heading)
    for code, heading in (
        ("number", "N° d’ordre"), ("series", "Série du tableau de gestion"), ("people", "Nombre de dossiers"),
        ("first", "Date la plus ancienne"), ("last", "Date la plus récente"), ("keep", "DUA"),
        ("outcome", "Sort final"), ("until", "Durée échue le"),
    )
)  # fmt: skip
_PEOPLE = (Column("person", "Personne", head=True), Column("series", "Série"), Column("until", "Durée échue le"))
_MEANING = (
    "L’élimination détruit les clés qui protègent ces contenus : ils deviennent illisibles, les lignes du registre et "
    "leurs preuves restent."
)


def elimination_slip(list_id: str, units: Sequence[Unit], programme: Programme, terms: Terms, *, on: date) -> Report:
    """Make the bordereau of one list, ready to be signed by hand."""
    return Report(
        code="",
        name="bordereau-elimination",
        title=f"Bordereau d’élimination {list_id}",
        subtitle=f"Cycle « {programme.title} », promotion {programme.label} · proposé le {french.long_date(on)}",
        sections=(
            Section("Séries à éliminer", tables=(_series(units, terms, programme.starts_on),)),
            Section(
                "Visa",
                sentences=(_MEANING,),
                to_sign=(
                    "Proposé par (nom, qualité, date, signature) :",
                    "Visa de la personne chargée du contrôle scientifique et technique (date, référence, signature) :",
                ),
            ),
            Section("Annexe : personnes concernées", tables=(_people(units),)),
        ),
        footers=(),
    )


def _series(units: Sequence[Unit], terms: Terms, starts_on: date) -> Table:
    rows: list[tuple[str | int | date | None, ...]] = []
    for series in ELIMINABLE:
        own = [u for u in units if u.series is series]
        if own:
            line = next(item for item in terms.table if item.series == series.value)
            last = max((u.until for u in own if u.until), default=None)
            rows.append(
                (
                    len(rows) + 1,
                    FRENCH[series],
                    len(own),
                    starts_on,
                    terms.ends_on,
                    _years(line.keep),
                    line.outcome,
                    last,
                )
            )
    return Table("series", "Séries à éliminer", _SERIES, tuple(rows))


def _people(units: Sequence[Unit]) -> Table:
    return Table("people", "Personnes concernées", _PEOPLE, tuple((u.name, FRENCH[u.series], u.until) for u in units))


def _years(keep: str) -> str:
    number = keep.removeprefix("P").removesuffix("Y")
    return french.count(int(number), "an") if number.isdigit() and keep.endswith("Y") else keep
