"""What is asked of Moodle's core is what a live site said it takes and gives (moodle-ws-contract-4.5.json)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sync_service.adapters.moodle import wire
from sync_service.adapters.moodle.functions import BATCH, CORE_READS, OBSERVE
from sync_service.adapters.moodle.lms import find_users
from sync_service.adapters.moodle.params import Params, form_fields
from sync_service.adapters.moodle.polling import ObservedCourse, PollingFeed, core_site_info
from sync_service.adapters.moodle.transport import FilePart

CONTRACT: dict[str, Any] = json.loads((Path(__file__).parent / "moodle-ws-contract-4.5.json").read_text("utf-8"))[
    "functions"
]
NUMBERS = {"int", "float"}


def problems(node: Mapping[str, Any], value: object, place: str) -> list[str]:
    """Return what Moodle's validate_parameters would refuse in ``value``."""
    if node["type"] == "list":
        if not isinstance(value, Sequence) or isinstance(value, str):
            return [f"{place}: a list is expected"]
        return [
            found for index, item in enumerate(value) for found in problems(node["children"], item, f"{place}[{index}]")
        ]
    if node["type"] == "object":
        if not isinstance(value, Mapping):
            return [f"{place}: an object is expected"]
        children = node.get("children") or {}
        unknown = [f"{place}.{name}: unknown" for name in value if name not in children]
        absent = [
            f"{place}.{n}: missing" for n, c in children.items() if c["presence"] == "required" and n not in value
        ]
        inner = [f for n, c in children.items() if n in value for f in problems(c, value[n], f"{place}.{n}")]
        return unknown + absent + inner
    if node["paramtype"] in NUMBERS and not str(value).lstrip("-").isdigit():
        return [f"{place}: a number is expected"]
    return [] if isinstance(value, str | int) else [f"{place}: a scalar is expected"]


def sample(node: Mapping[str, Any] | None) -> Any:
    """Return the smallest answer that the contract allows: one item in each list, required keys only, numbers as 1."""
    if node is None:
        return None
    if node["type"] == "list":
        return [sample(node["children"])]
    if node["type"] == "object":
        return {
            name: sample(child)
            for name, child in (node.get("children") or {}).items()
            if child["presence"] != "optional"
        }
    return {"int": 1, "float": 1.0, "bool": False}.get(node["paramtype"], "1")


class ContractSite:
    """A site that refuses what the contract does not allow and gives the least that it promises."""

    base_url = "https://moodle.example.org"

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def redact(self, text: str) -> str:
        return text

    def call(self, function: str, params: Params, *, idempotent: bool | None = None, inner: int = 0) -> object:
        assert form_fields(params) is not None
        assert problems(CONTRACT[function]["parameters"], params, function) == []
        self.asked.add(function)
        if function != BATCH:
            return sample(CONTRACT[function]["returns"])
        requests = params["requests"]
        assert isinstance(requests, list)
        assert len(requests) == inner
        answers = [self.call(one["function"], json.loads(one["arguments"])) for one in requests]
        return {"responses": [{"error": False, "data": json.dumps(answer)} for answer in answers]}

    def send_files(self, files: Sequence[FilePart], *, item: int = 0) -> object:
        raise AssertionError("nothing is uploaded in observe mode")


class StillClock:
    def now(self) -> datetime:
        return datetime(2026, 11, 25, tzinfo=UTC)


@pytest.mark.parametrize("function", sorted(OBSERVE))
def test_every_core_function_that_is_used_exists(function: str) -> None:
    assert function in CONTRACT


@pytest.mark.parametrize("function", sorted(CORE_READS))
def test_what_is_declared_a_read_is_one_for_moodle_too(function: str) -> None:
    assert CONTRACT[function]["type"] == "read"


@pytest.mark.parametrize("activities", [{}, {"m01": 1}, {"m01": "1"}])
def test_polling_sends_what_moodle_takes_and_reads_the_least_that_it_gives(activities: dict[str, int | str]) -> None:
    site = ContractSite()
    feed = PollingFeed(
        site,
        clock=StillClock(),
        courses={"angers": ObservedCourse("idnumber", "cs:angers:course", activities)},
    )
    pages = list(feed.snapshot("angers"))
    assert pages[0].users == {1}
    assert {"core_course_get_contents", "core_enrol_get_enrolled_users", "core_user_get_users_by_field"} < site.asked


def test_people_and_site_are_asked_for_as_moodle_takes_it() -> None:
    site = ContractSite()
    find_users(site, "idnumber", ["M0001"])
    assert core_site_info(site).functions == {"1"}


USED: list[tuple[str, str, type[wire.Reply]]] = [
    (BATCH, "responses/*", wire.BatchResponse),
    ("core_webservice_get_site_info", "", wire.CoreSiteInfo),
    ("core_course_get_courses_by_field", "courses/*", wire.Course),
    ("core_course_get_contents", "*", wire.Section),
    ("core_course_get_contents", "*/modules/*", wire.CourseModule),
    ("core_course_get_course_module", "cm", wire.ModuleDetail),
    ("core_enrol_get_enrolled_users", "*", wire.Enrolled),
    ("core_enrol_get_enrolled_users", "*/roles/*", wire.HeldRole),
    ("core_completion_get_activities_completion_status", "statuses/*", wire.CompletionStatus),
    ("mod_scorm_get_scorm_scoes", "scoes/*", wire.Sco),
    ("mod_scorm_get_scorm_attempt_count", "", wire.AttemptCount),
    ("mod_scorm_get_scorm_sco_tracks", "data", wire.Tracks),
    ("mod_scorm_get_scorm_sco_tracks", "data/tracks/*", wire.Track),
    ("mod_assign_get_submissions", "", wire.SubmissionsReply),
    ("mod_assign_get_submissions", "assignments/*/submissions/*", wire.Submission),
    ("mod_assign_get_submissions", "assignments/*/submissions/*/plugins/*", wire.SubmissionPlugin),
    ("mod_assign_get_submissions", "assignments/*/submissions/*/plugins/*/fileareas/*/files/*", wire.SubmittedFile),
    ("core_user_get_users_by_field", "*", wire.Account),
]


@pytest.mark.parametrize(("function", "path", "model"), USED)
def test_every_key_that_is_read_is_one_that_moodle_gives(function: str, path: str, model: type[wire.Reply]) -> None:
    node = CONTRACT[function]["returns"]
    for step in filter(None, path.split("/")):
        node = node["children"] if step == "*" else node["children"][step]
    assert set(model.model_fields) <= set(node["children"])


@pytest.mark.parametrize(("function", "path", "model"), USED)
def test_a_key_without_a_default_is_one_that_moodle_always_gives(
    function: str,
    path: str,
    model: type[wire.Reply],
) -> None:
    node = CONTRACT[function]["returns"]
    for step in filter(None, path.split("/")):
        node = node["children"] if step == "*" else node["children"][step]
    needed = {name for name, info in model.model_fields.items() if info.is_required()}
    assert needed <= {name for name, child in node["children"].items() if child["presence"] != "optional"}
