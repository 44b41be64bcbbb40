"""Gather one person’s whole file: her lines of the register, the documents they name, what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sync_service.domain.certification import Context, Standing
from sync_service.domain.entry import pair
from sync_service.domain.person_file import Chapter, Paper, chapters, file_name
from sync_service.domain.promotion import PromotionFiles
from sync_service.domain.reports.model import Ending
from sync_service.errors import StoreError, UsageError
from sync_service.ports import BlobStore, Ledger
from sync_service.usecases.papers import KINDS
from sync_service.usecases.report import ending_of
from sync_service.usecases.standing import SHARED_TYPES, load

OTHERS = "nomme aussi d’autres personnes : à consulter sur place"


@dataclass(frozen=True, slots=True)
class PersonFile:
    """One person’s file of one promotion, ready to be drawn."""

    standing: Standing
    context: Context
    ending: Ending
    chapters: tuple[Chapter, ...]
    documents: Mapping[str, bytes]
    """Path in the folder → content."""
    names: Mapping[str, str]
    """Digest → path in the folder."""


def person_file(
    ledger: Ledger, files: PromotionFiles, blobs: BlobStore, subject: str, *, now: datetime, day: date, others: bool
) -> PersonFile:
    """Gather the file of one subject; ``others`` tells whether documents that name other people may be joined.

    Raises:
        UsageError: this person never belonged to the promotion.
    """
    loaded = load(ledger, files, as_of=day, only=subject)
    if not loaded.standings:
        raise UsageError(f"Cette personne n’est pas inscrite dans la promotion {files.promotion.label}.")
    standing = loaded.standings[0]
    events = tuple(
        ledger.events(types=(*SHARED_TYPES, "signin_sheet.filed", "document.issued"), promotion=files.promotion.id)
    )
    events = tuple(e for e in events if not e.subject.startswith("cand_"))
    revealed = ledger.reveal(events) if others else {event.id: {} for event in events}
    shared = pair(events, revealed)
    labels = {kind.code: kind.label for kind in KINDS.values()}
    gathered = [_gather(c, blobs, others=others) for c in chapters(standing, shared, loaded.context, labels)]
    documents = {path: content for _, found in gathered for path, (_, content) in found.items()}
    names = {digest: path for _, found in gathered for path, (digest, _) in found.items()}
    ending = ending_of(ledger, files, loaded.pull, now=now, day=day)
    return PersonFile(standing, loaded.context, ending, tuple(c for c, _ in gathered), documents, names)


def _gather(chapter: Chapter, blobs: BlobStore, *, others: bool) -> tuple[Chapter, dict[str, tuple[str, bytes]]]:
    """Fetch a chapter’s documents; each one that is not there becomes a sentence."""
    found: dict[str, tuple[str, bytes]] = {}
    missing = list(chapter.missing)
    for paper in chapter.papers:
        name = f"{paper.label[:1].upper()}{paper.label[1:]} (ligne {paper.seq})"
        missing += [f"{name} : {said}." for said in _fetch(paper, chapter.folder, blobs, found, others=others)]
    return replace(chapter, missing=tuple(missing)), found


def _fetch(
    paper: Paper, folder: str, blobs: BlobStore, found: dict[str, tuple[str, bytes]], *, others: bool
) -> Iterator[str]:
    if paper.shared and not others:
        yield OTHERS
    elif not blobs.holds(paper.digest):
        yield f"document non versé, empreinte {paper.digest[:16]}"
    else:
        try:
            content = blobs.get(paper.digest)
        except StoreError as error:
            yield error.sentence.rstrip(".")
            return
        found[f"{folder}/{file_name(paper, content)}"] = (paper.digest, content)
