"""The plugin's writes: what is refused, what is put where, what is never touched."""

from __future__ import annotations

import json
from typing import Any

import pytest

OTHER = "5bd0a5b0-0000-4000-8000-00000000000b"


def test_the_same_write_twice_changes_nothing(world: Any) -> None:
    fields = {"name": "Bienvenue", "position": 0}
    again = world.ensure("sections", "s0", fields)
    assert again["action"] == "unchanged"


def test_a_write_on_a_state_that_moved_is_refused(world: Any) -> None:
    expect = world.state()["pg"]["digest"]
    world.sandbox.edit("cs:p:pg", "name", "À la main")
    refused = world.module("pg", "page", {"name": "Autre"}, expect=expect)
    assert refused["code"] == "changed_since"
    assert world.state()["pg"]["fields"]["name"] == "À la main"


def test_another_installation_is_refused_until_it_takes_over(world: Any) -> None:
    digest = world.state()["pg"]["digest"]
    assert world.module("pg", "page", {"name": "x"}, expect=digest, uid=OTHER)["code"] == "foreign"
    assert world.state(OTHER)["pg"]["owner"] == "other"
    adopted = world.call(
        "local_cyclesync_adopt", promotion="p", key="cs:p:pg", kind="module", moodleid=0, fields=json.dumps({"name": "Lire"}),
        expect=digest, uid=OTHER, run="r", takeover=True,
    )  # fmt: skip
    assert adopted["action"] == "adopted"
    assert world.state(OTHER)["pg"]["owner"] == "ours"


def test_a_deleted_activity_is_gone_and_made_again(world: Any) -> None:
    world.sandbox.delete_by_hand("cs:p:pg")
    assert world.state()["pg"]["owner"] == "gone"
    fields = {"name": "Lire", "position": 2, "content": "x"}
    assert world.module("pg", "page", fields, expect="0" * 64)["code"] == "missing"
    assert world.module("pg", "page", fields)["action"] == "created"


def test_completion_rules_do_not_change_once_people_have_results(world: Any) -> None:
    world.track("completed")
    digest = world.state()["m1"]["digest"]
    refused = world.module("m1", "scorm", {"completionstatusrequired": 6}, expect=digest)
    assert (refused["code"], refused["affected"]) == ("completion_unlock", 1)
    done = world.module("m1", "scorm", {"completionstatusrequired": 6}, expect=digest, allow=["completion-unlock"])
    assert done["action"] == "updated"


def test_what_a_teacher_adds_stays_in_its_place(world: Any) -> None:
    world.sandbox.add_activity_by_hand("cs:p:s0", "Documents")
    world.module("p2", "page", {"name": "Fin", "position": 3, "content": "x"})
    names = [item["name"] for item in world.call("core_course_get_contents", courseid=1)[0]["modules"]]
    assert names == ["Préparer", "Dépôt A", "Lire", "Fin", "Documents"]
    moved = world.module("p2", "page", {"position": 0}, expect=world.state()["p2"]["digest"])
    assert moved["action"] == "updated"
    names = [item["name"] for item in world.call("core_course_get_contents", courseid=1)[0]["modules"]]
    assert names.index("Fin") < names.index("Dépôt A")


def test_an_activity_that_people_took_elsewhere_disturbs_nobody_s_position(world: Any) -> None:
    world.ensure("sections", "s1", {"name": "Module 1", "position": 1})
    world.module("x0", "page", {"name": "A", "position": 0, "content": "x"}, section="s1")
    world.module("x1", "page", {"name": "B", "position": 1, "content": "x"}, section="s1")
    world.sandbox.move_by_hand("cs:p:pg", "cs:p:s1")
    state = world.state()
    assert {key: state[key]["fields"]["position"] for key in ("m1", "da", "pg", "x0", "x1")} == {
        "m1": 0, "da": 1, "pg": 2, "x0": 0, "x1": 1,
    }  # fmt: skip
    assert state["pg"]["parent"] == "cs:p:s1"


@pytest.mark.parametrize(("name", "key"), [("course", "course"), ("module", "pg"), ("groups", "g")])
def test_an_idnumber_changed_by_hand_is_a_field_until_it_is_the_key_again(world: Any, name: str, key: str) -> None:
    world.ensure("groups", "g", {"name": "Groupe"})
    assert all("idnumber" not in item["fields"] for item in world.state().values())
    world.sandbox.edit(f"cs:p:{key}", "idnumber", "à moi")
    seen = world.state()[key]
    assert (seen["owner"], seen["fields"]["idnumber"]) == ("ours", "à moi")
    more = {"modname": "page", "sectionkey": "cs:p:s0"} if name == "module" else {}
    assert world.ensure(name, key, {"idnumber": "autre"}, expect=seen["digest"], **more)["code"] == "invalid"
    result = world.ensure(name, key, {"idnumber": f"cs:p:{key}"}, expect=seen["digest"], **more)
    assert result["action"] == "updated"
    assert "idnumber" not in world.state()[key]["fields"]


def test_a_dry_run_writes_nothing(world: Any) -> None:
    before = world.state()
    digest = before["pg"]["digest"]
    assert world.module("pg", "page", {"name": "Autre"}, expect=digest, dryrun=True)["action"] == "updated"
    assert world.module("p3", "page", {"name": "N", "position": 3, "content": "x"}, dryrun=True)["action"] == "created"
    assert world.state() == before


def test_a_refused_item_does_not_hold_the_others_back(world: Any) -> None:
    items = [
        {"key": "cs:p:e8", "fields": json.dumps({"userid": 999}), "expect": ""},
        {"key": "cs:p:e9", "fields": json.dumps({"userid": world.people[2]}), "expect": ""},
    ]
    results = world.call("local_cyclesync_ensure_enrolments", promotion="p", uid=UID, run="r", enrolments=items)
    assert [(item["action"], item["code"]) for item in results] == [("refused", "user"), ("created", "")]


UID = "5bd0a5b0-0000-4000-8000-00000000000a"


@pytest.mark.parametrize(
    ("tree", "why"),
    [
        ({"type": "completion", "key": "cs:p:m1", "e": 1}, "missing ->op"),
        ({"op": "x", "c": []}, "unknown ->op"),
        ({"op": "&", "c": []}, "missing ->showc"),
        ({"op": "&", "c": [], "showc": [True]}, "->c, ->showc mismatch"),
        ({"op": "|", "c": [], "show": 1}, "->show not bool"),
        ({"op": "|", "show": True}, "missing ->c"),
        ({"op": "&", "c": [5], "showc": [True]}, "child not object"),
        ({"op": "&", "c": [{"type": "moon"}], "showc": [True]}, "Unknown condition type: moon"),
    ],
)
def test_a_restriction_that_moodle_would_choke_on_is_refused(world: Any, tree: Any, why: str) -> None:
    digest = world.state()["s0"]["digest"]
    refused = world.ensure("sections", "s0", {"availability": tree}, expect=digest)
    assert refused["code"] == "invalid"
    assert why in refused["message"]
