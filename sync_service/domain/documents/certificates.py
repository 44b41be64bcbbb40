"""The certificate, its duplicate, and the list that goes with certificates to the president's signature (domain.md §1.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sync_service.domain import french
from sync_service.domain.candidate import Identity
from sync_service.domain.certificate import (
    ENDED,
    SOURCE_R14,
    SOURCE_R15,
    SOURCE_R18,
    CertificateState,
    check_wording,
    favourable,
)
from sync_service.domain.certification import Standing
from sync_service.domain.documents.frame import UNKNOWN, Frame, identified, jury_day
from sync_service.domain.documents.model import Block, Document, Grid, Pairs, Paragraph, Signatures, Span, plain
from sync_service.domain.entry import Entry, last
from sync_service.domain.jury import Jury
from sync_service.domain.proof import verification_code
from sync_service.domain.reports.certificates import CAPACITIES
from sync_service.errors import RecordRefusedError

PRESIDENT = "Le président du Centre national de la fonction publique territoriale, ou par délégation"


def certificate(frame: Frame, standing: Standing) -> Document:
    """Make the certificate of one person, for its signature or as it was signed.

    Raises:
        RecordRefusedError: no number is reserved, it was refused, withdrawn or annulled, or the words are a titre's (R17).
        UsageError: the identity was erased.
    """
    held = standing.certificate
    if not held.number or held.state in ENDED or held.state in {CertificateState.NONE, CertificateState.PROPOSED}:
        raise RecordRefusedError(
            f"Aucun numéro de certificat en cours pour {standing.name} : enregistrez « numéro réservé » d’abord "
            f"({SOURCE_R18})."
        )
    who, rules = identified(standing), frame.files.cycle.rules.certificate
    jury = favourable(standing.passages, frame.context.juries)
    if jury is None:
        raise RecordRefusedError(
            f"Aucun procès-verbal signé et favorable pour {standing.name} : pas de certificat ({SOURCE_R14})."
        )
    signed = last(frame.entries(standing), "certificate.signed") if held.signed_on else None
    made = Document(
        kind="certificate",
        template="certificate",
        title=rules.label,
        subtitle=f"« {frame.programme.title} »",
        sender=(frame.files.cycle.organiser.name, frame.files.cycle.organiser.institute),
        blocks=(
            *_holder(who, jury, frame),
            *_signature(frame, signed),
            Paragraph((Span(f"* {rules.footnote}"),)),
        ),
        code=(f"N° {held.number}", f"Code de vérification : {code_of(standing)}"),
    )
    for text in made.texts():
        check_wording(text, frame.files.cycle.regime)
    return made


def duplicate(frame: Frame, standing: Standing) -> Document:
    """Make the duplicate of an issued certificate: same number, its mark and its rank (Q19)."""
    held = standing.certificate
    if held.state not in {CertificateState.ISSUED, CertificateState.HANDED_OVER}:
        raise RecordRefusedError(
            f"Le certificat de {standing.name} n’est pas délivré : pas d’objet pour un duplicata ({SOURCE_R15})."
        )
    rank = held.copies + 1
    made = certificate(frame, standing)
    mark = frame.files.cycle.rules.certificate.duplicate_mark
    established = f"Duplicata n° {rank} établi à {frame.city}, le {french.long_date(frame.on)}"
    return replace(made, kind="duplicate", mark=f"{mark} n° {rank}", code=(*made.code, established))


def code_of(standing: Standing) -> str:
    """Return the verification code of a person's present number."""
    entry = _reserved(standing)
    return verification_code(bytes.fromhex(entry.event.leaf)) if entry else UNKNOWN


def _reserved(standing: Standing) -> Entry | None:
    number = standing.certificate.number
    found = [e for e in standing.entries if e.type == "certificate.number_reserved" and e.text("number") == number]
    return found[-1] if found else None


def born(who: Identity) -> str:
    """Return « né(e) le 3 mai 1988 à Saint-Exemple », what is not known left to be filled in."""
    day = french.long_date(who.born_on) if who.born_on else UNKNOWN
    return f"né(e) le {day} à {who.born_at or UNKNOWN}"


def _holder(who: Identity, jury: Jury, frame: Frame) -> tuple[Block, ...]:
    day, version = jury_day(jury, frame.programme), frame.programme.referential.partition(" ")[0]
    usual = [f"nom d’usage {french.capitals(who.usual_name)}"] if who.usual_name not in {"", who.birth_name} else []
    title = frame.files.cycle.rules.certificate.label
    return (
        Paragraph(plain(f"Vu le procès-verbal {jury.minutes or UNKNOWN} du jury professionnel {_held(day)},")),
        Paragraph(plain(f"vu le référentiel du cycle, version {version},")),
        Paragraph(plain(f"le {_lower(title)}* « {frame.programme.title} » est délivré à")),
        Paragraph((Span(f"{who.first_name} {french.capitals(who.birth_name)}", "strong"),)),
        *(Paragraph(plain(line)) for line in (*usual, born(who))),
    )


def _held(day: date | None) -> str:
    return f"réuni le {french.long_date(day)}" if day else f"réuni le {UNKNOWN}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _signature(frame: Frame, signed: Entry | None) -> tuple[Block, ...]:
    if signed is None:
        return (Paragraph(plain(f"Fait à {frame.city}, le {UNKNOWN}")), Signatures((PRESIDENT,), 34))
    delegation = f", délégation {signed.text('delegation')}" if signed.text("delegation") else ""
    capacity, who = CAPACITIES.get(signed.text("capacity"), ""), signed.text("signatory") or UNKNOWN
    said = f"{who}{'' if not capacity or capacity in who.casefold() else f', {capacity}'}{delegation}"
    return (
        Paragraph(plain(f"Fait à {frame.city}, le {french.long_date(signed.day(frame.programme.zone))}")),
        Signatures((said,), 34),
    )


def signature_slip(frame: Frame, standings: Sequence[Standing]) -> Document:
    """Make the bordereau that goes with certificates to the president: numbers reserved and not signed yet."""
    waiting = [s for s in standings if s.certificate.state is CertificateState.RESERVED]
    if not waiting:
        raise RecordRefusedError(
            "Aucun certificat n’attend de signature : réservez d’abord les numéros (« numéro réservé »)."
        )
    rows = sorted(_slip_row(frame, s) for s in waiting)
    delegated = frame.files.cycle.rules.certificate.delegation_required
    need = " Un délégataire indique la référence de sa délégation." if delegated else ""
    return Document(
        kind="signature-slip",
        template="page",
        title="Bordereau de signature des certificats",
        subtitle=frame.cycle_line(),
        sender=frame.sender[:2],
        dated=frame.dated,
        blocks=(
            Paragraph(plain(
                f"{french.count(len(rows), 'certificat')} à la signature du président du CNFPT ou de son délégataire."
                f"{need} Un certificat refusé ou à corriger est renvoyé avec son motif dans la dernière colonne."
            )),
            Grid(
                "Certificats à signer",
                ("N°", "Titulaire", "Né(e) le, à", "Jury", "Procès-verbal", "Signé le, ou motif du renvoi"),
                tuple(rows), (10, 14, 12, 8, 9, 12), row_mm=9,
            ),
            Pairs((("Nombre de certificats", str(len(rows))), ("Délégation de signature", UNKNOWN))),
            Signatures((PRESIDENT, "Retour au service certification, le")),
        ),
        footer=frame.short_line,
        wide=True,
    )  # fmt: skip


def _slip_row(frame: Frame, standing: Standing) -> tuple[str, ...]:
    who = standing.candidate.identity
    jury = favourable(standing.passages, frame.context.juries)
    day = jury_day(jury, frame.programme) if jury else None
    return (
        standing.certificate.number,
        f"{french.capitals(who.birth_name)} {who.first_name}" if who else standing.name,
        _short_birth(who), french.short_date(day) if day else UNKNOWN, (jury.minutes if jury else "") or UNKNOWN, "",
    )  # fmt: skip


def _short_birth(who: Identity | None) -> str:
    if who is None or (who.born_on is None and not who.born_at):
        return "à vérifier"
    return ", ".join(filter(None, (french.short_date(who.born_on) if who.born_on else "", who.born_at)))
