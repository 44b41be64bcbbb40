from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from sync_service.adapters.mapping_files import list_promotions, load_cycle, load_promotion, read_roster
from sync_service.errors import MappingError, RosterError

SAMPLES = Path(__file__).parents[2] / "mappings"
ROSTERS = {
    "cut_in_the_last_cell.csv": "la dernière ligne n’est pas terminée",
    "damaged_accents.csv": "des accents sont abîmés",
    "empty.csv": "le fichier est vide",
    "half_line.csv": "la ligne est coupée",
    "header_only.csv": "que la ligne de titres",
    "missing_column.csv": "colonnes manquantes : matricule",
    "missing_mandatory_cells.csv": "cette cellule est vide",
    "not_a_date.csv": "ce n’est pas une date",
    "not_a_workbook.xlsx": "ce n’est pas un classeur lisible",
    "only_a_mark.csv": "le fichier est vide",
    "same_matricule_twice.csv": "le même matricule",
    "unclosed_quote.csv": "les guillemets",
    "unexpected_column.csv": "colonne « numéro de sécurité sociale » non prévue",
    "utf_16.csv": "UTF-16",
    "windows_1252.csv": "n’est pas en UTF-8",
}


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_a_fault_is_named_with_its_place_and_reason(sample: Path, copy: Path) -> None:
    fault = tomllib.loads(sample.read_text(encoding="utf-8"))
    for change in fault["replace"]:
        path = copy / change["file"]
        text = path.read_bytes().decode("utf-8")
        assert change["old"] in text, f"{sample.name} no longer finds {change['old']!r}"
        count = -1 if change.get("all") else 1
        path.write_bytes(text.replace(change["old"], change["new"], count).encode("utf-8"))
    with pytest.raises(MappingError) as caught:
        load_promotion(copy.parent, "angers-2026-2027")
    for expected in fault["expect"]:
        assert any(
            problem.where.startswith(expected["where"]) and expected["reason"] in problem.reason
            for problem in caught.value.problems
        ), caught.value.sentence


def test_every_roster_sample_is_listed() -> None:
    assert {path.name for path in (SAMPLES / "rosters").iterdir()} == set(ROSTERS)


@pytest.mark.parametrize(("name", "reason"), ROSTERS.items())
def test_a_bad_roster_changes_nobody(name: str, reason: str) -> None:
    with pytest.raises(RosterError) as caught:
        read_roster(SAMPLES / "rosters" / name, "angers-2026-2027")
    assert caught.value.exit_code == 3
    assert reason in caught.value.sentence
    assert "personne n’a été changé" in caught.value.sentence
    assert "@" not in caught.value.sentence


def test_a_missing_roster_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RosterError, match="n’est pas dans le dossier"):
        read_roster(tmp_path / "stagiaires.csv", "angers-2026-2027")


@pytest.mark.parametrize("name", ["angers-2030", "../angers", "", "A"])
def test_an_unknown_promotion_names_the_known_ones(name: str, mappings: Path) -> None:
    with pytest.raises(MappingError, match="promotions connues : angers-2026-2027"):
        load_promotion(mappings, name)


def test_a_promotion_name_serves_once(copy: Path) -> None:
    other = copy.parent / "autre_cycle" / "promotions"
    other.mkdir(parents=True)
    (other / "angers-2026-2027.toml").write_text("", encoding="utf-8")
    assert list_promotions(copy.parent) == ("angers-2026-2027",)
    with pytest.raises(MappingError, match="plusieurs cycles"):
        load_promotion(copy.parent, "angers-2026-2027")


def test_an_unknown_cycle_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="aucun référentiel"):
        load_cycle(tmp_path, "coordonnateur_petite_enfance")


@pytest.mark.parametrize(("raw", "reason"), [(b"\xff", "UTF-8"), (b"a = ", "pas du TOML")])
def test_a_file_that_is_not_toml_is_a_sentence(copy: Path, raw: bytes, reason: str) -> None:
    (copy / "layouts" / "standard.toml").write_bytes(raw)
    with pytest.raises(MappingError, match=reason):
        load_promotion(copy.parent, "angers-2026-2027")


def test_two_calendars_are_one_too_many(copy: Path) -> None:
    (copy / "promotions" / "angers-2026-2027" / "calendrier.xlsx").write_bytes(b"x")
    with pytest.raises(MappingError, match=r"calendrier\.csv et calendrier\.xlsx"):
        load_promotion(copy.parent, "angers-2026-2027")
