"""Prove that the recordings of a real Moodle are as young as the code they vouch for.

``tests/contract/transcripts/STAMP`` holds the digest of everything that talks to Moodle or plays it. ``make live`` writes it;
``make check`` fails when the code moved since, unless STAMP carries a dated line ``reason: …``.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STAMP = ROOT / "tests" / "contract" / "transcripts" / "STAMP"
WATCHED = ("moodle_plugins", "sync_service/adapters/moodle", "sync_service/sandbox")
IGNORED = {"__pycache__", "lang", "README.md", "CHANGES.md"}


def watched_files() -> list[Path]:
    """Return the files whose bytes count, sorted."""
    found = (path for folder in WATCHED for path in (ROOT / folder).rglob("*") if path.is_file())
    return sorted(path for path in found if not IGNORED & set(path.relative_to(ROOT).parts))


def digest() -> str:
    """Return the SHA-256 over sorted (path, SHA-256 of bytes) of the watched files."""
    whole = hashlib.sha256()
    for path in watched_files():
        name = path.relative_to(ROOT).as_posix()
        whole.update(f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def read_stamp() -> dict[str, str]:
    """Return the lines ``name: value`` of STAMP."""
    lines = STAMP.read_text(encoding="utf-8").splitlines() if STAMP.exists() else []
    return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines) if name.strip()}


def main(arguments: list[str]) -> int:
    """Write the stamp, or compare it with the tree; return the exit code."""
    if "--write" in arguments:
        STAMP.write_text(f"digest: {digest()}\n", encoding="utf-8")
        print(f"STAMP written: {digest()}")  # noqa: T201 # a command for developers
        return 0
    stamp = read_stamp()
    if stamp.get("digest") == digest():
        return 0
    if stamp.get("reason") and stamp.get("moved_to") == digest():
        print(f"STAMP: not run again on a real Moodle since {stamp.get('digest', '')[:12]}: {stamp['reason']}")  # noqa: T201
        return 0
    print(  # noqa: T201
        "What talks to Moodle changed since its last live run: run « make live » against a real Moodle, or write in\n"
        f"{STAMP.relative_to(ROOT)} the lines « moved_to: {digest()} » and « reason: <date> <why> »."
    )
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
