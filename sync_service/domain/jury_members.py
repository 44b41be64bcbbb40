"""Members of a jury as the office writes them: name, quality, collectivité, from outside or not (R14)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from sync_service.domain import french
from sync_service.domain.lms_state import Json
from sync_service.errors import RecordRefusedError

_SIDES = {"exterieur": True, "exterieure": True, "externe": True, "interne": False}
_HOME = re.compile(r"\(([^()]*)\)\s*$")
_TIME = re.compile(r"(\d{1,2})\s*(?:h|:)\s*(\d{2})?(?::00)?\s*$")


@dataclass(frozen=True, slots=True)
class NamedMember:
    """One member, as written in « valeur »."""

    name: str
    """With the collectivité in brackets, as it was typed."""
    quality: str = ""
    external: bool | None = None
    """None when the list does not say."""


def read_members(parts: Sequence[str]) -> tuple[NamedMember, ...]:
    """Read « Nom, qualité (collectivité) : extérieur », of which only the name is needed.

    Raises RecordRefusedError for what follows the colon and is neither « extérieur » nor « interne ».
    """
    return tuple(_member(part) for part in parts)


def _member(part: str) -> NamedMember:
    text, _, side = part.rpartition(":") if ":" in part else (part, "", "")
    external = _SIDES.get(french.code_of(side)) if side.strip() else None
    if side.strip() and external is None:
        raise RecordRefusedError(
            "Un membre du jury s’écrit « Nom, qualité (collectivité) : extérieur » ou « … : interne » ; seul le nom est "
            "obligatoire (R14)."
        )
    home = _HOME.search(text.strip())
    bare = text.strip()[: home.start()] if home else text
    name, _, quality = bare.partition(",")
    shown = f"{name.strip()} ({home[1].strip()})" if home else name.strip()
    return NamedMember(shown, quality.strip(), external)


def members_payload(members: Sequence[NamedMember]) -> dict[str, Json]:
    """Return what goes to the vault: names, and qualities and sides when one at least is said."""
    found: dict[str, Json] = {"names": [m.name for m in members]}
    if any(m.quality for m in members):
        found["qualities"] = [m.quality for m in members]
    if any(m.external is not None for m in members):
        found["outside"] = ["" if m.external is None else "oui" if m.external else "non" for m in members]
    return found


def count_externals(members: Sequence[NamedMember], said: str) -> int:
    """Return how many come from outside: what the list says of each, else the number that was typed.

    Raises RecordRefusedError when both are said and differ.
    """
    listed = sum(m.external is True for m in members)
    typed = int(said) if said.isdigit() else None
    if all(m.external is not None for m in members) and typed not in {None, listed}:
        raise RecordRefusedError(
            f"La liste nomme {french.count(listed, 'membre extérieur', 'membres extérieurs')} et la colonne en dit {typed} : "
            "corrigez l’un des deux (R14)."
        )
    return listed if typed is None else typed


def same_member(first: str, second: str) -> bool:
    """Tell whether two writings name the same member; the collectivité in brackets may be left out."""
    return french.plain(_bare(first)) == french.plain(_bare(second))


def _bare(name: str) -> str:
    return _HOME.sub("", name.strip()).strip()


def read_time(text: str) -> str:
    """Read « 9 h 30 », « 9h » or « 09:30 » as « 09:30 »; empty stays empty. Raises RecordRefusedError."""
    if not text.strip():
        return ""
    found = _TIME.fullmatch(text.replace("\u00a0", " ").replace("\u202f", " ").strip())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (24, 0)
    if hour > 23 or minute > 59:
        raise RecordRefusedError("L’heure de passage s’écrit comme 9 h 30 ou 09:30.")
    return f"{hour:02d}:{minute:02d}"


def time_words(code: str) -> str:
    """Write « 09:30 » as « 9 h 30 »; empty stays empty."""
    return french.hour(time.fromisoformat(code)) if code else ""
