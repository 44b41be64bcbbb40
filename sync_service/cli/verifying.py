"""A whole verification: the register, then the documents it names; kept in its table, with the alarm that it raises."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sync_service.domain.alarm import PROCEDURE
from sync_service.errors import LedgerError, UsageError

if TYPE_CHECKING:
    from sync_service.adapters.ledger_sql import Stores, Verification
    from sync_service.bootstrap import App
    from sync_service.config import Config
    from sync_service.ports import BlobStore
    from sync_service.usecases.verify import Documents


def verify_all(
    app: App, *, against: Path | None = None, strict: bool = False, with_documents: bool = True
) -> tuple[Verification, Documents | None]:
    """Verify the register and its documents, and keep the result."""
    from sync_service.adapters.ledger_sql import record_verification

    done, documents = look_at_all(app, against=against, strict=strict, with_documents=with_documents)
    record_verification(app.stores, done, strict=strict, now=app.clock.now())
    return done, documents


def rebuild_derived(app: App) -> tuple[int, Verification]:
    """Make again what follows from the lines, when it alone is wrong, then verify; return how many heads, what was found.

    Raises:
        AlteredRegisterError: the lines themselves are not in order: nothing follows from them.
    """
    from sync_service.adapters.ledger_sql import rebuild, verify_register
    from sync_service.errors import AlteredRegisterError

    wrong = verify_register(app.stores, derived=False).grave
    if wrong:
        raise AlteredRegisterError(
            f"Les lignes elles-mêmes ne sont pas en ordre ({wrong[0].rstrip('.')}) : rien n’a été refait. Suivez « Si la "
            f"vérification échoue » ({PROCEDURE}).",
            wrong,
        )
    heads = rebuild(app.stores)
    return heads, verify_all(app, strict=False)[0]


def look_at_all(
    app: App, *, against: Path | None, strict: bool, with_documents: bool
) -> tuple[Verification, Documents | None]:
    """Verify the register, then its documents when its lines can be read; nothing is written."""
    from sync_service.adapters.ledger_sql import verify_register

    done = verify_register(app.stores, against=against, strict=strict, now=app.clock.now())
    return _with_documents(app.stores, app.blobs, done) if with_documents else (done, None)


def look_at_copy(config: Config, copy: Path, seal: Path | None) -> Verification:
    """Verify a backup that is being made, with the keys and the documents that go with it. Raises StoreError."""
    from contextlib import closing

    from sync_service.adapters.blobs import FileBlobs
    from sync_service.adapters.ledger_sql import open_register, verify_register
    from sync_service.adapters.ledger_sql.backups import DATABASE, KEYS
    from sync_service.bootstrap import register_secrets, signing_cure

    url, secrets, cure = f"sqlite:///{copy / DATABASE}", register_secrets(config), partial(signing_cure, config)
    with closing(open_register(url, copy / KEYS, secrets, checkpoints_dir=None, key_cure=cure)) as stores:
        done = verify_register(stores, against=seal)
        return _with_documents(stores, FileBlobs(copy / "blobs", stores.register.keys), done)[0]


def newest_seal(config: Config) -> Path | None:
    """Return the longest checkpoint in the configured folder, None when there is none."""
    folder = config.register_.checkpoints_dir
    found = sorted(config.path(folder).glob("*.checkpoint")) if folder else []
    return found[-1] if found else None


def _with_documents(stores: Stores, blobs: BlobStore, done: Verification) -> tuple[Verification, Documents | None]:
    from time import perf_counter

    from sync_service.usecases.verify import check_documents

    start = perf_counter()
    try:
        documents = check_documents(stores.ledger, blobs)
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
