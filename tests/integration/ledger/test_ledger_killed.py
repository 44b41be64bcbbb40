"""kill −9 at any moment: what was said to be written is there, whole, and the register verifies."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from sync_service.adapters.ledger_sql import verify_register

WRITER = Path(__file__).with_name("append_until_killed.py")


def _kill_after(folder: Path, first: int, seconds: float) -> int:
    """Run the writer, kill it some time after its first line; return the last turn that it said was committed."""
    command = [sys.executable, str(WRITER), str(folder), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        said = [writer.stdout.readline()]
        time.sleep(seconds)
        writer.send_signal(signal.SIGKILL)
        said += writer.stdout.readlines()
    assert writer.returncode == -signal.SIGKILL
    return max(int(line) for line in said if line.endswith("\n") and line.strip())


@pytest.mark.slow  # six processes are started and killed
def test_a_killed_writer_leaves_a_sound_register(home: Any) -> None:
    first = 1
    for pause in (0.0, 0.013, 0.05, 0.111, 0.2, 0.27):
        committed = _kill_after(home.folder, first, pause)
        stores = home.open()
        done = verify_register(stores)
        assert done.findings == ()
        cursor = int(stores.ledger.cursor("s"))
        assert cursor in {committed, committed + 1}
        assert done.size == 1 + 20 * cursor
        runs = {str(e.source["run"]) for e in stores.ledger.events(after=done.size - 21)}
        assert runs == {f"run-{cursor}"}
        first = cursor + 1
        stores.close()
