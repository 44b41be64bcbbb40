"""The preview as one page without script, for a browser, a printer or an e-mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined

from sync_service.adapters.preview.text import PARIS
from sync_service.adapters.preview.view import view_of
from sync_service.domain.plan import Plan


def to_html(
    plan: Plan,
    *,
    label: str,
    zone: tzinfo = PARIS,
    names: Mapping[str, str] | None = None,
    notices: Sequence[str] = (),
) -> str:
    """Draw a plan as a page; ``names`` is key of an enrolment → the person's name, for a file that stays private.

    ``notices`` are said before anything else.
    """
    view = view_of(plan, label, zone, names or {})
    template = _environment().get_template("plan.html.j2")
    return template.render(view=view, css=_source("preview.css"), notices=notices)


def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_source), undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True,
    )  # fmt: skip


def _source(name: str) -> str:
    return files("sync_service.adapters.preview").joinpath(name).read_text(encoding="utf-8")
