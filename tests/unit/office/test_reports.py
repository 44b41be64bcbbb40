from __future__ import annotations

import json
import os
import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree, html

from sync_service.adapters.documents.html import to_html
from sync_service.adapters.documents.machine import to_json
from sync_service.adapters.documents.table_csv import cell_csv, to_csv
from sync_service.domain.facts import FactKind
from sync_service.domain.reports.model import Percent
from sync_service.errors import UsageError
from sync_service.usecases.report import report

if TYPE_CHECKING:
    from sync_service.domain.reports.model import Report

    from .conftest import Office

GOLDEN = Path(__file__).parents[2] / "golden"
FEB = date(2027, 2, 10)
SHEET_1 = {"act": "Feuille signée", "session": "m1-a", "on": date(2026, 9, 23), "document": "5" * 64}
SHEET_2 = {"act": "Feuille signée", "session": "acc-1", "on": date(2026, 10, 6), "document": "6" * 64}


def absent(who: str, half: str, value: str = "absent justifié") -> dict[str, object]:
    return {
        "act": "Présence", "who": who, "session": "m1-a", "on": date(2026, 9, 21), "half": half, "value": value,
    }  # fmt: skip


def submit(office: Office, key: str, user: int, status: str) -> None:
    at = 1801692840 if status == "submitted" else 0
    office.site.put(
        FactKind.SUBMISSION, key, user, status=status, attempt=0, submitted_at=at,
        files=[{"name": f"{key}.pdf", "size": 1800000}],
    )  # fmt: skip


@pytest.fixture
def winter(office: Office) -> Office:
    """Thirty days before the jury: sheets filed, one correction, deposits in every state, the last pull partial."""
    office.clock.at = datetime(2026, 10, 6, 9, tzinfo=UTC)
    office.record(SHEET_1, SHEET_2, absent("0002", "après-midi"), absent("0004", "", "absent injustifié"))
    office.record(absent("0001", "matin", "partiel"))
    for user in (101, 102, 103):
        office.site.put(FactKind.ACTIVITY, "m01-prep", user, state="complete", override=user == 103)
        office.site.put(FactKind.ACTIVITY, "m02-prep", user, state="incomplete", override=False)
    for user, a, b in ((101, "submitted", "submitted"), (102, "submitted", "draft"), (103, "none", "none")):
        submit(office, "depot-a", user, a)
        submit(office, "depot-b", user, b)
    office.clock.at = datetime(2027, 2, 8, 5, tzinfo=UTC)
    office.pull(full=True)
    office.record(
        {"act": "Dossier contrôlé", "who": "0001", "on": date(2027, 2, 9), "value": "analyse de l’action n° 2"},
        {"act": "Dossier incomplet", "who": "0001", "on": date(2027, 2, 9), "value": "analyse de l’action n° 2"},
        {"act": "Relance", "who": "0003", "on": date(2027, 2, 9), "value": "dépôts A et B"},
    )
    office.site.hidden.add("cs:angers-test:m02-prep")
    office.clock.at += timedelta(days=1)
    office.pull(full=True)
    return office


def made(office: Office, name: str, who: str | None = None) -> Report:
    now = datetime(2027, 2, 10, 7, 30, tzinfo=UTC)
    return report(name, office.ledger, office.files, now=now, candidate=who)


def check(name: str, content: bytes) -> None:
    path = GOLDEN / name
    if os.environ.get("CYCLESYNC_GOLDEN") == "write":
        path.write_bytes(content)
    assert content == path.read_bytes(), f"{name} moved; read it again, then run once with CYCLESYNC_GOLDEN=write"


@pytest.mark.parametrize(("name", "who"), [("promotion", None), ("candidate", "0001"), ("missing", None)])
def test_reports_are_those_that_were_read_and_approved(winter: Office, name: str, who: str | None) -> None:
    made_report = made(winter, name, who)
    check(f"report-{name}.html", to_html(made_report).encode())
    check(f"report-{name}.csv", to_csv(made_report))
    check(f"report-{name}.json", to_json(made_report).encode())


def row_of(made_report: Report, name: str, code: str = "") -> dict[str, object]:
    table = made_report.tables()[0] if not code else next(t for t in made_report.tables() if t.code == code)
    head = next(i for i, c in enumerate(table.columns) if c.head)
    return next(dict(zip([c.code for c in table.columns], row, strict=True)) for row in table.rows if row[head] == name)


def test_dashboard_says_what_was_done_and_what_is_missing(winter: Office) -> None:
    r1 = made(winter, "promotion")
    row = row_of(r1, "D'HERVÉ Élodie")
    assert (row["half_days"], row["days"], row["not_keyed"]) == ("5/8", "2,5 sur environ 39", 2)
    assert row["dossier"] == "Un dépôt sur deux remis"
    assert row["missing"] == "la remise définitive du dépôt B (brouillon non remis)"
    assert row_of(r1, "MARTIN Anne")["dossier"] == "Incomplet"
    modules = row_of(r1, "D'HERVÉ Élodie", "modules")
    assert modules["module_1"] == "3/4 demi-journées, préparation faite"
    assert "2 modules non décrits dans le document source (R02, brochure ligne 53)." in r1.sections[2].sentences
    assert not any("suivi" in str(cell) for table in r1.tables() for r in table.rows for cell in r)


def test_homonyms_bear_their_number(winter: Office) -> None:
    names = [row[1] for row in made(winter, "promotion").tables()[0].rows]
    assert names == ["D'HERVÉ Élodie", "DUBOIS Marie (0004)", "DUBOIS Marie (0005)", "ÉTIENNE Jérôme", "MARTIN Anne"]


def test_missing_list_is_sorted_by_deadline_with_whose_move(winter: Office) -> None:
    r3 = made(winter, "missing")
    before = [row[4] for row in r3.tables()[0].rows]
    dated = [d for d in before if isinstance(d, date)]
    assert dated == sorted(dated)
    assert before[len(dated) :] == [None] * (len(before) - len(dated))
    jerome = row_of(r3, "ÉTIENNE Jérôme")
    assert jerome["missing"] == "la remise du dépôt A et du dépôt B"
    assert (jerome["who"], jerome["days_left"], jerome["reminded_on"]) == ("stagiaire", 0, date(2027, 2, 9))


def test_follow_up_sheet_says_what_is_not_read_again_and_why(winter: Office) -> None:
    r2 = made(winter, "candidate", "0001")
    detail = {row[0]: row[2] for row in next(t for t in r2.tables() if t.code == "modules").rows}
    assert [v for k, v in detail.items() if str(k).startswith("Module 2")] == [
        "non fait, constaté le 8 février 2027 ; non relu depuis le 8 février 2027 (activité cachée dans Moodle)"
    ]
    assert r2.subtitle.endswith("candidat(e)")
    corrections = next(t for t in r2.tables() if t.code == "corrections").rows
    assert [row[1] for row in corrections] == ["Présence du 21/09/2026, matin"]


def test_every_report_ends_with_coverage_and_the_as_of_line(winter: Office) -> None:
    for name, who in (("promotion", None), ("missing", None), ("candidate", "0002")):
        coverage, stamp = made(winter, name, who).footers
        assert coverage.startswith(
            "Dernier relevé Moodle\u00a0: 9 février 2027 à 6\u00a0h\u00a002, lecture partielle ("
        )
        assert "activité cachée dans Moodle" in coverage
        assert stamp.startswith(
            "Établi le 10 février 2027 à 8\u00a0h\u00a030 · situation au 10 février 2027 · données connues au "
        )
        tree = r"racine [0-9a-f]{64}" if name == "candidate" else r"référence ([0-9a-f]{4}-){3}[0-9a-f]{4}"
        assert re.search(rf"registre\u00a0: taille \d+, {tree} ", stamp)


def test_known_at_gives_the_register_of_that_moment(winter: Office) -> None:
    then = datetime(2026, 10, 1, tzinfo=UTC)
    now = datetime(2027, 2, 10, tzinfo=UTC)
    old = report("promotion", winter.ledger, winter.files, now=now, known_at=then)
    assert old.stamp is not None
    assert old.stamp.size < winter.ledger.head().size
    assert row_of(old, "MARTIN Anne")["half_days"] == "0/8"
    again = report("promotion", winter.ledger, winter.files, now=now, known_at=then)
    assert again == old


def test_erased_identity_leaves_a_readable_report(winter: Office) -> None:
    winter.ledger.forget(winter.subject("0003"))
    names = [row[1] for row in made(winter, "promotion").tables()[0].rows]
    assert names[-1] == "Identité effacée"


def test_unknown_report_or_person_is_one_sentence(office: Office) -> None:
    for name, who in (("inconnu", None), ("candidate", None), ("candidate", "9999")):
        with pytest.raises(UsageError) as refused:
            made(office, name, who)
        assert refused.value.exit_code == 64
        assert "\n" not in refused.value.sentence


def test_page_is_accessible(winter: Office) -> None:
    for name, who in (("promotion", None), ("missing", None), ("candidate", "0001")):
        page = html.document_fromstring(to_html(made(winter, name, who), links=(("r.csv", "Le même en CSV"),)))
        assert page.get("lang") == "fr"
        assert len(page.findall(".//h1")) == 1
        levels = [int(e.tag[1]) for e in page.iter("h1", "h2", "h3")]
        assert all(b - a <= 1 for a, b in pairwise(levels))
        for table in page.iter("table"):
            assert table.find("caption") is not None
            assert all(th.get("scope") in {"col", "row"} for th in table.iter("th"))
            assert all(td.get("data-label") for td in table.iter("td"))
            widths = {len(tr) for tr in table.iter("tr")}
            assert len(widths) == 1
        assert page.find(".//script") is None
        ids = [e.get("id") for e in page.iter() if isinstance(e.tag, str) and e.get("id")]
        assert len(ids) == len(set(ids))
        for e in page.iter():
            if isinstance(e.tag, str) and e.get("aria-labelledby"):
                assert e.get("aria-labelledby") in ids
        assert page.xpath("//a[@href='#contenu']")
        assert not page.xpath("//*[@style or @onclick]")


def test_page_escapes_what_people_typed(winter: Office) -> None:
    from dataclasses import replace

    shown = replace(made(winter, "missing"), title="<script>x</script> & « »")
    page = to_html(shown)
    assert "<script>" not in page
    assert etree.HTML(page) is not None


def test_words_banned_in_this_trade_are_absent(winter: Office) -> None:
    for name, who in (("promotion", None), ("missing", None), ("candidate", "0001")):
        text = to_html(made(winter, name, who)).casefold()
        for word in ("tuteur", "devoir", "inconnu", " titre"):
            assert word not in text


def test_csv_is_what_a_french_excel_opens(winter: Office) -> None:
    raw = to_csv(made(winter, "promotion"))
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\n") == raw.count(b"\r\n")
    lines = raw.decode("utf-8-sig").split("\r\n")
    assert lines[0].startswith("N°;Nom d’usage et prénom;")
    assert '="0002"' in lines[1]
    assert "10/02/2027" in to_csv(made(winter, "missing")).decode()


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("=1+1", "'=1+1"),
        ("+33 2", "'+33 2"),
        ("@x", "'@x"),
        ("-x", "'-x"),
        ("\tx", "'\tx"),
        ('a;"b"', '"a;""b"""'),
        ("a\nb", '"a\nb"'),
        ("0049", '="0049"'),
        ("5/7", '="5/7"'),
        ("2027-06", '="2027-06"'),
        ("2027-06-18", '="2027-06-18"'),
        ("18/06/2027", "18/06/2027"),
        ("5/7 demi-journées", "5/7 demi-journées"),
        (Percent("83.3"), "83,3 %"),
        (Percent(80), "80 %"),
        ("0", "0"),
        (-3, "-3"),
        (date(2027, 3, 1), "01/03/2027"),
        (None, ""),
        ("31,5", "31,5"),
    ],
)
def test_csv_cells(cell: str | int | date | None, text: str) -> None:
    assert cell_csv(cell) == text


def test_json_has_stable_codes_and_iso_dates(winter: Office) -> None:
    read = json.loads(to_json(made(winter, "missing")))
    assert (read["report"], read["as_of"], read["made_at"]) == ("R3", "2027-02-10", "2027-02-10T07:30:00.000Z")
    rows = read["sections"][1]["tables"][0]["rows"]
    assert set(rows[0]) == {"name", "missing", "rule", "blocking", "before", "days_left", "reminded_on", "who"}
    assert rows[0]["before"] == "2027-02-10"
