"""The tableau de gestion: what may be eliminated, from when, why not yet (domain.md §1.5, ledger-format.md §4).

Nothing expires by itself: a list is proposed, the archives' visa is recorded, and only then a person destroys the keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, tzinfo

from sync_service.domain import french, periods
from sync_service.domain.appeal import appeals_of
from sync_service.domain.certification import Standing
from sync_service.domain.entry import Entry
from sync_service.domain.event import Series
from sync_service.domain.referential import Retention
from sync_service.errors import RecordRefusedError

ELIMINABLE = (Series.DOSSIER, Series.ATTENDANCE, Series.TRACES)
"""The register itself, minutes and certificates are kept for ever: their key is never on a list."""
FRENCH: Mapping[Series, str] = {
    Series.DOSSIER: "Dossier pour le jury et grilles",
    Series.ATTENDANCE: "Feuilles d’émargement et présences",
    Series.TRACES: "Détail des relevés Moodle",
}
_FROM_DECISION = frozenset({Series.DOSSIER, Series.TRACES})


Days = tuple[date, date]
"""Oldest and newest."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the dates are counted from, for one promotion."""

    ends_on: date
    appeal_within: str
    second_attempt_within: str
    table: tuple[Retention, ...]

    def keep(self, series: Series) -> str:
        """Return how long a series is kept, « permanent » when the table says nothing of it."""
        return next((line.keep for line in self.table if line.series == series.value), "permanent")


@dataclass(frozen=True, slots=True)
class Unit:
    """One series of one person: until when it is kept, and why it cannot go yet."""

    subject: str
    name: str
    series: Series
    trigger: date | None
    until: date | None
    obstacles: tuple[str, ...] = ()
    between: tuple[date, date] | None = None
    """Oldest and newest days of what is kept in it, None when no line says."""

    def due(self, on: date) -> bool:
        """Whether it may be proposed for elimination on that day."""
        return self.until is not None and self.until <= on and not self.obstacles


def units(
    standings: Sequence[Standing], terms: Terms, sheets: Mapping[str, Days], juries: Mapping[str, Days]
) -> tuple[Unit, ...]:
    """Return each series of each person of a promotion, with the day until which it is kept.

    ``sheets`` are the sessions de formation (``sess:…``) whose sheets were filed or issued: what many signed is kept under
    the session's own key, and kept as long as anyone asked that nothing be changed, or appeals. ``juries`` are those
    (``jury:…``) whose members' addresses were noted: they are kept as long as a dossier, from the end of the promotion.
    """
    found = [_unit(standing, series, terms) for standing in standings for series in ELIMINABLE]
    shared = _shared_obstacles(standings)
    until = periods.after(terms.ends_on, terms.keep(Series.ATTENDANCE))
    for subject, days in sheets.items():
        name = f"Session de formation {subject.rpartition('/')[2]} ({french.between(*days)})"
        found.append(Unit(subject, name, Series.ATTENDANCE, terms.ends_on, until, shared, days))
    until = periods.after(terms.ends_on, terms.keep(Series.DOSSIER))
    for subject, days in juries.items():
        name = f"Adresses des membres, session de jury {subject.removeprefix('jury:')}"
        found.append(Unit(subject, name, Series.DOSSIER, terms.ends_on, until, between=days))
    return tuple(found)


def _shared_obstacles(standings: Sequence[Standing]) -> tuple[str, ...]:
    """Say what one person opposes to the elimination of what she signed with others: it may be her proof."""
    found = []
    if any(appeal.open for standing in standings for appeal in appeals_of(standing.entries)):
        found.append("le recours d’une personne attend sa réponse")
    if any(is_restricted(standing.entries) for standing in standings):
        found.append("un traitement est limité à la demande d’une personne")
    return tuple(found)


def _unit(standing: Standing, series: Series, terms: Terms) -> Unit:
    trigger = final_on(standing, terms) if series in _FROM_DECISION else terms.ends_on
    until = periods.after(trigger, terms.keep(series)) if trigger else None
    said, between = obstacles(standing, trigger), _between(standing, series)
    return Unit(standing.candidate.subject, standing.name, series, trigger, until, said, between)


def _between(standing: Standing, series: Series) -> Days | None:
    """Return the oldest and newest days of the lines of a series, those of an elimination and before it left out."""
    days: list[date] = []
    for entry in standing.entries:
        if entry.type == "vault.key_destroyed" and entry.text("series") == series.value:
            days = []
        elif any(held.get("series") == series.value for held in entry.event.vault):
            days.append(entry.day())
    return (min(days), max(days)) if days else None


def final_on(standing: Standing, terms: Terms) -> date | None:
    """Return the day from which nothing more can change the decision on a person, None when there is none yet.

    Appeals must be exhausted; a second presentation must be out of time. Without any decision, the end of the promotion.
    """
    decided = [p for p in standing.passages if p.decision]
    if not decided:
        return terms.ends_on
    last = decided[-1]
    if last.notified_on is None:
        return None
    found = [periods.after(last.notified_on, terms.appeal_within)]
    if last.decision != "favorable":
        found.append(periods.after(last.notified_on, terms.second_attempt_within))
    found += [a.decided_on for a in appeals_of(standing.entries)]
    return max((day for day in found if day), default=None)


def obstacles(standing: Standing, trigger: date | None) -> tuple[str, ...]:
    """Say what forbids an elimination whatever the dates."""
    found = []
    if trigger is None:
        found.append("la décision du jury n’est pas notifiée")
    if any(appeal.open for appeal in appeals_of(standing.entries)):
        found.append("un recours attend sa réponse")
    if is_restricted(standing.entries):
        found.append("un traitement est limité à la demande de la personne")
    if later := _later_promotion(standing):
        found.append(f"la même clé protège sa promotion suivante, {later}, d’où il se propose")
    return tuple(found)


def _later_promotion(standing: Standing) -> str:
    """Return the last promotion that the person joined, empty when it is this one: a key serves all of them."""
    last = max(standing.candidate.enrolments.values(), key=lambda held: (held.first, held.promotion))
    return "" if last.promotion == standing.enrolment.promotion else last.promotion


def is_restricted(entries: Sequence[Entry]) -> bool:
    """Tell whether the person asked, and still asks, that nothing be changed of what is held about her."""
    asked = [e for e in entries if e.type == "restriction.set"]
    return bool(asked) and asked[-1].get("active") is True


@dataclass(frozen=True, slots=True)
class ListState:
    """A list of elimination as the register knows it."""

    id: str
    units: tuple[tuple[str, Series], ...]
    proposed_on: date
    visa: str = ""
    destroyed: frozenset[tuple[str, Series]] = frozenset()
    promotion: str = ""

    @property
    def approved(self) -> bool:
        """Whether the archives' visa is recorded."""
        return bool(self.visa)

    @property
    def left(self) -> tuple[tuple[str, Series], ...]:
        """Return what no line says to be destroyed: its key is to be, when there is one."""
        return tuple(unit for unit in self.units if unit not in self.destroyed)


def lists_of(entries: Sequence[Entry]) -> dict[str, ListState]:
    """Project the lists of elimination, by id."""
    proposed: dict[str, ListState] = {}
    visas: dict[str, str] = {}
    gone: dict[str, set[tuple[str, Series]]] = {}
    for entry in entries:
        name = entry.text("list")
        if entry.type == "elimination.proposed":
            promotion = entry.event.promotion or ""
            proposed[name] = ListState(name, _units_of(entry), entry.day(), promotion=promotion)
        elif entry.type == "elimination.approved":
            visas[name] = entry.text("visa")
        elif entry.type == "vault.key_destroyed" and name:
            gone.setdefault(name, set()).add((entry.subject, Series(entry.text("series"))))
    return {
        name: replace(found, visa=visas.get(name, ""), destroyed=frozenset(gone.get(name, ())))
        for name, found in proposed.items()
    }


def _units_of(entry: Entry) -> tuple[tuple[str, Series], ...]:
    listed = entry.get("units")
    found = listed if isinstance(listed, Sequence) and not isinstance(listed, str) else ()
    return tuple((str(u["subject"]), Series(str(u["series"]))) for u in found if isinstance(u, Mapping))


def check_list(held: ListState | None, name: str, promotion: str) -> ListState:
    """Return a list of a promotion. Raises RecordRefusedError: it is not known, or is another promotion's."""
    if held is None:
        raise RecordRefusedError(f"Aucune liste d’élimination « {name[:40]} » : proposez-la d’abord.")
    if held.promotion not in {"", promotion}:
        raise RecordRefusedError(
            f"La liste d’élimination {held.id} est celle de la promotion {held.promotion} : nommez-la avec --promotion."
        )
    return held


def check_elimination(held: ListState) -> ListState:
    """Return a list that may be carried out. Raises RecordRefusedError: it has no visa."""
    if not held.approved:
        raise RecordRefusedError(
            f"La liste d’élimination {held.id} n’a pas le visa des archives : enregistrez sa référence d’abord "
            "(code du patrimoine, L212-2 et L212-3)."
        )
    return held


def eliminated(entries: Sequence[Entry], zone: tzinfo) -> dict[Series, date]:
    """Return the series of one subject that were eliminated, and when; not one in which something was recorded since."""
    gone: dict[Series, date] = {}
    for entry in entries:
        if entry.type == "vault.key_destroyed":
            gone[Series(entry.text("series"))] = entry.event.recorded_at.astimezone(zone).date()
        for held in entry.event.vault:
            gone.pop(Series(str(held["series"])), None)
    return gone


def lost_attendance(standing: Standing) -> bool:
    """Tell whether a person's half-days were eliminated: that nothing is known of them asks for nothing."""
    return Series.ATTENDANCE in eliminated(standing.entries, UTC)


def eliminated_words(entries: Sequence[Entry], zone: tzinfo) -> tuple[str, ...]:
    """Say of the series that were eliminated, day by day, that nothing can be concluded any more from what is not there."""
    days: dict[date, list[str]] = {}
    for series, day in eliminated(entries, zone).items():
        if series in FRENCH:
            days.setdefault(day, []).append(f"{FRENCH[series][:1].lower()}{FRENCH[series][1:]}")
    return tuple(
        f"éliminé le {day:%d/%m/%Y}\u00a0: {french.listing(names)}\u202f; rien ne se conclut plus de ce qui n’y est pas"
        for day, names in days.items()
    )


def without_attendance(standings: Sequence[Standing], zone: tzinfo) -> tuple[str, ...]:
    """Say that half-days were eliminated: what is shown of them is then not that nobody recorded them."""
    found = [day for s in standings if (day := eliminated(s.entries, zone).get(Series.ATTENDANCE))]
    if not found:
        return ()
    when = (
        f"le {max(found):%d/%m/%Y}"
        if len(set(found)) == 1
        else f"entre le {min(found):%d/%m/%Y} et le {max(found):%d/%m/%Y}"
    )
    who = french.count(len(found), "personne")
    said = f"Les présences de {who} ont été éliminées {when} : « Non encore saisi » et les nombres n’en disent rien."
    return (said,)


def counted(destroyed: int, empty: int) -> str:
    """Say how many keys were destroyed, and how many series of the list had none."""
    keys = french.count(destroyed, "clé détruite", "clés détruites")
    if not empty:
        return f"{keys}."
    without = french.count(empty, "série de la liste n’en avait pas", "séries de la liste n’en avaient pas")
    return f"{keys} ; {without} : rien n’y était gardé, ou plus rien."


def sentence(unit: Unit) -> str:
    """Say of one unit why it may go, or why not yet."""
    label = FRENCH[unit.series]
    if unit.obstacles:
        return f"{unit.name} – {label} : conservé, {french.listing(unit.obstacles)}."
    if unit.until is None:
        return f"{unit.name} – {label} : conservé sans limite."
    return f"{unit.name} – {label} : à conserver jusqu’au {unit.until:%d/%m/%Y}."
