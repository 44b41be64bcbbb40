"""The command line: parse, call one use case, print French sentences, return an exit code."""

from __future__ import annotations

import sys


def main(arguments: list[str] | None = None) -> None:
    """Run ``cyclesync``; the exit code is that of design.md §6."""
    from sync_service.cli.app import run

    sys.exit(run(sys.argv[1:] if arguments is None else arguments))
