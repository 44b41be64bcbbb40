"""What a controller, the archives and a stranger are given: registers, a restoration drill, a proof."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile
from zoneinfo import ZoneInfo

from sync_service.adapters.documents.proof_zip import proof_zip
from sync_service.adapters.documents.rendering import render
from sync_service.adapters.ledger_sql import (
    Target,
    backup,
    integrity_of,
    open_register,
    prove,
    restore,
    sign_checkpoint,
    verify_register,
)
from sync_service.bootstrap import cli_actor, register_secrets
from sync_service.cli.backups import folders_of
from sync_service.cli.demo import cast
from sync_service.cli.demo.story import Story
from sync_service.cli.inspection import write_inspection
from sync_service.cli.marking import SPECIMEN, mark
from sync_service.domain.french import count, long_moment
from sync_service.domain.reports.integrity import integrity_report
from sync_service.usecases.desk import Desk
from sync_service.usecases.proving import certificate_lines

BACKUPS = "sauvegardes"
REGISTERS = {
    "attendance": "assiduite", "certificates": "registre-des-certificats", "modules": "modules", "outcome": "bilan",
    "journal": "journal-du-registre", "differences": "ecarts",
}  # fmt: skip
"""Report → name of its pages."""
PROOF = "preuve-certificat"
SEED = "20271103"
"""Seed of the draw: the same three people for the same list."""


def back_up(story: Story) -> None:
    """Save everything, before the holidays."""
    sign_checkpoint(story.app.stores, story.clock.now())
    folders = folders_of(story.app.config, checkpoints=True)
    backup(story.app.stores, folders, story.out / BACKUPS, story.clock.now())


def drill(story: Story) -> None:
    """Restore the backup in a folder aside, as if the machine were lost: the loss is named, then the folder goes."""
    sign_checkpoint(story.app.stores, story.clock.now())
    config = story.app.config
    saved = max((story.out / BACKUPS).glob("cyclesync-*"))
    outside = config.register_.checkpoints_dir
    with TemporaryDirectory(dir=story.out, prefix="exercice-") as place:
        aside = Path(place)
        if outside:
            shutil.copytree(config.path(outside), aside / "checkpoints")
        url, keys = f"sqlite:///{aside / 'register.sqlite'}", aside / "keys.sqlite"
        secrets = register_secrets(config)
        target = Target(url, keys, aside / "checkpoints", {"blobs": aside / "blobs"})
        done = restore(saved, target, secrets, cli_actor(config), story.clock.now())
        with closing(open_register(url, keys, secrets, checkpoints_dir=aside / "checkpoints")) as stores:
            found = verify_register(stores, strict=True)
    taken = long_moment(datetime.fromisoformat(done.taken_at), ZoneInfo(config.daemon.zone))
    text = (
        "SPÉCIMEN – exercice de restauration", "", f"Sauvegarde du {taken}, remise en place à côté.",
        f"Registre restauré : {count(done.size, 'ligne')}.",
        f"Perdu : {count(done.lost, 'ligne')} au moins, qu’un scellé gardé ailleurs connaît et que la sauvegarde n’a pas.",
        f"Plus haut numéro de certificat connu : {done.certificate}. Le prochain le suivra.",
        f"Registre {'en ordre' if found.sound else 'EN DÉFAUT'} : taille {found.size}, la restauration y est inscrite.",
        *found.findings, "", "Le dossier de l’exercice a été effacé ; le registre en service n’a pas été touché.",
    )  # fmt: skip
    story.page("exercice-restauration.txt", "\n".join(text) + "\n")


def prove_one_certificate(story: Story) -> None:
    """Write the proof of one certificate and check it as a stranger would, with both verifiers, in an empty folder."""
    stores = story.app.stores
    sign_checkpoint(stores, story.clock.now())
    proof = prove(
        stores, certificate_lines(stores.ledger, number_of(story, cast.EXEMPTED)).lines, reveal=False, since=None
    )
    content = proof_zip(proof, PROOF, (SPECIMEN,))
    story.page(f"{PROOF}.zip", content)
    with TemporaryDirectory() as place:
        ZipFile(BytesIO(content)).extractall(place)
        folder = next(Path(place).rglob("verifier.py")).parent
        said = [*_run(folder, (sys.executable, "-I", "verifier.py")), "", *_run(folder, ("sh", "verifier.sh"))]
    story.page(f"{PROOF}.txt", "\n".join(["SPÉCIMEN – une preuve vérifiée hors ligne", "", *said]) + "\n")


def _run(folder: Path, command: Sequence[str]) -> Iterator[str]:
    yield f"$ {Path(command[0]).name} {command[-1]}"
    if command[0] == "sh" and shutil.which("openssl") is None:
        yield "openssl n’est pas sur cette machine : ce vérificateur en a besoin, l’autre n’a besoin que de Python."
        return
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    yield from (done.stdout + done.stderr).splitlines()


def number_of(story: Story, matricule: str) -> str:
    """Return the number of one person's certificate."""
    files = story.files()
    desk = Desk(story.app.stores.ledger, files, story.app.system_filing(files))
    return desk.standing(matricule).certificate.number


def control_three_people(story: Story) -> None:
    """A controller draws three names: the whole file of each, in the order in which it is asked for."""
    day, folder = story.clock.now().date(), story.out / "pages" / "controle"
    write_inspection(story.app, story.files(), draw=3, seed=SEED, named="", as_of=day, out=folder)
    story.page("controle/SPECIMEN.txt", f"{SPECIMEN}\n")


def write_registers(story: Story) -> None:
    """Write what is shown to a controller and to the archives, to read, to print and to sort."""
    for name, page in REGISTERS.items():
        story.report(name, page=page, forms=("html", "xlsx", "pdf"))
    for name, page in (("promotion", "tableau-de-bord-fin"), ("missing", "manques-fin")):
        story.report(name, page=page, forms=("html", "xlsx", "pdf"))
    story.report("candidate", page="fiche-fin", candidate=cast.POSTPONED, forms=("html", "xlsx", "pdf"))
    found = integrity_of(story.app.stores, story.clock.now())
    made = mark(integrity_report(found, ZoneInfo(story.files().promotion.zone)), (SPECIMEN,))
    for form in ("html", "xlsx", "pdf"):
        story.page(f"integrite.{form}", render(made, form))
