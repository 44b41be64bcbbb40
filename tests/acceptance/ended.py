"""An installation whose promotion ended ten years before, so that everything in it may be eliminated."""

from __future__ import annotations

import re
from pathlib import Path

from tests.acceptance.installation import CYCLE, PROMOTION, Installation, make_installation

LIST, VISA = f"{PROMOTION}-01", "AD49 2026/12"


def make_ended(root: Path, *, dossiers: int = 1) -> Installation:
    """Make it, with a register that holds the dossiers of some people, a checkpoint, a backup and a list with its visa."""
    made = make_installation(root)
    promotions = made.root / "lms_mappings" / CYCLE / "promotions"
    settings = promotions / f"{PROMOTION}.toml"
    text = settings.read_text("utf-8")
    for key in ("starts_on", "ends_on", "date"):
        text = re.sub(rf"(?m)^{key} = 202(\d)", rf"{key} = 201\1", text)
    settings.write_text(text, "utf-8")
    for name in ("calendrier.csv", "stagiaires.csv"):
        path = promotions / PROMOTION / name
        path.write_text(re.sub(r"/202(\d)", r"/201\1", path.read_text("utf-8-sig")), "utf-8-sig")
    opened = "".join(f"dossier ouvert;{person['matricule']};17/01/2017\n" for person in made.people[:dossiers])
    acts = made.root / "actes.csv"
    acts.write_text(f"acte;stagiaire;date\n{opened}", "utf-8-sig")
    run(
        made, ["init"], ["roster", "import", str(made.roster), "--yes"], ["record", str(acts)], ["ledger", "checkpoint"],
        ["backup", "sauvegardes"], ["retention", "propose"], ["retention", "approve", LIST, "--visa", VISA],
    )  # fmt: skip
    return made


def run(made: Installation, *commands: list[str]) -> None:
    """Run commands that succeed."""
    for arguments in commands:
        done = made(*arguments)
        assert done.code == 0, done.said
