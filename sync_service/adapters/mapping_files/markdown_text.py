"""Markdown of a mapping file to HTML, with French typography; raw HTML is shown as it is written, never obeyed."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.token import Token

from sync_service.domain.typography import french

_MARKDOWN = MarkdownIt("commonmark", {"html": False})


def to_html(text: str) -> str:
    """Return the HTML of a Markdown text, ``{placeholders}`` left in place."""
    rendered: str = _MARKDOWN.render(french(text.strip()))
    return rendered.strip()


def to_tokens(text: str) -> list[Token]:
    """Return the tokens of a Markdown text."""
    return _MARKDOWN.parse(french(text.strip()))
