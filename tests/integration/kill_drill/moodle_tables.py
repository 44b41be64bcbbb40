"""What the site holds, ids aside: two sites in which the same was done give the same value."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

_QUERIES = {
    "map": "SELECT key, kind, modname, promotion, parent, uid, declared, applied FROM map",
    "course": "SELECT idnumber, fullname, shortname, summary, startdate, enddate, visible, enablecompletion, showgrades, "
    "lang, newsitems FROM course",
    "section": "SELECT rank, name, summary, visible, availability FROM section",
    "module": "SELECT section.name, module.rank, modname, idnumber, module.name, intro, showdescription, module.visible, "
    "completion, completionview, module.availability, settings, filename FROM module JOIN section ON section.id = section",
    "sco": "SELECT module.idnumber, manifest, organization, parent, identifier, launch, scormtype, title, sortorder "
    "FROM sco JOIN module ON module.id = cmid",
    "files": "SELECT owner, filename, content FROM file WHERE owner != 'draft'",
    "enrol": "SELECT role, welcome, status FROM enrol",
    "enrolment": "SELECT username, role, enrolment.status, timestart, timeend FROM enrolment JOIN user ON user.id = userid",
    "group": 'SELECT idnumber, name FROM "group"',
    "member": 'SELECT "group".name, username FROM member JOIN "group" ON "group".id = groupid JOIN user ON user.id = userid',
    "event": "SELECT name, description, location, timestart, timeduration, visible FROM event",
    "message": "SELECT userid, kind FROM message",
}


def tables(state: Path) -> dict[str, Counter[Any]]:
    """Count each different row of each table; a duplicate is a count of two."""
    with closing(sqlite3.connect(state)) as site:
        return {name: Counter(site.execute(query).fetchall()) for name, query in _QUERIES.items()}
