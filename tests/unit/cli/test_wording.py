from __future__ import annotations

import sys

import pytest

from sync_service.cli.app import run

ENGLISH = (
    "Usage",
    "Commands",
    "Show this",
    "required]",
    "default:",
    "env var",
    "Missing",
    "No such",
    "Got ",
    "Options:",
)


@pytest.mark.parametrize("command", ["", "plan", "apply", "report", "roster", "ledger", "sandbox", "demo"])
def test_a_help_page_is_in_french(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*command.split(), "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Emploi : ")
    assert not [word for word in ENGLISH if word in shown]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("plan", "il manque l’argument PROMOTION"),
        ("apply angers", "il manque l’option --fingerprint"),
        ("plan angers --wrong", "l’option --wrong n’existe pas"),
        ("apply angers --fingerprint", "l’option --fingerprint attend une valeur"),
        ("sandbox --port three", "la valeur de l’option --port ne convient pas"),
        ("package one two", "il y a un argument de trop"),
        ("nothing", "« nothing » n’est pas une commande"),
        ("zzz'z", "« zzz'z » n’est pas une commande"),
        ("documents", "« documents » n’est pas une commande ; vouliez-vous dire « document »"),
        ("reports", "« reports » n’est pas une commande ; vouliez-vous dire « report » ou « record »"),
    ],
)
def test_wrong_usage_is_one_french_sentence(line: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(line.split()) == 64
    shown = capsys.readouterr().err.replace("\u00a0", " ").replace("\u202f", " ")
    assert shown == f"Commande mal formée : {said}. Voyez « cyclesync --help ».\n"


def test_a_group_without_command_shows_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["roster"]) == 64
    assert "import" in capsys.readouterr().err


def test_a_library_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "sync_service.adapters.scorm.lint", None)
    code = run(["lint", "absent.zip"])
    said = capsys.readouterr().err.replace("\u00a0", " ").replace("\u202f", " ")
    assert code == 1
    assert said.startswith("La bibliothèque « sync_service.adapters.scorm.lint » manque")
