"""The canonical bytes of the register’s lines, as they were signed."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from sync_service.adapters.ledger_sql.opening import Stores
from sync_service.adapters.ledger_sql.tables import events

_AT_ONCE = 2000


def canonical_lines(stores: Stores, size: int) -> Iterator[bytes]:
    """Yield the first ``size`` lines, each followed by a newline; memory stays flat whatever their number."""
    columns = select(events.c.seq, events.c.canonical).order_by(events.c.seq)
    for start in range(0, size, _AT_ONCE):
        part = columns.where(events.c.seq >= start, events.c.seq < min(size, start + _AT_ONCE))
        with stores.register.database.reading() as connection:
            rows = connection.execute(part).all()
        for row in rows:
            yield bytes(row.canonical) + b"\n"
