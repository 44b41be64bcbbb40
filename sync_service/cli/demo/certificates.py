"""From the decision to the certificate, and what befalls it afterwards."""

from __future__ import annotations

from sync_service.cli.demo import cast
from sync_service.cli.demo.juries import FIRST, SECOND, Sitting, certified, notified
from sync_service.cli.demo.pages import office_pages
from sync_service.cli.demo.papers import issue
from sync_service.cli.demo.story import Story
from sync_service.cli.demo.typing_in import Typed
from sync_service.domain.french import code_of
from sync_service.domain.workbook.model import Value


def notify(story: Story) -> None:
    """Each candidate is told the decision; numbers are reserved with the list for signature."""
    _notify(story, FIRST)


def _notify(story: Story, sitting: Sitting) -> None:
    typed, today = Typed(), story.clock.now().date()
    for person in notified(story, sitting):
        typed.before_jury(person.matricule, sitting.id, {"Notifiée le": today})
    for person in certified(story, sitting):
        typed.certificate(person.matricule, {"Numéro réservé le": today})
    story.give(f"notifications-{sitting.id}", typed)
    issue(story, "notification", jury=sitting.id, candidate=cast.POSTPONED)
    issue(story, "signature-slip")


def spoil_a_number(story: Story) -> None:
    """One certificate comes back unsigned with a wrong name: its number is spoiled, another one follows."""
    typed, today = Typed(), story.clock.now().date()
    spoiled: dict[str, Value] = {"Stagiaire (matricule)": cast.RENAMED, "Motif": "erreur d’identité"}
    typed.other("numéro annulé", today, spoiled)
    typed.certificate(cast.RENAMED, {"Numéro réservé le": today})
    story.give("numero-annule", typed)


def sign_and_issue(story: Story) -> None:
    """The president signs; certificates are issued."""
    _sign(story, FIRST)


def _sign(story: Story, sitting: Sitting) -> None:
    typed, today = Typed(), story.clock.now().date()
    for person in certified(story, sitting):
        drawn = issue(story, "certificate", candidate=person.matricule)[0]
        paper = story.paper(f"certificat-{person.matricule}.pdf", drawn.read_bytes())
        cells: dict[str, Value] = {
            "Signé le": today, "Signataire": "Le président", "Qualité": "président", "Délivré le": today,
            "Fichier du certificat signé": paper,
        }  # fmt: skip
        typed.certificate(person.matricule, cells)
    story.give(f"certificats-{sitting.id}", typed)


def hand_over(story: Story) -> None:
    """Certificates are handed over; what the office reads then."""
    _hand_over(story, FIRST)
    story.pull(full=True)
    office_pages(story, moment="resultat")


def _hand_over(story: Story, sitting: Sitting) -> None:
    typed, today = Typed(), story.clock.now().date()
    for person in certified(story, sitting):
        typed.certificate(person.matricule, {"Remis le": today, "Remis comment": "en main propre"})
    story.give(f"remises-{sitting.id}", typed)


def receive_an_appeal(story: Story) -> None:
    """Who was not certified asks for another decision."""
    _appeal(story, "recours reçu", "gracieux", story.paper("recours.txt", "lettre de recours gracieux"))


def reject_the_appeal(story: Story) -> None:
    """The president answers."""
    _appeal(story, "recours décidé", "rejete", story.paper("reponse-recours.txt", "réponse au recours, rejet"))


def _appeal(story: Story, act: str, value: str, paper: str) -> None:
    typed = Typed()
    cells: dict[str, Value] = {
        "Stagiaire (matricule)": cast.REFUSED, "Jury": FIRST.id, "Valeur": value, "Fichier": paper
    }  # fmt: skip
    typed.other(act, story.clock.now().date(), cells)
    story.give(code_of(act), typed)


def correct_a_certificate(story: Story) -> None:
    """A holder sees a mistake on her certificate: it is replaced, under the same number."""
    typed, today = Typed(), story.clock.now().date()
    found: dict[str, Value] = {"Stagiaire (matricule)": cast.RETURNED, "Valeur": "Date de naissance mal recopiée"}
    typed.other("erreur matérielle", today, found)
    paper = story.paper("certificat-rectifie.txt", "certificat rectifié, signé")
    cells: dict[str, Value] = {
        "Stagiaire (matricule)": cast.RETURNED, "Motif": "erreur matérielle", "Fichier": paper
    }  # fmt: skip
    typed.other("certificat rectifié", today, cells)
    story.give("certificat-rectifie", typed)


def give_a_duplicate(story: Story) -> None:
    """Another holder lost hers: the duplicate is printed first, then recorded, so that its rank is the one on paper."""
    issue(story, "duplicate", candidate=cast.LOSER)
    typed = Typed()
    cells: dict[str, Value] = {
        "Stagiaire (matricule)": cast.LOSER, "Fichier": story.paper("duplicata.txt", "duplicata n° 1")
    }  # fmt: skip
    typed.other("duplicata", story.clock.now().date(), cells)
    story.give("duplicata", typed)


def end_after_the_second_jury(story: Story) -> None:
    """Told, signed, issued and handed over in two weeks; training is over for everyone."""
    _notify(story, SECOND)
    _sign(story, SECOND)
    _hand_over(story, SECOND)
    for kind in ("training-statement", "attendance-statement"):
        issue(story, kind, candidate=cast.EXEMPTED)
