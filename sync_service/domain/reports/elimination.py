"""The bordereau d’élimination: what the archives are asked to approve, by series, with the people in an annex."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sync_service.domain import french, periods
from sync_service.domain.programme import Programme
from sync_service.domain.reports.model import Cell, Column, Report, Section, Table
from sync_service.domain.retention import ELIMINABLE, FRENCH, Terms, Unit

_SERIES = tuple(
    Column(code, heading, head=code == "series")
    for code, heading in (
        ("number", "N° d’ordre"), ("series", "Série du tableau de gestion"), ("people", "Quantité"),
        ("first", "Date la plus ancienne"), ("last", "Date la plus récente"), ("keep", "Durée d’utilité (DUA)"),
        ("outcome", "Sort final"), ("until", "Dernière durée échue le"),
    )
)  # fmt: skip
_MEANING = (
    "L’élimination détruit les clés qui protègent ces contenus : ils deviennent illisibles, dans le registre comme dans les "
    "documents gardés avec lui ; les lignes du registre et leurs preuves restent. Elle attend le visa (code du patrimoine, "
    "articles L212-2 et L212-3)."
)
_TO_SIGN = (
    "Proposé par (nom, qualité, date, signature) :",
    "Visa de la personne chargée du contrôle scientifique et technique (date, référence, signature) :",
    "Élimination faite le (date, nom, signature) :",
)


def elimination_slip(
    list_id: str, units: Sequence[Unit], programme: Programme, terms: Terms, *, producer: str, on: date
) -> Report:
    """Make the bordereau of one list, ready to be signed by hand; ``producer`` is the office whose archives these are."""
    return Report(
        code="",
        name="bordereau-elimination",
        title=f"Bordereau d’élimination {list_id}",
        subtitle=f"{producer} · cycle « {programme.title} », promotion {programme.label} · proposé le {french.long_date(on)}",
        sections=(
            Section("Objet", tables=(_series(units, terms),)),
            Section("Visa", sentences=(_MEANING,), to_sign=_TO_SIGN),
            Section("Annexe", tables=(_annex(units),)),
        ),
        footers=(),
    )


def _series(units: Sequence[Unit], terms: Terms) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for series in ELIMINABLE:
        own = [u for u in units if u.series is series]
        if own:
            line = next(item for item in terms.table if item.series == series.value)
            days = [day for u in own if u.between for day in u.between]
            last = max((u.until for u in own if u.until), default=None)
            rows.append(
                (
                    len(rows) + 1, FRENCH[series], _quantity(own), min(days, default=None), max(days, default=None),
                    periods.words(line.keep), line.outcome, last,
                )
            )  # fmt: skip
    return Table("series", "Séries à éliminer", _SERIES, tuple(rows))


def _quantity(units: Sequence[Unit]) -> str:
    """Say of how many people, sessions de formation and sessions de jury something is kept in a series."""
    kinds = (
        ("cand_", "personne", "personnes"),
        ("sess:", "session de formation", "sessions de formation"),
        ("jury:", "session de jury", "sessions de jury"),
    )
    counts = [(sum(u.subject.startswith(prefix) for u in units), one, many) for prefix, one, many in kinds]
    return french.listing([french.count(number, one, many) for number, one, many in counts if number])


def _annex(units: Sequence[Unit]) -> Table:
    """List each person or session once, with the day on which the period of each of its series ended."""
    present = [series for series in ELIMINABLE if any(u.series is series for u in units)]
    columns = (
        Column("person", "Personne ou session", head=True),
        *(Column(series.value, f"{FRENCH[series]} : échu le") for series in present),
    )
    ends = {(u.subject, u.series): u.until for u in units}
    names = dict.fromkeys((u.subject, u.name) for u in units)
    rows = tuple((name, *(ends.get((subject, series), "–") for series in present)) for subject, name in names)
    return Table("people", "Personnes et sessions concernées", columns, rows)
