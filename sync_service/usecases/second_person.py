"""Where two persons are wanted, an act is proposed by one and recorded by the other, each from her own account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from sync_service.domain.act import What, act, series_of
from sync_service.domain.canonical import canonical_bytes
from sync_service.domain.event import Draft
from sync_service.domain.lms_state import Json
from sync_service.domain.second_person import (
    ELIMINATION,
    PROPOSED,
    Proposal,
    content_of,
    place_of,
    recorded_alike,
    waiting,
    wants_two,
)
from sync_service.errors import RecordRefusedError
from sync_service.usecases.desk import Desk
from sync_service.usecases.standing import entries_of

OWN_ACCOUNT = "Cet acte veut deux personnes : chacune l’enregistre depuis son propre compte, sans --account."


@dataclass(frozen=True, slots=True)
class Held:
    """What is to be written now, and the sentence of an act that waits, empty otherwise."""

    drafts: tuple[Draft, ...]
    waiting: str = ""


def asked_of(desk: Desk) -> frozenset[str]:
    """Return the acts that want two persons, by the referential or by the promotion."""
    return frozenset((*desk.files.cycle.rules.second_person, *desk.files.promotion.second_person))


def hold(desk: Desk, drafts: tuple[Draft, ...]) -> Held:
    """Return what one row may write: the act itself, or its proposal when another person must record it too.

    Raises:
        RecordRefusedError: the same person does both, she acts in another's name, or the two do not say the same.
    """
    first = next((d for d in drafts if wants_two(d.type, asked_of(desk))), None)
    if first is None:
        return Held(drafts)
    entries = entries_of(desk.ledger, first.subject)
    if recorded_alike(entries, first):
        return Held(())
    if not desk.filing.in_person:
        raise RecordRefusedError(OWN_ACCOUNT)
    before = waiting(entries).get(place_of(first.type, first.data))
    alike = before is not None and before.content == canonical_bytes(content_of(first))
    if before is None or (before.by == desk.filing.actor.ref and not alike):
        rank = sum(e.type == PROPOSED for e in entries)
        return _proposed(desk, first, before, rank)
    if before.by == desk.filing.actor.ref:
        raise RecordRefusedError(
            f"En attente d’une seconde personne : {before.words}, que vous avez proposé. Une autre personne doit "
            "l’enregistrer depuis son compte ; la même ne fait pas les deux."
        )
    if not alike:
        raise RecordRefusedError(
            f"{before.by} a proposé cet acte autrement (date, valeur ou document) : {before.words}. Enregistrez le même, ou "
            "demandez-lui de corriger sa proposition en l’enregistrant de nouveau."
        )
    return Held(tuple(replace(d, replaces=(*d.replaces, before.id)) if d is first else d for d in drafts))


def _proposed(desk: Desk, first: Draft, before: Proposal | None, rank: int) -> Held:
    type_, jury = place_of(first.type, first.data)
    data: dict[str, Json] = {"act": type_, **({"jury": jury} if jury else {})}
    on = first.valid_from if isinstance(first.valid_from, date) else desk.filing.observed_at.date()
    what = What(on, data, {"content": content_of(first)}, replaces=(before.id,) if before else ())
    draft = act(desk.filing, PROPOSED, first.subject, type_, what, token=f"{type_}|{jury}|{rank}")
    draft = replace(draft, series=series_of(type_))
    words = Proposal("", type_, jury, desk.filing.actor.ref, on, b"").words
    return Held((draft,), f"En attente d’une seconde personne : {words}, proposé par {desk.filing.actor.ref}.")


def check_elimination(desk: Desk, name: str) -> None:
    """Refuse that one person proposes an elimination and records its visa, where two are wanted. Raises RecordRefusedError."""
    if ELIMINATION not in asked_of(desk):
        return
    if not desk.filing.in_person:
        raise RecordRefusedError(OWN_ACCOUNT)
    proposers = {
        str(e.actor.get("ref", ""))
        for e in desk.ledger.events(types=["elimination.proposed"])
        if e.source.get("object") == name
    }
    if desk.filing.actor.ref in proposers:
        raise RecordRefusedError(
            f"En attente d’une seconde personne : la liste d’élimination {name}, que vous avez proposée. Une autre personne "
            "doit enregistrer le visa depuis son compte."
        )


_TRIES = 5


def write_held(desk: Desk, make: Callable[[], tuple[Draft, ...]]) -> tuple[Held, int]:
    """Write what one row asks for, and return what was held and how many lines were written.

    A certificate number that someone else took at that very moment is asked for again (R18). Raises RecordRefusedError.
    """
    for _ in range(_TRIES):
        held = hold(desk, make())
        written = desk.write(held.drafts).written if held.drafts else 0
        if written or not any(draft.type == "certificate.number_reserved" for draft in held.drafts):
            return held, written
    raise RecordRefusedError("D’autres numéros sont réservés en ce moment : relancez la même commande.")
