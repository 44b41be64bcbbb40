"""The grid of whoever controls a dossier: points that a person ticks, never the software (domain.md R08)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sync_service.domain import french
from sync_service.domain.entry import Entry
from sync_service.domain.lms_state import Json
from sync_service.errors import RecordRefusedError

SOURCE_R08 = "R08, brochure ligne 97 : « une description et une analyse de sa pratique et de ses acquis »"
_ANSWERS = {"oui": True, "non": False}


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the grid, as the last control that said anything of it left it."""

    label: str
    seen: bool

    @property
    def words(self) -> str:
        """Say « analyse des acquis : oui »."""
        return f"{self.label} : {'oui' if self.seen else 'non'}"


def read_points(text: str, checklist: Sequence[str]) -> tuple[Point, ...]:
    """Read « description de la pratique : oui / analyse de la pratique : non »; empty when nothing is said.

    Raises RecordRefusedError for a point that the referential does not have, or another answer.
    """
    labels = {french.code_of(label): label for label in checklist}
    found: dict[str, Point] = {}
    for part in filter(None, (piece.strip() for piece in text.split("/"))):
        name, _, answer = part.rpartition(":")
        label, seen = labels.get(french.code_of(name)), _ANSWERS.get(french.code_of(answer))
        if label is None or seen is None:
            raise RecordRefusedError(f"{_expected(checklist)} ({SOURCE_R08}).")
        found[label] = Point(label, seen)
    return tuple(found[label] for label in checklist if label in found)


def _expected(checklist: Sequence[str]) -> str:
    if not checklist:
        return "Le référentiel n’a pas de grille de contrôle : laissez « référence » vide"
    return (
        "Un point de la grille de contrôle s’écrit « libellé : oui » ou « libellé : non » ; les libellés sont "
        f"{french.listing([f'« {label} »' for label in checklist])}"
    )


def points_payload(points: Sequence[Point]) -> dict[str, Json]:
    """Return what goes to the vault, nothing when no point was answered."""
    listed: list[Json] = [{"point": point.label, "seen": point.seen} for point in points]
    return {"grid": listed} if listed else {}


def points_of(reviews: Sequence[Entry]) -> tuple[Point, ...]:
    """Return the grid as the controls of one version of a dossier left it, each point as it was last answered."""
    found: dict[str, Point] = {}
    for review in reviews:
        listed = review.get("grid")
        for item in listed if isinstance(listed, list | tuple) else ():
            if isinstance(item, Mapping):
                label = str(item.get("point", ""))
                found[label] = Point(label, item.get("seen") is True)
    return tuple(found.values())


def grid_words(points: Sequence[Point], checklist: Sequence[str]) -> str:
    """Say the whole grid, what nobody answered included."""
    held = {point.label: point for point in points}
    return " ; ".join(held[label].words if label in held else f"{label} : non coché" for label in checklist)
