"""The one place where the command line writes a file that names people: 0600, and a line of the register (design.md §4)."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sync_service.cli.consulting import consulted
from sync_service.cli.opening import write_text
from sync_service.domain.act import Filing
from sync_service.domain.event import Actor
from sync_service.errors import AlteredRegisterError, StoreError, UsageError
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


def write_export(
    app: App,
    files: PromotionFiles | None,
    path: Path,
    content: bytes,
    made: Export,
    *,
    about: Iterable[str] = (),
    purpose: str = "",
) -> None:
    """Write a file that names people, and record it: neither stays without the other.

    ``about`` are the subjects whose file it shows, that of the export by default; ``purpose`` is why it is read.

    Raises:
        StoreError: it cannot be written; then nothing is recorded.
    """
    digest = sha256(content).hexdigest()

    def record() -> None:
        record_export(app, files, digest, made, about=about, purpose=purpose)

    write_text(path, content, private=True, before=record)


def record_export(
    app: App,
    files: PromotionFiles | None,
    digest: str,
    made: Export,
    *,
    about: Iterable[str] = (),
    purpose: str = "",
) -> None:
    """Record that a file, or a folder whose list has this digest, was produced: a line of the register, and consultations.

    A register found altered takes no line: who has to find out needs to read, and the consultations say it (ADR 0011).
    """
    consulted(app, f"{made.name}/{made.form}", list(about) or [made.subject], purpose=purpose)
    filing = filing_of(app, files)
    zone = ZoneInfo(files.promotion.zone if files else app.config.daemon.zone)
    draft = export_draft(filing, made, digest, head=app.stores.ledger.head(), zone=zone)
    try:
        app.stores.ledger.append([draft], now=filing.observed_at)
    except AlteredRegisterError:
        return


LIST = "SOMMAIRE.txt"
"""The list of a folder’s files, as « sha256sum -c » reads it."""


def write_folder(
    folder: Path,
    contents: Mapping[str, bytes | Iterable[bytes]],
    before: Callable[[str], None],
    *,
    private: bool = True,
) -> str:
    """Write a folder of files, whole or not at all, with the list of their hashes; return the hash of that list.

    ``before`` is given it once all is written and before the folder gets its name. ``private``: its owner only.

    Raises:
        UsageError: there is something of that name already.
        StoreError: it cannot be written; then nothing stays, and nothing is recorded.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} existe déjà : nommez un dossier nouveau avec --out, rien n’est jamais remplacé.")
    try:
        return _write_all(folder, contents, before, private=private)
    except OSError as error:
        raise StoreError(
            f"{folder} ne peut pas être écrit ({error.strerror}) : vérifiez le dossier {folder.parent}, ses droits et la place."
        ) from None


def _write_all(
    folder: Path, contents: Mapping[str, bytes | Iterable[bytes]], before: Callable[[str], None], *, private: bool
) -> str:
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    mode = 0o600 if private else 0o644
    try:
        hashes = {name: _write_one(temporary / name, content, mode) for name, content in sorted(contents.items())}
        listed = "".join(f"{digest}  {name}\n" for name, digest in hashes.items()).encode()
        digest = _write_one(temporary / LIST, listed, mode)
        before(digest)
        temporary.replace(folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    return digest


def _write_one(path: Path, content: bytes | Iterable[bytes], mode: int) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=mode)
    hashed = sha256()
    with path.open("wb") as stream:
        for part in [content] if isinstance(content, bytes) else content:
            hashed.update(part)
            stream.write(part)
    return hashed.hexdigest()
