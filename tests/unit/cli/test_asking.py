"""Questions at the terminal: Enter alone agrees to what can be undone, never to a destruction."""

from __future__ import annotations

import pytest
import typer
from typer.testing import CliRunner

from sync_service.cli.asking import agreed


def _asked(typed: str, *, enter: bool) -> tuple[str, int]:
    app = typer.Typer()

    @app.command()
    def ask() -> None:
        typer.echo("OUI" if agreed("Continuer", enter=enter) else "NON")

    done = CliRunner().invoke(app, input=typed)
    return done.output, done.exit_code


@pytest.mark.parametrize(("typed", "answer"), [("\n", "OUI"), ("o\n", "OUI"), ("Oui\n", "OUI"), ("n\n", "NON")])
def test_enter_alone_agrees_to_what_can_be_undone(typed: str, answer: str) -> None:
    output, code = _asked(typed, enter=True)
    assert "[O/n]" in output
    assert (output.splitlines()[-1].endswith(answer), code) == (True, 0)


@pytest.mark.parametrize(("typed", "answer"), [("\no\n", "OUI"), ("\n\nnon\n", "NON")])
def test_enter_alone_destroys_nothing(typed: str, answer: str) -> None:
    output, code = _asked(typed, enter=False)
    assert "[o/n]" in output
    assert output.count("Répondez « o »") == typed.count("\n") - 1
    assert (output.splitlines()[-1].endswith(answer), code) == (True, 0)


def test_without_an_answer_nothing_is_agreed() -> None:
    output, code = _asked("\n", enter=False)
    assert code == 1
    assert "OUI" not in output
