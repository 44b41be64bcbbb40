"""``python dying.py N ARGUMENTS…``: run cyclesync, and die by kill −9 at the N-th moment that counts for a destruction.

Those moments: a line was committed, its key is about to be destroyed, its key was destroyed. With N = 0 nothing dies, and
their number is the last line of standard error.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
from itertools import count
from types import FrameType

MOMENTS = {("return", "SqlLedger.append"), ("call", "KeyStore.destroy"), ("return", "KeyStore.destroy")}
turn, sys.argv = int(sys.argv[1]), ["cyclesync", *sys.argv[2:]]
moments = count()


def _watch(frame: FrameType, event: str, _value: object) -> None:
    if (event, frame.f_code.co_qualname) in MOMENTS and next(moments) + 1 == turn:
        os.kill(os.getpid(), signal.SIGKILL)


sys.setprofile(_watch)
try:
    runpy.run_module("sync_service", run_name="__main__")
finally:
    sys.stderr.write(f"{next(moments)}\n")
