"""The office's papers, issued at the moment when each is needed; the demonstration's mark stands where a logo would."""

from __future__ import annotations

from pathlib import Path

from sync_service.cli.demo.story import Story
from sync_service.cli.documents import issue_one, papers_of
from sync_service.cli.opening import write_text
from sync_service.usecases.papers import Asked, kind_named

PAPERS = "papiers"


def issue(
    story: Story, kind: str, *, session: str = "", jury: str = "", candidate: str = "", first: bool = False
) -> list[Path]:
    """Issue the documents of a kind in the folder of papers, only one with ``first``; return where they are."""
    made = papers_of(story.app, story.files(), None)
    wanted, _ = made.wanted(Asked(kind_named(kind), session, jury, candidate))
    written = []
    for one in wanted[:1] if first else wanted:
        done = issue_one(story.app, made, one, _mark(story), "")
        path = story.out / PAPERS / f"{one.name}.pdf"
        write_text(path, done.content, private=True)
        written.append(path)
    return written


def _mark(story: Story) -> bytes | None:
    config = story.app.config
    return config.path(config.logo).read_bytes() if config.logo else None
