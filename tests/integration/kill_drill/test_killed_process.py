"""A true kill −9 of ``cyclesync``: the same command, run again at once, ends the work."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.acceptance.installation import PROMOTION, Installation, apply_all, plain_environment
from tests.integration.kill_drill.killing_proxy import KillingProxy, killing_proxy
from tests.integration.kill_drill.moodle_tables import tables


def killed(made: Installation, proxy: KillingProxy, *arguments: str) -> None:
    """Run a command that the proxy kills."""
    child = subprocess.Popen(
        [sys.executable, "-m", "sync_service", "--config", "config.toml", *arguments],
        cwd=made.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=plain_environment(),
    )  # fmt: skip
    proxy.tell(child.pid)
    assert child.wait(60) == -signal.SIGKILL


@pytest.mark.slow  # two installations, and a process started eight times
def test_an_apply_that_was_killed_ends_with_the_same_command(
    small: Installation, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = apply_all(small.copy(tmp_path_factory.mktemp("whole")))
    wanted = tables(whole.root / "moodle.sqlite")
    with small.served() as site, killing_proxy(site.url) as proxy:
        small.configure(site.url, proxy.url)
        code = small.plan()
        for at, answered in ((6, False), (9, True)):
            proxy.aim(at, answered=answered)
            killed(small, proxy, "apply", PROMOTION, "--fingerprint", code)
        proxy.aim(0, answered=False)
        ended = small("apply", PROMOTION, "--fingerprint", code)
        assert ended.code == 0, ended.said
        again = small("apply", PROMOTION, "--fingerprint", code)
        assert (again.code, small("plan", PROMOTION).code) == (0, 0), again.said
    assert tables(small.root / "moodle.sqlite") == wanted
    assert small("ledger", "verify").code == 0


@pytest.mark.slow  # an installation, and a process started six times
def test_a_pull_that_was_killed_ends_with_the_same_command(
    small: Installation, tmp_path_factory: pytest.TempPathFactory
) -> None:
    apply_all(small)
    with small.sandbox() as site:
        small.learner(site, 0).work_through("Préparer le module 1", finish=True, minutes=20)
    whole = small.copy(tmp_path_factory.mktemp("whole"))
    expected = whole.json("pull")
    with small.served() as site, killing_proxy(site.url) as proxy:
        small.configure(site.url, proxy.url)
        for at in (1, 2):
            proxy.aim(at, answered=True)
            killed(small, proxy, "pull")
        proxy.aim(0, answered=False)
        ended = small("pull")
        assert ended.code == 0, ended.said
        assert small.json("pull")["demo"]["written"] == 0
    verified = small("--json", "ledger", "verify")
    assert verified.code == 0
    assert verified.json["size"] == expected["size"]
