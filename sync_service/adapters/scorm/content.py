"""Turn a module into the files of its package: Markdown to clean HTML, one shell, the runtime beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from itertools import pairwise

import nh3
from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it.token import Token
from markupsafe import Markup, escape

from sync_service.adapters.scorm.directives import expand
from sync_service.adapters.scorm.minify import minify_css, minify_js
from sync_service.adapters.scorm.notes import french, markdown, unknown_notes
from sync_service.adapters.scorm.texts import MESSAGES, TEXTS, Typeset
from sync_service.domain.scorm import EDITION, Glossary, Module, Page, Question, QuestionKind, Quiz, SelfAssessment
from sync_service.errors import PackageError, Problem

LAUNCH = "index.html"
_PING = b"cyclesync\n"
"""The file that the runtime asks for to know whether the site still answers this learner."""
_NOT_PICTURES = (".mp4", ".mp3", ".m4a", ".vtt", ".pdf")
_LEFT = (
    (re.compile(r"\s*\|.*\|\s*"), "un tableau a une deuxième ligne, comme |---|---|, et une ligne vide avant et après"),
    (re.compile(r"-[^\W\d].*"), "mettez un espace après le tiret : « - une puce »"),
    (re.compile(r".*\*\*.*"), "collez les étoiles au mot : **gras**"),
)
"""What a line of text begins with or holds when a mark was mistyped, and what to do about it."""
_TAGS = {
    "h1",
    "h2",
    "h3",
    "p",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "a",
    "img",
    "blockquote",
    "br",
    "hr",
    "code",
    "pre",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "div",
    "figure",
    "figcaption",
    "details",
    "summary",
    "video",
    "track",
}
_ATTRIBUTES = {
    "a": {"href", "target"},
    "img": {"src", "alt"},
    "div": {"class"},
    "p": {"class"},
    "figure": {"class"},
    "ol": {"start"},
    "h1": {"tabindex"},
    "details": {"class", "name"},
    "video": {"class", "controls", "preload", "src"},
    "track": {"kind", "src", "srclang", "default"},
}


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """One page as the shell shows it."""

    id: str
    title: str
    html: Markup
    counts: bool = False
    """A quiz whose result is sent."""

    @property
    def menu(self) -> str:
        """The title as the menu shows it: « Étude de cas : la crèche » is « Étude de cas » there."""
        return self.title.partition("\u00a0:")[0]


def render(module: Module, edition: str = EDITION) -> dict[str, bytes]:
    """Return every file of the package but its manifest.

    Raises:
        PackageError: naming every mistake in the pages, each with its file and line.
    """
    typeset: Typeset = french if module.language == "fr" else str
    texts = {name: typeset(text) for name, text in TEXTS[module.language].items()}
    problems: list[Problem] = []
    pages = [_render_page(module, page, typeset, texts, problems) for page in module.pages]
    if problems:
        raise PackageError(f"Le module {module.identifier} ne peut pas être construit :", problems)
    messages = [(name, typeset(text)) for name, text in MESSAGES[module.language].items()]
    shell = _templates().get_template("index.html.j2")
    html = shell.render(module=module, title=typeset(module.title), pages=pages, messages=messages, texts=texts)
    return {
        LAUNCH: html.encode() + b"\n",
        "runtime/runtime.js": runtime_script(edition),
        "runtime/style.css": _style(),
        "runtime/ping.txt": _PING,
        **module.assets,
    }


@cache
def runtime_script(edition: str) -> bytes:
    """Return the script of an edition: how it speaks to the LMS, the pages, the quiz, minified together."""
    folder = files(__package__) / "runtime"
    names = (f"lms_{edition.replace('.', '_').replace('-', '_')}.js", "runtime.js", "quiz.js", "start.js")
    return minify_js("".join((folder / name).read_text(encoding="utf-8") for name in names)).encode()


@cache
def _style() -> bytes:
    return minify_css((files(__package__) / "runtime" / "style.css").read_text(encoding="utf-8")).encode()


@cache
def _templates() -> Environment:
    return Environment(loader=PackageLoader(__package__), autoescape=True, undefined=StrictUndefined)


def _render_page(
    module: Module, page: Page, typeset: Typeset, texts: dict[str, str], problems: list[Problem]
) -> RenderedPage:
    table = _typeset_table(page, typeset, texts)
    if table is not None:
        name = {SelfAssessment: "assessment", Quiz: "quiz", Glossary: "glossary"}[type(table)]
        html = _templates().get_template(f"{name}.html.j2").render(table=table, texts=texts, page=page)
        counts = isinstance(table, Quiz) and table.scored
        return RenderedPage(page.id, table.title, Markup(html), counts)  # noqa: S704 # escaped by the template
    parser = markdown(module.source, typeset, module.language)
    tokens = parser.parse(page.markdown)
    mistakes = expand(tokens, assets=module.assets, typeset=typeset, language=module.language)
    mistakes.extend(_mistakes(module, tokens))
    problems.extend(Problem(f"{page.where}:{line}", reason) for line, reason in sorted(mistakes))
    _adapt(tokens)
    html = nh3.clean(
        parser.renderer.render(tokens, parser.options, {}),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        link_rel="noopener noreferrer",
        url_schemes={"https", "mailto"},
    )
    return RenderedPage(page.id, _title(tokens), Markup(html.strip()))  # noqa: S704 # cleaned by nh3


def _typeset_table(page: Page, typeset: Typeset, texts: dict[str, str]) -> SelfAssessment | Quiz | Glossary | None:
    """Return the page's table with its typography, None when the page is Markdown."""
    if page.glossary is not None:
        terms = tuple(replace(one, term=typeset(one.term), text=typeset(one.text)) for one in page.glossary.terms)
        return Glossary(typeset(page.glossary.title), typeset(page.glossary.intro), terms)
    if page.quiz is not None:
        quiz = page.quiz
        return replace(
            quiz,
            title=typeset(quiz.title),
            intro=typeset(quiz.intro),
            closing=typeset(quiz.closing),
            questions=tuple(_typeset_question(one, typeset, texts) for one in quiz.questions),
        )
    if page.assessment is None:
        return None
    assessment = page.assessment
    return SelfAssessment(
        typeset(assessment.title),
        typeset(assessment.intro),
        tuple(typeset(level) for level in assessment.scale),
        tuple(replace(one, text=typeset(one.text)) for one in assessment.statements),
        typeset(assessment.closing),
    )


def _typeset_question(question: Question, typeset: Typeset, texts: dict[str, str]) -> Question:
    named = {"t": texts["true"], "f": texts["false"]} if question.kind is QuestionKind.TRUE_FALSE else {}
    return replace(
        question,
        text=typeset(question.text),
        unit=typeset(question.unit),
        feedback_right=typeset(question.feedback_right),
        feedback_wrong=typeset(question.feedback_wrong),
        choices=tuple(
            replace(one, text=named.get(one.value) or typeset(one.text), feedback=typeset(one.feedback))
            for one in question.choices
        ),
    )


def _adapt(tokens: Sequence[Token]) -> None:
    """Let the title take the focus, give captions, open outside links beside the module rather than in its place."""
    for index, token in enumerate(tokens):
        _caption(tokens, index)
        if token.type == "heading_open" and token.tag == "h1":
            token.attrSet("tabindex", "-1")
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("target", "_blank")


def _caption(tokens: Sequence[Token], index: int) -> None:
    """Make a figure of a picture that is alone in its paragraph and has a caption."""
    children = tokens[index].children or []
    if len(children) != 1 or children[0].type != "image" or tokens[index - 1].type != "paragraph_open":
        return
    caption = str(children[0].attrs.pop("title", ""))
    if caption:
        for token, html in ((tokens[index - 1], "<figure>"), (tokens[index + 1], "</figure>")):
            token.type, token.tag, token.content, token.hidden = "html_block", "", html, False
        text = Token("html_inline", "", 0, content=f"<figcaption>{escape(caption)}</figcaption>")
        children.append(text)


def _title(tokens: Sequence[Token]) -> str:
    for token, following in pairwise(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            return "".join(child.content for child in following.children or ())
    return ""


def _mistakes(module: Module, tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """Yield (line, reason) for what would make a page hard to read or break in Moodle."""
    headings = [token for token in tokens if token.type == "heading_open"]
    if not tokens or tokens[0].tag != "h1":
        yield 1, "commencez la page par son titre : une ligne « # Titre »"
    previous = 1
    for number, heading in enumerate(headings):
        level, line = int(heading.tag[1]), _line(heading)
        if level == 1 and number:
            yield line, "une page n’a qu’un titre « # » : employez « ## » ou faites une autre page"
        elif level > previous + 1 or level > 3:
            yield line, f"le titre « {'#' * level} » saute un niveau ou dépasse « ### »"
        previous = level
    for line, name in unknown_notes(tokens):
        yield line, f"« [!{name}] » n’existe pas : employez depart, fiction, brochure ou a-completer"
    for token in tokens:
        if token.type == "code_block":
            yield _line(token), "retirez les espaces au début de la ligne"
        if token.type == "inline":
            yield from ((_line(token), reason) for reason in _left_as_text(token))
        children = token.children or []
        for child in children:
            found = _reference_mistakes(module, child, alone=len(children) == 1)
            yield from ((_line(token), reason) for reason in found)


def _left_as_text(token: Token) -> Iterator[str]:
    """Yield what the author meant as a heading, a picture or a link, and a trainee would read as typed."""
    if re.match(r"#{2,6}[^\s#]", token.content):
        yield "mettez un espace entre les dièses et le titre : « ## Titre »"
    text = "".join(child.content for child in token.children or () if child.type == "text")
    lines = "".join(
        "\n" if child.type == "softbreak" else child.content
        for child in token.children or ()
        if child.type in {"text", "softbreak"}
    )
    for pattern, reason in _LEFT:
        if any(pattern.fullmatch(line) for line in lines.split("\n")):
            yield reason
    if "![" in text or "](" in text:
        yield (
            "cette image ou ce lien ne peut pas être lu : https://…, mailto:… ou assets/…, sans espace, et la légende "
            "entre guillemets droits"
        )


def _reference_mistakes(module: Module, token: Token, *, alone: bool) -> Iterator[str]:
    if token.type == "image":
        source = str(token.attrGet("src") or "")
        if not token.content.strip():
            yield f"l’image {source} n’a pas de description : écrivez ![description](chemin)"
        if token.attrGet("title") and not alone:
            yield f"l’image {source} a une légende : mettez-la seule dans son paragraphe"
        if source not in module.assets:
            yield _absent(module, source)
    elif token.type == "link_open":
        target = str(token.attrGet("href") or "")
        if not target.startswith(("https://", "mailto:")) and target not in module.assets:
            yield f"le lien {target} ne mène à rien : https://…, mailto:… ou un fichier de assets/"


def _absent(module: Module, source: str) -> str:
    """Say that a picture is not there, and which file may have been meant."""
    written = source.replace("%5C", "/")
    if f"assets/{written}" in module.assets or written in module.assets:
        return f"l’image {source.replace('%5C', chr(92))} s’écrit « assets/{written.removeprefix('assets/')} »"
    near = get_close_matches(source, [name for name in module.assets if not name.endswith(_NOT_PICTURES)], 1, 0.75)
    meant = f" ; il y a « {near[0]} »" if near else ""
    return f"l’image {source} n’est pas dans assets/ (les majuscules comptent){meant}"


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 0
