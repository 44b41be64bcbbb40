"""Write the office's workbook: known cells grey and locked, the others with their lists; nothing needs a macro."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sync_service.domain.act_words import RARE_ACTS, RARE_NEEDS
from sync_service.domain.french import read_date
from sync_service.domain.workbook.model import (
    GRID,
    MATRICULE,
    NAME,
    OTHERS,
    READ_ME,
    RESULT,
    SHEETS,
    SHOWN,
    Sheet,
    Value,
    Workbook,
)

HEAD = 2
"""Row of the headings, the intro and an empty row being above."""
GRID_HEAD = 1
READABLE = 210
"""Widths of columns that one printed page shares: a wider sheet goes on several, with the first two columns on each."""
GRID_SCALE = 70
"""Percentage at which the grid is printed: the six half-days of three days on one page."""
READ_ME_WIDTH, NEEDS_WIDTH, RESULT_WIDTH = 100, 74, 60
LINE = 15
"""Height of a line of text, in points: not every program adjusts rows by itself when it opens a file."""
_FROM = datetime(2000, 1, 1)  # noqa: DTZ001 # a spreadsheet's dates have no zone
_UNTIL = datetime(2099, 12, 31)  # noqa: DTZ001


def to_workbook(book: Workbook, made_at: datetime) -> bytes:
    """Return the XLSX file; the same workbook at the same moment gives the same bytes."""
    import xlsxwriter  # noqa: PLC0415 # only spreadsheets need it

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as file:
        file.set_properties({"title": book.title, "created": made_at.replace(tzinfo=None)})
        styles = _styles(file)
        _read_me(file, styles, book, made_at)
        names = [sheet.name for sheet in book.lists]
        for sheet in book.lists[:1]:
            _list(file, styles, sheet, book)
        _grid(file, styles, book, names.index(SHEETS) == 0)
        for sheet in book.lists[1:]:
            _list(file, styles, sheet, book)
        _shown(file, book)
    return out.getvalue()


def _shown(file: Any, book: Workbook) -> None:
    """Keep aside what the grid showed: a colleague's older copy must not undo what was recorded since."""
    page = file.add_worksheet(SHOWN)
    page.write_row(0, 0, [MATRICULE, *(column.heading for column in book.grid.halfdays)])
    for at, (matricule, _) in enumerate(book.grid.people, 1):
        known = [book.grid.known.get((matricule, column.heading), "") for column in book.grid.halfdays]
        page.write_row(at, 0, [matricule, *known])
    page.protect()
    page.hide()


def _styles(file: Any) -> dict[str, Any]:
    base = {"valign": "top", "text_wrap": True, "border": 1, "border_color": "#999999"}
    known = {**base, "bg_color": "#E8E8E8", "locked": True}
    typed = {**base, "locked": False}
    return {
        "title": file.add_format({"bold": True, "font_size": 14}),
        "intro": file.add_format({"italic": True}),
        "head": file.add_format({**base, "bold": True, "bg_color": "#D0D7DE", "locked": True}),
        "known": file.add_format({**known, "num_format": "@"}),
        "known_number": file.add_format({**known, "num_format": "0", "align": "left"}),
        "text": file.add_format({**typed, "num_format": "@"}),
        "date": file.add_format({**typed, "num_format": "dd/mm/yyyy", "align": "left"}),
        "choice": file.add_format({**typed, "num_format": "@"}),
        "held": file.add_format({**typed, "bg_color": "#E8E8E8"}),
        "result": file.add_format({**base, "bold": True, "locked": True}),
        "wrap": file.add_format({"text_wrap": True, "valign": "top"}),
    }


def _read_me(file: Any, styles: dict[str, Any], book: Workbook, made_at: datetime) -> None:
    sheet = file.add_worksheet(READ_ME)
    sheet.set_column(0, 0, READ_ME_WIDTH - NEEDS_WIDTH)
    sheet.set_column(1, 1, NEEDS_WIDTH)
    sheet.write_string(0, 0, book.title, styles["title"])
    made = f"Classeur de la promotion {book.promotion}, fait le {made_at:%d/%m/%Y}."
    sheet.merge_range(1, 0, 1, 1, made, styles["wrap"])
    for row, line in enumerate(book.read_me, 3):
        sheet.set_row(row, LINE * _lines(line, READ_ME_WIDTH) + 4)
        sheet.merge_range(row, 0, row, 1, line, styles["wrap"])
    first = len(book.read_me) + 5
    sheet.write_string(first - 1, 0, f"Actes de l’onglet « {OTHERS} » :", styles["wrap"])
    sheet.write_string(first - 1, 1, "Ce qu’il faut écrire à côté :", styles["wrap"])
    for row, (act, needs) in enumerate(RARE_NEEDS.items(), first):
        sheet.set_row(row, LINE * _lines(needs, NEEDS_WIDTH) + 4)
        sheet.write_string(row, 0, act, styles["wrap"])
        sheet.write_string(row, 1, needs, styles["wrap"])
    _finish(sheet, landscape=False)


def _list(file: Any, styles: dict[str, Any], sheet: Sheet, book: Workbook) -> None:
    page = file.add_worksheet(sheet.name)
    page.write_string(0, 0, sheet.intro, styles["intro"])
    headings = [column.heading for column in sheet.columns]
    for at, column in enumerate(sheet.columns):
        page.write_string(HEAD, at, column.heading, styles["head"])
        page.set_column(at, at, column.width)
    page.write_string(HEAD, len(headings), RESULT, styles["head"])
    page.set_column(len(headings), len(headings), RESULT_WIDTH)
    page.set_row(HEAD, 3 * LINE)
    rows = [*sheet.rows, *({} for _ in range(sheet.blank))]
    known_keys = {str(row.get(sheet.key, "")) for row in sheet.rows}
    extra = [dict(cells) for (name, key), cells in book.typed.items() if name == sheet.name and key not in known_keys]
    rows[len(sheet.rows) : len(sheet.rows) + len(extra)] = extra
    for at, cells in enumerate(rows, HEAD + 1):
        key = str(cells.get(sheet.key, "") or "")
        shown = {**cells, **book.typed.get((sheet.name, key), {})}
        page.set_row(at, LINE * _tallest(sheet, shown, book.results.get((sheet.name, key), "")))
        for place, column in enumerate(sheet.columns):
            locked = not column.typed or (column.heading == sheet.key and key in known_keys)
            _write(page, styles, (at, place), shown.get(column.heading), "known" if locked else column.kind)
        page.write_string(at, len(headings), book.results.get((sheet.name, key), ""), styles["result"])
    _validate(page, sheet, HEAD + 1, HEAD + len(rows), _rare_acts(book))
    page.autofilter(HEAD, 0, HEAD + max(1, len(rows)), len(headings))
    page.freeze_panes(HEAD + 1, 2)
    page.repeat_rows(HEAD)
    page.repeat_columns(0, 1)
    _finish(page, landscape=True, across=-(-(RESULT_WIDTH + sum(column.width for column in sheet.columns)) // READABLE))


def _tallest(sheet: Sheet, cells: Mapping[str, Value], result: str) -> int:
    """Return how many lines of text the tallest cell of a row needs."""
    found = [_lines(str(cells.get(column.heading) or ""), column.width) for column in sheet.columns]
    return max([*found, _lines(result, RESULT_WIDTH)])


def _lines(text: str, width: int) -> int:
    return max(1, -(-len(text) // max(1, width - 2)))


def _rare_acts(book: Workbook) -> str:
    """Return where « Lisez-moi » lists the rare acts: too many for a list written in a cell's rule."""
    first = len(book.read_me) + 6
    return f"='{READ_ME}'!$A${first}:$A${first + len(RARE_ACTS) - 1}"


def _validate(page: Any, sheet: Sheet, first: int, last: int, rare: str) -> None:
    if last < first:
        return
    for place, column in enumerate(sheet.columns):
        if column.kind == "choice" and column.choices:
            rule: dict[str, Any] = {
                "validate": "list",
                "source": rare if column.choices == RARE_ACTS else list(column.choices),
                "error_message": "Choisissez dans la liste.",
            }
            page.data_validation(first, place, last, place, rule)
        elif column.kind == "date":
            rule = {
                "validate": "date", "criteria": "between", "minimum": _FROM, "maximum": _UNTIL,
                "error_title": "Date", "error_message": "Écrivez une date, comme 17/03/2027.",
            }  # fmt: skip
            page.data_validation(first, place, last, place, rule)


def _write(page: Any, styles: dict[str, Any], at: tuple[int, int], value: Value, kind: str) -> None:
    row, column = at
    found = read_date(value) if kind == "date" and isinstance(value, str) and value else value
    if isinstance(found, date):
        page.write_datetime(row, column, datetime(found.year, found.month, found.day), styles["date"])  # noqa: DTZ001
    elif isinstance(found, int):
        page.write_number(row, column, found, styles["known_number"])
    elif value in {None, ""}:
        page.write_blank(row, column, None, styles[kind])
    else:
        page.write_string(row, column, str(value), styles["text" if kind == "date" else kind])


def _grid(file: Any, styles: dict[str, Any], book: Workbook, sheets_first: bool) -> None:
    grid, page = book.grid, file.add_worksheet(GRID)
    page.write_string(
        0, 0, "« Présent » vient de l’onglet Feuilles ; choisissez une exception dans la liste.", styles["intro"]
    )
    for at, heading in enumerate((MATRICULE, NAME)):
        page.write_string(GRID_HEAD, at, heading, styles["head"])
    page.set_column(0, 0, 12)
    page.set_column(1, 1, 28)
    for at, column in enumerate(grid.halfdays, 2):
        page.write_string(GRID_HEAD, at, column.heading, styles["head"])
    page.set_column(2, 1 + max(1, len(grid.halfdays)), 17)
    result = 2 + len(grid.halfdays)
    page.write_string(GRID_HEAD, result, RESULT, styles["head"])
    page.set_column(result, result, RESULT_WIDTH)
    page.set_row(GRID_HEAD, 48)
    for at, (matricule, name) in enumerate(grid.people, GRID_HEAD + 1):
        page.write_string(at, 0, matricule, styles["known"])
        page.write_string(at, 1, name, styles["known"])
        _presences(page, styles, book, at, matricule, sheets_first=sheets_first)
        page.write_string(at, result, book.results.get((GRID, matricule), ""), styles["result"])
    if grid.people and grid.halfdays:
        rule = {"validate": "list", "source": list(grid.choices), "error_message": "Choisissez dans la liste."}
        page.data_validation(GRID_HEAD + 1, 2, GRID_HEAD + len(grid.people), 1 + len(grid.halfdays), rule)
    page.freeze_panes(GRID_HEAD + 1, 2)
    page.repeat_rows(GRID_HEAD)
    page.repeat_columns(0, 1)
    _finish(page, landscape=True, across=0)


def _presences(
    page: Any, styles: dict[str, Any], book: Workbook, at: int, matricule: str, *, sheets_first: bool
) -> None:
    typed = book.typed.get((GRID, matricule), {})
    for place, column in enumerate(book.grid.halfdays, 2):
        known = book.grid.known.get((matricule, column.heading), "")
        kept = str(typed.get(column.heading, "") or "")
        if kept or known:
            page.write_string(at, place, kept or known, styles["held" if known and kept in {"", known} else "text"])
        elif sheets_first:
            page.write_formula(at, place, _from_sheets(book, column.session), styles["text"], "")


def _from_sheets(book: Workbook, session: str) -> str:
    """Say « Présent » once the sheet of the session is received: looked up by its name, for the list may be sorted."""
    sheet = book.sheet(SHEETS)
    headings = [column.heading for column in sheet.columns]
    last = HEAD + 1 + max(1, len(sheet.rows))
    key, received = (
        f"'{SHEETS}'!${letter}${HEAD + 2}:${letter}${last}"
        for letter in (chr(ord("A") + headings.index(heading)) for heading in (sheet.key, "Feuille reçue le"))
    )
    name = session.replace('"', '""')
    return f'=IF(SUMPRODUCT(({key}="{name}")*({received}<>""))>0,"Présent","")'


def _finish(page: Any, *, landscape: bool, across: int = 1) -> None:
    """Set up printing, ``across`` pages wide (0: at the grid's scale), and lock what is known."""
    if landscape:
        page.set_landscape()
    page.set_paper(9)
    if across:
        page.fit_to_pages(across, 0)
    else:
        page.set_print_scale(GRID_SCALE)
    page.set_footer("&L&A&Rpage &P / &N")
    page.protect("", {"sort": True, "autofilter": True, "format_columns": True, "format_rows": True})
