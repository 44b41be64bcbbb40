"""The drill as an administrator plays it: a backup, a day of work, a lost machine, the backup put back."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.installation import Installation


def only(folder: Path) -> Path:
    found = list(folder.glob("cyclesync-*"))
    assert len(found) == 1, found
    return found[0]


def test_a_lost_machine_comes_back_and_says_what_is_lost(ready: Installation) -> None:
    size = ready.size()
    assert ready("ledger", "checkpoint").code == 0
    made = ready("backup", "sauvegardes")
    assert made.code == 0, made.said
    assert f"Sauvegarde de {size} lignes" in made.out.replace("\u00a0", " ")
    assert "keys.sqlite" in made.out
    folder = only(ready.root / "sauvegardes")

    assert ready("report", "promotion").code == 0  # a line more: a seal between the backup and the longest one
    assert ready("ledger", "checkpoint").code == 0
    roster = ready.roster
    last, text = ready.people[-1], roster.read_text(encoding="utf-8-sig")
    line = text.splitlines()[-1].replace(last["matricule"], "Z-0001").replace(last["e-mail"], "z@example.org")
    roster.write_text(f"{text.rstrip()}\n{line}\n", encoding="utf-8-sig")
    grown = ready("roster", "import", str(roster), answer="o\n")
    assert grown.code in {0, 4}, grown.said
    assert ready("ledger", "checkpoint").code == 0
    lost = ready.size() - size
    assert lost > 0

    refused = ready("restore", str(folder))
    assert refused.code == 1
    assert "ne remplace jamais un registre" in refused.err
    for path in ready.root.glob("cyclesync.sqlite*"):
        path.rename(path.with_suffix(path.suffix + ".perdu"))
    back = ready("restore", str(folder))
    assert back.code == 0, back.said
    told = back.out.replace("\u00a0", " ").replace("\u202f", " ")
    assert f"Perdu : {lost} lignes au moins" in told
    assert f"le scellé de taille {size + 1}, entre la sauvegarde et le plus long, n’est comparé à rien" in told
    assert "--previous" in told
    assert ready("ledger", "checkpoint").code == 0
    verified = ready("ledger", "verify", "--strict")
    assert verified.code == 0, verified.said
    assert ready.size() == size + 1
    (aside,) = (ready.root / "checkpoints").glob("avant-restauration-*")
    archived = ready("ledger", "verify", "--against", str(aside))
    assert archived.code == 0, archived.said
    said = archived.out.replace("\u00a0", " ").replace("\u202f", " ")
    assert f"cette restauration, inscrite à la ligne {size}, l’explique ({lost} ligne" in said
    assert "n’écrivez plus rien" not in said


def test_what_is_not_a_backup_is_said_in_one_sentence(ready: Installation) -> None:
    for path in ready.root.glob("cyclesync.sqlite*"):
        path.rename(path.with_suffix(path.suffix + ".perdu"))
    (ready.root / "vide").mkdir()
    (ready.root / "fichier").write_text("x")
    for name in ("vide", "absent", "fichier"):
        done = ready("restore", name)
        assert done.code == 1
        assert len(done.err.strip().splitlines()) == 1
        assert "n’est pas une sauvegarde" in done.err
    assert not (ready.root / "cyclesync.sqlite").exists()
