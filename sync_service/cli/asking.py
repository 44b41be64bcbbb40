"""A question to the person at the terminal, in her language."""

from __future__ import annotations

import typer

_YES, _NO = frozenset({"", "o", "oui", "y", "yes"}), frozenset({"n", "non", "no"})


def agreed(question: str) -> bool:
    """Ask until the answer is oui or non; Enter alone means oui. Raises typer.Abort at the end of input."""
    while True:
        answer = typer.prompt(f"{question}\u202f? [O/n]", default="", show_default=False, prompt_suffix="\u00a0: ")
        said = str(answer).strip().casefold()
        if said in _YES | _NO:
            return said in _YES
        typer.echo("Répondez « o » pour oui ou « n » pour non.")
