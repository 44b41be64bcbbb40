"""``ledger verify`` and ``ledger checkpoint``: check the register, seal it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sync_service.cli.session import session
from sync_service.domain import french


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Le registre : le vérifier, le sceller.", no_args_is_help=True)
    group.command("verify")(verify)
    group.command("checkpoint")(checkpoint)
    app.add_typer(group, name="ledger")


def verify(
    context: typer.Context,
    against: Annotated[Path | None, typer.Option(help="Un scellé, ou un dossier de scellés, gardé ailleurs.")] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Tout récrire pour comparer, et exiger un scellé extérieur.")
    ] = False,
) -> int:
    """Recalculer tout le registre ; code 1 si quelque chose n’est pas en ordre."""
    from sync_service.adapters.ledger_sql import record_verification, verify_register
    from sync_service.cli.opening import open_app

    here = session(context)
    with open_app(here) as app:
        done = verify_register(app.stores, against=against, strict=strict)
        record_verification(app.stores, done, strict=strict, now=app.clock.now())
    for finding in done.findings:
        here.say(f"- {finding}")
    state = (
        "en ordre"
        if done.sound
        else f"à examiner ({french.count(len(done.findings), 'anomalie')}) : n’écrivez plus rien, prévenez l’administrateur"
    )
    seconds = f"{done.seconds:.1f}".replace(".", ",")
    here.say(f"Registre {state} : taille {done.size}, référence {done.root[:16]}, vérifié en {seconds} s.")
    if not done.outside_checkpoint:
        here.say(
            "Aucun scellé extérieur : rien ne prouve qu’aucune ligne n’a été coupée à la fin (voyez checkpoints_dir)."
        )
    here.result(
        {
            "size": done.size,
            "root": done.root,
            "findings": list(done.findings),
            "outside_checkpoint": done.outside_checkpoint,
        }
    )
    return int(not done.sound)


def checkpoint(context: typer.Context) -> None:
    """Sceller le registre : écrire sa taille et sa racine, signées, dans le dossier des scellés."""
    from sync_service.adapters.ledger_sql import sign_checkpoint
    from sync_service.cli.opening import open_app

    here = session(context)
    with open_app(here) as app:
        signed = sign_checkpoint(app.stores, app.clock.now())
        head = app.stores.ledger.head()
    here.say(
        "Rien de nouveau à sceller." if signed is None else f"Scellé : taille {head.size}, référence {head.root[:16]}."
    )
    here.result({"size": head.size, "root": head.root, "signed": signed is not None})
