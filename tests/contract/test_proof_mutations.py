"""A proof changed at random, in each of its files: both verifiers refuse it, with the same sentences, and never disagree."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from sync_service.adapters.documents.proof_zip import proof_zip
from sync_service.adapters.ledger_sql import Stores, prove, sign_checkpoint

Change = Callable[[bytes, random.Random], bytes]
PROGRAMS = frozenset({"verifier.py", "verifier.sh", "LISEZ-MOI.txt"})
PIECES = (b" ", b"\t", b"\n", b"\r", b"\0", b"a", b"0", b"+", b"_", b"=", b"9" * 30, "é".encode())


def flipped(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :]


def inserted(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + chance.choice(PIECES) + content[at:]


def cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def end_of_a_line(content: bytes, chance: random.Random) -> bytes:
    at = chance.choice([i for i, byte in enumerate(content) if byte == 10] or [len(content)])
    return content[:at] + chance.choice((b" ", b"\r", b"=", b"\t")) + content[at:]


def lines_moved(content: bytes, chance: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    return b"".join([*lines[1:], lines[0]] if len(lines) > 1 else lines * 2)


def line_repeated(content: bytes, chance: random.Random) -> bytes:
    """Repeat one, but not a signature: a checkpoint that says its own twice says the same thing."""
    lines = content.splitlines(keepends=True)
    at = chance.choice([i for i, line in enumerate(lines) if not line.startswith("— ".encode())])
    return b"".join([*lines[: at + 1], *lines[at:]])


def other_case(content: bytes, chance: random.Random) -> bytes:
    return content.swapcase()


CHANGES: tuple[Change, ...] = (flipped, inserted, cut, end_of_a_line, lines_moved, line_repeated, other_case)


@pytest.fixture
def proof(stores: Stores, kit: Any, tmp_path: Path) -> Path:
    stores.ledger.append([kit.created(n, f"M{n:04d}") for n in range(1, 6)], now=kit.now)
    sign_checkpoint(stores, kit.now)
    kept = min((stores.checkpoints_dir or tmp_path).glob("*.checkpoint"))
    shutil.copy(kept, tmp_path / "kept.checkpoint")
    reserved = kit.act("number|1", "certificate.number_reserved", data={"number": "ANGERS-CPE-2027-0001"})
    stores.ledger.append([reserved, *(kit.fact(n) for n in range(1, 8))], now=kit.now)
    sign_checkpoint(stores, kit.now)
    made = proof_zip(prove(stores, [1, 6], reveal=True, since=tmp_path / "kept.checkpoint"), "preuve")
    zipfile.ZipFile(BytesIO(made)).extractall(tmp_path)
    return tmp_path / "preuve"


def says(command: list[str], folder: Path) -> tuple[int, str]:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
@pytest.mark.slow  # some sixty copies, two programs each
def test_both_verifiers_refuse_what_changed_and_agree(proof: Path, tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    chance = random.Random(2027)
    files = sorted(path.name for path in proof.iterdir() if path.name not in PROGRAMS)
    for name in files:
        for change in CHANGES:
            copy = tmp_path / "copy"
            shutil.copytree(proof, copy)
            content = (proof / name).read_bytes()
            changed = change(content, chance)
            assert changed != content, change.__name__
            (copy / name).write_bytes(changed)
            case = f"{name}, {change.__name__}: {changed[:300]!r}"
            python, python_said = says([sys.executable, "-I", "verifier.py"], copy)
            shell, shell_said = says(["sh", "verifier.sh"], copy)
            assert (python, shell) == (1, 1), f"{case}\n{python_said}\n{shell_said}"
            for said in (python_said, shell_said):
                assert "\nNON CONFORME\n" in said, case
                assert any(line.startswith("NON  ") for line in said.splitlines()), case
            shutil.rmtree(copy)
