"""kill −9 at every step of an elimination: the same command ends it, and no key outlives the line that says it destroyed."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from sync_service.adapters.ledger_sql import verify_register
from sync_service.bootstrap import open_stores
from sync_service.config import load_config
from tests.acceptance.ended import LIST, make_ended
from tests.acceptance.installation import Installation, plain_environment

DYING = Path(__file__).with_name("dying.py")
ELIMINATE = ("retention", "eliminate", LIST, "--yes")
DOSSIERS = 2


@pytest.fixture(scope="module")
def _approved(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return make_ended(tmp_path_factory.mktemp("approved"), dossiers=DOSSIERS)


@pytest.fixture
def make_copy(_approved: Installation, tmp_path: Path) -> Callable[[], Installation]:
    turns = count()
    return lambda: _approved.copy(tmp_path / str(next(turns)))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def die(made: Installation, turn: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(DYING), str(turn), "--config", "config.toml", *ELIMINATE]
    return subprocess.run(
        command, cwd=made.root, env=plain_environment(), capture_output=True, text=True, encoding="utf-8", timeout=60, check=False
    )  # fmt: skip


def keys(made: Installation) -> int:
    """Return how many dossiers can be read."""
    with closing(sqlite3.connect(made.root / "keys.sqlite")) as connection:
        (number,) = connection.execute("SELECT COUNT(*) FROM data_keys WHERE series = 'dossier'").fetchone()
    return int(number)


def lines(made: Installation) -> int:
    """Return how many keys the register says destroyed."""
    with closing(sqlite3.connect(made.root / "cyclesync.sqlite")) as connection:
        (number,) = connection.execute("SELECT COUNT(*) FROM events WHERE type = 'vault.key_destroyed'").fetchone()
    return int(number)


def findings(made: Installation) -> tuple[str, ...]:
    with open_stores(load_config(made.root / "config.toml")) as stores:
        return verify_register(stores).findings


@pytest.mark.slow  # two processes for each moment
def test_wherever_it_is_killed_the_same_command_ends_it(make_copy: Callable[[], Installation]) -> None:
    whole = die(make_copy(), 0)
    assert whole.returncode == 0, whole.stderr
    assert f"{DOSSIERS} clés détruites." in plain(whole.stdout)
    seen = []
    for turn in range(1, int(whole.stderr.split()[-1]) + 1):
        left = make_copy()
        assert die(left, turn).returncode == -signal.SIGKILL
        seen.append((lines(left), keys(left)))
        assert len(findings(left)) == lines(left) + keys(left) - DOSSIERS
        again = left.json(*ELIMINATE)
        assert again["destroyed"] + again["finished"] == seen[-1][1]
        assert (lines(left), keys(left), findings(left)) == (DOSSIERS, 0, ())
        kept = json.loads((left.root / "checkpoints" / "eliminations.json").read_text("utf-8"))
        assert [len(item["unites"]) for item in kept["eliminations"]] == [DOSSIERS]
    assert seen == [(1, 2), (1, 2), (1, 1), (2, 1), (2, 1), (2, 0)]


@pytest.mark.slow  # eight commands, each a process
def test_a_key_left_is_named_with_the_command_that_ends_it_and_stops_nothing_after(
    make_copy: Callable[[], Installation],
) -> None:
    left = make_copy()
    die(left, 1)
    verified = left("ledger", "verify")
    assert verified.code == 1
    cure = f"la clé qu’elle dit détruite existe encore : « cyclesync retention eliminate {LIST} » l’achève."
    assert cure in plain(verified.out)
    assert "achevée par la commande écrite ci-dessus" in verified.last_line
    for refused in (left("retention", "propose"), left("record", "actes.csv")):
        assert refused.code != 0
        assert f"rien n’y est ajouté. Ligne {first_line(left)} : {cure}" in plain(refused.err)
    assert cure in plain(left("check").out)
    ended = left("retention", "eliminate", LIST, answer="non\n")
    assert ended.code == 0, ended.said
    assert f"Élimination interrompue, achevée (liste {LIST}) : 1 clé dont la destruction était inscrite" in plain(
        ended.out
    )
    assert "Registre vérifié de nouveau, en ordre : les ajouts reprennent." in plain(ended.out)
    assert f"Détruire définitivement 1 clé de la liste {LIST}" in plain(ended.out)
    assert "Rien d’autre n’a été détruit." in plain(ended.out)
    assert (lines(left), keys(left)) == (1, 1)
    rest = left(*ELIMINATE)
    assert rest.code == 0, rest.said
    assert "1 clé détruite." in plain(rest.out)
    assert left("ledger", "verify").code == 0


@pytest.mark.slow  # four commands, each a process
def test_a_bordereau_that_was_lost_is_drawn_again(make_copy: Callable[[], Installation]) -> None:
    made, size = make_copy(), make_copy().size()
    refused = made("retention", "propose", "--list", LIST, "--format", "docx")
    assert refused.code != 0
    assert (made.size(), (made.root / "exports" / f"bordereau-elimination-{LIST}.docx").exists()) == (size, False)
    again = made("retention", "propose", "--list", LIST, "--format", "csv")
    assert again.code == 0, again.said
    text = (made.root / "exports" / f"bordereau-elimination-{LIST}.csv").read_text("utf-8-sig")
    assert f"Dossier pour le jury et grilles;{DOSSIERS} personnes;" in plain(text)
    assert made.size() == size + 1  # the file is recorded, not another list


def first_line(made: Installation) -> int:
    """Return the number of the line that says the first key destroyed."""
    with closing(sqlite3.connect(made.root / "cyclesync.sqlite")) as connection:
        (number,) = connection.execute("SELECT MIN(seq) FROM events WHERE type = 'vault.key_destroyed'").fetchone()
    return int(number)
