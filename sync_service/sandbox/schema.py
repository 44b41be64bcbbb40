"""Tables of the saved state, named as Moodle names them where Moodle has them."""

from __future__ import annotations

VERSION = 3

SCHEMA: tuple[str, ...] = (
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    """CREATE TABLE user (
        id INTEGER PRIMARY KEY AUTOINCREMENT, username TEXT NOT NULL, idnumber TEXT NOT NULL DEFAULT '',
        firstname TEXT NOT NULL, lastname TEXT NOT NULL, email TEXT NOT NULL, auth TEXT NOT NULL DEFAULT 'manual',
        lang TEXT NOT NULL DEFAULT 'fr', suspended INTEGER NOT NULL DEFAULT 0, deleted INTEGER NOT NULL DEFAULT 0)""",
    "CREATE UNIQUE INDEX user_username ON user (username) WHERE deleted = 0",
    """CREATE TABLE token (
        token TEXT PRIMARY KEY, userid INTEGER NOT NULL REFERENCES user (id), service TEXT NOT NULL,
        UNIQUE (userid, service))""",
    "CREATE TABLE category (id INTEGER PRIMARY KEY AUTOINCREMENT, idnumber TEXT NOT NULL, name TEXT NOT NULL)",
    """CREATE TABLE course (
        id INTEGER PRIMARY KEY AUTOINCREMENT, category INTEGER NOT NULL, idnumber TEXT NOT NULL DEFAULT '',
        fullname TEXT NOT NULL, shortname TEXT NOT NULL UNIQUE, summary TEXT NOT NULL DEFAULT '',
        startdate INTEGER NOT NULL DEFAULT 0, enddate INTEGER NOT NULL DEFAULT 0, visible INTEGER NOT NULL DEFAULT 1,
        enablecompletion INTEGER NOT NULL DEFAULT 1, showgrades INTEGER NOT NULL DEFAULT 1, lang TEXT NOT NULL DEFAULT '',
        newsitems INTEGER NOT NULL DEFAULT 5, timecreated INTEGER NOT NULL, timemodified INTEGER NOT NULL)""",
    """CREATE TABLE section (
        id INTEGER PRIMARY KEY AUTOINCREMENT, course INTEGER NOT NULL REFERENCES course (id), rank INTEGER NOT NULL,
        name TEXT NOT NULL DEFAULT '', summary TEXT NOT NULL DEFAULT '', visible INTEGER NOT NULL DEFAULT 1,
        availability TEXT)""",
    """CREATE TABLE module (
        id INTEGER PRIMARY KEY AUTOINCREMENT, course INTEGER NOT NULL REFERENCES course (id),
        section INTEGER NOT NULL REFERENCES section (id), rank INTEGER NOT NULL, modname TEXT NOT NULL,
        instance INTEGER NOT NULL, idnumber TEXT NOT NULL DEFAULT '', name TEXT NOT NULL, intro TEXT NOT NULL DEFAULT '',
        showdescription INTEGER NOT NULL DEFAULT 0, visible INTEGER NOT NULL DEFAULT 1, completion INTEGER NOT NULL DEFAULT 0,
        completionview INTEGER NOT NULL DEFAULT 0, availability TEXT, settings TEXT NOT NULL DEFAULT '{}',
        file TEXT NOT NULL DEFAULT '', filename TEXT NOT NULL DEFAULT '', revision INTEGER NOT NULL DEFAULT 0,
        added INTEGER NOT NULL, timemodified INTEGER NOT NULL, UNIQUE (modname, instance))""",
    """CREATE TABLE sco (
        id INTEGER PRIMARY KEY AUTOINCREMENT, cmid INTEGER NOT NULL REFERENCES module (id) ON DELETE CASCADE,
        manifest TEXT NOT NULL, organization TEXT NOT NULL, parent TEXT NOT NULL, identifier TEXT NOT NULL,
        launch TEXT NOT NULL, scormtype TEXT NOT NULL, title TEXT NOT NULL, sortorder INTEGER NOT NULL,
        edition TEXT NOT NULL)""",
    """CREATE TABLE attempt (
        id INTEGER PRIMARY KEY AUTOINCREMENT, cmid INTEGER NOT NULL REFERENCES module (id) ON DELETE CASCADE,
        userid INTEGER NOT NULL, attempt INTEGER NOT NULL, UNIQUE (cmid, userid, attempt))""",
    """CREATE TABLE track (
        id INTEGER PRIMARY KEY AUTOINCREMENT, attemptid INTEGER NOT NULL REFERENCES attempt (id) ON DELETE CASCADE,
        scoid INTEGER NOT NULL, element TEXT NOT NULL, value TEXT NOT NULL, timemodified INTEGER NOT NULL,
        UNIQUE (attemptid, scoid, element))""",
    """CREATE TABLE submission (
        id INTEGER PRIMARY KEY AUTOINCREMENT, cmid INTEGER NOT NULL REFERENCES module (id) ON DELETE CASCADE,
        userid INTEGER NOT NULL, attemptnumber INTEGER NOT NULL DEFAULT 0, status TEXT NOT NULL, text TEXT NOT NULL DEFAULT '',
        timecreated INTEGER NOT NULL, timemodified INTEGER NOT NULL, UNIQUE (cmid, userid, attemptnumber))""",
    """CREATE TABLE file (
        id INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, itemid INTEGER NOT NULL, userid INTEGER NOT NULL,
        filename TEXT NOT NULL, content TEXT NOT NULL, filesize INTEGER NOT NULL, timemodified INTEGER NOT NULL,
        UNIQUE (owner, itemid, filename))""",
    "CREATE TABLE content (sha256 TEXT PRIMARY KEY, sha1 TEXT NOT NULL, bytes BLOB NOT NULL)",
    """CREATE TABLE completion (
        cmid INTEGER NOT NULL REFERENCES module (id) ON DELETE CASCADE, userid INTEGER NOT NULL, state INTEGER NOT NULL,
        overrideby INTEGER, timemodified INTEGER NOT NULL, PRIMARY KEY (cmid, userid))""",
    """CREATE TABLE viewed (
        cmid INTEGER NOT NULL REFERENCES module (id) ON DELETE CASCADE, userid INTEGER NOT NULL, PRIMARY KEY (cmid, userid))""",
    """CREATE TABLE criterion (
        course INTEGER NOT NULL REFERENCES course (id), cmid INTEGER NOT NULL REFERENCES module (id) ON DELETE CASCADE,
        PRIMARY KEY (course, cmid))""",
    """CREATE TABLE criterion_met (
        course INTEGER NOT NULL, cmid INTEGER NOT NULL, userid INTEGER NOT NULL, PRIMARY KEY (course, cmid, userid))""",
    """CREATE TABLE course_completed (
        id INTEGER PRIMARY KEY AUTOINCREMENT, course INTEGER NOT NULL, userid INTEGER NOT NULL,
        timecompleted INTEGER NOT NULL, UNIQUE (course, userid))""",
    """CREATE TABLE enrol (
        id INTEGER PRIMARY KEY AUTOINCREMENT, course INTEGER NOT NULL UNIQUE REFERENCES course (id),
        role TEXT NOT NULL DEFAULT 'student', welcome INTEGER NOT NULL DEFAULT 1, status INTEGER NOT NULL DEFAULT 0)""",
    """CREATE TABLE enrolment (
        id INTEGER PRIMARY KEY AUTOINCREMENT, enrolid INTEGER NOT NULL REFERENCES enrol (id), userid INTEGER NOT NULL,
        role TEXT NOT NULL, status INTEGER NOT NULL DEFAULT 0, timestart INTEGER NOT NULL DEFAULT 0,
        timeend INTEGER NOT NULL DEFAULT 0, UNIQUE (enrolid, userid))""",
    """CREATE TABLE "group" (
        id INTEGER PRIMARY KEY AUTOINCREMENT, course INTEGER NOT NULL REFERENCES course (id),
        idnumber TEXT NOT NULL DEFAULT '', name TEXT NOT NULL)""",
    """CREATE TABLE member (
        groupid INTEGER NOT NULL REFERENCES "group" (id) ON DELETE CASCADE, userid INTEGER NOT NULL,
        PRIMARY KEY (groupid, userid))""",
    """CREATE TABLE event (
        id INTEGER PRIMARY KEY AUTOINCREMENT, course INTEGER NOT NULL REFERENCES course (id),
        name TEXT NOT NULL, description TEXT NOT NULL DEFAULT '', location TEXT NOT NULL DEFAULT '',
        timestart INTEGER NOT NULL, timeduration INTEGER NOT NULL DEFAULT 0, visible INTEGER NOT NULL DEFAULT 1)""",
    """CREATE TABLE map (
        id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, modname TEXT NOT NULL DEFAULT '',
        promotion TEXT NOT NULL, moodleid INTEGER NOT NULL, courseid INTEGER NOT NULL, parent TEXT NOT NULL DEFAULT '',
        uid TEXT NOT NULL, declared TEXT NOT NULL, applied TEXT NOT NULL, extra TEXT NOT NULL DEFAULT '{}',
        digest TEXT NOT NULL, run TEXT NOT NULL, timemodified INTEGER NOT NULL)""",
    """CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT, seq INTEGER UNIQUE, what TEXT NOT NULL, courseid INTEGER NOT NULL,
        promotion TEXT NOT NULL, key TEXT NOT NULL, userid INTEGER NOT NULL DEFAULT 0, timecreated INTEGER NOT NULL)""",
    "CREATE TABLE batch (lastseq INTEGER PRIMARY KEY, firstseq INTEGER NOT NULL, tag TEXT NOT NULL)",
    """CREATE TABLE status (
        courseid INTEGER NOT NULL, userid INTEGER NOT NULL, status TEXT NOT NULL, timemodified INTEGER NOT NULL,
        PRIMARY KEY (courseid, userid))""",
    """CREATE TABLE message (
        id INTEGER PRIMARY KEY AUTOINCREMENT, userid INTEGER NOT NULL, kind TEXT NOT NULL, timecreated INTEGER NOT NULL)""",
    """CREATE TABLE call (
        id INTEGER PRIMARY KEY AUTOINCREMENT, function TEXT NOT NULL, inside INTEGER NOT NULL, outcome TEXT NOT NULL,
        timecreated INTEGER NOT NULL)""",
    "CREATE INDEX completion_user ON completion (userid)",
    "CREATE INDEX attempt_user ON attempt (userid)",
    "CREATE INDEX submission_user ON submission (userid)",
    "CREATE INDEX module_course ON module (course)",
    "CREATE INDEX map_course ON map (courseid)",
)
