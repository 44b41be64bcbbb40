"""Documents at the command line: from the blank sheet to the duplicate, issued once, kept, backed up and given back."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.installation import CYCLE, PROMOTION, Installation, edit

HEAD = "acte;date;stagiaire;session;jury;valeur;référence;qualité;fichier"
JURY = "jury-2027"
DAY = ("--date", "2027-06-30")


def record(made: Installation, *lines: str) -> None:
    path = made.root / "actes.csv"
    path.write_text("\n".join((HEAD, *lines, "")), encoding="utf-8-sig")
    done = made("record", "actes.csv")
    assert done.code == 0, done.said


def issue(made: Installation, kind: str, *arguments: str) -> Any:
    done = made("--json", "document", kind, *arguments)
    assert done.code == 0, done.said
    return done.json


def certified(made: Installation) -> str:
    """Take the first trainee to a signed and issued certificate, on paper only; return her number."""
    (made.root / "scan.pdf").write_bytes(b"%PDF-1.7 proces-verbal")
    who = made.people[0]["matricule"]
    record(
        made,
        f"dossier transmis;10/05/2027;{who};;;;;;", f"dossier complet;12/05/2027;{who};;;;;;",
        f"dossier recevable;12/05/2027;{who};;;;;;", f"jury constitué;15/05/2027;;;{JURY};A. Un / B. Deux;1;;",
        f"jury convoqué;15/05/2027;;;{JURY};18/06/2027;;;", f"candidat convoqué;20/05/2027;{who};;{JURY};;;;",
        f"dossier remis au jury;25/05/2027;{who};;{JURY};;;;", f"état figé;18/06/2027;{who};;{JURY};;;;",
        f"présence jury;18/06/2027;{who};;{JURY};présent;;;", f"décision;18/06/2027;{who};;{JURY};favorable;;;",
        f"PV établi;18/06/2027;;;{JURY};;PV 1;;", f"PV signé;18/06/2027;;;{JURY};;;;scan.pdf",
        f"numéro réservé;21/06/2027;{who};;;;;;", f"certificat signé;28/06/2027;{who};;;Signataire;;président;",
        f"certificat délivré;28/06/2027;{who};;;;;;",
    )  # fmt: skip
    return who


def blobs(made: Installation) -> list[Path]:
    return [path for path in (made.root / "blobs").rglob("*") if path.is_file()]


def test_the_blank_sheets_of_every_session_are_not_kept(ready: Installation) -> None:
    made = issue(ready, "attendance-sheet", "--session", "all")
    assert [Path(one["file"]).name for one in made["documents"]] == [
        f"feuille-emargement-{PROMOTION}-m1-a.pdf", f"feuille-emargement-{PROMOTION}-acc-1.pdf",
    ]  # fmt: skip
    assert not (ready.root / "blobs").exists()
    assert all(Path(one["file"]).stat().st_mode & 0o777 == 0o600 for one in made["documents"])
    assert ready("document", "list").out.count("\n") == 17


@pytest.mark.slow
def test_issued_once_given_back_drawn_again_for_a_reason_and_put_back_from_a_backup(ready: Installation) -> None:
    who = certified(ready)
    assert sha256(b"%PDF-1.7 proces-verbal").hexdigest() in {path.name[:64] for path in blobs(ready)}
    for kind in ("jury-list", "minutes", "jury-convening"):
        assert issue(ready, kind, *DAY)["documents"]
    for kind in ("certificate", "notification", "convening", "acknowledgement", "record"):
        assert issue(ready, kind, "--candidate", who, *DAY)["documents"][0]["new"], kind
    early = ready("document", "certificate", "--candidate", who, "--date", "2027-01-10")
    assert early.code == 3
    assert "Date demandée : 10 janvier 2027 ; possible à partir du 21 juin 2027" in early.err.replace(
        "\u00a0", " "
    ).replace("\u202f", " ")
    line = early.err.strip().rpartition("cyclesync ")[2].split()
    assert ready(*line[line.index("document") :]).code == 0
    first = issue(ready, "duplicate", "--candidate", who, *DAY)["documents"][0]
    path = Path(first["file"])
    content = path.read_bytes()
    assert sha256(content).hexdigest() == first["sha256"]
    path.unlink()

    letters = ready.root / "lms_mappings" / CYCLE / "letters"
    edit(letters / "convocation-candidat.md", "Munissez-vous", "Venez avec")
    before = issue(ready, "convening", "--candidate", who, *DAY)["documents"][0]
    assert not before["new"]
    again = issue(ready, "convening", "--candidate", who, *DAY, "--again", "texte modifié")["documents"][0]
    assert again["new"]
    assert again["sha256"] != before["sha256"]

    given = ready("document", "duplicate", "--candidate", who, *DAY)
    assert "rendu tel quel" in given.out
    assert path.read_bytes() == content

    assert ready("backup", "sauvegardes").code == 0
    shutil.rmtree(ready.root / "blobs")
    refused = ready("document", "duplicate", "--candidate", who, *DAY)
    assert refused.code == 1
    assert "restaurez-le d’une sauvegarde" in refused.err
    for file in ready.root.glob("cyclesync.sqlite*"):
        file.rename(file.with_suffix(".perdu" + file.suffix))
    (saved,) = (ready.root / "sauvegardes").glob("cyclesync-*")
    assert ready("restore", str(saved)).code == 0
    assert not issue(ready, "duplicate", "--candidate", who, *DAY)["documents"][0]["new"]
    assert path.read_bytes() == content
    assert ready("ledger", "verify").code == 0


def test_what_may_not_be_made_is_one_sentence(ready: Installation) -> None:
    who = ready.people[0]["matricule"]
    for arguments, said in (
        (["diplome"], "n’existe pas : choisissez parmi"),
        (["minutes"], "Nommez la session de jury"),
        (["certificate", "--candidate", who], "aucun numéro n’est réservé"),
        (["record", "--candidate", who, "--again", "envie"], "Motif d’un nouvel exemplaire"),
        (["record", "--candidate", who, "--format", "docx"], "choisissez pdf"),
    ):
        done = ready("document", *arguments)
        assert done.code in {3, 64}, (arguments, done.said)
        assert said in done.err.replace("\u00a0", " ").replace("\u202f", " "), (arguments, done.err)
        assert len(done.err.strip().splitlines()) == 1
    assert list(ready.root.glob("exports/*")) == []


def test_a_letter_with_a_mistake_is_named_by_check_and_stops_the_letter(ready: Installation) -> None:
    edit(ready.root / "lms_mappings" / CYCLE / "letters" / "relance.md", "Madame, Monsieur,", "{personne.age},")
    checked = ready("check")
    assert checked.code == 1
    assert "letters/relance.md, ligne 3" in checked.out
    who = ready.people[0]["matricule"]
    done = ready("document", "reminder", "--candidate", who, "--date", "2027-04-01")
    assert done.code == 1
    assert "ligne 3" in done.err


def test_the_mail_merge_has_one_row_for_each_letter(ready: Installation) -> None:
    made = issue(ready, "reminder", "--candidate", "all", "--format", "csv", "--date", "2027-04-01")
    assert made["rows"] == len(ready.people)
    lines = Path(made["file"]).read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1 + made["rows"]
    assert "dossier.manques" in lines[0]
    assert ';"049001";' in lines[1]
