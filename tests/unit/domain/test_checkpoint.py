from __future__ import annotations

import base64
from hashlib import sha256

import pytest

from sync_service.domain.checkpoint import (
    Checkpoint,
    highest_number,
    key_hash,
    note,
    parse_note,
    verifier_key,
)

ROOT = sha256(b"").digest()
PUBLIC = bytes(range(32))
CHECKPOINT = Checkpoint("cyclesync/inset-angers/cpe", 42, ROOT, "ANGERS-CPE-2027-0007")


def test_the_text_is_that_of_the_published_form() -> None:
    lines = note(CHECKPOINT, PUBLIC, b"\x05" * 64).split("\n")
    assert lines[:5] == [
        "cyclesync/inset-angers/cpe",
        "42",
        "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        "certificate ANGERS-CPE-2027-0007",
        "",
    ]
    dash, name, signature = lines[5].split(" ")
    assert (dash, name, lines[6:]) == ("—", "cyclesync/inset-angers/cpe", [""])
    assert base64.b64decode(signature) == key_hash(name, PUBLIC) + b"\x05" * 64


def test_the_hash_of_a_key_is_that_of_signed_notes() -> None:
    wanted = sha256(b"demo/x\n\x01" + PUBLIC).digest()[:4]
    assert key_hash("demo/x", PUBLIC) == wanted
    assert verifier_key("demo/x", PUBLIC).startswith(f"demo/x+{wanted.hex()}+")


@pytest.mark.parametrize("certificate", [None, "A-2027-0001"])
def test_what_is_written_is_read_back(certificate: str | None) -> None:
    checkpoint = Checkpoint("demo/x", 0, ROOT, certificate)
    found = parse_note(note(checkpoint, PUBLIC, b"s" * 64))
    assert found.checkpoint == checkpoint
    assert found.signed == checkpoint.body().encode()
    assert [(s.name, s.value) for s in found.signatures] == [("demo/x", b"s" * 64)]


@pytest.mark.parametrize(
    ("part", "by"),
    [
        ("42\n", "042\n"),
        ("42\n", "-1\n"),
        ("42\n", ""),
        ("47DE", "!!!!"),
        ("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "AAAA"),
        ("certificate ", "extension "),
        ("\n\n", "\n"),
        ("— ", "- "),
        ("cyclesync/inset-angers/cpe\n42", "\n42"),
    ],
)
def test_refuses_what_is_not_a_checkpoint(part: str, by: str) -> None:
    text = note(CHECKPOINT, PUBLIC, b"s" * 64)
    assert part in text
    with pytest.raises(ValueError, match="not a checkpoint"):
        parse_note(text.replace(part, by, 1))


def test_the_year_comes_before_the_rank() -> None:
    assert highest_number(["A-2027-0009", "A-2027-0010", "A-2026-0120"]) == "A-2027-0010"
    assert highest_number([]) is None
