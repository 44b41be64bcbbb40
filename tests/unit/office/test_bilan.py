"""R13 and R12 over several promotions, small numbers hidden; R5; every code of the catalogue answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import count, product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_service.adapters.documents.html import to_html
from sync_service.adapters.documents.rendering import render
from sync_service.adapters.documents.table_csv import to_csv, to_machine_csv
from sync_service.domain.act_rows import ActRow
from sync_service.domain.reports.bilan import WHOLE
from sync_service.domain.reports.catalogue import DOCUMENTS, REPORTS, document_sentence, name_of
from sync_service.domain.reports.masking import MASKED
from sync_service.domain.reports.suppression import Sum, hidden_cells
from sync_service.errors import UsageError
from sync_service.usecases.desk import Desk
from sync_service.usecases.open_promotion import open_promotion
from sync_service.usecases.papers import KINDS
from sync_service.usecases.record_batch import record_batch
from sync_service.usecases.report import NAMES, report
from sync_service.usecases.report_over import report_over
from sync_service.usecases.roster import import_roster

from .conftest import PEOPLE, roster
from .test_certification import certify, control, hand_in, minutes, sit
from .test_reports import check
from .test_statistics import rows

if TYPE_CHECKING:
    from sync_service.domain.promotion import PromotionFiles

    from .conftest import Office

NOW = datetime(2027, 6, 1, 9, tzinfo=UTC)
R5_COLUMNS = (
    "N° d’ordre", "Candidat(e)", "Collectivité", "Tentative n°", "Dossier recevable le", "Documents exigés",
    "Heure de passage", "Aménagement",
)  # fmt: skip


def other(office: Office) -> PromotionFiles:
    """A second promotion of twelve people, one of whom left."""
    promotion = replace(office.files.promotion, id="angers-deux", label="Angers 2027-2028")
    made = replace(office.files, promotion=promotion)
    filing = replace(office.filing(), promotion=promotion.id)
    open_promotion(office.ledger, made, filing)
    some = [
        replace(
            roster().rows[0],
            line=n,
            matricule=f"1{n:03}",
            birth_name=f"Nom{chr(64 + n)}",
            usual_name=f"Nom{chr(64 + n)}",
        )
        for n in range(2, 14)
    ]
    listed = replace(roster(some, digest="1" * 64), promotion=promotion.id)
    ranks = count()
    import_roster(
        office.ledger, listed, made, filing, random=lambda n: sha256(f"deux {next(ranks)}".encode()).digest()[:n]
    )
    row = ActRow(1, "Sortie", who="1002", on=date(2027, 1, 8), reason="mobilité")
    assert record_batch(Desk(office.ledger, made, filing), [row]).count("recorded") == 1
    return made


@pytest.fixture
def two(office: Office) -> tuple[Office, PromotionFiles]:
    hand_in(office, 101, 102)
    control(office, "0001", "0002")
    sit(office, {"0001": "favorable", "0002": "ajourné"})
    minutes(office)
    assert certify(office, "0001") == []
    return office, other(office)


def test_the_bilan_over_promotions_is_the_one_that_was_read(two: tuple[Office, PromotionFiles]) -> None:
    office, second = two
    found = report_over("outcome", office.ledger, [office.files, second], now=NOW)
    check("report-bilan.html", to_html(found).encode())
    check("report-bilan.csv", to_csv(found))
    check("report-bilan.machine.csv", to_machine_csv(found))
    for form in ("pdf", "xlsx", "json"):
        assert len(render(found, form)) > 1000


def test_small_numbers_of_a_promotion_are_hidden_and_zeros_written(two: tuple[Office, PromotionFiles]) -> None:
    office, second = two
    found = report_over("outcome", office.ledger, [office.files, second], now=NOW)
    people = {str(r["promotion"]): r for r in rows(found, "people")}
    assert list(people) == ["Angers 2026-2027", "Angers 2027-2028", WHOLE]
    first = people["Angers 2026-2027"]
    assert (first["enrolled"], first["seen"], first["favourable"]) == (5, MASKED, MASKED)
    assert first["of_enrolled"] == first["of_seen"] == MASKED
    assert people["Angers 2027-2028"]["left"] == MASKED
    assert people[WHOLE]["enrolled"] == 17
    assert [r["people"] for r in rows(found, "reasons")] == [MASKED]
    assert {r["median"] for r in rows(found, "delays")} == {MASKED}


def test_statistics_over_promotions_add_up_people_of_one_cycle(two: tuple[Office, PromotionFiles]) -> None:
    office, second = two
    found = report_over("modules", office.ledger, [office.files, second], now=NOW)
    assert "Angers 2026-2027 et Angers 2027-2028" in found.title
    assert {r["enrolled"] for r in rows(found, "halfdays")} == {5 + 11}
    elsewhere = replace(second, promotion=replace(second.promotion, cycle="autre"))
    with pytest.raises(UsageError, match="même cycle"):
        report_over("modules", office.ledger, [office.files, elsewhere], now=NOW)
    with pytest.raises(UsageError, match="une seule"):
        report_over("missing", office.ledger, [office.files, second], now=NOW)


@given(st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=1, max_size=3))
def test_no_sum_gives_a_hidden_cell_away(grid: list[list[int]]) -> None:
    """No sum has one hidden cell alone beside others that are shown."""
    columns = range(3)
    values: dict[tuple[object, object], int] = {(r, c): row[c] for r, row in enumerate(grid) for c in columns}
    values |= {(r, "all"): sum(row) for r, row in enumerate(grid)}
    values |= {("T", c): sum(row[c] for row in grid) for c in columns}
    values["T", "all"] = sum(map(sum, grid))
    keys: list[object] = [*range(len(grid)), "T"]
    sums: list[Sum[tuple[object, object]]] = [Sum((r, "all"), tuple((r, c) for c in columns)) for r in keys]
    sums += [Sum(("T", c), tuple((r, c) for r in range(len(grid)))) for c in (*columns, "all")]
    hidden = hidden_cells(values, sums)
    assert {key for key, value in values.items() if 0 < value < 5} <= hidden
    for one in sums:
        shut = [key for key in one.keys if key in hidden]
        left = [key for key in one.keys if key not in hidden and values[key]]
        assert len(shut) != 1 or not left


def test_two_promotions_do_not_give_away_a_third_by_a_square() -> None:
    """Four hidden cells at the corners of a square are safe; three of them would not be."""
    names = ("a", "b", "c")
    values = dict.fromkeys(product(names, names), 10) | {("a", "a"): 2}
    values |= {(r, "all"): sum(values[r, c] for c in names) for r in names}
    values |= {("all", c): sum(values[r, c] for r in names) for c in (*names, "all")}
    sums = [Sum((r, "all"), tuple((r, c) for c in names)) for r in (*names, "all")]
    sums += [Sum(("all", c), tuple((r, c) for r in names)) for c in (*names, "all")]
    hidden = hidden_cells(values, sums)
    for r in names:
        assert len([c for c in names if (r, c) in hidden]) != 1
    for c in names:
        assert len([r for r in names if (r, c) in hidden]) != 1


def test_the_list_of_candidates_is_a_report_in_every_form(two: tuple[Office, PromotionFiles]) -> None:
    office, _ = two
    found = report("jury", office.ledger, office.files, now=NOW)
    check("report-jury.html", to_html(found).encode())
    check("report-jury.csv", to_csv(found))
    headings = [c.heading for t in found.tables() for c in t.columns]
    assert set(R5_COLUMNS) <= set(headings)
    assert len(rows(found)) == 2
    for form in ("pdf", "xlsx", "json"):
        assert len(render(found, form)) > 1000


def test_every_code_answers_with_a_report_or_the_command_of_a_document(office: Office) -> None:
    assert {f"R{n}" for n in range(1, 17)} | {"R4B"} == set(REPORTS) | set(DOCUMENTS)
    assert set(REPORTS.values()) <= {*NAMES, "integrity"}
    assert name_of("r13") == "outcome"
    assert name_of("outcome") == "outcome"
    for code in DOCUMENTS:
        said = document_sentence(code)
        assert any(f"document {kind}" in said for kind in KINDS), said
        with pytest.raises(UsageError, match="document"):
            report(code, office.ledger, office.files, now=NOW)
    assert "107" in document_sentence("R17")
    assert len(PEOPLE) == 5
