from __future__ import annotations

import pytest

from sync_service.domain.placeholders import MissingValueError, Values, fill_html, fill_text, mistakes

VALUES = Values(
    {"jury.date": "18 juin 2027", "jury.place": "", "who": "l'A & <B>"}, {"table": "<table></table>", "none": ""}
)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("<p>{jury.date} [date non fixée]</p>", "<p>18 juin 2027</p>"),
        ("<p>{jury.place} [lieu non fixé].</p>", "<p>lieu non fixé.</p>"),
        ("<p>{jury.place}\n[le {jury.date}]</p>", "<p>le 18 juin 2027</p>"),
        ("<p>{who}</p>", "<p>l’A &amp; &lt;B&gt;</p>"),
        ("<p>{table} [rien]</p>", "<table></table>"),
        ("<p>{none} [rien]</p>", "<p>rien</p>"),
        ("<p>Voir {table}</p>", "<p>Voir <table></table></p>"),
        ("<p>[crochets] seuls</p>", "<p>[crochets] seuls</p>"),
    ],
)
def test_html(text: str, filled: str) -> None:
    assert fill_html(text, VALUES) == filled


def test_text_is_not_escaped() -> None:
    assert fill_text("{who}", VALUES) == "l’A & <B>"


def test_a_missing_value_is_never_filled_with_nothing() -> None:
    with pytest.raises(MissingValueError, match=r"jury\.place"):
        fill_html("{jury.place}", VALUES)


def test_mistakes_name_the_placeholder() -> None:
    found = list(mistakes("{jury.place} {jury.ville} {jury.place} [à {nulle.part}]", VALUES))
    assert len(found) == 3
    assert "« {jury.place} » n’a pas de valeur" in found[0]
    assert "« {jury.ville} » n’existe pas" in found[1]
    assert "« {nulle.part} » n’existe pas" in found[2]
    assert list(mistakes("{jury.date} {jury.place} [à voir] {table}", VALUES)) == []
