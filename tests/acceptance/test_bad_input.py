"""What a person can get wrong: one sentence that says what to do, the right exit code, nothing half-written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from sync_service.sandbox import SERVICE_ACCOUNT
from tests.acceptance.installation import PROMOTION, Installation, Ran, edit, run_cyclesync, write_secret


def refused(done: Ran, code: int, words: str) -> None:
    """Check that a command said what is wrong, on standard error, and nothing else."""
    assert done.code == code, done.said
    assert words in done.err, done.err
    assert done.out == ""
    title, *lines = done.err.strip().splitlines()
    assert title
    assert all(line.startswith("  - ") for line in lines), done.err


def test_no_configuration(tmp_path: Path) -> None:
    refused(run_cyclesync(["pull"], cwd=tmp_path), 1, "config.example.toml")
    assert list(tmp_path.iterdir()) == []


CONFIGURATIONS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "not TOML": ("[register]", "[register", ("TOML",)),
    "two mistakes": (
        "timeout_seconds = 5\n",
        'timeout_seconds = 5\npasword = "x"\nproxies = "y"\n',
        ("sites.demo.pasword", "sites.demo.proxies"),
    ),
    "a secret in clear": ('"file:secrets/moodle.token"', '"0123456789abcdef"', ("référence",)),
    "no such mode": ('mode = "manage"', 'mode = "write"', ("sites.demo.mode",)),
    "an address that is none": ('"sandbox:./moodle.sqlite"', '"moodle.exemple.invalid"', ("sites.demo.url",)),
}


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_a_wrong_configuration(name: str, bare: Installation) -> None:
    old, new, words = CONFIGURATIONS[name]
    bare.configure(old, new)
    done = bare("check")
    for word in words:
        refused(done, 1, word)
    assert "0123456789abcdef" not in done.said


def test_a_configuration_that_cannot_be_read(bare: Installation) -> None:
    (bare.root / "config.toml").write_bytes("# été\n".encode("cp1252"))
    refused(bare("check"), 1, "UTF-8")
    (bare.root / "config.toml").unlink()
    (bare.root / "config.toml").mkdir()
    refused(bare("check"), 1, "config.toml")


def test_no_register(bare: Installation) -> None:
    for command in (["plan", PROMOTION], ["pull"], ["ledger", "verify"], ["report", "promotion"]):
        refused(bare(*command), 1, "cyclesync init")
    assert not (bare.root / "cyclesync.sqlite").exists()


def test_a_register_that_was_moved_away(applied: Installation) -> None:
    (applied.root / "cyclesync.sqlite").rename(applied.root / "ailleurs.sqlite")
    refused(applied("pull"), 1, "cyclesync init")
    assert not (applied.root / "cyclesync.sqlite").exists()


def test_init_twice(ready: Installation) -> None:
    before = (ready.root / "secrets" / "master.key").read_bytes()
    done = ready("init")
    assert (done.code, done.out) == (1, ""), done.said
    assert (ready.root / "secrets" / "master.key").read_bytes() == before


def test_a_token_that_others_can_read(ready: Installation) -> None:
    write_secret(ready.root / "secrets" / "moodle.token", ready.token, mode=0o644)
    done = ready("plan", PROMOTION)
    refused(done, 1, "chmod 600")
    assert ready.token not in done.said


def test_an_unknown_promotion(ready: Installation) -> None:
    refused(ready("plan", "angers-1999"), 1, "angers-1999")


def test_a_promotion_whose_name_leaves_the_folder(ready: Installation) -> None:
    refused(ready("plan", "../../secret"), 1, "../../secret")


def test_an_exports_folder_that_is_a_file(applied: Installation) -> None:
    (applied.root / "exports").rename(applied.root / "avant")
    (applied.root / "exports").write_text("", encoding="utf-8")
    refused(applied("report", "promotion"), 1, "exports")
    refused(applied("plan", PROMOTION), 1, "exports")


def test_a_plan_in_observe_mode_writes_nothing(ready: Installation) -> None:
    with ready.sandbox() as site:
        write_secret(ready.root / "secrets" / "moodle.token", site.token(SERVICE_ACCOUNT, "observe"))
    ready.configure('mode = "manage"', 'mode = "observe"')
    refused(ready("plan", PROMOTION), 3, "observe")
    refused(ready("apply", PROMOTION, "--fingerprint", "0" * 16), 3, "observe")


USAGE: dict[str, list[str]] = {
    "no such command": ["publish"],
    "no such option": ["pull", "--force"],
    "no promotion": ["plan"],
    "no fingerprint": ["apply", PROMOTION],
    "a short fingerprint": ["apply", PROMOTION, "--fingerprint", "abc"],
    "a guard without a reason": ["plan", PROMOTION, "--allow", "attempt-loss:m01"],
    "a guard that is none": ["plan", PROMOTION, "--allow", "everything:m01=parce que"],
    "no such object": ["plan", PROMOTION, "--only", "m77"],
    "not a date": ["report", "promotion", "--as-of", "hier"],
    "no such report": ["report", "tableau"],
    "no such format": ["report", "promotion", "--format", "docx"],
    "nobody to draw": ["report", "inspection", "--draw", "0"],
    "more than there are": ["report", "inspection", "--draw", "40"],
    "a profile for a page": ["report", "missing", "--profile", "machine"],
    "access of nobody": ["access", "999999"],
    "no such cycle": ["package", "cycle_absent"],
    "no such edition": ["package", "--edition", "3"],
    "no such profile": ["lint", "build/packages/coordonnateur_petite_enfance/m01.zip", "--profile", "x"],
}


@pytest.mark.parametrize("name", USAGE)
def test_a_wrong_use(name: str, ready: Installation) -> None:
    done = ready(*USAGE[name])
    assert done.code == 64, done.said
    assert done.err.strip()
    assert done.out == ""


FILES: dict[str, Callable[[Path], list[str]]] = {
    "roster": lambda path: ["roster", "import", str(path), "--yes"],
    "acts": lambda path: ["record", str(path)],
    "lint": lambda path: ["lint", str(path)],
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_absent_or_a_folder(name: str, ready: Installation) -> None:
    absent = ready(*FILES[name](ready.root / "absent.csv"))
    assert absent.code in {1, 3, 64}, absent.said
    assert "absent.csv" in absent.said
    folder = ready(*FILES[name](ready.root / "lms_mappings"))
    assert folder.code in {1, 3, 64}, folder.said


def test_acts_of_people_and_sessions_that_are_not(ready: Installation) -> None:
    path = ready.root / "actes.csv"
    path.write_text(
        "acte;stagiaire;session;jury;date;demi-journée;valeur;référence;qualité;fichier;motif\n"
        "présence;999999;m1-a;;21/09/2026;matin;absent justifié;;;;\n"
        f"présence;{ready.people[0]['matricule']};m9-z;;21/09/2026;matin;absent justifié;;;;\n",
        encoding="utf-8-sig",
    )
    done = ready("record", "actes.csv")
    assert done.code == 4, done.said
    assert [line[:7] for line in done.out.splitlines()[:2]] == ["ligne 2", "ligne 3"]


def test_a_changed_fingerprint(ready: Installation) -> None:
    refused(ready("apply", PROMOTION, "--fingerprint", "0" * 16), 3, "cyclesync plan")


def test_a_change_after_the_plan_was_read(ready: Installation) -> None:
    code = ready.plan()
    layout = ready.root / "lms_mappings" / "coordonnateur_petite_enfance" / "layouts" / "standard.toml"
    edit(layout, 'name = "Ce que je dois remettre"', 'name = "À remettre"')
    refused(ready("apply", PROMOTION, "--fingerprint", code), 3, "rien n’a été écrit")
    with closing(sqlite3.connect(ready.root / "moodle.sqlite")) as site:
        assert site.execute("SELECT count(*) FROM course").fetchone() == (0,)


def test_a_package_that_was_not_built(ready: Installation) -> None:
    for path in (ready.root / "build").rglob("m01.*"):
        path.unlink()
    done = ready("plan", PROMOTION)
    assert done.code in {1, 3}, done.said
    assert "cyclesync package" in done.err
