"""The three-way comparison of one object, field by field (design.md §4).

``declared`` is compared with what was declared last time, ``seen`` with what Moodle gave back last time; only the last
question, whether both agree, compares across, with the field's normaliser.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from sync_service.domain.fields import FieldSpec, covers, same, spec
from sync_service.domain.lms_state import LmsObject, SeenObject
from sync_service.domain.normalise import MISSING, Value


class Verdict(StrEnum):
    """What a field needs."""

    NOTHING = "nothing"
    UPDATE = "update"
    RESTORE = "restore"
    RECORD = "record"
    DRIFT = "drift"
    CONFLICT = "conflict"


def judge(
    known: FieldSpec,
    *,
    declared: Value,
    seen: Value,
    before: Value = MISSING,
    applied: Value = MISSING,
    owned: bool = False,
) -> Verdict:
    """Judge one field; ``before`` and ``applied`` are the base, missing where cyclesync never wrote the field."""
    declared_moved = not same(known, declared, before)
    seen_moved = not same(known, seen, applied)
    if covers(known, seen, declared):
        return Verdict.RECORD if declared_moved else Verdict.NOTHING
    if declared_moved:
        return Verdict.CONFLICT if seen_moved else Verdict.UPDATE
    if seen_moved:
        return Verdict.RESTORE if owned else Verdict.DRIFT
    return Verdict.NOTHING


def compare(wanted: LmsObject, seen: SeenObject) -> Mapping[str, Verdict]:
    """Judge every declared field; one that is written at creation only is told, never changed."""
    verdicts: dict[str, Verdict] = {}
    for name, declared in wanted.fields.items():
        known = spec(wanted.kind, wanted.modname, name)
        if known.derived:
            continue
        verdict = judge(
            known, declared=declared, seen=seen.fields.get(name, MISSING), owned=name in wanted.owns,
            before=MISSING if seen.base is None else seen.base.declared.get(name, MISSING),
            applied=MISSING if seen.base is None else seen.base.applied.get(name, known.unset),
        )  # fmt: skip
        told = known.born and verdict in {Verdict.UPDATE, Verdict.RESTORE}
        verdicts[name] = Verdict.CONFLICT if told else verdict
    return verdicts
