"""How dates, hours, durations, numbers and names are written in French, on screen and on paper (domain.md §4.2)."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal

from sync_service.domain.typography import NARROW, NBSP, french_date, french_list, french_time

long_date = french_date
hour = french_time
listing = french_list
_TYPED_DAY = re.compile(r"(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?(\d{4}|\d{2})")
_SPELT_DAY = re.compile(r"(?:[a-z]{5,8}\.? )?(\d{1,2})(?:er)?[ -]([a-z]{3,9})\.?[ -](\d{4}|\d{2})")
_MONTHS = (
    "janvier", "fevrier", "mars", "avril", "mai", "juin",
    "juillet", "aout", "septembre", "octobre", "novembre", "decembre",
)  # fmt: skip
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o"})


def short_date(day: date) -> str:
    """Write « 17/03/2026 », for tables."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def long_moment(moment: datetime, zone: tzinfo) -> str:
    """Write « 4 février 2027 à 6 h 00 » in the zone given. Raises ValueError on a naive moment."""
    local = in_zone(moment, zone)
    return f"{long_date(local.date())} à {hour(local.time())}"


def short_moment(moment: datetime, zone: tzinfo) -> str:
    """Write « 04/02/2027 à 6 h 00 » in the zone given. Raises ValueError on a naive moment."""
    local = in_zone(moment, zone)
    return f"{short_date(local.date())} à {hour(local.time())}"


def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """Return an aware moment in ``zone``. Raises ValueError on a naive moment, which has no meaning here."""
    if moment.tzinfo is None:
        raise ValueError("naive moment")
    return moment.astimezone(zone)


def whole(number: int) -> str:
    """Write « 12 345 » with narrow no-break spaces between thousands."""
    return f"{number:,}".replace(",", NARROW)


def days_of(half_days: int) -> str:
    """Write a number of half-days as days: 63 → « 31,5 », 64 → « 32 »."""
    days, rest = divmod(half_days, 2)
    return f"{whole(days)},5" if rest else whole(days)


def days(half_days: int) -> Decimal:
    """Return a number of half-days as days, exact."""
    return Decimal(half_days) / 2


def one_decimal(number: Decimal) -> str:
    """Write « 31,5 » or « 32,0 », for columns of days and rates."""
    rounded = number.quantize(Decimal("0.1"), ROUND_HALF_UP)
    units, _, decimal = str(abs(rounded)).partition(".")
    return f"{'-' if rounded < 0 else ''}{whole(int(units))},{decimal}"


def days_out_of(half_days: int, total_days: int | None, *, approximate: bool = True) -> str:
    """Write « 31,5 jours sur environ 39 », or « 31,5 jours » when the total is not stated."""
    noun = "jour" if half_days < 4 else "jours"
    if total_days is None:
        return f"{days_of(half_days)} {noun}"
    about = "environ " if approximate else ""
    return f"{days_of(half_days)} {noun} sur {about}{total_days}"


def between(first: date, last: date) -> str:
    """Write « 21/09/2026 », or « 21/09/2026 au 23/09/2026 »."""
    return f"{first:%d/%m/%Y}" if first == last else f"{first:%d/%m/%Y} au {last:%d/%m/%Y}"


def count(number: int, singular: str, plural: str = "") -> str:
    """Write « 1 demi-journée », « 2 demi-journées », « 0 demi-journée » (zero is singular in French)."""
    return f"{whole(number)} {singular if number < 2 else plural or singular + 's'}"


def percentage(rate: Decimal, space: str = NBSP) -> str:
    """Write « 87,5 % » or « 80 % »."""
    return f"{one_decimal(rate).removesuffix(',0')}{space}%"


def percent(part: int, total: int) -> str:
    """Write « 87,5 % », or « sans objet » when there is nothing to divide by."""
    if total == 0:
        return "sans objet"
    return percentage(Decimal((part * 2000 + total) // (2 * total)) / 10)


def capitals(name: str) -> str:
    """Write a family name in capitals, keeping its accents."""
    return unicodedata.normalize("NFC", name).upper()


def plain(text: str) -> str:
    """Return ``text`` without accents, ligatures or case: for comparing what people type, never for storing it."""
    decomposed = unicodedata.normalize("NFD", text.translate(_LIGATURES).casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).strip()


def sort_key(*names: str) -> tuple[tuple[str, str], ...]:
    """Order as a French list does: letters first, spaces, hyphens and apostrophes ignored, then accents."""
    return tuple((_letters(plain(name)), _letters(_lowered(name))) for name in names)


def _lowered(name: str) -> str:
    return unicodedata.normalize("NFD", name.translate(_LIGATURES).casefold())


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum() or unicodedata.combining(c))


def de(text: str) -> str:
    """Write « de » or « d’ » before ``text``."""
    first = plain(text)[:1]
    return f"d’{text}" if first and first in "aeiouy" else f"de {text}"


def read_date(text: str) -> date | None:
    """Read « 17/03/2026 », « 17.3.26 », « 17 mars 2026 », « 2026-03-17 »; None for another text or a day without its year."""
    written = plain(re.sub(r"\s+", " ", text))
    found = _TYPED_DAY.fullmatch(written) or _SPELT_DAY.fullmatch(written)
    try:
        if found is None:
            return date.fromisoformat(written)
        year = int(found[3])
        return date(year + 2000 if year < 100 else year, _month(found[2]), int(found[1]))
    except ValueError:
        return None


def _month(text: str) -> int:
    """Read « 3 », « mars » or « janv », without accents. Raises ValueError when it is no month, or more than one."""
    if text.isdigit():
        return int(text)
    (found,) = (number for number, name in enumerate(_MONTHS, 1) if name.startswith(text))
    return found


def inside(text: str) -> str:
    """Return ``text`` as it is inside a sentence: « Coordonnatrice » loses its capital, « DGS » keeps its own."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def code_of(text: str) -> str:
    """Return the code of what a person types: « Attestation d’emploi » → attestation-d-emploi, at most 64 characters."""
    return re.sub(r"[^a-z0-9]+", "-", plain(text)).strip("-")[:64]
