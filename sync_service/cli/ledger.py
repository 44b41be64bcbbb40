"""``ledger``: check the register, seal it, prove a line of it to a stranger."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sync_service.cli.session import session
from sync_service.domain import french
from sync_service.domain.alarm import PROCEDURE
from sync_service.errors import UsageError

if TYPE_CHECKING:
    from sync_service.adapters.ledger_sql import Verification
    from sync_service.domain.proof import Proof
    from sync_service.usecases.verify import Documents


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="Le registre : le vérifier, le sceller, en prouver une ligne, l’exporter.", no_args_is_help=True
    )
    group.command("verify")(verify)
    group.command("rebuild")(rebuild)
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
    no_documents: Annotated[
        bool, typer.Option("--no-documents", help="Ne pas relire les documents : plus rapide, et moins complet.")
    ] = False,
    accept_broken: Annotated[
        str,
        typer.Option(
            metavar="MOTIF",
            help="Continuer malgré ce qui est trouvé, faute de sauvegarde : inscrit au registre, et dit partout.",
        ),
    ] = "",
) -> int:
    """Recalculer tout le registre ; code 1 si quelque chose n’est pas en ordre."""
    from sync_service.cli.opening import open_app
    from sync_service.cli.verifying import go_on_with, verify_all

    here = session(context)
    with open_app(here) as app:
        done, documents = verify_all(app, against=against, strict=strict, with_documents=not no_documents)
        line = go_on_with(app, done, accept_broken, against=against) if accept_broken else None
        alarm = app.stores.alarm()
    for finding in done.findings:
        here.say(f"- {finding}")
    seconds = f"{done.seconds:.1f}".replace(".", ",")
    here.say(f"Registre {_state(done)} : taille {done.size}, référence {done.root[:16]}, vérifié en {seconds} s.")
    if documents is not None:
        here.say(_read_back(documents))
    if done.explained:
        here.say(done.explained)
    here.say(_witness(done))
    if line is not None:
        here.say(
            f"Intégrité rompue, inscrite à la ligne {line} : les enregistrements reprennent, chaque rapport le dira."
        )
    elif alarm is not None and alarm.blocking:
        here.say(
            "Cette vérification a regardé moins que celle qui a trouvé quelque chose : rien n’est encore ajouté au registre."
            if not done.grave
            else "Plus rien n’est ajouté au registre, jusqu’à ce que cette élimination soit achevée par la commande écrite ci-dessus."
            if alarm.only_keys_left
            else f"Plus rien n’est ajouté au registre. Suivez « Si la vérification échoue » ({PROCEDURE})."
        )
    here.result(
        {
            "size": done.size,
            "root": done.root,
            "findings": list(done.findings),
            "outside_checkpoint": done.outside_checkpoint,
            "explained": done.explained or None,
            "documents": None if documents is None else documents.listed(),
            "refusing": alarm is not None and alarm.blocking,
            "accepted_at_line": line,
        }
    )
    return int(not done.sound and line is None)


def rebuild(context: typer.Context) -> int:
    """Refaire d’après les lignes ce qui s’en déduit : derniers états, matricules ; aucune ligne ne change."""
    from sync_service.cli.opening import open_app
    from sync_service.cli.verifying import rebuild_derived

    here = session(context)
    with open_app(here) as app:
        heads, done = rebuild_derived(app)
    here.say(
        f"Refait d’après {french.count(done.size, 'ligne')} : {french.count(heads, 'dernier état', 'derniers états')}."
    )
    for finding in done.findings:
        here.say(f"- {finding}")
    here.say(f"Registre {_state(done)}.")
    here.result({"heads": heads, "size": done.size, "findings": list(done.findings)})
    return int(not done.sound)


def _state(done: Verification) -> str:
    if done.sound:
        return "en ordre"
    if not done.grave:
        said = french.count(len(done.findings), "remarque")
        return f"en ordre dans ses lignes ({said} sur les scellés gardés ailleurs, à régler ; les ajouts restent possibles)"
    found = french.count(len(done.findings), "anomalie")
    return f"à examiner ({found}) : n’écrivez plus rien, prévenez l’administrateur"


def _witness(done: Verification) -> str:
    """Say which checkpoint was a witness, and how far it is one: a machine's owner can write again all that is on it."""
    if done.outside_checkpoint:
        return (
            f"Comparé à un scellé de {french.count(done.outside_size, 'ligne')} : il ne prouve quelque chose que s’il est "
            "gardé là où personne, sur cette machine, ne peut le récrire."
        )
    return (
        "Aucun scellé extérieur : rien ne prouve que le registre n’a pas été récrit en entier, ni qu’aucune ligne n’a été "
        "coupée à la fin (voyez checkpoints_dir, ou --against)."
    )


def _read_back(documents: Documents) -> str:
    said = f"{french.count(documents.read, 'document relu', 'documents relus')}."
    if documents.not_kept:
        missing = french.count(documents.not_kept, "document nommé n’est pas ici", "documents nommés ne sont pas ici")
        said += f" {missing} (jamais versé, ou retiré) : l’original signé fait foi."
    return said


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
    certificate: Annotated[
        str, typer.Option(metavar="N°|CODE", help="Toutes les lignes d’un certificat, par son n° ou son code imprimé.")
    ] = "",
    line: Annotated[list[int] | None, typer.Option(help="Numéro d’une ligne du registre ; peut se répéter.")] = None,
    since: Annotated[Path | None, typer.Option(help="Un scellé gardé ailleurs, dont le registre est la suite.")] = None,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Joindre ce que ces lignes protègent : le fichier nomme des personnes.")
    ] = False,
    purpose: Annotated[
        str,
        typer.Option(
            metavar="MOTIF", help="Pourquoi on lit : suivi, jury, controle, demande, recours, archives, autre."
        ),
    ] = "",
    out: Annotated[Path | None, typer.Option(help="Fichier à écrire ; sinon dans exports/.")] = None,
) -> None:
    """Prouver des lignes du registre à quelqu’un qui n’a que Python, ou sh et openssl (avant openssl 3, bc aussi)."""
    from sync_service.adapters.documents.proof_zip import proof_zip
    from sync_service.adapters.ledger_sql import prove as make
    from sync_service.cli.consulting import tell_purpose
    from sync_service.cli.exporting import write_export
    from sync_service.cli.marking import notices, seal_if_sound
    from sync_service.cli.opening import open_app, write_text
    from sync_service.domain.consultations import purpose_code
    from sync_service.usecases.exports import Export
    from sync_service.usecases.proving import CertificateLines, certificate_lines

    here, why = session(context), purpose_code(purpose)
    if not certificate and not line and since is None:
        raise UsageError("Dites quoi prouver : --certificate N° ou CODE, --line NUMÉRO, ou --since SCELLÉ.")
    with open_app(here) as app:
        found = certificate_lines(app.stores.ledger, certificate) if certificate else CertificateLines("", ())
        lines = [*(line or ()), *found.lines]
        seal_if_sound(app)
        proof = make(app.stores, lines, reveal=reveal, since=since)
        name = f"preuve-{_slug(found.number) or '-'.join(map(str, lines)) or 'registre'}"[:80]
        path = out or app.config.path(app.config.exports_dir) / f"{name}.zip"
        content = proof_zip(proof, name, notices(app))
        if reveal:
            made = Export("proof", "zip", len(proof.lines), "register")
            write_export(app, None, path, content, made, about=_shown(proof), purpose=why)
        else:
            write_text(path, content, private=True)
            tell_purpose(here, why)
    here.say(f"Preuve de {french.count(len(proof.lines), 'ligne')}, scellé de taille {proof.size} : {path}")
    if found.number:
        here.say(f"Certificat n° {found.number} : toutes les lignes qui le nomment à cette taille y sont.")
    here.say("Son LISEZ-MOI dit comment la vérifier hors ligne.")
    here.result(
        {
            "file": str(path), "size": proof.size, "lines": [item.seq for item in proof.lines],
            "certificate": found.number or None,
        }
    )  # fmt: skip


def export(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(help="Dossier à écrire ; sinon dans exports/.")] = None,
) -> None:
    """Écrire toutes les lignes du registre, avec leur scellé et de quoi les vérifier hors ligne ; aucun nom n’y figure."""
    from sync_service.adapters.documents.export_files import LINES, export_files
    from sync_service.adapters.ledger_sql import canonical_lines
    from sync_service.adapters.ledger_sql import prove as make
    from sync_service.cli.exporting import write_folder
    from sync_service.cli.marking import notices, seal_if_sound
    from sync_service.cli.opening import open_app

    here = session(context)
    with open_app(here) as app:
        seal_if_sound(app)
        seal = make(app.stores, ())
        folder = out or app.config.path(app.config.exports_dir) / f"registre-{seal.size}"
        contents: dict[str, bytes | Iterable[bytes]] = {**export_files(seal, notices(app))}
        contents[LINES] = canonical_lines(app.stores, seal.size)
        write_folder(folder, contents, lambda _: None)
    here.say(f"Registre, {french.count(seal.size, 'ligne')} : {folder}")
    here.say("Son LISEZ-MOI dit comment le vérifier hors ligne.")
    here.result({"folder": str(folder), "size": seal.size})


def _shown(proof: Proof) -> list[str]:
    """Return the subjects of whom a proof reveals something."""
    return [str(json.loads(line.canonical)["subject"]) for line in proof.lines if line.revealed is not None]


def _slug(number: str) -> str:
    return "".join(sign if sign.isalnum() or sign == "-" else "-" for sign in number)
