"""Markdown as module authors write it: CommonMark, tables, marked notes, French typography."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import escape

Typeset: TypeAlias = Callable[[str], str]

NOTES = {
    "depart": ("note", "Point de départ"),
    "fiction": ("note", "Situation fictive"),
    "a-completer": ("note todo", "À compléter par l’intervenant(e)"),
}
"""``> [!name]`` opens one of these notes; ``> [!brochure]`` quotes the module's source."""
BROCHURE = "brochure"
_MARK = re.compile(r"\[!([a-z-]+)\]\s*")
_SPACE_BEFORE = re.compile(r"[ \u00a0](?=[:;?!%»])")


def french(text: str) -> str:
    """Give plain typing its French typography: no-break spaces, and ’ for '."""
    return _SPACE_BEFORE.sub("\u00a0", text.replace("'", "’").replace("« ", "«\u00a0"))


def markdown(source: str, typeset: Typeset) -> MarkdownIt:
    """Return a parser whose ``> [!brochure]`` quotes name ``source``."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")

    def notes(state: StateCore) -> None:
        _mark_notes(state.tokens, typeset(source))

    def typography(state: StateCore) -> None:
        for token in state.tokens:
            for child in token.children or ():
                if child.type == "text":
                    child.content = typeset(child.content)

    parser.core.ruler.after("block", "notes", notes)
    parser.core.ruler.push("typography", typography)
    return parser


def unknown_notes(tokens: Sequence[Token]) -> list[tuple[int, str]]:
    """Return (line, name) of each ``[!name]`` that means nothing."""
    return [
        (_line(token), mark[1])
        for token in tokens
        if token.type == "inline" and (mark := _MARK.match(token.content)) is not None
    ]


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 0


def _mark_notes(tokens: list[Token], source: str) -> None:
    """Turn each block quote that begins with a known mark into its note."""
    opened: list[str] = []
    for index, token in enumerate(tokens):
        if token.type == "blockquote_open":
            opened.append(_open(tokens, index, source))
        elif token.type == "blockquote_close" and (closing := opened.pop()):
            _replace(token, closing)


def _open(tokens: list[Token], index: int, source: str) -> str:
    """Open the note at ``index`` and return the HTML that closes it; empty for an ordinary quote."""
    first = tokens[index + 2] if index + 2 < len(tokens) else None
    mark = _MARK.match(first.content) if first is not None and first.type == "inline" else None
    if first is None or mark is None or mark[1] not in {BROCHURE, *NOTES}:
        return ""
    first.content = first.content[mark.end():]
    if mark[1] == BROCHURE:
        _replace(tokens[index], '<figure class="brochure"><blockquote>')
        return f"</blockquote><figcaption>Source : {escape(source)}</figcaption></figure>".replace(" :", "\u00a0:", 1)
    css, title = NOTES[mark[1]]
    _replace(tokens[index], f'<div class="{css}"><p class="note-title">{title}</p>')
    return "</div>"


def _replace(token: Token, html: str) -> None:
    token.type, token.tag, token.content = "html_block", "", html + "\n"
