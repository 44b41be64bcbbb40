"""The list of eliminations outside the register: what it is made of, what a restored register does not say any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from sync_service.domain.eliminated import (
    Elimination,
    destroyed_in,
    eliminations_of,
    from_plain,
    merge,
    not_said,
    to_plain,
)
from sync_service.domain.event import Event, Series

PARIS = ZoneInfo("Europe/Paris")
LATE = datetime(2032, 7, 2, 22, 30, tzinfo=UTC)
ANNE, ELODIE = "cand_a", "cand_b"
FIRST = Elimination(
    "p-01",
    "p",
    "AD49-1",
    date(2032, 7, 3),
    frozenset({(ANNE, Series.DOSSIER), (ELODIE, Series.DOSSIER), (ANNE, Series.TRACES)}),
)


def line(type_: str, subject: str = "register", **data: str) -> Event:
    return Event(
        seq=0, id="i", type=type_, type_v=1, subject=subject, recorded_at=LATE, observed_at=LATE, valid_from=None,
        valid_to=None, cycle=None, referential=None, promotion="p" if type_ == "elimination.approved" else None,
        source={}, actor={}, evidence={}, replaces=(), reason=None, data=data, vault=(), leaf="",
    )  # fmt: skip


LINES = (
    line("elimination.approved", list="p-01", visa="AD49-1"),
    *(
        line("vault.key_destroyed", subject, list="p-01", series=series.value)
        for subject, series in sorted(FIRST.units)
    ),
    line("elimination.approved", list="p-02", visa="AD49-2"),
    line("vault.key_destroyed", ANNE, series="attendance"),
)


def test_it_is_made_of_what_was_carried_out_under_a_visa() -> None:
    assert eliminations_of(LINES, PARIS) == (FIRST,)


def test_it_is_read_back_as_it_was_written_and_says_no_name() -> None:
    plain = to_plain([FIRST])
    assert from_plain(plain) == (FIRST,)
    assert to_plain(from_plain(plain)) == plain
    wrongs: tuple[object, ...] = (None, "x", [1], [{}], [{"bordereau": "p-01", "unites": [["cand_a", "none"]]}])
    for wrong in wrongs:
        with pytest.raises((ValueError, KeyError, TypeError)):
            from_plain(wrong)


def test_lists_put_together_lose_nothing_and_repeat_nothing() -> None:
    other = replace(FIRST, on=date(2032, 7, 4), units=frozenset({(ELODIE, Series.ATTENDANCE)}))
    again = replace(FIRST, visa="AD49-9")
    merged = merge([FIRST], [other, again], [FIRST])
    assert merged == (replace(FIRST, on=other.on, units=FIRST.units | other.units), again)


def test_what_a_register_does_not_say_is_told_by_list() -> None:
    said = destroyed_in(LINES)
    assert not_said([FIRST], said) == ()
    lost = {(name, unit) for name, unit in said if unit != (ELODIE, Series.DOSSIER)}
    assert not_said([FIRST], lost) == (FIRST.only({(ELODIE, Series.DOSSIER)}),)
    assert not_said([replace(FIRST, list_id="p-07")], said) == (replace(FIRST, list_id="p-07"),)


def test_the_sentence_names_the_bordereau_the_visa_and_the_command() -> None:
    assert "p-01 (3 séries, 2 personnes), éliminé le 03/07/2032 sous le visa AD49-1" in FIRST.came_back.replace(
        "\u00a0", " "
    )
    assert FIRST.command == 'cyclesync retention eliminate p-01 --visa "AD49-1" --promotion p'
    assert FIRST.command in FIRST.came_back
    assert "--visa 'AD « \"49\" »'" in replace(FIRST, visa='AD « "49" »').command
