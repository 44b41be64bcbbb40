"""Keys replaced at the command line: what it says to write in config.toml is enough to go on."""

from __future__ import annotations

import re

from tests.acceptance.installation import Installation


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
    assert "corrigez signing_key dans config.toml" in stopped.err
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


def test_one_option_at_a_time(ready: Installation) -> None:
    assert ready("init", "--new-signing-key", "--new-master-key").code == 64
    assert ready("init", "--lost").code == 64
