"""Who read whose file, what leaves with a name in it, and the specimens of a demonstration, at the command line."""

from __future__ import annotations

import io
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from lxml import etree
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from sync_service.bootstrap import open_stores
from sync_service.config import load_config
from sync_service.domain.consultations import Consultation
from tests.acceptance.installation import PROMOTION, Installation
from tests.acceptance.test_altered_register import lines, plain
from tests.acceptance.test_documents import certified
from tests.acceptance.test_folders import events

pytestmark = pytest.mark.slow  # each test is several commands, most of which draw


def consultations(here: Installation) -> tuple[Consultation, ...]:
    with open_stores(load_config(here.root / "config.toml")) as stores:
        return stores.access.entries()


def note(here: Installation, *found: Consultation) -> None:
    with open_stores(load_config(here.root / "config.toml")) as stores:
        stores.access.record(found)


def names(here: Installation) -> list[str]:
    return [value for person in here.people for value in (person["nom de naissance"], person["matricule"]) if value]


def words(path: Path) -> str:
    """Return what a person reads of a file, whatever its form."""
    content = path.read_bytes()
    if path.suffix == ".pdf":
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if path.suffix == ".xlsx":
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])
    return content.decode("utf-8-sig")


def test_a_file_that_is_read_is_noted_and_the_person_is_told_by_whom(ready: Installation) -> None:
    who = ready.people[0]["matricule"]
    assert ready("report", "promotion").code == 0
    assert ready("report", "modules").code == 0
    assert ready("report", "candidate", "--candidate", who, "--format", "pdf", "--purpose", "recours").code == 0
    assert ready("report", "candidate", "--candidate", who, "--purpose", "curiosité").code == 64
    assert ready("document", "record", "--candidate", who).code == 0
    kept = consultations(ready)
    assert [item.what for item in kept] == ["promotion/html", "candidate/pdf", "record/pdf"]
    assert [item.purpose for item in kept] == ["", "recours", ""]
    assert kept[0].subject == f"prom:{PROMOTION}"
    assert kept[1].subject == kept[2].subject
    assert kept[1].subject.startswith("cand_")
    assert {item.actor for item in kept} == {"agent-01"}
    assert kept[1].size == kept[0].size + 1
    with closing(sqlite3.connect(ready.root / "cyclesync.sqlite")) as base:
        stored = b"".join(bytes(detail) for (detail,) in base.execute("SELECT detail FROM access_log"))
    assert not [name for name in (*names(ready), kept[1].subject) if name.encode() in stored]

    served = ready.json("access", who)
    page = plain((ready.root / served["folder"] / "consultations.html").read_text("utf-8"))
    for said in ("fiche de suivi (pdf)", "recours", "agent-01", "liste de plusieurs personnes", "votre dossier"):
        assert said in page
    assert consultations(ready)[-1].purpose == "demande"


def test_why_the_files_of_a_control_are_read_is_noted_with_who_and_when(ready: Installation) -> None:
    first, second = (person["matricule"] for person in ready.people[:2])
    assert ready("report", "inspection", "--candidate", first, "--purpose", "curiosité", "--out", "a").code == 64
    assert consultations(ready) == ()
    assert ready("report", "inspection", "--candidate", f"{first},{second}", "--out", "a").code == 0
    assert ready("report", "inspection", "--candidate", first, "--purpose", "recours", "--out", "b").code == 0
    *control, appeal = consultations(ready)
    assert [(item.what, item.actor, item.purpose) for item in control] == [
        ("inspection/folder", "agent-01", "controle")
    ] * 2
    assert control[0].subject != control[1].subject
    assert (appeal.what, appeal.actor, appeal.purpose) == ("inspection/folder", "agent-01", "recours")
    assert appeal.subject in {item.subject for item in control}
    assert control[0].at == control[1].at < appeal.at
    reasons = [e["reason"] for e in events(ready, "export.produced")]
    assert reasons == ["control", None]
    served = ready.json("access", first)
    (table,) = etree.HTML((ready.root / served["folder"] / "consultations.html").read_text("utf-8")).findall(".//table")
    shown = [
        [plain("".join(map(str, cell.itertext()))) for cell in row.findall("*")] for row in table.findall("./tbody/tr")
    ]
    assert [(row[1], row[2], row[4]) for row in shown] == [
        ("agent-01", "dossier de contrôle", "contrôle"),
        ("agent-01", "dossier de contrôle", "recours"),
    ]
    assert all(row[0] for row in shown)


def test_a_purpose_given_where_nobody_is_named_is_said_not_to_be_kept(ready: Installation) -> None:
    size = lines(ready)
    for command in (
        ["report", "modules"], ["report", "R13"], ["report", "outcome", "--promotion", "all"], ["report", "integrity"],
        ["ledger", "prove", "--line", "0"],
    ):  # fmt: skip
        said, silent = ready(*command, "--purpose", "jury"), ready(*command)
        assert (said.code, silent.code) == (0, 0), command
        assert "le motif n’est pas gardé" in plain(said.err), command
        assert "motif" not in silent.err + silent.out, command
        assert ready(*command, "--purpose", "curiosité").code == 64
    assert consultations(ready) == ()
    assert [e["reason"] for e in events(ready, "export.produced")] == []
    assert lines(ready) == size


def test_consultations_of_more_than_a_year_are_proposed_and_erased_on_demand(ready: Installation) -> None:
    old = Consultation(datetime(2020, 3, 1, tzinfo=UTC), "agent-01", "prom:x", "promotion/html")
    note(ready, old)
    size = lines(ready)
    shown = ready("retention", "show")
    assert "1 ligne est plus ancienne" in plain(shown.out)
    assert "retention eliminate consultations" in shown.out
    declined = ready("retention", "eliminate", "consultations", answer="n\n")
    assert "Rien n’a été effacé" in declined.out
    erased = ready("retention", "eliminate", "consultations", "--yes")
    assert "1 consultation effacée" in plain(erased.out)
    assert old not in consultations(ready)
    assert lines(ready) == size


def test_a_preview_names_nobody_unless_asked_and_then_the_register_says_so(ready: Installation) -> None:
    assert ready("plan", PROMOTION).code == 2
    path = ready.root / "exports" / f"plan-{PROMOTION}.html"
    assert not [name for name in names(ready) if name in path.read_text("utf-8")]
    size = lines(ready)
    shown = ready("plan", PROMOTION, "--with-names")
    assert shown.code == 2
    assert [name for name in names(ready) if name.upper() in path.read_text("utf-8").upper()]
    assert lines(ready) == size + 1
    assert [item.what for item in consultations(ready)] == ["plan/écran", "plan/html"]


def test_everything_that_a_demonstration_prints_says_specimen(ready: Installation) -> None:
    who = certified(ready)
    for form in ("html", "csv", "json", "xlsx", "pdf"):
        for command in (["candidate", "--candidate", who], ["certificates"], ["modules"], ["integrity"]):
            made = ready.json("report", *command, "--format", form)
            assert "SPÉCIMEN" in words(ready.root / made["file"]), made
    machine = ready.json("report", "certificates", "--format", "csv", "--profile", "machine")
    assert "SPÉCIMEN" in words(ready.root / machine["file"])
    for command in (
        ["certificate", "--candidate", who], ["minutes"], ["attendance-sheet", "--session", "m1-a"],
        ["acknowledgement", "--candidate", who], ["record", "--candidate", who],
    ):  # fmt: skip
        (made,) = ready.json("document", *command, "--date", "2027-06-30")["documents"]
        pages = PdfReader(made["file"]).pages
        assert all("SPÉCIMEN" in page.extract_text() for page in pages[:1]), made
        assert command[0] != "certificate" or len(pages) == 1
    merged = ready.json("document", "acknowledgement", "--candidate", who, "--date", "2027-06-30", "--format", "csv")
    assert "SPÉCIMEN" in words(ready.root / merged["file"])
    book = ready.json("workbook", "make", PROMOTION)
    assert "SPÉCIMEN" in words(ready.root / book["file"])
    served = ready.root / ready.json("access", who)["folder"]
    for path in served.rglob("*"):
        if path.suffix in {".html", ".pdf"} or path.name in {"LISEZ-MOI.txt", "lignes.json"}:
            assert "SPÉCIMEN" in words(path), path
    assert json.loads((served / "lignes.json").read_text("utf-8"))["notices"][0].startswith("SPÉCIMEN")
    assert ready("init", "--recovery-sheet").out.startswith("SPÉCIMEN")
    folder = ready.root / ready.json("ledger", "export")["folder"]
    assert "SPÉCIMEN" in words(folder / "LISEZ-MOI.txt")
    assert ready("plan", PROMOTION).code == 2
    assert "SPÉCIMEN" in words(ready.root / "exports" / f"plan-{PROMOTION}.html")


def test_a_stranger_checks_a_certificate_from_its_printed_code(ready: Installation) -> None:
    who = certified(ready)
    made = ready.json("report", "certificates", "--format", "csv", "--profile", "machine")
    head, row = (line.split(",") for line in words(ready.root / made["file"]).splitlines()[:2])
    code = next(cell for name, cell in zip(head, row, strict=False) if name == "code")
    proof = ready.json("ledger", "prove", "--certificate", code.lower())
    assert proof["certificate"].endswith("-0001")
    before = len(consultations(ready))
    shown = ready.json("ledger", "prove", "--certificate", proof["certificate"], "--reveal", "--out", "revele.zip")
    assert {item.what for item in consultations(ready)[before:]} == {"proof/zip"}
    for name, revealed in ((proof["file"], False), (shown["file"], True)):
        alone = ready.root / f"inconnu-{revealed}"
        ZipFile(ready.root / name).extractall(alone)
        (folder,) = alone.iterdir()
        commands = ([sys.executable, "-I", "verifier.py"], ["sh", "verifier.sh"])
        done = [subprocess.run(c, cwd=folder, capture_output=True, text=True, check=False) for c in commands]
        assert [run.returncode for run in done] == [0, 0], done
        assert done[0].stdout == done[1].stdout
        assert code in done[0].stdout
        assert ("aucun nom n’est joint" in done[0].stdout) is not revealed
        texts = b"".join(path.read_bytes() for path in folder.glob("ligne-*"))
        assert (ready.people[0]["prénom"].encode() in texts) is False
        assert who.encode() not in texts or revealed
