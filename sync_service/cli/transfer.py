"""``retention transfer``: a bundle for definitive archives; it destroys nothing."""

from __future__ import annotations

from importlib.resources import files as resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sync_service.cli.session import session
from sync_service.domain import french

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync_service.bootstrap import App
    from sync_service.domain.proof import Proof
    from sync_service.usecases.desk import Desk


def transfer(
    context: typer.Context,
    promotion: Annotated[str, typer.Argument(metavar="PROMOTION", help="Promotion dont les archives sont versées.")],
    out: Annotated[Path | None, typer.Option(help="Dossier à écrire ; sinon dans exports/.")] = None,
) -> None:
    """Préparer le versement aux archives définitives : bordereau, certificats, procès-verbaux, registre et sa vérification."""
    from sync_service.adapters.ledger_sql import prove, sign_checkpoint
    from sync_service.cli.exporting import record_export, write_folder
    from sync_service.cli.opening import open_app
    from sync_service.usecases.desk import Desk
    from sync_service.usecases.exports import Export
    from sync_service.usecases.transfer import record_transfer

    here = session(context)
    with open_app(here, adding=True) as app:
        files = app.files(promotion)
        desk = Desk(app.stores.ledger, files, app.office_filing(files))
        sign_checkpoint(app.stores, app.clock.now())
        seal = prove(app.stores, ())
        contents, people, absent = _contents(app, desk, seal)
        folder = out or app.config.path(app.config.exports_dir) / f"versement-{promotion}-{seal.size}"

        def record(digest: str) -> None:
            made = Export("transfer", "folder", people, f"prom:{promotion}", reason="archives")
            record_export(app, files, digest, made, purpose="archives")
            record_transfer(desk, digest, people)

        write_folder(folder, contents, record)
    here.say(
        f"Versement de la promotion {files.promotion.label}, {french.count(seal.size, 'ligne')} du registre : {folder}"
    )
    if absent:
        here.say(
            f"{french.count(absent, 'procès-verbal signé', 'procès-verbaux signés')} sans document : le bordereau le dit."
        )
    here.say("Bordereau à signer : bordereau-de-versement.pdf. Rien n’est détruit ici.")
    here.result({"folder": str(folder), "size": seal.size, "missing": absent})


def _contents(app: App, desk: Desk, seal: Proof) -> tuple[dict[str, bytes | Iterable[bytes]], int, int]:
    """Return the files of the bundle, how many people it is about, and how many signed minutes are not there."""
    from sync_service.adapters.documents.export_files import LINES, export_files
    from sync_service.adapters.ledger_sql import canonical_lines
    from sync_service.cli.marking import draw, notices, with_notices
    from sync_service.domain.programme import programme_of
    from sync_service.domain.proof import key_fingerprint
    from sync_service.domain.reports.certificates import certificates_report
    from sync_service.domain.reports.transfer import Transfer, minutes_report, transfer_slip
    from sync_service.usecases.report import ending_of
    from sync_service.usecases.standing import current_day, load
    from sync_service.usecases.transfer import check_transfer, extremes, numbers, signed_minutes

    now, programme = desk.filing.observed_at, programme_of(desk.files)
    day = current_day(app.stores.ledger, now, programme.zone)
    loaded = load(app.stores.ledger, desk.files, as_of=day)
    check_transfer(loaded.standings, loaded.context)
    ending = ending_of(app.stores.ledger, desk.files, loaded.pull, now=now, day=day)
    minutes = signed_minutes(desk, app.blobs)
    paths = dict.fromkeys(loaded.context.juries, "") | {m.jury: m.path for m in minutes}
    made = Transfer(
        programme.promotion, numbers(loaded.standings, programme.promotion), seal.size, _root(seal),
        key_fingerprint(seal.public_key), paths, {m.jury: m.digest for m in minutes},
        extremes(desk, loaded.standings, loaded.context, until=now),
    )  # fmt: skip
    reports = {
        "bordereau-de-versement": transfer_slip(made, programme, desk.files.cycle.organiser.producer, ending),
        "registre-des-certificats": certificates_report(loaded.standings, loaded.context, ending),
        "proces-verbaux": minutes_report(loaded.standings, loaded.context, made, ending),
    }
    contents: dict[str, bytes | Iterable[bytes]] = {
        f"{name}.{form}": draw(app, report, form) for name, report in reports.items() for form in ("pdf", "csv")
    }
    contents |= {m.path: m.content for m in minutes if m.content is not None}
    contents |= {f"registre/{name}": content for name, content in export_files(seal, notices(app)).items()}
    contents[f"registre/{LINES}"] = canonical_lines(app.stores, seal.size)
    readme = resources("sync_service.adapters.documents") / "versement" / "LISEZ-MOI.txt"
    contents["LISEZ-MOI.txt"] = with_notices(readme.read_bytes(), notices(app))
    return contents, len(loaded.standings), sum(not path for path in paths.values())


def _root(seal: Proof) -> str:
    from sync_service.domain.checkpoint import parse_note

    return parse_note(seal.note).checkpoint.root.hex()
