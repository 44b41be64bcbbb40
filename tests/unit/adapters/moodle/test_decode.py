from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_service.adapters.moodle.decode import NOT_JSON, Answer, code_error, decode, moodle_error, parse_json
from sync_service.adapters.moodle.functions import MANAGE
from sync_service.errors import MoodleError, MoodleRefusedError

JSON = "application/json"
CODES = ["invalidtoken", "accessexception", "nopermissions", "accessdenied", "requireloginerror", "invalidparameter",
         "errorcoursecontextnotvalid", "errorcatcontextnotvalid", "invalidrecord", "invalidresponse", "nocourse", "sitemaintenance",
         "shortnametaken", "", "{braces}", "a sentence with spaces"]  # fmt: skip


@given(st.integers(100, 599), st.text(max_size=30), st.binary(max_size=60), st.booleans())
def test_any_answer_is_a_value_or_one_of_our_errors(status: int, media: str, body: bytes, plain: bool) -> None:
    value, error = outcome(Answer(status, media, body), plain=plain)
    if error is None:
        assert status == 200
        assert value == json.loads(body)
    else:
        assert error.sentence.endswith(".")
        assert error.__cause__ is None


def outcome(answer: Answer, *, plain: bool) -> tuple[object, MoodleError | None]:
    try:
        return decode("f", answer, plain_text=plain), None
    except MoodleError as error:
        return None, error


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.sampled_from(["id", "error", "warnings"]), x),
        max_leaves=8,
    )
)
def test_json_without_an_exception_comes_back_as_it_is(value: object) -> None:
    assert decode("f", Answer(200, JSON, json.dumps(value).encode())) == value


@pytest.mark.parametrize("function", sorted(MANAGE))
@pytest.mark.parametrize("code", CODES)
def test_every_code_has_one_french_sentence_that_says_what_to_do(function: str, code: str) -> None:
    sentence = code_error(function, code).sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")
    assert "{" not in sentence
    assert re.search(r"[\u00a0\u202f][:;]", sentence)
    assert not re.search(r" [:;?!»]|« ", sentence)


def test_a_php_error_without_a_code_is_an_error() -> None:
    error = moodle_error("f", {"exception": "Error", "message": "on null"})
    assert isinstance(error, MoodleRefusedError)
    assert error.code == "php"


@pytest.mark.parametrize("text", ["", "{", "[NaN]", b"\xff", b'{"a":"\xe9"}', "[" * 100_000])
def test_what_is_not_json_is_not_an_exception(text: str | bytes) -> None:
    assert parse_json(text) is NOT_JSON


def test_menus_of_moodle_are_named_level_by_level_as_in_the_installation_guide() -> None:
    token, refused = code_error("f", "invalidtoken").sentence, outcome(Answer(403, JSON, b""), plain=False)[1]
    assert refused is not None
    guide = Path("docs/fr/installer-moodle.md").read_text("utf-8").replace(" > ", " → ")
    for sentence, page in ((token, "Gérer les jetons"), (refused.sentence, "Gérer les protocoles")):
        assert f"Administration du site → Serveur → Services web → {page}" in sentence
        assert f"Serveur → Services web → {page}" in guide
