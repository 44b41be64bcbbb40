"""The commands, their global options, and the one place where an error becomes a sentence and an exit code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sync_service import __version__
from sync_service.cli import (
    access,
    backups,
    demo,
    documents,
    install,
    ledger,
    packages,
    people,
    records,
    reports,
    retention,
    service,
    sync,
    workbook,
)
from sync_service.cli.session import Session
from sync_service.cli.wording import speak_french, usage_sentence
from sync_service.domain.typography import unbreakable
from sync_service.errors import CyclesyncError

USAGE = 64
INTERRUPTED = 130

app = typer.Typer(
    name="cyclesync",
    help="Conduire un cycle de formation dans Moodle et certifier, sans perdre ni inventer un fait.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

for group in (
    demo,
    install,
    backups,
    sync,
    packages,
    people,
    records,
    workbook,
    reports,
    documents,
    ledger,
    retention,
    access,
    service,
):
    group.register(app)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cyclesync {__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    config: Annotated[
        Path, typer.Option("--config", envvar="CYCLESYNC_CONFIG", help="Fichier de configuration.")
    ] = Path("config.toml"),
    json: Annotated[bool, typer.Option("--json", help="Répondre en JSON.")] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Journaliser chaque appel à Moodle.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Montrer la trace d’une erreur imprévue.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Montrer la version.")
    ] = False,
) -> None:
    """Keep what is common to all commands."""
    del debug, version
    context.obj = Session(config_path=config, json=json, verbose=verbose)


speak_french(app)


def missing_library(error: ModuleNotFoundError) -> str:
    """Say which library a newer version wants, and how it gets it."""
    return (
        f"La bibliothèque « {error.name} » manque à cette installation : dans le dossier de cyclesync, lancez "
        "« .venv/bin/pip install -c constraints.txt . », puis la même commande."
    )


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; no traceback without ``--debug``."""
    usage_error = typer.BadParameter.__mro__[1]
    try:
        code = app(arguments, standalone_mode=False)
    except CyclesyncError as error:
        typer.echo(unbreakable(error.sentence), err=True)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        typer.echo(unbreakable("Interrompu : relancez la même commande pour terminer."), err=True)
        return INTERRUPTED
    except Exception as error:
        if isinstance(error, usage_error):
            typer.echo(unbreakable(usage_sentence(error)), err=True)
            return USAGE
        if "--debug" in arguments:
            raise
        if isinstance(error, ModuleNotFoundError):
            typer.echo(unbreakable(missing_library(error)), err=True)
            return 1
        name = type(error).__name__
        said = f"Erreur imprévue ({name}) : relancez avec « cyclesync --debug … » et transmettez la trace."
        typer.echo(unbreakable(said), err=True)
        return 1
    return code if isinstance(code, int) else 0
