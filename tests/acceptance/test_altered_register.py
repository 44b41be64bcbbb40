"""A register altered on its own machine, by someone who can: nothing more is added, everything says it, one act goes on."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.acceptance.installation import PROMOTION, Installation, Ran

pytestmark = pytest.mark.slow  # each test is several commands, each a process

PROCEDURE = "docs/fr/verification-echoue.md"
LINE = "La dernière vérification du registre, le"


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def alter(here: Installation, *statements: str) -> None:
    """Do with sqlite3 what the owner of the machine can: without the triggers, which are put back."""
    with closing(sqlite3.connect(here.root / "cyclesync.sqlite")) as base, base:
        triggers = [sql for (sql,) in base.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")]
        for name in ("no_update", "no_delete", "dense", "no_replace"):
            base.execute(f"DROP TRIGGER events_{name}")
        for statement in statements:
            base.execute(statement)
        for trigger in triggers:
            base.execute(trigger)


def change_line(here: Installation, seq: int) -> None:
    """Change one letter of a line’s bytes: its promotion's name, say."""
    alter(
        here, f"UPDATE events SET canonical = CAST(replace(canonical, 'officer', 'Officer') AS BLOB) WHERE seq = {seq}"
    )


def officer_line(here: Installation) -> int:
    with closing(sqlite3.connect(here.root / "cyclesync.sqlite")) as base:
        return int(base.execute("SELECT min(seq) FROM events WHERE instr(canonical, '\"officer\"')").fetchone()[0])


def lines(here: Installation) -> int:
    with closing(sqlite3.connect(here.root / "cyclesync.sqlite")) as base:
        return int(base.execute("SELECT count(*) FROM events").fetchone()[0])


def refused(done: Ran) -> None:
    assert done.code == 3, done.said
    assert PROCEDURE in done.err
    assert len(done.err.strip().splitlines()) == 1, done.err


def a_record(here: Installation) -> str:
    person = here.people[0]["matricule"]
    path = here.root / "actes.csv"
    path.write_text(f"acte;stagiaire;le;valeur\ndossier-transmis;{person};17/03/2027;\n", encoding="utf-8-sig")
    return str(path)


ADDING: Sequence[Sequence[str]] = (
    ("pull",), ("plan", PROMOTION), ("retention", "propose"), ("retention", "transfer", PROMOTION), ("ledger", "checkpoint"),
    ("document", "attendance-summary", "--session", "m1-a"), ("init", "--new-signing-key"),
)  # fmt: skip


def test_a_line_changed_by_hand_stops_every_addition_and_is_said_everywhere(ready: Installation) -> None:
    book = ready("workbook", "make", PROMOTION)
    assert book.code == 0, book.said
    changed = officer_line(ready)
    change_line(ready, changed)
    assert ready("retention", "show").code == 0  # nobody has verified yet: nobody knows
    verified = ready("ledger", "verify")
    assert verified.code == 1
    assert f"Ligne {changed} : son empreinte n’est pas celle de son contenu." in plain(verified.out)
    assert PROCEDURE in verified.out
    checked = ready("check")
    assert checked.code == 1
    assert "registre : La dernière vérification" in plain(checked.out)

    size = lines(ready)
    refused(ready("roster", "import", str(ready.roster), "--yes"))
    refused(ready("record", a_record(ready)))
    refused(ready("workbook", "read", str(ready.root / "exports" / f"classeur-{PROMOTION}.xlsx"), "--yes"))
    refused(ready("access", ready.people[0]["matricule"]))
    for command in ADDING:
        refused(ready(*command))
    assert lines(ready) == size

    for form in ("html", "csv", "json"):
        made = ready("report", "promotion", "--format", form)
        assert made.code == 0, made.said
        assert LINE in plain(made.err)
        assert LINE in plain((ready.root / "exports" / f"tableau-de-bord-{PROMOTION}.{form}").read_text("utf-8-sig"))
    assert ready("workbook", "make", PROMOTION).code == 0
    read = CalamineWorkbook.from_path(str(ready.root / "exports" / f"classeur-{PROMOTION}.xlsx"))
    assert any(LINE in plain(str(cell)) for row in read.get_sheet_by_name("Lisez-moi").to_python() for cell in row)
    saved = ready("backup", "sauvegardes")
    assert saved.code == 1
    assert LINE in plain(saved.out)
    (folder,) = (ready.root / "sauvegardes").glob("cyclesync-*")
    assert folder.name.endswith("-a-examiner")
    assert json.loads((folder / "manifest.json").read_text("utf-8"))["findings"] != []
    assert lines(ready) == size

    nobody = ready("ledger", "verify", "--accept-broken", "aucune sauvegarde lisible")
    assert nobody.code == 0, nobody.said
    assert f"inscrite à la ligne {size}" in plain(nobody.out)
    again = ready("ledger", "verify")
    assert again.code == 1
    assert "Plus rien" not in again.out
    assert ready("ledger", "checkpoint").code == 0
    assert ready("report", "modules").code == 0
    page = plain((ready.root / "exports" / f"modules-{PROMOTION}.html").read_text("utf-8"))
    assert "le service a décidé de continuer" in page
    assert f"est inscrite à sa ligne {size}" in page
    change_line(ready, changed + 1)
    assert ready("ledger", "verify").code == 1
    refused(ready("retention", "propose"))


def test_the_last_line_is_looked_at_before_each_addition(ready: Installation) -> None:
    last = lines(ready) - 1
    alter(ready, f"UPDATE events SET canonical = CAST(replace(canonical, 'E3', 'E4') AS BLOB) WHERE seq = {last}")
    refused(ready("retention", "propose"))
    assert lines(ready) == last + 1


def test_an_old_copy_of_the_base_is_refused_by_the_seals_kept_elsewhere(ready: Installation) -> None:
    old = ready.root / "vieille.sqlite"
    shutil.copy(ready.root / "cyclesync.sqlite", old)
    assert ready("report", "promotion").code == 0
    assert ready("ledger", "checkpoint").code == 0
    newest = max((ready.root / "checkpoints").glob("*.checkpoint"))
    for path in ready.root.glob("cyclesync.sqlite*"):
        path.unlink()
    shutil.copy(old, ready.root / "cyclesync.sqlite")
    size = lines(ready)
    refused(ready("retention", "propose"))
    gone_on = ready("ledger", "verify", "--accept-broken", "la machine est perdue")
    assert gone_on.code == 0, gone_on.said
    assert lines(ready) == size + 1
    assert not newest.exists()
    assert [p.name for p in (ready.root / "checkpoints").glob("avant-rupture-*/*")] == [newest.name]
    assert ready("ledger", "checkpoint").code == 0
    clean = ready("ledger", "verify", "--strict")
    assert clean.code == 0, clean.said
    assert ready("report", "modules").code == 0
    assert "Une rupture" in (ready.root / "exports" / f"modules-{PROMOTION}.html").read_text("utf-8")


def test_a_sound_backup_put_back_lifts_the_refusal(ready: Installation) -> None:
    assert ready("ledger", "checkpoint").code == 0
    saved = ready("backup", "sauvegardes")
    assert saved.code == 0, saved.said
    assert "La sauvegarde a été relue : en ordre." in plain(saved.out)
    change_line(ready, officer_line(ready))
    assert ready("ledger", "verify").code == 1
    refused(ready("retention", "propose"))
    (folder,) = (ready.root / "sauvegardes").glob("cyclesync-*")
    for path in ready.root.glob("cyclesync.sqlite*"):
        path.rename(path.with_suffix(path.suffix + ".fautif"))
    back = ready("restore", str(folder))
    assert back.code == 0, back.said
    assert ready("retention", "propose").code == 0


def test_a_lighter_verification_lifts_nothing(ready: Installation) -> None:
    away = ready.root / "ailleurs"
    assert ready("ledger", "checkpoint").code == 0
    shutil.copytree(ready.root / "checkpoints", away)
    old = ready.root / "vieille.sqlite"
    shutil.copy(ready.root / "cyclesync.sqlite", old)
    assert ready("report", "promotion").code == 0
    assert ready("ledger", "checkpoint").code == 0
    shutil.copytree(ready.root / "checkpoints", away, dirs_exist_ok=True)
    ready.configure('checkpoints_dir = "checkpoints"\n', "")
    for path in ready.root.glob("cyclesync.sqlite*"):
        path.unlink()
    shutil.copy(old, ready.root / "cyclesync.sqlite")
    alone = ready("ledger", "verify")
    assert alone.code == 0  # without a seal from elsewhere nothing tells, and that is said
    assert "rien ne prouve que le registre n’a pas été récrit en entier" in plain(alone.out)
    compared = ready("ledger", "verify", "--against", str(away))
    assert compared.code == 1
    assert "gardé là où personne, sur cette machine, ne peut le récrire" in plain(compared.out)
    refused(ready("retention", "propose"))
    lighter = ready("ledger", "verify")
    assert lighter.code == 0
    assert "a regardé moins" in plain(lighter.out)
    refused(ready("retention", "propose"))


def test_a_document_lost_or_damaged_is_found_and_its_absence_is_listed(ready: Installation) -> None:
    assert ready("document", "attendance-summary", "--session", "m1-a").code == 0
    (kept,) = (path for path in (ready.root / "blobs").rglob("*.key_*"))
    found = ready.json("ledger", "verify")
    assert [item["state"] for item in found["documents"]] == ["whole"]
    content = kept.read_bytes()
    kept.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    damaged = ready("--json", "ledger", "verify")
    assert damaged.code == 1
    assert [item["state"] for item in damaged.json["documents"]] == ["damaged"]
    kept.unlink()
    assert [item["state"] for item in ready("--json", "ledger", "verify").json["documents"]] == ["missing"]
    assert ready("ledger", "verify", "--no-documents").code == 0
    refused(ready("retention", "propose"))
    kept.write_bytes(content)
    assert ready("ledger", "verify").code == 0
    assert ready("retention", "propose").code == 0


def test_an_outside_seal_that_is_not_there_stops_nothing(ready: Installation) -> None:
    ready.configure('checkpoints_dir = "checkpoints"', 'checkpoints_dir = "absent"')
    verified = ready("ledger", "verify")
    assert verified.code == 1
    assert "introuvables" in verified.out
    assert ready("retention", "propose").code == 0


def test_reading_an_altered_register_is_possible_and_noted(ready: Installation, tmp_path: Path) -> None:
    change_line(ready, officer_line(ready))
    assert ready("ledger", "verify").code == 1
    out = tmp_path / "journal.csv"
    made = ready("report", "journal", "--format", "csv", "--out", str(out))
    assert made.code == 0, made.said
    assert LINE in plain(out.read_text("utf-8-sig"))
