"""Long appends, written in parts: each part whole and in order, or not at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from sync_service.adapters.ledger_sql import Stores, verify_register
from sync_service.adapters.ledger_sql.heads import SourceHead, read_heads, write_heads
from sync_service.adapters.ledger_sql.inserting import VALUES_AT_ONCE
from sync_service.adapters.ledger_sql.store import PART
from sync_service.adapters.ledger_sql.tables import heads
from sync_service.domain.facts import ReadMark
from sync_service.domain.identity import SourceKey
from sync_service.errors import LedgerError


@pytest.mark.parametrize("count", [PART - 1, PART, PART + 1])
def test_all_are_there_in_order(stores: Stores, kit: Any, count: int) -> None:
    drafts = [kit.fact(number) if number % 2 else kit.act(f"t{number}", number=number) for number in range(count)]
    written = stores.ledger.append(drafts, now=kit.now).events
    held = list(stores.ledger.events(after=0))
    assert [event.id for event in held] == [event.id for event in written if event is not None]
    assert [event.subject for event in held] == [kit.subject(number) for number in range(count)]
    assert len(stores.ledger.reveal(held)) == count // 2
    assert not verify_register(stores).findings


@pytest.mark.parametrize("refused", [0, PART // 2, PART - 1])
def test_a_row_refused_on_the_way_leaves_nothing(stores: Stores, kit: Any, refused: int) -> None:
    stores.ledger.append([kit.fact(1000)], now=kit.now)
    with stores.register.database.engine.begin() as connection:
        connection.execute(text("DELETE FROM heads"))
    before = stores.ledger.head()
    drafts = [kit.fact(number) for number in range(PART)]
    drafts[refused] = kit.fact(1000)
    with pytest.raises(LedgerError, match="table des têtes"):
        stores.ledger.append(drafts, now=kit.now)
    assert stores.ledger.head() == before
    with stores.register.database.reading() as connection:
        left = [connection.execute(text(f"SELECT COUNT(*) FROM {name}")).scalar_one() for name in ("heads", "payloads")]
    assert left == [0, 1]
    assert stores.ledger.append([kit.act("after")], now=kit.now).head.size == before.size + 1


def test_more_heads_than_one_statement_can_hold_are_written_then_replaced(stores: Stores, kit: Any) -> None:
    many = VALUES_AT_ONCE // len(heads.columns) + 100
    mark = ReadMark("e", 1, kit.now)
    first = [
        SourceHead(SourceKey("s", "grade.observed", f"o{n}", "x"), 1, b"d", mark, f"event-{n}") for n in range(many)
    ]
    with stores.register.database.writing() as connection:
        write_heads(connection, first)
        write_heads(connection, [head.moved(replace(mark, seq=2)) for head in first])
        found = read_heads(connection, [head.key.text() for head in first])
    assert len(found) == many
    assert {(head.event_id, head.mark.seq) for head in found.values() if head.mark} == {
        (f"event-{n}", 2) for n in range(many)
    }
