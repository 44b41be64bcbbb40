"""The course as a trainee sees it: sections, activities, what is expected, how far she is."""

from __future__ import annotations

import json
import re

from sync_service.sandbox import completion
from sync_service.sandbox.access import cleaned, is_active
from sync_service.sandbox.page_frame import framed, moment, text
from sync_service.sandbox.restrictions import may_enter
from sync_service.sandbox.state import Row, State

ME = "/local/cyclesync/me.php"
_MARK = re.compile(r"\s*\((À faire|Conseillé|Information)\)\s*$")
"""What is expected of the trainee, where a course says it at the end of names."""


def course_page(state: State, course: Row, user: Row, *, me: str = "") -> str:
    """Return the course page of one person; ``me`` is where the address of « Où j’en suis » leads, empty for nowhere."""
    if not is_active(state, course["id"], user["id"]) or not course["visible"]:
        return framed(course["fullname"], "<p>Vous ne pouvez pas entrer dans ce cours.</p>")
    sections = state.rows("SELECT * FROM section WHERE course = ? AND visible ORDER BY rank, id", course["id"])
    body = [_progress(state, course, user)] + [_section(state, section, user, me) for section in sections]
    return framed(course["fullname"], "\n".join(part for part in body if part))


def _progress(state: State, course: Row, user: Row) -> str:
    """Return the bar of tracked visible activities, which is all that Moodle counts."""
    sql = """SELECT module.* FROM module JOIN section ON section.id = section
        WHERE module.course = ? AND module.visible AND section.visible AND completion > 0"""
    tracked = state.rows(sql, course["id"])
    done = sum(1 for module in tracked if completion.current(state, module["id"], user["id"])["state"] in {1, 2})
    if not tracked:
        return ""
    label = f"{done} activité{'s' if done > 1 else ''} sur {len(tracked)} terminée{'s' if done > 1 else ''}"
    bar = f'<progress id="avancement" max="{len(tracked)}" value="{done}">{label}</progress>'
    return f'<section aria-label="Avancement"><p><label for="avancement">{label}</label></p>{bar}</section>'


def _section(state: State, section: Row, user: Row, me: str) -> str:
    """Return one section; one that shows nothing is left out, as Moodle does for learners."""
    modules = state.rows("SELECT * FROM module WHERE section = ? AND visible ORDER BY rank, id", section["id"])
    if not modules and not section["summary"]:
        return ""
    name = section["name"] or ("Généralités" if section["rank"] == 0 else "Nouvelle section")
    heading = f'<h2 id="s{section["id"]}">{text(name)}</h2>{cleaned(section["summary"])}'
    if not may_enter(state, section["availability"], user["id"]):
        return f'<section aria-labelledby="s{section["id"]}">{heading}<p>Pas encore accessible.</p></section>'
    items = "\n".join(_activity(state, module, user, me) for module in modules)
    return f'<section aria-labelledby="s{section["id"]}">{heading}<ul class="plain">{items}</ul></section>'


def _activity(state: State, module: Row, user: Row, me: str) -> str:
    """Return one activity: what is expected, its name, its state when it is tracked, what it says when opened."""
    settings = json.loads(module["settings"])
    intro = cleaned(module["intro"])
    if module["modname"] == "label":
        return f"<li>{intro}</li>"
    found = _MARK.search(module["name"])
    mark = found[1] if found else ("À faire" if module["completion"] else "Information")
    name = label = text(_MARK.sub("", module["name"]))
    if me and ME in str(settings.get("externalurl", "")):
        name = f'<a href="{text(me)}">{name}</a>'
    badge = f'<span class="mark{" todo" if mark == "À faire" else ""}">{mark}</span>'
    inside = cleaned(settings.get("content", "")) or ("" if module["showdescription"] else intro)
    opened = (
        f'<details><summary>Ouvrir<span class="unseen"> « {label} »</span></summary>{inside}</details>'
        if inside
        else ""
    )
    shown = intro if module["showdescription"] else ""
    return f"<li>{badge} <strong>{name}</strong>{_state(state, module, user)}{_due(settings)}{shown}{opened}</li>"


def _state(state: State, module: Row, user: Row) -> str:
    if not module["completion"]:
        return ""
    stored = completion.current(state, module["id"], user["id"])
    if stored["state"] in {1, 2}:
        return f' <span class="mark done">Terminé le {moment(stored["timemodified"])}</span>'
    return ' <span class="mark">Pas encore terminé</span>'


def _due(settings: dict[str, object]) -> str:
    due = settings.get("duedate")
    return f"<div>À remettre avant le {moment(due)}</div>" if isinstance(due, int) and due else ""
