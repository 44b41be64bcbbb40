"""``check`` says everything that is wrong with a site, a token, a service, a mapping, in one go."""

from __future__ import annotations

import socket
import tomllib
from pathlib import Path

import pytest

from sync_service.adapters.moodle.functions import MANAGE
from sync_service.sandbox import SERVICE_ACCOUNT
from tests.acceptance.fake_site import Answer, as_json, fake_site, site_info
from tests.acceptance.installation import CYCLE, ROOT, Installation, Ran, edit, write_secret

SIX = ROOT / "tests" / "mappings" / "six_mistakes_at_once.toml"


def errors(made: Installation) -> list[str]:
    """Run ``check``, which must fail, and return what it calls an error, a line each."""
    done = made("check")
    assert done.code == 1, done.said
    assert done.err == ""
    found = [line for line in done.out.splitlines() if line.startswith("erreur")]
    assert done.last_line == f"{len(found)} point{'s' if len(found) > 1 else ''} à corriger."
    in_json: Ran = made("--json", "check")
    assert in_json.code == 1
    assert sum(row["error"] for row in in_json.json) == len(found)
    return found


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.slow  # a closed port is tried again before it is reported
def test_a_wrong_address(ready: Installation) -> None:
    ready.configure("sandbox:./moodle.sqlite", f"http://127.0.0.1:{closed_port()}")
    (found,) = errors(ready)
    assert "vérifiez l’adresse" in found


def test_a_wrong_token(ready: Installation) -> None:
    write_secret(ready.root / "secrets" / "moodle.token", "0" * 32)
    (found,) = errors(ready)
    assert "jeton" in found


def test_too_few_rights(ready: Installation) -> None:
    with ready.sandbox() as site:
        write_secret(ready.root / "secrets" / "moodle.token", site.token(SERVICE_ACCOUNT, "observe"))
    (found,) = errors(ready)
    assert "local_cyclesync" in found


def test_an_office_without_moodle_has_nothing_to_correct(ready: Installation) -> None:
    path = ready.root / "config.toml"
    head, _, rest = path.read_text(encoding="utf-8").partition("[sites.demo]")
    path.write_text(head + rest[rest.index("[actors.") :], encoding="utf-8")
    done = ready("check")
    assert done.code == 0, done.said
    assert sum("aucun site Moodle" in line for line in done.out.splitlines()) == 1


def test_a_promotion_whose_category_the_site_has_not(ready: Installation) -> None:
    path = ready.roster.parents[1] / f"{ready.roster.parent.name}.toml"
    edit(path, 'category = "cycles-certifiants"', 'category = "ailleurs"')
    (found,) = errors(ready)
    for word in (ready.roster.parent.name, "ailleurs", "cycles-certifiants"):
        assert word in found


def test_an_observed_site_is_read_to_know_the_rights(ready: Installation) -> None:
    with ready.sandbox() as site:
        write_secret(ready.root / "secrets" / "moodle.token", site.token(SERVICE_ACCOUNT, "observe"))
    ready.configure('mode = "manage"', 'mode = "observe"')
    done = ready("check")
    assert done.code == 0, done.said
    (said,) = [line for line in done.out.splitlines() if "site demo" in line]
    assert said.startswith("à savoir")
    assert "aucun cours" in said


def test_too_many_rights_and_a_missing_one(ready: Installation) -> None:
    functions = sorted(
        (MANAGE - {"mod_assign_get_submissions"}) | {"core_user_delete_users", "core_user_search_identity"}
    )

    def answers(fields: dict[str, str], body: bytes) -> Answer:
        if fields["wsfunction"] == "core_webservice_get_site_info":
            return as_json(site_info(functions, f"http://{fields['host']}"))
        return as_json({
            "api": 1, "features": [], "site_uid": "s", "epoch": "e", "release": "4.5.6", "version": 1, "roles": [],
            "missing": ["moodle/course:manageactivities"], "excess": ["moodle/user:delete"], "categoryid": 0,
        })  # fmt: skip

    with fake_site(answers) as url:
        ready.configure("sandbox:./moodle.sqlite", url)
        found = errors(ready)
        said = ready("check").out
    for word in (
        "mod_assign_get_submissions", "core_user_delete_users", "moodle/course:manageactivities", "moodle/user:delete",
        "cycles-certifiants",
    ):  # fmt: skip
        assert len([line for line in found if word in line]) == 1, (word, found)
    assert len(found) == 5
    assert "core_user_search_identity" in said


def test_a_mapping_with_six_mistakes_and_a_wrong_token(ready: Installation) -> None:
    spoil(ready.root / "lms_mappings" / CYCLE)
    write_secret(ready.root / "secrets" / "moodle.token", "0" * 32)
    found = errors(ready)
    assert len(found) == 7, found
    for expected in tomllib.loads(SIX.read_text(encoding="utf-8"))["expect"]:
        assert any(expected["where"] in line and expected["reason"] in line for line in found), expected
    assert "jeton" in found[-1]


def spoil(cycle: Path) -> None:
    """Make the six mistakes; the list of sessions is the whole one, since two of them are in it."""
    whole = ROOT / "lms_mappings" / CYCLE / "promotions" / "angers-2026-2027" / "calendrier.csv"
    (cycle / "promotions" / "angers-2026-2027" / "calendrier.csv").write_bytes(whole.read_bytes())
    for change in tomllib.loads(SIX.read_text(encoding="utf-8"))["replace"]:
        path = cycle / change["file"]
        text = path.read_bytes().decode()
        assert change["old"] in text
        path.write_bytes(text.replace(change["old"], change["new"], 1).encode())
