"""Plan: read Moodle, compare, keep the result under its code for the person who will apply it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sync_service.domain.changes import object_name
from sync_service.domain.guards import Allow, GuardName
from sync_service.domain.lms_state import CourseState, LmsObject, SiteInfo
from sync_service.domain.plan import SHORTEST_CODE, Plan
from sync_service.domain.planner import build_plan
from sync_service.errors import GuardError, MoodleAccessError, SiteChangedError, UsageError
from sync_service.ports import Clock, Lms, PlanStore

KEPT = timedelta(days=7)
"""How long a plan can be applied after it was shown."""


@dataclass(frozen=True, slots=True)
class PlanInput:
    """The declared course with its files, and what the caller knows about people and packages."""

    objects: tuple[LmsObject, ...]
    files: Mapping[str, Path | bytes | Mapping[str, bytes]] = field(default_factory=dict)
    """Key of a scorm, resource or folder → the file that it carries, its bytes, or its files by name."""
    renames: Mapping[str, str] = field(default_factory=dict)
    """New key → old key, of objects declared with ``was``."""
    people_notes: tuple[str, ...] = ()
    """French sentences about people who could not be matched."""
    notes: tuple[str, ...] = ()
    """French sentences about what the layout asks for and this site does not get."""
    lost: Mapping[str, int] = field(default_factory=dict)
    """Key of a package → people whose result its replacement would erase, when that is known."""


def make_plan(
    lms: Lms,
    wanted: PlanInput,
    *,
    promotion: str,
    mode: str = "manage",
    allow: Sequence[Allow] = (),
    only: Sequence[str] = (),
    site_uid: str = "",
    info: SiteInfo | None = None,
) -> Plan:
    """Read the site twice (info, course) and return the plan; nothing is written.

    ``site_uid`` is the site known under this configuration key, when one is; ``info`` is what the site said of itself
    when the caller just asked.

    Raises:
        GuardError: the site is in observe mode.
        MoodleError: Moodle could not be read, or is not the site it was.
    """
    require_manage(mode)
    state = _read(lms, promotion, site_uid, info or lms.info())
    _check_only(wanted, only)
    return plan_from(state, wanted, promotion=promotion, allow=allow, only=only)


def plan_from(
    state: CourseState, wanted: PlanInput, *, promotion: str, allow: Sequence[Allow] = (), only: Sequence[str] = ()
) -> Plan:
    """Compare a state that was read with what is wanted."""
    plan = build_plan(
        promotion, wanted.objects, state, renames=wanted.renames, allow=allow, only=only, lost=wanted.lost,
        people_notes=wanted.people_notes,
    )  # fmt: skip
    return replace(plan, notes=(*plan.notes, *wanted.notes))


def require_manage(mode: str) -> None:
    """Raise GuardError unless the site may be written to."""
    if mode != "manage":
        raise GuardError(
            "Ce site est en mode « observe »\u202f: rien n’y est écrit. Pour préparer un aperçu des changements, "
            'écrivez mode = "manage" dans config.toml et installez le greffon local_cyclesync.'
        )


def save_plan(plan: Plan, plans: PlanStore, clock: Clock) -> None:
    """Keep a plan for seven days under the first characters of its fingerprint, so that a longer part finds it too."""
    payload: dict[str, Any] = {
        "fingerprint": plan.fingerprint,
        "only": list(plan.only),
        "lost": {guard.key: guard.affected for guard in plan.guards if guard.name is GuardName.ATTEMPT_LOSS},
        "changes": [
            {"id": c.id, "key": c.key, "verb": c.verb.value, "title": c.title, "fields": sorted(c.wanted)}
            for c in plan.changes
        ],
    }
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True)
    plans.save(plan.fingerprint[:SHORTEST_CODE], plan.promotion, text, expires_at=clock.now() + KEPT)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A plan as it was shown: the changes that a person approved, by id."""

    fingerprint: str
    only: tuple[str, ...]
    lost: Mapping[str, int]
    """Key of a package → people who would have lost a result when the plan was shown."""
    changes: Mapping[str, Mapping[str, Any]]
    """Id → key, verb, title, fields."""


def load_reviewed(plans: PlanStore, clock: Clock, *, promotion: str, code: str) -> Reviewed:
    """Find a plan again by its code, 12 characters or more of its fingerprint.

    Raises:
        UsageError: the code is too short.
        GuardError: no such plan, or it expired, or it belongs to another promotion.
    """
    code = "".join(c for c in code.lower() if c.isalnum())
    if len(code) < SHORTEST_CODE:
        raise UsageError(
            f"Le code de l’aperçu compte au moins {SHORTEST_CODE} caractères\u00a0: recopiez-le en entier."
        )
    found = plans.load(code[:SHORTEST_CODE], now=clock.now())
    payload: dict[str, Any] = json.loads(found[1]) if found is not None else {"fingerprint": ""}
    if found is None or not str(payload["fingerprint"]).startswith(code):
        raise GuardError(
            f"Aucun aperçu n’a ce code, ou il a plus de 7\u00a0jours\u00a0: relancez «\u00a0cyclesync plan {promotion}\u00a0»."
        )
    if found[0] != promotion:
        raise GuardError(
            f"Ce code est celui d’un aperçu de {found[0]}, pas de {promotion}\u00a0: vérifiez la commande."
        )
    changes = {str(change["id"]): change for change in payload["changes"]}
    return Reviewed(str(payload["fingerprint"]), tuple(payload["only"]), payload["lost"], changes)


def _read(lms: Lms, promotion: str, site_uid: str, info: SiteInfo) -> CourseState:
    if info.api < 1:
        raise MoodleAccessError(
            "Le greffon local_cyclesync ne répond pas sur ce site\u00a0: installez-le, ou passez en mode « observe ».",
            code="no_plugin", function="local_cyclesync_get_info",
        )  # fmt: skip
    state = lms.course_state(promotion)
    if state.site_uid != info.site_uid or (site_uid and state.site_uid != site_uid):
        raise SiteChangedError(
            "Un autre site Moodle répond à cette adresse que celui qui était connu\u202f: rien n’a été écrit. "
            "Vérifiez l’adresse, ou donnez au nouveau site une clé à lui dans config.toml."
        )
    return state


def _check_only(wanted: PlanInput, only: Sequence[str]) -> None:
    """Refuse a name after ``--only`` that nothing bears. Raises UsageError."""
    names = {part for item in wanted.objects for part in (item.kind.value, item.key, object_name(item.key))}
    for name in only:
        if name not in names:
            kinds = ", ".join(sorted({item.kind.value for item in wanted.objects}))
            raise UsageError(
                f"--only {name} ne désigne rien\u00a0: donnez une sorte ({kinds}) ou un objet de la promotion."
            )
