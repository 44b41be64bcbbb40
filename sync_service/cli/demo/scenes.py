"""What happens at each step of the year, through the same doors as in real life."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sync_service.cli.demo import cast
from sync_service.cli.demo.acts import Act
from sync_service.cli.demo.cast import Person
from sync_service.cli.demo.folder import PROMOTION
from sync_service.cli.demo.mapping import apply_all
from sync_service.cli.demo.pages import admin_pages, office_pages, trainee_pages
from sync_service.cli.demo.story import Story
from sync_service.domain.calendar import Session

JURY = "2027-06"
JURY_DAY = date(2027, 6, 18)
DEPOSIT_A, DEPOSIT_B = "Dépôt A", "Dépôt B"
FILE = b"%PDF-1.4\n% SPECIMEN\n"


def open_the_year(story: Story) -> None:
    """The office imports its list; accounts exist in Moodle already."""
    roster = story.out / "listes" / "source.csv"
    story.roster("stagiaires-2026-09.csv", roster.read_bytes())
    for person in story.people:
        story.sandbox.create_user(person.username, person.matricule, person.first_name, _shown(person), person.email)
    story.sandbox.create_user("mdubois.homonyme", "", "Marie", "Dubois", "marie.dubois@exemple.invalid")


def _shown(person: Person) -> str:
    return person.usual_name or person.birth_name


def map_the_course(story: Story) -> None:
    """The administrator plans and applies; the run is cut short once, and finished by the same command."""
    apply_all(story, cut_after=20)
    story.pull(full=True)


def _present(story: Story) -> Iterable[Person]:
    """Return those who still study at this moment of the story."""
    today = story.clock.now().date()
    gone = {cast.SUSPENDED} if today >= date(2027, 2, 4) else set()
    gone |= {cast.LEAVER} if today >= date(2027, 2, 10) else set()
    return [person for person in story.people if person.matricule not in gone]


def prepare_module(story: Story, module: int) -> None:
    """Most trainees go through the package; some leave it half-way, a few do not open it."""
    for person in _present(story):
        luck = cast.chance(person.matricule, f"prep-{module}")
        if luck < 0.93 or person.matricule == cast.RESET:
            finish = luck < 0.86 or person.matricule == cast.RESET
            story.learner(person).work_through(
                f"Préparer le module {module}", finish=finish, minutes=12 + int(luck * 15)
            )
    story.pull()


def file_the_sheet(story: Story, session: Session) -> None:
    """The signed sheet comes in: everyone was there, except those whom it names."""
    paper = story.paper(f"emargement-{session.id}.txt", f"feuille d’émargement signée, session {session.id}")
    acts = [Act("feuille signée", story.clock.now().date(), session=session.id, file=paper)]
    for halfday in session.halfdays:
        for person in _present(story):
            status = cast.missed(person, session.id, f"{halfday.date}{halfday.half.value}")
            if status:
                half = "matin" if halfday.half.value == "matin" else "après-midi"
                acts.append(
                    Act("présence", halfday.date, who=person.matricule, session=session.id, half=half, value=status)
                )
    story.record(f"{session.dates[-1].isoformat()}-emargement-{session.id}", acts)


def suspend_and_rename(story: Story) -> None:
    """One trainee goes on leave, another takes a new usual name: the office edits its list."""
    cells = {cast.SUSPENDED: {"situation": "suspendu"}, cast.RENAMED: {"nom d'usage": "D'Hervé"}}
    edited = cast.edited_roster(story.out / "listes" / "source.csv", cells=cells)
    story.roster("stagiaires-2027-02.csv", edited)
    apply_all(story)


def one_leaves(story: Story) -> None:
    """One trainee left his job; his account was deleted in Moodle before anyone told the office."""
    user = story.sandbox.user_id(_one(story, cast.LEAVER).username)
    if user is None:
        return
    story.sandbox.delete_user(user)
    story.pull(full=True)
    cells = {cast.SUSPENDED: {"situation": "suspendu"}, cast.RENAMED: {"nom d'usage": "D'Hervé"}}
    source = story.out / "listes" / "source.csv"
    edited = cast.edited_roster(source, without=(cast.LEAVER,), cells=cells)
    story.roster("stagiaires-2027-02-16.csv", edited, withdraw=True)


def a_teacher_resets(story: Story) -> None:
    """A teacher resets one result by hand; the register keeps what it saw."""
    user = story.sandbox.user_id(_one(story, cast.RESET).username)
    if user is not None:
        story.sandbox.delete_attempts(f"cs:{PROMOTION}:m02-prep", user)
    story.pull(full=True)


def he_does_it_again(story: Story) -> None:
    """The same trainee does it again: done, not done, done are three lines of the register."""
    story.learner(_one(story, cast.RESET)).work_through("Préparer le module 2", finish=True, minutes=18)
    story.pull()


def _one(story: Story, matricule: str) -> Person:
    return next(person for person in story.people if person.matricule == matricule)


def _named(story: Story, *matricules: str) -> list[Person]:
    return [person for person in story.people if person.matricule in matricules]


def finishers(story: Story) -> list[Person]:
    """Return those who come to the end: neither on leave nor gone."""
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


def people_change_the_course(story: Story) -> None:
    """The administrator renames a section by hand, an intervenant adds a file of her own."""
    story.sandbox.edit(f"cs:{PROMOTION}:s-accompagnement", "name", "Accompagnement : vos rendez-vous")
    story.sandbox.add_activity_by_hand(f"cs:{PROMOTION}:s-m04", "Support de Mme Le Goff – conduite de réunion")


def show_the_plan(story: Story) -> None:
    """The administrator reads a plan, then one whose package would erase results."""
    admin_pages(story)


def thirty_days_before(story: Story) -> None:
    """What the office reads on the day the dossiers are due, and what a trainee sees on her phone."""
    chased = _named(story, cast.DRAFT, cast.LATE)
    today = story.clock.now().date()
    story.record(
        "2027-05-19-relances",
        [Act("relance", today, who=person.matricule, value="Dossier non remis en entier") for person in chased],
    )
    story.pull(full=True)
    office_pages(story, moment="j-30")
    trainee_pages(story, _one(story, cast.DRAFT) if chased else story.people[0])


def late_deposits(story: Story) -> None:
    """The draft is handed in at last, and the late dossier comes."""
    for person in _named(story, cast.DRAFT):
        story.learner(person).hand_in(DEPOSIT_B)
    for person in _named(story, cast.LATE):
        learner = story.learner(person)
        learner.read_page("Ce que je dois remettre")
        learner.deposit(DEPOSIT_A, "dossier_acquis.pdf", FILE, hand_in=True)
        learner.deposit(DEPOSIT_B, "documents_analyses.pdf", FILE + b"B", hand_in=True)
    story.pull()


def control_the_dossiers(story: Story) -> None:
    """The office controls each dossier; one lacks an analysis."""
    today = story.clock.now().date()
    missing = "Analyse personnelle de la deuxième action"
    acts = []
    for person in finishers(story):
        if person.matricule == cast.INCOMPLETE:
            acts += [
                Act("dossier contrôlé", today, who=person.matricule, value=missing),
                Act("dossier incomplet", today, who=person.matricule, value=missing),
            ]
        else:
            acts += _admitted(person, today)
    story.record("2027-05-26-dossiers", acts)


def _admitted(person: Person, today: date) -> list[Act]:
    return [
        Act("dossier contrôlé", today, who=person.matricule),
        Act("dossier complet", today, who=person.matricule),
        Act("dossier recevable", today, who=person.matricule),
    ]


def complete_the_dossier(story: Story) -> None:
    """What was missing comes in."""
    today = story.clock.now().date()
    acts = [act for person in _named(story, cast.INCOMPLETE) for act in _admitted(person, today)]
    story.record("2027-06-02-dossiers", acts)


def convene(story: Story) -> None:
    """The jury is composed; members and candidates are convened; dossiers are handed over."""
    today = story.clock.now().date()
    members = "Claire Bonneau, présidente / Marc Ferrand / Odile Guérin / Yann Le Bihan"
    acts = [
        Act("jury constitué", today, jury=JURY, value=members, reference="2"),
        Act("jury convoqué", today, jury=JURY, value=f"{JURY_DAY:%d/%m/%Y}"),
    ]
    for person in finishers(story):
        acts += [
            Act("dossier remis au jury", today, who=person.matricule, jury=JURY),
            Act("candidat convoqué", today, who=person.matricule, jury=JURY),
        ]
    story.record("2027-06-04-jury", acts)


def hold_the_jury(story: Story) -> None:
    """What the jury saw is frozen, it decides on each person, the minutes are drawn up and signed."""
    acts = []
    for person in finishers(story):
        absent = person.matricule == cast.JURY_ABSENT
        presence = "excusé" if absent else "présent"
        acts.append(Act("présence jury", JURY_DAY, who=person.matricule, jury=JURY, value=presence))
        acts.append(Act("état figé", JURY_DAY, who=person.matricule, jury=JURY))
        if not absent:
            decision = "ajourne" if person.matricule == cast.POSTPONED else "favorable"
            acts.append(Act("décision", JURY_DAY, who=person.matricule, jury=JURY, value=decision))
    story.record("2027-06-18-jury", acts, account="demo-jury")
    minutes = story.paper("pv-2027-06-18.txt", "procès-verbal signé à la table du jury")
    signing = [
        Act("PV établi", JURY_DAY, jury=JURY, reference="PV-2027-01", file=minutes),
        Act("PV signé", JURY_DAY, jury=JURY, file=minutes),
    ]
    story.record("2027-06-18-pv", signing)


def _seen_by_jury(story: Story) -> list[Person]:
    return [person for person in finishers(story) if person.matricule != cast.JURY_ABSENT]


def _certified(story: Story) -> list[Person]:
    return [person for person in _seen_by_jury(story) if person.matricule != cast.POSTPONED]


def notify(story: Story) -> None:
    """Each candidate is told the decision; numbers are reserved with the signature list."""
    today = story.clock.now().date()
    acts = [Act("décision notifiée", today, who=p.matricule, jury=JURY) for p in _seen_by_jury(story)]
    acts += [Act("numéro réservé", today, who=p.matricule) for p in _certified(story)]
    story.record("2027-06-22-notifications", acts)


def sign_and_issue(story: Story) -> None:
    """The president signs; certificates are issued."""
    today = story.clock.now().date()
    acts = []
    for person in _certified(story):
        paper = story.paper(f"certificat-{person.matricule}.txt", "certificat signé")
        acts += [
            Act(
                "certificat signé", today, who=person.matricule, value="Le président", capacity="président", file=paper
            ),
            Act("certificat délivré", today, who=person.matricule, file=paper),
        ]
    story.record("2027-06-30-certificats", acts)


def end_the_year(story: Story) -> None:
    """Certificates are handed over; the last pull, the result."""
    today = story.clock.now().date()
    acts = [Act("certificat remis", today, who=p.matricule, value="en main propre") for p in _certified(story)]
    story.record("2027-07-02-remises", acts)
    story.pull(full=True)
    office_pages(story, moment="resultat")
