"""Letters whose text the office edits: a subject, blocks with ``{placeholders}``, and what each placeholder stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sync_service.domain.documents.model import Block, Heading, Inline, Items, Paragraph, Span, texts_of
from sync_service.domain.placeholders import MissingValueError, Values, fill_text, mistakes
from sync_service.domain.typography import french
from sync_service.errors import UsageError

_BLOCK = re.compile(r"\s*\{([a-z_.]+)\}\s*(?:\[[^\]{}]*\]\s*)?")
"""A block alone in its paragraph, with or without the sentence in brackets that stands for it when it is empty."""
_COMMON = (
    "cycle.titre", "cycle.certificat", "promotion.nom", "promotion.debut", "promotion.fin", "organisme.nom",
    "organisme.institut", "organisme.adresse", "organisme.telephone", "contact.general", "contact.dossier",
    "contact.absence", "contact.amenagement", "document.date",
)  # fmt: skip
_PERSON = (
    "personne.nom", "personne.nom_usage", "personne.nom_naissance", "personne.prenom", "personne.matricule",
    "personne.collectivite", "personne.fonction", "personne.adresse", "personne.adresse_collectivite",
)  # fmt: skip
_JURY = ("jury.date", "jury.lieu", "jury.heure", "jury.ordre", "jury.reference")
_DOSSIER = ("dossier.limite", "dossier.etat", "dossier.remis")
_DECISION = ("decision.resultat", "decision.date", "recours", "certificat.numero")
_PRESENCE = ("presence.jours", "presence.demi_journees", "presence.absences", "presence.periode", "cycle.duree")


@dataclass(frozen=True, slots=True)
class LetterKind:
    """What one letter may say: names of placeholders, and of blocks that stand alone in their paragraph."""

    file: str
    texts: tuple[str, ...]
    blocks: tuple[str, ...] = ()


_NOTIFIED = (*_COMMON, *_PERSON, *_JURY, *_DECISION)
KINDS: Mapping[str, LetterKind] = {
    kind.file: kind
    for kind in (
        LetterKind(
            "accuse-reception", (*_COMMON, *_PERSON, *_DOSSIER, "jury.date"), ("dossier.fichiers", "dossier.pieces")
        ),
        LetterKind("relance", (*_COMMON, *_PERSON, *_DOSSIER, "jury.date"), ("dossier.manques",)),
        LetterKind("convocation-candidat", (*_COMMON, *_PERSON, *_JURY)),
        LetterKind(
            "convocation-jury", (*_COMMON, *_JURY, "membre.nom", "membre.qualite", "membre.adresse", "jury.candidats")
        ),
        *(
            LetterKind(f"notification-{outcome}", _NOTIFIED)
            for outcome in ("favorable", "defavorable", "ajourne", "complement", "absent")
        ),
        LetterKind("attestation-formation", (*_COMMON, *_PERSON, *_PRESENCE), ("cycle.objectifs", "presence.modules")),
        LetterKind("attestation-presence", (*_COMMON, *_PERSON, *_PRESENCE), ("presence.modules", "presence.sessions")),
    )
}
"""The letters that the office may edit, by name of file."""


@dataclass(frozen=True, slots=True)
class Letter:
    """The text of a letter as the office wrote it, placeholders left in place."""

    name: str
    subject: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class LetterValues:
    """What the placeholders of one letter stand for: texts, and blocks of their own."""

    texts: Mapping[str, str]
    blocks: Mapping[str, tuple[Block, ...]]


def unknown_places(name: str, text: str) -> Iterator[str]:
    """Say in French which placeholders of one line of a letter do not exist."""
    kind = KINDS[name]
    yield from mistakes(text, Values(dict.fromkeys((*kind.texts, *kind.blocks), "…")))


def fill(letter: Letter, values: LetterValues) -> tuple[str, tuple[Block, ...]]:
    """Return the subject and the blocks of a letter with every placeholder filled.

    Raises:
        UsageError: a value is not known, and the letter has no sentence in brackets to say instead.
    """
    try:
        subject = fill_text(letter.subject, Values(values.texts))
        return subject, tuple(made for block in letter.blocks for made in _filled(block, values))
    except MissingValueError as error:
        raise UsageError(
            f"La lettre « {letter.name} » a besoin de {{{error}}}, que le registre ne connaît pas : enregistrez-le, ou "
            "écrivez dans la lettre une phrase de remplacement entre crochets après l’accolade."
        ) from None


def _filled(block: Block, values: LetterValues) -> Sequence[Block]:
    if isinstance(block, Paragraph):
        alone = _BLOCK.fullmatch("".join(span.text for span in block.spans))
        if alone is not None and values.blocks.get(alone[1]):
            return values.blocks[alone[1]]
        return (Paragraph(_inline(block.spans, values)),)
    if isinstance(block, Items):
        return (replace(block, items=tuple(_inline(item, values) for item in block.items)),)
    if isinstance(block, Heading):
        return (replace(block, text=fill_text(block.text, Values(values.texts))),)
    return (block,)


def _inline(spans: Inline, values: LetterValues) -> Inline:
    return tuple(Span(fill_text(span.text, Values(_flat(values))), span.style) for span in spans)


def _flat(values: LetterValues) -> dict[str, str]:
    """Return every value as text, for a block named in the middle of a sentence and for the CSV."""
    blocks = {name: flat_text(blocks) for name, blocks in values.blocks.items()}
    return {**blocks, **values.texts}


def flat_text(blocks: Sequence[Block]) -> str:
    """Return the text of blocks on one line."""
    return french(" ; ".join(text for block in blocks for text in _lines(block)))


def _lines(block: Block) -> Iterator[str]:
    rows = getattr(block, "rows", None)
    if rows is None:
        yield from filter(None, texts_of(block))
    elif rows:
        yield from (", ".join(cell for cell in row if cell) for row in rows)
    else:
        yield from filter(None, (getattr(block, "empty", ""),))


def merge_row(letter: Letter, values: LetterValues) -> dict[str, str]:
    """Return one row of the mail merge: every placeholder of this letter by name, in the order of their declaration."""
    kind, flat = KINDS[letter.name], _flat(values)
    return {name: flat.get(name, "") for name in (*kind.texts, *kind.blocks)}
