"""A whole verification: the register, then the documents it names; kept in its table, with the alarm that it raises."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sync_service.errors import UsageError

if TYPE_CHECKING:
    from sync_service.adapters.ledger_sql import Verification
    from sync_service.bootstrap import App
    from sync_service.usecases.verify import Documents


def verify_all(
    app: App, *, against: Path | None = None, strict: bool = False, with_documents: bool = True
) -> tuple[Verification, Documents | None]:
    """Verify the register and its documents, and keep the result."""
    from sync_service.adapters.ledger_sql import record_verification

    done, documents = look_at_all(app, against=against, strict=strict, with_documents=with_documents)
    record_verification(app.stores, done, strict=strict, now=app.clock.now())
    return done, documents


def look_at_all(
    app: App, *, against: Path | None, strict: bool, with_documents: bool
) -> tuple[Verification, Documents | None]:
    """Verify the register, then its documents when its lines can be read; nothing is written."""
    from time import perf_counter

    from sync_service.adapters.ledger_sql import verify_register
    from sync_service.errors import LedgerError
    from sync_service.usecases.verify import check_documents

    done = verify_register(app.stores, against=against, strict=strict)
    if not with_documents:
        return done, None
    start = perf_counter()
    try:
        documents = check_documents(app.stores.ledger, app.blobs)
    except (LedgerError, ValueError, KeyError):
        return done, None  # lines that cannot be read name no document; they are findings already
    found = documents.findings
    seconds = done.seconds + perf_counter() - start
    return replace(
        done, findings=(*done.findings, *found), grave=(*done.grave, *found), seconds=seconds, documents=documents.read
    ), documents


def go_on_with(app: App, done: Verification, why: str, *, against: Path | None) -> int:
    """Record that the office goes on with what was found; return the line that says so.

    Raises:
        UsageError: nothing was found against the register, or the account of this machine is nobody.
    """
    from sync_service.adapters.ledger_sql import accept, go_on
    from sync_service.bootstrap import cli_actor

    if not done.grave:
        raise UsageError("Rien n’a été trouvé contre le registre : --accept-broken n’a pas d’objet.")
    actor = cli_actor(app.config)
    line = go_on(app.stores, done, actor, why.strip(), app.clock.now())
    after, _ = look_at_all(app, against=against, strict=False, with_documents=done.documents is not None)
    accept(app.stores, after, app.clock.now())
    return line
