"""Turn a module into the files of its package: Markdown to clean HTML, one shell, the runtime beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import pairwise

import nh3
from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it.token import Token
from markupsafe import Markup

from sync_service.adapters.scorm.notes import Typeset, french, markdown, unknown_notes
from sync_service.domain.scorm import Module, Page, SelfAssessment
from sync_service.errors import PackageError, Problem

LAUNCH = "index.html"
MESSAGES = {
    "alone": "Ce module est ouvert hors de Moodle : rien n’est enregistré.",
    "browse": "Aperçu : rien n’est enregistré.",
    "review": "Vous avez déjà terminé ce module. Vous pouvez le relire ; plus rien n’est enregistré.",
    "done": "Préparation terminée, c’est enregistré. Vous pouvez relire les pages ou revenir au cours.",
    "offline": (
        "Vous êtes hors connexion, ou votre session Moodle a expiré. Votre avancement est gardé dans ce navigateur ; "
        "il sera envoyé au retour de la connexion, ou quand vous rouvrirez le module ici."
    ),
    "back": "La connexion est revenue : votre avancement est enregistré.",
}
"""What the runtime may have to say, by name."""
_PING = b"cyclesync\n"
"""The file that the runtime asks for to know whether the site still answers this learner."""
_TAGS = {
    "h1", "h2", "h3", "p", "ul", "ol", "li", "strong", "em", "a", "img", "blockquote", "br", "hr", "code", "pre",
    "table", "thead", "tbody", "tr", "th", "td", "div", "figure", "figcaption",
}
_ATTRIBUTES = {
    "a": {"href", "target"}, "img": {"src", "alt"}, "div": {"class"}, "p": {"class"}, "figure": {"class"},
    "ol": {"start"}, "h1": {"tabindex"},
}


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """One page as the shell shows it."""

    id: str
    title: str
    html: Markup

    @property
    def menu(self) -> str:
        """The title as the menu shows it: « Étude de cas : la crèche » is « Étude de cas » there."""
        return self.title.partition("\u00a0:")[0]


def render(module: Module) -> dict[str, bytes]:
    """Return every file of the package but its manifest.

    Raises:
        PackageError: naming every mistake in the pages, each with its file and line.
    """
    typeset: Typeset = french if module.language == "fr" else str
    problems: list[Problem] = []
    pages = [_render_page(module, page, typeset, problems) for page in module.pages]
    if problems:
        raise PackageError(f"Le module {module.identifier} ne peut pas être construit :", problems)
    messages = [(name, typeset(text)) for name, text in MESSAGES.items()]
    shell = _templates().get_template("index.html.j2")
    html = shell.render(module=module, title=typeset(module.title), pages=pages, messages=messages)
    runtime = files(__package__) / "runtime"
    return {
        LAUNCH: html.encode() + b"\n",
        "runtime/runtime.js": (runtime / "runtime.js").read_bytes(),
        "runtime/style.css": (runtime / "style.css").read_bytes(),
        "runtime/ping.txt": _PING,
        **module.assets,
    }


@cache
def _templates() -> Environment:
    return Environment(loader=PackageLoader(__package__), autoescape=True, undefined=StrictUndefined)


def _render_page(module: Module, page: Page, typeset: Typeset, problems: list[Problem]) -> RenderedPage:
    if page.assessment is not None:
        quiz = _typeset_quiz(page.assessment, typeset)
        html = _templates().get_template("quiz.html.j2").render(quiz=quiz)
        return RenderedPage(page.id, quiz.title, Markup(html))  # noqa: S704 # escaped by the template
    parser = markdown(module.source, typeset)
    tokens = parser.parse(page.markdown)
    problems.extend(Problem(f"{page.where}:{line}", reason) for line, reason in _mistakes(module, tokens))
    _adapt(tokens)
    html = nh3.clean(
        parser.renderer.render(tokens, parser.options, {}), tags=_TAGS, attributes=_ATTRIBUTES,
        link_rel="noopener noreferrer", url_schemes={"https", "mailto"},
    )
    return RenderedPage(page.id, _title(tokens), Markup(html.strip()))  # noqa: S704 # cleaned by nh3


def _typeset_quiz(quiz: SelfAssessment, typeset: Typeset) -> SelfAssessment:
    return SelfAssessment(
        typeset(quiz.title), typeset(quiz.intro), tuple(typeset(level) for level in quiz.scale),
        tuple(replace(one, text=typeset(one.text)) for one in quiz.statements), typeset(quiz.closing),
    )


def _adapt(tokens: Sequence[Token]) -> None:
    """Let the page's title take the focus, and open outside links beside the module rather than in its place."""
    for token in tokens:
        if token.type == "heading_open" and token.tag == "h1":
            token.attrSet("tabindex", "-1")
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("target", "_blank")


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
        for child in token.children or ():
            yield from ((_line(token), reason) for reason in _reference_mistakes(module, child))


def _reference_mistakes(module: Module, token: Token) -> Iterator[str]:
    if token.type == "image":
        source = str(token.attrGet("src") or "")
        if not token.content.strip():
            yield f"l’image {source} n’a pas de description : écrivez ![description](chemin)"
        if source not in module.assets:
            yield f"l’image {source} n’est pas dans assets/ (les majuscules comptent)"
    elif token.type == "link_open":
        target = str(token.attrGet("href") or "")
        if not target.startswith(("https://", "mailto:")) and target not in module.assets:
            yield f"le lien {target} ne mène à rien : https://…, mailto:… ou un fichier de assets/"


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 0
