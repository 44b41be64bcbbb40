"""A question to the person at the terminal, in her language."""

from __future__ import annotations

import typer

_YES, _NO = frozenset({"o", "oui", "y", "yes"}), frozenset({"n", "non", "no"})


def agreed(question: str, *, enter: bool = True) -> bool:
    """Ask until the answer is oui or non. Raises typer.Abort at the end of input.

    Enter alone means oui, unless ``enter`` is false: what cannot be undone wants a word.
    """
    choices = "[O/n]" if enter else "[o/n]"
    while True:
        answer = typer.prompt(f"{question}\u202f? {choices}", default="", show_default=False, prompt_suffix="\u00a0: ")
        said = str(answer).strip().casefold()
        if not said and enter:
            return True
        if said in _YES | _NO:
            return said in _YES
        typer.echo("Répondez « o » pour oui ou « n » pour non.")
