"""The texts of letters: Markdown files beside a cycle, read by tokens, so that nothing in them is ever executed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it.token import Token

from sync_service.adapters.mapping_files.markdown_text import to_tokens
from sync_service.adapters.mapping_files.problems import read_bytes
from sync_service.domain.documents.letter import KINDS, Letter, unknown_places
from sync_service.domain.documents.model import Block, Heading, Inline, Items, Paragraph, Span
from sync_service.errors import MappingError, Problem

FOLDER = "letters"
_STYLES = {"strong_open": "strong", "em_open": "emphasis"}
_KNOWN = frozenset({
    "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "bullet_list_open",
    "bullet_list_close", "ordered_list_open", "ordered_list_close", "list_item_open", "list_item_close",
})  # fmt: skip
_INLINE = frozenset(
    {"text", "softbreak", "hardbreak", "strong_open", "strong_close", "em_open", "em_close", "text_special"}
)


def letter_folder(mappings_dir: Path, cycle: str) -> Path:
    """Return where the letters of a cycle are."""
    return mappings_dir / cycle / FOLDER


def load_letter(mappings_dir: Path, cycle: str, name: str) -> Letter:
    """Read one letter.

    Raises:
        MappingError: the file is missing, or every line of it that cannot be used.
    """
    problems: list[Problem] = []
    letter = read_letter(letter_folder(mappings_dir, cycle) / f"{name}.md", problems)
    if letter is None or problems:
        raise MappingError(f"La lettre « {name} » ne peut pas être utilisée :", problems)
    return letter


def letter_problems(mappings_dir: Path, cycle: str) -> list[Problem]:
    """Return what is wrong with the letters of a cycle; a letter that is missing is one problem."""
    problems: list[Problem] = []
    folder = letter_folder(mappings_dir, cycle)
    for name in KINDS:
        read_letter(folder / f"{name}.md", problems)
    for path in sorted(folder.glob("*.md")):
        if path.stem not in KINDS:
            known = ", ".join(KINDS)
            problems.append(
                Problem(f"{FOLDER}/{path.name}", f"aucune lettre ne porte ce nom ; lettres connues : {known}")
            )
    return problems


def read_letter(path: Path, problems: list[Problem]) -> Letter | None:
    """Read a letter, or note every problem of its file."""
    raw = read_bytes(path, problems)
    if raw is None:
        return None
    where = f"{FOLDER}/{path.name}"
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        problems.append(Problem(where, "le fichier n’est pas en UTF-8 : enregistrez-le avec cet encodage"))
        return None
    before = len(problems)
    for number, line in enumerate(text.splitlines(), 1):
        problems += [Problem(f"{where}, ligne {number}", reason) for reason in unknown_places(path.stem, line)]
    read = _Reader(where, problems, len(text) - len(text.lstrip("\n")))
    read.blocks_of(to_tokens(text))
    if not read.subject:
        problems.append(
            Problem(f"{where}, ligne 1", "l’objet manque : la première ligne doit être « # Objet de la lettre »")
        )
    return Letter(path.stem, read.subject, tuple(read.blocks)) if len(problems) == before else None


@dataclass(slots=True)
class _Reader:
    where: str
    problems: list[Problem]
    skipped: int
    subject: str = ""
    blocks: list[Block] = field(default_factory=list)

    def blocks_of(self, tokens: Sequence[Token]) -> None:
        items: list[Inline] = []
        depth, level, ordered = 0, 0, False
        for token in tokens:
            self._check(token)
            if token.type in {"bullet_list_open", "ordered_list_open"}:
                ordered = ordered if depth else token.type.startswith("ordered")
                depth += 1
            elif token.type in {"bullet_list_close", "ordered_list_close"}:
                depth -= 1
                if not depth:
                    self.blocks.append(Items(tuple(items), ordered))
                    items = []
            elif token.type == "heading_open":
                level = int(token.tag[1:])
            elif token.type == "inline":
                spans = self._spans(token)
                if depth:
                    items.append(spans)
                else:
                    self._top(spans, level)
                level = 0

    def _top(self, spans: Inline, level: int) -> None:
        text = "".join(span.text for span in spans)
        if level == 1 and not self.subject:
            self.subject = text
        elif level:
            self.blocks.append(Heading(text, min(max(level, 2), 3)))
        else:
            self.blocks.append(Paragraph(spans))

    def _spans(self, token: Token) -> Inline:
        styles: list[str] = []
        found: list[Span] = []
        for child in token.children or ():
            if child.type not in _INLINE:
                self._refuse(token, "les images, liens et codes ne sont pas prévus : écrivez du texte")
                break
            if child.type in _STYLES:
                styles.append(_STYLES[child.type])
            elif child.type.endswith("_close"):
                styles.pop()
            else:
                text = {"softbreak": " ", "hardbreak": "\n"}.get(child.type, child.content)
                found.append(Span(text, styles[-1] if styles else ""))
        return _joined(found)

    def _check(self, token: Token) -> None:
        if token.type not in _KNOWN:
            self._refuse(token, "seuls les titres, paragraphes, listes, gras et italiques sont prévus")

    def _refuse(self, token: Token, reason: str) -> None:
        line = (token.map[0] if token.map else 0) + 1 + self.skipped
        problem = Problem(f"{self.where}, ligne {line}", reason)
        if token.nesting >= 0 and problem not in self.problems:
            self.problems.append(problem)


def _joined(spans: Sequence[Span]) -> Inline:
    """Join neighbours of one style, so that a placeholder is never cut in two."""
    found: list[Span] = []
    for span in spans:
        if found and found[-1].style == span.style:
            found[-1] = Span(found[-1].text + span.text, span.style)
        else:
            found.append(span)
    return tuple(found)
