"""The suite that runs on a real Moodle, run on the sandbox: its tests do not know which of the two they speak to."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sync_service.sandbox import SERVICE_ACCOUNT, Sandbox

ROOT = Path(__file__).parents[2]


@pytest.mark.slow  # a suite of its own in a process of its own: about 10 seconds
def test_the_live_suite_passes_on_the_sandbox(tmp_path: Path) -> None:
    with Sandbox.start(tmp_path / "moodle.sqlite") as sandbox:
        sandbox.create_category("cycles", "Cycles")
        students = []
        for number, name in enumerate(("Lefèvre", "Dupont-Garnier", "D'Hœuvre"), start=1):
            username = f"stagiaire{number}"
            user = sandbox.create_user(username, f"M000{number}", "Prénom", name, f"{username}@example.test")
            students.append({"userid": user, "token": sandbox.token(username, "moodle_mobile_app")})
        gone = sandbox.create_user("parti", "M0009", "Prénom", "Parti", "parti@example.test")
        strangers = [{"who": "suspended", "token": sandbox.token("parti", "local_cyclesync")}]
        sandbox.suspend_user(gone)
        site = {
            "CYCLESYNC_LIVE_URL": sandbox.url,
            "CYCLESYNC_LIVE_TOKEN": sandbox.token(SERVICE_ACCOUNT, "local_cyclesync"),
            "CYCLESYNC_LIVE_OBSERVE_TOKEN": sandbox.token(SERVICE_ACCOUNT, "observe"),
            "CYCLESYNC_LIVE_STUDENTS": json.dumps(students),
            "CYCLESYNC_LIVE_STRANGERS": json.dumps(strangers),
            "CYCLESYNC_LIVE_CATEGORY": "cycles",
            "CYCLESYNC_LIVE_RECORD": "",
        }
        command = [
            sys.executable,
            "-m",
            "pytest",
            "tests/live",
            "-m",
            "live and not pages",
            "-q",
            "-p",
            "no:cacheprovider",
        ]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **site, "CI": ""},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    assert done.returncode == 0, done.stdout[-6000:]
    assert re.search(r"[1-9][0-9]* passed", done.stdout)
    assert "skipped" not in done.stdout.splitlines()[-1]
