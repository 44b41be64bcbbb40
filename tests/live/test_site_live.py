"""The transport and the check on a real site: errors as they really are."""

from __future__ import annotations

import pytest

from sync_service.adapters.moodle.batch import Call, call_many
from sync_service.adapters.moodle.check import check_site
from sync_service.adapters.moodle.polling import core_site_info
from sync_service.errors import MoodleAccessError, MoodleRefusedError, MoodleUnreachableError
from tests.live.conftest import Live

CONTENTS = "core_course_get_contents"
COMPLETION = "core_completion_get_activities_completion_status"


def sentences(live: Live, token: str, mode: str, category: str, url: str = "") -> list[str]:
    account = "nobody" if token == "0" * 32 else "service"
    return [
        finding.sentence for finding in check_site(live.open(token, account, url=url), mode=mode, category=category)
    ]


def test_site_info_names_the_site_and_its_functions(live: Live) -> None:
    info = core_site_info(live.observer())
    assert info.release.startswith(("4.5", "5.0", "5.1"))
    assert CONTENTS in info.functions
    assert info.site_uid == core_site_info(live.observer()).site_uid


def test_a_wrong_token_is_an_access_error(live: Live) -> None:
    with pytest.raises(MoodleAccessError) as caught:
        live.open("0" * 32, "nobody").call("core_webservice_get_site_info", {})
    assert caught.value.code == "invalidtoken"


def test_each_refusal_has_its_code(live: Live) -> None:
    observer = live.observer()
    for function, params, code in (
        ("core_course_get_contents", {}, "invalidparameter"),
        ("core_course_get_contents", {"courseid": 999999}, "invalidrecord"),
        ("local_cyclesync_get_info", {}, "accessexception"),
        ("local_nothing_at_all", {}, "invalidrecord"),
    ):
        with pytest.raises(MoodleRefusedError) as caught:
            observer.call(function, params)
        assert caught.value.code == code


def test_a_wrong_path_is_not_a_site(live: Live) -> None:
    transport = live.open("0" * 32, "nobody", url=f"{live.url}/nowhere", record=False)
    with pytest.raises(MoodleUnreachableError):
        transport.call("core_webservice_get_site_info", {})


def test_a_batch_resumes_after_each_failure(live: Live) -> None:
    observer = live.observer()
    site = Call("core_webservice_get_site_info", {})
    wrong = Call(CONTENTS, {"courseid": 999999})
    absent = Call("core_course_create_courses", {})
    items = call_many(observer, [site, wrong, absent, site, absent, site])
    assert [getattr(item.error, "code", "") for item in items] == [
        "", "invalidrecord", "accessexception", "", "accessexception", "",
    ]  # fmt: skip
    assert [inner for _, _, inner in live.counted] == [6, 4, 2]


def test_check_says_all_that_is_wrong_at_once(live: Live) -> None:
    token = live.service()._token
    assert [s for s in sentences(live, token, "manage", "no-such-category") if "no-such-category" in s]
    assert len(sentences(live, "0" * 32, "manage", "")) == 1
    observed = [finding.sentence for finding in check_site(live.observer(), mode="manage")]
    assert [s for s in observed if "local_cyclesync manque" in s]


def test_check_finds_a_service_with_too_many_rights(live: Live) -> None:
    student = live.students()[0].transport
    findings = check_site(student, mode="observe")
    assert [f for f in findings if f.level == "error" and "trop de droits" in f.sentence]
