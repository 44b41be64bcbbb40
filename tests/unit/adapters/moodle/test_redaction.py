from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sync_service.adapters.moodle.redaction import MASK, Redactor, redact

SECRET = 'aB3/+=é 9f0c4d"e\\Zz'


@pytest.mark.parametrize("form", [
    SECRET, quote(SECRET, safe=""), quote(SECRET, safe="").lower(), quote_plus(SECRET), json.dumps(SECRET)[1:-1],
    SECRET.encode().hex(), SECRET.encode().hex().upper(), quote(quote(SECRET, safe=""), safe=""),
])  # fmt: skip
def test_each_dress_of_a_secret_is_masked(form: str) -> None:
    assert redact(f"avant {form} après", [SECRET]) == f"avant {MASK} après"


@given(st.binary(max_size=12), st.binary(max_size=12))
def test_base64_is_masked_wherever_the_secret_starts(before: bytes, after: bytes) -> None:
    token = "0123456789abcdef0123456789abcdef"
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        encoded = encode(before + token.encode() + after).decode()
        masked = redact(encoded, [token])
        assert MASK in masked
        assert len(encoded) - len(masked.replace(MASK, "")) >= 40  # of the 43 characters that the secret takes


@given(st.text(max_size=60))
def test_a_text_without_the_secret_is_left_alone(text: str) -> None:
    assume("0123" not in text)
    assert redact(text, ["0123456789abcdef0123456789abcdef"]) == text


def test_nothing_to_hide_and_secrets_too_short_to_hide() -> None:
    assert redact("texte", []) == "texte"
    assert redact("abcabc", ["abc"]) == "abcabc"


def test_a_redactor_shows_nothing_of_its_secrets() -> None:
    assert "jeton-secret" not in repr(Redactor(["jeton-secret"]))
