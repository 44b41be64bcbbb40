"""The year in Moodle and in the classroom, through the same doors as in real life."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sync_service.cli.demo import cast
from sync_service.cli.demo.cast import Person
from sync_service.cli.demo.folder import NEXT_PROMOTION, NEXT_SESSION, PROMOTION, write_next_promotion
from sync_service.cli.demo.mapping import apply_all
from sync_service.cli.demo.pages import admin_pages
from sync_service.cli.demo.papers import issue
from sync_service.cli.demo.story import Story
from sync_service.cli.demo.typing_in import Typed
from sync_service.domain.calendar import Session
from sync_service.errors import RecordRefusedError

LATE_DAY = date(2026, 10, 12)
"""When the late arrival begins."""
AWAY: dict[str, tuple[date, date]] = {
    cast.ARRIVED_LATE: (date.min, LATE_DAY),
    cast.RETURNED: (date(2027, 3, 8), date(2027, 4, 5)),
    cast.SUSPENDED: (date(2027, 2, 4), date.max),
    cast.LEAVER: (date(2027, 2, 10), date.max),
}
"""Matricule → from which day to which day, excluded, a person is not of the promotion."""
EXEMPT_MODULE = 2


def open_the_year(story: Story) -> None:
    """The office imports its list; accounts exist in Moodle already."""
    _list(story, "stagiaires-2026-09.csv", without=(cast.ARRIVED_LATE,))
    for person in story.people:
        story.sandbox.create_user(person.username, person.matricule, person.first_name, _shown(person), person.email)
    story.sandbox.create_user("mdubois.homonyme", "", "Marie", "Dubois", "marie.dubois@exemple.invalid")


def _shown(person: Person) -> str:
    return person.usual_name or person.birth_name


def map_the_course(story: Story) -> None:
    """The administrator plans and applies; the run is cut short once, and finished by the same command."""
    apply_all(story, cut_after=20)
    story.pull(full=True)


def _list(story: Story, name: str, *, without: Sequence[str] = (), suspended: Sequence[str] = ()) -> None:
    """Import the list as the office keeps it: people in or out, a usual name that changed, who is on leave."""
    today = story.clock.now().date()
    cells: dict[str, dict[str, str]] = {cast.ARRIVED_LATE: {"date d'inscription": f"{LATE_DAY:%d/%m/%Y}"}}
    if today >= date(2027, 2, 4):
        cells[cast.RENAMED] = {"nom d'usage": "D'Hervé"}
    for matricule in suspended:
        cells.setdefault(matricule, {})["situation"] = "suspendu"
    story.roster(name, cast.edited_roster(story.out / "listes" / "source.csv", without=without, cells=cells))


def _present(story: Story, day: date) -> list[Person]:
    """Return those who study on a day."""
    away = {who for who, (first, back) in AWAY.items() if first <= day < back}
    return [person for person in story.people if person.matricule not in away]


def prepare_module(story: Story, module: int) -> None:
    """Most trainees go through the package; some leave it half-way, a few do not open it."""
    for person in _present(story, story.clock.now().date()):
        luck = cast.chance(person.matricule, f"prep-{module}")
        if luck < 0.93 or person.matricule == cast.RESET:
            finish = luck < 0.86 or person.matricule == cast.RESET
            story.learner(person).work_through(
                f"Préparer le module {module}", finish=finish, minutes=12 + int(luck * 15)
            )
    story.pull()


def arrive_late(story: Story) -> None:
    """One trainee was enrolled after the others: the same list, one line more; module 2 is granted to another."""
    _list(story, "stagiaires-2026-10.csv")
    typed = Typed()
    exemption = {"Stagiaire (matricule)": cast.EXEMPTED, "Valeur": str(EXEMPT_MODULE), "Motif": "suivi ailleurs"}
    typed.other("dispense accordée", story.clock.now().date(), exemption)
    story.give("dispense", typed)
    issue(story, "attendance-sheet", session="m2-a")
    apply_all(story)


def file_the_sheet(story: Story, session: Session) -> None:
    """The signed sheet comes in: everyone was there, except those whom it names."""
    title = f"feuille d’émargement signée, session {session.id}"
    typed = Typed()
    typed.sheet(session.id, story.clock.now().date(), story.paper(f"emargement-{session.id}.txt", title))
    for halfday in session.halfdays:
        for person in _present(story, halfday.date):
            status = _status(person, session, f"{halfday.date}{halfday.half.value}")
            if status:
                half = "matin" if halfday.half.value == "matin" else "apres_midi"
                typed.presence(person.matricule, session.id, halfday.date, half, status)
    story.give(f"emargement-{session.id}", typed)


def _status(person: Person, session: Session, half: str) -> str:
    """Return what the sheet says of one half-day, empty for « présent »."""
    if person.matricule == cast.EXEMPTED and session.module == EXEMPT_MODULE:
        return "Dispense"
    return cast.missed(person, session.id, half)


def suspend_and_rename(story: Story) -> None:
    """One trainee goes on leave, another takes a new usual name: « Autres », then the list."""
    typed = Typed()
    typed.other("suspension", AWAY[cast.SUSPENDED][0], {"Stagiaire (matricule)": cast.SUSPENDED})
    story.give("suspension", typed)
    _list(story, "stagiaires-2027-02.csv", suspended=(cast.SUSPENDED,))
    apply_all(story)


def one_leaves(story: Story) -> None:
    """One trainee left his job; his account was deleted in Moodle before anyone told the office."""
    user = story.sandbox.user_id(story.person(cast.LEAVER).username)
    if user is not None:
        story.sandbox.delete_user(user)
        story.pull(full=True)
    typed = Typed()
    leaving = {"Stagiaire (matricule)": cast.LEAVER, "Motif": "mobilité"}
    typed.other("sortie", AWAY[cast.LEAVER][0], leaving)
    story.give("sortie", typed)


def go_on_leave(story: Story) -> None:
    """Another trainee is away for four weeks."""
    typed = Typed()
    typed.other("suspension", AWAY[cast.RETURNED][0], {"Stagiaire (matricule)": cast.RETURNED})
    story.give("suspension", typed)
    apply_all(story)


def come_back(story: Story) -> None:
    """She comes back in the same promotion."""
    typed = Typed()
    typed.other("reprise", AWAY[cast.RETURNED][1], {"Stagiaire (matricule)": cast.RETURNED})
    story.give("reprise", typed)
    apply_all(story)


def justify_absences(story: Story) -> None:
    """Two absences are corrected: a justification came in, and someone had signed after all."""
    typed = Typed()
    unexcused, excused = (_first_missed(story, status) for status in ("Absent injustifié", "Absent justifié"))
    who, session, day, half = unexcused
    late_proof = {
        "Stagiaire (matricule)": who, "Session": session, "Demi-journée": half.replace("apres_midi", "après-midi"),
        "Valeur": "absent justifié", "Motif": "justificatif reçu",
    }  # fmt: skip
    typed.other("présence", day, late_proof)
    typed.presence(*excused, "Présent")
    story.give("presences-corrigees", typed)


def _first_missed(story: Story, status: str) -> tuple[str, str, date, str]:
    """Return the first half-day of the year that someone missed in this way."""
    for session in story.files().calendar.sessions:
        for halfday in session.halfdays if session.counts else ():
            for person in _present(story, halfday.date):
                if _status(person, session, f"{halfday.date}{halfday.half.value}") == status:
                    half = "matin" if halfday.half.value == "matin" else "apres_midi"
                    return person.matricule, session.id, halfday.date, half
    raise RecordRefusedError(f"Personne n’est « {status} » dans la démonstration.")


def a_teacher_resets(story: Story) -> None:
    """A teacher resets one result by hand; the register keeps what it saw."""
    user = story.sandbox.user_id(story.person(cast.RESET).username)
    if user is not None:
        story.sandbox.delete_attempts(f"cs:{PROMOTION}:m02-prep", user)
    story.pull(full=True)


def he_does_it_again(story: Story) -> None:
    """The same trainee does it again: done, not done, done are three lines of the register."""
    story.learner(story.person(cast.RESET)).work_through("Préparer le module 2", finish=True, minutes=18)
    story.pull()


def people_change_the_course(story: Story) -> None:
    """The administrator renames a section by hand, an intervenant adds a file of her own."""
    story.sandbox.edit(f"cs:{PROMOTION}:s-accompagnement", "name", "Accompagnement : vos rendez-vous")
    story.sandbox.add_activity_by_hand(f"cs:{PROMOTION}:s-m04", "Support de Mme Le Goff – conduite de réunion")


def show_the_plan(story: Story) -> None:
    """The administrator reads a plan, then one whose package would erase results."""
    admin_pages(story)


def open_next_promotion(story: Story) -> None:
    """The next promotion opens; who was on leave goes on there, her half-days with her."""
    write_next_promotion(story.out)
    moved = Typed()
    goes_on = {"Stagiaire (matricule)": cast.SUSPENDED, "Valeur": NEXT_PROMOTION}
    moved.other("transfert", story.clock.now().date(), goes_on)
    story.give("transfert", moved)
    source = story.out / "listes" / "source.csv"
    others = [person.matricule for person in story.people if person.matricule != cast.SUSPENDED]
    story.roster("stagiaires-2027-09.csv", cast.edited_roster(source, without=others), promotion=NEXT_PROMOTION)


def catch_up(story: Story) -> None:
    """The first sheet of the next promotion: who goes on there signed it, and who catches up its module."""
    session = story.files(NEXT_PROMOTION).calendar.sessions[0]
    title = f"feuille d’émargement signée, session {session.id}"
    typed = Typed()
    typed.sheet(NEXT_SESSION, story.clock.now().date(), story.paper(f"emargement-{session.id}.txt", title))
    for day in session.dates:
        there = {"Stagiaire (matricule)": cast.ARRIVED_LATE, "Session": NEXT_SESSION, "Valeur": "présent"}
        typed.other("présence", day, there)
    story.give("emargement-promotion-suivante", typed, promotion=NEXT_PROMOTION)
