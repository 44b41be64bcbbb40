from __future__ import annotations

import pytest

from sync_service.domain.diff import Verdict, compare, judge
from sync_service.domain.fields import known_fields, noun, spec
from sync_service.domain.lms_state import Base, Json, Kind, LmsObject, Owner, SeenObject
from sync_service.domain.normalise import MISSING, Value

NAME = spec(Kind.SECTION, "", "name")


@pytest.mark.parametrize(
    ("before", "applied", "seen", "declared", "owned", "verdict"),
    [
        ("a", "a", "a", "a", False, Verdict.NOTHING),
        ("a", "a", "a", "b", False, Verdict.UPDATE),
        ("a", "a", "x", "a", True, Verdict.RESTORE),
        ("a", "a", "x", "a", False, Verdict.DRIFT),
        ("a", "a", "b", "b", False, Verdict.RECORD),
        ("a", "a", "x", "b", False, Verdict.CONFLICT),
        ("a", "a", "x", "b", True, Verdict.CONFLICT),
        (MISSING, MISSING, "a", "a", False, Verdict.RECORD),
        (MISSING, MISSING, "x", "a", False, Verdict.CONFLICT),
        ("a", "A cleaned", "A cleaned", "a", False, Verdict.NOTHING),
        ("a & b", "a &amp; b", "a &amp; b", "a & b", True, Verdict.NOTHING),
        ("a", "A cleaned", "a", "a", True, Verdict.NOTHING),
        (MISSING, "x", "x", "a", False, Verdict.UPDATE),
    ],
)
def test_three_way_table(  # noqa: PLR0917 (the columns of the table)
    before: Value, applied: Value, seen: Value, declared: Value, owned: bool, verdict: Verdict
) -> None:
    assert judge(NAME, declared=declared, seen=seen, before=before, applied=applied, owned=owned) is verdict


def _seen(fields: dict[str, Json], kind: Kind = Kind.COURSE, modname: str = "") -> SeenObject:
    return SeenObject("cs:p:x", kind, "", fields, Owner.OURS, 7, "d", modname, Base(fields, fields))


def test_a_field_written_at_creation_only_is_told_and_never_changed() -> None:
    wanted = LmsObject("cs:p:x", Kind.COURSE, "", {"category": "new", "fullname": "A"})
    assert compare(wanted, _seen({"category": "old", "fullname": "A"}))["category"] is Verdict.CONFLICT


def test_the_name_that_moodle_derives_for_a_label_is_not_compared() -> None:
    wanted = LmsObject("cs:p:x", Kind.MODULE, "", {"name": "Quand, où", "intro": "<p>a</p>"}, "label")
    assert "name" not in compare(wanted, _seen({"name": "a", "intro": "<p>a</p>"}, Kind.MODULE, "label"))


def test_groups_that_people_added_do_not_make_a_declared_group_missing() -> None:
    groups = spec(Kind.ENROLMENT, "", "groups")
    assert judge(groups, declared=["g1"], seen=["g1", "g2"], before=[], applied=[]) is Verdict.RECORD
    assert judge(groups, declared=["g1"], seen=[], before=["g1"], applied=["g1"]) is Verdict.DRIFT


def test_every_field_of_the_contract_has_a_french_label() -> None:
    for kind in Kind:
        for modname in (
            ("scorm", "assign", "page", "label", "url", "resource", "forum") if kind is Kind.MODULE else ("",)
        ):
            for name in known_fields(kind, modname):
                assert spec(kind, modname, name).label != name
            assert noun(kind, modname)


def test_only_completion_rules_need_an_unlock() -> None:
    unlocked = {name for modname in ("scorm", "assign", "page") for name in known_fields(Kind.MODULE, modname)
                if spec(Kind.MODULE, modname, name).unlock}  # fmt: skip
    assert unlocked == {"completion", "completionview", "completionstatusrequired", "completionsubmit"}
