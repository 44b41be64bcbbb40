"""Appeals and material errors, recorded; what follows from them is decided by people (ledger-format.md §5)."""

from __future__ import annotations

from datetime import date

from sync_service.domain import appeal as appeals
from sync_service.domain import jury as juries
from sync_service.domain import periods
from sync_service.domain.act_words import choices
from sync_service.domain.lms_state import Json
from sync_service.errors import RecordRefusedError
from sync_service.usecases.desk import Desk
from sync_service.usecases.record import Drafts, on_person


def receive_appeal(desk: Desk, who: str, *, jury: str, on: date, kind: str, document: str, token: str) -> Drafts:
    """Record an appeal against a jury's decision, and the day by which it must be answered."""
    if kind not in appeals.KINDS:
        raise RecordRefusedError(f"Nature du recours dans « valeur » : {choices(appeals.KINDS)}.")
    found = desk.standing(who)
    if desk.already(found, "appeal.received", on, jury=jury, kind=kind):
        return ()
    if not juries.passage(found.passages, jury).decision:
        raise RecordRefusedError(
            f"Aucune décision du jury {jury} n’est enregistrée pour {found.name} : un recours porte sur une décision."
        )
    rank = 1 + sum(a.jury == jury for a in appeals.appeals_of(found.entries))
    due = periods.after(on, desk.files.cycle.rules.certificate.appeal_within)
    data: dict[str, Json] = {"jury": jury, "appeal": f"{jury}/{rank}", "due_on": due.isoformat() if due else ""}
    return on_person(
        desk, "appeal.received", found.candidate.subject, name=f"{jury}/{rank}", on=on, token=token, data=data,
        private={"kind": kind}, files=(document,) if document else (),
    )  # fmt: skip


def decide_appeal(desk: Desk, who: str, *, jury: str, on: date, outcome: str, document: str, token: str) -> Drafts:
    """Record the answer to an appeal: rejete, accueilli or desistement."""
    if outcome not in appeals.OUTCOMES:
        raise RecordRefusedError(f"Suite du recours dans « valeur » : {choices(appeals.OUTCOMES)}.")
    found = desk.standing(who)
    if desk.already(found, "appeal.decided", on, jury=jury, outcome=outcome):
        return ()
    held = appeals.pending(appeals.appeals_of(found.entries), jury, found.name)
    return on_person(
        desk, "appeal.decided", found.candidate.subject, name=held.id, on=on, token=token,
        data={"jury": jury, "appeal": held.id}, private={"outcome": outcome}, files=(document,) if document else (),
    )  # fmt: skip


def find_material_error(desk: Desk, who: str, *, jury: str, on: date, what: str, token: str) -> Drafts:
    """Record a material error in a decision, minutes or a certificate; its correction is another record."""
    if not what:
        raise RecordRefusedError("Dites quelle erreur matérielle dans la colonne « valeur ».")
    found = desk.standing(who)
    data: dict[str, Json] = {"jury": jury} if jury else {}
    if found.certificate.number:
        data["number"] = found.certificate.number
    return on_person(
        desk, "material_error.found", found.candidate.subject, name=jury or "certificat", on=on, token=token, data=data,
        private={"what": what},
    )  # fmt: skip
