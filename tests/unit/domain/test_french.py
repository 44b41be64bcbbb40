from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from sync_service.domain import french


@pytest.mark.parametrize(
    ("day", "text"),
    [(date(2026, 3, 17), "17 mars 2026"), (date(2027, 2, 1), "1er février 2027"), (date(2026, 8, 21), "21 août 2026")],
)
def test_long_date(day: date, text: str) -> None:
    assert french.long_date(day) == text


def test_short_date_and_hour() -> None:
    assert french.short_date(date(2026, 3, 7)) == "07/03/2026"
    assert french.hour(time(9, 0)) == "9\u00a0h\u00a000"


def test_moment_is_given_in_the_zone() -> None:
    zone = timezone(timedelta(hours=1))
    moment = datetime(2027, 2, 3, 23, 30, tzinfo=UTC)
    assert french.long_moment(moment, zone) == "4 février 2027 à 0\u00a0h\u00a030"
    assert french.short_moment(moment, zone) == "04/02/2027 à 0\u00a0h\u00a030"


def test_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        french.long_moment(datetime(2027, 2, 3), UTC)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("half_days", "text"),
    [
        (63, "31,5 jours sur environ 39"),
        (64, "32 jours sur environ 39"),
        (0, "0 jour sur environ 39"),
        (2, "1 jour sur environ 39"),
        (3, "1,5 jour sur environ 39"),
        (4, "2 jours sur environ 39"),
    ],
)
def test_days_out_of(half_days: int, text: str) -> None:
    assert french.days_out_of(half_days, 39) == text


def test_days_without_total_and_exact_total() -> None:
    assert french.days_out_of(5, None) == "2,5 jours"
    assert french.days_out_of(5, 3, approximate=False) == "2,5 jours sur 3"


def test_numbers() -> None:
    assert french.whole(1234567) == "1\u202f234\u202f567"
    assert french.percent(7, 8) == "87,5\u00a0%"
    assert french.percent(1, 2) == "50\u00a0%"
    assert french.percent(0, 0) == "sans objet"
    assert [french.count(n, "demi-journée") for n in (0, 1, 2)] == [
        "0 demi-journée",
        "1 demi-journée",
        "2 demi-journées",
    ]
    assert french.count(2, "travail", "travaux") == "2 travaux"


def test_capitals_keep_accents() -> None:
    assert french.capitals("Étienne-Lefèvre") == "ÉTIENNE-LEFÈVRE"
    assert french.capitals("E\u0301tienne") == "ÉTIENNE"


def test_sort_ignores_accents_then_considers_them() -> None:
    names = ["Lefèvre", "Étienne", "Le Goff", "D'Hervé", "Dubois", "Etienne", "L’Hôte", "Œuvrard", "Zola", "De la Tour"]
    assert sorted(names, key=french.sort_key) == [
        "De la Tour", "D'Hervé", "Dubois", "Etienne", "Étienne", "Lefèvre", "Le Goff", "L’Hôte", "Œuvrard", "Zola",
    ]  # fmt: skip


def test_listing_and_elision() -> None:
    assert french.listing([]) == ""
    assert french.listing(["a"]) == "a"
    assert french.listing(["a", "b", "c"]) == "a, b et c"
    assert french.de("Angers") == "d’Angers"
    assert french.de("Évreux") == "d’Évreux"
    assert french.de("Nantes") == "de Nantes"


@pytest.mark.parametrize(
    "typed",
    [
        "12/03/2027",
        "12/3/27",
        " 12.03.27",
        "12-3-2027",
        "2027-03-12",
        "12 mars 2027",
        "vendredi 12 MARS 2027",
        "12 mars 27",
    ],
)
def test_a_day_is_read_as_people_type_it(typed: str) -> None:
    assert french.read_date(typed) == date(2027, 3, 12)


@pytest.mark.parametrize(
    "typed", ["12/3", "31/02/2027", "12 jui 2027", "12 brumaire 2027", "bientôt", "", "3/2027", "1 2 3"]
)
def test_what_is_no_day_or_lacks_its_year_is_not_guessed(typed: str) -> None:
    assert french.read_date(typed) is None


def test_a_function_loses_its_capital_inside_a_sentence_but_an_acronym_keeps_it() -> None:
    said = [french.inside(text) for text in ("Coordonnatrice petite enfance", "DGS", "Élue", "D’astreinte", "")]
    assert said == ["coordonnatrice petite enfance", "DGS", "élue", "D’astreinte", ""]
