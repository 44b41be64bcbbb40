"""A document as blocks: nothing of it is markup, so nothing in it can be executed or change its form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Span:
    """Some text of one style; a line feed ends a line."""

    text: str
    style: str = ""
    """strong, emphasis, or empty."""


Inline: TypeAlias = tuple[Span, ...]


def plain(text: str) -> Inline:
    """Return text without style."""
    return (Span(text),)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph."""

    spans: Inline


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the document's title: level 2 or 3."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Inline, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Pairs:
    """Labels and values."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; ``weights`` share the width, ``row_mm`` leaves room to write."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    weights: tuple[int, ...] = ()
    row_mm: int = 0
    empty: str = ""
    """Said instead of a table without rows."""


def fitting(rows: int, room: int, least: int, most: int) -> int:
    """Return the height of a row in mm, so that ``rows`` of them fill at most ``room`` mm; a hand needs ``least``."""
    return max(least, min(most, room // max(1, rows)))


@dataclass(frozen=True, slots=True)
class Signatures:
    """Frames to sign in, two a line."""

    labels: tuple[str, ...]
    height_mm: int = 28


@dataclass(frozen=True, slots=True)
class Lines:
    """Ruled lines to write on, introduced by a label."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins a page."""


Block: TypeAlias = Paragraph | Heading | Items | Pairs | Grid | Signatures | Lines | PageBreak


@dataclass(frozen=True, slots=True)
class Document:
    """One document, ready to be drawn."""

    kind: str
    template: str
    """page, letter or certificate."""
    title: str
    """Also the title of the file, which a screen reader says first."""
    blocks: tuple[Block, ...]
    subtitle: str = ""
    sender: tuple[str, ...] = ()
    addressee: tuple[str, ...] = ()
    dated: str = ""
    """« Angers, le 17 mars 2027 »."""
    footer: str = ""
    """The one short line that says where it comes from; empty on a certificate."""
    wide: bool = False
    mark: str = ""
    """Printed large above the title, such as DUPLICATA."""
    notices: tuple[str, ...] = ()
    """Said in a frame before anything else, and above each page."""
    code: tuple[str, ...] = ()
    """Number and verification code at the foot of a certificate."""

    def texts(self) -> Iterator[str]:
        """Yield every text of the document, for checks of wording."""
        yield from (self.title, self.subtitle, self.mark, self.dated, self.footer)
        yield from (*self.notices, *self.sender, *self.addressee, *self.code)
        for block in self.blocks:
            yield from texts_of(block)


def texts_of(block: Block) -> Iterator[str]:
    """Yield the texts of one block."""
    match block:
        case Paragraph(spans):
            yield "".join(span.text for span in spans)
        case Heading(text=text):
            yield text
        case Items(items):
            yield from ("".join(span.text for span in item) for item in items)
        case Pairs(rows):
            yield from (text for row in rows for text in row)
        case Grid():
            yield from (block.caption, *block.headings, block.empty)
            yield from (cell for row in block.rows for cell in row)
        case Signatures(labels):
            yield from labels
        case Lines(label=label):
            yield label
        case PageBreak():
            return
