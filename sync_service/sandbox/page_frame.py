"""What both pages share: a plain document at phone width, marked as a specimen, and dates as Moodle writes them."""

from __future__ import annotations

import html
from datetime import UTC, datetime, timedelta

_STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: #1d2125; background: #f2f4f6; overflow-wrap: anywhere; }
main, header, footer { max-width: 45rem; margin: 0 auto; padding: 1rem; }
header { background: #0f4c75; color: #fff; } header a { color: #fff; }
h1 { font-size: 1.4rem; margin: .25rem 0; } h2 { font-size: 1.15rem; margin: 0 0 .5rem; }
section { background: #fff; border: 1px solid #c9ced3; border-radius: .5rem; padding: 1rem; margin: 0 0 1rem; }
ul { margin: .5rem 0 0; padding-left: 1.2rem; } .plain { list-style: none; padding: 0; }
li { margin: 0 0 .6rem; } a { color: #0a5a9c; }
.mark { display: inline-block; border: 1px solid #6a737b; border-radius: .3rem; padding: 0 .4rem; font-size: .85rem; }
.todo { background: #fff4ce; border-color: #8a6d00; } .done { background: #dff3e4; border-color: #1d6b35; }
.alert { color: #a4161a; font-weight: 700; } .specimen { letter-spacing: .1em; font-weight: 700; }
progress { width: 100%; height: 1rem; accent-color: #1d6b35; } code { font-size: .85rem; } summary { cursor: pointer; }
table { border-collapse: collapse; } th, td { border: 1px solid #c9ced3; padding: .25rem .5rem; text-align: left; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
dt { font-weight: 700; } dd { margin: 0 0 .5rem; }
"""
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_NBSP = "\u00a0"


def framed(title: str, body: str) -> str:
    """Return a whole document; ``body`` is HTML, ``title`` is text."""
    name = html.escape(title)
    return (
        '<!DOCTYPE html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{name} – SPÉCIMEN</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f'<header><p class="specimen">SPÉCIMEN – bac à sable</p><h1>{name}</h1></header>\n'
        f"<main>\n{body}\n</main>\n"
        "<footer><p>Données fictives. Cette page imite celle que le stagiaire voit dans Moodle.</p></footer>\n"
        "</body>\n</html>\n"
    )


def text(value: object) -> str:
    """Return a value escaped for HTML."""
    return html.escape(str(value))


def moment(epoch: int) -> str:
    """Return « 3 février 2027 à 22 h 14 », in the time of Paris."""
    when = _paris(epoch)
    day = "1er" if when.day == 1 else str(when.day)
    return f"{day} {_MONTHS[when.month - 1]} {when.year} à {when.hour}{_NBSP}h{_NBSP}{when.minute:02d}"


def _paris(epoch: int) -> datetime:
    """Return the wall clock of Paris: one hour ahead, two from the last Sunday of March to that of October."""
    utc = datetime.fromtimestamp(epoch, UTC)
    start, end = (_last_sunday(utc.year, month) for month in (3, 10))
    return utc + timedelta(hours=2 if start <= utc < end else 1)


def _last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def size(count: int) -> str:
    """Return « 1,8 Mo », as the site writes it."""
    for unit, factor in (("Mo", 1024 * 1024), ("Ko", 1024)):
        if count >= factor:
            return f"{count / factor:.1f}".replace(".", ",").removesuffix(",0") + _NBSP + unit
    return f"{count}{_NBSP}octet{'s' if count > 1 else ''}"
