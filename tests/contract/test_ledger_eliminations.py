"""A backup older than an elimination: what comes back is named by a list kept elsewhere, on each kind of database."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sync_service.adapters.ledger_sql import (
    Restored,
    Stores,
    Target,
    backup,
    finish_destructions,
    keep_list,
    places_of,
    remember_backups,
    restore,
    returned,
    verify_register,
)
from sync_service.domain.destruction import destruction
from sync_service.domain.event import Series
from sync_service.errors import IntegrityError, StoreError

LIST, VISA = "p-01", "AD49-2032-12"


@dataclass(frozen=True)
class Old:
    """A backup, an elimination made after it, and where the backup goes."""

    stores: Stores
    place: Any
    kit: Any
    folder: Path
    target: Target

    @property
    def backups(self) -> Path:
        return self.folder.parent

    def destroy(self, stores: Stores, *people: int) -> None:
        for n in people:
            stores.ledger.destroy_key(
                self.kit.subject(n), Series.TRACES, actor=self.kit.act("x").actor, reason="dua_echue", now=self.kit.now,
                run="r", list_id=LIST,
            )  # fmt: skip

    def keep_keys(self) -> None:
        self.target.keys.parent.mkdir()
        shutil.copy(self.place.keys, self.target.keys)

    def restore(self, **changes: Any) -> Restored:
        actor = self.kit.act("x").actor
        return restore(self.folder, replace(self.target, **changes), self.kit.secrets, actor, self.kit.now)

    def opened(self) -> Stores:
        stores: Stores = replace(self.place, url=self.target.database_url, keys=self.target.keys).open()
        return stores


@pytest.fixture
def old(stores: Stores, place: Any, kit: Any, tmp_path: Path) -> Old:
    stores.ledger.append([kit.fact(n) for n in range(1, 4)], now=kit.now)
    folder, _ = backup(stores, {}, tmp_path / "backups", kit.now)
    remember_backups(stores, tmp_path / "backups")
    assert keep_list(stores, kit.now) == ()
    data = {"list": LIST, "visa": VISA, "candidates": 2}
    stores.ledger.append([kit.act("visa", "elimination.approved", subject="register", data=data)], now=kit.now)
    home = tmp_path / "elsewhere"
    target = Target(f"sqlite:///{home / 'register.sqlite'}", home / "keys.sqlite", stores.checkpoints_dir, {})
    made = Old(stores, place, kit, folder, target)
    made.destroy(stores, 1, 2)
    assert keep_list(stores, kit.now) == ()
    return made


def test_the_list_is_beside_the_checkpoints_and_the_backups_and_names_nobody(old: Old, tmp_path: Path) -> None:
    assert old.stores.checkpoints_dir is not None
    assert places_of(old.stores) == (old.stores.checkpoints_dir.resolve(), old.backups.resolve())
    texts = {(place / "eliminations.json").read_text("utf-8") for place in places_of(old.stores)}
    (text,) = texts
    (item,) = json.loads(text)["eliminations"]
    assert (item["bordereau"], item["visa"], item["promotion"]) == (LIST, VISA, "p")
    assert item["unites"] == [[old.kit.subject(n), "traces"] for n in (1, 2)]
    shutil.rmtree(old.backups)
    (said,) = keep_list(old.stores, old.kit.now)
    assert "ne peut pas être écrite" in said


@pytest.mark.parametrize("left", ["checkpoints", "backups"])
def test_what_came_back_is_named_until_it_is_eliminated_again(old: Old, left: str) -> None:
    for place in places_of(old.stores):
        if place.name != left:
            (place / "eliminations.json").unlink()
    done = old.restore()
    (item,) = done.compared.back
    assert (item.list_id, item.visa, len(item.units), done.compared.unknown) == (LIST, VISA, 2, False)
    back = old.opened()
    try:
        assert returned(back) == (item,)
        shutil.rmtree(old.backups)
        (old.stores.checkpoints_dir or old.backups).joinpath("eliminations.json").unlink(missing_ok=True)
        assert returned(back) == (item,)  # noted in the register’s own base
        old.destroy(back, 1)
        assert [len(part.units) for part in returned(back)] == [1]
        old.destroy(back, 2)
        assert returned(back) == ()
        assert verify_register(back).findings == ()
    finally:
        back.close()


def test_keys_in_place_that_the_list_explains_stay_destroyed(old: Old) -> None:
    """Even when the backup’s own keys were erased after 30 days, as they must be."""
    (old.folder / "keys.sqlite").unlink()
    old.keep_keys()
    done = old.restore()
    (item,) = done.compared.stayed
    assert (item.list_id, len(item.units), done.compared.back) == (LIST, 2, ())
    back = old.opened()
    try:
        assert verify_register(back).findings == ()
        assert [e.data["list"] for e in back.ledger.events(types=["vault.key_destroyed"])] == [LIST, LIST]
        assert returned(back) == ()
        assert len(back.ledger.reveal(back.ledger.events())) == 1
    finally:
        back.close()


def test_keys_in_place_hide_no_other_fault(old: Old) -> None:
    old.keep_keys()
    raw = json.loads((old.folder / "manifest.json").read_text("utf-8"))
    (old.folder / "manifest.json").write_text(json.dumps({**raw, "root": "0" * 64}), "utf-8")
    with pytest.raises(IntegrityError, match="n’est pas en ordre"):
        old.restore()
    assert not old.target.keys.with_name("register.sqlite").exists()


def test_the_register_set_aside_tells_it_too(old: Old, tmp_path: Path) -> None:
    for place in places_of(old.stores):
        (place / "eliminations.json").unlink()
    done = old.restore(previous=old.place.url)
    assert [item.visa for item in done.compared.back] == [VISA]
    assert not done.compared.unknown
    old.target.keys.with_name("register.sqlite").unlink()
    with pytest.raises(StoreError, match="--previous"):
        old.restore(previous=f"sqlite:///{tmp_path / 'absent.sqlite'}")


def test_a_backup_made_during_a_killed_elimination_is_put_back_and_finished(old: Old, kit: Any, tmp_path: Path) -> None:
    actor, later = kit.act("x").actor, kit.now + timedelta(minutes=5)
    line = destruction(kit.subject(3), Series.TRACES, actor=actor, reason="dua_echue", now=later, run="r", list_id=LIST)
    old.stores.ledger.append([line], now=later)
    folder, _ = backup(old.stores, {}, tmp_path / "backups", later)
    done = replace(old, folder=folder).restore()
    (said,) = done.left
    assert said.endswith(f"« cyclesync retention eliminate {LIST} » l’achève.")
    back = old.opened()
    alarm = back.alarm()
    assert alarm is not None
    assert alarm.only_keys_left
    assert finish_destructions(back).keys == 1
    assert verify_register(back).findings == ()
    back.close()


def test_a_list_that_is_not_there_is_old_or_was_changed_is_never_silent(old: Old) -> None:
    places = places_of(old.stores)
    for place in places:
        path = place / "eliminations.json"
        path.write_text(path.read_text("utf-8").replace(VISA, "AUTRE"), "utf-8")
    done = old.restore()
    assert done.compared.unknown
    assert len(done.compared.problems) == 2
    assert done.compared.back == ()
    back = old.opened()
    try:
        with pytest.raises(StoreError, match="ce registre ne l’a pas écrite : mettez-la de côté"):
            returned(back)
        assert all("mettez-la de côté" in said for said in keep_list(back, old.kit.now))
        for place in places:
            (place / "eliminations.json").unlink()
        assert keep_list(back, old.kit.now - timedelta(days=1)) == ()
    finally:
        back.close()
    old.target.keys.with_name("register.sqlite").unlink()
    older = old.restore()
    assert older.compared.unknown
    assert older.compared.newest == old.kit.now - timedelta(days=1)
