"""What a draft must be before it is given a place: known type, closed data, nothing about a person in clear (§1, §4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sync_service.domain.event import Actor, Draft, Evidence, Series
from sync_service.domain.event_types import SOURCE_TYPES, TYPES, source_kind
from sync_service.domain.facts import Route
from sync_service.domain.uuid7 import is_uuid
from sync_service.errors import LedgerError

SYSTEMS = frozenset({"moodle", "office", "cyclesync"})
ACTORS = frozenset({"system", "officer", "jury", "president", "candidate"})
CHANNELS = frozenset({"cli", "site", "import", "daemon"})
GRADES = frozenset({"E0", "E1", "E2", "E3", "E4"})
ROUTES = frozenset(route.value for route in Route)
_SUBJECT = re.compile(r"cand_[a-z2-7]{26}|(?:prom|sess|jury):[A-Za-z0-9][A-Za-z0-9_.:/-]{0,95}|register")
_CODE = re.compile(r"[A-Za-z0-9_.:/+=# -]{0,160}")
_PERSON_CODE = re.compile(r"[A-Za-z0-9_.:/+=-]{0,96}")
_TEXT = re.compile(r"[^@\x00-\x1f\x7f]{0,200}")
_REASON = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_HASH = re.compile(r"[0-9a-f]{64}")


def check_draft(draft: Draft) -> None:
    """Refuse a draft that the register must not hold. Raises LedgerError, whose sentence never quotes a value."""
    kind = TYPES.get(draft.type)
    if kind is None:
        raise LedgerError(f"Le type « {draft.type} » n’existe pas dans le registre : mettez cyclesync à jour.")
    for problem in _problems(draft):
        raise LedgerError(f"Une ligne « {draft.type} » est refusée par le registre : {problem}.")


def series_for(draft: Draft) -> Series:
    """Return the series of the tableau de gestion that a draft's payload belongs to."""
    return TYPES[draft.type].series or draft.series or Series.REGISTER


def _problems(draft: Draft) -> Iterator[str]:
    yield from _identity_problems(draft)
    yield from _source_problems(draft)
    yield from _authority_problems(draft)
    yield from _actor_problems(draft.actor, draft.evidence)
    yield from _place_problems(draft)
    yield from _data_problems(draft)


def _identity_problems(draft: Draft) -> Iterator[str]:
    if (draft.decisive is None) == (draft.token is None):
        yield "il faut soit des champs décisifs, soit un jeton, et pas les deux"
    if draft.token == "":
        yield "son jeton est vide"
    if _SUBJECT.fullmatch(draft.subject) is None:
        yield "son sujet n’a pas la forme attendue"
    series = TYPES[draft.type].series
    if series is not None and draft.series is not None and draft.series != series:
        yield f"sa série doit être « {series.value} »"
    if draft.observed_at.tzinfo is None:
        yield "le moment du relevé n’a pas de fuseau horaire"


def _source_problems(draft: Draft) -> Iterator[str]:
    source = draft.source
    if source.system not in SYSTEMS or source.route not in ROUTES:
        yield "sa source ou sa route n’est pas prévue"
    if source.kind != source_kind(draft.type, draft.data):
        yield f"la nature de sa source doit être « {source_kind(draft.type, draft.data)} »"
    if not _is_code(source.site_uid) or not _is_code(source.object) or not _is_code(source.run):
        yield "l’objet, le site ou le passage de sa source n’est pas un code"


def _authority_problems(draft: Draft) -> Iterator[str]:
    """Say who may not be the author of what, whatever brings the draft here (R19, R21; domain.md §2.3)."""
    if draft.source.system == "moodle" and not draft.type.endswith(".observed") and draft.type not in SOURCE_TYPES:
        yield "Moodle ne crée ni n’annule jamais une inscription, une décision ou un certificat (R21)"
    if draft.type == "jury.decision" and draft.actor.kind == "system":
        yield "une décision de jury vient de personnes (R19, RGPD article 22)"


@lru_cache(maxsize=256)
def _actor_problems(actor: Actor, evidence: Evidence) -> tuple[str, ...]:
    """Return what is wrong with who acted, kept for the next draft of the same."""
    return tuple(_of_actor(actor, evidence))


def _of_actor(actor: Actor, evidence: Evidence) -> Iterator[str]:
    if actor.kind not in ACTORS or actor.channel not in CHANNELS:
        yield "son auteur ou son canal n’est pas prévu"
    if not _is_code(actor.ref) or not actor.ref:
        yield "la référence de son auteur n’est pas un pseudonyme"
    if _TEXT.fullmatch(actor.capacity) is None or _TEXT.fullmatch(actor.delegation) is None:
        yield "la qualité ou la délégation de son auteur ne peut pas être écrite"
    if evidence.grade not in GRADES:
        yield "son niveau de preuve va de E0 à E4"
    if any(_HASH.fullmatch(item) is None for item in evidence.files):
        yield "une pièce est nommée par autre chose que son empreinte SHA-256"


def _place_problems(draft: Draft) -> Iterator[str]:
    yield from _of_place(draft.cycle, draft.referential, draft.promotion, draft.reason)
    if draft.replaces and not all(map(is_uuid, draft.replaces)):
        yield "elle remplace autre chose qu’une ligne du registre"


@lru_cache(maxsize=256)
def _of_place(cycle: str | None, referential: str | None, promotion: str | None, reason: str | None) -> tuple[str, ...]:
    """Return what is wrong with what names the place and the reason, kept for the next draft of the same."""
    found = []
    if any(name is not None and not _is_code(name) for name in (cycle, referential, promotion)):
        found.append("le cycle, le référentiel ou la promotion n’est pas un code")
    if reason is not None and _REASON.fullmatch(reason) is None:
        found.append("son motif doit être un code ; le texte libre va dans le fichier des identités")
    return tuple(found)


def _data_problems(draft: Draft) -> Iterator[str]:
    if not draft.data:
        return
    extra = sorted(str(key) for key in draft.data if key not in TYPES[draft.type].keys)
    if extra:
        yield f"le champ « {extra[0]} » n’y est pas prévu"
    allowed = _PERSON_CODE if draft.subject.startswith("cand_") else _TEXT
    if not all(_is_fit(value, allowed) for value in draft.data.values()):
        yield "un champ contient autre chose qu’un code ou un nombre"


@lru_cache(maxsize=4096)
def _is_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None


def _is_fit(value: Any, allowed: re.Pattern[str]) -> bool:
    if value is None or isinstance(value, int):
        return True
    if isinstance(value, str):
        return allowed.fullmatch(value) is not None
    if isinstance(value, Mapping):
        return all(_is_fit(key, _PERSON_CODE) and _is_fit(item, allowed) for key, item in value.items())
    return isinstance(value, Sequence) and all(_is_fit(item, allowed) for item in value)
