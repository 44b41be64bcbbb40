"""The one place where the command line writes a file that names people: 0600, and a line of the register (design.md §4)."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sync_service.cli.opening import write_text
from sync_service.domain.act import Filing
from sync_service.domain.event import Actor
from sync_service.errors import UsageError
from sync_service.usecases.exports import Export, export_draft

if TYPE_CHECKING:
    from sync_service.bootstrap import App
    from sync_service.domain.promotion import PromotionFiles

UNMAPPED = Actor(kind="system", ref="unmapped-account", channel="cli", capacity="compte rattaché à personne")
"""Who exports when the account is nobody in config.toml: it may read, and the register says so."""


def filing_of(app: App, files: PromotionFiles | None) -> Filing:
    """Return the circumstances of an export, by whom the account of this machine is."""
    from sync_service.bootstrap import cli_actor
    from sync_service.usecases.open_promotion import referential_ref

    try:
        actor = cli_actor(app.config)
    except UsageError:
        actor = UNMAPPED
    now, run = app.clock.now(), app.run_id()
    if files is None:
        return Filing(actor, "", "", None, now, run)
    return Filing(actor, files.promotion.id, files.cycle.id, referential_ref(files.cycle), now, run)


def write_export(app: App, files: PromotionFiles | None, path: Path, content: bytes, made: Export) -> None:
    """Write a file that names people, and record it: neither stays without the other.

    Raises:
        StoreError: it cannot be written; then nothing is recorded.
    """
    write_text(path, content, private=True, before=lambda: record_export(app, files, sha256(content).hexdigest(), made))


def record_export(app: App, files: PromotionFiles | None, digest: str, made: Export) -> None:
    """Record that a file, or a folder whose list has this digest, was produced."""
    filing = filing_of(app, files)
    zone = ZoneInfo(files.promotion.zone if files else app.config.daemon.zone)
    draft = export_draft(filing, made, digest, head=app.stores.ledger.head(), zone=zone)
    app.stores.ledger.append([draft], now=filing.observed_at)
