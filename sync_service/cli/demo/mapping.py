"""The administrator's part of the story: read a plan, apply it, finish a run that was cut short."""

from __future__ import annotations

from contextlib import suppress

from sync_service.cli.demo.story import Story
from sync_service.cli.planning import Progress, apply_promotion, plan_promotion, render_html
from sync_service.domain.changes import Change


class CutShortError(BaseException):
    """Stands for a machine that stops in the middle of an apply; nothing may catch it on the way."""


def apply_all(story: Story, *, cut_after: int = 0) -> None:
    """Plan and apply. With ``cut_after``, the first run stops after that many writes and the same command ends it.

    Raises:
        PartialError: something was refused; the story is wrong.
    """
    files = story.files()
    plan = plan_promotion(story.app, files)
    if plan.empty:
        return
    if cut_after:
        story.page("apercu-premier-jour.html", render_html(story.app, plan, files))
        with suppress(CutShortError):
            apply_promotion(story.app, files, plan.fingerprint, on_progress=_cutter(cut_after))
    apply_promotion(story.app, files, plan.fingerprint).raise_if_partial()


def _cutter(writes: int) -> Progress:
    def cut(number: int, total: int, change: Change) -> None:
        del total, change
        if number > writes:
            raise CutShortError

    return cut
