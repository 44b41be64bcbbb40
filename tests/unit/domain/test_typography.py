from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_service.domain.typography import (
    french,
    french_date,
    french_days,
    french_list,
    french_prose,
    french_time,
    french_title,
)

NB, NNB = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("plain", "set_in_french"),
    [
        ("l'essentiel", "l’essentiel"),
        ("« citation »", f"«{NB}citation{NB}»"),
        ("Quoi ? Comment : ainsi ; enfin !", f"Quoi{NNB}? Comment{NB}: ainsi{NNB}; enfin{NNB}!"),
        ("à 9 h 00", f"à 9{NB}h{NB}00"),
        ("87,5 %", f"87,5{NB}%"),
        ("20 Mo au plus", f"20{NB}Mo au plus"),
        ("https://exemple.invalid/a?b=c", "https://exemple.invalid/a?b=c"),
        ("**Le jury** : le", f"**Le jury**{NB}: le"),
    ],
)
def test_spaces_and_apostrophes(plain: str, set_in_french: str) -> None:
    assert french(plain) == set_in_french


@settings(max_examples=100)
@given(st.text(alphabet="ab '«»:;?!%19hMo \u00a0\u202f\n", max_size=40))
def test_setting_twice_changes_nothing_and_no_letter_moves(text: str) -> None:
    once = french(text)
    assert french(once) == once
    assert [c for c in once if c.isalnum()] == [c for c in text if c.isalnum()]


def test_a_line_is_never_cut_inside_a_day_nor_a_telephone_number() -> None:
    phone = "02 41 22 41 22".replace(" ", NB)
    assert french_prose("du 21 septembre 2026 : tél. 02 41 22 41 22.") == f"du 21{NB}septembre 2026{NB}: tél. {phone}."
    assert french_prose("12 02 41 22, 49016 Angers") == "12 02 41 22, 49016 Angers"


def test_a_title_is_never_cut_inside_a_date() -> None:
    assert french_title("Jury du 18 juin 2026") == f"Jury du 18{NB}juin{NB}2026"
    assert french_title("14 et 15 août 2027 : 1er mars") == f"14 et 15{NB}août{NB}2027{NB}: 1er{NB}mars"
    assert french_title("18 candidats, juin") == "18 candidats, juin"


def test_dates_and_lists() -> None:
    assert french_date(date(2027, 1, 1)) == "1er janvier 2027"
    assert french_date(date(2027, 6, 18), weekday=True) == "vendredi 18 juin 2027"
    assert french_time(time(9, 5)) == f"9{NB}h{NB}05"
    assert french_days([date(2027, 1, 15), date(2027, 1, 14), date(2027, 1, 14)]) == "14 et 15 janvier 2027"
    assert french_days([date(2026, 9, 30), date(2026, 10, 1)]) == "30 septembre et 1er octobre 2026"
    assert french_days([date(2026, 12, 31), date(2027, 1, 1)]) == "31 décembre 2026 et 1er janvier 2027"
    assert french_list([]) == ""
    assert french_list(["a", "b", "c"]) == "a, b et c"
