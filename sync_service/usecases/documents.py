"""Issue a document once: its bytes are kept, then the line that names them; asked again, it is never drawn again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias
from zoneinfo import ZoneInfo

from sync_service.domain import french
from sync_service.domain.act import What, act
from sync_service.domain.documents.model import Document
from sync_service.domain.entry import day_of
from sync_service.domain.envelope import utc_text
from sync_service.domain.event import Event, Head, Series
from sync_service.domain.lms_state import Json
from sync_service.domain.reports.model import Report
from sync_service.errors import UsageError
from sync_service.ports import BlobStore, Ledger
from sync_service.usecases.desk import Desk

REASONS: Mapping[str, str] = {
    "nouvelle-situation": "new_situation",
    "erreur": "error",
    "texte-modifie": "new_text",
    "autre": "other",
}
"""Why a document may be drawn again."""


Paper: TypeAlias = Document | Report
"""What a drawing is made of."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One document asked for: what it is, about whom or what, and how to draw it if it never was."""

    kind: str
    subject: str
    series: Series
    name: str
    """Name of the file, without its ending."""
    build: Callable[[], Paper]
    jury: str = ""
    session: str = ""
    rank: str = ""
    """What makes it another document: number of a certificate, rank of a duplicate, member of a jury."""
    stored: bool = True
    """False for a blank sheet, which says nothing yet."""

    @property
    def object(self) -> str:
        """What the register calls it: the kind, the jury or session, the rank."""
        return "/".join(part for part in (self.kind, self.jury or self.session, self.rank) if part)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The bytes of a document, and the template that made them: « letter/1 »."""

    content: bytes
    template: str


@dataclass(frozen=True, slots=True)
class Issued:
    """A document as it was issued."""

    wanted: Wanted
    content: bytes
    digest: str
    issued_on: date
    new: bool
    outdated: bool = False
    """Whether the identity of the person it is about was corrected since: it bears the former one."""


def again_code(reason: str) -> str:
    """Return the code of a reason to draw again, empty for none. Raises UsageError for another reason."""
    if not reason:
        return ""
    code = REASONS.get(french.code_of(reason))
    if code is None:
        raise UsageError(f"Motif d’un nouvel exemplaire : {french.listing(list(REASONS))}.")
    return code


def issue(
    desk: Desk, blobs: BlobStore, wanted: Wanted, draw: Callable[[Paper], Drawn], *, head: Head, again: str = ""
) -> Issued:
    """Return a document, drawn only if it never was or if ``again`` gives the reason of a new version.

    ``head`` is the state of the register that the document was made from, and says.

    Raises:
        RecordRefusedError, UsageError: the document may not be made yet, or no longer.
        StoreError: its bytes cannot be kept, or those that were kept cannot be read.
    """
    before = issued_before(desk, wanted)
    if before and not again:
        return _stored(desk, blobs, wanted, before[-1])
    drawn = draw(wanted.build())
    digest = blobs.put(drawn.content, subject=wanted.subject, series=wanted.series, now=desk.filing.observed_at)
    day = french.in_zone(desk.filing.observed_at, ZoneInfo(desk.files.promotion.zone)).date()
    data: dict[str, Json] = {
        "document": wanted.kind, "template": drawn.template, "sha256": digest, "size": head.size, "root": head.root,
        "known_at": utc_text(desk.filing.observed_at),
    }  # fmt: skip
    data |= {name: value for name, value in (("jury", wanted.jury), ("session", wanted.session)) if value}
    what = What(
        day,
        data,
        files=(digest,),
        replaces=(before[-1].id,) if before else (),
        reason=again if before and again else None,
    )
    token = f"{wanted.object}|{len(before) + 1}"
    written = desk.write(
        [act(desk.filing, "document.issued", wanted.subject, wanted.object, what, token=token)]
    ).written
    if not written:  # someone else issued it meanwhile: hers is the one
        return _stored(desk, blobs, wanted, issued_before(desk, wanted)[-1])
    return Issued(wanted, drawn.content, digest, day, new=True)


def issued_before(desk: Desk, wanted: Wanted) -> tuple[Event, ...]:
    """Return the lines of the register that name this document, oldest first."""
    promotion = desk.files.promotion.id
    return tuple(
        event
        for event in desk.ledger.events(subject=wanted.subject, types=["document.issued"])
        if event.source.get("object") == wanted.object and event.promotion == promotion
    )


def _stored(desk: Desk, blobs: BlobStore, wanted: Wanted, event: Event) -> Issued:
    digest = str(event.data.get("sha256", ""))
    zone = ZoneInfo(desk.files.promotion.zone)
    day = day_of(event.valid_from, zone) if event.valid_from else event.recorded_at.astimezone(zone).date()
    corrected = desk.ledger.events(after=event.seq, subject=wanted.subject, types=["identity.corrected"])
    return Issued(wanted, blobs.get(digest), digest, day, new=False, outdated=next(corrected, None) is not None)


def lost_documents(ledger: Ledger, blobs: BlobStore) -> tuple[Event, ...]:
    """Return the lines that name a document issued whose bytes are nowhere; one eliminated is not lost."""
    return tuple(e for e in ledger.events(types=["document.issued"]) if not blobs.holds(str(e.data.get("sha256", ""))))
