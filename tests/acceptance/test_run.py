"""``run`` as a process: it pulls, it stops on a signal, it is alone, it remembers."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.installation import Installation, make_installation, plain_environment


def lines(made: Installation) -> list[dict[str, Any]]:
    """Return what the log says so far; a line that is being written is left out."""
    path = made.root / "cyclesync.log"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return [json.loads(line) for line in text.split("\n")[:-1]]


def wait_until(found: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 40
    while not found():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end, "nothing after 40 seconds"
        time.sleep(0.1)


@contextmanager
def running(made: Installation) -> Iterator[subprocess.Popen[str]]:
    """Start the daemon and wait for its first round; it is killed if the test did not stop it."""
    before = len(lines(made))
    process = subprocess.Popen(
        [sys.executable, "-m", "sync_service", "--config", "config.toml", "run"],
        cwd=made.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=plain_environment(),
    )  # fmt: skip

    def settled() -> bool:
        events = lines(made)[before:]
        started = [event for event in events if event["event"] == "started"]
        return bool(started) and time.monotonic() - quiet_since(len(events)) > 3

    seen = (0, time.monotonic())

    def quiet_since(count: int) -> float:
        nonlocal seen
        if count != seen[0]:
            seen = (count, time.monotonic())
        return seen[1]

    try:
        wait_until(settled, process)
        yield process
    finally:
        process.kill()
        process.communicate()


def stop(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> tuple[int, str]:
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert "Traceback" not in out + err
    return process.returncode, out + err


def jobs_done(made: Installation, after: int = 0) -> list[str]:
    return [event["job"] for event in lines(made)[after:] if event["event"] == "job_done"]


@pytest.mark.slow  # a daemon started twice, each time until it has nothing more to do
def test_it_pulls_is_alone_stops_and_remembers(applied: Installation) -> None:
    with applied.sandbox() as site:
        applied.learner(site, 0).work_through("Préparer le module 1", finish=True, minutes=20)
    before = applied.size()
    with running(applied) as process:
        assert jobs_done(applied) == ["full-pull", "pull", "plan", "checkpoint"]
        second = applied("run")
        assert (second.code, second.out) == (1, ""), second.said
        assert len(second.err.splitlines()) == 1
        assert "Un autre démon" in second.err
        assert stop(process) == (0, "")
    told = lines(applied)
    assert [event["event"] for event in told[-2:]] == ["stopping", "stopped"]
    assert not [event for event in told if event["level"] == "error"]
    assert applied.size() > before
    with running(applied) as process:
        assert not set(jobs_done(applied, len(told))) & {"full-pull", "plan", "checkpoint"}
        assert stop(process, signal.SIGINT)[0] == 0


@pytest.mark.slow  # a daemon killed, then started again at once
def test_a_daemon_that_was_killed_starts_again_at_once(applied: Installation) -> None:
    with running(applied) as process:
        process.kill()
        assert process.wait(10) == -signal.SIGKILL
    with running(applied) as process:
        assert stop(process) == (0, "")
    assert applied("ledger", "verify").code == 0


@pytest.mark.slow  # a daemon whose site does not answer
def test_a_job_that_fails_is_logged_and_the_daemon_goes_on(applied: Installation) -> None:
    (applied.root / "moodle.sqlite").rename(applied.root / "ailleurs.sqlite")
    with running(applied) as process:
        told = lines(applied)
        assert [event["job"] for event in told if event["event"] == "job_failed"] == ["full-pull", "pull", "plan"]
        assert jobs_done(applied) == ["checkpoint"]
        assert stop(process) == (0, "")


@pytest.mark.slow  # six processes
def test_a_real_register_needs_its_recovery_sheet_read_back(tmp_path: Path) -> None:
    made = make_installation(tmp_path, origin="exemple.invalid/angers")
    sheet = made("init")
    assert sheet.code == 0
    assert "SPÉCIMEN" not in sheet.out
    refused = made("run")
    assert (refused.code, refused.out) == (1, "")
    assert "init --confirm-recovery" in refused.err
    code = re.search(r"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}", sheet.out)
    assert code is not None
    wrong = made("init", "--confirm-recovery", answer="AAAA-AAAA-AAAA\n")
    assert wrong.code != 0
    confirmed = made("init", "--confirm-recovery", answer=f"{code[0]}\n")
    assert confirmed.code == 0, confirmed.said
    with running(made) as process:
        assert stop(process)[0] == 0
