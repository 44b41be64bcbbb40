"""What a pull writes: each change once, nothing twice, nothing missed when the site goes back in time."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from sync_service.bootstrap import open_stores
from sync_service.config import load_config
from sync_service.sandbox import SERVICE_ACCOUNT, Sandbox
from tests.acceptance.installation import PROMOTION, Installation, username, write_secret

PREP = f"cs:{PROMOTION}:m01-prep"
DONE = "Préparer le module 1"


def told(made: Installation, key: str = PREP) -> list[str]:
    """Return the states of one activity that the register tells, oldest first, everyone's."""
    with open_stores(load_config(made.root / "config.toml")) as stores:
        found = stores.ledger.events(types=["activity.observed"])
        mine = [event for event in found if str(event.source["object"]).endswith(key)]
        revealed = stores.ledger.reveal(mine)
        return [str(revealed[event.id]["state"]) for event in mine]


def user_of(made: Installation, site: Sandbox, number: int) -> int:
    found = site.user_id(username(made.people[number]))
    assert found is not None
    return found


def cursor(made: Installation, value: str = "") -> str:
    """Read the cursor, or put another in its place."""
    with closing(sqlite3.connect(made.root / "cyclesync.sqlite")) as database:
        if value:
            database.execute("UPDATE cursors SET cursor = ?", (value,))
            database.commit()
        return str(database.execute("SELECT cursor FROM cursors").fetchone()[0])


@pytest.mark.slow  # five pulls
def test_done_undone_done_are_three_lines_and_a_page_twice_is_none(applied: Installation) -> None:
    applied.json("pull")
    start = cursor(applied)
    before = len(told(applied))
    for action in ("done", "undone", "done"):
        with applied.sandbox() as site:
            if action == "done":
                applied.learner(site, 0).work_through(DONE, finish=True, minutes=20)
            else:
                site.delete_attempts(PREP, user_of(applied, site, 0))
        applied.json("pull")
    assert told(applied)[before:] == ["complete", "incomplete", "complete"]
    size = applied.size()
    assert cursor(applied, start) == start
    again = applied.json("pull")["demo"]
    assert (again["route"], again["written"]) == ("feed", 0)
    assert again["facts"] > 0
    assert applied.size() == size


@pytest.mark.slow  # five pulls
def test_a_restored_site_is_read_whole_and_nothing_is_missed(applied: Installation) -> None:
    applied.json("pull")
    with applied.sandbox() as site:
        backup = site.take_backup()
        applied.learner(site, 0).work_through(DONE, finish=True, minutes=20)
    applied.json("pull")
    assert told(applied)[-1] == "complete"
    with applied.sandbox() as site:
        site.restore_backup(backup)  # person 0 has done nothing any more; numbers go on from that day
        for number in (1, 2, 3):
            applied.learner(site, number).work_through(DONE, finish=True, minutes=20)
    pulled = applied.json("pull")["demo"]
    assert pulled["resync"]
    assert sorted(told(applied)[-4:]) == ["complete", "complete", "complete", "incomplete"]
    follows = applied.json("pull")["demo"]
    assert (follows["resync"], follows["route"], follows["written"]) == (False, "feed", 0)


@pytest.mark.slow  # four pulls
def test_a_new_epoch_is_read_whole_and_writes_only_what_is_new(applied: Installation) -> None:
    applied.json("pull")
    with applied.sandbox() as site:
        site.fork_epoch()
    whole = applied.json("pull")["demo"]
    assert (whole["resync"], whole["written"]) == (True, 0)
    with applied.sandbox() as site:
        applied.learner(site, 4).work_through(DONE, finish=True, minutes=20)
        site.fork_epoch()
    missed = applied.json("pull")["demo"]
    assert missed["resync"]
    assert told(applied)[-1] == "complete"


def test_another_site_at_the_same_address_stops_everything(applied: Installation) -> None:
    size = applied.size()
    (applied.root / "moodle.sqlite").rename(applied.root / "ailleurs.sqlite")
    with applied.sandbox() as site:
        site.create_category("cycles-certifiants", "Cycles certifiants")
        write_secret(applied.root / "secrets" / "moodle.token", site.token(SERVICE_ACCOUNT, "local_cyclesync"))
    for command in (["pull"], ["plan", PROMOTION]):
        stopped = applied(*command)
        assert stopped.code == 3, stopped.said
        assert len(stopped.err.splitlines()) == 1
    assert applied.size() == size
