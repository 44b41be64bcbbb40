"""What the database itself refuses (ledger-format.md §2)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError

from sync_service.adapters.ledger_sql import Stores, init_register, open_register, verify_register
from sync_service.adapters.ledger_sql.migrations.refusals import grants_for
from sync_service.adapters.ledger_sql.tables import events

_COLUMNS = "seq, canonical, leaf, id, idem, type, subject, promotion, recorded_at"
_NEW = f"INSERT INTO events ({_COLUMNS}) VALUES (:seq, :canonical, :leaf, :id, :idem, 'x', 'register', NULL, 'z')"


def _refused(stores: Stores, statement: str, **values: Any) -> str:
    with pytest.raises(DBAPIError) as caught, stores.register.database.engine.begin() as connection:
        connection.execute(text(statement), values)
    return str(caught.value.orig)


@pytest.fixture
def filled(stores: Stores, kit: Any) -> Stores:
    stores.ledger.append([kit.fact(n) for n in range(5)], now=kit.now)
    return stores


def test_update_and_delete_are_refused(filled: Stores) -> None:
    before = filled.ledger.head()
    for statement in (
        "UPDATE events SET type = 'correction' WHERE seq = 2",
        "UPDATE events SET seq = 9 WHERE seq = 5",
        "DELETE FROM events WHERE seq = 5",
        "DELETE FROM events",
    ):
        assert "append-only" in _refused(filled, statement)
    assert filled.ledger.head() == before
    assert verify_register(filled).findings == ()


@pytest.mark.parametrize("seq", [-1, 0, 3, 5, 7, 2**40])
def test_an_insert_elsewhere_than_at_the_end_is_refused(filled: Stores, seq: int) -> None:
    values = {"seq": seq, "canonical": b"{}", "leaf": b"l", "id": "new", "idem": b"new"}
    assert "append-only" in _refused(filled, _NEW, **values)


def test_replacing_is_refused_by_place_and_by_name(filled: Stores) -> None:
    with filled.register.database.reading() as connection:
        third = connection.execute(select(events).where(events.c.seq == 3)).one()
    upsert = _NEW.replace("INSERT", "INSERT OR REPLACE")
    if filled.register.database.dialect == "postgresql":
        upsert = _NEW + " ON CONFLICT (seq) DO UPDATE SET type = 'correction'"
    values = {"canonical": b"{}", "leaf": b"l"}
    assert "append-only" in _refused(filled, upsert, seq=3, id="new", idem=b"new", **values)
    for taken in ({"id": third.id, "idem": b"new"}, {"id": "new", "idem": third.idem}):
        reason = _refused(filled, upsert, seq=6, **taken, **values)
        assert "append-only" in reason or "unique constraint" in reason
    assert filled.ledger.head().size == 6
    assert verify_register(filled).findings == ()


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
@pytest.mark.postgresql
def test_truncate_is_refused(filled: Stores) -> None:
    assert "append-only" in _refused(filled, "TRUNCATE events")
    assert "append-only" in _refused(filled, "TRUNCATE events CASCADE")


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
@pytest.mark.postgresql
def test_the_application_owns_no_table_and_still_works(place: Any, kit: Any) -> None:
    role = "office_" + place.url.split("/t", 1)[1].split("?", 1)[0]
    owner = create_engine(place.url)
    with owner.begin() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN"))
    owner.dispose()
    init_register(place.url, place.keys, place.secrets, "demo/test", kit.now, application_role=role)
    url = place.url.replace("cyclesync@", f"{role}@")
    stores = open_register(url, place.keys, place.secrets, checkpoints_dir=None)
    stores.ledger.append([kit.fact(1), kit.created(2, "A1")], now=kit.now)
    assert stores.locks.acquire("site:a", owner="x", now=kit.now)
    assert verify_register(stores).findings == ()
    for statement in (
        "ALTER TABLE events DISABLE TRIGGER ALL",
        "DROP TRIGGER events_dense ON events",
        "DROP TABLE events",
    ):
        assert "must be owner" in _refused(stores, statement)
    for statement in ("UPDATE events SET type = ''", "DELETE FROM events", "TRUNCATE events"):
        assert "permission denied" in _refused(stores, statement)
    stores.close()


def test_a_role_that_needs_quoting_is_refused() -> None:
    with pytest.raises(ValueError, match="role"):
        grants_for('x"; DROP TABLE events; --')
