"""One person's whole file, in the order in which a controller asks for it, with a sentence for each thing missing.

Nothing is rendered here: chapters of lines of the register, and the documents that these lines name by their digest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sync_service.domain import french
from sync_service.domain.attendance import FiledSheet, PlannedSession, filed_sheets, status_of
from sync_service.domain.candidate import EnrolmentState
from sync_service.domain.certificate import CertificateState
from sync_service.domain.certification import Context, Standing
from sync_service.domain.dossier import CONTROLLED
from sync_service.domain.entry import Entry
from sync_service.domain.event_types import label_of
from sync_service.domain.jury_members import ADDRESSES
from sync_service.domain.second_person import PROPOSED
from sync_service.domain.typography import french_days

CHAPTERS: Mapping[str, str] = {
    "1-inscription": "Inscription",
    "2-presences": "Présences et préparations en ligne",
    "3-dossier": "Dossier pour le jury",
    "4-jury": "Jury, décision et procès-verbal",
    "5-certificat": "Certificat",
    "6-courriers": "Courriers et documents émis",
    "7-rectifications": "Mentions rectificatives",
    "8-droits": "Droits exercés et copies remises",
}
"""Folder → heading, in order."""
_OF_TYPE = {
    "candidate.convened": "4-jury", "candidate.jury_presence": "4-jury", "decision.notified": "6-courriers",
    "reminder.sent": "6-courriers", "dossier.incomplete_notified": "6-courriers",
    "submission.observed": "3-dossier", "identity.corrected": "7-rectifications", "halfday.corrected": "7-rectifications",
    "correction": "7-rectifications", "enrolment.observed": "2-presences",
}  # fmt: skip
_OF_FAMILY = {
    "candidate": "1-inscription", "identity": "1-inscription", "enrolment": "1-inscription", "eligibility": "1-inscription",
    "exemption": "1-inscription", "dossier": "3-dossier", "piece": "3-dossier", "jury": "4-jury", "minutes": "4-jury",
    "appeal": "4-jury", "material_error": "4-jury", "certificate": "5-certificat", "access": "8-droits",
    "export": "8-droits", "restriction": "8-droits", "vault": "8-droits",
}  # fmt: skip
_OF_DOCUMENT = {
    "acknowledgement": "3-dossier", "jury-list": "4-jury", "jury-convening": "4-jury", "minutes": "4-jury",
    "certificate": "5-certificat", "duplicate": "5-certificat", "signature-slip": "5-certificat",
    "attendance-summary": "2-presences",
}  # fmt: skip
"""Kind of document issued → folder; the others are letters."""
_NAMES = {
    "signin_sheet.filed": "feuille signée", "minutes.signed": "procès-verbal signé", "minutes.drawn_up": "procès-verbal",
    "jury.view_frozen": "état vu par le jury", "certificate.issued": "certificat délivré", "certificate.signed": "certificat signé",
    "certificate.duplicate": "duplicata", "certificate.corrected": "certificat rectifié", "piece.received": "pièce reçue",
    "decision.notified": "notification", "reminder.sent": "relance", "workplace.attested": "attestation de mise en application",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that a line of the register names by its SHA-256."""

    digest: str
    label: str
    seq: int
    shared: bool
    """Whether it names other people too."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One part of the file: its lines, its documents, what is missing in words."""

    folder: str
    heading: str
    entries: tuple[Entry, ...]
    papers: tuple[Paper, ...]
    missing: tuple[str, ...] = ()


def chapters(
    standing: Standing, shared: Sequence[Entry], context: Context, labels: Mapping[str, str]
) -> tuple[Chapter, ...]:
    """Sort one person's lines into chapters; ``shared`` are those of her sessions and juries, ``labels`` the documents' names."""
    entries = sorted((*standing.entries, *hers(standing, shared, context)), key=lambda e: e.event.seq)
    missing = _missing(standing, shared, context)
    found = []
    joined: set[str] = set()
    for folder, heading in CHAPTERS.items():
        own = tuple(e for e in entries if chapter_of(e) == folder)
        papers = tuple(paper for paper in _papers(own, labels) if paper.digest not in joined)
        joined |= {paper.digest for paper in papers}
        said = "Présences" if folder == "2-presences" and not context.runs else heading
        found.append(Chapter(folder, said, own, papers, tuple(missing.get(folder, ()))))
    return tuple(found)


def chapter_of(entry: Entry) -> str:
    """Return the folder of a line; what Moodle showed goes with the presences."""
    if entry.type == "document.issued":
        return _OF_DOCUMENT.get(str(entry.event.data.get("document", "")), "6-courriers")
    if entry.type == PROPOSED:
        return _folder(str(entry.event.data.get("act", "")))
    return _folder(entry.type)


def _folder(type_: str) -> str:
    return _OF_TYPE.get(type_) or _OF_FAMILY.get(type_.split(".", maxsplit=1)[0], "2-presences")


def hers(standing: Standing, shared: Sequence[Entry], context: Context) -> tuple[Entry, ...]:
    """Return, among the lines of sessions and juries, those of the sessions she attended and the juries she met.

    Where members of a jury live is nobody else's: neither the line that notes it nor the letters that bear it.
    """
    own = {key.session for key in standing.halfdays} | {s.id for s in context.sessions if _due(s, standing, context)}
    met = {f"jury:{passage.jury}" for passage in standing.passages}
    return tuple(
        e
        for e in shared
        if (e.subject in met and not _of_members(e)) or (e.type == "signin_sheet.filed" and e.object in own)
    )


def _of_members(entry: Entry) -> bool:
    return entry.type == ADDRESSES or entry.event.data.get("document") == "jury-convening"


def _papers(entries: Sequence[Entry], labels: Mapping[str, str]) -> tuple[Paper, ...]:
    """Return the documents of some lines, each once; those of a half-day are its session’s sheet."""
    found: dict[str, Paper] = {}
    for entry in entries:
        if entry.type.startswith("halfday."):
            continue
        for digest in digests_of(entry):
            found.setdefault(
                digest, Paper(digest, _label(entry, labels), entry.event.seq, not entry.subject.startswith("cand_"))
            )
    return tuple(found.values())


def digests_of(entry: Entry) -> tuple[str, ...]:
    """Return the digests of the documents that a line names."""
    files = entry.event.evidence.get("files")
    listed = [str(item) for item in files] if isinstance(files, list | tuple) else []
    named = entry.event.data.get("sha256")
    if isinstance(named, str) and named and not entry.type.startswith(("export.", "access.")):
        listed.append(named)
    return tuple(dict.fromkeys(listed))


def _label(entry: Entry, labels: Mapping[str, str]) -> str:
    if entry.type == "document.issued":
        code = str(entry.event.data.get("document", ""))
        return labels.get(code, code)
    said = _NAMES.get(entry.type, label_of(entry.type).lower())
    return f"{said}, session {entry.object}" if entry.type == "signin_sheet.filed" else said


def _missing(standing: Standing, shared: Sequence[Entry], context: Context) -> dict[str, list[str]]:
    sheets = filed_sheets(shared)
    return {
        "1-inscription": list(_no_identity(standing, context)),
        "2-presences": list(_no_attendance(standing, sheets, context)),
        "3-dossier": list(_no_dossier(standing, context)),
        "4-jury": [*_no_jury(standing, context), *_no_jury_file(standing, shared, context)],
        "5-certificat": list(_no_certificate(standing)),
        "6-courriers": list(_no_letter(standing)),
    }


def _no_identity(standing: Standing, context: Context) -> Iterator[str]:
    if standing.candidate.identity is None:
        yield "Identité : effacée du fichier des identités, sa clé est détruite."
    elif not standing.linked and context.runs:
        yield "Compte Moodle : non rattaché."


def _due(session: PlannedSession, standing: Standing, context: Context) -> bool:
    """Tell whether one of its half-days, past by now, was hers to attend."""
    if not session.counts:
        return False
    statuses = {
        status_of(key, standing.halfdays, standing.enrolment, context.as_of, standing.exempt)
        for key in session.halfdays
        if key.day <= context.as_of
    }
    return bool(statuses - {"avant_inscription", "hors_inscription", "dispense"})


def _no_attendance(standing: Standing, sheets: Mapping[str, FiledSheet], context: Context) -> Iterator[str]:
    for session in context.sessions:
        if _due(session, standing, context) and session.id not in sheets:
            yield f"Feuille signée de la session {session.id} ({_days(session)}) : non reçue."
    if standing.tally.not_keyed:
        yield f"{french.count(standing.tally.not_keyed, 'demi-journée')} : présence non encore saisie."


def _days(session: PlannedSession) -> str:
    return french_days([key.day for key in session.halfdays])


def _no_dossier(standing: Standing, context: Context) -> Iterator[str]:
    dossier = standing.dossier
    if not dossier.handed_in:
        yield "Dossier : non transmis."
        return
    if context.runs:
        yield "Fichiers déposés dans Moodle : ils y restent, le registre n’en garde que les noms et les dates."
    if not _issued(standing, "acknowledgement"):
        yield "Accusé de réception du dossier : non établi."
    lacking = [piece for piece in context.programme.required if piece not in dossier.pieces]
    if lacking:
        yield f"Documents exigés non reçus : {french.listing(lacking)}."
    unanswered = [point for point in context.programme.checklist if point not in {held.label for held in dossier.grid}]
    if dossier.state in CONTROLLED and unanswered:
        yield f"Grille de contrôle, points non cochés : {french.listing(unanswered)} (R08)."
    if not any(e.type in {"dossier.declared_admissible", "dossier.declared_inadmissible"} for e in standing.entries):
        yield "Recevabilité : aucune déclaration."


def _issued(standing: Standing, *kinds: str) -> bool:
    return any(e.type == "document.issued" and e.event.data.get("document") in kinds for e in standing.entries)


def _no_jury(standing: Standing, context: Context) -> Iterator[str]:
    if not standing.passages:
        yield "Jury : aucune convocation."
    for passage in standing.passages:
        jury = context.juries.get(passage.jury)
        if not passage.presence:
            yield f"Jury {passage.jury} : présence non saisie."
        if not passage.decision and passage.presence not in {"absent", "excuse"}:
            yield f"Jury {passage.jury} : aucune décision."
        elif jury is None or not jury.signed:
            yield f"Jury {passage.jury} : procès-verbal non signé."


def _no_jury_file(standing: Standing, shared: Sequence[Entry], context: Context) -> Iterator[str]:
    """Say which act of a jury has no document: what it saw of her, its signed minutes."""
    for passage in standing.passages:
        views = [e for e in standing.entries if e.type == "jury.view_frozen"]
        frozen = [e for e in views if e.jury_in(context.programme.promotion) == passage.jury]
        if passage.decision and not (frozen and digests_of(frozen[-1])):
            yield f"Jury {passage.jury} : la fiche qu’il a eue sous les yeux n’est pas versée."
        signed = [e for e in shared if e.type == "minutes.signed" and e.subject == f"jury:{passage.jury}"]
        held = context.juries.get(passage.jury)
        if held is not None and held.signed and signed and not digests_of(signed[-1]):
            yield f"Jury {passage.jury} : procès-verbal signé, son fichier n’est pas versé."


def _no_certificate(standing: Standing) -> Iterator[str]:
    held = standing.certificate
    issued = [e for e in standing.entries if e.type == "certificate.issued"]
    if held.state in _GIVEN and not (issued and digests_of(issued[-1])):
        yield f"Certificat n° {held.number} : l’exemplaire signé n’est pas versé."
    if held.state is CertificateState.NONE:
        yield "Certificat : sans objet, aucune décision favorable à un procès-verbal signé."
    elif held.state is CertificateState.ISSUED:
        yield f"Certificat n° {held.number} : remise non enregistrée."
    elif held.state in {CertificateState.PROPOSED, CertificateState.RESERVED, CertificateState.SIGNED}:
        yield f"Certificat : non délivré ({held.words.lower()})."


def _no_letter(standing: Standing) -> Iterator[str]:
    for passage in standing.passages:
        if passage.convened_on and not _issued(standing, "convening"):
            yield f"Lettre de convocation au jury {passage.jury} : non versée, la convocation est enregistrée sans elle."
        if passage.decision and passage.notified_on is None:
            yield f"Décision du jury {passage.jury} : non notifiée."
        elif passage.notified_on and not _issued(standing, "notification"):
            yield f"Lettre de notification du jury {passage.jury} : non établie ici, la notification est enregistrée sans elle."
    if standing.tally.attended and not _issued(standing, "attendance-statement"):
        yield "Attestation de présence pour la collectivité : non établie."
    done = standing.enrolment.state is EnrolmentState.COMPLETED or standing.certificate.state in _GIVEN
    if done and not _issued(standing, "training-statement"):
        yield "Attestation de formation : non établie."


_GIVEN = frozenset({CertificateState.ISSUED, CertificateState.HANDED_OVER})


def file_name(paper: Paper, content: bytes) -> str:
    """Return the name of a document in its folder: the line that names it, what it is, its kind."""
    return f"ligne-{paper.seq:06d}-{french.code_of(paper.label)[:40]}-{paper.digest[:8]}{ending(content)}"


def ending(content: bytes) -> str:
    """Return the ending of a document’s name, from its first bytes; « .bin » when they say nothing."""
    for start, found in ((b"%PDF", ".pdf"), (b"PK\x03\x04", ".zip"), (b"\xff\xd8\xff", ".jpg"), (b"\x89PNG", ".png")):
        if content.startswith(start):
            return found
    try:
        content.decode()
    except UnicodeDecodeError:
        return ".bin"
    return ".txt"
