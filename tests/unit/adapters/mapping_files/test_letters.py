"""Letters: Markdown read by tokens; what is not text is refused with its line; placeholders are declared and checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync_service.adapters.mapping_files.letters import letter_problems, load_letter
from sync_service.domain.documents.letter import KINDS, Letter, LetterValues, fill, merge_row
from sync_service.domain.documents.model import Grid, Heading, Items, Paragraph, Span, plain, texts_of
from sync_service.errors import MappingError, UsageError

MAPPINGS = Path(__file__).parents[4] / "lms_mappings"
CYCLE = "coordonnateur_petite_enfance"


def letter(folder: Path, text: str, name: str = "relance") -> Letter:
    path = folder / "c" / "letters" / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return load_letter(folder, "c", name)


def test_the_example_has_every_letter_and_none_has_a_mistake() -> None:
    assert letter_problems(MAPPINGS, CYCLE) == []
    for name in KINDS:
        made = load_letter(MAPPINGS, CYCLE, name)
        said = " ".join((made.subject, *(text for block in made.blocks for text in texts_of(block)))).casefold()
        for banned in ("tuteur", "devoir", "inconnu", "note", "formateur", "rncp"):
            assert banned not in said.split(), (name, banned)


def test_titles_lists_and_styles_become_blocks(tmp_path: Path) -> None:
    made = letter(tmp_path, "# Objet\n\nUn **gras** et\nla *suite*.\n\n## Titre\n\n- un\n- deux\n\n1. trois\n")
    assert made.subject == "Objet"
    assert made.blocks == (
        Paragraph((Span("Un "), Span("gras", "strong"), Span(" et la "), Span("suite", "emphasis"), Span("."))),
        Heading("Titre", 2),
        Items((plain("un"), plain("deux"))),
        Items((plain("trois"),), ordered=True),
    )


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("# O\n\nBonjour {personne.age}.", 3, "« {personne.age} » n’existe pas"),
        ("# O\n\n{membre.nom}", 3, "« {membre.nom} » n’existe pas"),
        ("# O\n\n\nvoir [là](http://x)", 4, "les images, liens et codes"),
        ("# O\n\n![logo](x.png)", 3, "les images, liens et codes"),
        ("# O\n\n> cité", 3, "seuls les titres"),
        ("# O\n\n```\ncode\n```", 3, "seuls les titres"),
        ("# O\n\n---", 3, "seuls les titres"),
        ("Sans objet", 1, "l’objet manque"),
        ("", 1, "l’objet manque"),
    ],
)
def test_each_mistake_is_named_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(MappingError) as caught:
        letter(tmp_path, text)
    assert any(p.where == f"letters/relance.md, ligne {line}" and said in p.reason for p in caught.value.problems)


def test_a_missing_file_bad_bytes_and_a_stray_letter_are_said(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="le fichier n’existe pas"):
        load_letter(tmp_path, "c", "relance")
    letter(tmp_path, "# O\n\nx")
    folder = tmp_path / "c" / "letters"
    (folder / "convocation-jury.md").write_bytes(b"# \xff")
    (folder / "brouillon.md").write_text("x")
    found = {p.where: p.reason for p in letter_problems(tmp_path, "c")}
    assert "n’est pas en UTF-8" in found["letters/convocation-jury.md"]
    assert "aucune lettre ne porte ce nom" in found["letters/brouillon.md"]


VALUES = LetterValues(
    {"personne.nom": "*D'Hervé* {x} #let $1$", "dossier.limite": "", "jury.date": ""},
    {"dossier.manques": (Items((plain("la remise"), plain("le module"))),)},
)


def test_values_are_text_whatever_they_hold_and_blocks_take_their_paragraph(tmp_path: Path) -> None:
    made = letter(tmp_path, "# Pour {personne.nom}\n\n{dossier.manques}\n\nAvant {dossier.limite} [une date à venir].")
    subject, blocks = fill(made, VALUES)
    assert subject == "Pour *D’Hervé* {x} #let $1$"
    assert blocks[0] == Items((plain("la remise"), plain("le module")))
    assert blocks[1] == Paragraph(plain("Avant une date à venir."))


def test_a_value_that_is_not_known_and_not_replaced_stops_the_letter(tmp_path: Path) -> None:
    made = letter(tmp_path, "# O\n\nAvant {dossier.limite}.")
    with pytest.raises(UsageError, match=r"« relance » a besoin de \{dossier.limite\}"):
        fill(made, VALUES)


def test_the_mail_merge_has_every_placeholder_of_its_letter_on_one_line(tmp_path: Path) -> None:
    made = letter(tmp_path, "# O\n\nx", "accuse-reception")
    grid = Grid("Fichiers", ("a", "b"), (("a.pdf", "1 Mo"), ("b.pdf", "")))
    row = merge_row(made, LetterValues({"personne.nom": "X"}, {"dossier.fichiers": (grid,)}))
    kind = KINDS["accuse-reception"]
    assert tuple(row) == (*kind.texts, *kind.blocks)
    assert row["dossier.fichiers"] == "a.pdf, 1\u00a0Mo\u202f; b.pdf"
    assert row["cycle.titre"] == ""
