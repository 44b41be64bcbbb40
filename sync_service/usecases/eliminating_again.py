"""What an older backup brought back is eliminated again, under the visa that had been given (domain.md §1.7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sync_service.domain.act import What, act
from sync_service.domain.destruction import REASON
from sync_service.domain.eliminated import Elimination
from sync_service.domain.event import Draft
from sync_service.domain.lms_state import Json
from sync_service.domain.retention import ListState
from sync_service.errors import RecordRefusedError
from sync_service.ports import KeyDestroyer
from sync_service.usecases.desk import Desk
from sync_service.usecases.retention import Eliminated


def to_do_again(back: Iterable[Elimination], name: str, visa: str) -> Elimination | None:
    """Return what a bordereau eliminated and a restoration brought back, None when nothing of it did.

    Raises:
        RecordRefusedError: it had another visa.
    """
    found = [item for item in back if item.list_id == name]
    if found and all(item.visa != visa for item in found):
        raise RecordRefusedError(
            f"Le bordereau {name} avait été éliminé sous le visa {found[0].visa} : citez celui-là, ou proposez une autre liste."
        )
    return next((item for item in found if item.visa == visa), None)


def eliminate_again(desk: Desk, keys: KeyDestroyer, item: Elimination, lists: Mapping[str, ListState]) -> Eliminated:
    """Record the bordereau and its visa again where the register lost them, destroy its keys.

    The register says again of every unit that its key was destroyed: it had been, whether it came back or not.

    Neither dates nor a second person are asked for: it was all decided, and done once. A run that was killed is run again.

    Raises:
        RecordRefusedError: the register knows another list by this name, under another visa.
    """
    held = lists.get(item.list_id)
    if held is not None and (held.visa not in {"", item.visa} or held.proposed_on > item.on):
        raise RecordRefusedError(
            f"Depuis la restauration, une autre liste {item.list_id} a été proposée : proposez de nouveau ce qui est revenu "
            "et faites-le viser."
        )
    if held is None:
        desk.write([_proposed(desk, item)])
    if held is None or not held.approved:
        desk.write([_approved(desk, item)])
    filing = desk.filing
    destroyed = sum(
        keys.destroy_key(
            subject,
            series,
            actor=filing.actor,
            reason=REASON,
            now=filing.observed_at,
            run=filing.run,
            list_id=item.list_id,
        )
        for subject, series in sorted(item.units)
    )
    return Eliminated(destroyed, len(item.units) - destroyed)


def _proposed(desk: Desk, item: Elimination) -> Draft:
    data: dict[str, Json] = {
        "list": item.list_id,
        "series": ",".join(sorted({series.value for _, series in item.units})),
        "candidates": _people(item),
        "until": item.on.isoformat(),
    }
    private: dict[str, Json] = {"units": [{"subject": s, "series": series.value} for s, series in sorted(item.units)]}
    what = What(item.on, data, private)
    return act(desk.filing, "elimination.proposed", "register", item.list_id, what, token=item.list_id)


def _approved(desk: Desk, item: Elimination) -> Draft:
    what = What(item.on, {"list": item.list_id, "visa": item.visa, "candidates": _people(item)})
    token = f"{item.list_id}|{item.visa}"
    return act(desk.filing, "elimination.approved", "register", item.list_id, what, token=token)


def _people(item: Elimination) -> int:
    return len({subject for subject, _ in item.units if subject.startswith("cand_")})
