"""What is kept on paper says the register’s size and its whole root, in every form; what is marked says so in every form."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from sync_service.adapters.documents.rendering import FORMS, render
from sync_service.cli.marking import SPECIMEN, mark
from sync_service.domain.merkle import root_of
from sync_service.domain.reports.integrity import Integrity, integrity_report
from sync_service.domain.reports.model import Report
from sync_service.usecases.report import register_at, report

if TYPE_CHECKING:
    from .conftest import Office

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
ROOT = "c163d81c6f09c6337d3f7cfd0133f2b99e00a0ad71fd3677a540130bb68fb212"


def text_of(content: bytes, form: str) -> str:
    """Return what a person reads of a file, without any space: a long root may be cut at the end of a line."""
    if form == "xlsx":
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
        found = "".join(str(cell) for row in rows for cell in row)
    elif form == "pdf":
        found = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    else:
        found = content.decode("utf-8-sig")
    return re.sub(r"\s", "", found)


def integrity() -> Report:
    found = Integrity("demo/test", 1234, ROOT, NOW, 0.4, (), True, "ab" * 32, [(1200, "2027-03-01T00:00:00Z")], 3)
    return integrity_report(found, ZoneInfo("Europe/Paris"))


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize("name", ["candidate", "certificates", "integrity"])
def test_size_and_whole_root_are_in_every_form(office: Office, name: str, form: str) -> None:
    head, who = office.ledger.head(), "0001" if name == "candidate" else None
    made = integrity() if name == "integrity" else report(name, office.ledger, office.files, now=NOW, candidate=who)
    size, root = (1234, ROOT) if name == "integrity" else (head.size, head.root)
    text = text_of(render(made, form), form)
    assert root in text
    assert str(size) in text


@pytest.mark.parametrize("form", sorted(FORMS))
def test_a_mark_is_in_every_form(office: Office, form: str) -> None:
    made = mark(report("certificates", office.ledger, office.files, now=NOW), (SPECIMEN,))
    assert "SPÉCIMEN" in text_of(render(made, form), form)


def test_a_mark_is_a_last_column_for_a_machine(office: Office) -> None:
    modules = mark(report("modules", office.ledger, office.files, now=NOW), (SPECIMEN,))
    rows = list(csv.reader(render(modules, "csv", profile="machine").decode().splitlines()))
    assert len(rows) > 1
    assert [row[-1] for row in rows] == ["notice", *[SPECIMEN] * (len(rows) - 1)]


def test_a_past_moment_has_the_root_of_its_lines(office: Office) -> None:
    events = tuple(office.ledger.events())
    middle = events[len(events) // 2]
    early = events[0].recorded_at - timedelta(days=1)
    then = [event for event in events if event.recorded_at <= middle.recorded_at]
    assert register_at(office.ledger, middle.recorded_at) == (
        len(then),
        root_of(bytes.fromhex(event.leaf) for event in then).hex(),
    )
    assert register_at(office.ledger, early) == (0, root_of([]).hex())
