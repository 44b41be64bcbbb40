from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from sync_service.adapters.mapping_files import load_cycle
from sync_service.domain.calendar import Calendar
from sync_service.domain.cycle import Cycle
from sync_service.domain.desired import DesiredCourse, PackageFacts, Rename, WantedEnrolment, desired_state
from sync_service.domain.layout import (
    Access,
    Assign,
    Folder,
    Forum,
    Label,
    Layout,
    LayoutSection,
    Mark,
    Page,
    Resource,
    Scorm,
    Url,
)
from sync_service.domain.lms_state import Kind, LmsObject
from sync_service.domain.promotion import Contact, Deadlines, Group, MoodleTarget, PeopleSettings, Promotion
from sync_service.errors import MappingError

PACKAGES = {
    "m01": PackageFacts("a" * 64, "build/m01.zip", {"completion": 2, "completionstatusrequired": 6, "hidetoc": 3})
}
DUE = datetime(2027, 5, 19, 21, 59, 59, tzinfo=UTC)


@pytest.fixture(scope="module")
def cycle() -> Cycle:
    return load_cycle(Path(__file__).parents[3] / "lms_mappings", "coordonnateur_petite_enfance")


PROMOTION = Promotion(
    id="p1",
    label="Ici 2026",
    cycle="coordonnateur_petite_enfance",
    referential_version="2026.1",
    referential_sha256="",
    layout="l",
    site="INSET d'Angers",
    zone="Europe/Paris",
    starts_on=date(2026, 9, 21),
    ends_on=date(2027, 7, 2),
    contact=Contact(),
    readers="",
    certificate_handover="",
    deadlines=Deadlines(date(2027, 6, 18), "", DUE, date(2027, 5, 19), 30),
    moodle=MoodleTarget("s", "cat", "short", "full"),
    people=PeopleSettings(),
    groups=(Group("a", "Groupe A"), Group("b", "Groupe B")),
)
PREP = Scorm(key="m01-prep", mark=Mark.TO_DO, name="Préparer", package="m01", module=1)
DEPOSIT = Assign(
    key="depot-a", mark=Mark.TO_DO, name="Dépôt", due=True, drafts=True, max_files=1, max_bytes=9, file_types=(".pdf",)
)


def layout(*activities: Scorm | Assign | Page | Label | Url | Resource | Folder | Forum) -> Layout:
    section = LayoutSection("s-m01", "{module.label}", "", visible=True, activities=activities, module=1, was="s-un")
    return Layout("l", (section,), "<p>{contact} [{organiser}]</p>")


def desired(cycle: Cycle, shape: Layout, *wanted: WantedEnrolment, promotion: Promotion = PROMOTION) -> DesiredCourse:
    return desired_state(cycle, promotion, Calendar(()), shape, PACKAGES, wanted)


def thing(course: DesiredCourse, name: str) -> LmsObject:
    return next(found for found in course.objects if found.key == f"cs:p1:{name}")


def test_the_order_is_the_order_of_an_apply(cycle: Cycle) -> None:
    course = desired(cycle, layout(PREP), WantedEnrolment("cand_AB", 7, "active"))
    assert [found.kind for found in course.objects] == [
        Kind.COURSE, Kind.ENROL_INSTANCE, Kind.SECTION, Kind.MODULE, Kind.GROUP, Kind.GROUP, Kind.ENROLMENT,
    ]  # fmt: skip
    assert thing(course, "m01-prep").parent == "cs:p1:s-m01"
    assert thing(course, "course").fields["summary"] == (
        "<p>INSET d’Angers, rue du Nid de Pie, CS 62020, 49016 Angers Cedex 1, tél. 02\u00a041\u00a022\u00a041\u00a022</p>"
    )


def test_days_of_the_course_are_whole_local_days(cycle: Cycle) -> None:
    fields = thing(desired(cycle, layout()), "course").fields
    assert fields["startdate"] == datetime(2026, 9, 20, 22, tzinfo=UTC).timestamp()
    assert fields["enddate"] == datetime(2027, 7, 2, 21, 59, 59, tzinfo=UTC).timestamp()


def test_a_package_takes_its_settings_from_the_packager(cycle: Cycle) -> None:
    course = desired(cycle, layout(PREP))
    found = thing(course, "m01-prep")
    assert found.modname == "scorm"
    assert (found.fields["hidetoc"], found.fields["completionstatusrequired"]) == (3, 6)
    assert found.fields["package_digest"] == "a" * 64
    assert found.owns == {"package_digest", "completion", "completionview", "completionstatusrequired"}
    assert course.files["cs:p1:m01-prep"] == Path("build/m01.zip")


def test_a_package_that_is_only_advised_is_not_tracked(cycle: Cycle) -> None:
    found = thing(desired(cycle, layout(replace(PREP, mark=Mark.ADVISED))), "m01-prep")
    assert found.fields["completion"] == 0
    assert "completionstatusrequired" not in found.fields


def test_a_deposit_is_due_only_when_the_jury_has_a_date(cycle: Cycle) -> None:
    assert thing(desired(cycle, layout(DEPOSIT)), "depot-a").fields["duedate"] == int(DUE.timestamp())
    undated = replace(PROMOTION, deadlines=Deadlines(None, "", None, None, 30))
    assert thing(desired(cycle, layout(DEPOSIT), promotion=undated), "depot-a").fields["duedate"] == 0
    draft = replace(DEPOSIT, due=False, drafts=False, mark=Mark.ADVISED)
    fields = thing(desired(cycle, layout(draft)), "depot-a").fields
    assert (fields["duedate"], fields["completionsubmit"], fields["completion"]) == (0, False, 0)


def test_every_other_kind(cycle: Cycle) -> None:
    info = Mark.INFORMATION
    course = desired(
        cycle,
        layout(
            Page(
                key="pg", mark=Mark.TO_DO, name="Page", content="<p>{promotion.label}</p>", owns=frozenset({"content"})
            ),
            Label(key="lb", mark=info, name="Étiquette", intro="<p>{module.when} [Dates non fixées]</p>", module=1),
            Url(key="ur", mark=info, name="Lien", address="{wwwroot}/x?promotion={promotion}"),
            Resource(key="rs", mark=info, name="Fichier", filename="a.odt", content=b"abc"),
            Resource(key="ics", mark=info, name="Agenda", filename="c.ics"),
            Forum(key="fo", mark=Mark.ADVISED, name="Forum", type="news", subscription=1),
        ),
    )
    page = thing(course, "pg")
    assert (page.fields["completion"], page.fields["completionview"]) == (2, True)
    assert page.owns == {"completion", "completionview", "content"}
    assert page.fields["content"] == "<p>Ici 2026</p>"
    assert thing(course, "lb").fields["intro"] == "<p>Dates non fixées</p>"
    assert thing(course, "ur").fields["externalurl"] == "{wwwroot}/x?promotion=p1"
    assert str(thing(course, "rs").fields["file_digest"]).startswith("ba7816bf")
    assert course.files["cs:p1:rs"] == b"abc"
    calendar = course.files["cs:p1:ics"]
    assert isinstance(calendar, bytes)
    assert b"BEGIN:VCALENDAR" in calendar
    assert (thing(course, "fo").fields["type"], thing(course, "fo").fields["forcesubscribe"]) == ("news", 1)


def test_groups_of_a_person_are_keys_whatever_the_list_wrote(cycle: Cycle) -> None:
    wanted = WantedEnrolment("cand_AB", 7, "suspended", groups=("Groupe B", "a", ""))
    found = thing(desired(cycle, layout(), wanted), "e-cand_ab")
    assert found.fields["groups"] == ["cs:p1:g-a", "cs:p1:g-b"]
    assert (found.fields["userid"], found.fields["status"]) == (7, "suspended")


def test_what_is_missing_is_named_at_once(cycle: Cycle) -> None:
    wanted = WantedEnrolment("cand_AB", 7, "active", groups=("Groupe C",))
    with pytest.raises(MappingError) as caught:
        desired(cycle, layout(replace(PREP, package="m09")), wanted)
    assert len(caught.value.problems) == 2
    assert "cyclesync package" in caught.value.sentence
    assert "Groupe C" in caught.value.sentence


def test_renames_are_declared(cycle: Cycle) -> None:
    course = desired(cycle, layout(replace(PREP, was="m01-quiz")))
    assert course.renames == (Rename("cs:p1:s-un", "cs:p1:s-m01"), Rename("cs:p1:m01-quiz", "cs:p1:m01-prep"))


def test_access_names_keys_and_whole_local_days(cycle: Cycle) -> None:
    when = Access(after=("m01-prep",), opens=date(2027, 3, 28), closes=date(2027, 3, 28))
    page = Page(key="suite", mark=Mark.ADVISED, name="Suite", content="<p>x</p>", access=when)
    shape = layout(PREP, page)
    shape = replace(shape, sections=(replace(shape.sections[0], access=Access(opens=date(2026, 10, 25))),))
    course = desired(cycle, shape)
    opens, closes = datetime(2027, 3, 27, 23, tzinfo=UTC), datetime(2027, 3, 28, 22, tzinfo=UTC)
    assert thing(course, "suite").fields["availability"] == {
        "op": "&",
        "c": [
            {"type": "completion", "key": "cs:p1:m01-prep", "e": 1},
            {"type": "date", "d": ">=", "t": int(opens.timestamp())},
            {"type": "date", "d": "<", "t": int(closes.timestamp())},
        ],
        "showc": [True, True, True],
    }
    autumn = int(datetime(2026, 10, 24, 22, tzinfo=UTC).timestamp())
    section = thing(course, "s-m01").fields["availability"]
    assert section == {"op": "&", "c": [{"type": "date", "d": ">=", "t": autumn}], "showc": [True]}
    assert thing(course, "m01-prep").fields["availability"] is None


def test_a_course_is_completed_only_when_the_layout_says_so(cycle: Cycle) -> None:
    assert "criteria" not in thing(desired(cycle, layout(PREP, DEPOSIT)), "course").fields
    shape = replace(layout(PREP, DEPOSIT), course_completion=True)
    assert thing(desired(cycle, shape), "course").fields["criteria"] == ["cs:p1:depot-a", "cs:p1:m01-prep"]


def test_a_folder_carries_its_files_under_one_digest(cycle: Cycle) -> None:
    files = {"b.odt": b"deux", "a.docx": b"un"}
    course = desired(cycle, layout(Folder(key="modeles", mark=Mark.INFORMATION, name="Modèles", files=files)))
    lines = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in ("a.docx", "b.odt"))
    found = thing(course, "modeles")
    assert (found.modname, found.fields["display"]) == ("folder", 0)
    assert found.fields["file_digest"] == hashlib.sha256(lines.encode()).hexdigest()
    assert course.files["cs:p1:modeles"] == files
