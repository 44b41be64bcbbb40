"""What the office, a jury and the president did, recorded one act at a time (ledger-format.md §5).

Each function checks the hard rules and returns the drafts, none when the same act stands already; ``Desk.write``
writes them. ``token`` makes the same act be written once: file digest and line, form id, Idempotency-Key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sync_service.domain import french
from sync_service.domain import jury as juries
from sync_service.domain.act import What, act
from sync_service.domain.attendance import HalfDayKey, Presence, Recorded, record_draft, recorded, sheet_draft
from sync_service.domain.certification import Standing
from sync_service.domain.dossier import DossierState, check_complete, check_sealing
from sync_service.domain.entry import last
from sync_service.domain.entry import standing as standing_entries
from sync_service.domain.envelope import utc_text
from sync_service.domain.event import Draft
from sync_service.domain.jury_members import count_externals, members_payload, read_members, read_time
from sync_service.domain.lms_state import Json
from sync_service.errors import RecordRefusedError
from sync_service.usecases.desk import Desk
from sync_service.usecases.standing import entries_of, subject_named

Drafts = tuple[Draft, ...]


def file_sheet(
    desk: Desk, session: str, *, on: date, sheet: str, exceptions: Mapping[tuple[str, str], Presence], token: str
) -> Drafts:
    """Record a signed sheet: everyone present except ``exceptions``, by (subject, name of the half-day)."""
    planned = desk.session(session)
    found: list[Draft] = []
    held: dict[str, dict[HalfDayKey, Recorded]] = {}
    for key in planned.halfdays:
        for person in desk.people_on(key.day):
            subject = person.subject
            if subject not in held:
                held[subject] = recorded(standing_entries(entries_of(desk.ledger, subject)))
            before = held[subject].get(key)
            if before is not None and before.sheet:
                continue
            draft = record_draft(
                desk.filing, subject, planned, key, exceptions.get((subject, key.name), Presence.PRESENT),
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


def receive_piece(desk: Desk, who: str, *, piece: str, on: date, token: str) -> Drafts:
    """Record the reception of a required document, named as in the referential."""
    subject = subject_named(desk.ledger, who)
    code = french.code_of(piece)
    return on_person(
        desk, "piece.received", subject, name=code, on=on, token=token, data={"piece": code}, private={"label": piece}
    )


def submit_dossier(desk: Desk, who: str, *, on: date, token: str) -> Drafts:
    """Record that the dossier was handed in, when it was not through Moodle."""
    return on_person(
        desk, "dossier.submitted", subject_named(desk.ledger, who), name="dossier", on=on, token=token, private={}
    )


def review_dossier(desk: Desk, who: str, *, on: date, missing: Sequence[str], token: str) -> Drafts:
    """Record a control of the dossier and what it found missing, in the office's words."""
    private: dict[str, Json] = {"missing": list(missing)}
    return on_person(
        desk, "dossier.reviewed", subject_named(desk.ledger, who), name="dossier", on=on, token=token, private=private
    )


def notify_incomplete(desk: Desk, who: str, *, on: date, missing: Sequence[str], token: str) -> Drafts:
    """Record that the person was told what is missing."""
    private: dict[str, Json] = {"missing": list(missing)}
    return on_person(
        desk, "dossier.incomplete_notified", subject_named(desk.ledger, who),
        name="dossier", on=on, token=token, private=private,
    )  # fmt: skip


def declare_complete(desk: Desk, who: str, *, on: date, token: str) -> Drafts:
    """Record that the dossier is complete. Raises RecordRefusedError (R12)."""
    found = desk.standing(who)
    required = [french.code_of(piece) for piece in desk.files.cycle.rules.dossier.required_documents]
    check_complete(found.dossier, required, found.name)
    return on_person(
        desk, "dossier.declared_complete", found.candidate.subject, name="dossier", on=on, token=token, private={}
    )


def declare_admissible(desk: Desk, who: str, *, on: date, token: str) -> Drafts:
    """Record that the dossier is admissible; it must have been declared complete (R12)."""
    found = desk.standing(who)
    done = {DossierState.COMPLETE, DossierState.ADMISSIBLE, DossierState.SEALED}
    if found.dossier.state not in done and not found.dossier.derogation:
        raise RecordRefusedError(
            f"Le dossier de {found.name} n’est pas déclaré complet : déclarez-le complet d’abord, ou enregistrez une "
            "dérogation (R12, brochure ligne 101)."
        )
    _check_second_reader(desk, found)
    return on_person(
        desk, "dossier.declared_admissible", found.candidate.subject, name="dossier", on=on, token=token, private={}
    )


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
        raise RecordRefusedError("Une dérogation doit dire pourquoi : remplissez la colonne « valeur » (R12).")
    subject = subject_named(desk.ledger, who)
    data: dict[str, Json] = {"rule": "R12"}
    return on_person(
        desk, "dossier.derogation", subject, name="dossier", on=on, token=token, data=data, private={"reason": reason}
    )


def seal_for_jury(desk: Desk, who: str, *, jury: str, on: date, token: str) -> Drafts:
    """Record that the dossier was handed to a jury and locked. Raises RecordRefusedError (R12)."""
    found = desk.standing(who)
    if found.dossier.sealed_for == jury:
        return ()
    check_sealing(found.dossier, found.name)
    return on_person(
        desk, "dossier.sealed_for_jury", found.candidate.subject,
        name="dossier", on=on, token=token, data={"jury": jury}, private={},
    )  # fmt: skip


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


def constitute_jury(desk: Desk, jury: str, *, on: date, members: Sequence[str], externals: str, token: str) -> Drafts:
    """Record who sits; names and qualities go to the vault. Signals are for the reports (R14).

    Raises RecordRefusedError for a member that cannot be read, or a number of externals that the list contradicts.
    """
    named = read_members(members)
    data: dict[str, Json] = {"jury": jury, "members": len(named), "externals": count_externals(named, externals)}
    what = What(on, data, members_payload(named))
    return (act(desk.filing, "jury.constituted", f"jury:{jury}", jury, what, token=token),)


def convene_jury(desk: Desk, jury: str, *, on: date, held_on: date, token: str) -> Drafts:
    """Record the convocation of a jury for a day."""
    what = What(on, {"jury": jury, "held_on": held_on.isoformat()})
    return (act(desk.filing, "jury.convened", f"jury:{jury}", jury, what, token=token),)


def convene_candidate(
    desk: Desk, who: str, *, jury: str, on: date, token: str, hour: str = "", rank: str = "", accommodation: str = ""
) -> Drafts:
    """Record the convocation of one person before a jury: her hour, her place in the day, whether something is arranged.

    Never why: « oui » or « non » alone. A later convocation says it all again. Raises RecordRefusedError.
    """
    if rank and not (rank.isdigit() and 0 < int(rank) < 1000):
        raise RecordRefusedError("Le numéro d’ordre devant le jury est un nombre : 1, 2, 3…")
    arranged = french.code_of(accommodation) if accommodation else ""
    if arranged not in {"", "oui", "non"}:
        raise RecordRefusedError("Aménagement : écrivez oui ou non, rien d’autre ; sa raison n’entre pas au registre.")
    private: dict[str, Json] = {"time": read_time(hour), "rank": int(rank or 0)}
    private = {name: value for name, value in private.items() if value}
    private |= {"accommodation": arranged == "oui"} if arranged else {}
    return on_person(
        desk, "candidate.convened", subject_named(desk.ledger, who), name=jury, on=on, token=token, data={"jury": jury},
        private=private or None,
    )  # fmt: skip


def record_jury_presence(desk: Desk, who: str, *, jury: str, on: date, presence: str, token: str) -> Drafts:
    """Record that one person was before the jury: present, absent or excuse."""
    presence = presence.removesuffix("e") if presence in {"presente", "absente", "excusee"} else presence
    if presence not in juries.PRESENCES:
        raise RecordRefusedError("Présence devant le jury : écrivez présent, absent ou excusé.")
    subject = subject_named(desk.ledger, who)
    return on_person(
        desk, "candidate.jury_presence", subject, name=jury, on=on, token=token, data={"jury": jury},
        private={"presence": presence},
    )  # fmt: skip


def freeze_view(desk: Desk, who: str, *, jury: str, on: date, document: str, token: str) -> Drafts:
    """Record what the jury saw of one person: the register's size and root, the hash of the document given to it (R20)."""
    found = desk.standing(who)
    held = juries.passage(found.passages, jury)
    if held.frozen_on is not None and held.decision:
        return ()
    juries.check_freezing(desk.jury(jury), held, found.name)
    if found.dossier.state is not DossierState.SEALED:
        raise RecordRefusedError(
            f"Le dossier de {found.name} n’est pas remis au jury : remettez-le d’abord (R12, brochure ligne 101)."
        )
    head = desk.ledger.head()
    data: dict[str, Json] = {
        "jury": jury, "size": head.size, "root": head.root, "known_at": utc_text(desk.filing.observed_at),
    }  # fmt: skip
    return on_person(
        desk, "jury.view_frozen", found.candidate.subject, name=jury, on=on, token=token, data=data,
        files=(document,) if document else (),
    )  # fmt: skip


def decide(desk: Desk, who: str, *, jury: str, on: date, decision: str, token: str, criteria: str = "") -> Drafts:
    """Record a jury's decision on one person. Raises RecordRefusedError (R13, R14, R16, R19, R20)."""
    outcomes = desk.files.cycle.rules.jury.outcomes or juries.OUTCOMES
    if decision not in outcomes:
        raise RecordRefusedError(f"Décision possible : {french.listing(sorted(outcomes))} (R16).")
    found = desk.standing(who)
    held = juries.passage(found.passages, jury)
    opinions = juries.read_criteria(criteria, desk.files.cycle.rules.jury.opinion)
    if not juries.check_decision(desk.filing.actor, desk.jury(jury), held, decision, found.name):
        return ()
    private: dict[str, Json] = {"decision": decision, **({"criteria": dict(opinions)} if opinions else {})}
    return on_person(
        desk, "jury.decision", found.candidate.subject, name=jury, on=on, token=token,
        data={"jury": jury, "attempt": 1 + sum(bool(p.decision) for p in found.passages)}, private=private,
    )  # fmt: skip


def draw_up_minutes(
    desk: Desk, jury: str, *, on: date, reference: str, document: str, token: str, present: Sequence[str] = ()
) -> Drafts:
    """Record that the minutes were drawn up, with the decisions they hold."""
    if not reference:
        raise RecordRefusedError("Indiquez la référence du procès-verbal dans la colonne « référence ».")
    decisions = sum(bool(juries.passage(s.passages, jury).decision) for s in desk.standings())
    head = desk.ledger.head()
    data: dict[str, Json] = {
        "jury": jury, "reference": reference, "decisions": decisions, "size": head.size, "root": head.root,
    }  # fmt: skip
    if present:
        data["present"] = len(present)
    what = What(on, data, {"names": list(present)} if present else None, files=(document,) if document else ())
    return (act(desk.filing, "minutes.drawn_up", f"jury:{jury}", jury, what, token=token),)


def sign_minutes(desk: Desk, jury: str, *, on: date, document: str, token: str) -> Drafts:
    """Record the signature of the minutes. Raises RecordRefusedError (R13, R14, R16)."""
    held = desk.jury(jury)
    juries.check_minutes_signing(held, _undecided(desk, jury))
    data: dict[str, Json] = {"jury": jury, "reference": held.minutes if held else ""}
    what = What(on, data, grade="E4" if document else "E3", files=(document,) if document else ())
    return (act(desk.filing, "minutes.signed", f"jury:{jury}", jury, what, token=token),)


def _undecided(desk: Desk, jury: str) -> tuple[str, ...]:
    found = [(s.name, juries.passage(s.passages, jury)) for s in desk.standings()]
    return tuple(
        name
        for name, passage in found
        if (passage.convened_on or passage.presence) and not passage.decision and passage.presence in {"", "present"}
    )


def notify_decision(desk: Desk, who: str, *, jury: str, on: date, token: str) -> Drafts:
    """Record that one person was told the decision; the minutes must be signed."""
    found = desk.standing(who)
    held = desk.jury(jury)
    if not juries.passage(found.passages, jury).decision:
        raise RecordRefusedError(
            f"Aucune décision de ce jury n’est enregistrée pour {found.name} : il n’y a rien à notifier (R14)."
        )
    if held is None or not held.signed:
        raise RecordRefusedError(
            f"La décision concernant {found.name} ne peut pas être notifiée avant la signature du procès-verbal (R14)."
        )
    return on_person(
        desk, "decision.notified", found.candidate.subject, name=jury, on=on, token=token, data={"jury": jury}
    )


def open_dossier(desk: Desk, who: str, *, on: date, token: str) -> Drafts:
    """Record that a dossier, or a new version of it for a second presentation, is open (Q15)."""
    found = desk.standing(who)
    if found.dossier.sealed_for and not any(p.decision for p in found.passages):
        raise RecordRefusedError(
            f"Le dossier de {found.name} est remis au jury {found.dossier.sealed_for} et attend sa décision : il est verrouillé."
        )
    version = 1 + sum(e.type == "dossier.opened" for e in found.entries)
    return on_person(
        desk, "dossier.opened", found.candidate.subject, name="dossier", on=on, token=token,
        data={"version": version}, private={},
    )  # fmt: skip


def withdraw_piece(desk: Desk, who: str, *, piece: str, on: date, token: str) -> Drafts:
    """Record that a required document was taken back."""
    code = french.code_of(piece)
    return on_person(
        desk, "piece.withdrawn", subject_named(desk.ledger, who), name=code, on=on, token=token,
        data={"piece": code}, private={"label": piece},
    )  # fmt: skip


def declare_inadmissible(desk: Desk, who: str, *, on: date, why: str, token: str) -> Drafts:
    """Record that the dossier is not admissible, and why; a person decides it, with a reason."""
    if not why:
        raise RecordRefusedError("Dites pourquoi le dossier est irrecevable dans la colonne « valeur ».")
    found = desk.standing(who)
    if found.dossier.state is DossierState.SEALED:
        raise RecordRefusedError(
            f"Le dossier de {found.name} est remis au jury : il ne peut plus être déclaré irrecevable."
        )
    return on_person(
        desk, "dossier.declared_inadmissible", found.candidate.subject, name="dossier", on=on, token=token,
        private={"why": why},
    )  # fmt: skip
