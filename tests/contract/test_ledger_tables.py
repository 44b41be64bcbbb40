"""The other ports on the register's database: plans, journal, access log, locks, jobs, pins."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from sync_service.adapters.ledger_sql import Stores
from sync_service.adapters.ledger_sql.locks import SqlLocks
from sync_service.domain.consultations import KEPT, Consultation
from sync_service.errors import SiteChangedError, StoreError
from sync_service.ports import JobStore, Journal, JournalEntry, Locks, PlanStore


def test_a_plan_is_kept_until_it_expires(stores: Stores, kit: Any) -> None:
    plans: PlanStore = stores.plans
    week = kit.now + timedelta(days=7)
    plans.save("f1", "p", '{"changes":["Inscrire LEFÈVRE Anne"]}', expires_at=week)
    plans.save("f1", "p", '{"changes":["Inscrire Anne"]}', expires_at=week)
    assert plans.load("f1", now=kit.now) == ("p", '{"changes":["Inscrire Anne"]}')
    assert plans.load("f2", now=kit.now) is None
    assert plans.load("f1", now=week) is None
    assert plans.load("f1", now=kit.now) is None


def test_a_plan_says_nothing_to_who_reads_the_table(stores: Stores, kit: Any) -> None:
    stores.plans.save("f1", "p", "Inscrire LEFÈVRE Anne", expires_at=kit.now)
    with stores.register.database.reading() as connection:
        payload = bytes(connection.execute(text("SELECT payload FROM plans")).scalar_one())
    assert b"Anne" not in payload


def test_a_line_that_cannot_be_decrypted_is_an_error(stores: Stores, kit: Any) -> None:
    stores.plans.save("f1", "p", "x", expires_at=kit.now + timedelta(days=1))
    with stores.register.database.engine.begin() as connection:
        connection.execute(text("UPDATE plans SET payload = :b"), {"b": bytes(40)})
    with pytest.raises(StoreError, match="plans"):
        stores.plans.load("f1", now=kit.now)


def test_the_journal_is_newest_first(stores: Stores, kit: Any) -> None:
    journal: Journal = stores.journal
    entries = [
        JournalEntry(f"r{n}", "p" if n < 3 else "q", f"cs:p:m{n}", "update", "done", "", kit.now + timedelta(seconds=n))
        for n in range(4)
    ]
    for entry in entries:
        journal.record(entry)
    assert list(journal.entries()) == entries[::-1]
    assert list(journal.entries(promotion="p", limit=2)) == [entries[2], entries[1]]


def test_who_looked_at_whose_file_is_kept_encrypted(stores: Stores, kit: Any) -> None:
    access = Consultation(kit.now, "o.martin", kit.subject(1), "candidate/pdf", "controle", 12)
    stores.access.record([access, replace(access, subject="prom:p", at=kit.now + timedelta(days=300))])
    assert stores.access.entries(subjects={kit.subject(1)}) == (access,)
    assert [item.subject for item in stores.access.entries()] == [kit.subject(1), "prom:p"]
    with stores.register.database.reading() as connection:
        detail = bytes(connection.execute(text("SELECT detail FROM access_log ORDER BY n")).scalars().first() or b"")
    assert kit.subject(1).encode() not in detail
    later = kit.now + timedelta(days=400)
    assert stores.access.older_than(later - KEPT) == 1
    assert stores.access.forget(later - KEPT) == 1
    assert [item.subject for item in stores.access.entries()] == ["prom:p"]


def test_a_lock_has_one_holder_until_it_expires(stores: Stores, kit: Any) -> None:
    locks: Locks = stores.locks
    later = kit.now + timedelta(seconds=301)
    assert locks.holder("site:a") is None
    assert locks.acquire("site:a", owner="daemon/1", now=kit.now)
    assert not locks.acquire("site:a", owner="cli/2", now=kit.now + timedelta(seconds=299))
    assert locks.acquire("site:b", owner="cli/2", now=kit.now)
    assert (locks.holder("site:a") or "").startswith("daemon/1 sur ")
    assert locks.acquire("site:a", owner="daemon/1", now=kit.now + timedelta(seconds=200))
    assert not locks.acquire("site:a", owner="cli/2", now=later)
    assert locks.acquire("site:a", owner="cli/2", now=later + timedelta(seconds=300))
    locks.release("site:a", owner="daemon/1")
    assert (locks.holder("site:a") or "").startswith("cli/2 sur ")
    locks.release("site:a", owner="cli/2")
    assert locks.holder("site:a") is None


def test_the_same_owner_on_another_host_is_someone_else(stores: Stores, kit: Any) -> None:
    here, there = SqlLocks(stores.register.database, "here"), SqlLocks(stores.register.database, "there")
    assert here.acquire("promotion:p", owner="daemon", now=kit.now)
    assert not there.acquire("promotion:p", owner="daemon", now=kit.now)
    there.release("promotion:p", owner="daemon")
    assert here.holder("promotion:p") == "daemon sur here"


def test_jobs_remember_their_last_success(stores: Stores, kit: Any) -> None:
    jobs: JobStore = stores.jobs
    assert jobs.last_runs() == {}
    jobs.ran("pull", at=kit.now)
    jobs.ran("pull", at=kit.now + timedelta(hours=1))
    jobs.ran("plan", at=kit.now)
    assert jobs.last_runs() == {"pull": kit.now + timedelta(hours=1), "plan": kit.now}


def test_another_site_under_the_same_name_stops_everything(stores: Stores) -> None:
    assert stores.pins.get("angers") is None
    stores.pins.pin("angers", "uid-1")
    stores.pins.pin("angers", "uid-1")
    stores.pins.pin("test", "uid-2")
    with pytest.raises(SiteChangedError, match="angers"):
        stores.pins.pin("angers", "uid-2")
    assert stores.pins.get("angers") == "uid-1"
