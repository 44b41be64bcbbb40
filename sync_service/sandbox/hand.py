"""What people and time do to the site without any web service: an administrator, a teacher, a clock, a backup."""

from __future__ import annotations

import json
import uuid
from typing import Any

from sync_service.errors import UsageError
from sync_service.sandbox import completion, outbox
from sync_service.sandbox.activity_types import ACTIVITY_TYPES
from sync_service.sandbox.kind_people import enrol
from sync_service.sandbox.state import Row, State

_EDITABLE: dict[str, frozenset[str]] = {
    "course": frozenset({"fullname", "shortname", "summary", "startdate", "enddate", "visible", "showgrades", "newsitems",
                         "lang", "enablecompletion", "idnumber"}),
    "section": frozenset({"name", "summary", "visible", "availability", "rank"}),
    "module": frozenset({"name", "intro", "showdescription", "visible", "completion", "completionview", "availability",
                         "idnumber", "rank"}),
    "group": frozenset({"name", "idnumber"}),
    "enrolment": frozenset({"status", "timestart", "timeend"}),
    "enrol_instance": frozenset({"welcomemessage", "status"}),
    "event": frozenset({"name", "description", "location", "timestart", "timeduration", "visible"}),
}  # fmt: skip
_TABLES = {"enrol_instance": "enrol"}


class ByHand:
    """Changes that leave no trace in the plugin's map, as those made on Moodle's own pages do."""

    def __init__(self, state: State) -> None:
        """Act on ``state``."""
        self._state = state

    def set_time(self, epoch: int | None) -> None:
        """Set the site's clock to a moment, where it stays; None gives it the real time back."""
        with self._state.transaction():
            self._state.set_setting("clock", "" if epoch is None else str(epoch))

    def create_category(self, idnumber: str, name: str) -> int:
        """Create a category of courses, or return the one that has this idnumber."""
        with self._state.transaction():
            found = self._state.value("SELECT id FROM category WHERE idnumber = ?", idnumber)
            return int(found or self._state.insert("category", idnumber=idnumber, name=name))

    def create_user(self, username: str, idnumber: str, firstname: str, lastname: str, email: str) -> int:
        """Create an account, or return the id of the one that has this user name; idnumbers may be shared."""
        with self._state.transaction():
            found = self._state.value("SELECT id FROM user WHERE username = ? AND deleted = 0", username)
            columns = {"idnumber": idnumber, "firstname": firstname, "lastname": lastname, "email": email}
            return int(found or self._state.insert("user", username=username, **columns))

    def delete_user(self, user_id: int) -> None:
        """Delete an account as Moodle does: the row stays, renamed; enrolments and tokens go."""
        with self._state.transaction():
            outbox.touch_account(self._state, user_id)
            self._state.run("DELETE FROM enrolment WHERE userid = ?", user_id)
            self._state.run("DELETE FROM member WHERE userid = ?", user_id)
            self._state.run("DELETE FROM token WHERE userid = ?", user_id)
            gone = f"deleted{user_id}.{self._state.now()}"
            self._state.update("user", user_id, deleted=1, username=gone, idnumber="", email=gone)

    def suspend_user(self, user_id: int, *, suspended: bool = True) -> None:
        """Suspend an account, or give it back."""
        with self._state.transaction():
            self._state.update("user", user_id, suspended=suspended)
            outbox.touch_account(self._state, user_id)

    def enrol_by_hand(self, user_id: int, key: str) -> int:
        """Enrol somebody in the course with that key, on Moodle's page; the method may write to them."""
        with self._state.transaction():
            method = self._state.one("SELECT * FROM enrol WHERE course = ?", self._object(key)["moodleid"])
            if method is None:
                raise UsageError(f"Ce cours n’a pas de méthode d’inscription manuelle : {key}.")
            return enrol(self._state, method, user_id, 0, (0, 0))

    def unenrol_by_hand(self, user_id: int, key: str) -> None:
        """Unenrol somebody from the course with that key; submissions, tracks and completions stay."""
        with self._state.transaction():
            course = self._object(key)["moodleid"]
            sql = "DELETE FROM enrolment WHERE userid = ? AND enrolid IN (SELECT id FROM enrol WHERE course = ?)"
            self._state.run(sql, user_id, course)
            outbox.touch_course(self._state, course, user_id)

    def add_activity_by_hand(self, section_key: str, name: str, *, modname: str = "page") -> int:
        """Add an activity of a teacher's at the end of a section; it has no key."""
        with self._state.transaction():
            section = self._state.get("section", self._object(section_key)["moodleid"]) or {}
            instance = int(self._state.value("SELECT max(instance) FROM module WHERE modname = ?", modname) or 0) + 1
            rank = int(self._state.value("SELECT count(*) FROM module WHERE section = ?", section["id"]))
            settings = {
                **ACTIVITY_TYPES[modname].defaults,
                **({"content": f"<p>{name}</p>"} if modname == "page" else {}),
            }
            now = self._state.now()
            return self._state.insert(
                "module", course=section["course"], section=section["id"], rank=rank, modname=modname, instance=instance,
                name=name, settings=json.dumps(settings), added=now, timemodified=now,
            )  # fmt: skip

    def edit(self, key: str, field: str, value: Any) -> None:
        """Change a field of the object with that key, on Moodle's page; names and units are those of the contract."""
        with self._state.transaction():
            row = self._object(key)
            kind = row["kind"]
            settings = self._settings(row) if kind == "module" else {}
            if field in settings:
                self._state.update("module", row["moodleid"], settings=json.dumps({**settings, field: value}))
            elif field in _EDITABLE[kind]:
                column, stored = _column(kind, field, value)
                self._state.update(_TABLES.get(str(kind), str(kind)), row["moodleid"], **{column: stored})
            else:
                raise UsageError(f"Ce champ ne se change pas à la main : {field} ({kind}).")
            if kind == "enrolment":
                userid = self._state.value("SELECT userid FROM enrolment WHERE id = ?", row["moodleid"])
                outbox.touch_course(self._state, row["courseid"], userid)

    def _settings(self, row: Row) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(
            self._state.value("SELECT settings FROM module WHERE id = ?", row["moodleid"])
        )
        return found

    def move_by_hand(self, key: str, section_key: str) -> None:
        """Move an activity to the end of another section."""
        with self._state.transaction():
            section = self._object(section_key)["moodleid"]
            rank = int(self._state.value("SELECT count(*) FROM module WHERE section = ?", section))
            self._state.update("module", self._object(key)["moodleid"], section=section, rank=rank)

    def delete_by_hand(self, key: str) -> None:
        """Delete an activity, a group or a calendar event; the map keeps its row."""
        with self._state.transaction():
            row = self._object(key)
            if row["kind"] not in {"module", "group", "event"}:
                raise UsageError(f"On ne supprime pas cela à la main dans le bac à sable : {key}.")
            self._state.run(f'DELETE FROM "{row["kind"]}" WHERE id = ?', row["moodleid"])
            if row["kind"] == "module":
                outbox.notice(self._state, "module_deleted", row["courseid"], key)

    def user_id(self, username: str) -> int | None:
        """Return the id of an account, None when there is none of that name."""
        with self._state.lock:
            found = self._state.value("SELECT id FROM user WHERE username = ? AND deleted = 0", username)
        return None if found is None else int(found)

    def course_id(self, promotion: str) -> int:
        """Return the id of a promotion's course."""
        with self._state.lock:
            return int(self._object(f"cs:{promotion}:course")["moodleid"])

    def delete_attempts(self, key: str, user_id: int) -> None:
        """Erase one person's results in one activity, as a teacher may in its report."""
        with self._state.transaction():
            module = self._state.get("module", self._object(key)["moodleid"]) or {}
            for table in ("attempt", "submission"):
                self._state.run(f"DELETE FROM {table} WHERE cmid = ? AND userid = ?", module["id"], user_id)
            completion.update(self._state, module, user_id, possible=completion.INCOMPLETE)
            outbox.touch_activity(self._state, module["id"], user_id)

    def reset_completion(self, key: str) -> None:
        """Erase results: of one activity (as « reset » of its report), or of a whole course (as its reset page)."""
        with self._state.transaction():
            row = self._object(key)
            if row["kind"] == "module":
                modules = [row["moodleid"]]
            else:
                found = self._state.rows("SELECT id FROM module WHERE course = ?", row["moodleid"])
                modules = [module["id"] for module in found]
            for cmid in modules:
                for table in ("attempt", "submission", "completion", "viewed"):
                    self._state.run(f"DELETE FROM {table} WHERE cmid = ?", cmid)
            if row["kind"] == "course":
                outbox.notice(self._state, "course_reset", row["moodleid"])

    def override_completion(self, key: str, user_id: int, *, complete: bool = True, by: int = 2) -> None:
        """Set somebody's completion by hand, as a teacher may."""
        with self._state.transaction():
            module = self._state.get("module", self._object(key)["moodleid"]) or {}
            completion.store(self._state, module, user_id, int(complete), overrideby=by)

    def reopen_submission(self, key: str, user_id: int) -> None:
        """Give a submission back to its author as a draft, as a teacher may."""
        with self._state.transaction():
            module = self._state.get("module", self._object(key)["moodleid"]) or {}
            sql = "UPDATE submission SET status = 'draft', timemodified = ? WHERE cmid = ? AND userid = ?"
            self._state.run(sql, self._state.now(), module["id"], user_id)
            completion.update(self._state, module, user_id, possible=completion.INCOMPLETE)
            outbox.touch_activity(self._state, module["id"], user_id)

    def fork_epoch(self) -> None:
        """Give the feed another epoch, as a site does whose administrator says it was cloned."""
        with self._state.transaction():
            self._state.set_setting("epoch", str(uuid.uuid4()))

    def prune_feed(self, before: int) -> None:
        """Forget feed rows older than a moment, as the nightly task does."""
        with self._state.transaction():
            outbox.prune(self._state, before)

    def take_backup(self) -> bytes:
        """Return a copy of the database."""
        return self._state.dump()

    def restore_backup(self, backup: bytes) -> None:
        """Put a copy of the database back: epoch and numbers are those of that day, what was sealed since is not held."""
        self._state.load(backup)

    def _user(self, username: str) -> int:
        found = self._state.value("SELECT id FROM user WHERE username = ? AND deleted = 0", username)
        if found is None:
            raise UsageError(f"Ce compte n’existe pas dans le bac à sable : {username}.")
        return int(found)

    def _object(self, key: str) -> Row:
        found = self._state.one("SELECT * FROM map WHERE key = ?", key)
        if found is None:
            raise UsageError(f"Aucun objet du bac à sable ne porte cette clé : {key}.")
        return found


def _column(kind: str, field: str, value: Any) -> tuple[str, Any]:
    """Return the column and the stored value of a field of the contract."""
    if field == "welcomemessage":
        return "welcome", bool(value)
    if field == "status" and kind in {"enrolment", "enrol_instance"}:
        return field, int(value == "suspended")
    if field == "availability":
        return field, None if value is None else json.dumps(value)
    return field, value
