from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_service.domain import normalise as n
from sync_service.domain.lms_state import Json


@pytest.mark.parametrize(
    ("declared", "seen"),
    [
        ("<p>Un<br>deux</p>", "<p>Un<br />deux</p>"),
        ("<p>Un</p>\n\n<p>deux</p>", "<p>Un</p> <p>deux</p>"),
        ("<P CLASS='a'>L&eacute;a &amp; Luc</P>", '<p class="a">Léa &amp; Luc</p>'),
        ('<a href="x" target="_blank">y</a>', '<a target="_blank" href="x" rel="noreferrer noopener">y</a>'),
        ('<p onclick="x()">a</p><script>x</script>', "<p>a</p>"),
        ('<img src="@@PLUGINFILE@@/a.png">', '<img src="https://m.fr/pluginfile.php/12/mod_page/content/3/a.png" />'),
        ('<p style="color: red;">a</p>', '<p style="color: red">a</p>'),
        ("<p>a < b</p>", "<p>a &lt; b</p>"),
    ],
)
def test_html_that_moodle_cleaned_is_the_same(declared: str, seen: str) -> None:
    assert n.html(declared) == n.html(seen)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>Un</p>", "<p>Deux</p>"),
        ("<b>a</b> b", "<b>a</b>b"),
        ('<a href="x">y</a>', '<a href="z">y</a>'),
        ("<p>&lt;b&gt;</p>", "<p><b></b></p>"),
        ("<p>a</p><p>b</p>", "<p>a b</p>"),
    ],
)
def test_html_that_a_reader_sees_differently_is_not_the_same(one: str, other: str) -> None:
    assert n.html(one) != n.html(other)


@given(st.text(alphabet="ab <>/&;pé\n", max_size=30))
def test_normalising_html_twice_changes_nothing(source: str) -> None:
    once = n.html(source)
    assert n.html(once) == once


@pytest.mark.parametrize(
    ("form", "one", "other"),
    [
        (n.text, "Léa & Luc", " Léa  &amp; Luc"),
        (n.flag, True, "1"),
        (n.flag, False, None),
        (n.number, 100, "100.00000"),
        (n.number, 10, "10,00"),
        (n.number, 0, ""),
        (n.words, ".pdf, odt", "odt,pdf"),
        (n.keys, ["b", "a"], ["a", "b", "a"]),
        (n.tree, None, '{"op":"&","c":[],"showc":[]}'),
        (n.tree, {"type": "completion", "key": "k", "e": 1}, '{"e":1,"key":"k","type":"completion"}'),
        (n.plain, None, ""),
        (n.minute, 1810763999, 1810763940),
    ],
)  # fmt: skip
def test_forms(form: n.Form, one: Json, other: Json) -> None:
    assert form(one) == form(other)


@pytest.mark.parametrize(
    ("form", "one", "other"),
    [(n.text, "a", "b"), (n.number, 10, "10.5"), (n.number, 1, "x"), (n.minute, 1810763940, 1810764000),
     (n.tree, {"type": "date", "t": 1}, None),
     (n.tree, "pas du JSON", None), (n.keys, ["a"], [])],
)  # fmt: skip
def test_forms_tell_values_apart(form: n.Form, one: Json, other: Json) -> None:
    assert form(one) != form(other)
