"""The folder of a demonstration: a whole installation that any command can be tried on afterwards."""

from __future__ import annotations

import getpass
import os
import shutil
from pathlib import Path

import sync_service
from sync_service.config import Config, load_config
from sync_service.errors import StoreError

CYCLE = "coordonnateur_petite_enfance"
PROMOTION = "angers-2026-2027"
SITE = "demo"

CONFIG = """\
# Une installation de démonstration : tout ce qui s’imprime ici est un SPÉCIMEN.
# Essayez : cyclesync --config config.toml plan {promotion}
mappings_dir = "lms_mappings"
packages_dir = "scorm_packages"
build_dir = "build"
exports_dir = "exports"
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
