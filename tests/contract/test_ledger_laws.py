"""The laws of ledger-format.md §3, on every database."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync_service.adapters.ledger_sql import Stores, verify_register
from sync_service.adapters.memory_ledger import MemoryLedger
from sync_service.domain.event import Draft
from sync_service.domain.facts import Unread
from sync_service.errors import LedgerError
from sync_service.ports import Ledger, RunRecord


def _states(ledger: Ledger, kit: Any, number: int = 1) -> list[str]:
    events = [e for e in ledger.events(types=["activity.observed"]) if e.subject == kit.subject(number)]
    revealed = ledger.reveal(events)
    return [str(revealed[e.id]["state"]) for e in events]


def test_a_page_repeated_adds_nothing(stores: Stores, kit: Any) -> None:
    page = [kit.fact(n, seq=n) for n in range(1, 20)]
    first = stores.ledger.append(page, now=kit.now)
    assert first.written == 19
    second = stores.ledger.append(page, now=kit.now)
    assert second.events == (None,) * 19
    assert second.head == first.head == stores.ledger.head()


def test_a_b_a_over_three_runs_is_three_events(stores: Stores, kit: Any) -> None:
    for seq, state in enumerate(["complete", "incomplete", "complete"], start=1):
        assert stores.ledger.append([kit.fact(state=state, seq=seq)], now=kit.now).written == 1
    assert _states(stores.ledger, kit) == ["complete", "incomplete", "complete"]
    versions = [e.source["n"] for e in stores.ledger.events(types=["activity.observed"])]
    assert versions == [1, 2, 3]


def test_a_b_a_in_one_page_is_three_events(stores: Stores, kit: Any) -> None:
    page = [kit.fact(state=state, seq=n) for n, state in enumerate(["complete", "incomplete", "complete"])]
    assert stores.ledger.append(page, now=kit.now).written == 3


def test_vanished_then_back_is_three_events_of_one_source_key(stores: Stores, kit: Any) -> None:
    seen = kit.fact(seq=1)
    gone = replace(
        seen, type="source.vanished", data={"kind": "activity.observed"}, private=None, decisive={"vanished": True},
        read_mark=kit.mark(2),
    )  # fmt: skip
    back = replace(seen, type="source.reappeared", data={"kind": "activity.observed"}, read_mark=kit.mark(3))
    done = stores.ledger.append([seen, gone, back], now=kit.now)
    assert [e.source["n"] for e in done.events if e] == [1, 2, 3]
    heads = stores.ledger.heads(site_uid="site-1")
    last = done.events[2]
    assert last is not None
    assert heads == {("activity.observed", "cs:p:m01", kit.subject(1)): last.id}
    assert stores.ledger.heads(site_uid="site-1", kind="scorm.observed") == {}
    assert gone.private is None
    assert set(stores.ledger.reveal(e for e in done.events if e)) == {e.id for e in done.events[::2] if e}


def test_an_older_read_is_dropped_even_after_an_unchanged_newer_one(stores: Stores, kit: Any) -> None:
    ledger = stores.ledger
    ledger.append([kit.fact(state="complete", seq=1)], now=kit.now)
    assert ledger.append([kit.fact(state="complete", seq=3)], now=kit.now).written == 0
    assert ledger.append([kit.fact(state="incomplete", seq=2)], now=kit.now).written == 0
    assert _states(ledger, kit) == ["complete"]


def test_a_token_is_written_once(stores: Stores, kit: Any) -> None:
    acts = [kit.act("file|1"), kit.act("file|2"), kit.act("file|1")]
    assert [e is not None for e in stores.ledger.append(acts, now=kit.now).events] == [True, True, False]
    assert stores.ledger.append(acts, now=kit.now).written == 0
    assert {e.source["n"] for e in stores.ledger.events(types=["enrolment.recorded"])} == {0}


def test_a_declared_thing_changes_only_with_its_decisive_fields(stores: Stores, kit: Any) -> None:
    assert stores.ledger.append([kit.session()], now=kit.now).written == 1
    assert stores.ledger.append([kit.session()], now=kit.now).written == 0
    assert stores.ledger.append([kit.session("held")], now=kit.now).written == 1
    assert [e.vault for e in stores.ledger.events(subject="sess:p/s1")] == [(), ()]


_page = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from(["complete", "incomplete", "pass"])), min_size=1, max_size=4
)


def _pages(kit: Any, pages: list[list[tuple[int, str]]]) -> list[list[Draft]]:
    """Give page i the read mark i; within a page, a person is seen once."""
    return [
        [kit.fact(number, state, seq) for number, state in dict(page).items()]
        for seq, page in enumerate(pages, start=1)
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pages=st.lists(_page, min_size=1, max_size=5), data=st.data())
def test_pages_in_any_order_end_in_the_state_with_the_highest_mark(
    pages: list[list[tuple[int, str]]], data: st.DataObject, kit: Any
) -> None:
    drafted = _pages(kit, pages)
    order = data.draw(st.permutations(drafted + drafted))
    ledger = MemoryLedger()
    for page in order:
        ledger.append(page, now=kit.now)
    for number in {n for page in pages for n, _ in page}:
        wanted = next(dict(page)[number] for page in reversed(pages) if number in dict(page))
        assert _states(ledger, kit, number)[-1] == wanted


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pages=st.lists(_page, min_size=1, max_size=4), data=st.data())
def test_the_stored_register_does_as_the_one_in_memory(
    pages: list[list[tuple[int, str]]],
    data: st.DataObject,
    kit: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    here = kit.sqlite(tmp_path_factory.mktemp("law"))
    order = data.draw(st.permutations(_pages(kit, pages) * 2))
    here.init()
    stores, memory = here.open(), MemoryLedger()
    try:
        for page in order:
            stored, kept = stores.ledger.append(page, now=kit.now), memory.append(page, now=kit.now)
            assert [e is None for e in stored.events] == [e is None for e in kept.events]
        for number in (1, 2, 3):
            assert _states(stores.ledger, kit, number) == _states(memory, kit, number)
    finally:
        stores.close()


def test_two_threads_racing_on_one_source_key_write_it_once(place: Any, kit: Any) -> None:
    place.init()
    opened = [place.open(), place.open()]
    gate = threading.Barrier(2)
    written: list[int] = []

    def race(stores: Stores) -> None:
        for seq in range(1, 21):
            gate.wait(timeout=20)
            state = "complete" if seq % 2 else "incomplete"
            written.append(stores.ledger.append([kit.fact(state=state, seq=seq)], now=kit.now).written)

    threads = [threading.Thread(target=race, args=(stores,)) for stores in opened]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(written) == 40
    assert sum(written) == 20
    assert verify_register(opened[0]).findings == ()
    for stores in opened:
        stores.close()


def test_four_writers_make_one_dense_register(place: Any, kit: Any) -> None:
    place.init()
    opened = [place.open() for _ in range(4)]
    failures: list[BaseException] = []

    def write(number: int, stores: Stores) -> None:
        try:
            for n in range(8):
                stores.ledger.append([kit.fact(number * 100 + i, name=f"m{n}") for i in range(5)], now=kit.now)
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=write, args=item) for item in enumerate(opened, start=1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert opened[0].ledger.head().size == 1 + 4 * 8 * 5
    assert verify_register(opened[0], strict=False).findings == ()
    for stores in opened:
        stores.close()


def test_more_than_five_hundred_are_split_with_cursor_and_run_in_the_last_part(stores: Stores, kit: Any) -> None:
    run = RunRecord(
        "run-1", "pull", "p", kit.now, kit.now + timedelta(minutes=1), "partial", 1300, 1200,
        (Unread("cs:p:m01", 4242, "hidden"),), "le site a répondu lentement",
    )  # fmt: skip
    done = stores.ledger.append([kit.fact(n) for n in range(1200)], now=kit.now, cursor=("site-1", "e.7.x"), run=run)
    assert done.written == 1200
    assert [e.seq for e in done.events if e] == list(range(1, 1201))
    assert stores.ledger.cursor("site-1") == "e.7.x"
    assert stores.ledger.cursor("site-2") == ""
    assert stores.ledger.runs() == (run,)
    assert stores.ledger.runs(kind="apply") == stores.ledger.runs(promotion="q") == ()


def test_a_run_that_learned_nothing_leaves_no_trace_in_the_register(stores: Stores, kit: Any) -> None:
    before = stores.ledger.head()
    started = RunRecord("r1", "pull", "", kit.now, None, "failed")
    stores.ledger.append([], now=kit.now, run=started)
    stores.ledger.append([], now=kit.now, run=replace(started, id="r2"))
    stores.ledger.append([], now=kit.now, run=replace(started, outcome="done"))
    assert stores.ledger.head() == before
    assert [(r.id, r.outcome) for r in stores.ledger.runs()] == [("r1", "done"), ("r2", "failed")]


def test_one_bad_draft_and_nothing_is_written(stores: Stores, kit: Any) -> None:
    before = stores.ledger.head()
    good = [kit.fact(n) for n in range(600)]
    for bad in (
        replace(kit.fact(1), type="module.recognised"),
        replace(kit.fact(1), private={"grade": 12.5}),
        replace(kit.fact(1), private={"_head": 1}),
        replace(kit.fact(1), decisive={"state": 0.5}),
    ):
        with pytest.raises(LedgerError):
            stores.ledger.append([*good, bad], now=kit.now, cursor=("site-1", "moved"))
    assert stores.ledger.head() == before
    assert stores.ledger.cursor("site-1") == ""


def test_the_clock_going_back_is_said_once_and_time_never_does(stores: Stores, kit: Any) -> None:
    ledger, hour = stores.ledger, timedelta(hours=1)
    ledger.append([kit.act("a")], now=kit.now + hour)
    ledger.append([kit.act("b")], now=kit.now + hour - timedelta(milliseconds=900))
    assert [e.type for e in ledger.events()].count("clock.moved_back") == 0
    ledger.append([kit.act("c")], now=kit.now)
    ledger.append([kit.act("d")], now=kit.now + timedelta(minutes=1))
    moved = list(ledger.events(types=["clock.moved_back"]))
    assert [e.data for e in moved] == [{"seconds": 3600}]
    ledger.append([kit.act("e")], now=kit.now + 2 * hour)
    ledger.append([kit.act("f")], now=kit.now)
    assert len(list(ledger.events(types=["clock.moved_back"]))) == 2
    times = [e.recorded_at for e in ledger.events()]
    assert times == sorted(times)
    assert verify_register(stores).findings == ()


def test_a_moment_without_zone_is_refused(stores: Stores, kit: Any) -> None:
    with pytest.raises(LedgerError):
        stores.ledger.append([kit.act("a")], now=kit.now.replace(tzinfo=None))


def test_events_are_filtered(stores: Stores, kit: Any) -> None:
    ledger = stores.ledger
    ledger.append([kit.created(1, "A1"), kit.fact(1), kit.fact(2)], now=kit.now)
    ledger.append([replace(kit.fact(3), promotion="q")], now=kit.now + timedelta(days=1))
    assert [e.seq for e in ledger.events()] == [0, 1, 2, 3, 4]
    assert [e.seq for e in ledger.events(after=2)] == [3, 4]
    assert [e.seq for e in ledger.events(subject=kit.subject(1))] == [1, 2]
    assert [e.seq for e in ledger.events(promotion="q")] == [4]
    assert [e.seq for e in ledger.events(types=["candidate.created", "register.opened"])] == [0, 1]
    assert [e.seq for e in ledger.events(types=[])] == []
    assert [e.seq for e in ledger.events(until=kit.now)] == [0, 1, 2, 3]


def test_identities_are_found_by_number_and_account(stores: Stores, kit: Any) -> None:
    ledger = stores.ledger
    ledger.append([kit.created(1, "A 001"), kit.created(2, "A 002"), kit.linked(1, 77), kit.linked(2, 78)], now=kit.now)
    assert ledger.find("matricule", "A 001") == kit.subject(1)
    assert ledger.find("moodle", "site-1/78") == kit.subject(2)
    assert ledger.find("moodle", "site-2/78") is None
    assert ledger.find("matricule", "A 003") is None


def test_a_corrected_number_takes_the_place_of_the_former_one(stores: Stores, kit: Any) -> None:
    ledger = stores.ledger
    ledger.append([kit.created(1, "A1")], now=kit.now)
    fixed = kit.act("fix", "identity.corrected", 1, private={"matricule": "A9"})
    ledger.append([fixed, kit.linked(1, 77), kit.linked(1, 79)], now=kit.now)
    assert ledger.find("matricule", "A1") is None
    assert ledger.find("matricule", "A9") == kit.subject(1)
    assert ledger.find("moodle", "site-1/77") is None
    assert ledger.find("moodle", "site-1/79") == kit.subject(1)


def test_a_number_cannot_become_two_people(stores: Stores, kit: Any) -> None:
    stores.ledger.append([kit.created(1, "A1")], now=kit.now)
    with pytest.raises(LedgerError) as caught:
        stores.ledger.append([kit.created(2, "A1")], now=kit.now)
    assert "A1" not in caught.value.sentence
    assert stores.ledger.find("matricule", "A1") == kit.subject(1)
    assert stores.ledger.head().size == 2


def test_decomposed_names_are_written_composed(stores: Stores, kit: Any) -> None:
    done = stores.ledger.append([kit.created(1, "A1", name="LEFE\u0300VRE")], now=kit.now)
    (payload,) = stores.ledger.reveal(e for e in done.events if e).values()
    assert payload["usual_name"] == "LEFÈVRE"
