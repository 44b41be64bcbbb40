"""What the seven modules of the brochure's cycle say: pages, quotations, words, questions, honesty."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CYCLE = ROOT / "scorm_packages" / "coordonnateur_petite_enfance"
BROCHURE = ROOT / "lms_mappings" / "coordonnateur_petite_enfance" / "referentials" / "2026.1" / "brochure.md"
MODULES = [f"m{number:02d}" for number in range(1, 8)]
PAGES = [
    "presentation.md", "objectifs.md", "reperes.md", "etude-de-cas.md", "mise-en-situation.md",
    "mise-en-application.md", "quiz.toml", "quiz-reperes.toml", "glossaire.toml", "pour-finir.md",
]  # fmt: skip
BANNED = re.compile(
    r"\b(tut(?:eurs?|rices?|orat)|devoirs?|notes?|notée?s?|formatrices?|formateurs?|inconnue?s?)\b", re.IGNORECASE
)
"""Not in this trade, except « notez », the verb; design.md names the words."""
FIGURES = re.compile(r"\b(article [LRD]?\.?\s?\d|décret|arrêté du|loi du|code de|20\d\d|\d+ ?%)", re.IGNORECASE)
"""What nobody may invent here: a law, its number, a year, a rate."""
LONG_QUOTE = 5
"""Words from which « … » on a page without fiction is taken for a quotation of the brochure."""


def _plain(text: str) -> str:
    """Return the words of a text: one kind of apostrophe and of space, no emphasis."""
    return re.sub(r"[\s\u00a0\u202f]+", " ", text.replace("’", "'").replace("*", "")).strip()


def _read(module: str, page: str) -> str:
    return (CYCLE / module / page).read_text(encoding="utf-8")


def _table(module: str, page: str) -> dict[str, Any]:
    return tomllib.loads(_read(module, page))


def _prose(text: str) -> str:
    """Return the story of a case: no title, no boxed line, nothing from the questions on."""
    return "\n".join(line for line in text.partition("## À vous")[0].splitlines() if not line.startswith(("#", ">")))


@pytest.fixture(scope="module")
def brochure() -> str:
    return _plain(BROCHURE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("module", MODULES)
def test_the_pages_are_there_in_order_under_an_identifier_that_never_changes(module: str) -> None:
    declared = _table(module, "module.toml")
    assert declared["pages"] == PAGES
    assert declared["identifier"] == f"cs-cpe-{module}"


@pytest.mark.parametrize("module", MODULES)
def test_the_boxed_quotation_is_the_module_s_own_announcement_whole(module: str, brochure: str) -> None:
    boxes = re.findall(r"^> \[!brochure\]\n((?:> .*\n)+)", _read(module, "presentation.md"), re.MULTILINE)
    assert len(boxes) == 1
    quoted = _plain(boxes[0].replace("> ", ""))
    number = int(module[1:])
    announced = brochure.partition(f"### {number} ")[2]
    assert quoted in re.split(r" #{2,3} ", announced)[0]


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("page", ["presentation.md", "objectifs.md", "mise-en-application.md", "pour-finir.md"])
def test_every_long_quotation_outside_fiction_is_the_brochure_word_for_word(
    module: str, page: str, brochure: str
) -> None:
    quotations = [_plain(one) for one in re.findall(r"«([^»]+)»", _read(module, page))]
    assert [one for one in quotations if len(one.split()) >= LONG_QUOTE and one not in brochure] == []


@pytest.mark.parametrize("module", MODULES)
def test_the_dossier_is_named_in_the_brochure_s_words(module: str, brochure: str) -> None:
    page = _read(module, "mise-en-application.md")
    link = page.partition("## Le lien avec votre dossier")[2]
    quotations = [_plain(one) for one in re.findall(r"«([^»]+)»", link)]
    assert any(one in brochure and len(one.split()) >= LONG_QUOTE for one in quotations)
    assert "modalités d’évaluation" in link
    assert "analyse personnelle" in page


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("page", [*PAGES, "module.toml"])
def test_no_word_of_another_trade_and_no_invented_rule(module: str, page: str) -> None:
    text = _read(module, page).replace("[!a-completer]", "")
    assert BANNED.findall(text) == []
    assert FIGURES.findall(text) == []


@pytest.mark.parametrize("module", MODULES)
def test_each_module_says_that_it_is_a_starting_point_and_what_is_left_to_complete(module: str) -> None:
    assert "> [!depart]" in _read(module, "presentation.md")
    places = [page for page in PAGES if "[!a-completer]" in _read(module, page)]
    assert {"objectifs.md", "reperes.md", "etude-de-cas.md", "mise-en-application.md"} <= set(places)


@pytest.mark.parametrize("module", MODULES)
def test_the_case_is_fictional_long_enough_and_asks_three_questions(module: str) -> None:
    page = _read(module, "etude-de-cas.md")
    assert "> [!fiction]" in page
    assert 350 <= len(_plain(_prose(page)).split()) <= 500
    questions = page.partition("## À vous de réfléchir")[2].partition(":::")[0]
    assert re.findall(r"^(\d)\. ", questions, re.MULTILINE) == ["1", "2", "3"]
    points = page.partition("::: volet Points à discuter")[2].partition("\n:::")[0]
    assert len(re.findall(r"^- ", points, re.MULTILINE)) >= 4


@pytest.mark.parametrize("module", MODULES)
def test_the_situation_is_fictional_with_three_choices_their_consequences_and_a_debrief(module: str) -> None:
    page = _read(module, "mise-en-situation.md")
    assert "> [!fiction]" in page
    parts = re.split(
        r"^:: (choix|bilan)\b.*\n", page.partition("::: mise-en-situation")[2].partition("\n:::")[0], flags=re.MULTILINE
    )
    assert parts[1::2] == ["choix", "choix", "choix", "bilan"]
    assert min(len(text.split()) for text in parts[2::2]) >= 25


@pytest.mark.parametrize("module", MODULES)
def test_the_autopositionnement_has_six_statements_in_the_first_person(module: str) -> None:
    statements = _table(module, "quiz.toml")["statement"]
    assert len(statements) == 6
    assert [one["text"] for one in statements if not re.match(r"(Je |J’|Nous )", one["text"])] == []


@pytest.mark.parametrize("module", MODULES)
def test_the_quiz_is_for_training_has_eight_questions_and_explains_every_answer(module: str) -> None:
    quiz = _table(module, "quiz-reperes.toml")
    assert quiz.get("scored", False) is False
    questions = quiz["question"]
    assert len(questions) >= 8
    for one in questions:
        if one["kind"] in {"single", "multiple"}:
            explained = [answer["feedback"] for answer in one["answer"]]
            assert len(explained) >= 3
        else:
            explained = [one["feedback_right"], one["feedback_wrong"]]
        assert len(set(explained)) == len(explained)
        assert [text for text in explained if len(text.split()) < 6] == []


def test_the_place_of_the_right_answer_gives_nothing_away() -> None:
    places: list[int] = []
    longest = 0
    for module in MODULES:
        singles = [one for one in _table(module, "quiz-reperes.toml")["question"] if one["kind"] == "single"]
        for one in singles:
            place = next(number for number, answer in enumerate(one["answer"]) if answer.get("right"))
            places.append(place)
            longest += (
                max(one["answer"], key=lambda answer: len(answer["text"]))["text"] == one["answer"][place]["text"]
            )
    assert all(places.count(place) >= len(places) / 10 for place in (0, 1, 2))
    assert 0.15 * len(places) <= longest <= 0.6 * len(places)


@pytest.mark.parametrize("module", MODULES)
def test_the_glossary_explains_five_to_eight_words(module: str) -> None:
    terms = _table(module, "glossaire.toml")["term"]
    assert 5 <= len(terms) <= 8
    assert [one["term"] for one in terms if len(one["text"].split()) < 6] == []


@pytest.mark.parametrize("page", [page for page in PAGES if page not in {"quiz.toml", "pour-finir.md"}])
def test_no_module_is_another_one_with_its_name_changed(page: str) -> None:
    sentences = [
        {one.strip() for one in re.split(r"(?<=[.?!])\s+|\n", _read(module, page)) if len(one.split()) >= 12}
        for module in MODULES
    ]
    for number, mine in enumerate(sentences):
        for theirs in sentences[number + 1 :]:
            assert len(mine & theirs) <= 3
