"""Elimination by the tableau de gestion: propose a list, record the archives' visa, then destroy the keys (domain.md §1.7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from sync_service.domain import retention
from sync_service.domain.act import What, act
from sync_service.domain.destruction import REASON
from sync_service.domain.eliminated import Elimination
from sync_service.domain.entry import Entry, pair
from sync_service.domain.event import Event, Series
from sync_service.domain.jury_members import ADDRESSES
from sync_service.domain.lms_state import Json
from sync_service.domain.retention import Days, ListState, Terms, Unit
from sync_service.errors import RecordRefusedError
from sync_service.ports import KeyDestroyer, Ledger
from sync_service.usecases.desk import Desk
from sync_service.usecases.second_person import check_elimination

_TYPES = ("elimination.proposed", "elimination.approved", "vault.key_destroyed")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A list that was proposed, with what it holds."""

    id: str
    units: tuple[Unit, ...]
    on: date


def terms_of(desk: Desk) -> Terms:
    """Return what the dates of this promotion are counted from."""
    rules = desk.files.cycle.rules
    return Terms(
        desk.files.promotion.ends_on, rules.certificate.appeal_within, rules.jury.second_attempt_within, rules.retention
    )


def units_of(desk: Desk) -> tuple[Unit, ...]:
    """Return each series of each person of the promotion, whether something is kept in it or not."""
    return retention.units(desk.standings(), terms_of(desk), _sheets(desk), _juries(desk))


def holding(desk: Desk, found: Iterable[Unit]) -> tuple[Unit, ...]:
    """Return the series in which something is kept: those that have a key."""
    units = tuple(found)
    there = desk.ledger.held((unit.subject, unit.series) for unit in units)
    return tuple(unit for unit in units if (unit.subject, unit.series) in there)


def look(desk: Desk) -> tuple[Unit, ...]:
    """Return each series of each person of the promotion that has something to eliminate."""
    return holding(desk, units_of(desk))


def _sheets(desk: Desk) -> dict[str, Days]:
    """Return the sessions de formation whose sheets were filed or issued, with their days, else those of the sheets."""
    promotion = desk.files.promotion.id
    lines = desk.ledger.events(types=("signin_sheet.filed", "document.issued"), promotion=promotion)
    filed = _days(e for e in lines if e.subject.startswith("sess:"))
    halves = {f"sess:{promotion}/{s.id}": [key.day for key in s.halfdays] for s in desk.context().sessions}
    return {
        subject: (min(halves[subject]), max(halves[subject])) if halves.get(subject) else days
        for subject, days in filed.items()
    }


def _juries(desk: Desk) -> dict[str, Days]:
    """Return the sessions de jury whose members' addresses were noted, with the days when they were."""
    return _days(desk.ledger.events(types=(ADDRESSES,), promotion=desk.files.promotion.id))


def _days(events: Iterable[Event]) -> dict[str, Days]:
    """Return the oldest and newest days of each subject, in the order of the register."""
    found: dict[str, list[date]] = {}
    for event in events:
        found.setdefault(event.subject, []).append(Entry(event).day())
    return {subject: (min(days), max(days)) for subject, days in found.items()}


def known_lists(desk: Desk) -> dict[str, ListState]:
    """Return every list of elimination of the register, by id."""
    return lists_in(desk.ledger)


def lists_in(ledger: Ledger) -> dict[str, ListState]:
    """Return every list of elimination of a register, by id."""
    events = tuple(ledger.events(types=_TYPES))
    return retention.lists_of(pair(events, ledger.reveal(events)))


def left_of(desk: Desk, held: ListState) -> int:
    """Return how many keys of a list are still to be destroyed."""
    return len(desk.ledger.held(held.left))


def prepare(
    desk: Desk, *, on: date, series: Sequence[Series] = retention.ELIMINABLE, back: Sequence[Elimination] = ()
) -> Proposal | None:
    """Make the list of what may go on a day; None when nothing may. Nothing is recorded.

    What a restoration brought ``back`` has its bordereau and its visa: it is on no other, and none takes its name.
    """
    known = known_lists(desk)
    waiting = {unit for held in known.values() for unit in held.left} | {u for item in back for u in item.units}
    chosen = tuple(
        u for u in look(desk) if u.due(on) and u.series in set(series) and (u.subject, u.series) not in waiting
    )
    if not chosen:
        return None
    promotion = desk.files.promotion.id
    taken = {*known, *(item.list_id for item in back)}
    first = 1 + sum(n.startswith(f"{promotion}-") for n in known)
    name = next(n for rank in count(first) if (n := f"{promotion}-{rank:02d}") not in taken)
    return Proposal(name, chosen, on)


def record_proposal(desk: Desk, made: Proposal) -> None:
    """Record a list, for the archives' visa.

    Who is on it goes to the vault, under the register's own key; the register says how many.
    """
    data: dict[str, Json] = {
        "list": made.id,
        "series": ",".join(sorted({u.series.value for u in made.units})),
        "candidates": len({u.subject for u in made.units if u.subject.startswith("cand_")}),
        "until": made.on.isoformat(),
    }
    private: dict[str, Json] = {"units": [{"subject": u.subject, "series": u.series.value} for u in made.units]}
    what = What(made.on, data, private)
    desk.write([act(desk.filing, "elimination.proposed", "register", made.id, what, token=made.id)])


def propose(
    desk: Desk, *, on: date, series: Sequence[Series] = retention.ELIMINABLE, back: Sequence[Elimination] = ()
) -> Proposal | None:
    """Make and record the list of what may go on a day, as ``prepare`` does; None when nothing may."""
    made = prepare(desk, on=on, series=series, back=back)
    if made is not None:
        record_proposal(desk, made)
    return made


def proposed(desk: Desk, name: str) -> Proposal:
    """Return a list that was proposed, so that its bordereau can be drawn again.

    Raises:
        RecordRefusedError: there is none of this name, it is another promotion's, or part of it was eliminated: the
            bordereau that the archives signed is then the only one.
    """
    held = retention.check_list(known_lists(desk).get(name), name, desk.files.promotion.id)
    if held.destroyed:
        raise RecordRefusedError(
            f"La liste {held.id} est éliminée, en tout ou partie : son bordereau visé est le seul, il n’est pas refait."
        )
    listed = set(held.units)
    return Proposal(held.id, tuple(u for u in units_of(desk) if (u.subject, u.series) in listed), held.proposed_on)


def approve(desk: Desk, name: str, *, on: date, visa: str) -> bool:
    """Record the reference of the archives' visa; False when it is recorded already.

    Raises:
        RecordRefusedError: there is no such list, it has another visa, or the reference is empty.
    """
    held = retention.check_list(known_lists(desk).get(name), name, desk.files.promotion.id)
    if not visa.strip():
        raise RecordRefusedError("Indiquez la référence du visa des archives.")
    if held.visa == visa:
        return False
    if held.approved:
        raise RecordRefusedError(
            f"La liste d’élimination {name} a déjà un visa, {held.visa} : proposez une autre liste."
        )
    check_elimination(desk, name)
    data: dict[str, Json] = {"list": name, "visa": visa, "candidates": len({subject for subject, _ in held.units})}
    desk.write([act(desk.filing, "elimination.approved", "register", name, What(on, data), token=f"{name}|{visa}")])
    return True


@dataclass(frozen=True, slots=True)
class Eliminated:
    """What an elimination did."""

    destroyed: int
    """Keys destroyed."""
    empty: int
    """Series of the list that had no key: nothing was ever kept in them, or nothing is any more."""
    kept: tuple[str, ...] = ()
    """Series that are kept, with the reason, as sentences."""


def ready(desk: Desk, name: str) -> ListState:
    """Return a list that may be carried out at this desk.

    Raises:
        RecordRefusedError: there is no such list, it is another promotion's, or the archives' visa is not recorded.
    """
    return retention.check_elimination(retention.check_list(known_lists(desk).get(name), name, desk.files.promotion.id))


def eliminate(desk: Desk, keys: KeyDestroyer, name: str, *, on: date) -> Eliminated:
    """Destroy the keys of an approved list; what may no longer go (a new appeal) is kept and said.

    Each destruction is an event of its own, written before the key goes: a run that was killed is run again. A series that
    has no key has none destroyed, and no line says that it had.

    Raises what ``ready`` does.
    """
    held = ready(desk, name)
    found = {(u.subject, u.series): u for u in units_of(desk)}
    there = desk.ledger.held(held.left)
    destroyed, kept = 0, []
    for subject, series in (unit for unit in held.left if unit in there):
        unit = found.get((subject, series))
        if unit is not None and not unit.due(on):
            kept.append(retention.sentence(unit))
            continue
        destroyed += keys.destroy_key(
            subject, series, actor=desk.filing.actor, reason=REASON, now=desk.filing.observed_at,
            run=desk.filing.run, list_id=name,
        )  # fmt: skip
    return Eliminated(destroyed, len(held.left) - len(there), tuple(kept))
