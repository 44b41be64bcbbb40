"""R10: the register of certificates, one line a number ever reserved, spoiled ones included (R18)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sync_service.domain import french
from sync_service.domain.candidate import identity_of
from sync_service.domain.certification import Context, Standing
from sync_service.domain.entry import Entry
from sync_service.domain.programme import Programme
from sync_service.domain.proof import verification_code
from sync_service.domain.reports.model import Column, Ending, Report, Section, Table

COLUMNS = (
    Column("number", "N°", head=True),
    Column("holder", "Titulaire"),
    Column("birth_name", "Nom de naissance"),
    Column("born_on", "Né(e) le"),
    Column("cycle", "Cycle", on_page=False),
    Column("referential", "Référentiel", on_page=False),
    Column("jury", "Jury du"),
    Column("minutes", "Procès-verbal n°"),
    Column("signed_on", "Signé le"),
    Column("signatory", "Signataire"),
    Column("capacity", "Qualité"),
    Column("issued_on", "Délivré le"),
    Column("handed_on", "Remis le"),
    Column("copies", "Duplicata", on_page=False),
    Column("state", "Situation"),
    Column("code", "Code de vérification"),
    Column("sha256", "Empreinte du document délivré", on_page=False),
    Column("line", "Ligne du registre", on_page=False),
)
CAPACITIES = {"president": "président", "delegate": "délégataire"}


_CODE = (
    "Le code de vérification est imprimé sur le certificat ; il se recalcule de la ligne du registre qui a réservé le "
    "numéro (cyclesync ledger prove)."
)


@dataclass(slots=True)
class _Certificate:
    reserved: Entry
    state: str = "À la signature"
    signed: Entry | None = None
    issued: Entry | None = None
    handed: Entry | None = None
    copies: int = 0
    spoiled: Entry | None = None


def certificates_report(standings: Sequence[Standing], context: Context, ending: Ending) -> Report:
    """Make R10 of a promotion, in the order of numbers."""
    programme = context.programme
    found = [(s, c) for s in standings for c in _certificates(s.entries, programme.promotion)]
    rows = sorted((_row(s, c, context) for s, c in found), key=lambda row: str(row[0]))
    caption = f"Certificats de la promotion {programme.label}"
    return Report(
        code="R10",
        name="certificates",
        title=f"Registre des certificats – promotion {programme.label}",
        subtitle=f"Cycle « {programme.title} »",
        sections=(
            Section("En bref", sentences=_summary([c for _, c in found], programme)),
            Section(
                "Certificats", tables=(Table("certificates", caption, COLUMNS, tuple(rows), "Aucun numéro réservé."),)
            ),
        ),
        footers=ending.footers(whole=True),
        notices=ending.notices,
        stamp=ending.stamp,
        main="certificates",
    )


def _certificates(entries: Sequence[Entry], promotion: str) -> list[_Certificate]:
    found: list[_Certificate] = []
    for entry in entries:
        if entry.event.promotion != promotion:
            continue
        if entry.type == "certificate.number_reserved":
            found.append(_Certificate(entry))
        elif found and entry.type.startswith("certificate."):
            _follow(found[-1], entry)
    return found


def _follow(held: _Certificate, entry: Entry) -> None:
    held.state = _STATES.get(entry.type, held.state)
    if entry.type == "certificate.number_spoiled":
        held.spoiled = entry
    elif entry.type == "certificate.signed":
        held.signed = entry
    elif entry.type == "certificate.issued":
        held.issued = entry
    elif entry.type == "certificate.handed_over":
        held.handed = entry
    elif entry.type == "certificate.duplicate":
        held.copies += 1


_STATES: Mapping[str, str] = {
    "certificate.number_spoiled": "Numéro annulé avant délivrance",
    "certificate.signed": "Signé",
    "certificate.issued": "Valide",
    "certificate.handed_over": "Valide",
    "certificate.corrected": "Valide, rectifié",
    "certificate.withdrawn": "Retiré",
    "certificate.annulled": "Annulé par le juge",
    "certificate.refused": "Non délivré",
}


def _as_it_was(standing: Standing, held: _Certificate) -> Standing:
    """Return the holder under the identity that a spoiled number was printed for: a later correction does not reach it.

    That is the identity known when its last certificate was drawn, else when the number was reserved.
    """
    if held.spoiled is None:
        return standing
    first, last = held.reserved.event.seq, held.spoiled.event.seq
    drawn = [
        e.event.seq
        for e in standing.entries
        if e.type == "document.issued" and e.text("document") == "certificate" and first < e.event.seq < last
    ]
    until = max([first, *drawn])
    known = [
        e for e in standing.entries if e.type in {"candidate.created", "identity.corrected"} and e.event.seq < until
    ]
    private = known[-1].private if known else None
    then = identity_of(private) if private is not None else None
    if then is None or then == standing.candidate.identity:
        return standing
    candidate = replace(standing.candidate, identity=then)
    return replace(standing, candidate=candidate, name=candidate.name)


def _row(standing: Standing, held: _Certificate, context: Context) -> tuple[str | int | date | None, ...]:
    jury = context.juries.get(held.reserved.text("jury"))
    standing = _as_it_was(standing, held)
    who = standing.candidate.identity
    files = held.issued.event.evidence.get("files") if held.issued else None
    return (
        held.reserved.text("number"),
        standing.name,
        french.capitals(who.birth_name) if who else "",
        who.born_on if who else None,
        context.programme.title,
        held.reserved.event.referential or context.programme.referential,
        jury.held_on if jury else None,
        jury.minutes if jury else "",
        held.signed.day() if held.signed else None,
        held.signed.text("signatory") if held.signed else "",
        CAPACITIES.get(held.signed.text("capacity"), "") if held.signed else "",
        held.issued.day() if held.issued else None,
        held.handed.day() if held.handed else None,
        held.copies,
        held.state,
        verification_code(bytes.fromhex(held.reserved.event.leaf)),
        str(files[0]) if isinstance(files, list | tuple) and files else "",
        held.reserved.event.seq,
    )


def _summary(found: Sequence[_Certificate], programme: Programme) -> tuple[str, ...]:
    issued = sum(c.issued is not None for c in found)
    spoiled = sum(c.state == _STATES["certificate.number_spoiled"] for c in found)
    reserved = french.count(len(found), "numéro réservé", "numéros réservés")
    delivered = french.count(issued, "certificat délivré", "certificats délivrés")
    gone = french.count(spoiled, "numéro annulé", "numéros annulés")
    return (
        f"{reserved}, {delivered}, {gone} avant délivrance.",
        f"Les numéros se suivent sans trou dans l’année ({programme.source('R18')}).",
        _CODE,
    )
