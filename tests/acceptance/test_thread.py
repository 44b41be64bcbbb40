"""One thread through the whole product, on the command line: from an empty folder to a sealed register."""

from __future__ import annotations

import csv
import io
import stat

import pytest

from tests.acceptance.installation import PROMOTION, Installation


@pytest.mark.slow  # some twenty-five processes, one after the other
def test_from_init_to_the_checkpoint(bare: Installation) -> None:
    assert bare("init").code == 0
    checked = bare("check")
    assert (checked.code, checked.last_line) == (0, "Tout est en place.")
    built = bare("package")
    assert built.out.count("construit") == 2
    assert bare("package").out.count("inchangé") == 2
    _the_list(bare)
    _the_course(bare)
    _the_facts(bare)
    _the_reports(bare)
    _the_register(bare)


def _the_list(bare: Installation) -> None:
    declined = bare("roster", "import", str(bare.roster), answer="n\n")
    assert declined.code == 130
    before = bare.size()
    recorded = bare("roster", "import", str(bare.roster), "--yes")
    assert recorded.code == 0
    assert recorded.out.count("Nouveau stagiaire") == 5
    again = bare("roster", "import", str(bare.roster), "--yes")
    assert again.last_line.startswith("0 ligne"), again.out
    assert bare.size() > before


def _the_course(bare: Installation) -> None:
    planned = bare("plan", PROMOTION)
    assert planned.code == 2
    assert planned.last_line.strip().startswith(f"cyclesync apply {PROMOTION} --fingerprint ")
    page = bare.root / "exports" / f"plan-{PROMOTION}.html"
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert planned.last_line.strip() in page.read_text(encoding="utf-8")
    arguments = planned.last_line.split()[1:]
    applied = bare(*arguments)
    assert applied.code == 0, applied.said
    again = bare(*arguments)
    assert again.code == 0
    assert "faits" not in again.out
    nothing = bare("plan", PROMOTION)
    assert nothing.code == 0, nothing.out
    with bare.sandbox() as site:
        assert site.messages() == 0
        site.reset_calls()
    assert bare("plan", PROMOTION).code == 0
    with bare.sandbox() as site:
        assert not [name for name in site.calls() if "ensure" in name or "adopt" in name]
        assert site.calls().total() <= 12
        assert site.calls(inside=True).total() <= 60


def _the_facts(bare: Installation) -> None:
    first = bare.json("pull")
    with bare.sandbox() as site:
        learner = bare.learner(site, 0)
        learner.work_through("Préparer le module 1", finish=True, minutes=21)
        learner.read_page("Ce que je dois remettre")
        learner.deposit("Dépôt A", "dossier.pdf", b"%PDF-1.4 a", hand_in=True)
        learner.deposit("Dépôt B", "documents.pdf", b"%PDF-1.4 b", hand_in=False)
    pulled = bare.json("pull")
    assert pulled["demo"]["route"] == "feed"
    assert pulled["demo"]["unread"] == []
    assert pulled["demo"]["written"] >= 5
    assert pulled["size"] == first["size"] + pulled["demo"]["written"]
    assert bare.json("pull")["demo"]["written"] == 0
    assert bare.json("pull", PROMOTION)[PROMOTION]["written"] == 0


def _the_reports(bare: Installation) -> None:
    matricule = bare.people[0]["matricule"]
    size = bare.json("ledger", "verify")["size"]
    for rank, name in enumerate(("promotion", "candidate", "missing")):
        chosen = ["--candidate", matricule] if name == "candidate" else []
        pages = {}
        for form in ("html", "csv", "json"):
            made = bare.json("report", name, *chosen, "--format", form)
            path = bare.root / made["file"]
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            pages[form] = path.read_bytes()
        assert pages["html"].startswith(b"<!DOCTYPE html>")
        assert b'lang="fr"' in pages["html"]
        assert f"taille {size + 3 * rank}".encode() in pages["html"].replace("\N{NO-BREAK SPACE}".encode(), b" "), name
        assert pages["csv"].startswith(b"\xef\xbb\xbf")
        assert len(list(csv.reader(io.StringIO(pages["csv"].decode("utf-8-sig")), delimiter=";"))) > 1
        assert b"{" in pages["json"][:2]
    assert bare.size() == size + 9, "each file that names people is a line of the register"


def _the_register(bare: Installation) -> None:
    sealed = bare("ledger", "checkpoint")
    assert sealed.code == 0
    assert len(list((bare.root / "checkpoints").iterdir())) == 1
    assert bare("ledger", "checkpoint").last_line == "Rien de nouveau à sceller."
    verified = bare("--json", "ledger", "verify", "--strict", "--against", "checkpoints")
    assert (verified.code, verified.json["findings"]) == (0, []), verified.said
    assert verified.json["outside_checkpoint"]


@pytest.mark.slow  # fifteen processes, one after the other
def test_every_command_answers_in_json(ready: Installation) -> None:
    assert isinstance(ready.json("check"), list)
    assert {row["module"] for row in ready.json("package")} == {"m01", "m02"}
    assert ready.json("roster", "import", str(ready.roster))["written"] == 0
    planned = ready("--json", "plan", PROMOTION)
    assert planned.code == 2
    code = planned.json["fingerprint"]
    applied = ready.json("apply", PROMOTION, "--fingerprint", code)
    assert applied["counts"]["done"] == len(applied["outcomes"])
    assert ready.json("plan", PROMOTION)["changes"] == []
    assert ready.json("pull")["demo"]["route"]
    assert ready.json("report", "missing")["report"] == "missing"
    assert ready.json("ledger", "checkpoint")["signed"]
    archive = "build/packages/coordonnateur_petite_enfance/m01.zip"
    assert ready.json("lint", archive) == []
    acts = ready.root / "actes.csv"
    heading = "acte;stagiaire;session;jury;date;demi-journée;valeur;référence;qualité;fichier;motif"
    line = f"présence;{ready.people[0]['matricule']};m1-a;;21/09/2026;matin;absent justifié;;;;"
    acts.write_text(f"{heading}\n{line}\n", encoding="utf-8-sig")
    assert [row["outcome"] for row in ready.json("record", str(acts))] == ["recorded"]
    assert [row["outcome"] for row in ready.json("record", str(acts))] == ["already"]
