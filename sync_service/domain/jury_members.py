"""Members of a jury as the office writes them: name, quality, collectivité, from outside or not (R14)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time

from sync_service.domain import french
from sync_service.domain.entry import Entry
from sync_service.domain.lms_state import Json
from sync_service.errors import RecordRefusedError

_SIDES = {"exterieur": True, "exterieure": True, "externe": True, "interne": False}
_HOME = re.compile(r"\(([^()]*)\)\s*$")
ADDRESSES = "member.addresses_noted"
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


def read_side(text: str) -> bool | None:
    """Read « extérieur » or « interne » of a member, True for the first; None when nothing is said. Raises RecordRefusedError."""
    if not text.strip():
        return None
    side = _SIDES.get(french.code_of(text))
    if side is None:
        raise RecordRefusedError("Un membre du jury est « extérieur » ou « interne » : écrivez l’un des deux (R14).")
    return side


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

    Raises RecordRefusedError when both are said and differ, or when what was typed is not a number.
    """
    if said and not said.isdigit():
        raise RecordRefusedError(
            f"« {said[:20]} » n’est pas un nombre : écrivez combien de membres sont extérieurs en chiffres, ou rien (R14)."
        )
    listed = sum(m.external is True for m in members)
    typed = int(said) if said.isdigit() else None
    if all(m.external is not None for m in members) and typed not in {None, listed}:
        raise RecordRefusedError(
            f"La liste nomme {french.count(listed, 'membre extérieur', 'membres extérieurs')} et la colonne en dit {typed} : "
            "corrigez l’un des deux (R14)."
        )
    return listed if typed is None else typed


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """Where a member of a jury receives letters; ``seq`` is the line of the register that says it."""

    name: str
    address: str
    seq: int = 0


def read_addresses(parts: Sequence[str], members: Sequence[str]) -> tuple[PostalAddress, ...]:
    """Read « Nom : adresse » of each member, whose name is then written as in the jury; lines of an address are set apart by commas.

    Raises RecordRefusedError for what cannot be read, or a name that is not among ``members``.
    """
    if not parts:
        raise RecordRefusedError(_HOW_ADDRESSES)
    return tuple(_address(part, members) for part in parts)


_HOW_ADDRESSES = "Une adresse s’écrit « Nom : 12 rue des Lilas, 49000 Angers » ; « / » sépare deux membres et ne s’écrit pas dans une adresse."


def _address(part: str, members: Sequence[str]) -> PostalAddress:
    name, _, address = part.partition(":")
    if not name.strip() or not address.strip():
        raise RecordRefusedError(_HOW_ADDRESSES)
    found = [member for member in members if same_member(member, name.partition(",")[0])]
    if not found:
        raise RecordRefusedError(
            f"« {name.strip()[:60]} » n’est pas un membre de ce jury : écrivez son nom comme dans sa composition."
        )
    return PostalAddress(found[0], ", ".join(" ".join(line.split()) for line in address.splitlines() if line.strip()))


def postal_addresses(entries: Iterable[Entry]) -> tuple[PostalAddress, ...]:
    """Project the addresses noted for the members of a jury, the latest of each; one that was destroyed is not there."""
    found: dict[str, PostalAddress] = {}
    for entry in entries:
        names, addresses = entry.get("names"), entry.get("addresses")
        if entry.type == ADDRESSES and isinstance(names, list | tuple) and isinstance(addresses, list | tuple):
            for name, address in zip(names, addresses, strict=False):
                found[french.plain(bare_name(str(name)))] = PostalAddress(str(name), str(address), entry.event.seq)
    return tuple(found.values())


def same_member(first: str, second: str) -> bool:
    """Tell whether two writings name the same member; the collectivité in brackets may be left out."""
    return french.plain(bare_name(first)) == french.plain(bare_name(second))


def bare_name(name: str) -> str:
    """Return a member’s name without the collectivité in brackets."""
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
