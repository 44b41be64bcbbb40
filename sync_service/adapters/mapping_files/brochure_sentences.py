"""Cuts a source document in Markdown into its sentences, each with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀÂÉÈÊÎÔÇ])(?!FAX)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, heading or list item, without Markdown."""

    line: int
    text: str


def sentences_of(markdown: str) -> tuple[Sentence, ...]:
    """Return every sentence in order; lines broken by two spaces are one."""
    return tuple(
        Sentence(number, part)
        for number, text in _paragraphs(markdown)
        for part in _END.split(plain_text(text))
        if part
    )


def plain_text(markdown: str) -> str:
    """Return a line without Markdown, spaces made single."""
    text = _LINK.sub(r"\1", markdown.strip()).replace("\\*", "")
    return re.sub(r"\s+", " ", re.sub(r"^(?:#+|-)\s+", "", text).replace("*", "")).strip()


def _paragraphs(markdown: str) -> Iterator[tuple[int, str]]:
    start, parts = 0, []
    for number, line in enumerate(markdown.splitlines(), 1):
        if line.strip() and line.strip() != "---":
            start = start or number
            parts.append(line.strip())
        if parts and not line.endswith("  "):
            yield start, " ".join(parts)
            start, parts = 0, []
    if parts:
        yield start, " ".join(parts)
