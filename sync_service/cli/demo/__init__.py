"""``demo``: a whole year on an embedded Moodle look-alike, one folder, one page to open."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sync_service.cli.session import session
from sync_service.errors import UsageError

FEWEST, MOST = 15, 200


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Dossier de la démonstration.")] = Path("build/demo"),
    trainees: Annotated[int, typer.Option(help="Nombre de stagiaires, de 15 à 200.")] = FEWEST,
) -> None:
    """Jouer une année entière sur un faux Moodle embarqué, et ouvrir cinq portes sur le résultat."""
    from sync_service.cli.demo.telling import tell

    if not FEWEST <= trainees <= MOST:
        raise UsageError(f"--trainees va de {FEWEST} à {MOST}.")
    here = session(context)
    lines = tell(out, trainees, here)
    for line in lines:
        here.say(line)
    here.result({"out": str(out), "lines": lines})
