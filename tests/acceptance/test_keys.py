"""Keys replaced at the command line: what it says to write in config.toml is enough to go on."""

from __future__ import annotations

import re

from tests.acceptance.installation import Installation


def written(said: str) -> str:
    found = re.search(r"signing_key = \"(file:[^\"]+)\"", said)
    assert found is not None, said
    return found[1]


def write_what_it_says(ready: Installation, said: str) -> None:
    found = re.search(r"(\w+_key) = \"(file:[^\"]+)\"", said)
    assert found is not None, said
    ready.configure("[register]\n", f'[register]\n{found[1]} = "{found[2]}"\n')


def test_both_keys_are_replaced_and_the_signing_key_is_lost(ready: Installation) -> None:
    assert ready("ledger", "checkpoint").code == 0
    changed = ready("init", "--new-signing-key")
    assert changed.code == 0, changed.said
    stopped = ready("ledger", "checkpoint")
    assert stopped.code == 1
    assert f'écrivez signing_key = "{written(changed.out)}" à la place de "file:secrets/signing.key"' in stopped.err
    write_what_it_says(ready, changed.out)
    assert ready("ledger", "checkpoint").code == 0

    changed = ready("init", "--new-master-key")
    assert changed.code == 0, changed.said
    stopped = ready("ledger", "verify")
    assert stopped.code == 1
    assert "clé maîtresse n’est pas celle" in stopped.err
    write_what_it_says(ready, changed.out)
    assert ready("ledger", "verify", "--strict").code == 0

    for path in (ready.root / "secrets").glob("signing*.key"):
        path.rename(path.with_suffix(".perdue"))
    assert ready("ledger", "verify").code == 1
    changed = ready("init", "--new-signing-key", "--lost")
    assert changed.code == 0, changed.said
    text = (ready.root / "config.toml").read_text(encoding="utf-8")
    (ready.root / "config.toml").write_text(re.sub(r"signing_key = .*\n", "", text), encoding="utf-8")
    write_what_it_says(ready, changed.out)
    assert ready("ledger", "checkpoint").code == 0
    assert ready("ledger", "verify", "--strict").code == 0
    assert "Clé publique des scellés" in ready("init", "--recovery-sheet").out


def test_a_change_that_is_refused_leaves_no_key_behind(ready: Installation) -> None:
    changed = ready("init", "--new-signing-key")
    found = ready("ledger", "verify")  # config.toml still names the old one
    assert found.code == 1
    assert "La clé de scellement n’est pas celle qu’annonce le registre" in found.out
    before = sorted((ready.root / "secrets").iterdir())
    assert ready("init", "--new-master-key").code == 3
    assert sorted((ready.root / "secrets").iterdir()) == before
    write_what_it_says(ready, changed.out)
    assert ready("ledger", "verify").code == 0
    assert ready("init", "--new-master-key").code == 0


def test_a_config_not_corrected_is_told_which_line_and_value_everywhere(ready: Installation) -> None:
    """The finding, each refusal, the check and the backup say it; the sheet is not printed with the old key."""
    changed = ready("init", "--new-signing-key")
    value = f'écrivez signing_key = "{written(changed.out)}" à la place de "file:secrets/signing.key"'
    before = sorted((ready.root / "secrets").iterdir())
    again = ready("init", "--new-signing-key")
    assert again.code == 1
    assert value in again.err
    assert sorted((ready.root / "secrets").iterdir()) == before
    sheet = ready("init", "--recovery-sheet")
    assert sheet.code == 1
    assert sheet.out == ""
    assert value in sheet.err
    assert value in ready("ledger", "verify").out
    refused = ready("retention", "propose")
    assert refused.code == 3
    assert value in refused.err
    assert "Si personne ici n’a remplacé cette clé, ne corrigez rien" in refused.err
    assert value in ready("check").out
    assert value in ready("backup", "sauvegardes").out
    write_what_it_says(ready, refused.err)
    assert ready("ledger", "verify").code == 0
    shown = ready("init", "--recovery-sheet")
    assert shown.code == 0, shown.said
    assert f"Clé de scellement : {written(changed.out)}" in shown.out.replace("\u00a0", " ")


def test_an_announced_key_that_is_nowhere_is_said_so(ready: Installation) -> None:
    changed = ready("init", "--new-signing-key")
    (ready.root / written(changed.out).removeprefix("file:")).unlink()
    sheet = ready("init", "--recovery-sheet")
    assert sheet.code == 1
    assert 'la ligne signing_key nomme "file:secrets/signing.key"' in sheet.err
    assert "cyclesync init --new-signing-key --lost" in sheet.err
    assert len(sheet.err.strip().splitlines()) == 1


def test_one_option_at_a_time(ready: Installation) -> None:
    assert ready("init", "--new-signing-key", "--new-master-key").code == 64
    assert ready("init", "--lost").code == 64
