"""The grid of control of a dossier (R08): ticked by a person, in the workbook or a file of acts, said where it is read."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sync_service.domain.checklist import Point, read_points
from sync_service.domain.workbook.model import DOSSIERS
from sync_service.errors import RecordRefusedError

from .test_certification import hand_in, standing
from .test_reports import made
from .test_workbook import Desk

if TYPE_CHECKING:
    from .conftest import Office

POINTS = ("description de la pratique", "analyse de la pratique", "description des acquis", "analyse des acquis")
DAY = date(2027, 2, 9)


def control(office: Office, points: str, on: date = DAY) -> str:
    done = office.record({"act": "Dossier contrôlé", "who": "0001", "on": on, "reference": points}).rows[0]
    return done.sentence if done.outcome == "refused" else done.outcome


def pairs(office: Office, name: str = "candidate") -> dict[str, object]:
    return {label: value for section in made(office, name, "0001").sections for label, value in section.pairs}


def test_points_are_read_in_the_referential_s_order_whatever_the_accents_and_capitals() -> None:
    found = read_points("Analyse des acquis : NON / DESCRIPTION DE LA PRATIQUE : oui", POINTS)
    assert found == (Point(POINTS[0], seen=True), Point(POINTS[3], seen=False))
    assert read_points(" / ", POINTS) == ()


@pytest.mark.parametrize("text", ["analyse : oui", "analyse des acquis : peut-être", "analyse des acquis", ": oui"])
def test_another_point_or_answer_is_refused_with_its_source(text: str) -> None:
    with pytest.raises(RecordRefusedError, match=r"« analyse des acquis ».*R08, brochure ligne 97"):
        read_points(text, POINTS)
    with pytest.raises(RecordRefusedError, match="pas de grille"):
        read_points(text, ())


def test_each_control_answers_for_the_points_it_names_and_a_new_version_begins_without_any(office: Office) -> None:
    hand_in(office, 101)
    assert control(office, " / ".join(f"{point} : oui" for point in POINTS[:3])) == "recorded"
    assert control(office, "analyse des acquis : non / analyse de la pratique : non", date(2027, 2, 10)) == "recorded"
    seen = {point.label: point.seen for point in standing(office, "0001").dossier.grid}
    assert seen == dict(zip(POINTS, (True, False, True, False), strict=True))
    office.record({"act": "Dossier ouvert", "who": "0001", "on": date(2027, 2, 10)})
    assert standing(office, "0001").dossier.grid == ()


def test_the_fiche_and_the_dashboard_say_it_and_nothing_is_refused_for_it(office: Office) -> None:
    hand_in(office, 101)
    assert "Grille de contrôle" not in pairs(office)
    control(office, "description de la pratique : oui / analyse des acquis : non")
    done = office.record(
        {"act": "Dossier complet", "who": "0001", "on": DAY}, {"act": "Dossier recevable", "who": "0001", "on": DAY}
    )
    assert [row.outcome for row in done.rows] == ["recorded", "recorded"]
    assert pairs(office)["Grille de contrôle"] == (
        "description de la pratique : oui ; analyse de la pratique : non coché ; "
        "description des acquis : non coché ; analyse des acquis : non"
    )
    rows = [row for table in made(office, "promotion").tables() for row in table.rows]
    assert any("grille de contrôle, non\u00a0: analyse des acquis (R08)" in str(cell) for row in rows for cell in row)


def test_the_workbook_has_a_column_for_each_point(office: Office, tmp_path: Path) -> None:
    hand_in(office, 101)
    desk = Desk(office, tmp_path)
    desk.make()
    desk.fill({
        (DOSSIERS, "0001", "Contrôlé le"): DAY,
        (DOSSIERS, "0001", "Description de la pratique (oui ou non)"): "oui",
        (DOSSIERS, "0001", "Analyse des acquis (oui ou non)"): "non",
    })  # fmt: skip
    assert desk.give_back() == {(DOSSIERS, "0001"): "Enregistré"}
    assert standing(office, "0001").dossier.grid == (Point(POINTS[0], seen=True), Point(POINTS[3], seen=False))
    size = len(office.types())
    assert desk.give_back() == {}
    assert len(office.types()) == size
