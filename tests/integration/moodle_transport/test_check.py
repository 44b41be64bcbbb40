"""All that is wrong with a site, said at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from sync_service.adapters.moodle.check import check_site
from sync_service.adapters.moodle.functions import MANAGE, OBSERVE
from tests.integration.moodle_transport.conftest import Client, RefusedError, Reply, Site

NOW = datetime(2026, 11, 25, tzinfo=UTC)
INFO, PLUGIN = "core_webservice_get_site_info", "local_cyclesync_get_info"


def about(site: Site, names: set[str], **more: object) -> dict[str, Any]:
    functions = [{"name": name, "version": "1"} for name in sorted(names)]
    base = {
        "siteurl": site.url,
        "release": "4.5.6 (Build: 20250811)",
        "userid": 2,
        "uploadfiles": 1,
        "functions": functions,
    }
    return base | more


def plugin(**more: object) -> dict[str, Any]:
    return {"api": 1, "site_uid": "s", "epoch": "e", "release": "4.5.6", "categoryid": 3} | more


def found(connect: Callable[..., Client], mode: str) -> list[tuple[str, str]]:
    findings = check_site(connect().transport, mode=mode, category="cycles", now=NOW)
    return [(one.level, one.sentence) for one in findings]


def role(shortname: str, **more: object) -> dict[str, Any]:
    return {"shortname": shortname, "exists": True, "assigned": True, "missing": [], "excess": []} | more


@pytest.mark.parametrize(("mode", "names"), [("observe", OBSERVE), ("manage", MANAGE)])
def test_a_good_site_has_nothing_to_say(
    site: Site,
    connect: Callable[..., Client],
    mode: str,
    names: frozenset[str],
) -> None:
    site.functions = {INFO: lambda _: about(site, set(names)), PLUGIN: lambda _: plugin()}
    assert found(connect, mode) == []
    assert len(site.seen) <= 2


def test_everything_is_said_at_once(site: Site, connect: Callable[..., Client]) -> None:
    names = set(MANAGE) - {"core_course_get_contents"} | {"core_user_delete_users", "core_group_get_groups"}
    info = about(
        site, names, release="4.1.2", siteurl="https://ailleurs.example.org", userissiteadmin=True, uploadfiles=0
    )
    site.functions = {
        INFO: lambda _: info,
        PLUGIN: lambda _: plugin(api=2, missing=["mod/scorm:addinstance"], excess=["moodle/user:update"], categoryid=0),
    }
    sentences = found(connect, "manage")
    words = [
        "ailleurs.example.org", "4.1.2", "core_course_get_contents", "core_user_delete_users", "core_group_get_groups",
        "administrateur", "dépôt de fichiers", "version 2", "mod/scorm:addinstance", "moodle/user:update", "« cycles »".replace(" ", "\u00a0"),
    ]  # fmt: skip
    assert [word for word in words if not any(word in sentence for _, sentence in sentences)] == []
    assert len(sentences) == len(words)
    assert [level for level, sentence in sentences if "core_group_get_groups" in sentence] == ["warning"]
    assert [level for level, sentence in sentences if "core_user_delete_users" in sentence] == ["error"]
    assert all(sentence.endswith(".") and "\n" not in sentence for _, sentence in sentences)


def test_an_absent_plugin_is_one_sentence_and_is_not_asked(site: Site, connect: Callable[..., Client]) -> None:
    site.functions = {INFO: lambda _: about(site, set(OBSERVE))}
    ((level, sentence),) = found(connect, "manage")
    assert level == "error"
    assert "local_cyclesync manque" in sentence
    assert len(site.seen) == 1


def test_a_plugin_that_refuses_is_its_own_sentence(site: Site, connect: Callable[..., Client]) -> None:
    def refuse(_: dict[str, Any]) -> Any:
        raise RefusedError("accessexception")

    site.functions = {INFO: lambda _: about(site, set(MANAGE)), PLUGIN: refuse}
    ((_, sentence),) = found(connect, "manage")
    assert PLUGIN in sentence


def test_a_release_that_was_tried_says_nothing(site: Site, connect: Callable[..., Client]) -> None:
    site.functions = {INFO: lambda _: about(site, set(OBSERVE), release="5.1.6 (Build: 20260810)")}
    assert found(connect, "observe") == []


@pytest.mark.parametrize("release", ["5.0.1", "5.2", "illisible"])
def test_a_release_that_was_not_tried_is_a_warning(
    site: Site,
    connect: Callable[..., Client],
    release: str,
) -> None:
    site.functions = {INFO: lambda _: about(site, set(OBSERVE), release=release)}
    ((level, sentence),) = found(connect, "observe")
    assert level == "warning"
    assert release in sentence


@pytest.mark.parametrize(("reply", "word"), [
    (Reply(b'{"exception": "moodle_exception", "errorcode": "invalidtoken", "message": "x"}'), "jeton"),
    (Reply(b"<h1>No</h1>", status=404, content_type="text/html"), "adresse"),
    (Reply(b"", status=301, headers={"Location": "https://moodle.example.org/x"}), "https://moodle.example.org"),
    (Reply(b"<h1>Bienvenue</h1>", content_type="text/html"), "page au lieu de données"),
    (Reply(b'{"siteurl": 3}'), "forme attendue"),
])  # fmt: skip
def test_a_wrong_address_or_token_is_the_only_thing_said(
    site: Site,
    connect: Callable[..., Client],
    reply: Reply,
    word: str,
) -> None:
    site.replies.append(reply)
    ((level, sentence),) = found(connect, "observe")
    assert level == "error"
    assert word in sentence


def test_a_token_in_clear_is_said_even_when_nothing_answers(connect: Callable[..., Client]) -> None:
    client = connect(retries=0, proxies={"http": "http://127.0.0.1:9"})
    client.transport.base_url = "http://moodle.example.org"
    sentences = [one.sentence for one in check_site(client.transport, mode="observe")]
    assert len(sentences) == 2
    assert "en clair" in sentences[0]


def test_the_service_the_account_and_the_feed_are_looked_at(site: Site, connect: Callable[..., Client]) -> None:
    ends = int(NOW.timestamp()) + 5 * 86400
    info = plugin(
        service={"enabled": True, "restrictedusers": False, "uploadfiles": True},
        account={"auth": "manual", "validuntil": 5, "tokenuntil": ends, "otherroles": ["manager (System)"]},
        serviceroles=[role("cyclesync_site"), role("cyclesync_category")],
        feed={"waiting": 1, "oldest": 1, "failures": 2, "lastfailure": 1},
    )
    site.functions = {INFO: lambda _: about(site, set(MANAGE)), PLUGIN: lambda _: info}
    said = found(connect, "manage")
    words = ["ouvert à tous", "se connecter aux pages", "manager (System)", "à l’envers", "30/11/2026", "2 changements"]
    assert [word for word in words if not any(word in sentence for _, sentence in said)] == []
    assert len(said) == len(words)
    assert [level for level, _ in said] == ["error", "warning", "warning", "error", "warning", "warning"]


def test_roles_of_the_plugin_are_compared_with_their_definition(site: Site, connect: Callable[..., Client]) -> None:
    changed = role("cyclesync_category", missing=["mod/page:addinstance"], excess=["moodle/course:delete"])
    site.functions = {
        INFO: lambda _: about(site, set(MANAGE)),
        PLUGIN: lambda _: plugin(serviceroles=[role("cyclesync_site"), changed]),
    }
    said = found(connect, "manage")
    assert [level for level, _ in said] == ["error", "error"]
    assert "rendez-lui mod/page:addinstance" in said[0][1]
    assert "retirez-lui moodle/course:delete" in said[1][1]


@pytest.mark.parametrize(("state", "word"), [
    ({"assigned": False}, "dans la catégorie des cours"),
    ({"exists": False, "assigned": False}, "n’existe plus"),
])  # fmt: skip
def test_a_role_that_is_not_given_is_said_when_rights_are_missing(
    site: Site,
    connect: Callable[..., Client],
    state: dict[str, bool],
    word: str,
) -> None:
    absent = role("cyclesync_category", **state)
    site.functions = {
        INFO: lambda _: about(site, set(MANAGE)),
        PLUGIN: lambda _: plugin(missing=["moodle/course:create"], serviceroles=[role("cyclesync_site"), absent]),
    }
    sentences = [sentence for _, sentence in found(connect, "manage")]
    assert len(sentences) == 2
    assert word in sentences[1]
    site.functions[PLUGIN] = lambda _: plugin(serviceroles=[role("cyclesync_site"), absent])
    assert found(connect, "manage") == []  # the account has its rights from a role that the site made itself


def test_a_plugin_in_the_service_says_the_rights_of_an_observer_too(site: Site, connect: Callable[..., Client]) -> None:
    asked: list[dict[str, Any]] = []

    def answer(params: dict[str, Any]) -> Any:
        asked.append(params)
        return plugin(missing=["mod/scorm:viewreport"], excess=["local/cyclesync:manage"], serviceroles=[])

    site.functions = {INFO: lambda _: about(site, {*OBSERVE, PLUGIN}), PLUGIN: answer}
    said = found(connect, "observe")
    assert [level for level, _ in said] == ["error", "error"]
    assert "mod/scorm:viewreport" in said[0][1]
    assert "local/cyclesync:manage" in said[1][1]
    assert [params["mode"] for params in asked] == ["observe"]
