"""What the office, a jury and the president did, recorded one act at a time (ledger-format.md §5).

Each function checks the hard rules and returns the drafts, none when the same act stands already; ``Desk.write``
writes them. ``token`` makes the same act be written once: file digest and line, form id, Idempotency-Key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sync_service.domain import french
from sync_service.domain.act import What, act
from sync_service.domain.attendance import HalfDayKey, Presence, Recorded, record_draft, recorded, sheet_draft
from sync_service.domain.certification import Standing
from sync_service.domain.checklist import points_payload, read_points
from sync_service.domain.dossier import SOURCE_R12, DossierState, check_complete, check_required, locked_error
from sync_service.domain.entry import last
from sync_service.domain.entry import standing as standing_entries
from sync_service.domain.event import Draft
from sync_service.domain.lms_state import Json
from sync_service.domain.second_person import recorded_alike
from sync_service.errors import RecordRefusedError
from sync_service.usecases.desk import Desk
from sync_service.usecases.standing import entries_of, subject_named

Drafts = tuple[Draft, ...]


def file_sheet(
    desk: Desk, session: str, *, on: date, sheet: str, exceptions: Mapping[tuple[str, str], Presence], token: str
) -> Drafts:
    """Record a signed sheet: everyone present except ``exceptions``, by (subject, name of the half-day).

    What the office recorded before stands, unless an exception says otherwise: the sheet is then its evidence, and a
    correction is left as it is.
    """
    planned = desk.session(session)
    found: list[Draft] = []
    held: dict[str, dict[HalfDayKey, Recorded]] = {}
    for key in planned.halfdays:
        for person in desk.people_on(key.day):
            subject = person.subject
            if subject not in held:
                held[subject] = recorded(standing_entries(entries_of(desk.ledger, subject)))
            before, said = held[subject].get(key), exceptions.get((subject, key.name))
            if before is not None and (before.sheet or (before.corrected_on and said is None)):
                continue
            status = said or (Presence(before.status) if before is not None else Presence.PRESENT)
            draft = record_draft(
                desk.filing, subject, planned, key, status,
                token=f"{token}|{key.name}", grade="E4", files=(sheet,), before=before,
            )  # fmt: skip
            found += [draft] if draft else []
    return (*found, sheet_draft(desk.filing, planned, sheet=sheet, received_on=on, token=token))


def record_presence(
    desk: Desk,
    who: str,
    session: str,
    *,
    on: date,
    halves: Sequence[str],
    status: Presence,
    token: str,
    reason: str | None = None,
) -> Drafts:
    """Record one person's half-days of a day; a correction when something else stands.

    « Hors inscription » of a half-day that is so already, with nothing recorded, is no line.
    """
    planned, subject = desk.session(session), subject_named(desk.ledger, who)
    held = recorded(standing_entries(entries_of(desk.ledger, subject)))
    keys = [HalfDayKey(on, half == "apres_midi", session) for half in halves]
    if status is Presence.OUT and all(person.subject != subject for person in desk.people_on(on)):
        keys = [key for key in keys if key in held]
    drafts = (
        record_draft(
            desk.filing, subject, planned, key, status, token=f"{token}|{key.name}", before=held.get(key), reason=reason
        )
        for key in keys
    )
    return tuple(draft for draft in drafts if draft is not None)


def on_person(
    desk: Desk,
    type_: str,
    subject: str,
    *,
    name: str,
    on: date,
    token: str,
    data: Mapping[str, Json] | None = None,
    private: Mapping[str, Json] | None = None,
    grade: str = "E3",
    files: tuple[str, ...] = (),
    reason: str | None = None,
) -> Drafts:
    """Draft an act on one person; ``reason`` is a code of a closed list."""
    what = What(on, data or {}, private, grade, files, reason=reason)
    return (act(desk.filing, type_, subject, name, what, token=token),)


def unless_locked(found: Standing, drafts: Drafts) -> Drafts:
    """Let acts on a dossier through while no jury has it; then, what is recorded already is no line (R12).

    Raises RecordRefusedError for anything else while it waits for the decision of the jury it was handed to.
    """
    if not found.locked:
        return drafts
    if not all(recorded_alike(found.entries, draft) for draft in drafts):
        raise locked_error(found.dossier, found.name)
    return ()


def required_pieces(desk: Desk) -> tuple[str, ...]:
    """Return the codes of the required documents, as the referential names them (R11)."""
    return tuple(french.code_of(piece) for piece in desk.files.cycle.rules.dossier.required_documents)


def _on_dossier(
    desk: Desk, type_: str, found: Standing, *, on: date, token: str, private: Mapping[str, Json]
) -> Drafts:
    return unless_locked(
        found, on_person(desk, type_, found.candidate.subject, name="dossier", on=on, token=token, private=private)
    )


def receive_piece(desk: Desk, who: str, *, piece: str, on: date, token: str) -> Drafts:
    """Record the reception of a required document, named as in the referential. Raises RecordRefusedError (R12)."""
    return _piece(desk, "piece.received", who, piece=piece, on=on, token=token)


def _piece(desk: Desk, type_: str, who: str, *, piece: str, on: date, token: str) -> Drafts:
    found, code = desk.standing(who), french.code_of(piece)
    drafts = on_person(
        desk,
        type_,
        found.candidate.subject,
        name=code,
        on=on,
        token=token,
        data={"piece": code},
        private={"label": piece},
    )
    return unless_locked(found, drafts)


def submit_dossier(desk: Desk, who: str, *, on: date, token: str) -> Drafts:
    """Record that the dossier was handed in, when it was not through Moodle. Raises RecordRefusedError (R12)."""
    return _on_dossier(desk, "dossier.submitted", desk.standing(who), on=on, token=token, private={})


def review_dossier(desk: Desk, who: str, *, on: date, missing: Sequence[str], token: str, points: str = "") -> Drafts:
    """Record a control of the dossier: what it found missing, in the office's words, and the points it ticked (R08)."""
    ticked = read_points(points, desk.files.cycle.rules.dossier.checklist)
    private: dict[str, Json] = {"missing": list(missing), **points_payload(ticked)}
    return _on_dossier(desk, "dossier.reviewed", desk.standing(who), on=on, token=token, private=private)


def notify_incomplete(desk: Desk, who: str, *, on: date, missing: Sequence[str], token: str) -> Drafts:
    """Record that the person was told what is missing."""
    private: dict[str, Json] = {"missing": list(missing)}
    return _on_dossier(desk, "dossier.incomplete_notified", desk.standing(who), on=on, token=token, private=private)


def declare_complete(desk: Desk, who: str, *, on: date, token: str) -> Drafts:
    """Record that the dossier is complete. Raises RecordRefusedError (R12)."""
    found = desk.standing(who)
    check_complete(found.dossier, required_pieces(desk), found.name)
    return _on_dossier(desk, "dossier.declared_complete", found, on=on, token=token, private={})


def declare_admissible(desk: Desk, who: str, *, on: date, token: str) -> Drafts:
    """Record that the dossier is admissible; it must have been declared complete (R12)."""
    found = desk.standing(who)
    done = {DossierState.COMPLETE, DossierState.ADMISSIBLE, DossierState.SEALED}
    if found.dossier.state not in done and not found.dossier.derogation:
        raise RecordRefusedError(
            f"Le dossier de {found.name} n’est pas déclaré complet : déclarez-le complet d’abord, ou enregistrez une "
            f"dérogation ({SOURCE_R12})."
        )
    drafts = _on_dossier(desk, "dossier.declared_admissible", found, on=on, token=token, private={})
    if drafts:
        check_required(found.dossier, required_pieces(desk), found.name)
        _check_second_reader(desk, found)
    return drafts


def _check_second_reader(desk: Desk, found: Standing) -> None:
    """Refuse that the same person declares complete, then admissible, where the referential asks for two (Q09)."""
    if not desk.files.cycle.rules.dossier.second_reader:
        return
    complete = last(found.entries, "dossier.declared_complete")
    if complete is not None and complete.event.actor.get("ref") == desk.filing.actor.ref:
        raise RecordRefusedError(
            f"Le dossier de {found.name} a été déclaré complet par la même personne : le référentiel demande une seconde "
            "lecture, enregistrez la recevabilité depuis le compte d’un autre agent (Q09)."
        )


def grant_derogation(desk: Desk, who: str, *, on: date, reason: str, token: str) -> Drafts:
    """Record a derogation, by a named act; its reason goes to the vault (R12)."""
    if not reason:
        raise RecordRefusedError(
            f"Une dérogation doit dire pourquoi : remplissez la colonne « valeur » ({SOURCE_R12})."
        )
    subject = subject_named(desk.ledger, who)
    data: dict[str, Json] = {"rule": "R12"}
    return on_person(
        desk, "dossier.derogation", subject, name="dossier", on=on, token=token, data=data, private={"reason": reason}
    )


def send_reminder(desk: Desk, who: str, *, on: date, about: str, token: str) -> Drafts:
    """Record that the person was chased, and about what."""
    subject = subject_named(desk.ledger, who)
    return on_person(desk, "reminder.sent", subject, name="dossier", on=on, token=token, private={"about": about})


def attest_workplace(desk: Desk, who: str, *, on: date, module: int | None, token: str) -> Drafts:
    """Record that a mise en application was attested (R06); it never counts in the length of the cycle."""
    subject = subject_named(desk.ledger, who)
    name = f"module-{module}" if module else "cycle"
    return on_person(
        desk, "workplace.attested", subject, name=name, on=on, token=token, data={"module": module}, private={}
    )


def open_dossier(desk: Desk, who: str, *, on: date, token: str) -> Drafts:
    """Record that a dossier, or a new version of it for a second presentation, is open (Q15)."""
    found = desk.standing(who)
    if found.locked and desk.already(found, "dossier.opened", on):
        return ()
    if found.locked:
        raise locked_error(found.dossier, found.name)
    version = 1 + sum(e.type == "dossier.opened" for e in found.entries)
    return on_person(
        desk, "dossier.opened", found.candidate.subject, name="dossier", on=on, token=token,
        data={"version": version}, private={},
    )  # fmt: skip


def withdraw_piece(desk: Desk, who: str, *, piece: str, on: date, token: str) -> Drafts:
    """Record that a required document was taken back."""
    return _piece(desk, "piece.withdrawn", who, piece=piece, on=on, token=token)


def declare_inadmissible(desk: Desk, who: str, *, on: date, why: str, token: str) -> Drafts:
    """Record that the dossier is not admissible, and why; a person decides it, with a reason."""
    if not why:
        raise RecordRefusedError("Dites pourquoi le dossier est irrecevable dans la colonne « valeur ».")
    found = desk.standing(who)
    drafts = _on_dossier(desk, "dossier.declared_inadmissible", found, on=on, token=token, private={"why": why})
    if drafts and found.dossier.state is DossierState.SEALED:
        raise RecordRefusedError(
            f"Le dossier de {found.name} est remis au jury : il ne peut plus être déclaré irrecevable ({SOURCE_R12})."
        )
    return drafts
