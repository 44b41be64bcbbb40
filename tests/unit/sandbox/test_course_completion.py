"""Completion of the course and folders, after what a real Moodle 4.5 does."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest


def criteria(world: Any, *names: str) -> dict[str, Any]:
    fields = {"criteria": [f"cs:p:{name}" for name in names]}
    found: dict[str, Any] = world.ensure("course", "course", fields, expect=world.state()["course"]["digest"])
    return found


def test_moodle_writes_to_whoever_completes_the_course_and_the_criteria_stay(world: Any) -> None:
    before = world.sandbox.messages()
    assert criteria(world, "m1")["action"] == "updated"
    world.track("completed")
    assert world.sandbox.messages() == before + 1
    for names in (["pg"], []):
        refused = criteria(world, *names)
        assert (refused["code"], refused["affected"]) == ("completion_unlock", 1)
    digest = world.state()["m1"]["digest"]
    locked = world.module("m1", "scorm", {"completionstatusrequired": 6}, expect=digest, allow=["completion-unlock"])
    assert (locked["code"], locked["affected"]) == ("completion_unlock", 1)


def test_a_course_without_criteria_is_never_completed(world: Any) -> None:
    before = world.sandbox.messages()
    world.track("completed")
    assert world.sandbox.messages() == before
    assert world.state()["course"]["fields"]["criteria"] == []


@pytest.mark.parametrize("display", [0, 1])
def test_a_folder_lists_its_files(world: Any, display: int) -> None:
    line = f"{hashlib.sha256(b'un').hexdigest()}  a.txt\n"
    fields = {"name": "D", "position": 9, "display": display, "file_digest": hashlib.sha256(line.encode()).hexdigest()}
    made = world.module("d", "folder", fields, draftitemid=world.upload(b"un", "a.txt"))
    assert (made["action"], made["message"]) == ("created", "")
    (found,) = [m for m in world.call("core_course_get_contents", courseid=1)[0]["modules"] if m["modname"] == "folder"]
    assert [item["filename"] for item in found["contents"]] == ["a.txt"]
    assert ("url" in found) is (display == 0)
    assert world.module("d", "folder", fields, draftitemid=world.upload(b"un", "a.txt"))["action"] == "unchanged"
    wrong = {"file_digest": "0" * 64}
    expect = world.state()["d"]["digest"]
    draft = world.upload(b"deux", "a.txt")
    assert world.module("d", "folder", wrong, draftitemid=draft, expect=expect)["code"] == "invalid"
