"""What no single file can know: whether the cycle, the promotion, its calendar and its layout hold together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from sync_service.domain.calendar import Calendar
from sync_service.domain.course_values import course_values, module_values
from sync_service.domain.cycle import Cycle
from sync_service.domain.keys import make_key
from sync_service.domain.layout import AnyActivity, Layout, LayoutSection, Page
from sync_service.domain.placeholders import Values, mistakes
from sync_service.domain.promotion import Promotion
from sync_service.errors import Problem

RESERVED = ("course", "enrol")
RESERVED_PREFIXES = ("ev-", "e-", "g-")


def calendar_problems(file: str, cycle: Cycle, promotion: Promotion, calendar: Calendar) -> Iterator[Problem]:
    """Yield sessions of a module the cycle does not have, or outside the promotion's dates."""
    numbers = {module.number for module in cycle.modules}
    for session in calendar.sessions:
        where = f"{file} › session {session.id}"
        if session.module is not None and session.module not in numbers:
            yield Problem(where, f"le cycle n’a pas de module {session.module} : il en a {len(numbers)}")
        if session.dates[0] < promotion.starts_on or session.dates[-1] > promotion.ends_on:
            span = f"du {promotion.starts_on:%d/%m/%Y} au {promotion.ends_on:%d/%m/%Y}"
            yield Problem(where, f"la session est hors des dates de la promotion ({span})")


def layout_problems(cycle: Cycle, promotion: Promotion, calendar: Calendar, layout: Layout) -> Iterator[Problem]:
    """Yield bad or repeated keys, placeholders without value, and observed activities that are not in the layout."""
    file = f"{layout.id}.toml"
    things: list[LayoutSection | AnyActivity] = list(layout.sections)
    things += [activity for _, activity in layout.activities()]
    yield from _keys(file, promotion, things)
    calendar = _of_cycle(cycle, calendar)
    values = course_values(cycle, promotion, calendar, tracked=len(layout.tracked()), updated_on=calendar.updated_on)
    yield from _said(file, "summary", [layout.summary], values)
    for thing in things:
        known = thing.module is not None and any(module.number == thing.module for module in cycle.modules)
        here = values.extended(module_values(cycle, promotion, calendar, thing.module or 0)) if known else values
        yield from _said(file, thing.key, _texts(thing), here)
    yield from _access(file, layout)
    for name in sorted(set(promotion.moodle.observe.activities) - {thing.key for thing in things}):
        yield Problem(f"{promotion.id}.toml › moodle › observe › activities", f"« {name} » n’est pas une clé de {file}")


def _access(file: str, layout: Layout) -> Iterator[Problem]:
    """Yield prerequisites that nobody could ever meet, and a course that nothing would complete."""
    tracked = set(layout.tracked())
    if layout.course_completion and not tracked:
        yield Problem(f"{file} › course_completion", "aucune activité « à faire » : rien n’achèverait le cours")
    needs: dict[str, set[str]] = {}
    for section, activity in layout.activities():
        needs[activity.key] = {*activity.access.after, *section.access.after}
    for thing in (*layout.sections, *(activity for _, activity in layout.activities())):
        for name in thing.access.after:
            if name not in tracked:
                reason = f"after : « {name} » n’est pas une activité « à faire » de ce cours, Moodle n’en suit pas l’achèvement"
                yield Problem(f"{file} › {thing.key}", reason)
    for name in sorted(needs):
        if name in _all_needed(name, needs):
            yield Problem(f"{file} › {name}", "after : cette activité s’attend elle-même, elle ne s’ouvrirait jamais")


def _all_needed(name: str, needs: Mapping[str, set[str]]) -> set[str]:
    """Return everything that must be completed before an activity opens."""
    found: set[str] = set()
    waiting = list(needs[name])
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(needs.get(one, ()))
    return found


def _of_cycle(cycle: Cycle, calendar: Calendar) -> Calendar:
    """Leave out sessions of modules that do not exist (already reported), and those postponed to one of them."""
    numbers = {module.number for module in cycle.modules} | {None}
    kept = {session.id for session in calendar.sessions if session.module in numbers} | {None}
    sessions = (session for session in calendar.sessions if {session.id, session.replaced_by} <= kept)
    return Calendar(tuple(sessions), calendar.updated_on)


def _keys(file: str, promotion: Promotion, things: list[LayoutSection | AnyActivity]) -> Iterator[Problem]:
    for thing in things:
        for name in filter(None, (thing.key, thing.was)):
            try:
                make_key(promotion.id, name)
            except ValueError:
                yield Problem(f"{file} › {name}", "cette clé est trop longue ou contient un caractère interdit")
            if name in RESERVED or name.startswith(RESERVED_PREFIXES):
                yield Problem(f"{file} › {name}", "ce nom est réservé : course, enrol, ev-…, e-… et g-…")
    counts = Counter(name for thing in things for name in filter(None, (thing.key, thing.was)))
    for name in sorted(name for name, count in counts.items() if count > 1):
        yield Problem(f"{file} › {name}", "cette clé est employée plusieurs fois : chaque objet a la sienne")


def _texts(thing: LayoutSection | AnyActivity) -> list[str]:
    if isinstance(thing, LayoutSection):
        return [thing.name, thing.summary]
    return [thing.name, thing.intro, *([thing.content] if isinstance(thing, Page) else [])]


def _said(file: str, key: str, texts: list[str], values: Values) -> Iterator[Problem]:
    for text in texts:
        for reason in mistakes(text, values):
            yield Problem(f"{file} › {key}", reason)
