"""The certificate, from its number to what may befall it years later (ledger-format.md §5, R13 to R18)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sync_service.domain import certificate as certificates
from sync_service.domain import french
from sync_service.domain.certificate import CertificateState
from sync_service.domain.entry import Entry
from sync_service.domain.lms_state import Json
from sync_service.usecases.desk import Desk
from sync_service.usecases.record import Drafts, on_person

RESERVED = "certificate.number_reserved"


def reserve_number(desk: Desk, who: str, *, on: date, token: str) -> Drafts:
    """Reserve the next certificate number of the year for one person. Raises RecordRefusedError (R13, R14, R18).

    The same line again says nothing new, even once its number was spoiled. The number itself makes the act be written once: of two who reserve it at the same time, one writes nothing (R18).
    """
    found = desk.standing(who)
    cycle = desk.files.cycle
    given = any(e.type == RESERVED and e.event.cycle == cycle.id and e.day() == on for e in found.entries)
    if given or found.certificate.state is CertificateState.RESERVED:
        return ()
    jury = certificates.check_reservation(
        found.passages, desk.context().juries, found.certificate, on=on, name=found.name
    )
    used = entries_of_type(desk, RESERVED)
    site = french.plain(cycle.organiser.city).split()[0].upper()
    floor = certificates.floor_after(map(Entry, desk.ledger.events(types=["register.restored"])), on.year)
    number = certificates.next_number(cycle.rules.certificate.numbering, site, cycle.code, on.year, used, floor=floor)
    data: dict[str, Json] = {"number": number.text, "year": number.year, "jury": jury.id, "cycle": cycle.id}
    (draft,) = on_person(desk, RESERVED, found.candidate.subject, name=number.text, on=on, token=token, data=data)
    return (replace(draft, token=f"{RESERVED}|{cycle.id}|{number.text}"),)


def entries_of_type(desk: Desk, type_: str) -> tuple[Entry, ...]:
    """Return every entry of a type in the register, of this cycle, payloads left aside."""
    cycle = desk.files.cycle.id
    return tuple(Entry(e) for e in desk.ledger.events(types=[type_]) if e.cycle == cycle)


def sign_certificate(
    desk: Desk, who: str, *, on: date, signatory: str, capacity: str, delegation: str, document: str, token: str
) -> Drafts:
    """Record the president's, or the delegate's, signature. Raises RecordRefusedError (R14, R15, R18)."""
    found = desk.standing(who)
    if found.certificate.signed_on is not None and desk.already(found, "certificate.signed", on):
        return ()
    jury = certificates.favourable(found.passages, desk.context().juries)
    certificates.check_signature(
        found.certificate, jury, on=on, capacity=capacity, delegation=delegation, name=found.name
    )
    private: dict[str, Json] = {"signatory": signatory, "capacity": capacity, "delegation": delegation}
    return _certificate(desk, "certificate.signed", who, on=on, document=document, token=token, private=private)


def issue_certificate(desk: Desk, who: str, *, on: date, document: str, token: str) -> Drafts:
    """Record the issue of the certificate. Raises RecordRefusedError (R15, R18)."""
    found = desk.standing(who)
    if _issued(found.certificate) and desk.already(found, "certificate.issued", on):
        return ()
    certificates.check_issue(found.certificate, on=on, name=found.name)
    return _certificate(desk, "certificate.issued", who, on=on, document=document, token=token)


def hand_over_certificate(desk: Desk, who: str, *, on: date, how: str, token: str) -> Drafts:
    """Record that the certificate reached its holder. Raises RecordRefusedError (R15)."""
    found = desk.standing(who)
    if found.certificate.state is CertificateState.HANDED_OVER:
        return ()
    certificates.check_handover(found.certificate, on=on, name=found.name)
    return _certificate(desk, "certificate.handed_over", who, on=on, document="", token=token, private={"how": how})


def _issued(held: certificates.Certificate) -> bool:
    return held.state in {CertificateState.ISSUED, CertificateState.HANDED_OVER}


def _certificate(
    desk: Desk,
    type_: str,
    who: str,
    *,
    on: date,
    document: str,
    token: str,
    data: Mapping[str, Json] | None = None,
    private: Mapping[str, Json] | None = None,
    reason: str | None = None,
) -> Drafts:
    found = desk.standing(who)
    number = found.certificate.number
    return on_person(
        desk, type_, found.candidate.subject, name=number or "certificat", on=on, token=token,
        data={"number": number, **(data or {})} if number else dict(data or {}), private=private,
        grade="E4" if document else "E3", files=(document,) if document else (), reason=reason,
    )  # fmt: skip


def spoil_number(desk: Desk, who: str, *, on: date, reason: str, token: str) -> Drafts:
    """Record that a reserved number will never be used: the paper came back, a name was wrong (R18)."""
    found = desk.standing(who)
    if desk.already(found, "certificate.number_spoiled", on):
        return ()
    certificates.check_spoiling(found.certificate, found.name)
    return _certificate(desk, "certificate.number_spoiled", who, on=on, document="", token=token, reason=reason)


def refuse_certificate(desk: Desk, who: str, *, on: date, why: str, token: str) -> Drafts:
    """Record that no certificate will be issued to one person, and why, in the office's words (R14)."""
    found = desk.standing(who)
    if desk.already(found, "certificate.refused", on):
        return ()
    certificates.check_refusal(found.certificate, why, found.name)
    return _certificate(desk, "certificate.refused", who, on=on, document="", token=token, private={"why": why})


def issue_duplicate(desk: Desk, who: str, *, on: date, document: str, token: str) -> Drafts:
    """Record a duplicate: same number, its rank on it (Q19)."""
    found = desk.standing(who)
    certificates.check_after_issue(found.certificate, found.name, "un duplicata")
    data: dict[str, Json] = {"copy": found.certificate.copies + 1}
    return _certificate(desk, "certificate.duplicate", who, on=on, document=document, token=token, data=data)


def correct_certificate(desk: Desk, who: str, *, on: date, document: str, reason: str, token: str) -> Drafts:
    """Record that an issued certificate was replaced by a corrected one, under the same number."""
    found = desk.standing(who)
    certificates.check_after_issue(found.certificate, found.name, "une rectification")
    return _certificate(desk, "certificate.corrected", who, on=on, document=document, token=token, reason=reason)


def withdraw_certificate(
    desk: Desk, who: str, *, on: date, capacity: str, reference: str, document: str, reason: str, token: str
) -> Drafts:
    """Record that the president, or the delegate, withdrew a certificate (R15; CRPA L241-2, L242-1)."""
    found = desk.standing(who)
    if desk.already(found, "certificate.withdrawn", on):
        return ()
    certificates.check_withdrawal(found.certificate, capacity, reference, found.name)
    private: dict[str, Json] = {"capacity": capacity, "reference": reference}
    return _certificate(
        desk, "certificate.withdrawn", who, on=on, document=document, token=token, private=private, reason=reason
    )


def annul_certificate(desk: Desk, who: str, *, on: date, judgement: str, document: str, token: str) -> Drafts:
    """Record that a judge annulled a certificate; the judgement is named."""
    found = desk.standing(who)
    if desk.already(found, "certificate.annulled", on):
        return ()
    certificates.check_annulment(found.certificate, judgement, found.name)
    private: dict[str, Json] = {"judgement": judgement}
    return _certificate(desk, "certificate.annulled", who, on=on, document=document, token=token, private=private)
