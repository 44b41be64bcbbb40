"""Planning and applying one promotion: what the commands, the daemon and the demonstration share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from sync_service.bootstrap import App
from sync_service.daemon import owner_name
from sync_service.domain import french
from sync_service.domain.changes import Change, Finding
from sync_service.domain.guards import Allow
from sync_service.domain.keys import make_key
from sync_service.domain.lms_state import Kind
from sync_service.domain.plan import Plan
from sync_service.domain.promotion import PromotionFiles
from sync_service.ports import Lms, Write
from sync_service.usecases.apply import ApplyResult, apply_plan
from sync_service.usecases.people import known_people, wanted_enrolments
from sync_service.usecases.plan import PlanInput, make_plan, require_manage, save_plan
from sync_service.usecases.status import publish_statuses

NOT_COMPLETED = (
    "L’achèvement de cours que demande la disposition (course_completion) n’est pas déclaré\u00a0: Moodle écrirait à "
    "chaque stagiaire qui achève le cours, et ce site est réglé sur notify = false."
)
Progress = Callable[[int, int, Change], None]


def plan_promotion(app: App, files: PromotionFiles, *, allow: Sequence[Allow] = (), only: Sequence[str] = ()) -> Plan:
    """Read Moodle, compare, keep the plan for seven days. Raises GuardError, MoodleError."""
    promotion, mode = files.promotion, app.site(files.promotion).mode
    require_manage(mode)
    lms = app.lms(promotion)
    info = lms.info()
    site_uid = info.site_uid
    pin = app.pin(promotion.moodle.site)
    pin.write(site_uid)
    wanted = _wanted(app, files, site_uid, linked=True)
    plan = make_plan(lms, wanted, promotion=promotion.id, mode=mode, allow=allow, only=only, info=info)
    lost = _losses(lms, wanted, plan, app.run_id())
    if lost:
        told = replace(wanted, lost=lost)
        plan = make_plan(lms, told, promotion=promotion.id, mode=mode, allow=allow, only=only, info=info)
    save_plan(plan, app.stores.plans, app.clock)
    return plan


def _wanted(app: App, files: PromotionFiles, site_uid: str, *, linked: bool) -> PlanInput:
    """Return the declared course, with the people whose account is known; the others are told."""
    notes: tuple[str, ...] = ()
    if linked:
        matched = app.link(files, site_uid)
        notes = tuple(
            f"{item.candidate.identity.full_name if item.candidate.identity else 'Identité effacée'} : {item.sentence}"
            for item in matched.undecided
        )
    course = app.desired(files, wanted_enrolments(app.stores.ledger, files.promotion, site_uid))
    renames = {rename.key: rename.was for rename in course.renames}
    silent = files.layout.course_completion and not app.site(files.promotion).notify
    return PlanInput(course.objects, course.files, renames, notes, (NOT_COMPLETED,) if silent else ())


def _losses(lms: Lms, wanted: PlanInput, plan: Plan, run: str) -> dict[str, int]:
    """Ask Moodle, without writing, which package replacements would erase results, and of how many people."""
    lost = {}
    for change in plan.changes:
        package = wanted.files.get(change.key)
        replaced = change.modname == "scorm" and change.write == "update" and "package_digest" in change.wanted
        if replaced and change.learners and isinstance(package, Path):
            asked = Write(
                key=change.key, kind=Kind.MODULE, verb="update", parent=change.parent, fields=change.wanted,
                expect=change.expect, modname=change.modname, moodle_id=change.moodle_id, package=package, dry_run=True,
            )  # fmt: skip
            answer = lms.write(asked, run=run)
            lost[change.key] = max(answer.affected, 1) if answer.code == "attempt_loss" else 0
    return lost


def apply_promotion(
    app: App,
    files: PromotionFiles,
    fingerprint: str,
    *,
    allow: Sequence[Allow] = (),
    on_progress: Progress | None = None,
) -> ApplyResult:
    """Do what was approved. Raises GuardError, LockedError, MoodleError."""
    promotion = files.promotion
    mode = app.site(promotion).mode
    require_manage(mode)
    key = promotion.moodle.site
    site_uid = app.pin(key).read()
    return apply_plan(
        app.lms(promotion),
        lambda: _wanted(app, files, site_uid, linked=False),
        plans=app.stores.plans,
        journal=app.stores.journal,
        locks=app.stores.locks,
        clock=app.clock,
        promotion=promotion.id,
        fingerprint=fingerprint,
        run=app.run_id(),
        owner=owner_name(),
        mode=mode,
        allow=allow,
        site_uid=site_uid,
        on_progress=on_progress,
    )


def put_statuses(app: App, files: PromotionFiles) -> int:
    """Send each trainee's situation to « Où j’en suis », where the site accepts it; return how many were stored."""
    site = app.site(files.promotion)
    if not (site.candidate_status and site.mode == "manage"):
        return 0
    site_uid = app.pin(files.promotion.moodle.site).read()
    return publish_statuses(app.stores.ledger, app.lms(files.promotion), files, site_uid, now=app.clock.now())


def render_html(app: App, plan: Plan, files: PromotionFiles, *, named: bool = False) -> str:
    """Draw a plan as a page that can be sent: nobody is named in it, unless ``named``, for the office only (ADR 0012)."""
    from sync_service.adapters.preview import to_html
    from sync_service.cli.marking import notices

    names = _names(app, files) if named else {}
    shown = plan if named or not plan.people_notes else replace(plan, people_notes=(_unnamed(len(plan.people_notes)),))
    zone = ZoneInfo(files.promotion.zone)
    return to_html(shown, label=_label(files), zone=zone, names=names, notices=notices(app))


def _unnamed(number: int) -> str:
    told = french.count(number, "personne attend", "personnes attendent")
    return f"{told} une décision\u00a0: leurs noms sont à l’écran, et dans l’aperçu fait avec --with-names."


def render_text(app: App, plan: Plan, files: PromotionFiles) -> str:
    """Write a plan for a terminal."""
    from sync_service.adapters.preview import to_text

    return to_text(plan, label=_label(files), zone=ZoneInfo(files.promotion.zone), names=_names(app, files))


def _label(files: PromotionFiles) -> str:
    return f"{files.cycle.title}, promotion {files.promotion.label}"


def _names(app: App, files: PromotionFiles) -> dict[str, str]:
    """Return the names of people by the key of their enrolment."""
    known = known_people(app.stores.ledger)
    return {
        make_key(files.promotion.id, f"e-{person.subject.lower()}"): person.identity.full_name
        for person in known.values()
        if person.identity is not None
    }


def log_plan(plan: Plan) -> None:
    """Say in the log what a nightly plan found; names of people stay out of it."""
    drift = [item.key for item in plan.observations if item.finding is Finding.DRIFT]
    structlog.get_logger().info(
        "planned",
        promotion=plan.promotion,
        changes=len(plan.changes),
        drift=drift,
        guards=[g.name.value for g in plan.guards],
    )
