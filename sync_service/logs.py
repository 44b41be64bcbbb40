"""Logs: one JSON line per event, times in UTC, every known secret replaced before anything is written."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import MutableMapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import structlog

from sync_service.adapters.moodle.redaction import redact


class _Redaction:
    """A processor that replaces secrets in every value of an event."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = tuple(secrets)

    def __call__(self, _logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {key: redact(value, self._secrets) if isinstance(value, str) else value for key, value in event.items()}


def _target(path: Path | None) -> TextIO:
    if path is None:
        return sys.stderr
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8")


def set_up_logs(*, path: Path | None = None, secrets: Sequence[str] = (), verbose: bool = False) -> None:
    """Send structured logs to ``path`` or to standard error; ``secrets`` never appear in them."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _Redaction(secrets),
            structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if verbose else logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=_target(path)),
        cache_logger_on_first_use=False,
    )
