"""A proof is checked on an old machine, or in twenty years: what the two verifiers ask of it, and no more."""

from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import subprocess
import zipfile
from importlib.resources import files as resources
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_service.adapters.documents.proof_zip import proof_zip
from sync_service.adapters.ledger_sql import Stores, prove, sign_checkpoint

PROGRAMS = ("proof/verifier.py", "export/verifier.py")
ORDER = 2**252 + 27742317777372353535851937790883648493
TOOLS = ("sh", "awk", "sed", "od", "tr", "cut", "cat", "dirname", "grep", "mktemp", "rm", "sort", "tail", "wc")


def source(program: str) -> str:
    return (resources("sync_service.adapters.documents") / program).read_text(encoding="utf-8")


def loaded(program: str) -> ModuleType:
    path = Path(str(resources("sync_service.adapters.documents") / program))
    spec = importlib.util.spec_from_file_location("verifier_of_strangers", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_python_of_2016_or_of_2046_reads_the_program(program: str) -> None:
    tree = ast.parse(source(program), feature_version=(3, 6))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    modules |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert modules <= {"base64", "hashlib", "hmac", "io", "json", "re", "sys", "pathlib"}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            read = [argument.annotation for argument in node.args.args] + [node.returns]
            assert all(item is None or isinstance(item, ast.Constant) for item in read), node.name
    assert not [word for word in ("removesuffix", "removeprefix", "reconfigure", ":=") if word in source(program)]


def test_both_programs_check_a_signature_with_the_same_text() -> None:
    first, second = (source(program) for program in PROGRAMS)
    start, end = "\nP = 2**255 - 19\n", '.to_bytes(32, "little") == signature[:32]\n'
    text = first[first.index(start) : first.index(end) + len(end)]
    assert text in second


@settings(max_examples=25, deadline=None)
@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=300), at=st.integers(0, 511))
def test_a_signature_is_judged_as_by_a_library(seed: bytes, message: bytes, at: int) -> None:
    ed25519 = loaded("proof/verifier.py").ed25519
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert ed25519(public, message, signature)
    flipped = bytearray(signature)
    flipped[at // 8] ^= 1 << at % 8
    assert not ed25519(public, message, bytes(flipped))
    assert not ed25519(public, message + b"\n", signature)
    higher = signature[:32] + (int.from_bytes(signature[32:], "little") + ORDER).to_bytes(32, "little")
    assert not ed25519(public, message, higher)
    assert not ed25519(public, message, signature[:63])


@pytest.fixture
def proof(stores: Stores, kit: Any, tmp_path: Path) -> Path:
    stores.ledger.append([kit.created(n, f"M{n:04d}") for n in range(1, 6)], now=kit.now)
    sign_checkpoint(stores, kit.now)
    zipfile.ZipFile(BytesIO(proof_zip(prove(stores, [1, 3], reveal=True), "preuve"))).extractall(tmp_path)
    return tmp_path / "preuve"


def old_machine(place: Path, *, bc: bool) -> Path:
    """Return a folder of programs where openssl is one from before 3.0, with or without bc."""
    place.mkdir()
    names = [*TOOLS, *(["bc"] if bc else [])]
    for name in names:
        found = shutil.which(name)
        if found is None:
            if os.environ.get("CI"):
                pytest.fail(f"{name} is not installed")
            pytest.skip(f"{name} is not installed")
        (place / name).symlink_to(found)
    openssl = place / "openssl"
    refused = f'case $1 in pkeyutl) exit 1 ;; esac\nexec {shutil.which("openssl")} "$@"\n'
    openssl.write_text(f"#!/bin/sh\n{refused}")
    openssl.chmod(0o755)
    return place


def shell_says(folder: Path, path: Path) -> tuple[int, str]:
    command, environment = ["sh", "verifier.sh"], {"PATH": str(path)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def forge(folder: Path) -> None:
    seal = folder / "scelle.checkpoint"
    text = seal.read_text(encoding="utf-8")
    at = text.rindex(" ") + 30
    seal.write_text(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :], encoding="utf-8")


def test_an_openssl_from_before_3_checks_the_seal_with_bc(proof: Path, tmp_path: Path) -> None:
    path = old_machine(tmp_path / "bin", bc=True)
    code, said = shell_says(proof, path)
    assert code == 0, said
    assert "\nCONFORME\n" in said
    forge(proof)
    code, said = shell_says(proof, path)
    assert code == 1
    assert said.splitlines()[2].startswith("NON  Le scellé")


def test_a_machine_that_cannot_check_the_seal_accuses_nobody(proof: Path, tmp_path: Path) -> None:
    path = old_machine(tmp_path / "bin", bc=False)
    code, said = shell_says(proof, path)
    assert code == 2, said
    assert "NON VÉRIFIÉ : cette machine n’a pas de quoi" in said
    assert "CONFORME" not in said
    (proof / "ligne-000000003.json").write_bytes(b"{}")
    code, said = shell_says(proof, path)
    assert code == 1
    assert "NON CONFORME" in said


@pytest.mark.parametrize("tool", ["openssl", "od", "wc"])
def test_a_machine_without_a_tool_says_which_and_accuses_nobody(proof: Path, tmp_path: Path, tool: str) -> None:
    path = old_machine(tmp_path / "bin", bc=True)
    (path / tool).unlink()
    code, said = shell_says(proof, path)
    assert code == 2, said
    assert f"NON VÉRIFIÉ : cette machine n’a pas de quoi vérifier une preuve : {tool} y manque." in said
    assert "CONFORME" not in said
    assert "not found" not in said
