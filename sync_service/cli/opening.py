"""Opening an installation for one command: its register, and its sandbox when the site is one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog

from sync_service.adapters.clock import SystemClock
from sync_service.bootstrap import App, open_stores
from sync_service.cli.session import Session
from sync_service.config import Config, read_secret
from sync_service.errors import StoreError
from sync_service.logs import set_up_logs
from sync_service.ports import Clock

if TYPE_CHECKING:
    from sync_service.adapters.moodle.transport import OnCall

SANDBOX = "sandbox:"


@contextmanager
def running_sites(config: Config) -> Iterator[dict[str, str]]:
    """Start the sandbox of each site whose address is ``sandbox:<file>``, from its saved state; stop it at the end."""
    with ExitStack() as stack:
        urls = {}
        for key, site in config.sites.items():
            if site.url.startswith(SANDBOX):
                from sync_service.sandbox import Sandbox

                path = config.path(site.url.removeprefix(SANDBOX))
                urls[key] = stack.enter_context(Sandbox.start(path)).url
        yield urls


@contextmanager
def open_app(
    session: Session, *, clock: Clock | None = None, on_call: OnCall | None = None, adding: bool = False
) -> Iterator[App]:
    """Open everything that config.toml names; what was found against the register is said on standard error.

    Raises:
        ConfigError, StoreError: something that it names is wrong or missing.
        AlteredRegisterError: the command is ``adding`` to the register, and nothing may be added to it.
    """
    config = session.config()
    logs = config.path(config.logs) if config.logs else None
    set_up_logs(path=logs, secrets=tokens(config), verbose=session.verbose)
    with running_sites(config) as urls, open_stores(config) as stores:
        if adding:
            stores.require_sound()
        yield App(config, clock or SystemClock(), stores, urls, on_call or _log_call)
        if (alarm := stores.alarm()) is not None:
            session.warn(alarm.line(ZoneInfo(config.daemon.zone)))


def _log_call(function: str, seconds: float, outcome: str, inner: int) -> None:
    """Log one call to Moodle, shown with ``-v``; its parameters stay out of it."""
    structlog.get_logger().debug("call", function=function, seconds=round(seconds, 3), outcome=outcome, inner=inner)


def tokens(config: Config) -> tuple[str, ...]:
    """Return the tokens that can be read, so that no log ever shows one."""
    found = []
    for site in config.sites.values():
        try:
            found.append(read_secret(site.token, config.root).decode("utf-8", "replace"))
        except Exception:  # noqa: BLE001, S112 # the command that needs this token says what is wrong with it
            continue
    return tuple(found)


def write_text(path: Path, text: str | bytes, *, private: bool, before: Callable[[], None] | None = None) -> None:
    """Write a file whole or not at all, readable by its owner only when it holds names.

    ``before`` is called once everything is written and before the file gets its name: when it raises, there is no file.

    Raises:
        StoreError: its folder is not one, is full or cannot be written to.
    """
    try:
        _write_whole(path, text.encode() if isinstance(text, str) else text, 0o600 if private else 0o644, before)
    except OSError as error:
        raise StoreError(
            f"{path} ne peut pas être écrit ({error.strerror}) : vérifiez le dossier {path.parent}, ses droits et la place."
        ) from None


def _write_whole(path: Path, content: bytes, mode: int, before: Callable[[], None] | None) -> None:
    import os
    import tempfile

    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(temporary).chmod(mode)
        if before is not None:
            before()
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
