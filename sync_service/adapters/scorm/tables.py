"""Read TOML files of a module: every problem at its file and line, in one sentence, all at once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from sync_service.errors import Problem


class Strict(BaseModel):
    """A table whose keys are all known and whose values have the right type."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)


Model = TypeVar("Model", bound=Strict)

_REASONS = {
    "missing": "la clé « {key} » manque",
    "extra_forbidden": "la clé « {key} » n’existe pas ici : vérifiez son nom, et sa place (avant le premier [[…]] ?)",
    "string_type": "« {key} » doit être un texte entre guillemets",
    "int_type": "« {key} » doit être un nombre entier",
    "bool_type": "« {key} » vaut true ou false, sans guillemets",
    "list_type": "« {key} » doit être une liste",
    "string_too_short": "« {key} » est vide",
    "string_too_long": "« {key} » est trop long ({max_length} caractères au plus)",
    "too_short": "« {key} » doit avoir {min_length} élément(s) au moins",
    "too_long": "« {key} » doit avoir {max_length} éléments au plus",
    "greater_than_equal": "« {key} » doit être au moins {ge}",
    "less_than_equal": "« {key} » doit être au plus {le}",
    "string_pattern_mismatch": "« {key} » ne peut pas s’écrire ainsi",
    "literal_error": "« {key} » doit être {expected}",
}
_NOT_TOML = (
    'cette ligne, ou celle du dessus, ne peut pas être lue : vérifiez le signe =, les guillemets droits ("…"), les '
    "virgules et les crochets"
)
_ONE_BRACKET = "mettez deux crochets de chaque côté, comme [[question]]"
_FAULTS = (
    (
        re.compile(r"[^=]*=\s*(?:vrai|faux|oui|non|True|False)\s*"),
        "« vrai » s’écrit true et « faux » s’écrit false, en minuscules",
    ),
    (re.compile(r"[^=]*=\s*-?\d+,\d+\s*"), "une décimale s’écrit avec un point, comme 3.5"),
    (re.compile(r"[^=]*=\s*\[?\s*[“”«‘’„].*|\s*[“”„].*"), 'mettez des guillemets droits ("…") autour du texte'),
    (
        re.compile(r'[^=]*=\s*"[^"]*"[^",\]\s#].*'),
        "dans un texte, citez avec « » : les guillemets droits l’entourent seulement",
    ),
    (
        re.compile(r'[^"]*"(?:[^"]*"[^"]*")*[^"]*'),
        'il manque un guillemet droit ("), ou le texte n’est pas sur une seule ligne',
    ),
)
"""What hands write most often on a line that is not TOML, and what to do about it."""
_BRANCHES = {"bool", "int", "float"}


@dataclass(slots=True)
class Reading:
    """A folder being read, and what is wrong in it so far."""

    folder: Path
    problems: list[Problem] = field(default_factory=list)

    def blame(self, name: str, line: int, reason: str) -> None:
        """Note a problem at ``folder/name:line``; line 0 stands for the whole file."""
        where = f"{self.folder.name}/{name}" + (f":{line}" if line else "")
        self.problems.append(Problem(where, reason))

    def text(self, name: str) -> str | None:
        """Return a file's text, or None after noting why it cannot be read."""
        try:
            return (self.folder / name).read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            self.blame(name, 0, self._missing(name))
        except UnicodeDecodeError:
            self.blame(name, 0, "ce fichier n’est pas en UTF-8 : enregistrez-le de nouveau en UTF-8")
        except OSError as error:
            self.blame(name, 0, f"ce fichier ne peut pas être lu ({error.strerror})")
        return None

    def _missing(self, name: str) -> str:
        if name == "module.toml":
            return "ce fichier manque : créez-le ou vérifiez le nom du dossier"
        found = sorted(path.name for path in self.folder.iterdir()) if self.folder.is_dir() else []
        near = [one for one in found if one.lower() in {name, f"{name}.txt"}] or get_close_matches(name, found, 1, 0.8)
        if near:
            return f"ce fichier manque, mais il y a « {near[0]} » : renommez-le, ou corrigez « pages » dans module.toml"
        return "ce fichier manque : créez-le ou retirez-le de « pages » dans module.toml"


def parse(reading: Reading, name: str, text: str) -> dict[str, object] | None:
    """Return the TOML of ``text``, or None after noting its first mistake."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        reading.blame(name, *_fault(text, int(line[1]) if line else text.count("\n") + 1))
        return None
    if single := _single_bracket(text):
        reading.blame(name, single, _ONE_BRACKET)
        return None
    return values


def _single_bracket(text: str) -> int:
    """Return the line of the first ``[table]``, 0 when there is none: modules have ``[[tables]]`` only."""
    return next((at for at, line in enumerate(text.splitlines(), 1) if re.fullmatch(r"\s*\[[a-z.]+\]\s*", line)), 0)


def _fault(text: str, number: int) -> tuple[int, str]:
    """Return the line to correct and how: a table with one bracket comes before the line that it spoils."""
    single = _single_bracket(text)
    if 0 < single <= number:
        return single, _ONE_BRACKET
    lines = text.splitlines()
    wrong = lines[number - 1] if number <= len(lines) else ""
    return number, next((reason for pattern, reason in _FAULTS if pattern.fullmatch(wrong)), _NOT_TOML)


def table(reading: Reading, name: str, text: str, model: type[Model]) -> Model | None:
    """Return the file as ``model``, or None after noting each of its mistakes."""
    values = parse(reading, name, text)
    if values is None:
        return None
    try:
        return model.model_validate(values)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            context = {"key": _key(detail["loc"]), **detail.get("ctx", {})}
            context["expected"] = str(context.get("expected", "")).replace("'", "").replace(" or ", " ou ")
            reason = _REASONS.get(detail["type"], "« {key} » n’a pas une valeur permise").format(**context)
            reading.blame(name, line_of(text, detail["loc"]), reason)
    return None


def _key(location: tuple[int | str, ...]) -> str:
    """Return the key's name: the last one that is neither a place in a list nor a branch of a union."""
    return next((str(part) for part in reversed(location) if isinstance(part, str) and part not in _BRANCHES), "")


def line_of(text: str, location: tuple[int | str, ...]) -> int:
    """Find the line of a TOML key, below the n-th table of each array that the location names."""
    lines = text.splitlines()
    start, stop, path = 0, len(lines), ""
    for name, number in pairwise(location):
        if not isinstance(name, str) or not isinstance(number, int):
            continue
        path = f"{path}.{name}".strip(".")
        headers = [at for at, line in enumerate(lines) if line.strip() == f"[[{path}]]" and start <= at < stop]
        if number >= len(headers):
            break
        start = headers[number]
        stop = headers[number + 1] if number + 1 < len(headers) else stop
    wanted = re.compile(rf"\s*{re.escape(_key(location))}\s*=")
    return next((at + 1 for at in range(start, stop) if wanted.match(lines[at])), min(start, len(lines)) + 1)
