"""The dossier pour le jury: handed in, chased, controlled, completed."""

from __future__ import annotations

from datetime import date

from sync_service.cli.demo import cast
from sync_service.cli.demo.cast import Person
from sync_service.cli.demo.pages import office_pages, trainee_pages
from sync_service.cli.demo.papers import issue
from sync_service.cli.demo.story import Story
from sync_service.cli.demo.typing_in import Typed
from sync_service.domain.workbook.columns import POINT_SUFFIX
from sync_service.domain.workbook.model import Value

DEPOSIT_A, DEPOSIT_B = "Dépôt A", "Dépôt B"
FILE = b"%PDF-1.4\n% SPECIMEN\n"
MISSING = "Analyse personnelle de la deuxième action"
LATE_BECAUSE = "Remis deux jours après l’échéance, accord du service du 25/05/2027"


def finishers(story: Story) -> list[Person]:
    """Return those who come to the end in this promotion."""
    return [person for person in story.people if person.matricule not in {cast.SUSPENDED, cast.LEAVER}]


def hand_in_the_dossiers(story: Story) -> None:
    """Everyone hands in both deposits, but for one draft never handed in, and one who did nothing."""
    for person in finishers(story):
        if person.matricule == cast.LATE:
            continue
        learner = story.learner(person)
        learner.read_page("Ce que je dois remettre")
        learner.deposit(DEPOSIT_A, "dossier_acquis.pdf", FILE + person.matricule.encode(), hand_in=True)
        hand_in = person.matricule != cast.DRAFT
        learner.deposit(DEPOSIT_B, "documents_analyses.pdf", FILE + b"B" + person.matricule.encode(), hand_in=hand_in)
    story.pull()


def sixty_days_before(story: Story) -> None:
    """The office reads who must be chased."""
    story.report("missing", page="manques-j-60", forms=("html", "xlsx"))


def thirty_days_before(story: Story) -> None:
    """What the office reads on the day the dossiers are due, and what a trainee sees on her phone."""
    typed, today = Typed(), story.clock.now().date()
    for matricule in (cast.DRAFT, cast.LATE):
        typed.dossier(matricule, {"Relancé(e) le": today, "Relance sur": "Dossier non remis en entier"})
    story.give("relances", typed)
    for matricule in (cast.DRAFT, cast.LATE):
        issue(story, "reminder", candidate=matricule)
    story.pull(full=True)
    office_pages(story, moment="j-30")
    trainee_pages(story, story.person(cast.DRAFT))


def late_deposits(story: Story) -> None:
    """The draft is handed in at last, and the late dossier comes."""
    story.learner(story.person(cast.DRAFT)).hand_in(DEPOSIT_B)
    learner = story.learner(story.person(cast.LATE))
    learner.read_page("Ce que je dois remettre")
    learner.deposit(DEPOSIT_A, "dossier_acquis.pdf", FILE, hand_in=True)
    learner.deposit(DEPOSIT_B, "documents_analyses.pdf", FILE + b"B", hand_in=True)
    story.pull()


def control_the_dossiers(story: Story) -> None:
    """The office controls each dossier; one lacks an analysis, two were late."""
    typed, today = Typed(), story.clock.now().date()
    for person in finishers(story):
        if person.matricule == cast.INCOMPLETE:
            lacking: dict[str, Value] = {
                "Contrôlé le": today, **grid("non"), "Il manque (séparé par /)": MISSING, "Averti(e) le": today
            }  # fmt: skip
            typed.dossier(person.matricule, lacking)
            continue
        typed.dossier(person.matricule, admitted(today))
        if person.matricule in {cast.DRAFT, cast.LATE}:
            typed.dossier(person.matricule, {"Dérogation le": today, "Pourquoi la dérogation": LATE_BECAUSE})
    story.give("dossiers", typed)


def admitted(today: date) -> dict[str, Value]:
    """Return the cells of a dossier controlled, complete and admissible on one day."""
    return {"Contrôlé le": today, **grid("oui"), "Complet le": today, "Recevable le": today}


def grid(last: str) -> dict[str, Value]:
    """Return the points of the grid, all ticked « oui » but the last, which is as said (R08)."""
    points = ("Description de la pratique", "Analyse de la pratique", "Description des acquis", "Analyse des acquis")
    return {f"{point}{POINT_SUFFIX}": last if point == points[-1] else "oui" for point in points}


def complete_the_dossier(story: Story) -> None:
    """What was missing comes in."""
    typed = Typed()
    typed.dossier(cast.INCOMPLETE, admitted(story.clock.now().date()))
    story.give("dossier-complete", typed)
