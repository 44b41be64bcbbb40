"""Canonical JSON: RFC 8785 restricted to what the register holds (ledger-format.md §1).

No floats, whole numbers within ±(2^53−1), strings in NFC without lone surrogates, keys ASCII. Under these limits the
bytes of RFC 8785 are those of the standard encoder with sorted keys, which is several times faster than a full one.
"""

from __future__ import annotations

import json
import json.encoder
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

MAX_INTEGER = 2**53 - 1
_encoder = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False
)


class CanonicalError(ValueError):
    """The value has no canonical form here; the message says which part, never its content."""


def canonical_text(value: Any) -> str:
    """Return the canonical JSON of ``value`` as text. Raises CanonicalError."""
    text = _encode(_plain(value, _same))
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        _plain(value, _must_be_nfc)  # an escape before a combining mark only looks denormalised
    return text


def canonical_bytes(value: Any) -> bytes:
    """Return the canonical JSON of ``value`` in UTF-8. Raises CanonicalError."""
    return _utf8(canonical_text(value))


def trusted_bytes(value: Any) -> bytes:
    """Return the canonical bytes of what is known to hold only dicts, lists, texts, whole numbers, booleans and nulls.

    The walk that ``canonical_bytes`` makes for each value is spared. Raises CanonicalError when a text is not in NFC.
    """
    text = _encode(value)
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        _plain(value, _must_be_nfc)
    return _utf8(text)


def nfc_bytes(text: str) -> bytes:
    """Return canonical JSON given as text in UTF-8. Raises CanonicalError when a string in it is not in NFC."""
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        _plain(json.loads(text), _must_be_nfc)
    return _utf8(text)


def normalised(value: Any) -> tuple[Any, bytes]:
    """Return a plain copy of ``value`` with every string in NFC, and its canonical bytes. Raises CanonicalError."""
    plain = _plain(value, _to_nfc)
    return plain, _utf8(_encode(plain))


def normalised_bytes(value: Any) -> bytes:
    """Return the canonical bytes of ``value`` with every string in NFC. Raises CanonicalError.

    What needs no change, nearly everything, is not copied first.
    """
    return _utf8(_encode(value if _is_settled(value) else _plain(value, _to_nfc)))


def _is_settled(value: Any) -> bool:
    """Tell whether a dictionary or list is known to be plain already, in NFC and within the limits."""
    kind = type(value)
    if kind is dict:
        for key in value:
            if type(key) is not str or not key.isascii():
                return False
        return _are_settled(value.values())
    return (kind is list or kind is tuple) and _are_settled(value)


def _are_settled(items: Iterable[Any]) -> bool:
    for item in items:
        kind = type(item)
        if kind is str:
            if not item.isascii() and not unicodedata.is_normalized("NFC", item):
                return False
        elif kind is int:
            if not -MAX_INTEGER <= item <= MAX_INTEGER:
                return False
        elif item is not None and kind is not bool and not _is_settled(item):
            return False
    return True


def _one_encoder() -> Callable[[Any], str]:
    """Return the standard encoder's own C function, made once; ``JSONEncoder.encode`` makes one for each value.

    Where this Python has none, or makes it otherwise, the public way gives the same text.
    """
    make_encoder = getattr(json.encoder, "c_make_encoder", None)
    if make_encoder is None:
        return _encoder.encode
    quote = json.encoder.encode_basestring
    try:
        make = make_encoder(None, _refuse, quote, None, ":", ",", True, False, False)
        "".join(make({"a": [1, "é", None, True]}, 0))
    except TypeError:
        return _encoder.encode
    return lambda value: "".join(make(value, 0))


def _refuse(value: Any) -> Any:
    raise CanonicalError(f"a value of type {type(value).__name__} has no place in the register")


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise CanonicalError("a string holds half of a character") from None


_encode = _one_encoder()


def _same(text: str) -> str:
    return text


def _to_nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _must_be_nfc(text: str) -> str:
    if not unicodedata.is_normalized("NFC", text):
        raise CanonicalError("a string is not in NFC")
    return text


def _plain(value: Any, on_text: Any) -> Any:
    kind = type(value)
    if kind is str:
        return value if value.isascii() else on_text(value)
    if value is None or kind is bool:
        return value
    if kind is int:
        return _integer(value)
    if isinstance(value, Mapping):
        return {_key(key): _plain(item, on_text) for key, item in value.items()}
    return _unusual(value, on_text)


def _unusual(value: Any, on_text: Any) -> Any:
    if isinstance(value, str):
        return on_text(str(value))
    if isinstance(value, int):
        return _integer(int(value))
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_plain(item, on_text) for item in value]
    raise CanonicalError(f"a value of type {type(value).__name__} has no place in the register")


def _integer(value: int) -> int:
    if not -MAX_INTEGER <= value <= MAX_INTEGER:
        raise CanonicalError("a whole number is beyond 2^53−1")
    return value


def _key(key: Any) -> str:
    if isinstance(key, str) and key.isascii():
        return str(key)
    raise CanonicalError("a key is not ASCII text")
