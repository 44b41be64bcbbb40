"""The daemon's jobs and what each does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time

import structlog

from sync_service.bootstrap import App
from sync_service.cli.planning import apply_promotion, log_plan, plan_promotion, put_statuses
from sync_service.config import Config, DaemonSettings
from sync_service.domain.jobs import Daily, Every, Job, in_window
from sync_service.domain.plan import Plan
from sync_service.domain.promotion import PromotionFiles
from sync_service.errors import CyclesyncError, PartialError


def jobs(config: Config) -> tuple[Job, ...]:
    """Return the jobs of an installation; the full pull comes first, so that a first start reads everything."""
    settings = config.daemon
    return (
        Daily("full-pull", time.fromisoformat(settings.full_pull_at), settings.zone),
        Every("pull", settings.pull_minutes),
        Daily("plan", time.fromisoformat(settings.plan_at), settings.zone),
        Daily("checkpoint", time.fromisoformat(settings.checkpoint_at), settings.zone),
    )


def actions(app: App) -> Mapping[str, Callable[[], None]]:
    """Return what each job does."""
    return {
        "full-pull": lambda: _pull(app, full=True),
        "pull": lambda: _pull(app, full=False),
        "plan": lambda: _plan(app),
        "checkpoint": lambda: _checkpoint(app),
    }


def _pull(app: App, *, full: bool) -> None:
    """Pull every site; one that fails does not keep the others waiting, and the job counts as failed."""
    log = structlog.get_logger()
    failed = []
    for key, watched in app.watched_by_site().items():
        try:
            result = app.pull_site(key, watched, full=full, accept_loss="")
        except CyclesyncError as error:
            failed.append(key)
            log.error("pull_failed", site=key, sentence=error.sentence)  # noqa: TRY400 # the sentence is the whole story
            continue
        for files in watched:
            put_statuses(app, files)
        log.info(
            "pulled",
            site=key,
            route=result.route,
            facts=result.facts,
            written=result.written,
            unread=len(result.unread),
        )
    if failed:
        raise PartialError(f"Relevé impossible pour {', '.join(failed)}.")


def _plan(app: App) -> None:
    """Plan every managed promotion and report drift; apply only the kinds that config.toml allows, in the window."""
    for watched in app.watched_by_site().values():
        for files in watched:
            if app.site(files.promotion).mode == "manage":
                plan = plan_promotion(app, files)
                log_plan(plan)
                if may_apply(plan, app.config.daemon, app.clock.now()):
                    _apply(app, files, plan)


def may_apply(plan: Plan, settings: DaemonSettings, now: datetime) -> bool:
    """Tell whether the daemon may apply a plan by itself: only listed kinds, no guard, in the window, not too much."""
    start, end = time.fromisoformat(settings.auto_apply_from), time.fromisoformat(settings.auto_apply_until)
    return (
        0 < len(plan.changes) <= settings.auto_apply_max
        and not plan.guards
        and all(change.kind.value in settings.auto_apply for change in plan.changes)
        and in_window(now, start, end, settings.zone)
    )


def _apply(app: App, files: PromotionFiles, plan: Plan) -> None:
    result = apply_promotion(app, files, plan.fingerprint)
    structlog.get_logger().info("applied", promotion=plan.promotion, done=len(result.of("done")))
    result.raise_if_partial()


def _checkpoint(app: App) -> None:
    from sync_service.adapters.ledger_sql import sign_checkpoint

    sign_checkpoint(app.stores, app.clock.now())
