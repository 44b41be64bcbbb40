"""What the embedded fonts can print: a name of file from a telephone never stops a document.

PDF/UA and PDF/A refuse a sign that no font of the file has. Whatever is outside what was tried (Latin, Greek, Cyrillic,
punctuation, currency, arrows, mathematics, geometric shapes) is printed as « □ »; what has no shape is left out.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_SHAPELESS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_UNTRIED = re.compile(
    r"[^\t\n\u0020-\u04ff\u1e00-\u1fff\u2002-\u2030\u2032-\u203e\u20a0-\u20bf\u2116\u2122\u2190-\u22ff\u25a0-\u25ff]"
)
BOX = "\u25a1"


def printable(value: Any) -> Any:
    """Return a value of JSON with each of its texts reduced to what can be printed, composed first (NFC)."""
    if isinstance(value, str):
        composed = unicodedata.normalize("NFC", value)
        return _UNTRIED.sub(BOX, _SHAPELESS.sub("", composed))
    if isinstance(value, dict):
        return {name: printable(item) for name, item in value.items()}
    return [printable(item) for item in value] if isinstance(value, list) else value
