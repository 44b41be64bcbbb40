"""``roster import`` and ``pull``: who is in a promotion, and what they did in Moodle."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sync_service.cli.asking import agreed
from sync_service.cli.session import Session, session
from sync_service.domain import french

if TYPE_CHECKING:
    from sync_service.bootstrap import App
    from sync_service.domain.roster import RosterTable
    from sync_service.usecases.pull import PullResult


def register(app: typer.Typer) -> None:
    """Add the commands."""
    roster = typer.Typer(help="Liste des stagiaires : la seule porte d’entrée.", no_args_is_help=True)
    roster.command("import")(import_roster)
    app.add_typer(roster, name="roster")
    app.command("pull")(pull)


def import_roster(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Liste des stagiaires, CSV, XLSX ou ODS.")],
    promotion: Annotated[str, typer.Option(help="Promotion ; inutile s’il n’y en a qu’une.")] = "",
    withdraw_missing: Annotated[
        bool, typer.Option("--withdraw-missing", help="Sortir les absents du fichier.")
    ] = False,
    allow: Annotated[list[str] | None, typer.Option(help="Lever un garde-fou : NOM:PROMOTION=MOTIF.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Enregistrer sans demander.")] = False,
) -> None:
    """Montrer ce que la liste changera, puis l’enregistrer."""
    from sync_service.adapters.mapping_files import read_roster
    from sync_service.cli.naming import named_or_only
    from sync_service.cli.opening import open_app
    from sync_service.usecases.open_promotion import open_promotion
    from sync_service.usecases.roster import import_roster as record
    from sync_service.usecases.roster import preview_roster

    here = session(context)
    lifted = frozenset(text.partition(":")[0] for text in allow or ())
    with open_app(here, adding=True) as app:
        files = named_or_only(app, promotion)
        rows = read_roster(file, files.promotion.id)
        filing = app.office_filing(files)
        table = preview_roster(app.stores.ledger, rows, files, withdraw_missing=withdraw_missing, allow=lifted)
        _show(here, table)
        if not table.nothing and not (yes or here.json or agreed("Enregistrer")):
            raise typer.Abort
        open_promotion(app.stores.ledger, files, filing)
        done = record(
            app.stores.ledger, rows, files, filing, random=os.urandom, withdraw_missing=withdraw_missing, allow=lifted
        )
        lines = french.count(done.appended.written, "ligne écrite", "lignes écrites")
        here.say(f"{lines} au registre (taille {done.appended.head.size}).")
        here.result({"written": done.appended.written, "size": done.appended.head.size})


def _show(here: Session, table: RosterTable) -> None:
    for line in table.lines:
        place = f"ligne {line.line}" if line.line else "hors du fichier"
        number = f" ({line.identity.matricule})" if line.identity else ""
        here.say(f"{place:>15} · {line.name}{number} · {line.words}")
        for signal in line.signals:
            here.say(f"{'':>15}   à signaler : {signal}")


def pull(
    context: typer.Context,
    promotion: Annotated[
        str, typer.Argument(metavar="[PROMOTION]", help="Une promotion, lue en entier ; toutes par défaut.")
    ] = "",
    full: Annotated[bool, typer.Option("--full", help="Tout relire au lieu de suivre le flux.")] = False,
    accept_loss: Annotated[
        str, typer.Option(metavar="MOTIF", help="Accepter une disparition massive, avec son motif.")
    ] = "",
) -> int:
    """Relever dans Moodle ce que les stagiaires ont fait ; code 4 si une partie n’a pas pu être lue."""
    from sync_service.cli.opening import open_app

    here = session(context)
    with open_app(here, adding=True) as app:
        if promotion:
            results = {promotion: app.pull_promotion(app.files(promotion), accept_loss=accept_loss)}
        else:
            results = {
                key: app.pull_site(key, watched, full=full, accept_loss=accept_loss)
                for key, watched in app.watched_by_site().items()
            }
        for name, result in results.items():
            here.say(_sentence(name, result))
        _publish(here, app, promotion)
        head = app.stores.ledger.head()
        here.say(f"Registre : taille {head.size}, référence {head.root[:16]}.")
        here.result(
            {name: _numbers(result) for name, result in results.items()} | {"size": head.size, "root": head.root}
        )
    return 4 if any(result.partial for result in results.values()) else 0


def _publish(here: Session, app: App, promotion: str) -> None:
    """Bring « Où j’en suis » up to date, on the sites that accept it."""
    from sync_service.cli.planning import put_statuses

    watched = [files for group in app.watched_by_site().values() for files in group]
    for files in [app.files(promotion)] if promotion else watched:
        stored = put_statuses(app, files)
        if stored:
            here.say(f"{files.promotion.id} : « Où j’en suis » à jour pour {stored} stagiaires.")


def _sentence(name: str, result: PullResult) -> str:
    unread = f", {french.count(len(result.unread), 'non lu', 'non lus')}" if result.unread else ""
    strangers = (
        f", {french.count(result.unmapped, 'compte')} Moodle hors de la liste des stagiaires" if result.unmapped else ""
    )
    gone = ""
    if result.eliminated:
        said = french.count(result.eliminated, "relevé éliminé n’est pas repris", "relevés éliminés ne sont pas repris")
        gone = f", {said}"
    facts = french.count(result.facts, "relevé lu", "relevés lus")
    written = french.count(result.written, "changement enregistré", "changements enregistrés")
    return f"{name} : {facts} ({_ROUTES.get(result.route, result.route)}), {written}{unread}{strangers}{gone}."


_ROUTES = {"feed": "flux du greffon", "snapshot": "lecture complète", "polling": "services web de base"}


def _numbers(result: PullResult) -> dict[str, object]:
    return {
        "route": result.route, "facts": result.facts, "written": result.written, "asked": result.asked,
        "read": result.read, "unmapped": result.unmapped, "eliminated": result.eliminated, "vanished": result.vanished, "resync": result.resync,
        "unread": [{"object": u.object, "reason": u.reason} for u in result.unread],
    }  # fmt: skip
