"""Markdown as module authors write it: CommonMark, tables, marked notes, French typography."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import escape

from sync_service.adapters.scorm.directives import use_directives
from sync_service.adapters.scorm.texts import TEXTS, Typeset

NOTES = {"depart": "note", "fiction": "note", "a-completer": "note todo"}
"""``> [!name]`` opens one of these notes; ``> [!brochure]`` quotes the module's source."""
BROCHURE = "brochure"
_MARK = re.compile(r"\[!([a-z-]+)\]\s*")
_ANY_MARK = re.compile(r"\[!([^\]\n]*)\]")
_SPACE_BEFORE = re.compile(r"[ \u00a0](?=[:;?!%»])|(?<=\d) (?=(?:h|€)(?!\w))|(?<=\d[ \u00a0]h) (?=\d)")


def french(text: str) -> str:
    """Give plain typing its French typography: no-break spaces (18 h 30 too), and ’ for '."""
    return _SPACE_BEFORE.sub("\u00a0", text.replace("'", "’").replace("« ", "«\u00a0"))


def markdown(source: str, typeset: Typeset, language: str) -> MarkdownIt:
    """Return a parser whose ``> [!brochure]`` quotes name ``source``."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    use_directives(parser)
    texts = {name: str(escape(typeset(text))) for name, text in TEXTS[language].items()}
    texts["source"] = texts["source"].replace("{0}", str(escape(typeset(source))))

    def notes(state: StateCore) -> None:
        _mark_notes(state.tokens, texts)

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
        if token.type == "inline" and (mark := _ANY_MARK.match(token.content)) is not None
    ]


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 0


def _mark_notes(tokens: list[Token], texts: dict[str, str]) -> None:
    """Turn each block quote that begins with a known mark into its note."""
    opened: list[str] = []
    for index, token in enumerate(tokens):
        if token.type == "blockquote_open":
            opened.append(_open(tokens, index, texts))
        elif token.type == "blockquote_close" and (closing := opened.pop()):
            _replace(token, closing)


def _open(tokens: list[Token], index: int, texts: dict[str, str]) -> str:
    """Open the note at ``index`` and return the HTML that closes it; empty for an ordinary quote."""
    first = tokens[index + 2] if index + 2 < len(tokens) else None
    mark = _MARK.match(first.content) if first is not None and first.type == "inline" else None
    if first is None or mark is None or mark[1] not in {BROCHURE, *NOTES}:
        return ""
    first.content = first.content[mark.end() :]
    if mark[1] == BROCHURE:
        _replace(tokens[index], '<figure class="brochure"><blockquote>')
        return f"</blockquote><figcaption>{texts['source']}</figcaption></figure>"
    _replace(tokens[index], f'<div class="{NOTES[mark[1]]}"><p class="note-title">{texts[mark[1]]}</p>')
    return "</div>"


def _replace(token: Token, html: str) -> None:
    token.type, token.tag, token.content = "html_block", "", html + "\n"
