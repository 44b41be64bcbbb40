"""A backup older than an elimination is put back: what came back is named, recalled, and goes again by one command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.ended import LIST, VISA, make_ended, run
from tests.acceptance.installation import PROMOTION, Installation

COMMAND = f'cyclesync retention eliminate {LIST} --visa "{VISA}" --promotion {PROMOTION}'


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture(scope="module")
def _ended(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = make_ended(tmp_path_factory.mktemp("ended"))
    run(made, ["retention", "eliminate", LIST, "--yes"], ["ledger", "checkpoint"])
    return made


@pytest.fixture
def ended(_ended: Installation, tmp_path: Path) -> Installation:
    return _ended.copy(tmp_path)


def put_back(made: Installation, *options: str, keys: bool = True) -> str:
    """Set the register aside, and its keys, then restore the backup; return what is said."""
    (made.root / "ancien").mkdir()
    for path in [*made.root.glob("cyclesync.sqlite*"), *([made.root / "keys.sqlite"] if keys else [])]:
        path.rename(made.root / "ancien" / path.name)
    (folder,) = (made.root / "sauvegardes").glob("cyclesync-*")
    done = made("restore", str(folder), *options)
    assert done.code == 0, done.said
    return plain(done.out)


@pytest.mark.slow  # a dozen commands, each a process
def test_what_came_back_is_said_recalled_and_eliminated_again_by_one_command(ended: Installation) -> None:
    (folder,) = (ended.root / "sauvegardes").glob("cyclesync-*")
    refused = ended("restore", str(folder))
    assert refused.code == 1
    assert "--previous" in refused.err
    said = put_back(ended)
    (sentence,) = (line for line in said.splitlines() if line.startswith(f"Bordereau {LIST}"))
    assert f"sous le visa {VISA}" in sentence
    assert f"éliminez-le de nouveau par « {COMMAND} »" in sentence
    checked = ended("check")
    assert checked.code == 1
    assert COMMAND in plain(checked.out)
    assert COMMAND in plain(ended("retention", "show").out)
    proposed = plain(ended("retention", "propose").out)
    assert COMMAND in proposed
    assert "Rien à proposer" in proposed
    other = ended("retention", "eliminate", LIST, "--visa", "un autre", "--yes")
    assert other.code == 3
    assert VISA in other.err
    again = ended("retention", "eliminate", LIST, "--visa", VISA, "--promotion", PROMOTION, "--yes")
    assert again.code == 0, again.said
    assert "1 clé détruite." in plain(again.out)
    assert ended("check").code == 0
    shown = plain(ended("retention", "show").out)
    assert f"visa {VISA}, 0 sur 1 à éliminer" in shown
    assert "Peut être proposé" not in shown
    assert ended("ledger", "verify").code == 0
    twice = ended("retention", "eliminate", LIST, "--visa", VISA, "--yes")
    assert twice.code == 0
    assert "0 clé détruite" in plain(twice.out)


@pytest.mark.slow  # the same installation, copied
def test_keys_that_stayed_in_place_bring_nothing_back(ended: Installation) -> None:
    said = put_back(ended, keys=False)
    assert "rien n’en est revenu" in said
    assert ended("check").code == 0
    assert ended("ledger", "verify").code == 0
    assert "Rien à proposer" in ended("retention", "propose").out


@pytest.mark.slow  # the same installation, copied
def test_without_a_list_it_is_said_and_the_register_set_aside_tells_as_well(ended: Installation) -> None:
    for path in ended.root.glob("*/eliminations.json"):
        path.unlink()
    said = put_back(ended)
    assert "Aucune liste des éliminations faites depuis cette sauvegarde n’a été trouvée" in said
    checked = ended("check")
    assert checked.code == 0
    for said in (plain(checked.out), plain(ended("retention", "show").out)):
        assert "n’a trouvé aucune liste des éliminations faites depuis" in said
        assert str(ended.root / "checkpoints" / "eliminations.json") in said
        assert str(ended.root / "sauvegardes" / "eliminations.json") in said
    for name in ("cyclesync.sqlite", "keys.sqlite"):
        (ended.root / name).unlink()
    (folder,) = (ended.root / "sauvegardes").glob("cyclesync-*")
    done = ended("restore", str(folder), "--previous", "ancien/cyclesync.sqlite")
    assert done.code == 0, done.said
    assert COMMAND in plain(done.out)
    checked = ended("check")
    assert checked.code == 1
    assert "n’a trouvé aucune liste" not in plain(checked.out)


@pytest.mark.slow  # the same installation, copied
def test_a_list_that_is_not_where_it_is_kept_is_said(ended: Installation) -> None:
    kept = ended.root / "checkpoints" / "eliminations.json"
    assert "pas pu y être cherché" not in ended("check").out
    kept.unlink()
    checked = ended("check")
    assert checked.code == 0
    assert f"n’est pas là où elle est gardée ({kept})" in plain(checked.out)
