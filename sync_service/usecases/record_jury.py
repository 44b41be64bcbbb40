"""What is recorded about a session de jury: who sits, who is convened, what was seen, decided, signed (R13 to R16, R19, R20).

Once its minutes are signed nothing about a jury changes (R20): an act that says what the register holds already is no
line, any other one is refused. The notification of a decision comes after.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sync_service.domain import french
from sync_service.domain import jury as juries
from sync_service.domain.act import What, act
from sync_service.domain.act_words import choices
from sync_service.domain.certification import Standing
from sync_service.domain.dossier import SOURCE_R12, DossierState, check_sealing, locked_error
from sync_service.domain.envelope import utc_text
from sync_service.domain.jury_members import count_externals, members_payload, read_members, read_time
from sync_service.domain.lms_state import Json
from sync_service.domain.second_person import recorded_alike
from sync_service.errors import RecordRefusedError
from sync_service.usecases.desk import Desk
from sync_service.usecases.record import Drafts, on_person, required_pieces
from sync_service.usecases.standing import entries_of, subject_named


def unless_signed(desk: Desk, jury: str, drafts: Drafts) -> Drafts:
    """Let acts about a jury through while its minutes are not signed; then, what is recorded already is no line.

    Raises RecordRefusedError for anything else once they are signed (R20).
    """
    held = desk.jury(jury)
    if held is None or not held.signed:
        return drafts
    promotion = desk.files.promotion.id
    if all(
        recorded_alike([e for e in entries_of(desk.ledger, draft.subject) if e.event.promotion == promotion], draft)
        for draft in drafts
    ):
        return ()
    juries.check_open(held)
    return drafts


def seal_for_jury(desk: Desk, who: str, *, jury: str, on: date, token: str) -> Drafts:
    """Record that the dossier was handed to a jury and locked. Raises RecordRefusedError (R12, R20)."""
    found = desk.standing(who)
    if found.dossier.sealed_for == jury:
        return ()
    if found.locked:
        raise locked_error(found.dossier, found.name)
    check_sealing(found.dossier, required_pieces(desk), found.name)
    drafts = on_person(
        desk, "dossier.sealed_for_jury", found.candidate.subject,
        name="dossier", on=on, token=token, data={"jury": jury}, private={},
    )  # fmt: skip
    return unless_signed(desk, jury, drafts)


def constitute_jury(desk: Desk, jury: str, *, on: date, members: Sequence[str], externals: str, token: str) -> Drafts:
    """Record who sits, in the place of any former composition and its recusals; names and qualities go to the vault (R14).

    Raises RecordRefusedError: no member, one that cannot be read, a number of externals that the list contradicts (R14),
    minutes that are signed (R20).
    """
    named = read_members(members)
    if not named:
        raise RecordRefusedError(
            f"Nommez les membres du jury dans la colonne « valeur », séparés par « / » ({juries.SOURCE_R14})."
        )
    data: dict[str, Json] = {"jury": jury, "members": len(named), "externals": count_externals(named, externals)}
    what = What(on, data, members_payload(named))
    return unless_signed(desk, jury, (act(desk.filing, "jury.constituted", f"jury:{jury}", jury, what, token=token),))


def convene_jury(desk: Desk, jury: str, *, on: date, held_on: date, token: str) -> Drafts:
    """Record the convocation of a jury for a day. Raises RecordRefusedError once its minutes are signed (R20)."""
    what = What(on, {"jury": jury, "held_on": held_on.isoformat()})
    return unless_signed(desk, jury, (act(desk.filing, "jury.convened", f"jury:{jury}", jury, what, token=token),))


def convene_candidate(
    desk: Desk, who: str, *, jury: str, on: date, token: str, hour: str = "", rank: str = "", accommodation: str = ""
) -> Drafts:
    """Record the convocation of one person before a jury: her hour, her place in the day, whether something is arranged.

    Never why: « oui » or « non » alone. A later convocation says it all again, until the minutes are signed (R20).
    Raises RecordRefusedError, also before a jury that is not in the register (R14) and for a dossier that was declared
    inadmissible (R12).
    """
    if rank and not (rank.isdigit() and 0 < int(rank) < 1000):
        raise RecordRefusedError("Le numéro d’ordre devant le jury est un nombre : 1, 2, 3…")
    arranged = french.code_of(accommodation) if accommodation else ""
    if arranged not in {"", "oui", "non"}:
        raise RecordRefusedError("Aménagement : écrivez oui ou non, rien d’autre ; sa raison n’entre pas au registre.")
    if desk.jury(jury) is None:
        known = french.listing(sorted(desk.context().juries))
        raise RecordRefusedError(
            f"La session de jury « {jury[:40]} » n’est pas au registre : constituez-la d’abord, ou corrigez son nom"
            f"{f' (connues : {known})' if known else ''} ({juries.SOURCE_R14})."
        )
    found = desk.standing(who)
    if found.dossier.state is DossierState.INADMISSIBLE and not found.dossier.derogation:
        raise RecordRefusedError(
            f"Le dossier de {found.name} est irrecevable : pas de convocation devant le jury, sauf dérogation (R12, "
            "brochure ligne 101)."
        )
    private: dict[str, Json] = {"time": read_time(hour), "rank": int(rank or 0)}
    private = {name: value for name, value in private.items() if value}
    private |= {"accommodation": arranged == "oui"} if arranged else {}
    drafts = on_person(
        desk, "candidate.convened", found.candidate.subject, name=jury, on=on, token=token, data={"jury": jury},
        private=private or None,
    )  # fmt: skip
    return unless_signed(desk, jury, drafts)


def record_jury_presence(desk: Desk, who: str, *, jury: str, on: date, presence: str, token: str) -> Drafts:
    """Record that one person was before the jury: present, absent or excuse. Raises RecordRefusedError (R20)."""
    presence = presence.removesuffix("e") if presence in {"presente", "absente", "excusee"} else presence
    if presence not in juries.PRESENCES:
        raise RecordRefusedError("Présence devant le jury : écrivez présent, absent ou excusé.")
    subject = subject_named(desk.ledger, who)
    drafts = on_person(
        desk, "candidate.jury_presence", subject, name=jury, on=on, token=token, data={"jury": jury},
        private={"presence": presence},
    )  # fmt: skip
    return unless_signed(desk, jury, drafts)


def freeze_view(desk: Desk, who: str, *, jury: str, on: date, document: str, token: str) -> Drafts:
    """Record what the jury saw of one person: the register's size and root, the hash of the document given to it.

    Raises RecordRefusedError: another view than the one decided on (R20), a dossier that was not handed over (R12).
    """
    found = desk.standing(who)
    held = juries.passage(found.passages, jury)
    drafts = _frozen_view(desk, found, jury, on=on, document=document, token=token)
    if held.decision and all(recorded_alike(found.entries, draft) for draft in drafts):
        return ()
    juries.check_freezing(desk.jury(jury), held, found.name)
    if found.dossier.state is not DossierState.SEALED or found.dossier.sealed_for != jury:
        raise RecordRefusedError(
            f"Le dossier de {found.name} n’est pas remis au jury {jury} : remettez-le d’abord ({SOURCE_R12})."
        )
    return drafts


def _frozen_view(desk: Desk, found: Standing, jury: str, *, on: date, document: str, token: str) -> Drafts:
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
        raise RecordRefusedError(f"Décision possible : {choices(outcomes)} (R16).")
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
    """Record that the minutes were drawn up, with the decisions they hold; signed, they are never drawn up again (R20)."""
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
    return unless_signed(desk, jury, (act(desk.filing, "minutes.drawn_up", f"jury:{jury}", jury, what, token=token),))


def sign_minutes(desk: Desk, jury: str, *, on: date, document: str, token: str) -> Drafts:
    """Record the signature of the minutes, once. Raises RecordRefusedError (R13, R14, R16, R20)."""
    held = desk.jury(jury)
    juries.check_minutes_signing(held, _undecided(desk, jury), on=on)
    data: dict[str, Json] = {"jury": jury, "reference": held.minutes if held else ""}
    what = What(on, data, grade="E4" if document else "E3", files=(document,) if document else ())
    return unless_signed(desk, jury, (act(desk.filing, "minutes.signed", f"jury:{jury}", jury, what, token=token),))


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
            f"Aucune décision de ce jury n’est enregistrée pour {found.name} : il n’y a rien à notifier "
            f"({juries.SOURCE_R14})."
        )
    if held is None or not held.signed:
        raise RecordRefusedError(
            f"La décision concernant {found.name} ne peut pas être notifiée avant la signature du procès-verbal "
            f"({juries.SOURCE_R14})."
        )
    if held.signed_on is not None and on < held.signed_on:
        raise RecordRefusedError(
            f"La décision concernant {found.name} ne peut pas être notifiée avant la signature du procès-verbal, le "
            f"{held.signed_on:%d/%m/%Y} ({juries.SOURCE_R14})."
        )
    return on_person(
        desk, "decision.notified", found.candidate.subject, name=jury, on=on, token=token, data={"jury": jury}
    )
