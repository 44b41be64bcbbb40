from __future__ import annotations

import unicodedata
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_service.domain.canonical import (
    MAX_INTEGER,
    CanonicalError,
    canonical_bytes,
    normalised,
    normalised_bytes,
    trusted_bytes,
)

_text = st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: unicodedata.normalize("NFC", text))
_key = st.text(st.characters(max_codepoint=127), max_size=8)
_scalar = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | _text
_value = st.recursive(
    _scalar, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_key, inner, max_size=5), max_leaves=25
)


@settings(max_examples=100)
@given(_value)
def test_same_bytes_as_rfc8785(value: Any) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)
    assert trusted_bytes(value) == rfc8785.dumps(value)
    assert normalised(value) == (value, rfc8785.dumps(value))
    assert normalised_bytes(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "value",
    [1.5, float("nan"), {"a": 0.0}, MAX_INTEGER + 1, [-MAX_INTEGER - 1], {"é": 1}, {1: 2}, b"bytes", {"a": {1, 2}}],
)
def test_refuses_what_has_no_canonical_form(value: Any) -> None:
    with pytest.raises(CanonicalError):
        canonical_bytes(value)
    with pytest.raises(CanonicalError):
        normalised_bytes({"in": [value]})


def test_refuses_decomposed_text_and_writes_it_composed_when_asked() -> None:
    decomposed = "Lefe\u0300vre"
    with pytest.raises(CanonicalError):
        canonical_bytes({"name": decomposed})
    with pytest.raises(CanonicalError):
        trusted_bytes({"name": decomposed})
    assert normalised({"name": decomposed}) == ({"name": "Lefèvre"}, '{"name":"Lefèvre"}'.encode())
    assert normalised_bytes({"name": [decomposed]}) == '{"name":["Lefèvre"]}'.encode()


def test_a_combining_mark_after_an_escape_is_not_decomposed_text() -> None:
    assert canonical_bytes("\n\u0303") == '"\\n\u0303"'.encode()


def test_refuses_half_a_character() -> None:
    for write in (canonical_bytes, trusted_bytes, normalised, normalised_bytes):
        with pytest.raises(CanonicalError):
            write("\ud800")


def test_keys_are_sorted_and_tuples_are_lists() -> None:
    assert canonical_bytes({"b": (1, 2), "a": None, "A": True}) == b'{"A":true,"a":null,"b":[1,2]}'
