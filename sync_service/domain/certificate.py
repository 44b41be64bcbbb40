"""The certificate: number, signature, delivery (domain.md §2.1 F, R13 to R18)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sync_service.domain.entry import Entry
from sync_service.domain.jury import FAVOURABLE, Jury, Passage
from sync_service.errors import RecordRefusedError

SOURCE_R13 = "R13, brochure ligne 20 : « fait l’objet d’une évaluation »"
SOURCE_R14 = "R14, brochure ligne 105 : « sur la base de l’évaluation, par un jury professionnel »"
SOURCE_R15 = "R15, brochure ligne 105 : « délivré par le président du CNFPT »"
SOURCE_R17 = "R17, brochure ligne 107 : le certificat n’est pas enregistré au RNCP"
SOURCE_R18 = "R18 : un seul certificat délivré par candidat et par cycle, numéros sans trou"


class CertificateState(StrEnum):
    """Region F of domain.md §2.1."""

    NONE = "sans_objet"
    PROPOSED = "propose"
    RESERVED = "numero_reserve"
    SIGNED = "signe"
    ISSUED = "delivre"
    HANDED_OVER = "remis"
    REFUSED = "non_delivre"
    WITHDRAWN = "retire"
    ANNULLED = "annule"


ENDED = frozenset({CertificateState.REFUSED, CertificateState.WITHDRAWN, CertificateState.ANNULLED})
"""States after which another number may be given, if another jury proposes it."""
WORDS: Mapping[CertificateState, str] = {
    CertificateState.NONE: "Sans objet",
    CertificateState.PROPOSED: "Proposé par le jury",
    CertificateState.RESERVED: "À la signature",
    CertificateState.SIGNED: "Signé",
    CertificateState.ISSUED: "Délivré",
    CertificateState.HANDED_OVER: "Remis",
    CertificateState.REFUSED: "Non délivré",
    CertificateState.WITHDRAWN: "Retiré",
    CertificateState.ANNULLED: "Annulé par le juge",
}
_STATE_OF_TYPE = {
    "certificate.signed": CertificateState.SIGNED,
    "certificate.issued": CertificateState.ISSUED,
    "certificate.handed_over": CertificateState.HANDED_OVER,
    "certificate.refused": CertificateState.REFUSED,
    "certificate.withdrawn": CertificateState.WITHDRAWN,
    "certificate.annulled": CertificateState.ANNULLED,
}


@dataclass(frozen=True, slots=True)
class Certificate:
    """Where one person's certificate stands."""

    state: CertificateState = CertificateState.NONE
    number: str = ""
    since: date | None = None
    signed_on: date | None = None
    issued_on: date | None = None
    corrected_on: date | None = None
    copies: int = 0
    """How many duplicates were made."""

    @property
    def words(self) -> str:
        """Say it in French, with the number when there is one, and that it was corrected."""
        said = f"{WORDS[self.state]} – n° {self.number}" if self.number else WORDS[self.state]
        return f"{said}, rectifié le {self.corrected_on:%d/%m/%Y}" if self.corrected_on else said


def certificate_of(entries: Sequence[Entry], passages: Sequence[Passage], juries: Mapping[str, Jury]) -> Certificate:
    """Project one person's certificate from her standing entries; a new number begins a new certificate."""
    held = Certificate()
    for entry in entries:
        held = _after(held, entry)
    if held.state is CertificateState.NONE and favourable(passages, juries) is not None:
        return replace(held, state=CertificateState.PROPOSED)
    return held


def _after(held: Certificate, entry: Entry) -> Certificate:
    if entry.type == "certificate.number_spoiled":
        return Certificate(since=entry.day())
    if entry.type == "certificate.number_reserved":
        return Certificate(CertificateState.RESERVED, entry.text("number"), entry.day())
    if entry.type == "certificate.duplicate":
        return replace(held, copies=held.copies + 1)
    if entry.type == "certificate.corrected":
        return replace(held, corrected_on=entry.day())
    state = _STATE_OF_TYPE.get(entry.type)
    if state is None:
        return held
    return replace(
        held,
        state=state,
        number=entry.text("number") or held.number,
        since=entry.day(),
        signed_on=entry.day() if state is CertificateState.SIGNED else held.signed_on,
        issued_on=entry.day() if state is CertificateState.ISSUED else held.issued_on,
    )


def favourable(passages: Sequence[Passage], juries: Mapping[str, Jury]) -> Jury | None:
    """Return the jury whose signed minutes hold a favourable decision for this person, or None."""
    for passage in passages:
        jury = juries.get(passage.jury)
        if passage.decision == FAVOURABLE and jury is not None and jury.signed:
            return jury
    return None


@dataclass(frozen=True, slots=True)
class Number:
    """A certificate number, in a series without gaps for each site, cycle and year."""

    text: str
    year: int
    rank: int


def next_number(template: str, site: str, cycle: str, year: int, used: Iterable[Entry], *, floor: int = 0) -> Number:
    """Return the number that follows all those ever reserved, spoiled ones included (R18).

    ``floor`` is the highest rank known outside the register, after a restoration.
    """
    same = [e for e in used if e.type == "certificate.number_reserved" and e.number("year") == year]
    rank = max([floor, *(rank_of(e.text("number")) for e in same)]) + 1
    return Number(template.format(site=site, cycle=cycle, annee=year, n=rank), year, rank)


def floor_after(restored: Iterable[Entry], year: int) -> int:
    """Return the rank below which no number of ``year`` may be given after the restorations of the register, 0 when none.

    A checkpoint knows only the highest number of all cycles: each cycle goes on above it, so that none is ever reused.
    """
    numbers = [e.text("certificate") for e in restored]
    return max((rank_of(n) for n in numbers if str(year) in re.findall(r"\d+", n)), default=0)


def rank_of(number: str) -> int:
    """Return the rank at the end of a number: « ANGERS-CPE-2027-0012 » → 12; 0 when there is none."""
    found = re.search(r"\d+$", number)
    return int(found[0]) if found else 0


def check_reservation(
    passages: Sequence[Passage], juries: Mapping[str, Jury], held: Certificate, *, on: date, name: str
) -> Jury:
    """Return the jury that allows a number for this person. Raises RecordRefusedError (R13, R14, R18)."""
    if held.state in {CertificateState.ISSUED, CertificateState.HANDED_OVER, CertificateState.SIGNED}:
        raise RecordRefusedError(f"{name} a déjà le certificat n° {held.number} pour ce cycle ({SOURCE_R18}).")
    if not any(p.decision for p in passages):
        raise RecordRefusedError(
            f"Aucune évaluation par le jury n’est enregistrée pour {name} : pas de certificat sans décision ({SOURCE_R13})."
        )
    jury = favourable(passages, juries)
    if jury is None and not any(p.decision == FAVOURABLE for p in passages):
        raise RecordRefusedError(
            f"Le jury n’a pas proposé la certification de {name} : pas de certificat, tant qu’une autre session de jury n’en "
            f"décide pas autrement ({SOURCE_R14})."
        )
    if jury is None:
        raise RecordRefusedError(
            f"Aucun procès-verbal signé ne porte de décision favorable pour {name} : enregistrez sa signature d’abord "
            f"({SOURCE_R14})."
        )
    if jury.signed_on is not None and on < jury.signed_on:
        raise RecordRefusedError(
            f"Le numéro du certificat de {name} ne peut pas être réservé avant la signature du procès-verbal, le "
            f"{jury.signed_on:%d/%m/%Y} ({SOURCE_R14})."
        )
    return jury


def check_signature(
    held: Certificate, jury: Jury | None, *, on: date, capacity: str, delegation: str, name: str
) -> None:
    """Refuse a signature before the minutes, by someone without the power, without a number, or a second one (R14, R15, R18)."""
    if jury is None or jury.signed_on is None:
        raise RecordRefusedError(f"Aucun procès-verbal signé et favorable pour {name} ({SOURCE_R14}).")
    if not held.number:
        raise RecordRefusedError(f"Aucun numéro n’est réservé pour {name} : réservez-le d’abord ({SOURCE_R18}).")
    if held.signed_on is not None:
        raise RecordRefusedError(
            f"Le certificat n° {held.number} de {name} est déjà signé, le {held.signed_on:%d/%m/%Y} : annulez son numéro "
            f"s’il faut en signer un autre ({SOURCE_R15})."
        )
    if on < jury.signed_on:
        raise RecordRefusedError(
            f"Le certificat de {name} ne peut pas être signé avant le procès-verbal, le {jury.signed_on:%d/%m/%Y} "
            f"({SOURCE_R15})."
        )
    if capacity not in {"president", "delegate"}:
        raise RecordRefusedError(
            f"Le certificat de {name} doit être signé par le président ou par son délégataire : indiquez la qualité "
            f"du signataire ({SOURCE_R15})."
        )
    if capacity == "delegate" and not delegation:
        raise RecordRefusedError(
            f"Indiquez la référence de la délégation de signature pour le certificat de {name} ({SOURCE_R15})."
        )


def check_issue(held: Certificate, *, on: date, name: str) -> None:
    """Refuse to issue what is not signed on that day (R15), or a second time (R18)."""
    if held.state in {CertificateState.ISSUED, CertificateState.HANDED_OVER}:
        raise RecordRefusedError(f"Le certificat n° {held.number} de {name} est déjà délivré ({SOURCE_R18}).")
    if held.state is not CertificateState.SIGNED:
        raise RecordRefusedError(
            f"Le certificat de {name} n’est pas signé : enregistrez la signature du président d’abord ({SOURCE_R15})."
        )
    if held.signed_on is not None and on < held.signed_on:
        raise RecordRefusedError(
            f"Le certificat de {name} ne peut pas être délivré avant sa signature, le {held.signed_on:%d/%m/%Y} "
            f"({SOURCE_R15})."
        )


def check_handover(held: Certificate, *, on: date, name: str) -> None:
    """Refuse to hand over what was not issued on that day (R15)."""
    if held.state not in {CertificateState.ISSUED, CertificateState.HANDED_OVER}:
        raise RecordRefusedError(
            f"Le certificat de {name} n’est pas délivré : il ne peut pas être remis ({SOURCE_R15})."
        )
    if held.issued_on is not None and on < held.issued_on:
        raise RecordRefusedError(
            f"Le certificat de {name} ne peut pas être remis avant d’être délivré, le {held.issued_on:%d/%m/%Y} "
            f"({SOURCE_R15})."
        )


def check_spoiling(held: Certificate, name: str) -> None:
    """Refuse to spoil a number that is not reserved, or whose certificate was issued (R18)."""
    if held.state not in {CertificateState.RESERVED, CertificateState.SIGNED}:
        raise RecordRefusedError(
            f"Aucun numéro en attente pour {name} : seul un numéro réservé et non délivré peut être annulé ; un certificat "
            f"délivré se rectifie ou se retire ({SOURCE_R18})."
        )


def check_refusal(held: Certificate, why: str, name: str) -> None:
    """Refuse to say « non délivré » without a reason, or of a certificate that was signed (R15)."""
    if not why:
        raise RecordRefusedError("Dites pourquoi le certificat n’est pas délivré dans la colonne « valeur ».")
    if held.state in {CertificateState.SIGNED, CertificateState.ISSUED, CertificateState.HANDED_OVER}:
        raise RecordRefusedError(
            f"Le certificat n° {held.number} de {name} est signé : annulez son numéro, ou retirez-le ({SOURCE_R15})."
        )


def check_after_issue(held: Certificate, name: str, what: str) -> None:
    """Refuse what only an issued certificate may have: a duplicate, a correction (R15)."""
    if held.state not in {CertificateState.ISSUED, CertificateState.HANDED_OVER}:
        raise RecordRefusedError(f"Le certificat de {name} n’est pas délivré : pas d’objet pour {what} ({SOURCE_R15}).")


def check_withdrawal(held: Certificate, capacity: str, reference: str, name: str) -> None:
    """Refuse a withdrawal by someone without the power, without its reference, or of nothing (R15)."""
    check_after_issue(held, name, "un retrait")
    if capacity not in {"president", "delegate"}:
        raise RecordRefusedError(
            f"Le certificat de {name} ne peut être retiré que par le président ou son délégataire : indiquez la qualité "
            f"({SOURCE_R15})."
        )
    if not reference:
        raise RecordRefusedError(f"Indiquez la référence de la décision de retrait concernant {name} ({SOURCE_R15}).")


def check_annulment(held: Certificate, judgement: str, name: str) -> None:
    """Refuse an annulment that names no judgement, or of nothing."""
    if held.state not in {CertificateState.ISSUED, CertificateState.HANDED_OVER, CertificateState.WITHDRAWN}:
        raise RecordRefusedError(f"Aucun certificat délivré à {name} : rien à annuler.")
    if not judgement:
        raise RecordRefusedError(f"Indiquez la référence du jugement qui annule le certificat de {name}.")


_TITRE = re.compile(
    r"titre professionnel|titre à finalité|rncp[\s\u00a0\u202f]*(?:n\b|n°|:|\d)|\brs[\s\u00a0\u202f]?\d{3,}|france compétences"
)
"""What only a certification of the RNCP, or of the répertoire spécifique, may say of itself."""


def check_wording(text: str, regime: str) -> None:
    """Refuse the words of a titre, or a registration number, on the certificate of a cycle outside the RNCP (R17)."""
    if regime == "certificat_cnfpt" and _TITRE.search(text.casefold()):
        raise RecordRefusedError(
            f"Ce texte parle de titre ou de numéro RNCP : ce cycle délivre un certificat ({SOURCE_R17})."
        )
