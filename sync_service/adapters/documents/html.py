"""Draw a report as one accessible HTML page, without JavaScript, that prints well and reads on a telephone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from sync_service.domain import french
from sync_service.domain.reports.model import Cell, Percent, Report
from sync_service.domain.typography import french as typeset

EMPTY = "–"


def to_html(report: Report, *, links: tuple[tuple[str, str], ...] = ()) -> str:
    """Draw ``report``; ``links`` are (address, text) of the same report in other formats."""
    return _environment().get_template("report.html.j2").render(report=report, links=links, style=stylesheet())


def stylesheet() -> Markup:
    """Return the style sheet of the office's pages, ours and safe as it is."""
    return Markup(_read("office.css"))  # noqa: S704


def cell_text(cell: Cell) -> str:
    """Write a cell for people: dates as 17/03/2026, numbers in French, nothing as a dash."""
    if cell is None or cell == "":
        return EMPTY
    if isinstance(cell, date):
        return french.short_date(cell)
    if isinstance(cell, Percent):
        return french.percentage(cell)
    if isinstance(cell, Decimal):
        return french.one_decimal(cell)
    return french.whole(cell) if isinstance(cell, int) else cell


def _typeset(value: object) -> object:
    """Give a text its French apostrophes and spaces; what is marked safe stays as it is."""
    return typeset(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_read),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_typeset,
    )
    environment.filters["cell"] = cell_text
    return environment


def _read(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")
