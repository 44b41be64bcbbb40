from __future__ import annotations

from datetime import date

import pytest

from sync_service.domain.periods import after


@pytest.mark.parametrize(
    ("day", "period", "expected"),
    [
        (date(2027, 6, 18), "P2M", date(2027, 8, 18)),
        (date(2026, 12, 31), "P2M", date(2027, 2, 28)),
        (date(2027, 12, 31), "P2M", date(2028, 2, 29)),
        (date(2028, 2, 29), "P1Y", date(2029, 2, 28)),
        (date(2027, 6, 18), "P5Y", date(2032, 6, 18)),
        (date(2027, 6, 18), "P1Y6M10D", date(2028, 12, 28)),
        (date(2027, 6, 18), "P30D", date(2027, 7, 18)),
        (date(2027, 6, 18), "permanent", None),
    ],
)
def test_calendar_months(day: date, period: str, expected: date | None) -> None:
    assert after(day, period) == expected


@pytest.mark.parametrize("period", ["", "P", "2M", "P2W", "P-1Y", "P2M ", "p2m"])
def test_what_is_not_a_period(period: str) -> None:
    with pytest.raises(ValueError, match="not a period"):
        after(date(2027, 1, 1), period)
