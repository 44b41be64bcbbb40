"""Activities of the types that the plugin can make."""

from __future__ import annotations

import json
import re
from typing import Any

from sync_service.sandbox import completion, course_completion, outbox, positions
from sync_service.sandbox.access import TAG
from sync_service.sandbox.activity_types import ActivityType, activity_type
from sync_service.sandbox.availability import availability_read, availability_stored
from sync_service.sandbox.files import draft_file, draft_files, listing_digest, move_draft
from sync_service.sandbox.kind import Kind, clean_name, other_idnumber
from sync_service.sandbox.package import install, read_package, vanishing
from sync_service.sandbox.scope import Scope, decoded
from sync_service.sandbox.spec import Fields, Order, Refusal, Snapshot, Spec
from sync_service.sandbox.state import Row

_COMMON: dict[str, str | tuple[Any, ...]] = {
    "name": "text", "intro": "html", "showdescription": "bool", "visible": "bool", "position": "int",
    "completion": (0, 1, 2), "completionview": "bool", "availability": "json", "idnumber": "key",
}  # fmt: skip
_COLUMNS = ("intro", "showdescription", "visible", "completion", "completionview", "idnumber")
_FILE_FIELDS = ("package_digest", "file_digest", "filename")
LEARNERS = """SELECT count(*) FROM (
    SELECT userid FROM completion WHERE cmid = ? AND state <> 0 UNION SELECT userid FROM attempt WHERE cmid = ?
    UNION SELECT userid FROM submission WHERE cmid = ? AND status <> 'new')"""
_ADDRESS = re.compile(r"(https?://|mailto:|\{wwwroot\})", re.IGNORECASE)


class ModuleKind(Kind):
    """An activity."""

    name = "module"

    def spec(self, modname: str) -> Spec:
        """Return the common fields and those of the type."""
        found = activity_type(modname)
        defaults = {
            **found.defaults, "intro": "", "showdescription": modname == "label", "visible": True, "completion": 0,
            "completionview": False, "availability": None,
        }  # fmt: skip
        return Spec({**_COMMON, **found.types}, defaults)

    def read(self, scope: Scope, moodle_id: int, row: Row | None) -> Snapshot | None:
        """Return the activity as it is now."""
        module = scope.state.get("module", moodle_id)
        if module is None or scope.course is None or module["course"] != scope.course["id"]:
            return None
        fields: Fields = {
            "name": module["name"], "intro": module["intro"], "showdescription": bool(module["showdescription"]),
            "visible": bool(module["visible"]), "position": _position(scope, module, row),
            "completion": module["completion"], "completionview": bool(module["completionview"]),
            "availability": availability_read(scope, module["availability"]), **json.loads(module["settings"]),
            **_file_fields(scope, module, row), **other_idnumber(row, module["idnumber"]),
        }  # fmt: skip
        if module["modname"] == "label":
            del fields["name"]
        learners = scope.state.value(LEARNERS, moodle_id, moodle_id, moodle_id)
        return Snapshot(
            moodle_id, scope.key_of("section", module["section"]) or "", fields, module["modname"], learners
        )

    def bearer(self, scope: Scope, key: str) -> int:
        """Return the activity of the course with that idnumber."""
        if scope.course is None:
            return 0
        sql = "SELECT id FROM module WHERE course = ? AND idnumber = ? ORDER BY id"
        return int(scope.state.value(sql, scope.course["id"], key) or 0)

    def moves(self, scope: Scope, row: Row, current: Snapshot, order: Order) -> bool:
        """Tell whether the mapping has moved it; one that people moved stays where it is."""
        del scope
        return bool(order.sectionkey) and row["parent"] != order.sectionkey != current.parent

    def check_create(self, scope: Scope, fields: Fields, order: Order) -> None:
        """Refuse an absent section, completion where the course has none, a wrong file."""
        course = scope.require_course()
        found = activity_type(order.modname)
        _section(scope, order)
        if fields["completion"] and not course["enablecompletion"]:
            raise Refusal("invalid", "completion tracking is off for the course")
        _check_conditions(found, fields)
        self._check(scope, found, fields, order)

    def check_update(self, scope: Scope, changes: Fields, current: Snapshot, order: Order) -> None:
        """Refuse what would erase completion or results, besides what a creation refuses."""
        if order.modname and order.modname != current.modname:
            raise Refusal("invalid", f"the object is of type {current.modname}")
        if order.sectionkey and current.parent != order.sectionkey:
            _section(scope, order)
        found = activity_type(current.modname)
        unlocks = found.completion_fields & changes.keys()
        if unlocks:
            _check_conditions(found, {**current.fields, **changes})
        module = scope.state.get("module", current.id)
        if unlocks and module is not None and course_completion.is_criterion(scope.state, module):
            people = course_completion.marked(scope.state, module["course"])
            if people:
                raise Refusal("completion_unlock", "completion of the whole course would be erased", people)
        if unlocks and current.learners and "completion-unlock" not in order.allow:
            raise Refusal("completion_unlock", "completion would be erased and computed again", current.learners)
        self._check(scope, found, changes, order)
        if "package_digest" in changes and "attempt-loss" not in order.allow:
            package = read_package(draft_file(scope.state, scope.user, order.draftitemid)[1])
            why, people = vanishing(scope.state, current.id, package)
            if people:
                raise Refusal("attempt_loss", why, people)

    @staticmethod
    def _check(scope: Scope, found: ActivityType, fields: Fields, order: Order) -> None:
        """Refuse values that are wrong whatever the activity's past."""
        if "name" in fields and found.plural != "Text and media areas":
            clean_name(fields["name"])
        if fields.get("position", 0) < 0:
            raise Refusal("invalid", "wrong value for field: position")
        availability_stored(scope, fields.get("availability"))
        if "externalurl" in fields and not _ADDRESS.match(fields["externalurl"]):
            raise Refusal("invalid", f"not an address: {fields['externalurl']}")
        if "package_digest" in fields:
            read_package(draft_file(scope.state, scope.user, order.draftitemid)[1])
        _check_file(scope, fields, order, several=found.several)

    def create(self, scope: Scope, fields: Fields, order: Order) -> int:
        """Create the activity at its place."""
        state, course, section = scope.state, scope.require_course(), _section(scope, order)
        instance = int(state.value("SELECT max(instance) FROM module WHERE modname = ?", order.modname) or 0) + 1
        cmid = state.insert(
            "module", course=course["id"], section=section["id"], rank=0, modname=order.modname, instance=instance,
            idnumber=order.key, name="", added=state.now(), timemodified=state.now(),
        )  # fmt: skip
        self._write(scope, cmid, fields, order)
        place(scope, section["id"], cmid, fields["position"])
        return cmid

    def update(self, scope: Scope, current: Snapshot, changes: Fields, order: Order) -> None:
        """Change the activity; move it where the mapping moved it, or among its siblings."""
        self._write(scope, current.id, changes, order)
        row = scope.row(order.key, "module")
        module = scope.state.get("module", current.id)
        if row is None or module is None:
            raise Refusal("missing", "the object is not there")
        wanted = int({**current.fields, **changes}["position"])
        if self.moves(scope, row, current, order):
            section = _section(scope, order)
            scope.state.update("module", current.id, section=section["id"])
            scope.refresh()
            place(scope, section["id"], current.id, wanted)
        elif (
            "position" in changes
            and current.id in (ours := scope.module_positions(module["section"]))
            and not positions.fits(ours, current.id, wanted)
        ):
            place(scope, module["section"], current.id, wanted)
        key, course = order.key, scope.require_course()["id"]
        if "package_digest" in changes:
            outbox.add(scope.state, "package_replaced", course, scope.promotion, key)
        if activity_type(current.modname).completion_fields & changes.keys():
            completion.reset(scope.state, scope.state.get("module", current.id) or module)
            outbox.add(scope.state, "completion_unlocked", course, scope.promotion, key)

    @staticmethod
    def _write(scope: Scope, cmid: int, fields: Fields, order: Order) -> None:
        """Store columns, settings and the file."""
        module = scope.state.get("module", cmid) or {}
        modname = module["modname"]
        columns: dict[str, Any] = {name: fields[name] for name in _COLUMNS if name in fields}
        if modname == "label" and "intro" in fields:
            columns["name"] = TAG.sub("", fields["intro"]).strip()[:50] or "Text and media area"
        elif modname != "label" and "name" in fields:
            columns["name"] = clean_name(fields["name"])
        if "availability" in fields:
            columns["availability"] = availability_stored(scope, fields["availability"])
        kept = [name for name in activity_type(modname).types if name in fields and name not in {*_FILE_FIELDS, "name"}]
        columns["settings"] = json.dumps({**json.loads(module["settings"]), **{name: fields[name] for name in kept}})
        if modname == "folder" and "file_digest" in fields:
            columns["file"] = listing_digest(draft_files(scope.state, scope.user, order.draftitemid))
            move_draft(scope.state, scope.user, order.draftitemid, owner="folder", itemid=cmid)
        elif "package_digest" in fields or "file_digest" in fields:
            filename, data, digest = draft_file(scope.state, scope.user, order.draftitemid)
            columns.update(file=digest, filename=filename)
            if modname == "scorm":
                install(scope.state, cmid, read_package(data))
        scope.state.update("module", cmid, timemodified=scope.state.now(), **columns)

    def beside(self, scope: Scope, moodle_id: int, written: Fields, order: Order, known: Fields) -> Fields:
        """Remember which file a package's digest stands for."""
        del order
        module = scope.state.get("module", moodle_id)
        if module is None or "package_digest" not in written:
            return known
        return {**known, "file": module["file"], "package_digest": written["package_digest"]}


def _check_conditions(found: ActivityType, fields: Fields) -> None:
    """Refuse automatic completion without a condition: Moodle would mark everybody as done."""
    conditions = found.completion_fields - {"completion"}
    if fields["completion"] == 2 and not any(fields.get(name) for name in conditions):
        raise Refusal("invalid", "automatic completion without a condition")


def _position(scope: Scope, module: Row, row: Row | None) -> int:
    """Return the place among ours; the one last declared while people keep the activity in another section."""
    kept = decoded(row, "declared").get("position", -1)
    return scope.module_positions(module["section"]).get(module["id"], int(kept))


def _section(scope: Scope, order: Order) -> Row:
    """Return the section that an order names. Raises Refusal when it is not there."""
    row = scope.row(order.sectionkey, "section")
    section = scope.state.get("section", row["moodleid"]) if row else None
    if section is None or section["course"] != scope.require_course()["id"]:
        raise Refusal("missing", f"the section is not there: {order.sectionkey}")
    return section


def _file_fields(scope: Scope, module: Row, row: Row | None) -> Fields:
    """Return the fields that stand for a file: our digest while the file is still the one that it stood for."""
    if module["modname"] == "scorm":
        extra = decoded(row, "extra")
        if extra.get("file") and extra["file"] == module["file"]:
            return {"package_digest": extra["package_digest"]}
        sha1 = scope.state.value("SELECT sha1 FROM content WHERE sha256 = ?", module["file"]) or ""
        return {"package_digest": f"sha1:{sha1}"}
    if module["modname"] == "folder":
        return {"file_digest": module["file"]}
    if module["modname"] == "resource":
        return {"file_digest": module["file"], "filename": module["filename"]}
    return {}


def _check_file(scope: Scope, fields: Fields, order: Order, *, several: bool) -> None:
    """Refuse a file that is not the one announced."""
    if "file_digest" not in fields:
        if "filename" in fields:
            raise Refusal("invalid", "filename changes only with the file")
        return
    if several:
        if listing_digest(draft_files(scope.state, scope.user, order.draftitemid)) != fields["file_digest"].lower():
            raise Refusal("invalid", "file_digest is not that of the files sent")
        return
    filename, _, digest = draft_file(scope.state, scope.user, order.draftitemid)
    if digest != fields["file_digest"].lower():
        raise Refusal("invalid", "file_digest is not that of the file sent")
    if fields.get("filename", filename) != filename:
        raise Refusal("invalid", "filename is not that of the file sent")


def place(scope: Scope, section: int, cmid: int, wanted: int) -> None:
    """Put an activity after the nearest of ours that comes before it; what people added keeps its order."""
    rows = scope.state.rows("SELECT id FROM module WHERE section = ? AND id <> ? ORDER BY rank, id", section, cmid)
    others = [row["id"] for row in rows]
    ours = {item: position for item, position in scope.module_positions(section).items() if item in others}
    previous = positions.predecessor(ours, cmid, wanted)
    if previous is not None:
        index = others.index(previous) + 1
    else:
        index = next((others.index(item) for item in ours), len(others))
    for rank, item in enumerate([*others[:index], cmid, *others[index:]]):
        scope.state.update("module", item, rank=rank)
