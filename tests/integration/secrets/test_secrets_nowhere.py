"""Neither the token nor a key is anywhere after runs that went wrong and runs that went well."""

from __future__ import annotations

import base64
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.acceptance.fake_site import Answer, fake_site
from tests.acceptance.installation import PROMOTION, Installation, edit, make_ready, plain_environment, write_secret
from tests.integration.kill_drill.killing_proxy import killing_proxy
from tests.integration.secrets.searching import encoded, files_below, found_in

TOKEN = "jeton+tres/secret=de&test-0123456789"
ITS_OWN = ("secrets", "lms_mappings", "scorm_packages", "moodle.sqlite")
"""Where secrets live, what holds none by nature, and the site itself, which knows its tokens."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    root = tmp_path_factory.mktemp("secrets")
    return make_ready(root, sections=("s-m01",), activities=("m01-prep",), sessions=("acc-1",), trainees=3)


def secrets_of(made: Installation) -> list[bytes]:
    """Return the keys as they stand in their files and as bytes, and the site's token."""
    keys = []
    for name in ("master", "register", "signing"):
        text = (made.root / "secrets" / f"{name}.key").read_bytes().strip().rpartition(b":")[2]
        keys += [text, base64.urlsafe_b64decode(text)]
    return [*keys, made.token.encode()]


def everywhere(made: Installation, said: str) -> dict[str, bytes]:
    return {**files_below(made.root, without=ITS_OWN), "what was printed": said.encode()}


def nowhere(made: Installation, said: str, secrets: list[bytes]) -> None:
    for place, content in everywhere(made, said).items():
        for secret in secrets:
            assert not found_in(content, encoded(secret)), place


def command_lines() -> bytes:
    """Return the command lines of every process that can be seen."""
    return b"\n".join(path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists())


def echo(fields: dict[str, str], body: bytes) -> Answer:
    return 500, "text/html; charset=utf-8", b"<html>Fatal error, the request was: " + body + b"</html>"


def echo_in_json(fields: dict[str, str], body: bytes) -> Answer:
    token = fields["wstoken"]
    text = f'{{"exception":"{token}","errorcode":"{token}","message":"{token}","debuginfo":"{body.decode()}"}}'
    return 200, "application/json", text.encode()


def redirect(fields: dict[str, str], body: bytes) -> Answer:
    return 200, "text/html", f"<a href='/login?wstoken={fields['wstoken']}'>".encode()


@pytest.mark.slow  # each answer is met by four commands
@pytest.mark.parametrize("answers", [echo, echo_in_json, redirect])
def test_after_a_site_that_echoes_what_it_was_sent(answers: object, made: Installation, tmp_path: Path) -> None:
    here = made.copy(tmp_path)
    write_secret(here.root / "secrets" / "moodle.token", TOKEN)
    said = ""
    seen: list[bytes] = []

    def watched(fields: dict[str, str], body: bytes) -> Answer:
        assert fields["wstoken"] == TOKEN
        seen.append(command_lines())
        assert callable(answers)
        answer: Answer = answers(fields, body)
        return answer

    with fake_site(watched) as url:
        here.configure("sandbox:./moodle.sqlite", url)
        for command in (["check"], ["-v", "plan", PROMOTION], ["-v", "--json", "pull"], ["--debug", "pull", PROMOTION]):
            done = here(*command)
            assert done.code == 1, done.said
            said += done.said
    assert seen
    assert b"sync_service" in b"".join(seen)
    assert not found_in(b"".join(seen), encoded(TOKEN.encode()))
    nowhere(here, said, [TOKEN.encode(), *secrets_of(here)])


@pytest.mark.slow  # a year's commands in short, good ones and bad ones, one killed
def test_after_good_runs_failing_runs_and_a_killed_one(made: Installation, tmp_path: Path) -> None:
    here = made.copy(tmp_path)
    said = ""
    with here.served() as site, killing_proxy(site.url) as proxy:
        here.configure(site.url, proxy.url)
        planned = here("-v", "plan", PROMOTION)
        arguments = planned.last_line.split()[1:]
        child = subprocess.Popen(
            [sys.executable, "-m", "sync_service", "--config", "config.toml", "-v", *arguments],
            cwd=here.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=plain_environment(),
        )  # fmt: skip
        proxy.aim(8, answered=True)
        proxy.tell(child.pid)
        said += planned.said + child.communicate(timeout=60)[0]
        assert list(here.root.glob("cyclesync.sqlite-wal")), "the killed run leaves its write-ahead log"
        nowhere(here, said, secrets_of(here))
        proxy.aim(0, answered=False)
        commands = (
            ["-v", *arguments], ["pull"], ["report", "promotion"], ["ledger", "checkpoint"], ["check"],
            ["report", "candidate", "--candidate", here.people[0]["matricule"]], ["ledger", "verify", "--strict"],
            ["pull", "--format", "x"], ["plan", "angers-1999"], ["init"],
        )  # fmt: skip
        for command in commands:
            said += here(*command).said
    nowhere(here, said, secrets_of(here))


@pytest.mark.slow  # each read is tried four times
def test_after_a_site_that_is_too_slow_and_a_mapping_that_is_wrong(made: Installation, tmp_path: Path) -> None:
    here = made.copy(tmp_path)
    write_secret(here.root / "secrets" / "moodle.token", TOKEN)
    here.configure("timeout_seconds = 5", "timeout_seconds = 0.2")

    def slow(fields: dict[str, str], body: bytes) -> Answer:
        time.sleep(0.6)
        return 200, "application/json", body

    with fake_site(slow) as url:
        here.configure("sandbox:./moodle.sqlite", url)
        late = here("-v", "pull")
    edit(next(here.root.rglob("standard.toml")), 'kind = "scorm"', 'kind = "quiz"')
    wrong = here("-v", "plan", PROMOTION)
    assert (late.code, wrong.code) == (1, 1)
    assert "n’a pas répondu à temps" in late.err
    nowhere(here, late.said + wrong.said, [TOKEN.encode(), *secrets_of(here)])


def test_a_token_given_by_the_environment_is_not_kept(
    made: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = made.copy(tmp_path)
    monkeypatch.setenv("MOODLE_TOKEN_OF_THE_TEST", TOKEN)
    here.configure("file:secrets/moodle.token", "env:MOODLE_TOKEN_OF_THE_TEST")
    refused = here("-v", "pull")
    assert refused.code == 1
    assert "jeton" in refused.err
    nowhere(here, refused.said, [TOKEN.encode()])


def test_the_search_finds_what_it_looks_for() -> None:
    secret = TOKEN.encode()
    for content in (secret, secret.hex().encode(), *(base64.b64encode(b"x" * n + secret + b"yz") for n in range(3))):
        assert found_in(b"before " + content + b" after", encoded(secret)), content
    assert not found_in(b"nothing here", encoded(secret))
