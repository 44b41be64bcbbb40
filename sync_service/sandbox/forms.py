"""What a browser or a client sends: fields with bracketed names as PHP reads them, and files."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email import policy
from email.parser import BytesParser
from typing import Any
from urllib.parse import parse_qsl

MAX_FIELDS = 5000
"""PHP's max_input_vars as Moodle wants it: what comes above is dropped without a word."""
_MAX_DEPTH = 64
_BRACKET = re.compile(r"\[([^\]]*)\]")


@dataclass(slots=True)
class Form:
    """Decoded fields, nested, and files as (name sent, bytes)."""

    fields: dict[str, Any] = field(default_factory=dict)
    files: list[tuple[str, bytes]] = field(default_factory=list)

    def take(self, name: str) -> str:
        """Remove and return a scalar field, empty when it is absent or nested."""
        value = self.fields.pop(name, "")
        return value if isinstance(value, str) else ""


def decode_pairs(text: str) -> list[tuple[str, str]]:
    """Return the fields of a query string or of an urlencoded body."""
    try:
        return parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="replace")
    except ValueError:
        return []


def nest(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Return ``a[0][b]=v`` as nested objects; the last of two equal names wins, as in PHP."""
    result: dict[str, Any] = {}
    for name, value in pairs[:MAX_FIELDS]:
        head, bracket, rest = name.partition("[")
        keys = [head.strip().replace(".", "_").replace(" ", "_")]
        if bracket:
            keys += _BRACKET.findall(bracket + rest)
        if keys[0] and len(keys) <= _MAX_DEPTH:
            _put(result, keys, value)
    return result


def _put(target: dict[str, Any], keys: list[str], value: str) -> None:
    """Store one value under its path; an empty key means the next number."""
    for position, raw in enumerate(keys):
        key = raw
        if not key:
            numbers = [int(name) for name in target if name.isascii() and name.isdigit()]
            key = str(max(numbers, default=-1) + 1)
        if position == len(keys) - 1:
            target[key] = value
            return
        inner = target.get(key)
        if not isinstance(inner, dict):
            inner = target[key] = {}
        target = inner


def decode_body(content_type: str, body: bytes) -> Form:
    """Decode a POST body; what cannot be read is empty, as PHP leaves it."""
    media = content_type.partition(";")[0].strip().lower()
    if media == "multipart/form-data":
        return _multipart(content_type, body)
    if media in {"", "application/x-www-form-urlencoded"}:
        return Form(nest(decode_pairs(body.decode("utf-8", "replace"))))
    return Form()


def _multipart(content_type: str, body: bytes) -> Form:
    """Decode a multipart body with the standard library's mail parser."""
    header = f"Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode("ascii", "replace")
    message = BytesParser(policy=policy.HTTP).parsebytes(header + body)
    pairs: list[tuple[str, str]] = []
    form = Form()
    for part in message.iter_parts() if message.is_multipart() else ():
        disposition = part["Content-Disposition"]
        name = disposition.params.get("name", "") if disposition is not None else ""
        content = part.get_payload(decode=True)
        data = content if isinstance(content, bytes) else b""
        filename = disposition.params.get("filename") if disposition is not None else None
        if filename is not None:
            if filename:
                form.files.append((filename, data))
        elif name:
            pairs.append((name, data.decode("utf-8", "replace")))
    form.fields = nest(pairs)
    return form
