"""Blocks in Markdown: ``::: name`` … ``:::``, and ``:: choix`` and ``:: bilan`` inside a mise en situation."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from markupsafe import escape

from sync_service.adapters.scorm.texts import TEXTS, Typeset

BOXES = {
    "objectifs": "note objectives",
    "info": "note",
    "conseil": "note",
    "attention": "note todo",
    "etude-de-cas": "note case",
    "mise-en-application": "note practice",
    "a-completer": "note todo",
}
"""Blocks that are a box with a title: CSS classes by name."""
SITUATION = "mise-en-situation"
FOLD = "volet"
MEDIA = {"video": (".mp4",), "audio": (".mp3", ".m4a")}
NAMES = (*BOXES, FOLD, SITUATION, *MEDIA)
_PARTS = ("choix", "bilan")
_MAX_CHOICES = 6
_TYPE = "directive"
_LINE = re.compile(r"(:{2,3})(?:[ \t]*([^\s:].*?))?[ \t]*")


@dataclass(slots=True)
class _Block:
    """A block that is open."""

    name: str
    line: int
    closing: str
    parts: list[str] = field(default_factory=list)
    """Of a mise en situation: what has come so far, choix or bilan."""
    empty: bool = True


@dataclass(slots=True)
class _Work:
    """A page whose blocks are being turned into HTML."""

    assets: Container[str]
    typeset: Typeset
    language: str
    problems: list[tuple[int, str]] = field(default_factory=list)
    stack: list[_Block] = field(default_factory=list)
    situations: int = 0

    def text(self, name: str) -> str:
        """Return one of our own texts in the module's language, as HTML."""
        return str(escape(self.typeset(TEXTS[self.language][name])))


def use_directives(parser: MarkdownIt) -> None:
    """Teach the parser the lines that open and close blocks; they count at the left edge only."""
    parser.block.ruler.before("fence", _TYPE, _rule, {"alt": ["paragraph", "reference", "blockquote", "list"]})


def _rule(state: StateBlock, start: int, _end: int, silent: bool) -> bool:  # markdown-it's signature
    """Take a line of ours; ``silent`` asks only whether it ends the list or paragraph before it."""
    if state.sCount[start] or (not silent and (state.level or state.blkIndent)):
        return False
    match = _LINE.fullmatch(state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]])
    if match is None or (match[1] == "::" and match[2] is None):
        return False
    if not silent:
        token = state.push(_TYPE, "", 0)
        token.markup, token.info, token.map = match[1], match[2] or "", [start, start + 1]
        state.line = start + 1
    return True


def expand(
    tokens: Sequence[Token], *, assets: Container[str], typeset: Typeset, language: str
) -> list[tuple[int, str]]:
    """Turn the blocks among ``tokens`` into HTML, in place; return (line, reason) of each mistake."""
    work = _Work(assets, typeset, language)
    for token in tokens:
        if token.type != _TYPE:
            _note_content(work, token)
            continue
        html = _line_html(work, token)
        token.type, token.content = "html_block", html + "\n"
    work.problems += [
        (block.line, f"le bloc « {block.name} » n’est pas fermé : ajoutez une ligne « ::: »")
        for block in work.stack
        if block.name in NAMES
    ]
    return work.problems


def _note_content(work: _Work, token: Token) -> None:
    if work.stack and token.type in {"inline", "fence", "code_block", "hr"}:
        work.stack[-1].empty = False
    if token.type == "inline" and token.content.startswith(":::"):
        line = token.map[0] + 1 if token.map else 0
        work.problems.append(
            (line, "une ligne « ::: » a trois deux-points et se met au bord gauche, hors des listes et des citations")
        )


def _line_html(work: _Work, token: Token) -> str:
    line = token.map[0] + 1 if token.map else 0
    name, _, argument = token.info.partition(" ")
    argument = argument.strip()
    if token.markup == "::":
        return _part(work, line, name, argument)
    if not name:
        return _close(work, line)
    if work.stack:
        work.stack[-1].empty = False
    if name in BOXES:
        return _open_box(work, line, name, argument)
    if name in MEDIA:
        return _open_media(work, line, name, argument)
    if name in {FOLD, SITUATION}:
        return (_open_fold if name == FOLD else _open_situation)(work, line, argument)
    return _not_a_block(work, line, name)


def _not_a_block(work: _Work, line: int, name: str) -> str:
    """Say which names there are; ``::: choix`` opens nothing, so that the block around it stays the one that is open."""
    if name in _PARTS:
        work.problems.append((line, f"« {name} » a deux deux-points : « :: {name} »"))
        return ""
    work.problems.append((line, f"le bloc « {name} » n’existe pas : {', '.join(NAMES)}"))
    work.stack.append(_Block(name, line, ""))
    return ""


def _close(work: _Work, line: int) -> str:
    if not work.stack:
        work.problems.append((line, "cette ligne « ::: » ne ferme aucun bloc : retirez-la"))
        return ""
    block = work.stack.pop()
    if block.empty:
        last = f"« {block.parts[-1]} »" if block.parts else f"le bloc « {block.name} »"
        work.problems.append((line, f"{last} est vide : écrivez son contenu avant cette ligne"))
    if block.name == SITUATION:
        _check_situation(work, block)
    return block.closing


def _open_box(work: _Work, line: int, name: str, argument: str) -> str:
    if argument:
        work.problems.append((line, f"« ::: {name} » n’a rien après son nom"))
    work.stack.append(_Block(name, line, "</div>"))
    return f'<div class="{BOXES[name]}"><p class="note-title">{work.text(name)}</p>'


def _open_fold(work: _Work, line: int, title: str) -> str:
    if not title:
        work.problems.append((line, "donnez un titre au volet : « ::: volet Pour aller plus loin »"))
    work.stack.append(_Block(FOLD, line, "</div></details>"))
    return f'<details class="fold"><summary>{escape(work.typeset(title))}</summary><div class="fold-body">'


def _open_situation(work: _Work, line: int, title: str) -> str:
    work.situations += 1
    if any(block.name == SITUATION for block in work.stack):
        work.problems.append((line, "une mise en situation n’en contient pas une autre : fermez la première"))
    work.stack.append(_Block(SITUATION, line, "</div>"))
    name = work.text(SITUATION) + (f" – {escape(work.typeset(title))}" if title else "")
    return f'<div class="note situation"><p class="note-title">{name}</p>'


def _part(work: _Work, line: int, name: str, label: str) -> str:
    """Begin a choice or the debrief of the mise en situation that is open."""
    block = work.stack[-1] if work.stack else None
    if name not in _PARTS or block is None or block.name != SITUATION:
        reason = "« :: choix » et « :: bilan » vont dans un bloc mise-en-situation"
        if name not in _PARTS:
            reason = f"« :: {name} » n’existe pas : employez « :: choix » ou « :: bilan »"
        if name in NAMES:
            reason = f"« {name} » a trois deux-points : « ::: {name} »"
        work.problems.append((line, reason))
        return ""
    if block.empty:
        before = f"« {block.parts[-1]} »" if block.parts else "la situation"
        work.problems.append((line, f"{before} est vide : écrivez son texte avant cette ligne"))
    if "bilan" in block.parts:
        work.problems.append((line, "« :: bilan » vient en dernier, et une seule fois"))
    if (name == "choix") != bool(label):
        wanted = (
            "« :: choix » est suivi de ce que la personne choisit"
            if name == "choix"
            else "« :: bilan » n’a rien après son nom"
        )
        work.problems.append((line, wanted))
    return _part_html(work, block, name, label)


def _part_html(work: _Work, block: _Block, name: str, label: str) -> str:
    ended = block.closing.removesuffix("</div>")
    block.parts.append(name)
    block.empty = True
    if name == "bilan":
        block.closing = "</div></div>"
        return f'{ended}<div class="debrief"><p class="note-title">{work.text("bilan")}</p>'
    prompt = "" if "choix" in block.parts[:-1] else f'<p class="note-title">{work.text("choose")}</p>'
    block.closing = "</div></details></div>"
    summary = f"<summary>{escape(work.typeset(label))}</summary>"
    return f'{ended}{prompt}<details class="choice" name="situation-{work.situations}">{summary}<div class="fold-body">'


def _check_situation(work: _Work, block: _Block) -> None:
    choices = block.parts.count("choix")
    if not 2 <= choices <= _MAX_CHOICES:
        work.problems.append(
            (block.line, f"une mise en situation a de 2 à {_MAX_CHOICES} « :: choix » (ici {choices})")
        )
    if "bilan" not in block.parts:
        work.problems.append((block.line, "une mise en situation finit par « :: bilan »"))


def _open_media(work: _Work, line: int, name: str, argument: str) -> str:
    words = argument.split()
    suffixes = MEDIA[name]
    if len(words) != 2 or not words[0].endswith(suffixes) or not words[1].endswith(".vtt"):
        wanted = f"::: {name} assets/nom{suffixes[0]} assets/nom.vtt"
        work.problems.append((line, f"il faut le fichier et ses sous-titres : « {wanted} »"))
        words = []
    work.problems += [
        (line, f"{word} n’est pas dans assets/ (les majuscules comptent)") for word in words if word not in work.assets
    ]
    media, captions = words or ("", "")
    work.stack.append(_Block(name, line, "</div></details></figure>"))
    return (
        f'<figure class="media"><video class="{name}" controls preload="metadata" src="{escape(media)}">'
        f'<track kind="captions" src="{escape(captions)}" srclang="{work.language}" default></video>'
        f'<details class="fold"><summary>{work.text("transcript")}</summary><div class="fold-body">'
    )
