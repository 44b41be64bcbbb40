"""``ledger``: check the register, seal it, prove a line of it to a stranger."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sync_service.cli.session import session
from sync_service.domain import french
from sync_service.domain.event_types import TYPES
from sync_service.errors import UsageError

if TYPE_CHECKING:
    from sync_service.ports import Ledger


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="Le registre : le vérifier, le sceller, en prouver une ligne, l’exporter.", no_args_is_help=True
    )
    group.command("verify")(verify)
    group.command("checkpoint")(checkpoint)
    group.command("prove")(prove)
    group.command("export")(export)
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


def prove(
    context: typer.Context,
    certificate: Annotated[str, typer.Option(metavar="N°", help="Toutes les lignes de ce certificat.")] = "",
    line: Annotated[list[int] | None, typer.Option(help="Numéro d’une ligne du registre ; peut se répéter.")] = None,
    since: Annotated[Path | None, typer.Option(help="Un scellé gardé ailleurs, dont le registre est la suite.")] = None,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Joindre ce que ces lignes protègent : le fichier nomme des personnes.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Fichier à écrire ; sinon dans exports/.")] = None,
) -> None:
    """Prouver des lignes du registre à quelqu’un qui ne dispose que d’openssl et de Python."""
    from sync_service.adapters.documents.proof_zip import proof_zip
    from sync_service.adapters.ledger_sql import prove as make
    from sync_service.adapters.ledger_sql import sign_checkpoint
    from sync_service.cli.exporting import write_export
    from sync_service.cli.opening import open_app, write_text
    from sync_service.usecases.exports import Export

    here = session(context)
    if not certificate and not line and since is None:
        raise UsageError("Dites quoi prouver : --certificate N°, --line NUMÉRO ou --since SCELLÉ.")
    with open_app(here) as app:
        lines = [*(line or ()), *(lines_of(app.stores.ledger, certificate) if certificate else ())]
        sign_checkpoint(app.stores, app.clock.now())
        proof = make(app.stores, lines, reveal=reveal, since=since)
        name = f"preuve-{_slug(certificate) or '-'.join(map(str, lines)) or 'registre'}"[:80]
        path = out or app.config.path(app.config.exports_dir) / f"{name}.zip"
        if reveal:
            write_export(app, None, path, proof_zip(proof, name), Export("proof", "zip", len(proof.lines), "register"))
        else:
            write_text(path, proof_zip(proof, name), private=True)
    here.say(f"Preuve de {french.count(len(proof.lines), 'ligne')}, scellé de taille {proof.size} : {path}")
    here.say("Son LISEZ-MOI dit comment la vérifier hors ligne.")
    here.result({"file": str(path), "size": proof.size, "lines": [item.seq for item in proof.lines]})


def export(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(help="Dossier à écrire ; sinon dans exports/.")] = None,
) -> None:
    """Écrire toutes les lignes du registre, avec leur scellé et de quoi les vérifier hors ligne ; aucun nom n’y figure."""
    from sync_service.adapters.documents.export_files import LINES, export_files
    from sync_service.adapters.ledger_sql import canonical_lines, sign_checkpoint
    from sync_service.adapters.ledger_sql import prove as make
    from sync_service.cli.exporting import write_folder
    from sync_service.cli.opening import open_app

    here = session(context)
    with open_app(here) as app:
        sign_checkpoint(app.stores, app.clock.now())
        seal = make(app.stores, ())
        folder = out or app.config.path(app.config.exports_dir) / f"registre-{seal.size}"
        contents: dict[str, bytes | Iterable[bytes]] = {**export_files(seal)}
        contents[LINES] = canonical_lines(app.stores, seal.size)
        write_folder(folder, contents, lambda _: None)
    here.say(f"Registre, {french.count(seal.size, 'ligne')} : {folder}")
    here.say("Son LISEZ-MOI dit comment le vérifier hors ligne.")
    here.result({"folder": str(folder), "size": seal.size})


def lines_of(ledger: Ledger, number: str) -> list[int]:
    """Return the lines that bear a certificate number, and those of the jury's signed minutes. Raises UsageError."""
    types = [code for code in TYPES if code.startswith("certificate.")]
    found = [event for event in ledger.events(types=types) if event.data.get("number") == number]
    if not found:
        raise UsageError(
            f"Aucun certificat ne porte le n° « {number[:60]} » : relisez-le sur le registre des certificats."
        )
    juries = {event.data["jury"] for event in found if event.data.get("jury")}
    signed = [event for event in ledger.events(types=["minutes.signed"]) if event.data.get("jury") in juries]
    return [event.seq for event in (*found, *signed)]


def _slug(number: str) -> str:
    return "".join(sign if sign.isalnum() or sign == "-" else "-" for sign in number)
