"""The change feed: pages, cursors that the site holds or not, notices."""

from __future__ import annotations

from typing import Any


def changes(world: Any, cursor: str = "", **more: Any) -> Any:
    return world.call("local_cyclesync_get_changes", cursor=cursor, **more)


def test_nothing_new_is_one_empty_page_with_the_same_cursor(world: Any) -> None:
    first = changes(world)
    again = changes(world, first["cursor"])
    assert (again["rows"], again["cursor"], again["more"], again["resync"]) == ([], first["cursor"], False, False)


def test_pages_follow_each_other_and_lose_nothing(world: Any) -> None:
    start = changes(world)["cursor"]
    for who in ("t1", "t2"):
        world.track("completed", who=who)
    seen, cursor, more = set(), start, True
    while more:
        page = changes(world, cursor, limit=1)
        seen |= {(row["userid"], row["key"]) for row in page["rows"]}
        cursor, more = page["cursor"], page["more"]
    assert seen == {(user, "cs:p:m1") for user in world.people[:2]}


def test_a_restored_database_does_not_hold_the_cursor(world: Any) -> None:
    backup = world.sandbox.take_backup()
    world.track("completed")
    cursor = changes(world)["cursor"]
    world.sandbox.restore_backup(backup)
    world.track("completed", who="t2")
    page = changes(world, cursor)
    assert page["resync"]
    assert changes(world, page["cursor"])["resync"] is False


def test_another_epoch_and_a_pruned_feed_do_not_hold_the_cursor(world: Any) -> None:
    world.sandbox.set_time(1_700_000_000)
    old = changes(world)["cursor"]
    world.track("completed")
    changes(world, old)
    world.sandbox.set_time(1_800_000_000)
    world.track("completed", who="t2")
    changes(world)
    world.sandbox.prune_feed(1_790_000_000)
    assert changes(world, old)["resync"]
    held = changes(world)["cursor"]
    world.sandbox.fork_epoch()
    assert changes(world, held)["resync"]


def test_resets_and_replaced_packages_are_notices(world: Any) -> None:
    start = changes(world)["cursor"]
    item = world.upload(world.package("i1", "i2"), "p.zip")
    world.module("m1", "scorm", {"package_digest": "d2"}, draftitemid=item, expect=world.state()["m1"]["digest"])
    world.sandbox.reset_completion("cs:p:course")
    world.sandbox.delete_by_hand("cs:p:pg")
    rows = changes(world, start)["rows"]
    assert [(row["what"], row["key"]) for row in rows] == [
        ("package_replaced", "cs:p:m1"), ("course_reset", "cs:p:course"), ("module_deleted", "cs:p:pg"),
    ]  # fmt: skip
    assert {row["facts"] for row in rows} == {"[]"}


def test_accounts_and_enrolments_are_rows_of_the_course(world: Any) -> None:
    start = changes(world)["cursor"]
    world.sandbox.suspend_user(world.people[0])
    rows = changes(world, start)["rows"]
    assert [(row["key"], row["userid"]) for row in rows] == [("cs:p:course", world.people[0])]
    assert '"suspended"' in rows[0]["facts"]


def test_a_snapshot_is_read_page_by_page(world: Any) -> None:
    first = world.call("local_cyclesync_get_state", promotion="p", limit=1)
    last = world.call("local_cyclesync_get_state", promotion="p", afteruserid=first["nextuserid"], limit=1)
    assert [first["more"], last["more"]] == [True, False]
    assert [page["users"][0]["userid"] for page in (first, last)] == world.people[:2]
