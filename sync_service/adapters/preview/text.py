"""The preview as text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from zoneinfo import ZoneInfo

from sync_service.adapters.preview.view import Group, Line, View, view_of
from sync_service.domain.plan import Plan
from sync_service.domain.typography import NBSP

PARIS = ZoneInfo("Europe/Paris")


def to_text(plan: Plan, *, label: str, zone: tzinfo = PARIS, names: Mapping[str, str] | None = None) -> str:
    """Write a plan as text: five counts first, the line to copy last."""
    return "\n".join(_lines(view_of(plan, label, zone, names or {}))) + "\n"


def _lines(view: View) -> Iterator[str]:
    yield f"{view.title} – {view.label}"
    yield ""
    for name, number in view.counts:
        yield f"  {name}{NBSP}: {number}"
    for sentence, lifted, option in view.guards:
        yield ""
        yield f"  ! {sentence}"
        if lifted or option:
            yield f"    {lifted or f'Si c’est voulu{NBSP}: {option}'}"
    for group in view.groups:
        yield from _group(group)
    yield from _list("Personnes à décider", view.people)
    yield from _list("À savoir", (*view.notes, view.promise))
    yield ""
    yield view.summary
    if view.command:
        yield ""
        yield f"  {view.command}"


def _group(group: Group) -> Iterator[str]:
    yield ""
    yield group.title
    for line in group.lines:
        yield from _line(line)


def _line(line: Line) -> Iterator[str]:
    sign = "+" if line.new else "~" if line.changes else "!"
    remark = f" – {line.remark}" if line.remark else ""
    yield f"  {sign} {line.title}{remark}"
    for item in () if line.new else line.fields:
        arrow = f"{item.seen} → {item.wanted}" if line.changes else f"Moodle {item.seen}, déclaré {item.wanted}"
        yield f"      {item.label}{NBSP}: {arrow}"
    if line.option:
        yield f"      Si c’est voulu{NBSP}: {line.option}"


def _list(title: str, sentences: tuple[str, ...]) -> Iterator[str]:
    if sentences:
        yield ""
        yield title
        yield from (f"  - {sentence}" for sentence in sentences)
