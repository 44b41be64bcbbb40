"""Turns what pydantic and TOML say into sentences that name the file and the key."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from sync_service.errors import Problem

ModelT = TypeVar("ModelT", bound=BaseModel)

SENTENCES = {
    "missing": "cette clé manque",
    "extra_forbidden": "cette clé n’existe pas : corrigez son nom ou retirez-la",
    "string_type": "il faut un texte entre guillemets",
    "string_too_short": "le texte est vide",
    "int_type": "il faut un nombre entier",
    "int_parsing": "il faut un nombre entier",
    "int_from_float": "il faut un nombre entier",
    "float_type": "il faut un nombre",
    "bool_type": "il faut true ou false",
    "bool_parsing": "il faut true ou false",
    "date_type": "il faut une date, sans guillemets : 2027-06-18",
    "date_parsing": "il faut une date, sans guillemets : 2027-06-18",
    "date_from_datetime_parsing": "il faut une date, sans guillemets : 2027-06-18",
    "tuple_type": "il faut une liste entre crochets",
    "list_type": "il faut une liste entre crochets",
    "dict_type": "il faut une table",
    "model_type": "il faut une table",
    "too_short": "la liste est trop courte",
    "union_tag_not_found": "la clé « kind » manque : elle dit de quel type d’activité il s’agit",
    "greater_than": "le nombre est trop petit",
    "greater_than_equal": "le nombre est trop petit",
    "less_than_equal": "le nombre est trop grand",
}


class Strict(BaseModel):
    """Base of every model of a mapping file: unknown keys are mistakes, nothing is guessed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def read_bytes(path: Path, problems: list[Problem]) -> bytes | None:
    """Return the bytes of a file, or note why they cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        problems.append(Problem(path.name, f"le fichier n’existe pas dans le dossier {path.parent.name}"))
    except OSError as error:
        problems.append(Problem(path.name, f"le fichier ne peut pas être lu ({error.strerror})"))
    return None


def read_toml(path: Path, model: type[ModelT], problems: list[Problem]) -> ModelT | None:
    """Read one TOML file into its model, or note every mistake in it."""
    raw = read_bytes(path, problems)
    if raw is None:
        return None
    try:
        data = tomllib.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        problems.append(Problem(path.name, "le fichier n’est pas en UTF-8 : enregistrez-le avec cet encodage"))
        return None
    except tomllib.TOMLDecodeError as error:
        problems.append(Problem(path.name, f"ce n’est pas du TOML : {error}"))
        return None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems.extend(Problem(place(path.name, details), reason(details)) for details in error.errors())
        return None


def place(file: str, details: ErrorDetails) -> str:
    """Return « fichier › clé › 3 › clé »: list positions are counted from 1, as people do."""
    steps = [str(step + 1) if isinstance(step, int) else step for step in details["loc"]]
    return " › ".join([file, *steps])


def reason(details: ErrorDetails) -> str:
    """Say in French what is wrong with a value."""
    kind, context, value = details["type"], details.get("ctx", {}), details["input"]
    if kind == "union_tag_invalid":
        return unknown_kind(str(context["tag"]), str(context["expected_tags"]))
    if kind == "literal_error":
        return f"valeur « {value} » refusée ; valeurs possibles : {context['expected'].replace(' or ', ' ou ')}"
    if kind == "string_pattern_mismatch":
        return f"« {value} » n’a pas la forme attendue ({context['pattern']})"
    return str(context["error"]) if kind == "value_error" else SENTENCES.get(kind, f"valeur refusée ({details['msg']})")


def unknown_kind(kind: str, known: str) -> str:
    """Say which plugin an unknown kind of activity would need."""
    return (
        f"type d’activité « {kind} » inconnu : il faudrait dans Moodle le greffon mod_{kind} et une version de "
        f"local_cyclesync qui le crée ; types connus : {known}"
    )
