"""``init``: the only command, with ``demo``, that creates a register, a file of identities or a key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sync_service.cli.session import Session, session
from sync_service.errors import StoreError, UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from sync_service.config import Config


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init")(init)


def init(
    context: typer.Context,
    confirm_recovery: Annotated[
        bool, typer.Option("--confirm-recovery", help="Relire le code de la fiche de secours.")
    ] = False,
    recovery_sheet: Annotated[
        bool, typer.Option("--recovery-sheet", help="Imprimer de nouveau la fiche de secours.")
    ] = False,
    new_signing_key: Annotated[
        bool, typer.Option("--new-signing-key", help="Remplacer la clé de scellement ; le registre l’inscrit.")
    ] = False,
    new_master_key: Annotated[
        bool, typer.Option("--new-master-key", help="Remplacer la clé maîtresse du fichier des identités.")
    ] = False,
    lost: Annotated[bool, typer.Option("--lost", help="L’ancienne clé de scellement est perdue.")] = False,
) -> None:
    """Créer le registre, le fichier des identités et les clés, et imprimer la fiche de secours."""
    from sync_service.adapters.clock import SystemClock
    from sync_service.cli.key_change import change_key

    here = session(context)
    config = here.config()
    now = SystemClock().now()
    chosen = [confirm_recovery, recovery_sheet, new_signing_key, new_master_key]
    if sum(chosen) > 1 or (lost and not new_signing_key):
        raise UsageError("Une seule de ces options à la fois ; --lost ne va qu’avec --new-signing-key.")
    if confirm_recovery:
        _confirm(here, config, now)
    elif recovery_sheet:
        here.say(recovery_text(config))
    elif new_signing_key or new_master_key:
        change_key(here, config, "signing" if new_signing_key else "master", now, lost=lost)
    else:
        _create_and_say(here, config, now)


def _create_and_say(here: Session, config: Config, now: datetime) -> None:
    create(config, now, demo=False)
    here.say(recovery_text(config))
    here.say("Imprimez cette fiche, mettez-la sous clé, puis lancez « cyclesync init --confirm-recovery ».")
    here.result({"origin": config.register_.origin, "created": True})


def _confirm(here: Session, config: Config, now: datetime) -> None:
    from sync_service.adapters.ledger_sql import confirm_recovery
    from sync_service.bootstrap import open_stores

    with open_stores(config) as stores:
        code = typer.prompt("Code de la fiche de secours", prompt_suffix="\u00a0: ")
        confirm_recovery(stores, code, now=now)
    here.say(
        "Fiche de secours confirmée : le registre est prêt. La suite : « cyclesync roster import stagiaires.csv »."
    )
    here.result({"confirmed": True})


def create(config: Config, now: datetime, *, demo: bool) -> None:
    """Create keys and register; keys that were made are removed again when the register cannot be.

    Raises:
        StoreError: something is already there, or a key's reference is not a file beside the others.
    """
    from sync_service.adapters.ledger_sql import init_register
    from sync_service.bootstrap import register_secrets

    made = _write_keys(config, demo=demo) if _keys_are_files(config) else ()
    try:
        config.path(config.register_.keys).parent.mkdir(parents=True, exist_ok=True)
        if config.register_.checkpoints_dir:
            config.path(config.register_.checkpoints_dir).mkdir(parents=True, exist_ok=True)
        init_register(
            config.database_url,
            config.path(config.register_.keys),
            register_secrets(config),
            config.register_.origin,
            now,
        )
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise


def _references(config: Config) -> dict[str, str]:
    settings = config.register_
    return {"master": settings.master_key, "register": settings.register_key, "signing": settings.signing_key}


def _keys_are_files(config: Config) -> bool:
    """Tell whether ``init`` makes the keys: all three are files; references of other kinds exist already."""
    return all(reference.startswith("file:") for reference in _references(config).values())


def _write_keys(config: Config, *, demo: bool) -> tuple[Path, ...]:
    from sync_service.adapters.ledger_sql import new_secrets, write_secrets

    paths = {name: config.path(reference.removeprefix("file:")) for name, reference in _references(config).items()}
    folder = next(iter(paths.values())).parent
    if any(path != folder / f"{name}.key" for name, path in paths.items()):
        raise StoreError(
            "Les trois clés doivent être dans un même dossier sous les noms master.key, register.key et signing.key : "
            "corrigez [register] dans config.toml."
        )
    return write_secrets(folder, new_secrets(demo=demo))


def recovery_text(config: Config) -> str:
    """Return the recovery sheet of an installation; that of a demonstration says so first."""
    from sync_service.adapters.ledger_sql import recovery_sheet
    from sync_service.bootstrap import open_stores, register_secrets
    from sync_service.cli.marking import specimen_of

    folder = config.register_.checkpoints_dir
    places = {
        "database": config.database_url.removeprefix("sqlite:///"),
        "keys": str(config.path(config.register_.keys)),
        "checkpoints": str(config.path(folder)) if folder else "",
        **_references(config),
    }
    with open_stores(config) as stores:
        sheet = recovery_sheet(stores, register_secrets(config), places)
        return "".join(f"{said}\n\n" for said in specimen_of(stores.origin)) + sheet
