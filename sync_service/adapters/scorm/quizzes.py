"""Pages written in TOML: the autopositionnement, a quiz, the glossary."""

from __future__ import annotations

import re
from collections import Counter
from typing import Literal

from pydantic import Field

from sync_service.adapters.scorm.tables import Reading, Strict, line_of, parse, table
from sync_service.domain import scorm
from sync_service.domain.scorm import QuestionKind

_LETTERS = "abcdefgh"
_TYPED = {QuestionKind.NUMERIC, QuestionKind.SHORT_TEXT}
_CHOSEN = {QuestionKind.SINGLE, QuestionKind.MULTIPLE}
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,6})?")


class _StatementTable(Strict):
    id: str
    text: str = Field(min_length=1)


class _AssessmentFile(Strict):
    title: str = Field(min_length=1)
    intro: str = Field(min_length=1)
    scale: list[str] = Field(min_length=2, max_length=6)
    statement: list[_StatementTable] = Field(min_length=1, max_length=20)
    closing: str = Field(min_length=1)


class _AnswerTable(Strict):
    text: str = Field(min_length=1)
    right: bool = False
    feedback: str = Field(min_length=1)


class _QuestionTable(Strict):
    id: str
    kind: Literal["single", "multiple", "true-false", "numeric", "short-text"]
    text: str = Field(min_length=1)
    answer: list[_AnswerTable] = Field(default=[], max_length=len(_LETTERS))
    right: bool | int | float | None = None
    tolerance: int | float = Field(default=0, ge=0)
    unit: str = Field(default="", max_length=20)
    accept: list[str] = Field(default=[], max_length=12)
    feedback_right: str = ""
    feedback_wrong: str = ""


class _QuizFile(Strict):
    title: str = Field(min_length=1)
    intro: str = Field(min_length=1)
    closing: str = ""
    scored: bool = False
    pass_mark: int = Field(default=60, ge=1, le=100, alias="pass")
    attempts: int = Field(default=0, ge=0, le=20)
    question: list[_QuestionTable] = Field(min_length=1, max_length=30)


class _TermTable(Strict):
    term: str = Field(min_length=1, max_length=80)
    text: str = Field(min_length=1)


class _GlossaryFile(Strict):
    title: str = Field(min_length=1)
    intro: str = Field(min_length=1)
    term: list[_TermTable] = Field(min_length=1, max_length=60)


def read_table_page(reading: Reading, name: str, page_id: str) -> scorm.Page | None:
    """Read a page of that kind: its ``[[question]]`` or ``[[term]]`` tell which; otherwise an autopositionnement."""
    text = reading.text(name)
    values = None if text is None else parse(reading, name, text)
    if text is None or values is None:
        return None
    where = f"{reading.folder.name}/{name}"
    if "question" in values:
        quiz = _quiz(reading, name, text)
        return None if quiz is None else scorm.Page(page_id, quiz=quiz, where=where)
    if "term" in values:
        glossary = _glossary(reading, name, text)
        return None if glossary is None else scorm.Page(page_id, glossary=glossary, where=where)
    assessment = _assessment(reading, name, text)
    return None if assessment is None else scorm.Page(page_id, assessment=assessment, where=where)


def _assessment(reading: Reading, name: str, text: str) -> scorm.SelfAssessment | None:
    declared = table(reading, name, text, _AssessmentFile)
    if declared is None:
        return None
    _check_ids(reading, name, text, "statement", [one.id for one in declared.statement])
    statements = tuple(scorm.Statement(one.id, one.text) for one in declared.statement)
    return scorm.SelfAssessment(declared.title, declared.intro, tuple(declared.scale), statements, declared.closing)


def _glossary(reading: Reading, name: str, text: str) -> scorm.Glossary | None:
    declared = table(reading, name, text, _GlossaryFile)
    if declared is None:
        return None
    for number, count in enumerate(Counter(scorm.folded(one.term) for one in declared.term).values()):
        if count > 1:
            reading.blame(name, line_of(text, ("term", number, "term")), "ce mot est expliqué plusieurs fois")
    terms = sorted((scorm.Term(one.term, one.text) for one in declared.term), key=lambda one: scorm.folded(one.term))
    return scorm.Glossary(declared.title, declared.intro, tuple(terms))


def _check_ids(reading: Reading, name: str, text: str, kind: str, ids: list[str]) -> None:
    word = "un énoncé" if kind == "statement" else "une question"
    for number, identifier in enumerate(ids):
        line = line_of(text, (kind, number, "id"))
        if not scorm.is_page_id(identifier):
            reading.blame(name, line, f"« {identifier} » : {word} se nomme en minuscules sans accent, comme e1")
        if identifier in ids[:number]:
            reading.blame(name, line, f"« {identifier} » nomme déjà autre chose : choisissez un autre nom")


def _quiz(reading: Reading, name: str, text: str) -> scorm.Quiz | None:
    declared = table(reading, name, text, _QuizFile)
    if declared is None:
        return None
    _check_ids(reading, name, text, "question", [one.id for one in declared.question])
    if not declared.scored:
        for key in sorted({"pass_mark", "attempts"} & declared.model_fields_set):
            written = {"pass_mark": "pass"}.get(key, key)
            reading.blame(
                name, line_of(text, (written,)), f"« {written} » n’a de sens qu’avec scored = true : retirez-le"
            )
    for number, one in enumerate(declared.question):
        for key, reason in _question_mistakes(one):
            reading.blame(name, line_of(text, ("question", number, key)), reason)
    questions = tuple(_question(one) for one in declared.question)
    return scorm.Quiz(
        declared.title,
        declared.intro,
        questions,
        declared.closing,
        declared.scored,
        declared.pass_mark,
        declared.attempts,
    )


def _question_mistakes(one: _QuestionTable) -> list[tuple[str, str]]:
    """Return (key, reason) of what does not suit the question's kind."""
    kind = QuestionKind(one.kind)
    found = [(key, f"« {key} » ne va pas avec le genre « {kind} »") for key in _foreign_keys(one, kind)]
    if kind in _CHOSEN:
        right = sum(answer.right for answer in one.answer)
        if len(one.answer) < 2:
            found.append(("id", "donnez deux [[question.answer]] au moins"))
        elif right == 0 or (kind is QuestionKind.SINGLE and right > 1):
            wanted = "une seule" if kind is QuestionKind.SINGLE else "une au moins"
            found.append(("id", f"bonnes réponses (right = true) : il en faut {wanted} (ici {right})"))
    else:
        missing = [key for key in ("feedback_right", "feedback_wrong") if not getattr(one, key)]
        found += [("id", f"« {key} » manque : dites pourquoi la réponse est bonne ou non") for key in missing]
    if kind is QuestionKind.TRUE_FALSE and not isinstance(one.right, bool):
        found.append(("right", "« right » vaut true ou false"))
    if kind is QuestionKind.NUMERIC:
        found += _numeric_mistakes(one)
    if kind is QuestionKind.SHORT_TEXT and not one.accept:
        found.append(("accept", "« accept » donne les réponses admises : une au moins"))
    if any(not scorm.folded(word) or len(word) > scorm.MAX_TYPED for word in one.accept):
        found.append(
            ("accept", f"une réponse admise a des lettres ou des chiffres, {scorm.MAX_TYPED} caractères au plus")
        )
    return found


def _numeric_mistakes(one: _QuestionTable) -> list[tuple[str, str]]:
    reason = "doit être un nombre simple, comme 12 ou 3.5"
    if isinstance(one.right, bool) or one.right is None:
        return [("right", f"« right » {reason}")]
    pairs = (("right", one.right), ("tolerance", one.tolerance))
    return [(key, f"« {key} » {reason}") for key, value in pairs if _NUMBER.fullmatch(_plain(value)) is None]


def _foreign_keys(one: _QuestionTable, kind: QuestionKind) -> list[str]:
    allowed = {
        QuestionKind.SINGLE: {"answer"},
        QuestionKind.MULTIPLE: {"answer"},
        QuestionKind.TRUE_FALSE: {"right", "feedback_right", "feedback_wrong"},
        QuestionKind.NUMERIC: {"right", "tolerance", "unit", "feedback_right", "feedback_wrong"},
        QuestionKind.SHORT_TEXT: {"accept", "feedback_right", "feedback_wrong"},
    }[kind]
    return sorted(one.model_fields_set - allowed - {"id", "kind", "text"})


def _plain(number: float) -> str:
    """Return a number as SCORM reads it: 12 or 3.5, never 1e3."""
    text = f"{number:f}" if isinstance(number, float) else str(number)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _question(one: _QuestionTable) -> scorm.Question:
    kind = QuestionKind(one.kind)
    if kind is QuestionKind.TRUE_FALSE:
        feedbacks = {True: one.feedback_right, False: one.feedback_wrong}
        choices = tuple(
            scorm.Choice(value, text, one.right is truth, feedbacks[one.right is truth])
            for value, text, truth in (("t", "Vrai", True), ("f", "Faux", False))
        )
        return scorm.Question(one.id, kind, one.text, choices)
    if kind in _TYPED:
        number = _plain(one.right) if kind is QuestionKind.NUMERIC and one.right is not None else ""
        accept = (number,) if number else tuple(dict.fromkeys(scorm.folded(word) for word in one.accept))
        return scorm.Question(
            one.id, kind, one.text, (), accept, _plain(one.tolerance), one.unit, one.feedback_right, one.feedback_wrong
        )
    choices = tuple(
        scorm.Choice(value, answer.text, answer.right, answer.feedback)
        for value, answer in zip(_LETTERS, one.answer, strict=False)
    )
    return scorm.Question(one.id, kind, one.text, choices)
