"""``init --new-signing-key`` and ``--new-master-key``: a key is replaced, the register says so."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sync_service.cli.session import Session
from sync_service.errors import StoreError

if TYPE_CHECKING:
    from datetime import datetime

    from sync_service.adapters.ledger_sql import RegisterSecrets
    from sync_service.config import Config

_FRENCH = {"signing": "clé de scellement", "master": "clé maîtresse"}


def change_key(here: Session, config: Config, purpose: str, now: datetime, *, lost: bool = False) -> None:
    """Make a new key beside the others, announce it in the register, and say what to write in config.toml.

    Raises:
        StoreError: the register cannot be opened with the present keys, or the new one cannot be written.
        UsageError: who does it is nobody in config.toml.
    """
    from sync_service.adapters.ledger_sql import change_master_key, change_signing_key, new_key
    from sync_service.bootstrap import cli_actor, open_stores, register_secrets

    actor = cli_actor(config)
    text = new_key(purpose, demo=config.register_.origin.startswith("demo/"))
    present = _without_signing(config, text) if lost else register_secrets(config)
    path = config.path(Path("secrets") / f"{purpose}-{now:%Y%m%d%H%M%S}.key")
    with open_stores(config, present) as stores:
        stores.require_sound()  # a refused change leaves no key behind
        if purpose == "signing" and not lost:
            stores.require_signer()
        _write(path, text)  # before the register names it: a key that it announces is never lost
        if purpose == "signing":
            change_signing_key(stores, replace(present, signing=text), actor, now, lost=lost)
        else:
            change_master_key(stores, replace(present, master=text), actor, now)
    here.say(f"Nouvelle {_FRENCH[purpose]} : {path}, inscrite au registre. Gardez l’ancienne avec la fiche de secours.")
    reference = f"file:{path.relative_to(config.root)}"
    here.say(f'Écrivez maintenant {purpose}_key = "{reference}" dans [register] de config.toml : rien ne marche avant.')
    here.say("Imprimez ensuite la nouvelle fiche de secours : cyclesync init --recovery-sheet")
    here.result({"key": purpose, "reference": reference})


def _without_signing(config: Config, text: bytes) -> RegisterSecrets:
    """Return the keys of config.toml with a signing key that needs no old one: it is lost."""
    from sync_service.adapters.ledger_sql import RegisterSecrets
    from sync_service.config import read_secret

    settings = config.register_
    master, register = (read_secret(ref, config.root) for ref in (settings.master_key, settings.register_key))
    return RegisterSecrets(master=master, register=register, signing=text)


def _write(path: Path, text: bytes) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StoreError(f"{path} ne peut pas être écrit ({error.strerror}) : rien n’a changé.") from None
