"""The folder of a demonstration: a whole installation that any command can be tried on afterwards."""

from __future__ import annotations

import getpass
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import sync_service
from sync_service.cli.demo.cast import SUSPENDED
from sync_service.config import Config, load_config
from sync_service.errors import StoreError

CYCLE = "coordonnateur_petite_enfance"
PROMOTION = "angers-2026-2027"
NEXT_PROMOTION = "angers-2027-2028"
"""The promotion of the next year: its first session, and who goes on there."""
NEXT_SESSION = "m1-2027"
SITE = "demo"

CONFIG = """\
# Une installation de démonstration : tout ce qui s’imprime ici est un SPÉCIMEN.
# Essayez : cyclesync --config config.toml plan {promotion}
mappings_dir = "lms_mappings"
packages_dir = "scorm_packages"
build_dir = "build"
exports_dir = "exports"
logo = "specimen.svg"
logs = "cyclesync.log"
promotions = ["{promotion}"]

[register]
origin = "demo/inset-angers"
database = "cyclesync.sqlite"
keys = "keys.sqlite"
checkpoints_dir = "checkpoints"
master_key = "file:secrets/master.key"
register_key = "file:secrets/register.key"
signing_key = "file:secrets/signing.key"

[sites.{site}]
url = "sandbox:./moodle.sqlite"
token = "file:secrets/moodle.token"
mode = "manage"
category = "cycles-certifiants"
candidate_status = true

[actors.{account}]
person = "agent-01"
capacity = "gestionnaire de certification"

[actors.demo-jury]
person = "jury-01"
capacity = "président du jury"
kind = "jury"

[actors.demo-president]
person = "president"
capacity = "président"
kind = "president"
"""


def sources() -> Path:
    """Return the folder that holds lms_mappings/ and scorm_packages/. Raises StoreError outside a clone."""
    root = Path(sync_service.__file__).resolve().parent.parent
    if not (root / "lms_mappings" / CYCLE).is_dir() or not (root / "scorm_packages" / CYCLE).is_dir():
        raise StoreError(
            "La démonstration a besoin des exemples du dépôt : lancez-la depuis un clone, avec « make demo »."
        )
    return root


def prepare(out: Path) -> Config:
    """Make the folder's files that are not there yet and read its configuration."""
    root = sources()
    out.mkdir(parents=True, exist_ok=True)
    for name in ("lms_mappings", "scorm_packages"):
        if not (out / name).exists():
            shutil.copytree(root / name / CYCLE, out / name / CYCLE)
    mark = out / "specimen.svg"
    if not mark.exists():
        shutil.copyfile(Path(__file__).with_name("specimen.svg"), mark)
    config = out / "config.toml"
    if not config.exists():
        text = CONFIG.format(promotion=PROMOTION, site=SITE, account=_bare(getpass.getuser()))
        config.write_text(text, encoding="utf-8")
    return load_config(config)


def _bare(account: str) -> str:
    return f'"{account}"' if not account.replace("-", "").replace("_", "").isalnum() else account


def write_token(out: Path, token: str) -> None:
    """Keep the token of the service account, readable by its owner only."""
    path = out / "secrets" / "moodle.token"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(token)


def write_next_promotion(out: Path) -> None:
    """Describe the next year's promotion, as the office does: the files of this year, other dates."""
    beside = out / "lms_mappings" / CYCLE / "promotions"
    text = (beside / f"{PROMOTION}.toml").read_text(encoding="utf-8")
    for before, after in _NEXT_YEAR:
        text = text.replace(before, after)
    (beside / NEXT_PROMOTION).mkdir(exist_ok=True)
    (beside / f"{NEXT_PROMOTION}.toml").write_text(text, encoding="utf-8")
    (beside / NEXT_PROMOTION / "calendrier.csv").write_text("\ufeff" + "\n".join(_calendar()) + "\n", encoding="utf-8")
    header, *lines = (beside / PROMOTION / "stagiaires.csv").read_text(encoding="utf-8-sig").splitlines()
    kept = [line for line in lines if line.startswith(SUSPENDED)]
    (beside / NEXT_PROMOTION / "stagiaires.csv").write_text(
        "\n".join(["\ufeff" + header, *kept]) + "\n", encoding="utf-8"
    )


_NEXT_YEAR = (
    ("Angers 2026-2027", "Angers 2027-2028"), ("CPE-ANGERS-2026", "CPE-ANGERS-2027"),
    ("starts_on = 2026-09-21", "starts_on = 2027-09-20"), ("ends_on = 2027-07-02", "ends_on = 2028-07-07"),
    ("date = 2027-06-18", "date = 2028-06-16"),
)  # fmt: skip


def _calendar() -> Iterator[str]:
    yield "session;module;date;demi-journée;début;fin;lieu;adresse;intervenants;méthodes;état;mis à jour le"
    for day in range(20, 23):
        for half, start, end in (("matin", "09:00", "12:30"), ("après-midi", "13:30", "17:00")):
            yield (
                f"{NEXT_SESSION};1;{day}/09/2027;{half};{start};{end};INSET d'Angers, salle Loire;"
                "Rue du Nid de Pie, CS 62020, 49016 Angers Cedex 1;Aurélie Vasseur;travaux de groupes;prévue;01/07/2027"
            )
