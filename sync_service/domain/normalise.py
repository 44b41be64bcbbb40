"""When two values are the same to Moodle: one normaliser per form of field (design.md §4).

Moodle cleans HTML, escapes names, turns truth values into digits and numbers into decimal text. A normaliser brings a
declared value and a seen value to one form, so that only a difference that a reader would see is a difference.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from enum import Enum
from html import escape, unescape
from html.parser import HTMLParser
from typing import Final, TypeAlias

from sync_service.domain.lms_state import Json


class Missing(Enum):
    """The one value that says a field was not given, or not shown."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING
Value: TypeAlias = "Json | Missing"
Form: TypeAlias = Callable[[Json], Json]

_BLANK = re.compile(r"[ \t\r\n\f]+")
_PLUGINFILE = re.compile(
    r"https?://[^\s\"'<>]*?/(?:webservice/)?(?:pluginfile|draftfile)\.php/\d+/[a-z_]+/[a-z_]+(?:/\d+)?/"
)
_SILENT = frozenset({"script", "style"})
_BLOCKS = frozenset(
    {"address", "blockquote", "br", "dd", "div", "dl", "dt", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li",
     "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"}
)  # fmt: skip
_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "source", "track", "wbr"})


def plain(value: Json) -> Json:
    """Keep a value as it is; absent text is empty text."""
    return "" if value is None else value


def text(value: Json) -> Json:
    """Return a name without entities, outer blanks or runs of blanks (Moodle escapes ``&`` in every name)."""
    return _BLANK.sub(" ", unescape(str(plain(value)))).strip(" ")


def flag(value: Json) -> Json:
    """Return a truth value for true, 1, "1" and their opposites."""
    return value not in (None, False, 0, "", "0", "false")


def number(value: Json) -> Json:
    """Return a whole number, or decimal text without useless zeros: "100.00000" and "100,00" are 100."""
    if value is None or value == "":
        return 0
    if isinstance(value, int):
        return int(value)
    try:
        decimal = Decimal(str(value).replace(",", "."))
    except InvalidOperation:
        return str(value)
    return int(decimal) if decimal == decimal.to_integral_value() else str(decimal.normalize())


def minute(value: Json) -> Json:
    """Return a moment or a duration without its seconds: Moodle's forms drop them whenever somebody saves."""
    seconds = number(value)
    return seconds - seconds % 60 if isinstance(seconds, int) else seconds


def words(value: Json) -> Json:
    """Return a list written as text (« .pdf, odt ») as sorted words without leading dots."""
    parts = re.split(r"[\s,;]+", str(plain(value)).lower())
    return sorted({part.lstrip(".") for part in parts if part.strip(".")})


def keys(value: Json) -> Json:
    """Return a list of keys sorted, each once."""
    if value is None or isinstance(value, str | int | Mapping):
        return []
    return sorted({str(item) for item in value})


def key_set(value: Json) -> Json:
    """Return a list of keys as a set that must be met exactly; none at all is null."""
    return keys(value) or None


def tree(value: Json) -> Json:
    """Return an availability tree as canonical text; no condition at all is null."""
    if isinstance(value, str) and value:
        try:
            value = json.loads(value)
        except ValueError:
            return value
    if not isinstance(value, Mapping) or not value.get("c", value.get("type")):
        return None
    return json.dumps(_bare(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _bare(node: Json) -> Json:
    if isinstance(node, Mapping):
        return {key: _bare(child) for key, child in node.items() if key not in {"showc", "show"}}
    if isinstance(node, Sequence) and not isinstance(node, str):
        return [_bare(child) for child in node]
    return node


def html(value: Json) -> Json:
    """Return HTML as Moodle's cleaning leaves it: no script, sorted attributes, one blank for many, local file links."""
    parser = _Canonical()
    parser.feed(_PLUGINFILE.sub("@@PLUGINFILE@@/", str(plain(value))))
    parser.close()
    return parser.result()


class _Canonical(HTMLParser):
    """Rewrites HTML token by token; blanks beside a block tag mean nothing."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[tuple[str, bool, bool]] = []
        self._text: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif not self._silent:
            self._tag(f"<{tag}{_attributes(attrs)}>", block=tag in _BLOCKS)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _SILENT and not self._silent:
            closing = "" if tag in _VOID else f"</{tag}>"
            self._tag(f"<{tag}{_attributes(attrs)}>{closing}", block=tag in _BLOCKS)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif not self._silent and tag not in _VOID:
            self._tag(f"</{tag}>", block=tag in _BLOCKS)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._text.append(data)

    def _tag(self, markup: str, *, block: bool) -> None:
        self._flush()
        self._parts.append((markup, True, block))

    def _flush(self) -> None:
        if self._text:
            self._parts.append((_BLANK.sub(" ", "".join(self._text)), False, False))
            self._text.clear()

    def result(self) -> str:
        self._flush()
        edge = [True, *(block for _, _, block in self._parts), True]
        return "".join(
            part if is_tag else _trimmed(part, after_block=edge[i], before_block=edge[i + 2])
            for i, (part, is_tag, _) in enumerate(self._parts)
        )


def _trimmed(part: str, *, after_block: bool, before_block: bool) -> str:
    part = part.lstrip(" ") if after_block else part
    return escape(part.rstrip(" ") if before_block else part, quote=False)


def _attributes(attrs: Iterable[tuple[str, str | None]]) -> str:
    kept = sorted((name, _BLANK.sub(" ", value or "").strip().rstrip(";")) for name, value in attrs
                  if name != "rel" and not name.startswith("on"))  # fmt: skip
    return "".join(f' {name}="{escape(value)}"' for name, value in kept)
