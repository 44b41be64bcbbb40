"""Two sessions de jury: composed, a conflict of interest signalled, held at the table, recorded afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sync_service.adapters.documents.rendering import render
from sync_service.cli.demo import cast
from sync_service.cli.demo.cast import Person
from sync_service.cli.demo.dossiers import admitted, finishers
from sync_service.cli.demo.papers import issue
from sync_service.cli.demo.story import Story
from sync_service.cli.demo.typing_in import Typed
from sync_service.domain.workbook.model import Value

TRAINER = "Inès Ouazzani"
"""She also teaches in the cycle: the register signals it, she withdraws."""
TABLE = (
    "Claire Bonneau, directrice de la petite enfance : extérieure / Marc Ferrand, chef de service (Commune de Valfleury) : "
    "extérieur / Odile Guérin, conseillère formation : interne"
)
SAT = "Claire Bonneau / Marc Ferrand / Odile Guérin"
JURY_ACCOUNT = "demo-jury"


@dataclass(frozen=True, slots=True)
class Sitting:
    """One session de jury of the story."""

    id: str
    day: date
    members: str
    sat: str
    minutes: str
    who: Callable[[Story], list[Person]]


def _second(story: Story) -> list[Person]:
    return [story.person(matricule) for matricule in (cast.ARRIVED_LATE, cast.POSTPONED)]


FIRST = Sitting(
    "2027-06", date(2027, 6, 18), f"{TABLE} / {TRAINER}, intervenante : interne", SAT, "PV-2027-01", finishers
)
SECOND = Sitting("2027-10", date(2027, 10, 15), TABLE, SAT, "PV-2027-02", _second)


def convene(story: Story) -> None:
    """The jury is composed; members and candidates are convened; dossiers are handed over."""
    _convene(story, FIRST, finishers(story))
    story.report("promotion", page="tableau-de-bord-jury")
    for kind in ("jury-list", "minutes-blank", "jury-sheet", "jury-convening"):
        issue(story, kind, jury=FIRST.id, first=True)
    issue(story, "convening", jury=FIRST.id, candidate=cast.EXEMPTED)


def _convene(story: Story, sitting: Sitting, people: Sequence[Person]) -> None:
    typed, today = Typed(), story.clock.now().date()
    composed: dict[str, Value] = {
        "Constitué le": today, "Membres (séparés par /)": sitting.members, "Dont extérieurs": "2",
        "Convoqué le": today, "Jour du jury": sitting.day,
    }  # fmt: skip
    typed.jury_session(sitting.id, composed)
    for rank, person in enumerate(people):
        typed.dossier(person.matricule, {"Remis au jury le": today, "Session de jury": sitting.id})
        hour, minute = divmod(9 * 60 + 30 * rank, 60)
        row: dict[str, Value] = {"Convoqué(e) le": today, "Heure de passage": f"{hour} h {minute:02d}"}
        row |= {"N° d’ordre": str(rank + 1), "Aménagement": "oui" if person.matricule == cast.EXEMPTED else "non"}
        typed.before_jury(person.matricule, sitting.id, row)
    story.give(f"jury-{sitting.id}-convocations", typed)


def withdraw_a_member(story: Story) -> None:
    """The member who teaches in the cycle withdraws before the jury sits."""
    typed = Typed()
    who: dict[str, Value] = {"Jury": FIRST.id, "Valeur": TRAINER, "Qualité": "interne"}
    typed.other("membre déporté", story.clock.now().date(), who)
    story.give("membre-deporte", typed)


def hold_the_jury(story: Story) -> None:
    """What the jury saw is frozen, it decides on each person, the minutes are drawn up and signed."""
    _hold(story, FIRST, excused=cast.ARRIVED_LATE)


def _hold(story: Story, sitting: Sitting, *, excused: str = "") -> None:
    typed = Typed()
    for person in sitting.who(story):
        typed.before_jury(person.matricule, sitting.id, _row(story, person, sitting, excused))
    story.give(f"jury-{sitting.id}-decisions", typed, account=JURY_ACCOUNT)
    drawn = Typed()
    minutes: dict[str, Value] = {
        "PV établi le": sitting.day, "Référence du PV": sitting.minutes, "Ont siégé (séparés par /)": sitting.sat
    }  # fmt: skip
    drawn.jury_session(sitting.id, minutes)
    story.give(f"jury-{sitting.id}-pv", drawn)
    paper = story.paper(f"{sitting.minutes}.pdf", issue(story, "minutes", jury=sitting.id)[0].read_bytes())
    signed = Typed()
    signed.jury_session(sitting.id, {"PV signé le": sitting.day, "Fichier du PV signé": paper})
    story.give(f"jury-{sitting.id}-pv-signe", signed)


def _row(story: Story, person: Person, sitting: Sitting, excused: str) -> dict[str, Value]:
    """Return the row of one candidate as it was at the end of the day; her fiche is kept as the jury saw it."""
    shown = render(story.make_report("candidate", candidate=person.matricule), "pdf")
    sheet = story.paper(f"fiche-{person.matricule}-{sitting.id}.pdf", shown)
    row: dict[str, Value] = {"Présence": "excusé" if person.matricule == excused else "présent"}
    row |= {"Jour du jury": sitting.day, "Fiche remise au jury (fichier)": sheet}
    if person.matricule == excused:
        return row
    decision, opinion = _decision(person, sitting)
    return row | {"Décision": decision, "Avis par critère (séparés par /)": f"analyse des acquis : {opinion}"}


def _decision(person: Person, sitting: Sitting) -> tuple[str, str]:
    if sitting is FIRST and person.matricule == cast.POSTPONED:
        return "ajourne", "en cours"
    if person.matricule == cast.REFUSED:
        return "defavorable", "non acquis"
    return "favorable", "acquis"


def come_again(story: Story) -> None:
    """The second jury is composed; one candidate opens a new version of her dossier, another was excused."""
    typed, today = Typed(), story.clock.now().date()
    typed.other("dossier ouvert", today, {"Stagiaire (matricule)": cast.POSTPONED})
    typed.dossier(cast.POSTPONED, {"Transmis le (papier)": today, **admitted(today)})
    typed.dossier(cast.ARRIVED_LATE, {"Recevable le": today})
    story.give("second-passage", typed)
    _convene(story, SECOND, _second(story))


def hold_the_second_jury(story: Story) -> None:
    """Both are certified."""
    _hold(story, SECOND)


def notified(story: Story, sitting: Sitting) -> list[Person]:
    """Return those whom a jury decided on."""
    return [p for p in sitting.who(story) if not (sitting is FIRST and p.matricule == cast.ARRIVED_LATE)]


def certified(story: Story, sitting: Sitting) -> list[Person]:
    """Return those whom a jury proposed for the certificate."""
    return [p for p in notified(story, sitting) if _decision(p, sitting)[0] == "favorable"]
