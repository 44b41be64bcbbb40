"""A trainee's path, recorded: suspension, resumption here or in a later promotion, leaving, exemption (domain.md §2.1 A)."""

from __future__ import annotations

import re
from datetime import date

from sync_service.domain import exemption, french
from sync_service.domain.act_words import choices
from sync_service.domain.candidate import EnrolmentState
from sync_service.domain.lms_state import Json
from sync_service.domain.retention import is_restricted
from sync_service.errors import RecordRefusedError
from sync_service.usecases.desk import Desk
from sync_service.usecases.record import Drafts, on_person
from sync_service.usecases.standing import subject_named

_IDENTIFIER = re.compile(r"[a-z0-9_-]{1,24}")
LEAVING_REASONS = {
    "abandon": "abandon", "mobilite": "moved", "fin-de-contrat": "contract_end", "sante": "unavailable",
    "indisponibilite": "unavailable", "annulation": "cancelled", "autre": "other",
}  # fmt: skip
"""What may be said of a departure; a reason of health is written as unavailability: the register never holds it."""


def suspend(desk: Desk, who: str, *, on: date, token: str) -> Drafts:
    """Record a suspension from a day on; nothing is lost, nobody is unenrolled."""
    return _move(desk, who, "enrolment.suspended", EnrolmentState.SUSPENDED, on=on, token=token)


def resume(desk: Desk, who: str, *, on: date, token: str) -> Drafts:
    """Record a resumption in the same promotion."""
    return _move(desk, who, "enrolment.resumed", EnrolmentState.ENROLLED, on=on, token=token)


def leave(desk: Desk, who: str, *, on: date, reason: str, token: str) -> Drafts:
    """Record a departure from the cycle, its reason as a code. Raises RecordRefusedError for another reason."""
    code = LEAVING_REASONS.get(reason)
    if code is None:
        raise RecordRefusedError(f"Motif d’une sortie : {choices(LEAVING_REASONS.keys() - {'sante'})}.")
    return _move(desk, who, "enrolment.withdrawn", EnrolmentState.WITHDRAWN, on=on, token=token, reason=code)


def complete(desk: Desk, who: str, *, on: date, token: str) -> Drafts:
    """Record the end of the training, which certifies nothing."""
    return _move(desk, who, "enrolment.completed", EnrolmentState.COMPLETED, on=on, token=token)


def transfer(desk: Desk, who: str, *, on: date, to: str, token: str) -> Drafts:
    """Record a transfer to another promotion; the list of that promotion enrols the person there.

    Half-days, deposits and exemptions are the person's: they follow.
    """
    to = to if _IDENTIFIER.fullmatch(to) else french.code_of(to)
    if not to or to == desk.files.promotion.id:
        raise RecordRefusedError(
            "Dites vers quelle autre promotion dans la colonne « valeur » : son identifiant, comme « lille-2026-2027 »."
        )
    data: dict[str, Json] = {"to_promotion": to}
    return _move(desk, who, "enrolment.transferred", EnrolmentState.TRANSFERRED, on=on, token=token, data=data)


def _move(
    desk: Desk,
    who: str,
    type_: str,
    wanted: EnrolmentState,
    *,
    on: date,
    token: str,
    data: dict[str, Json] | None = None,
    reason: str | None = None,
) -> Drafts:
    found = desk.standing(who)
    if found.enrolment.state is wanted:
        return ()
    if found.enrolment.state is EnrolmentState.TRANSFERRED:
        raise RecordRefusedError(f"{found.name} a été transféré(e) dans une autre promotion : enregistrez-le là-bas.")
    return on_person(
        desk, type_, found.candidate.subject, name=f"prom:{desk.files.promotion.id}", on=on, token=token,
        data=data, reason=reason,
    )  # fmt: skip


def exempt(desk: Desk, who: str, *, on: date, module: int | None, reason: str, why: str, token: str) -> Drafts:
    """Record an exemption from a module; its half-days are counted as « dispense » (Q05)."""
    if module is None or module not in {m.number for m in desk.files.cycle.modules}:
        raise RecordRefusedError("Écrivez le numéro du module dans la colonne « valeur ».")
    if reason not in exemption.REASONS:
        said = french.listing(sorted(exemption.REASONS.values()))
        raise RecordRefusedError(f"Motif d’une dispense : {said}.")
    data: dict[str, Json] = {"module": module, "rule": "Q05"}
    private: dict[str, Json] = {"why": why}
    return on_person(
        desk, "exemption.granted", subject_named(desk.ledger, who), name=f"module-{module}", on=on, token=token,
        data=data, private=private, reason=reason,
    )  # fmt: skip


def restrict(desk: Desk, who: str, *, on: date, answer: str, token: str) -> Drafts:
    """Record that a person asked for a limitation of what is done with her data, or that it ends (RGPD, article 18)."""
    wanted = {"oui": True, "non": False}.get(answer)
    if wanted is None:
        raise RecordRefusedError("Limitation du traitement : écrivez « oui » ou « non » dans la colonne « valeur ».")
    found = desk.standing(who)
    if is_restricted(found.entries) is wanted:
        return ()
    return on_person(
        desk, "restriction.set", found.candidate.subject, name="person", on=on, token=token, data={"active": wanted}
    )
