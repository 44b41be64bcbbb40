from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_service.adapters.moodle.params import MAX_FIELDS, Param, cut, form_fields

SCALARS = st.one_of(st.booleans(), st.integers(), st.text(st.characters(exclude_categories=["Cs"])))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(st.from_regex("[a-z]{1,5}", fullmatch=True), inner, min_size=1, max_size=3),
    max_leaves=8,
)  # fmt: skip


def test_nested_values_become_bracketed_fields() -> None:
    params: dict[str, Param] = {"courses": [{"id": 3, "visible": True}, {"id": 4, "visible": False}], "name": "é & à"}
    assert form_fields(params) == [
        ("courses[0][id]", "3"), ("courses[0][visible]", "1"), ("courses[1][id]", "4"), ("courses[1][visible]", "0"),
        ("name", "é & à"),
    ]  # fmt: skip


def test_an_empty_list_or_object_has_no_field() -> None:
    assert form_fields({"a": [], "b": {}}) == []


@pytest.mark.parametrize("value", [None, 1.5, b"x", object()])
def test_what_a_form_cannot_express_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match=r"a\[0\]"):
        form_fields({"a": [value]})  # type: ignore[list-item]


def test_too_many_fields_are_refused_and_not_cut_silently() -> None:
    assert len(form_fields({"values": list(range(MAX_FIELDS))})) == MAX_FIELDS
    with pytest.raises(ValueError, match="801"):
        form_fields({"values": list(range(MAX_FIELDS + 1))})


def test_a_list_is_cut_without_losing_or_repeating_anything() -> None:
    parts = list(cut(list(range(7)), 3))
    assert parts == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(cut([], 3)) == []


@given(st.dictionaries(st.from_regex("[a-z]{1,5}", fullmatch=True), VALUES, max_size=4))
def test_every_leaf_is_one_field_that_survives_the_form(params: dict[str, Param]) -> None:
    fields = form_fields(params)
    assert len({name for name, _ in fields}) == len(fields) == _leaves(params)
    assert parse_qsl(urlencode(fields), keep_blank_values=True) == fields


def _leaves(value: Param) -> int:
    if isinstance(value, dict):
        return sum(_leaves(item) for item in value.values())
    return sum(_leaves(item) for item in value) if isinstance(value, list) else 1
