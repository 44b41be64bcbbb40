"""All that is wrong with a site, said at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sync_service.adapters.moodle.check import check_site
from sync_service.adapters.moodle.functions import MANAGE, OBSERVE
from tests.integration.moodle_transport.conftest import Client, RefusedError, Reply, Site

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
    return [(one.level, one.sentence) for one in check_site(connect().transport, mode=mode, category="cycles")]


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
        "administrateur", "déposer des fichiers", "version 2", "mod/scorm:addinstance", "moodle/user:update", "« cycles »".replace(" ", "\u00a0"),
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
