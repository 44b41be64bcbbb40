"""Folders that people are handed: a control, a person's own file, definitive archives, the register whole."""

from __future__ import annotations

import hashlib
import json
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.acceptance.installation import PROMOTION, Installation

SCAN = b"%PDF-1.4 feuille signee"
MINUTES = b"%PDF-1.4 pv signe"


def recorded(made: Installation) -> None:
    """A signed sheet with its scan, a jury whose minutes are signed and filed."""
    (made.root / "feuille.pdf").write_bytes(SCAN)
    (made.root / "pv.pdf").write_bytes(MINUTES)
    who = made.people[0]["matricule"]
    lines = [
        "acte;date;stagiaire;session;jury;valeur;référence;fichier",
        "feuille signée;24/09/2026;;m1-a;;;;feuille.pdf",
        f"dossier transmis;10/02/2027;{who};;;;;",
        f"dossier complet;11/02/2027;{who};;;;;",
        f"dossier recevable;12/02/2027;{who};;;;;",
        f"dossier remis au jury;13/02/2027;{who};;j1;;;",
        "jury constitué;14/02/2027;;;j1;A. Un / B. Deux;1;",
        "jury convoqué;14/02/2027;;;j1;12/03/2027;;",
        f"candidat convoqué;14/02/2027;{who};;j1;;;",
        f"présence jury;12/03/2027;{who};;j1;présent;;",
        f"état figé;12/03/2027;{who};;j1;;;pv.pdf",
        f"décision;12/03/2027;{who};;j1;favorable;;",
        "PV établi;12/03/2027;;;j1;;PV-1;",
        "PV signé;12/03/2027;;;j1;;;pv.pdf",
    ]
    file = made.root / "actes.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    done = made("record", str(file))
    assert done.code == 0, done.said


def paths(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def check_list(folder: Path) -> None:
    """Each file is 0600 and is what the list says."""
    listed = dict(line.split("  ", 1)[::-1] for line in (folder / "SOMMAIRE.txt").read_text("utf-8").splitlines())
    assert set(listed) == paths(folder) - {"SOMMAIRE.txt"}
    for name, digest in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def verified(program: Path) -> str:
    done = subprocess.run([sys.executable, "-I", str(program)], capture_output=True, text=True, timeout=60, check=False)
    return done.stdout + done.stderr


def events(made: Installation, type_: str) -> list[dict[str, object]]:
    """Return the lines of a type, from the exported register."""
    out = made.root / f"lignes-{type_}"
    assert made("ledger", "export", "--out", str(out)).code == 0
    lines = (out / "lignes.jsonl").read_text("utf-8").splitlines()
    return [event for event in map(json.loads, lines) if event["type"] == type_]


@pytest.mark.slow  # eight commands, each a process that draws PDFs
def test_three_names_are_drawn_and_three_files_are_complete(ready: Installation) -> None:
    recorded(ready)
    made = ready.json("report", "inspection", "--draw", "3", "--seed", "2027", "--out", "controle")
    assert (made["people"], made["seed"]) == (3, "2027")
    folder = ready.root / "controle"
    check_list(folder)
    people = sorted(path for path in folder.iterdir() if path.is_dir())
    assert len(people) == 3
    for person in people:
        names = paths(person)
        assert {
            "0-synthese.pdf",
            "0-lignes-du-registre.pdf",
            "0-fiche-de-suivi.pdf",
            "0-assiduite.html",
            "9-preuves.zip",
        } <= names
        (scan,) = [name for name in names if name.startswith("2-presences/")]
        assert (person / scan).read_bytes() == SCAN
        summary = (person / "0-lignes-du-registre.html").read_text("utf-8")
        assert "non transmis" in summary or "non établi" in summary
    with zipfile.ZipFile(people[0] / "9-preuves.zip") as archive:
        archive.extractall(ready.root / "preuves-lues")
    assert "\nCONFORME" in verified(ready.root / "preuves-lues" / "preuves" / "verifier.py")

    again = ready.json("report", "inspection", "--draw", "3", "--seed", "2027", "--out", "controle-2")
    assert again["missing"] == made["missing"]
    assert {p.name for p in (ready.root / "controle-2").iterdir()} == {p.name for p in folder.iterdir()}
    refused = ready("report", "inspection", "--out", "controle")
    assert refused.code != 0
    assert "existe déjà" in refused.err
    exports = [e for e in events(ready, "export.produced") if e["data"]["report"] == "inspection"]  # type: ignore[index]
    assert [(e["data"]["seed"], e["data"]["rows"], e["reason"]) for e in exports] == [("2027", 3, "control")] * 2  # type: ignore[index]
    said = json.dumps(exports)
    assert not [p for p in ready.people if p["nom de naissance"] in said or p["matricule"] in said]
    assert ready("ledger", "verify", "--strict").code == 0


@pytest.mark.slow  # five commands, each a process that draws PDFs
def test_a_person_receives_what_is_held_about_her_and_nobody_else(ready: Installation) -> None:
    recorded(ready)
    her = ready.people[0]
    noted = ready.json("access", her["matricule"], "--request-only", "--received", "2026-11-02")
    assert (noted["due_on"], noted["folder"]) == ("2026-12-02", None)
    made = ready.json("access", her["matricule"], "--out", "acces")
    assert made["due_on"] == "2026-12-02"
    folder = ready.root / "acces"
    check_list(folder)
    names = paths(folder)
    assert {"LISEZ-MOI.txt", "lignes.html", "lignes.json", f"{PROMOTION}/0-fiche-de-suivi.html"} <= names
    assert "Rectification" in (folder / "LISEZ-MOI.txt").read_text("utf-8")
    lines = json.loads((folder / "lignes.json").read_text("utf-8"))["lines"]
    assert her["nom de naissance"] in json.dumps(lines, ensure_ascii=False)
    assert [line["type"] for line in lines][-1] == "access.requested"
    everything = b"".join((folder / name).read_bytes() for name in names if not name.endswith(".pdf")).decode()
    others = [p["e-mail"] for p in ready.people[1:]] + [p["matricule"] for p in ready.people[1:]] + ["B. Deux"]
    assert not [said for said in others if said in everything]
    served = events(ready, "access.served")
    assert [e["data"]["sha256"] for e in served] == [hashlib.sha256((folder / "SOMMAIRE.txt").read_bytes()).hexdigest()]  # type: ignore[index]


@pytest.mark.slow  # four commands, each a process that draws PDFs
def test_archives_receive_what_they_keep_and_can_check_it_alone(ready: Installation) -> None:
    recorded(ready)
    size = ready.size()
    made = ready.json("retention", "transfer", PROMOTION, "--out", "versement")
    folder = ready.root / "versement"
    check_list(folder)
    assert {
        "LISEZ-MOI.txt", "bordereau-de-versement.pdf", "registre-des-certificats.csv", "proces-verbaux.csv",
        "registre/lignes.jsonl", "registre/scelle.checkpoint", "registre/cle-publique.pem",
    } <= paths(folder)  # fmt: skip
    (signed,) = (folder / "proces-verbaux").iterdir()
    assert signed.read_bytes() == MINUTES
    assert made["size"] == len((folder / "registre" / "lignes.jsonl").read_bytes().splitlines()) == size
    program = folder / "registre" / "verifier.py"
    assert "\nCONFORME" in verified(program)
    assert ready.size() == size + 2, "the export and the transfer, nothing else: nothing is destroyed"
    assert [e["data"]["list"] for e in events(ready, "archive.transferred")] == [f"versement-{PROMOTION}"]  # type: ignore[index]

    lines = folder / "registre" / "lignes.jsonl"
    content = lines.read_bytes()
    for damaged in (
        content.replace(b"enrolment.recorded", b"enrolment.withdrawn", 1),
        content[: content.rindex(b"\n", 0, -1) + 1],
    ):
        lines.write_bytes(damaged)
        assert "NON CONFORME" in verified(program)
