"""``{placeholders}`` in the texts of a layout: ``{jury.date} [date non fixée]``.

The value takes the place of the braces; when it is missing, the sentence in brackets does. A value is text, which is
escaped where HTML is wanted, or a block of HTML, which then takes the place of its whole paragraph.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sync_service.domain.typography import french

_PLACE = re.compile(r"\{([a-z_.]+)\}(?:\s*\[((?:[^\[\]])*)\])?")
_PARAGRAPH = re.compile(r"<p>\{([a-z_.]+)\}(?:\s*\[((?:[^\[\]])*)\])?</p>")


class MissingValueError(ValueError):
    """A placeholder without value and without sentence in brackets, or one that does not exist."""


@dataclass(frozen=True, slots=True)
class Values:
    """What placeholders stand for; an empty text is a value that nobody has given yet."""

    texts: Mapping[str, str]
    blocks: Mapping[str, str] = field(default_factory=dict)

    def extended(self, other: Values) -> Values:
        """Return these values with ``other``'s on top."""
        return Values({**self.texts, **other.texts}, {**self.blocks, **other.blocks})

    def get(self, name: str) -> str | None:
        """Return a text or block; None when there is no such placeholder."""
        return self.texts.get(name, self.blocks.get(name))


def fill_html(text: str, values: Values) -> str:
    """Fill HTML. Raises MissingValueError."""

    def block(found: re.Match[str]) -> str:
        name = found[1]
        return values.blocks[name] if values.blocks.get(name) else found[0]

    return _PLACE.sub(lambda found: _inline(found, values, escape=True), _PARAGRAPH.sub(block, text))


def fill_text(text: str, values: Values) -> str:
    """Fill a plain text, such as a name. Raises MissingValueError."""
    return french(_PLACE.sub(lambda found: _inline(found, values, escape=False), text))


def mistakes(text: str, values: Values) -> Iterator[str]:
    """Say in French what is wrong with each placeholder of ``text``."""
    for found in _PLACE.finditer(text):
        value = values.get(found[1])
        if value is None:
            yield f"« {{{found[1]}}} » n’existe pas ; valeurs possibles : {', '.join(sorted(_names(values)))}"
        elif not value and found[2] is None:
            yield f"« {{{found[1]}}} » n’a pas de valeur : donnez-la, ou ajoutez une phrase de remplacement entre crochets"
        if found[2]:
            yield from mistakes(found[2], values)


def _inline(found: re.Match[str], values: Values, *, escape: bool) -> str:
    value, block = values.texts.get(found[1], ""), values.blocks.get(found[1], "")
    if block:
        return block
    if value:
        return html.escape(french(value), quote=False) if escape else value
    if found[2] is None:
        raise MissingValueError(found[1])
    return _PLACE.sub(lambda inner: _inline(inner, values, escape=escape), found[2])


def _names(values: Values) -> set[str]:
    return {*values.texts, *values.blocks}
