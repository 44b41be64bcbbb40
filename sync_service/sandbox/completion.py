"""Completion as Moodle keeps it: rules met once are not taken back by what comes after."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sync_service.sandbox import course_completion, outbox
from sync_service.sandbox.activity_types import ACTIVITY_TYPES
from sync_service.sandbox.state import Row, State

INCOMPLETE, COMPLETE = 0, 1
STATUS_BITS = {"passed": 2, "completed": 4}
"""Bits of completionstatusrequired."""
_ANY_STATUS = 6


@dataclass(frozen=True, slots=True)
class Rule:
    """One condition of an activity, and what Moodle calls it."""

    name: str
    description: str


def rules(module: Row) -> list[Rule]:
    """Return the conditions of an activity, in the order in which Moodle lists them."""
    if module["completion"] != 2:
        return []
    found = [Rule("completionview", "View")] if module["completionview"] else []
    settings = json.loads(module["settings"])
    rule = ACTIVITY_TYPES[module["modname"]].rule
    value = settings.get(rule) if rule else None
    if value and rule == "completionsubmit":
        found.append(Rule(rule, "Make a submission"))
    elif value:
        words = {2: "Pass the activity", 4: "Complete the activity", 6: "Complete or pass the activity"}
        found.append(Rule(rule, words[value]))
    return found


def is_met(state: State, module: Row, rule: Rule, userid: int) -> bool:
    """Tell whether somebody meets one condition now."""
    cmid = module["id"]
    if rule.name == "completionview":
        return state.value("SELECT 1 FROM viewed WHERE cmid = ? AND userid = ?", cmid, userid) is not None
    if rule.name == "completionsubmit":
        sql = "SELECT status FROM submission WHERE cmid = ? AND userid = ? ORDER BY attemptnumber DESC"
        return bool(state.value(sql, cmid, userid) == "submitted")
    required = json.loads(module["settings"])["completionstatusrequired"]
    sql = """SELECT value FROM track JOIN attempt ON attempt.id = attemptid WHERE cmid = ? AND userid = ?
        AND element IN ('cmi.core.lesson_status', 'cmi.completion_status', 'cmi.success_status')"""
    bits = [STATUS_BITS.get(row["value"], 0) for row in state.rows(sql, cmid, userid)]
    return any(bit and required in {bit, _ANY_STATUS} for bit in bits)


def current(state: State, cmid: int, userid: int) -> Row:
    """Return somebody's stored completion, incomplete when nothing is stored."""
    found = state.one("SELECT * FROM completion WHERE cmid = ? AND userid = ?", cmid, userid)
    return found or {"cmid": cmid, "userid": userid, "state": INCOMPLETE, "overrideby": None, "timemodified": 0}


def update(state: State, module: Row, userid: int, *, possible: int) -> None:
    """Work a completion out again after something happened that may have made it ``possible``.

    What is already as ``possible`` says is left as it is, which makes completion stick.
    """
    if module["completion"] != 2:
        return
    before = current(state, module["id"], userid)
    if before["state"] == possible or before["overrideby"]:
        return
    conditions = rules(module)
    reached = bool(conditions) and all(is_met(state, module, rule, userid) for rule in conditions)
    if int(reached) != before["state"]:
        store(state, module, userid, int(reached))


def store(state: State, module: Row, userid: int, value: int, *, overrideby: int | None = None) -> None:
    """Write a completion and tell the feed."""
    sql = """INSERT INTO completion (cmid, userid, state, overrideby, timemodified) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (cmid, userid) DO UPDATE SET state = excluded.state, overrideby = excluded.overrideby,
        timemodified = excluded.timemodified"""
    state.run(sql, module["id"], userid, value, overrideby, state.now())
    outbox.touch_activity(state, module["id"], userid)
    if value:
        course_completion.note(state, module, userid)


def viewed(state: State, module: Row, userid: int) -> None:
    """Remember that somebody opened an activity, when that counts."""
    if module["completion"] != 2 or not module["completionview"]:
        return
    state.run("INSERT OR IGNORE INTO viewed (cmid, userid) VALUES (?, ?)", module["id"], userid)
    update(state, module, userid, possible=COMPLETE)


def reset(state: State, module: Row) -> None:
    """Erase every completion of an activity and work it out again, as unlocking does: no event says so."""
    people = [row["userid"] for row in state.rows("SELECT userid FROM completion WHERE cmid = ?", module["id"])]
    state.run("DELETE FROM completion WHERE cmid = ?", module["id"])
    for userid in people:
        update(state, module, userid, possible=COMPLETE)


def details(state: State, module: Row, userid: int) -> dict[str, Any]:
    """Return what core's replies say of somebody's completion of an activity."""
    stored = current(state, module["id"], userid)
    shown = [
        {
            "rulename": rule.name,
            "rulevalue": {"status": int(is_met(state, module, rule, userid)), "description": rule.description},
        }
        for rule in rules(module)
    ]
    return {
        "state": stored["state"], "timecompleted": stored["timemodified"], "overrideby": stored["overrideby"],
        "hascompletion": True, "isautomatic": module["completion"] == 2, "details": shown,
        "isoverallcomplete": stored["state"] in {1, 2},
    }  # fmt: skip
