"""The daemon's jobs and what each does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import time

import structlog

from sync_service.bootstrap import App
from sync_service.cli.planning import plan_promotion, report_plan
from sync_service.config import Config
from sync_service.domain.jobs import Daily, Every, Job, in_window
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
                report_plan(plan, files.promotion.id)
                _auto_apply(app, files.promotion.id, plan)


def _checkpoint(app: App) -> None:
    from sync_service.adapters.ledger_sql import sign_checkpoint

    sign_checkpoint(app.stores, app.clock.now())
