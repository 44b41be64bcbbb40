"""Moodle's habits: what sticks, what is lost, what is escaped, who is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest


def test_completion_sticks_when_the_package_takes_its_status_back(world: Any) -> None:
    world.track("completed")
    world.track("incomplete")
    facts = world.facts(world.people[0])
    assert facts["m1 activity"]["state"] == "complete"
    assert facts["m1 scorm"]["status"] == "incomplete"


@pytest.mark.parametrize(("required", "status", "state"), [(4, "passed", "incomplete"), (2, "passed", "complete"),
                                                            (6, "passed", "complete"), (6, "failed", "incomplete")])  # fmt: skip
def test_the_required_status_is_a_mask(world: Any, required: int, status: str, state: str) -> None:
    world.sandbox.edit("cs:p:m1", "completionstatusrequired", required)
    world.track(status)
    assert world.facts(world.people[0])["m1 activity"]["state"] == state


def test_a_new_package_takes_the_tracks_of_vanished_identifiers_with_it_and_completion_stays(world: Any) -> None:
    world.track("completed")
    expect = world.state()["m1"]["digest"]
    item = world.upload(world.package("i2"), "p.zip")
    refused = world.module("m1", "scorm", {"package_digest": "d2"}, draftitemid=item, expect=expect)
    assert (refused["code"], refused["affected"]) == ("attempt_loss", 1)
    done = world.module(
        "m1", "scorm", {"package_digest": "d2"}, draftitemid=item, expect=expect, allow=["attempt-loss"]
    )
    assert done["action"] == "updated"
    facts = world.facts(world.people[0])
    assert facts["m1 scorm"]["status"] == "incomplete"
    assert facts["m1 activity"]["state"] == "complete"


def test_a_package_with_an_item_that_leads_nowhere_is_refused(world: Any) -> None:
    before = world.state()["m1"]
    item = world.upload(world.package("i1", "i2", target="z"), "p.zip")
    refused = world.module("m1", "scorm", {"package_digest": "d2"}, draftitemid=item, expect=before["digest"])
    assert (refused["code"], refused["message"].rpartition(" ")[2]) == ("invalid", "z")
    assert world.state()["m1"] == before


def test_a_package_of_the_other_edition_cannot_read_the_tracks(world: Any) -> None:
    expect = world.state()["m1"]["digest"]
    item = world.upload(world.package("i1", edition="CAM 1.3"), "p.zip")
    world.track("completed")
    refused = world.module("m1", "scorm", {"package_digest": "d2"}, draftitemid=item, expect=expect)
    assert (refused["code"], refused["affected"]) == ("attempt_loss", 1)
    assert "SCORM_1.2 to SCORM_1.3" in refused["message"]


def test_a_draft_is_not_handed_in(world: Any) -> None:
    item = world.upload(b"%PDF", "d.pdf", who="t1")
    world.call("mod_assign_save_submission", who="t1", assignmentid=1, plugindata={"files_filemanager": item})
    facts = world.facts(world.people[0])
    assert facts["da submission"]["status"] == "draft"
    assert facts["da submission"]["submitted_at"] == 0
    assert facts["da activity"]["state"] == "incomplete"
    world.call("mod_assign_submit_for_grading", who="t1", assignmentid=1, acceptsubmissionstatement=1)
    assert world.facts(world.people[0])["da activity"]["state"] == "complete"
    world.sandbox.reopen_submission("cs:p:da", world.people[0])
    facts = world.facts(world.people[0])
    assert (facts["da submission"]["status"], facts["da activity"]["state"]) == ("draft", "incomplete")


def test_a_welcome_message_is_sent_only_where_the_method_says_so(world: Any) -> None:
    assert world.sandbox.messages() == 0
    world.sandbox.edit("cs:p:enrol", "welcomemessage", True)  # a value of the contract
    refused = world.ensure("enrolments", "e9", {"userid": world.people[2]})
    assert refused["code"] == "invalid"
    world.sandbox.enrol_by_hand(world.people[2], "cs:p:course")
    assert world.sandbox.messages() == 1


def test_names_are_escaped_and_the_summary_of_a_course_is_cleaned(world: Any) -> None:
    expect = world.state()["course"]["digest"]
    fields = {"fullname": "A & B", "summary": "<p onclick='x()'>t<script>alert(1)</script></p>"}
    world.ensure("course", "course", fields, expect=expect)
    course = world.call("core_course_get_courses_by_field", field="id", value=1)["courses"][0]
    assert course["fullname"] == "A &amp; B"
    assert course["summary"] == "<p>t</p>"
    assert world.state()["course"]["fields"]["summary"] == fields["summary"]


def test_decimals_are_texts_in_the_language_of_the_course(world: Any) -> None:
    cmid = world.state()["m1"]["id"]
    assert world.call("core_course_get_course_module", cmid=cmid)["cm"]["gradepass"] == "0.00"
    world.sandbox.edit("cs:p:course", "lang", "fr")
    assert world.call("core_course_get_course_module", cmid=cmid)["cm"]["gradepass"] == "0,00"


def test_a_suspended_trainee_is_shut_out_and_a_batch_stops_at_the_first_error(world: Any) -> None:
    world.ensure("enrolments", "e0", {"status": "suspended"}, expect=world.state()["e0"]["digest"])
    requests = [
        {"function": "core_webservice_get_site_info", "arguments": "{}"},
        {"function": "core_course_get_contents", "arguments": json.dumps({"courseid": 1})},
        {"function": "core_webservice_get_site_info", "arguments": "{}"},
    ]
    responses = world.call("tool_mobile_call_external_functions", who="t1", requests=requests)["responses"]
    assert [item["error"] for item in responses] == [False, True]
    assert json.loads(responses[1]["exception"])["errorcode"] == "errorcoursecontextnotvalid"
    assert world.facts(world.people[0])["course enrolment"]["status"] == "suspended"


def test_a_restricted_section_shows_its_name_and_why(world: Any) -> None:
    tree = {"op": "&", "c": [{"type": "completion", "key": "cs:p:m1", "e": 1}], "showc": [True]}
    world.ensure("sections", "s1", {"name": "Suite", "position": 1, "availability": tree})
    assert world.state()["s1"]["fields"]["availability"] == tree
    before = world.call("core_course_get_contents", who="t1", courseid=1)[1]
    assert (before["uservisible"], before["modules"]) == (False, [])
    world.track("completed")
    assert world.call("core_course_get_contents", who="t1", courseid=1)[1]["uservisible"]


def test_the_clock_stays_where_it_is_put(world: Any) -> None:
    world.sandbox.set_time(1_800_000_000)
    world.track("completed")
    assert world.facts(world.people[0])["m1 activity"]["timemodified"] == 1_800_000_000


def test_a_deleted_account_is_gone_and_known_as_deleted(world: Any) -> None:
    world.sandbox.delete_user(world.people[0])
    facts = world.facts(world.people[0])
    assert facts["course account"]["status"] == "deleted"
    assert facts["course enrolment"]["status"] == "absent"
    assert world.call("core_user_get_users_by_field", field="idnumber", values=["M1"]) == []
