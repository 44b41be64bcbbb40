"""The course as a trainee sees it: sections, activities, what is expected, how far she is."""

from __future__ import annotations

import json
import re

from sync_service.sandbox import completion
from sync_service.sandbox.access import cleaned, is_active
from sync_service.sandbox.page_frame import framed, moment, text
from sync_service.sandbox.state import Row, State

_MARK = re.compile(r"<p[^>]*>\s*(?:<[^>]+>)*\s*(Conseillé|Information|À faire)\b", re.IGNORECASE)
_ADVISED = frozenset({"assign", "forum"})


def course_page(state: State, course: Row, user: Row) -> str:
    """Return the course page of one person."""
    if not is_active(state, course["id"], user["id"]) or not course["visible"]:
        return framed(course["fullname"], "<p>Vous ne pouvez pas entrer dans ce cours.</p>")
    sections = state.rows("SELECT * FROM section WHERE course = ? AND visible ORDER BY rank, id", course["id"])
    body = [_progress(state, course, user)] + [_section(state, section, user) for section in sections]
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


def _section(state: State, section: Row, user: Row) -> str:
    """Return one section; one that shows nothing is left out, as Moodle does for learners."""
    modules = state.rows("SELECT * FROM module WHERE section = ? AND visible ORDER BY rank, id", section["id"])
    if not modules and not section["summary"]:
        return ""
    name = section["name"] or ("Généralités" if section["rank"] == 0 else "Nouvelle section")
    items = "\n".join(_activity(state, module, user) for module in modules)
    heading = f'<h2 id="s{section["id"]}">{text(name)}</h2>'
    return (
        f'<section aria-labelledby="s{section["id"]}">{heading}{cleaned(section["summary"])}'
        f'<ul class="plain">{items}</ul></section>'
    )


def _activity(state: State, module: Row, user: Row) -> str:
    """Return one activity: its mark, its name, its state when it is tracked."""
    intro = cleaned(module["intro"]) if module["showdescription"] or module["modname"] == "label" else ""
    if module["modname"] == "label":
        return f"<li>{intro}</li>"
    address = f"/mod/{module['modname']}/view.php?id={module['id']}"
    settings = json.loads(module["settings"])
    if str(settings.get("externalurl", "")).startswith("{wwwroot}"):
        address = settings["externalurl"].removeprefix("{wwwroot}")
    mark = _mark(module)
    name = f'<a href="{text(address)}">{text(module["name"])}</a>'
    shown = f'<span class="mark{" todo" if mark == "À faire" else ""}">{mark}</span> {name}'
    return f"<li>{shown}{_state(state, module, user)}{_due(settings)}{intro}</li>"


def _mark(module: Row) -> str:
    """Return what is expected: what is tracked is to be done; else what the text says, else what the type suggests."""
    if module["completion"]:
        return "À faire"
    said = _MARK.search(module["intro"])
    if said is not None:
        return said[1]
    advised = module["modname"] in _ADVISED and json.loads(module["settings"]).get("type") != "news"
    return "Conseillé" if advised else "Information"


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
