"""Read back every document that the register names (ledger-format.md §4): a hash without its bytes proves little."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sync_service.domain.event import Event
from sync_service.domain.event_types import label_of
from sync_service.domain.lms_state import Json
from sync_service.ports import BlobStore, Ledger

WHOLE, MISSING, DAMAGED, SEALED = "whole", "missing", "damaged", "sealed"
"""States of a document kept: read back; nowhere; not what was put; without its key."""
_MADE_HERE = frozenset({"document.issued"})
"""Types whose bytes were kept by the software itself: they must be there. What the office filed may be on paper only."""


@dataclass(frozen=True, slots=True)
class Named:
    """One document named by a line, and what was found of it."""

    sha256: str
    line: int
    state: str
    """whole, missing, damaged, sealed, eliminated (its key was destroyed, and a line says so) or not_kept (filed elsewhere)."""


@dataclass(frozen=True, slots=True)
class Documents:
    """What the reading of the documents found."""

    named: tuple[Named, ...]
    findings: tuple[str, ...]

    @property
    def not_kept(self) -> int:
        """How many are named and are not here: never handed in, or taken away."""
        return sum(item.state == "not_kept" for item in self.named)

    @property
    def read(self) -> int:
        """How many were read back whole."""
        return sum(item.state == WHOLE for item in self.named)

    def listed(self) -> list[dict[str, Json]]:
        """Return them as plain objects, for ``--json``."""
        return [{"sha256": item.sha256, "line": item.line, "state": item.state} for item in self.named]


@dataclass(slots=True)
class _Mentions:
    """The lines that name one document."""

    line: int
    label: str
    subjects: set[str] = field(default_factory=set)
    made_here: bool = False


def check_documents(ledger: Ledger, blobs: BlobStore) -> Documents:
    """Read back every document that a line names, once each: present, decrypted, of that hash; or its key destroyed."""
    destroyed: set[str] = set()
    mentions: dict[str, _Mentions] = {}
    for event in ledger.events():
        if event.type == "vault.key_destroyed":
            destroyed.add(event.subject)
        for digest in named_by(event):
            held = mentions.setdefault(digest, _Mentions(event.seq, label_of(event.type)))
            held.subjects.add(event.subject)
            held.made_here |= event.type in _MADE_HERE
    named = tuple(
        Named(digest, held.line, _state(held, blobs.state(digest), destroyed)) for digest, held in mentions.items()
    )
    findings = tuple(
        f"Ligne {item.line} ({mentions[item.sha256].label}) : le document {item.sha256[:16]}… {_SAID[item.state]}."
        for item in named
        if item.state in _SAID
    )
    return Documents(named, findings)


_SAID = {
    MISSING: "n’est plus dans le dossier des documents",
    DAMAGED: "n’est plus celui qui y a été déposé",
    SEALED: "ne peut plus être lu : sa clé manque sans que sa destruction soit enregistrée",
}


def named_by(event: Event) -> Iterator[str]:
    """Yield the hashes of the documents that a line names as its evidence."""
    files = event.evidence.get("files")
    yield from (str(item) for item in files) if isinstance(files, list | tuple) else ()


def _state(held: _Mentions, state: str, destroyed: set[str]) -> str:
    if state in {MISSING, SEALED} and held.subjects & destroyed:
        return "eliminated"
    return "not_kept" if state == MISSING and not held.made_here else state
