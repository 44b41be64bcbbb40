"""Every form in which a value could have been left somewhere, and a search for them in files and texts."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from hashlib import md5, sha1, sha256
from pathlib import Path
from urllib.parse import quote, quote_plus


def encoded(value: bytes) -> Iterator[bytes]:
    """Yield a secret as it is, URL-encoded, in hexadecimal, and in base64 wherever it begins."""
    yield value
    yield quote(value, safe="").encode()
    yield quote_plus(value).encode()
    yield quote(quote(value, safe=""), safe="").encode()
    yield value.hex().encode()
    yield value.hex().upper().encode()
    for alphabet in (base64.b64encode, base64.urlsafe_b64encode):
        for lead in range(3):
            whole = alphabet(b"\0" * lead + value + b"\0" * (-(lead + len(value)) % 3))
            yield whole[4 if lead else 0 : len(whole) - (4 if (lead + len(value)) % 3 else 0)]


def hashed(value: str) -> Iterator[bytes]:
    """Yield a name in the encodings a database may use, and its plain hashes as bytes and in hexadecimal."""
    for text in {value, value.lower(), value.upper(), value.casefold()}:
        for content in (text.encode(), text.encode("utf-16-le")):
            yield content
            yield quote(content).encode()
        for algorithm in (sha256, sha1, md5):
            digest = algorithm(text.encode()).digest()
            yield digest
            yield digest.hex().encode()
            yield base64.b64encode(digest).rstrip(b"=")


def found_in(content: bytes, forms: Iterable[bytes]) -> list[bytes]:
    return [form for form in forms if form in content]


def files_below(root: Path, *, without: Iterable[str] = ()) -> dict[str, bytes]:
    """Read every file below ``root``, but for the named folders and files."""
    left_out = set(without)
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not left_out & set(path.relative_to(root).parts)
    }
