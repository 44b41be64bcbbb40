"""Record a file of acts, line by line: recorded, already recorded, or refused with its reason (docs/fr/enregistrements.md)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date

from sync_service.domain import french
from sync_service.domain.act_rows import ActRow, row_tokens
from sync_service.domain.act_words import ACT_WORDS, act_named, acts_meant, choices
from sync_service.domain.attendance import HalfDayKey, Presence
from sync_service.domain.event import Draft
from sync_service.errors import CyclesyncError, IntegrityError, RecordRefusedError, UsageError
from sync_service.usecases import (
    record,
    record_appeal,
    record_certificate,
    record_jury,
    record_members,
    record_path,
)
from sync_service.usecases.desk import Desk
from sync_service.usecases.remembering import RememberingLedger
from sync_service.usecases.second_person import write_held
from sync_service.usecases.standing import subject_named

Drafts = tuple[Draft, ...]


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one line: recorded, already, pending (a second person must record it too) or refused."""

    line: int
    outcome: str
    sentence: str
    events: int = 0


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of a file."""

    rows: tuple[RowResult, ...]

    def count(self, outcome: str) -> int:
        """Count the lines with an outcome."""
        return sum(row.outcome == outcome for row in self.rows)


def record_batch(desk: Desk, rows: Sequence[ActRow]) -> BatchResult:
    """Record every line that can be, in order; the same file a second time writes nothing."""
    desk = replace(desk, ledger=RememberingLedger(desk.ledger))
    tokens = row_tokens(rows)
    absences = _absences(rows)
    done: list[RowResult] = []
    sheets: set[str] = set()
    for row in rows:
        result = _record(desk, row, tokens[row.line], absences)
        if result.outcome == "recorded" and french.code_of(row.act) == "feuille-signee":
            sheets.add(row.session)
        done.append(_with_its_sheet(row, result, sheets))
    return BatchResult(tuple(done))


def _with_its_sheet(row: ActRow, result: RowResult, sheets: AbstractSet[str]) -> RowResult:
    """Say « enregistré » of an exception that was written with the signed sheet of its session, a moment before."""
    if result.outcome != "already" or french.code_of(row.act) != "presence" or row.session not in sheets:
        return result
    return replace(result, outcome="recorded", sentence="Enregistré avec la feuille signée de la session.")


def _absences(rows: Sequence[ActRow]) -> Mapping[str, tuple[ActRow, ...]]:
    """Gather the lines « présence » of each session: they are the exceptions of its signed sheet."""
    found: dict[str, list[ActRow]] = {}
    for row in rows:
        if french.code_of(row.act) == "presence":
            found.setdefault(row.session, []).append(row)
    return {session: tuple(own) for session, own in found.items()}


def _record(desk: Desk, row: ActRow, token: str, absences: Mapping[str, tuple[ActRow, ...]]) -> RowResult:
    try:
        make = _ACTS.get(french.code_of(row.act))
        if make is None:
            raise RecordRefusedError(_no_such_act(row.act))
        held, written = write_held(desk, lambda: make(_Line(desk, row, _day(row), token, absences)))
    except IntegrityError:
        raise  # the register itself refuses: no line of the file is at fault
    except CyclesyncError as error:
        return RowResult(row.line, "refused", error.sentence)
    if held.waiting:
        return RowResult(row.line, "pending", held.waiting, written)
    if written:
        return RowResult(row.line, "recorded", f"Enregistré ({french.count(written, 'ligne')} du registre).", written)
    return RowResult(row.line, "already", "Déjà enregistré.")


def _no_such_act(typed: str) -> str:
    code = french.code_of(typed)
    near = acts_meant(typed) or [ACT_WORDS[found] for found in difflib.get_close_matches(code, list(_ACTS), n=3)]
    advice = f"écrivez {' ou '.join(map(act_named, near))}" if near else "choisissez dans la liste"
    return f"Cet acte n’existe pas, {act_named(typed[:40])} : {advice} (docs/fr/enregistrements.md)."


def _day(row: ActRow) -> date:
    if row.on is None:
        raise UsageError("La date manque ou n’est pas une date : écrivez-la comme 17/03/2027.")
    return row.on


@dataclass(frozen=True, slots=True)
class _Line:
    desk: Desk
    row: ActRow
    on: date
    token: str
    absences: Mapping[str, tuple[ActRow, ...]]

    def need(self, name: str, heading: str) -> str:
        value = str(getattr(self.row, name))
        if not value:
            raise UsageError(f"La colonne « {heading} » est vide : cet acte en a besoin.")
        return value

    @property
    def who(self) -> str:
        return self.need("who", "stagiaire")

    @property
    def jury(self) -> str:
        return self.need("jury", "jury")

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.row.value.split("/") if part.strip())


STATUSES: Mapping[str, Presence] = {
    "present": Presence.PRESENT,
    "absent-justifie": Presence.EXCUSED,
    "absent-injustifie": Presence.UNEXCUSED,
    "partiel": Presence.PARTIAL,
    "distanciel-atteste": Presence.REMOTE,
    "dispense": Presence.EXEMPT,
    "hors-inscription": Presence.OUT,
}
CERTIFICATE_REASONS: Mapping[str, str] = {
    "erreur-d-identite": "identity_error",
    "erreur-materielle": "material_error",
    "renvoye-par-la-presidence": "returned",
    "illegalite": "illegal",
    "fraude": "fraud",
    "autre": "other",
}
REASONS: Mapping[str, str] = {
    "": "",
    "erreur-de-saisie": "input_error",
    "justificatif-recu": "proof_received",
    "feuille-retrouvee": "sheet_found",
    "autre": "other",
}
CAPACITIES: Mapping[str, str] = {
    "president": "president",
    "presidente": "president",
    "delegataire": "delegate",
}


def _status(value: str) -> Presence:
    found = STATUSES.get(french.code_of(value))
    if found is None:
        raise UsageError(
            f"{act_named(value[:40])} n’est pas le statut d’une demi-journée : choisissez {choices(STATUSES)}."
        )
    return found


def _halves(half: str) -> tuple[str, ...]:
    code = french.code_of(half) if half else ""
    known = {"": ("matin", "apres_midi"), "matin": ("matin",), "apres-midi": ("apres_midi",)}
    if code not in known:
        raise UsageError("Demi-journée possible : matin, après-midi, ou vide pour la journée.")
    return known[code]


def _sheet(line: _Line) -> Drafts:
    session = line.need("session", "session")
    exceptions = {
        (subject_named(line.desk.ledger, row.who), HalfDayKey(_day(row), half == "apres_midi", session).name): (
            _exception(row)
        )
        for row in line.absences.get(session, ())
        for half in _halves(row.half)
    }
    sheet = line.need("document", "empreinte")
    return record.file_sheet(line.desk, session, on=line.on, sheet=sheet, exceptions=exceptions, token=line.token)


def _exception(row: ActRow) -> Presence:
    try:
        return _status(row.value)
    except UsageError:
        what = f"la présence de {row.who} le {_day(row):%d/%m/%Y}, {act_named(row.value[:40])}"
        raise UsageError(f"Corrigez d’abord {what} : toute la feuille attend.") from None


def _presence(line: _Line) -> Drafts:
    reason = REASONS.get(french.code_of(line.row.reason) if line.row.reason else "")
    if reason is None:
        raise UsageError(f"Motif possible : {choices(code for code in REASONS if code)}.")
    return record.record_presence(
        line.desk, line.who, line.need("session", "session"), on=line.on, halves=_halves(line.row.half),
        status=_status(line.row.value), token=line.token, reason=reason or None,
    )  # fmt: skip


def _certificate_reason(line: _Line) -> str:
    found = CERTIFICATE_REASONS.get(french.code_of(line.need("reason", "motif")))
    if found is None:
        raise UsageError(f"Motif possible : {choices(CERTIFICATE_REASONS)}.")
    return found


def _module_number(typed: str) -> int | None:
    """Read « 6 » or « module 6 »."""
    found = re.fullmatch(r"(?:module-|m-?)?(\d{1,2})", french.code_of(typed))
    return int(found[1]) if found else None


def _module(line: _Line) -> Drafts:
    module = _module_number(line.row.value)
    return record.attest_workplace(line.desk, line.who, on=line.on, module=module, token=line.token)


def _constitute(line: _Line) -> Drafts:
    return record_jury.constitute_jury(
        line.desk, line.jury, on=line.on, members=line.parts, externals=line.row.reference, token=line.token
    )


def _convene(line: _Line) -> Drafts:
    held = french.read_date(line.need("value", "valeur"))
    if held is None:
        raise UsageError("Écrivez dans « valeur » le jour du jury, comme 18/06/2027.")
    return record_jury.convene_jury(line.desk, line.jury, on=line.on, held_on=held, token=line.token)


def _capacity(line: _Line) -> str:
    return CAPACITIES.get(french.code_of(line.row.capacity) if line.row.capacity else "", "")


EXEMPTION_REASONS: Mapping[str, str] = {
    "equivalence": "equivalence",
    "experience": "experience",
    "suivi-ailleurs": "module_elsewhere",
    "autre": "other",
}


def _exempt(line: _Line) -> Drafts:
    module = _module_number(line.row.value)
    reason = EXEMPTION_REASONS.get(french.code_of(line.need("reason", "motif")), "")
    return record_path.exempt(
        line.desk, line.who, on=line.on, module=module, reason=reason, why=line.row.reference, token=line.token
    )


def _recuse(line: _Line) -> Drafts:
    return record_members.recuse_member(
        line.desk, line.jury, on=line.on, member=line.row.value, side=line.row.capacity, token=line.token
    )


def _withdraw(line: _Line) -> Drafts:
    return record_certificate.withdraw_certificate(
        line.desk, line.who, on=line.on, capacity=_capacity(line), reference=line.row.reference,
        document=line.row.document, reason=_certificate_reason(line), token=line.token,
    )  # fmt: skip


def _sign(line: _Line) -> Drafts:
    return record_certificate.sign_certificate(
        line.desk, line.who, on=line.on, signatory=line.row.value, capacity=_capacity(line), delegation=line.row.reference,
        document=line.row.document, token=line.token,
    )  # fmt: skip


_ACTS: Mapping[str, Callable[[_Line], Drafts]] = {
    "feuille-signee": _sheet,
    "presence": _presence,
    "mise-en-application": _module,
    "piece-recue": lambda li: record.receive_piece(
        li.desk, li.who, piece=li.need("value", "valeur"), on=li.on, token=li.token
    ),
    "dossier-transmis": lambda li: record.submit_dossier(li.desk, li.who, on=li.on, token=li.token),
    "dossier-controle": lambda li: record.review_dossier(
        li.desk, li.who, on=li.on, missing=li.parts, token=li.token, points=li.row.reference
    ),
    "dossier-incomplet": lambda li: record.notify_incomplete(
        li.desk, li.who, on=li.on, missing=li.parts, token=li.token
    ),
    "dossier-complet": lambda li: record.declare_complete(li.desk, li.who, on=li.on, token=li.token),
    "dossier-recevable": lambda li: record.declare_admissible(li.desk, li.who, on=li.on, token=li.token),
    "derogation": lambda li: record.grant_derogation(li.desk, li.who, on=li.on, reason=li.row.value, token=li.token),
    "dossier-remis-au-jury": lambda li: record_jury.seal_for_jury(li.desk, li.who, jury=li.jury, on=li.on, token=li.token),
    "relance": lambda li: record.send_reminder(li.desk, li.who, on=li.on, about=li.row.value, token=li.token),
    "jury-constitue": _constitute,
    "adresses-du-jury": lambda li: record_members.note_addresses(
        li.desk, li.jury, on=li.on, listed=tuple(filter(None, li.parts)), token=li.token
    ),
    "jury-convoque": _convene,
    "candidat-convoque": lambda li: record_jury.convene_candidate(
        li.desk, li.who, jury=li.jury, on=li.on, token=li.token, hour=li.row.value, rank=li.row.reference,
        accommodation=li.row.capacity,
    ),
    "presence-jury": lambda li: record_jury.record_jury_presence(
        li.desk, li.who, jury=li.jury, on=li.on, presence=french.code_of(li.row.value), token=li.token
    ),
    "etat-fige": lambda li: record_jury.freeze_view(
        li.desk, li.who, jury=li.jury, on=li.on, document=li.row.document, token=li.token
    ),
    "decision": lambda li: record_jury.decide(
        li.desk, li.who, jury=li.jury, on=li.on, decision=french.code_of(li.row.value), token=li.token,
        criteria=li.row.reference,
    ),
    "pv-etabli": lambda li: record_jury.draw_up_minutes(
        li.desk, li.jury, on=li.on, reference=li.row.reference, document=li.row.document, token=li.token,
        present=li.parts,
    ),
    "pv-signe": lambda li: record_jury.sign_minutes(li.desk, li.jury, on=li.on, document=li.row.document, token=li.token),
    "decision-notifiee": lambda li: record_jury.notify_decision(li.desk, li.who, jury=li.jury, on=li.on, token=li.token),
    "numero-reserve": lambda li: record_certificate.reserve_number(li.desk, li.who, on=li.on, token=li.token),
    "certificat-signe": _sign,
    "certificat-delivre": lambda li: record_certificate.issue_certificate(
        li.desk, li.who, on=li.on, document=li.row.document, token=li.token
    ),
    "certificat-remis": lambda li: record_certificate.hand_over_certificate(
        li.desk, li.who, on=li.on, how=li.row.value, token=li.token
    ),
    "dossier-ouvert": lambda li: record.open_dossier(li.desk, li.who, on=li.on, token=li.token),
    "piece-retiree": lambda li: record.withdraw_piece(
        li.desk, li.who, piece=li.need("value", "valeur"), on=li.on, token=li.token
    ),
    "dossier-irrecevable": lambda li: record.declare_inadmissible(
        li.desk, li.who, on=li.on, why=li.row.value, token=li.token
    ),
    "membre-deporte": _recuse,
    "suspension": lambda li: record_path.suspend(li.desk, li.who, on=li.on, token=li.token),
    "reprise": lambda li: record_path.resume(li.desk, li.who, on=li.on, token=li.token),
    "sortie": lambda li: record_path.leave(
        li.desk, li.who, on=li.on, reason=french.code_of(li.need("reason", "motif")), token=li.token
    ),
    "formation-terminee": lambda li: record_path.complete(li.desk, li.who, on=li.on, token=li.token),
    "transfert": lambda li: record_path.transfer(li.desk, li.who, on=li.on, to=li.row.value, token=li.token),
    "dispense-accordee": _exempt,
    "limitation": lambda li: record_path.restrict(
        li.desk, li.who, on=li.on, answer=french.code_of(li.need("value", "valeur")), token=li.token
    ),
    "numero-annule": lambda li: record_certificate.spoil_number(
        li.desk, li.who, on=li.on, reason=_certificate_reason(li), token=li.token
    ),
    "certificat-non-delivre": lambda li: record_certificate.refuse_certificate(
        li.desk, li.who, on=li.on, why=li.row.value, token=li.token
    ),
    "duplicata": lambda li: record_certificate.issue_duplicate(
        li.desk, li.who, on=li.on, document=li.row.document, token=li.token
    ),
    "certificat-rectifie": lambda li: record_certificate.correct_certificate(
        li.desk, li.who, on=li.on, document=li.row.document, reason=_certificate_reason(li), token=li.token
    ),
    "certificat-retire": _withdraw,
    "certificat-annule": lambda li: record_certificate.annul_certificate(
        li.desk, li.who, on=li.on, judgement=li.row.reference, document=li.row.document, token=li.token
    ),
    "recours-recu": lambda li: record_appeal.receive_appeal(
        li.desk, li.who, jury=li.jury, on=li.on, kind=french.code_of(li.row.value), document=li.row.document,
        token=li.token,
    ),
    "recours-decide": lambda li: record_appeal.decide_appeal(
        li.desk, li.who, jury=li.jury, on=li.on, outcome=french.code_of(li.row.value), document=li.row.document,
        token=li.token,
    ),
    "erreur-materielle": lambda li: record_appeal.find_material_error(
        li.desk, li.who, jury=li.row.jury, on=li.on, what=li.row.value, token=li.token
    ),
}  # fmt: skip


def acts() -> tuple[str, ...]:
    """Return the acts that a file may hold."""
    return tuple(_ACTS)
