"""``backup`` and ``restore``: the whole register in one folder, and back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from sync_service.cli.session import session
from sync_service.domain import french

if TYPE_CHECKING:
    from datetime import tzinfo

    from sync_service.adapters.ledger_sql import Restored, Verification
    from sync_service.config import Config


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Dossier qui reçoit les sauvegardes.")],
) -> int:
    """Sauvegarder le registre, ses clés, ses scellés et ses documents, sans arrêter personne ; la copie est relue."""
    from sync_service.adapters.ledger_sql import backup as make
    from sync_service.adapters.ledger_sql import keep_list, record_verification, remember_backups
    from sync_service.cli.opening import open_app
    from sync_service.cli.verifying import look_at_copy, newest_seal

    here = session(context)
    verified: list[Verification] = []
    with open_app(here) as app:
        seal = newest_seal(app.config)  # before the copy: one signed meanwhile may cover lines that the copy has not

        def check(copy: Path) -> tuple[str, ...]:
            verified.append(look_at_copy(app.config, copy, seal))
            return verified[0].findings

        made, manifest = make(
            app.stores, folders_of(app.config, checkpoints=True), folder, app.clock.now(), check=check
        )
        record_verification(app.stores, verified[0], strict=False, now=app.clock.now())
        remember_backups(app.stores, folder)
        wrong = keep_list(app.stores, app.clock.now())
        alarm = app.stores.alarm()
    here.say(f"Sauvegarde de {french.count(manifest.size, 'ligne')} : {made}")
    here.say(
        f"Effacez-y keys.sqlite le {manifest.keys_until:%d/%m/%Y} au plus tard, pour qu’une identité effacée le soit "
        "vraiment. Les trois clés de la fiche de secours n’y sont pas : gardez-les à part."
    )
    for finding in verified[0].findings:
        here.say(f"- {finding}")
    if verified[0].sound:
        here.say("La sauvegarde a été relue : en ordre.")
    else:
        here.say("La sauvegarde a été relue : elle est à examiner, et son nom le dit. N’effacez pas les précédentes.")
    for said in wrong:
        here.say(f"- {said}")
    if alarm is not None:
        here.say(alarm.line(ZoneInfo(app.config.daemon.zone)))
    here.result(
        {
            "folder": str(made), "size": manifest.size, "root": manifest.root, "keys_until": manifest.keys_until,
            "findings": list(verified[0].findings), "not_listed": list(wrong),
        }
    )  # fmt: skip
    return int(not verified[0].sound)


def restore(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Une sauvegarde, telle que « backup » l’a faite.")],
    previous: Annotated[
        str,
        typer.Option(
            metavar="BASE", help="L’ancien registre, déplacé : ses éliminations et ses lignes sont comparées."
        ),
    ] = "",
) -> int:
    """Remettre une sauvegarde en place ; ce qui est perdu est nommé, et inscrit au registre."""
    from sync_service.adapters.clock import SystemClock
    from sync_service.adapters.ledger_sql import Target
    from sync_service.adapters.ledger_sql import restore as put_back
    from sync_service.bootstrap import cli_actor, register_secrets

    here = session(context)
    config = here.config()
    outside = config.register_.checkpoints_dir
    target = Target(
        config.database_url,
        config.path(config.register_.keys),
        config.path(outside) if outside else None,
        folders_of(config, checkpoints=False),
        previous if not previous or "://" in previous else f"sqlite:///{Path(previous).resolve()}",
    )
    done = put_back(folder, target, register_secrets(config), cli_actor(config), SystemClock().now())
    zone = ZoneInfo(config.daemon.zone)
    taken = french.long_moment(datetime.fromisoformat(done.taken_at), zone)
    here.say(f"Registre restauré : {french.count(done.size, 'ligne')}, dans l’état du {taken}.")
    if done.lost:
        here.say(
            f"Perdu : {french.count(done.lost, 'ligne')} au moins, qu’un scellé gardé ailleurs connaît et que la sauvegarde "
            "n’a pas. Ressaisissez les enregistrements faits depuis ; « cyclesync pull --full » relit ce que Moodle sait."
        )
    elif outside is None:
        here.say(
            "Aucun scellé extérieur : rien ne dit si des lignes plus récentes sont perdues (voyez checkpoints_dir)."
        )
    for sentence in (*seals_said(done), *eliminations_said(done, zone), *done.left):
        here.say(sentence)
    if done.certificate:
        here.say(f"Plus haut numéro de certificat connu : {done.certificate}. Le prochain le suivra.")
    here.result(
        {
            "size": done.size, "lost": done.lost, "certificate": done.certificate, "taken_at": done.taken_at,
            "returned": {item.list_id: item.command for item in done.compared.back},
            "eliminations_known": not done.compared.unknown,
            "seals": {"compared": done.seals.compared, "uncompared": done.seals.uncompared,
                      "contradicted": done.seals.contradicted},
        }
    )  # fmt: skip
    return int(bool(done.seals.contradicted))


def seals_said(done: Restored) -> list[str]:
    """Say of the seals that cover lost lines which could be compared with a copy that still has them, one sentence each."""
    found = done.seals
    said = []
    if found.contradicted:
        said.append(
            f"À examiner : {_seals(found.contradicted)} dit d’autres lignes que les autres scellés. Le registre perdu a été "
            "réécrit entre deux scellés : gardez-les tous, et suivez docs/fr/verification-echoue.md."
        )
    if found.uncompared:
        said.append(
            f"Non comparé : {_seals(found.uncompared)}, entre la sauvegarde et le plus long, n’est comparé à rien : les lignes qu’il couvre "
            "sont perdues. Si l’ancien registre existe encore, nommez-le avec --previous : il serait comparé."
        )
    if found.compared:
        said.append(f"Comparé aux lignes qui en restent ailleurs : {_seals(found.compared)}, en ordre.")
    return said


def _seals(sizes: tuple[int, ...]) -> str:
    listed = french.listing([french.whole(size) for size in sizes])
    return f"le scellé de taille {listed}" if len(sizes) == 1 else f"chacun des scellés de tailles {listed}"


def eliminations_said(done: Restored, zone: tzinfo) -> list[str]:
    """Say what became of what was eliminated since the backup: one sentence each, or that nothing tells."""
    found = done.compared
    said = [*found.problems, *(item.came_back for item in found.back), *(item.stayed for item in found.stayed)]
    if found.unknown:
        newest = f" ; la plus récente est du {french.long_moment(found.newest, zone)}" if found.newest else ""
        said.append(
            f"Aucune liste des éliminations faites depuis cette sauvegarde n’a été trouvée (cherchée dans "
            f"{french.listing(found.looked)}{newest}) : ce qui a été éliminé depuis est revenu, et rien ne le rappellera. "
            "Reprenez les bordereaux visés depuis, et proposez-les de nouveau."
        )
    elif not said:
        until = (
            "l’ancien registre"
            if found.newest is None
            else f"liste tenue jusqu’au {french.long_moment(found.newest, zone)}"
        )
        said.append(
            f"Éliminations comparées ({until}) : rien de ce qui a été éliminé depuis la sauvegarde n’est revenu."
        )
    return said


def folders_of(config: Config, *, checkpoints: bool) -> dict[str, Path]:
    """Return the folders that go with a backup, and where they are."""
    outside = config.register_.checkpoints_dir
    kept = {"blobs": config.path(config.blobs_dir)}
    return kept | {"checkpoints": config.path(outside)} if checkpoints and outside else kept
