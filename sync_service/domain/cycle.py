"""A cycle: what its source document says, and nothing more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sync_service.domain.referential import Rules
from sync_service.domain.typography import french


@dataclass(frozen=True, slots=True)
class Module:
    """One module of the cycle; ``described`` is False when the source document says nothing of it."""

    number: int
    title: str | None
    text: tuple[str, ...]
    """Sentences of the source document, word for word."""
    described: bool

    @property
    def label(self) -> str:
        """Return « Module 1 – La fonction … », set in French, or « Module 8 » when the source does not name it."""
        return french(f"Module {self.number} – {self.title}" if self.title else f"Module {self.number}")


@dataclass(frozen=True, slots=True)
class Source:
    """The document everything comes from, and the digest of the bytes that were read."""

    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Referential:
    """A dated version of the rules: its files' bytes are kept, their digest goes in the register."""

    version: str
    sha256: str
    """SHA-256 over the sorted lines « <sha256>  <file name> » of ``files``."""
    files: Mapping[str, bytes]
    source: Source


@dataclass(frozen=True, slots=True)
class Duration:
    """Length of the cycle as announced; the source says « environ »."""

    days: int
    approximate: bool
    halfdays_per_day: int


@dataclass(frozen=True, slots=True)
class Organiser:
    """Who organises, with the address and telephone of the source document."""

    name: str
    institute: str
    street: str
    postcode: str
    city: str
    phone: str
    fax: str
    website: str

    @property
    def producer(self) -> str:
        """Name it as the office whose archives these are."""
        return f"{self.name}, {self.institute}"


@dataclass(frozen=True, slots=True)
class DossierElement:
    """One of the two kinds of elements of the dossier pour le jury."""

    code: str
    nature: str
    """presentation_acquis or document_action."""
    label: str
    description: str


@dataclass(frozen=True, slots=True)
class Cycle:
    """The cycle under one version of its referential."""

    id: str
    code: str
    title: str
    regime: str
    """certificat_cnfpt, rncp or rs: decides the words used for the certificate (R17)."""
    referential: Referential
    duration: Duration
    modules: tuple[Module, ...]
    audience: tuple[str, ...]
    context: tuple[str, ...]
    aim: tuple[str, ...]
    objectives: tuple[str, ...]
    principles: tuple[str, ...]
    """Alternation and reflective practice."""
    methods: tuple[str, ...]
    support_sequences: str
    """The sentence that announces them."""
    dossier: tuple[DossierElement, ...]
    texts: Mapping[str, str]
    """Other sentences of the source document by key: assessment, delivery, footnote, required_documents …"""
    organiser: Organiser
    rules: Rules

    def module(self, number: int) -> Module:
        """Return one module. Raises KeyError when the cycle has no such number."""
        for module in self.modules:
            if module.number == number:
                return module
        raise KeyError(number)

    @property
    def described_modules(self) -> tuple[Module, ...]:
        """Modules that the source document describes."""
        return tuple(module for module in self.modules if module.described)
