"""Keeping secrets out of what leaves the process: logs, error sentences, recordings."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote, quote_plus

MASK = "«jeton»"
_SHORTEST = 4
"""A shorter secret would mask ordinary text, and base64 of it proves nothing."""


class Redactor:
    """Replaces given secrets by a mask in any text, whatever encoding they were dressed in."""

    def __init__(self, secrets: Iterable[str], *, mask: str = MASK) -> None:
        """Prepare one pattern for every form of every secret; secrets under 4 characters are left out."""
        self._mask = mask
        forms = {form for secret in secrets if len(secret) >= _SHORTEST for form in _forms(secret)}
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        self._pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE) if forms else None

    def __call__(self, text: str) -> str:
        """Return ``text`` without the secrets."""
        return text if self._pattern is None else self._pattern.sub(self._mask, text)

    def __repr__(self) -> str:
        """Show nothing of the secrets."""
        return "Redactor(…)"


def redact(text: str, secrets: Iterable[str]) -> str:
    """Return ``text`` without any of ``secrets``; a text is masked quickly when the secrets were seen before."""
    return _redactor(tuple(secrets))(text)


@lru_cache(maxsize=8)
def _redactor(secrets: tuple[str, ...]) -> Redactor:
    return Redactor(secrets)


def _forms(secret: str) -> set[str]:
    """Return the secret as it is, percent-encoded, in hexadecimal, in JSON escapes and in base64."""
    raw = secret.encode()
    plain = {secret, quote(secret, safe=""), quote_plus(secret), quote(quote(secret, safe=""), safe=""), raw.hex()}
    escaped = {json.dumps(secret)[1:-1], secret.replace("/", "\\/")}
    return plain | escaped | _base64_forms(raw)


def _base64_forms(raw: bytes) -> set[str]:
    """Return the part of base64 that is the same wherever the secret starts in a longer encoded text."""
    forms: set[str] = set()
    for offset in range(3):
        padded = b"\0" * offset + raw
        text = base64.b64encode(padded).decode().rstrip("=")
        start = (offset * 8 + 5) // 6
        end = len(padded) * 8 // 6
        core = text[start:end]
        if len(core) >= _SHORTEST:
            forms |= {core, core.replace("+", "-").replace("/", "_"), quote(core, safe="")}
    return forms
