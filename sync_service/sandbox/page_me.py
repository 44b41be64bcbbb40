"""« Où j’en suis »: what the register says to a trainee, and her deposits as the site shows them now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sync_service.sandbox.facts import submission
from sync_service.sandbox.page_frame import framed, moment, size, text
from sync_service.sandbox.scope import Scope
from sync_service.sandbox.state import Row

_TITLE = "Où j’en suis"
_NOT_YET = "Votre situation n’a pas encore été transmise ici. Voici vos dépôts, tels que Moodle les montre maintenant."


def me_page(scope: Scope, user: Row) -> str:
    """Return the page of one person."""
    found = scope.state.value(
        "SELECT status FROM status WHERE courseid = ? AND userid = ?", scope.require_course()["id"], user["id"]
    )
    status: dict[str, Any] = json.loads(found) if found else {}
    dossier = _part("Votre dossier", _deposits(scope, user, status))
    if not status:
        return framed(_TITLE, f"<p>{_NOT_YET}</p>\n{dossier}")
    upcoming = _mapping(status.get("next"))
    attendance = _mapping(status.get("attendance"))
    parts = [
        _part(
            "Prochain rendez-vous",
            _lines(upcoming, ("when", "place", "what"), "Aucune date n’est annoncée pour l’instant."),
        ),
        _part("À faire par vous", _todo(status)),
        dossier,
        _part("Présences", _lines(attendance, ("text", "excused", "pending"), "Rien n’a encore été lu.")),
        _part("Modules", _modules(status)),
        _part("Jury et décision", _jury(status)),
        _foot(status),
    ]
    return framed(_TITLE, "\n".join(parts))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _items(status: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = status.get(name)
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _part(title: str, body: str) -> str:
    return f"<section><h2>{title}</h2>{body}</section>"


def _list(items: list[str], otherwise: str) -> str:
    return "<ul>" + "".join(f"<li>{item}</li>" for item in items or [otherwise]) + "</ul>"


def _lines(values: Mapping[str, Any], names: tuple[str, ...], otherwise: str) -> str:
    return _list([text(values[name]) for name in names if str(values.get(name) or "").strip()], otherwise)


def _todo(status: Mapping[str, Any]) -> str:
    items = []
    for item in _items(status, "todo"):
        by = f" <strong>avant le {text(item['by'])}</strong>" if item.get("by") else ""
        items.append(f"{text(item.get('text', ''))}{by}")
    return _list(items, "Rien pour l’instant.")


def _modules(status: Mapping[str, Any]) -> str:
    items = [
        f"<strong>{text(item.get('title', ''))}</strong><br>{text(item.get('text', ''))}"
        for item in _items(status, "modules")
    ]
    return _list(items, "Rien n’a encore été lu.")


def _jury(status: Mapping[str, Any]) -> str:
    jury, decision = (
        text(status.get("jury") or "Date non fixée."),
        text(status.get("decision") or "Après notification."),
    )
    return f"<dl><dt>Jury</dt><dd>{jury}</dd><dt>Décision</dt><dd>{decision}</dd></dl>"


def _foot(status: Mapping[str, Any]) -> str:
    """Return as of when this is, whether everything was read, and whom to write to."""
    try:
        epoch = int(datetime.fromisoformat(str(status["as_of"])).timestamp())
        how = (
            "lecture complète"
            if status.get("complete")
            else "lecture partielle : certaines informations n’ont pas pu être lues"
        )
        shown = f"Situation au {moment(epoch)} ({how})"
    except ValueError:
        shown = ""
    contact = f"<br>Une erreur ? Écrivez à : {text(status['contact'])}" if status.get("contact") else ""
    return f"<p>{shown}{contact}</p>"


def _deposits(scope: Scope, user: Row, status: Mapping[str, Any]) -> str:
    """Return the deposits that are open to her, then those that only the office speaks of."""
    said = {str(item.get("key", "")): item for item in _items(status, "dossier")}
    sql = """SELECT module.*, map.key FROM module JOIN section ON section.id = section
        JOIN map ON moodleid = module.id AND kind = 'module' WHERE module.course = ? AND module.modname = 'assign'
        AND module.visible AND section.visible AND completion > 0 ORDER BY section.rank, module.rank"""
    modules = scope.state.rows(sql, scope.require_course()["id"])
    shown = [_deposit(scope, user, module, said.pop(module["key"], {})) for module in modules]
    shown += [f"<li><strong>{text(item.get('label', ''))}</strong>{_office(item)}</li>" for item in said.values()]
    return f'<ul class="plain">{"".join(shown) or "<li>Aucun dépôt ne vous est encore ouvert.</li>"}</ul>'


def _deposit(scope: Scope, user: Row, module: Row, said: Mapping[str, Any]) -> str:
    """Return one deposit as it is now."""
    fact = submission(scope.state, module["id"], user["id"])
    when = moment(fact["submitted_at"] or fact["timemodified"])
    words = {
        "none": "Non remis.",
        "draft": "Votre fichier est enregistré en brouillon : il n’est pas remis.",
        "submitted": f"Remis le {when}.",
        "reopened": f"Rouvert le {when} : à remettre de nouveau.",
    }
    alert = ' class="alert" role="status"' if fact["status"] in {"draft", "reopened"} else ""
    name = f"<strong>{text(said.get('label') or module['name'])}</strong>"
    files = "".join(f"<div>{text(file['name'])} ({size(file['size'])})</div>" for file in fact["files"])
    prints = "".join(f"<p>{text(f['name'])}<br>SHA-256 : <code>{f['sha256']}</code></p>" for f in fact["files"])
    detail = f"<details><summary>Détail technique</summary>{prints}</details>" if prints else ""
    office = _office(said) if said.get("office", True) else ""
    return f"<li>{name}<div{alert}>{words[fact['status']]}</div>{files}{office}{detail}</li>"


def _office(said: Mapping[str, Any]) -> str:
    return f"<div>Service certification : {text(said['text'])}</div>" if said.get("text") else ""
