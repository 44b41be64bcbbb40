"""Noting who read whose file: a row beside the register, written before the file is given (design.md §4)."""

from __future__ import annotations

import getpass
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sync_service.errors import IntegrityError, UsageError

if TYPE_CHECKING:
    from sync_service.bootstrap import App
    from sync_service.cli.session import Session

NOT_KEPT = "Aucune personne n’est nommée ici : aucune lecture n’est notée, et le motif n’est pas gardé."


def tell_purpose(here: Session, purpose: str) -> None:
    """Say that a purpose given for what names nobody is not kept: there is no reading to note it with."""
    if purpose:
        here.warn(NOT_KEPT)


def consulted(app: App, what: str, subjects: Iterable[str], *, purpose: str = "") -> None:
    """Note that the account of this machine reads a document about each of these subjects, once each."""
    from sync_service.bootstrap import cli_actor
    from sync_service.domain.consultations import Consultation

    try:
        actor = cli_actor(app.config).ref
    except UsageError:
        actor = f"compte {getpass.getuser()}"
    try:
        size = app.stores.ledger.head().size
    except IntegrityError:
        size = 0
    now = app.clock.now()
    app.stores.access.record([Consultation(now, actor, s, what, purpose, size) for s in dict.fromkeys(subjects)])
