"""``workbook``: the office's instrument before it has a site, a spreadsheet to fill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sync_service.cli.asking import agreed
from sync_service.cli.session import session
from sync_service.domain import french
from sync_service.errors import UsageError

if TYPE_CHECKING:
    from sync_service.domain.promotion import PromotionFiles
    from sync_service.domain.workbook.model import Workbook
    from sync_service.ports import BlobStore
    from sync_service.usecases.desk import Desk
    from sync_service.usecases.exports import Export
    from sync_service.usecases.record_batch import RowResult
    from sync_service.usecases.workbook import Reading


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="Le classeur du service : le faire, puis enregistrer ce qui y est écrit.", no_args_is_help=True
    )
    group.command("make")(make)
    group.command("read")(read)
    app.add_typer(group, name="workbook")


def make(
    context: typer.Context,
    promotion: Annotated[str, typer.Argument(metavar="[PROMOTION]", help="Inutile s’il n’y en a qu’une.")] = "",
    out: Annotated[Path | None, typer.Option(help="Fichier à écrire ; sinon dans exports/.")] = None,
) -> None:
    """Faire le classeur d’une promotion, avec ce que le registre sait déjà."""
    from sync_service.adapters.documents.workbook_xlsx import to_workbook
    from sync_service.cli.exporting import write_export
    from sync_service.cli.marking import marked_book
    from sync_service.cli.naming import named_or_only
    from sync_service.cli.opening import open_app
    from sync_service.usecases.desk import Desk
    from sync_service.usecases.workbook import make_workbook

    here = session(context)
    with open_app(here) as app:
        files, now = named_or_only(app, promotion), app.clock.now()
        made = make_workbook(Desk(app.stores.ledger, files, app.system_filing(files)), today=now.date())
        path = out or app.config.path(app.config.exports_dir) / f"classeur-{files.promotion.id}.xlsx"
        write_export(app, files, path, to_workbook(marked_book(app, made), now), _export(files, made))
    here.say(f"Classeur : {path}")
    here.say(f"Remplissez les cases blanches, puis : cyclesync workbook read {path}")
    here.result({"file": str(path)})


def _export(files: PromotionFiles, made: Workbook) -> Export:
    from sync_service.usecases.exports import Export

    return Export("workbook", "xlsx", len(made.grid.people), f"prom:{files.promotion.id}")


def read(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Classeur rempli, XLSX ou ODS.")],
    promotion: Annotated[str, typer.Option(help="Promotion ; inutile s’il n’y en a qu’une.")] = "",
    account: Annotated[
        str, typer.Option(metavar="COMPTE", help="Compte de [actors] au nom duquel on enregistre.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Ne pas demander.")] = False,
) -> int:
    """Dire ce que le classeur demande, demander, enregistrer, rendre le classeur annoté ; code 4 si une ligne est refusée."""
    from sync_service.adapters.documents.workbook_reading import filing, promotion_of, read_typed
    from sync_service.adapters.documents.workbook_xlsx import to_workbook
    from sync_service.cli.exporting import write_export
    from sync_service.cli.marking import marked_book
    from sync_service.cli.naming import named_or_only
    from sync_service.cli.one_at_a_time import one_at_a_time
    from sync_service.cli.opening import open_app
    from sync_service.domain.workbook.asked import heading_words, sentence
    from sync_service.usecases.desk import Desk
    from sync_service.usecases.workbook import read_workbook

    here = session(context)
    rows, filed = read_typed(file), filing(file)
    with open_app(here, adding=True) as app:
        files, now = named_or_only(app, _same(promotion, promotion_of(file))), app.clock.now()
        desk = Desk(app.stores.ledger, files, app.office_filing(files, account=account))
        reading = read_workbook(desk, rows, filed, today=now.date())
        filed.require_all()
        if not reading.asked:
            here.say("Ce classeur ne demande rien : aucune case blanche n’est remplie.")
            here.result([])
            return 0
        here.say(f"Ce classeur demande {french.count(len(reading.asked), 'enregistrement')} :")
        for item in reading.asked:
            here.say(f"- {sentence(item, reading.names, now.date())}")
        if not (yes or here.json or agreed("Enregistrer")):
            here.say("Rien n’a été enregistré.")
            return 0
        with one_at_a_time(app.stores.locks, app.clock):
            made, done = record_all(desk, app.blobs, reading, filed.contents, now)
        path = file.with_name(f"{file.stem.removesuffix('-lu')}-lu.xlsx")
        write_export(app, files, path, to_workbook(marked_book(app, made), now), _export(files, made))
    refused = [(item, result) for item, result in zip(reading.asked, done, strict=True) if result.outcome == "refused"]
    for item, result in refused:
        here.say(f"Refusé : {item.row.sheet}, ligne {item.row.line} ({heading_words(item)}) : {result.sentence}")
    pending = [result.sentence for result in done if result.outcome == "pending"]
    for sentence_ in pending:
        here.say(sentence_)
    here.say(f"{_counted(done)}. Classeur annoté : {path}")
    if refused:
        here.say(f"Corrigez ce qui est refusé dans le classeur annoté, puis : cyclesync workbook read {path}")
    here.result([{"sheet": i.row.sheet, "line": i.row.line, "outcome": r.outcome, "sentence": r.sentence}
                 for i, r in zip(reading.asked, done, strict=True)])  # fmt: skip
    return 4 if refused else 0


def _counted(done: Sequence[RowResult]) -> str:
    """Say « 4 enregistrements faits, 2 déjà au registre, 1 refusé »; what did not happen is not said."""
    counts = Counter(result.outcome for result in done)
    words = (
        ("recorded", "enregistrement fait", "enregistrements faits"),
        ("already", "déjà au registre", "déjà au registre"),
        ("pending", "en attente d’une seconde personne", "en attente d’une seconde personne"),
        ("refused", "refusé", "refusés"),
    )
    said = [french.count(counts[outcome], one, many) for outcome, one, many in words if counts[outcome]]
    return ", ".join(said)


def _same(named: str, own: str) -> str:
    """Return the promotion of a workbook. Raises UsageError when another one was named."""
    if named and own and named != own:
        raise UsageError(
            f"Ce classeur est celui de la promotion {own}, pas de {named} : enlevez --promotion, ou donnez l’autre classeur."
        )
    return named or own


def record_all(
    desk: Desk, blobs: BlobStore, reading: Reading, contents: Mapping[str, bytes], now: datetime
) -> tuple[Workbook, Sequence[RowResult]]:
    """Keep the documents that the workbook names, by their SHA-256 in ``contents``, then record what it asks for."""
    from sync_service.usecases.filing import file_document
    from sync_service.usecases.workbook import record_workbook

    for item in reading.asked:
        if content := contents.get(item.act.document):
            file_document(desk, blobs, item.act, content)
    return record_workbook(desk, reading, now=now)
