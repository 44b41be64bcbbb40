"""What a line of the register is about, in French: an activity by its name, a half-day by its day, never a key."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sync_service.domain import french
from sync_service.domain.attendance import HALVES
from sync_service.domain.entry import Entry
from sync_service.domain.event_types import label_of
from sync_service.domain.line_words import RULES
from sync_service.domain.payload_words import DOCUMENTS, REPORTS

_HALFDAY = re.compile(r"(?P<session>.+)/(?P<day>\d{4}-\d\d-\d\d)/(?P<half>matin|apres_midi)")
_MODULE = re.compile(r"module-(\d+)")
_FAMILIES: Mapping[str, str] = {"prom": "promotion", "sess": "session de formation", "jury": "session de jury"}
_REGISTER = "register"


def object_words(name: str, activities: Mapping[str, str]) -> str:
    """Say what a line is about; ``activities`` are the names of those of the course, by key. A person is said elsewhere."""
    halfday, module = _HALFDAY.fullmatch(name), _MODULE.fullmatch(name)
    if halfday:
        day = french.read_date(halfday["day"])
        return f"{halfday['session']}, {day:%d/%m/%Y}, {HALVES[halfday['half']]}"
    if module:
        return f"module {module[1]}"
    named = activities.get(name) or RULES.get(name) or DOCUMENTS.get(name) or REPORTS.get(name)
    return named or _document(name) or subject_words(name)


def _document(name: str) -> str:
    """Say « convocation d’un(e) candidat(e), jury-2027-06 » of a document: its kind, then its jury, session or number."""
    kind, _, rest = name.partition("/")
    return f"{DOCUMENTS[kind]}, {rest.partition('/')[0]}" if rest and kind in DOCUMENTS else ""


def subject_words(subject: str) -> str:
    """Say « session de formation m1-a » of what is no person; nothing of a person, whose name is looked up elsewhere."""
    if subject.startswith("cand_"):
        return ""
    if subject == _REGISTER:
        return "registre"
    family, _, name = subject.partition(":")
    said = _FAMILIES.get(family)
    return f"{said} {name.rpartition('/')[2]}" if said and name else subject


def label_words(entry: Entry, activities: Mapping[str, str]) -> str:
    """Say what is recorded; what was read in Moodle names its activity."""
    said, named = label_of(entry.type), activities.get(entry.object)
    observed = entry.type.endswith(".observed") or entry.type.startswith("source.")
    return f"{said} « {named} »" if named and observed and entry.type != "account.observed" else said
