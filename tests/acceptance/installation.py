"""A whole installation in a folder, made from the repository's example, and ``cyclesync`` run on it as a process."""

from __future__ import annotations

import csv
import getpass
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync_service.adapters.moodle.transport import MoodleTransport
from sync_service.cli.demo.learner import Learner
from sync_service.sandbox import SERVICE_ACCOUNT, Sandbox

ROOT = Path(__file__).resolve().parents[2]
CYCLE = "coordonnateur_petite_enfance"
PROMOTION = "angers-2026-2027"
SECTIONS = ("s-bienvenue", "s-dossier", "s-m01", "s-m02")
ACTIVITIES = ("ou-j-en-suis", "calendrier-ics", "ce-que-je-dois-remettre", "depot-a", "depot-b", "m01-prep", "m02-prep")
SESSIONS = ("m1-a", "acc-1")
TRAINEES = 5
DEMO_ORIGIN = "demo/acceptance"

CONFIG = """\
promotions = ["{promotion}"]
logs = "cyclesync.log"

[register]
origin = "{origin}"
checkpoints_dir = "checkpoints"

[sites.demo]
url = "sandbox:./moodle.sqlite"
token = "file:secrets/moodle.token"
mode = "manage"
category = "cycles-certifiants"
candidate_status = true
timeout_seconds = 5

[actors."{account}"]
person = "agent-01"
capacity = "gestionnaire de certification"
"""


@dataclass(frozen=True)
class Ran:
    """What one command did."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def last_line(self) -> str:
        return self.out.rstrip().splitlines()[-1]


def run_cyclesync(arguments: Sequence[str], *, cwd: Path, answer: str = "", timeout: float = 60) -> Ran:
    """Run ``python -m sync_service``; a traceback is a failure whatever the test is about."""
    done = subprocess.run(
        [sys.executable, "-m", "sync_service", *arguments],
        cwd=cwd, input=answer, capture_output=True, text=True, encoding="utf-8", timeout=timeout, check=False, env=plain_environment(),
    )  # fmt: skip
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    assert "Erreur imprévue" not in done.stderr, done.stderr
    return Ran(done.returncode, done.stdout, done.stderr)


def plain_environment() -> dict[str, str]:
    """Return an environment that names no configuration, and finds the code from any folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CYCLESYNC_")}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "COLUMNS": "200"}


@dataclass(frozen=True)
class Installation:
    """A folder with its configuration; calling it runs a command there."""

    root: Path

    def __call__(self, *arguments: str, answer: str = "", timeout: float = 60) -> Ran:
        return run_cyclesync(["--config", "config.toml", *arguments], cwd=self.root, answer=answer, timeout=timeout)

    def json(self, *arguments: str) -> Any:
        return self("--json", *arguments).json

    def copy(self, to: Path) -> Installation:
        shutil.copytree(self.root, to, dirs_exist_ok=True)
        return Installation(to)

    @property
    def roster(self) -> Path:
        return self.root / "lms_mappings" / CYCLE / "promotions" / PROMOTION / "stagiaires.csv"

    @property
    def people(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.roster.read_text(encoding="utf-8-sig")), delimiter=";"))

    @property
    def token(self) -> str:
        return (self.root / "secrets" / "moodle.token").read_text(encoding="ascii")

    def size(self) -> int:
        """Return the register's size."""
        return int(self.json("ledger", "verify")["size"])

    def configure(self, old: str, new: str) -> None:
        """Change config.toml by hand."""
        edit(self.root / "config.toml", old, new)

    def plan(self) -> str:
        """Plan, and return the code to apply; changes are expected."""
        made = self("plan", PROMOTION)
        assert made.code == 2, made.said
        found = re.search(r"--fingerprint ([0-9a-f]{12,64})", made.last_line)
        assert found is not None, made.last_line
        return found[1]

    @contextmanager
    def sandbox(self) -> Iterator[Sandbox]:
        """Open the site between two commands."""
        with Sandbox.start(self.root / "moodle.sqlite") as site:
            yield site

    @contextmanager
    def served(self) -> Iterator[Sandbox]:
        """Serve the site from the test, and point the configuration at it, so that it outlives a killed command."""
        with self.sandbox() as site:
            before = (self.root / "config.toml").read_text(encoding="utf-8")
            self.configure("sandbox:./moodle.sqlite", site.url)
            try:
                yield site
            finally:
                (self.root / "config.toml").write_text(before, encoding="utf-8")

    def learner(self, site: Sandbox, number: int) -> Learner:
        """Return one trainee at her screen."""
        token = site.token(username(self.people[number]), "moodle_mobile_app")
        return Learner(MoodleTransport(site.url, token), site.course_id(PROMOTION), 0)


def username(person: dict[str, str]) -> str:
    return person["e-mail"].partition("@")[0]


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that is there."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def make_installation(
    root: Path,
    *,
    sections: Sequence[str] = SECTIONS,
    activities: Sequence[str] = ACTIVITIES,
    sessions: Sequence[str] = SESSIONS,
    trainees: int = TRAINEES,
    origin: str = DEMO_ORIGIN,
    roster: bytes = b"",
) -> Installation:
    """Make the folder: a smaller cycle, a configuration, a site with an account per trainee, a token. No register yet."""
    cycle = root / "lms_mappings" / CYCLE
    shutil.copytree(ROOT / "lms_mappings" / CYCLE, cycle)
    _keep_layout(cycle / "layouts" / "standard.toml", sections, activities)
    beside = cycle / "promotions" / PROMOTION
    _keep_lines(beside / "calendrier.csv", lambda line, _: line.split(";")[0] in sessions)
    _keep_lines(beside / "stagiaires.csv", lambda _, number: number <= trainees)
    if roster:
        (beside / "stagiaires.csv").write_bytes(roster)
    packages = {name.removesuffix("-prep") for name in activities if name.endswith("-prep")}
    for name in sorted(packages):
        shutil.copytree(ROOT / "scorm_packages" / CYCLE / name, root / "scorm_packages" / CYCLE / name)
    text = CONFIG.format(promotion=PROMOTION, origin=origin, account=getpass.getuser())
    (root / "config.toml").write_text(text, encoding="utf-8")
    made = Installation(root)
    with made.sandbox() as site:
        site.create_category("cycles-certifiants", "Cycles certifiants")
        for person in made.people:
            shown = person["nom d'usage"] or person["nom de naissance"]
            site.create_user(username(person), person["matricule"], person["prénom"], shown, person["e-mail"])
        write_secret(root / "secrets" / "moodle.token", site.token(SERVICE_ACCOUNT, "local_cyclesync"))
    return made


def write_secret(path: Path, value: str, *, mode: int = 0o600) -> None:
    """Write a secret's file with the given mode."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_text(value, encoding="ascii")
    path.chmod(mode)


def _keep_layout(path: Path, sections: Sequence[str], activities: Sequence[str]) -> None:
    """Keep the named sections and activities of a layout, in their order."""
    blocks = re.split(r"(?m)^(?=\[\[sections)", path.read_text(encoding="utf-8"))
    kept = [blocks[0]]
    for block in blocks[1:]:
        key = re.search(r'(?m)^key = "([^"]+)"', block)
        assert key is not None, block
        if key[1] in {*sections, *activities}:
            kept.append(block)
    path.write_text("".join(kept), encoding="utf-8")


def _keep_lines(path: Path, wanted: Any) -> None:
    """Keep the heading of a CSV file and the lines that are wanted."""
    lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    kept = [lines[0], *(line for number, line in enumerate(lines[1:], 1) if wanted(line, number))]
    path.write_text("".join(kept), encoding="utf-8-sig")


def make_ready(root: Path, **options: Any) -> Installation:
    """Make an installation whose register exists, with packages built and the list of trainees recorded."""
    made = make_installation(root, **options)
    for arguments in (["init"], ["package"], ["roster", "import", str(made.roster), "--yes"]):
        done = made(*arguments)
        assert done.code == 0, done.said
    return made


def apply_all(made: Installation) -> Installation:
    """Plan and apply."""
    done = made("apply", PROMOTION, "--fingerprint", made.plan())
    assert done.code == 0, done.said
    return made
