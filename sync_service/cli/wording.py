"""What the command-line library says by itself, in French: help pages and wrong usage."""

from __future__ import annotations

import re

import typer
from typer.core import TyperCommand, TyperGroup

_HELP = (
    ("Usage:", "Emploi :"),
    ("Arguments:", "Arguments :"),
    ("Commands:", "Commandes :"),
    ("Options:", "Options :"),
    ("COMMAND [ARGS]...", "COMMANDE [ARGUMENTS]…"),
    ("Show this message and exit.", "Montrer cette aide."),
    ("[required]", "[obligatoire]"),
    ("[default: ", "[par défaut : "),
    ("[env var: ", "[variable d’environnement : "),
    ("; default: ", " ; par défaut : "),
    ("<list[int]>", "<nb>       "),
    ("<list[str]>", "<mot>      "),  # as wide as what they replace: the columns stay straight
    ("<str>", "<mot>"),
    ("<int>", "<nb> "),
    ("<path>", "<nom> "),
)
_UNKNOWN = re.compile(
    r"No such command (?P<quote>['\"])(?P<name>.*?)(?P=quote)\.( Did you mean (?P<near>.*)\?)?", re.DOTALL
)


def french_help(text: str) -> str:
    """Put a help page's own words into French; ours are already."""
    text = re.sub(r"\benv\s+var:", "env var:", text)
    text = re.sub(r";\s+default: ", "; default: ", text)
    for english, french in _HELP:
        text = text.replace(english, french)
    return text


class FrenchCommand(TyperCommand):
    """A command whose help is in French."""

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override] # the same class, vendored by Typer
        """Return the help page."""
        return french_help(super().get_help(ctx))


class FrenchGroup(TyperGroup):
    """A group of commands whose help is in French."""

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override] # the same class, vendored by Typer
        """Return the help page."""
        return french_help(super().get_help(ctx))


def speak_french(app: typer.Typer) -> None:
    """Give every command of ``app`` its help in French."""
    app.info.cls = FrenchGroup
    for command in app.registered_commands:
        command.cls = FrenchCommand
    for group in app.registered_groups:
        if group.typer_instance is not None:
            group.cls = FrenchGroup
            speak_french(group.typer_instance)


def usage_sentence(error: Exception) -> str:
    """Say what is wrong with a command line."""
    option = getattr(error, "option_name", "")
    param = getattr(error, "param", None)
    named = "" if param is None else _named(param)
    message = str(getattr(error, "message", error))
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        return message
    if kind == "NoSuchOption":
        said = f"l’option {option} n’existe pas"
    elif kind == "MissingParameter":
        said = f"il manque {named}"
    elif kind == "BadOptionUsage":
        said = f"l’option {option} attend une valeur" if "requires" in message else f"l’option {option} n’en attend pas"
    elif kind == "BadParameter":
        said = f"la valeur de {named} ne convient pas"
    elif found := _UNKNOWN.fullmatch(message):
        near = re.findall(r"'([^']*)'", found["near"] or "")
        meant = f" ; vouliez-vous dire {' ou '.join(f'« {name} »' for name in near)}" if near else ""
        said = f"« {found['name'][:40]} » n’est pas une commande{meant}"
    elif message.startswith("Got unexpected extra argument"):
        said = "il y a un argument de trop"
    else:
        said = message.rstrip(".")
    return f"Commande mal formée : {said}. Voyez « cyclesync --help »."


def _named(param: object) -> str:
    options = [name for name in getattr(param, "opts", ()) if name.startswith("-")]
    if options:
        return f"l’option {options[0]}"
    shown = getattr(param, "metavar", None) or str(getattr(param, "name", "")).upper()
    return f"l’argument {str(shown).strip('[]')}"
