"""Papers of a session de jury: list of candidates, sign-in sheet, minutes to fill in by hand, final minutes (R5, R7)."""

from __future__ import annotations

from collections import Counter
from itertools import takewhile

from sync_service.domain import french
from sync_service.domain.certification import Standing, outcome_words
from sync_service.domain.documents.frame import UNKNOWN, Frame, Member, Sitting, jury_day
from sync_service.domain.documents.model import (
    Block,
    Document,
    Grid,
    Heading,
    Lines,
    Pairs,
    Paragraph,
    Signatures,
    fitting,
    plain,
)
from sync_service.domain.dossier import admissible_on
from sync_service.domain.jury import PRESENCES, Passage
from sync_service.domain.jury_members import time_words
from sync_service.errors import RecordRefusedError

_ROOM, _MEMBER = 172, 11
"""Millimetres that the rows of a sign-in sheet share on one page; the height of a member's row."""
_TO_FILL = "À remplir à la main, en séance ; le service enregistre ensuite ce qui est écrit ici."


def jury_list(frame: Frame, held: Sitting) -> Document:
    """Make the list of candidates presented to the jury; it says nothing of autopositionnement nor of attendance."""
    required = len(frame.programme.required)
    rows = tuple(_candidate_row(frame, held.place(n), s, p) for n, (s, p) in enumerate(held.people))
    grid = Grid(
        "Candidats présentés",
        ("N° d’ordre", "Candidat(e)", "Collectivité", "Tentative", "Dossier recevable le", "Documents exigés",
         "Heure de passage", "Aménagement"),
        rows, (4, 14, 14, 6, 8, 8, 7, 8), row_mm=8, empty="Aucun candidat n’est convoqué.",
    )  # fmt: skip
    notices = [] if required else [Paragraph(plain(f"Documents exigés : {frame.programme.required_notice}."))]
    return _page(frame, held, "jury-list", "Liste des candidats présentés au jury", (grid, *notices), wide=True)


def _candidate_row(frame: Frame, rank: str, standing: Standing, passage: Passage) -> tuple[str, ...]:
    who, required = standing.candidate.identity, len(frame.programme.required)
    before = takewhile(lambda p: p.jury != passage.jury, standing.passages)
    pieces = len(standing.dossier.pieces)
    return (
        rank, standing.name, who.employer if who else "", str(1 + sum(bool(p.decision) for p in before)),
        _admissible(frame, standing, passage.jury), f"{min(pieces, required)}/{required}" if required else "sans objet",
        time_words(passage.time), yes_or_no(passage.accommodation),
    )  # fmt: skip


def yes_or_no(said: bool | None) -> str:
    """Write « oui », « non », or nothing when it was not said."""
    return "" if said is None else "oui" if said else "non"


def _admissible(frame: Frame, standing: Standing, jury: str) -> str:
    """Return the day on which the dossier that the jury has was declared admissible, or why there is none."""
    day = admissible_on(frame.entries(standing), jury)
    if day is not None:
        return french.short_date(day)
    return "dérogation" if standing.dossier.derogation else "non"


def jury_sheet(frame: Frame, held: Sitting) -> Document:
    """Make the sign-in sheet of the jury, and that of the candidates."""
    sitting = [m for m in held.members if not m.recused]
    members = Grid(
        "Membres du jury", ("Nom et prénom", "Qualité", "Extérieur(e)", "Signature"),
        (*((m.name, m.quality, m.outside, "") for m in sitting), ("", "", "", "")), (14, 12, 5, 14), row_mm=_MEMBER,
    )  # fmt: skip
    people = Grid(
        "Candidats", ("N°", "Heure", "Nom et prénom", "Signature", "Observation"),
        tuple((held.place(n), time_words(p.time), s.name, "", "") for n, (s, p) in enumerate(held.people)),
        (2, 4, 14, 14, 8), row_mm=fitting(len(held.people), _ROOM - _MEMBER * (1 + len(sitting)), 9, 12),
        empty="Aucun candidat n’est convoqué.",
    )  # fmt: skip
    blocks = (members, *_recused(held), people)
    return _page(frame, held, "jury-sheet", "Feuille d’émargement de la session de jury", blocks)


def _recused(held: Sitting) -> tuple[Block, ...]:
    gone = [m.name for m in held.members if m.recused]
    return (Paragraph(plain(f"Déporté(s), ne siège(nt) pas : {french.listing(gone)}.")),) if gone else ()


def blank_minutes(frame: Frame, held: Sitting) -> Document:
    """Make the minutes to fill in by hand, for a day without network."""
    outcomes = french.listing([outcome_words(code, frame.programme) for code in frame.programme.outcomes])
    members = Grid(
        "Composition du jury", ("Nom et prénom", "Qualité", "Extérieur(e)", "Présent(e), excusé(e) ou déporté(e)"),
        (*((m.name, m.quality, m.outside, "déporté(e)" if m.recused else "") for m in held.members), *((("",) * 4,) * 2)),
        (14, 12, 5, 10), row_mm=9,
    )  # fmt: skip
    people = Grid(
        "Décisions", ("N°", "Candidat(e)", "Présent(e)", "Décision du jury"),
        (*((held.place(n), s.name, "", "") for n, (s, _) in enumerate(held.people)), ("", "", "", "")),
        (2, 14, 6, 20), row_mm=10,
    )  # fmt: skip
    blocks: tuple[Block, ...] = (
        Paragraph(plain(_TO_FILL)),
        Pairs((*_session_pairs(frame, held), ("Ouverture", "…… h ……"), ("Clôture", "…… h ……"))),
        Heading("Composition"), members, Heading("Délibération"),
        Paragraph(plain(f"Décisions possibles : {outcomes}. Une décision par personne ; elle vient du jury seul.")),
        people, Lines("Observations générales", 6), Heading("Signatures"), _signatures(frame, held),
    )  # fmt: skip
    return _page(frame, held, "minutes-blank", "Procès-verbal de délibération", blocks, mark="À REMPLIR")


def minutes(frame: Frame, held: Sitting) -> Document:
    """Make the final minutes. Raises RecordRefusedError while a decision is missing (R16)."""
    waiting = [s for s, p in held.people if not p.decision and p.presence in {"", "present"}]
    if not held.people:
        raise RecordRefusedError(
            f"Aucun candidat n’est passé devant le jury {held.jury.id} : enregistrez les convocations et les décisions (R16)."
        )
    if waiting:
        raise RecordRefusedError(
            f"Il manque {french.count(len(waiting), 'décision')} du jury {held.jury.id} : {french.listing([s.name for s in waiting])}. "
            "Le procès-verbal les nomme toutes (R16) ; qui n’est pas venu est « absent » ou « excusé ». "
            "Pour le jour même, imprimez le procès-verbal à remplir (minutes-blank)."
        )
    blocks: tuple[Block, ...] = (
        Pairs(_session_pairs(frame, held)),
        Heading("Composition du jury"), _composition(held.members),
        Heading("Candidats"), Paragraph(plain(_counts(held))), _decisions(frame, held),
        Lines("Observations générales", 4),
        Heading("Signatures"), _signatures(frame, held),
        Heading("Registre"), Paragraph(plain(f"{frame.whole_line}.")),
    )  # fmt: skip
    return _page(frame, held, "minutes", "Procès-verbal de délibération", blocks)


def _session_pairs(frame: Frame, held: Sitting) -> tuple[tuple[str, str], ...]:
    version, _, digest = frame.programme.referential.partition(" ")
    day = jury_day(held.jury, frame.programme)
    return (
        ("Certification", f"{frame.files.cycle.rules.certificate.label}, {frame.programme.title}"),
        ("Référentiel", f"version {version}, empreinte {digest}"),
        ("Promotion", frame.programme.label),
        ("Session de jury", held.jury.id),
        ("Procès-verbal", held.jury.minutes or UNKNOWN),
        ("Date", french.long_date(day) if day else UNKNOWN),
        ("Lieu", frame.programme.jury_place or UNKNOWN),
    )


def _composition(members: tuple[Member, ...]) -> Grid:
    rows = tuple((m.name, m.quality, m.outside, m.words) for m in members)
    headings = ("Nom et prénom", "Qualité", "Extérieur(e)", "Présent(e), excusé(e) ou déporté(e)")
    return Grid(
        "Membres du jury", headings, rows, (14, 12, 5, 10), row_mm=8,
        empty="La composition n’est plus lisible.",
    )  # fmt: skip


def _counts(held: Sitting) -> str:
    seen = Counter(p.presence for _, p in held.people)
    parts = [
        french.count(len(held.people), "candidat convoqué", "candidats convoqués"),
        french.count(seen["present"], "présent"),
        french.count(seen["absent"] + seen["excuse"], "absent ou excusé", "absents ou excusés"),
    ]
    if seen[""]:
        parts.append(f"{french.count(seen[''], 'présence non saisie', 'présences non saisies')}")
    return f"{', '.join(parts)}."


def _decisions(frame: Frame, held: Sitting) -> Grid:
    rows = tuple(
        (
            held.place(n),
            s.name,
            s.candidate.identity.employer if s.candidate.identity else "",
            _presence(p),
            _decision(frame, p),
        )
        for n, (s, p) in enumerate(held.people)
    )
    return Grid("Décisions", ("N°", "Candidat(e)", "Collectivité", "Présence", "Décision"), rows, (2, 14, 14, 7, 14))


def _presence(passage: Passage) -> str:
    return PRESENCES.get(passage.presence, "Non saisie")


def _decision(frame: Frame, passage: Passage) -> str:
    return outcome_words(passage.decision, frame.programme) if passage.decision else "Aucune : n’a pas été entendu(e)"


def _signatures(frame: Frame, held: Sitting) -> Signatures:
    names = [m.name for m in held.members if not m.recused]
    first = frame.files.cycle.rules.jury.president == "premier_nomme"
    labels = tuple(f"{name}, préside le jury" if n == 0 and first else name for n, name in enumerate(names))
    return Signatures(labels or ("Le jury",))


def _page(
    frame: Frame, held: Sitting, kind: str, title: str, blocks: tuple[Block, ...], *, wide: bool = False, mark: str = ""
) -> Document:
    day = jury_day(held.jury, frame.programme)
    when = f" du {french.long_date(day)}" if day else ""
    return Document(
        kind=kind,
        template="page",
        title=f"{title}{when}",
        subtitle=f"{frame.cycle_line()} · session de jury « {held.jury.id} »",
        blocks=blocks,
        sender=frame.sender[:2],
        footer=frame.short_line,
        wide=wide,
        mark=mark,
    )
