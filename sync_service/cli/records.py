"""``record``: the office's acts, from a file of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sync_service.cli.session import session


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("record")(record)


def record(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Actes à enregistrer, CSV, XLSX ou ODS.")],
    promotion: Annotated[str, typer.Option(help="Promotion ; inutile s’il n’y en a qu’une.")] = "",
    account: Annotated[
        str, typer.Option(metavar="COMPTE", help="Compte de [actors] au nom duquel on enregistre.")
    ] = "",
) -> int:
    """Enregistrer des présences, des actes du dossier, du jury ou du certificat ; code 4 si une ligne est refusée."""
    from functools import partial

    from sync_service.adapters.documents.acts_file import read_acts
    from sync_service.cli.naming import named_or_only
    from sync_service.cli.one_at_a_time import one_at_a_time
    from sync_service.cli.opening import open_app
    from sync_service.usecases.desk import Desk
    from sync_service.usecases.filing import file_document
    from sync_service.usecases.record_batch import record_batch

    here = session(context)
    with open_app(here, adding=True) as app:
        files = named_or_only(app, promotion)
        desk = Desk(app.stores.ledger, files, app.office_filing(files, account=account))
        rows = read_acts(file, keep=partial(file_document, desk, app.blobs))
        with one_at_a_time(app.stores.locks, app.clock):
            done = record_batch(desk, rows)
    for row in done.rows:
        if row.outcome in {"refused", "pending"}:
            here.say(f"ligne {row.line} : {row.sentence}")
    refused = done.count("refused")
    pending = done.count("pending")
    here.say(
        f"{done.count('recorded')} enregistrées, {done.count('already')} déjà enregistrées, {refused} refusées"
        f"{f', {pending} en attente d’une seconde personne' if pending else ''}."
    )
    here.result([{"line": r.line, "outcome": r.outcome, "sentence": r.sentence} for r in done.rows])
    return 4 if refused else 0
