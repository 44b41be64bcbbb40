"""What every command shares: where the configuration is, and how to speak to the person."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from sync_service.domain.typography import unbreakable

if TYPE_CHECKING:
    from sync_service.config import Config


@dataclass(frozen=True, slots=True)
class Session:
    """Options given before the command's name."""

    config_path: Path
    json: bool
    verbose: bool

    def config(self) -> Config:
        """Read config.toml. Raises ConfigError with every mistake."""
        from sync_service.config import load_config

        return load_config(self.config_path)

    def say(self, text: str = "") -> None:
        """Print a line for a person; nothing with ``--json``."""
        if not self.json:
            typer.echo(unbreakable(text))

    def result(self, value: Any) -> None:
        """Print the machine's answer; nothing without ``--json``."""
        if self.json:
            typer.echo(json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True, default=str))

    def warn(self, text: str) -> None:
        """Print a sentence on standard error."""
        typer.echo(unbreakable(text), err=True)


def session(context: typer.Context) -> Session:
    """Return the session of a command."""
    found = context.obj
    if not isinstance(found, Session):  # the callback always sets it
        raise TypeError(type(found))
    return found


def is_watched() -> bool:
    """Tell whether a person watches standard error, so that a progress bar makes sense."""
    return sys.stderr.isatty()
