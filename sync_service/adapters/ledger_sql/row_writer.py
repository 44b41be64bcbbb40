"""Rows that go to the database while the next ones are made, within one transaction (§2).

Both drivers work without Python's lock: what a part of an append still has to encode costs no more time then.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Table

ROWS = 64
"""How many rows go together: few enough for every database's limit of parameters."""
Rows = Sequence[tuple[Any, ...]]


class RowWriter:
    """Inserts rows behind its caller's back, one lot at a time; nobody else may use the connection until ``wait``."""

    def __init__(self, connection: Connection) -> None:
        """Write in the transaction of a connection; no thread is started before the first lot."""
        self._connection = connection
        self._thread: ThreadPoolExecutor | None = None
        self._under_way: Future[None] | None = None

    def __enter__(self) -> Self:
        """Nothing is to be done."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for the lot under way, whatever becomes of it: the transaction must not end under it."""
        if self._thread is not None:
            self._thread.shutdown()

    def put(self, lots: Sequence[tuple[Table, Rows]]) -> None:
        """Insert rows later. Raises what the lot before was refused for (DBAPIError)."""
        self.wait()
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "rows")
        self._under_way = self._thread.submit(self.insert, lots)

    def wait(self) -> None:
        """Wait until everything is inserted. Raises DBAPIError."""
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.result()

    def insert(self, lots: Sequence[tuple[Table, Rows]]) -> None:
        """Insert whole rows now, columns in the table's order. Raises DBAPIError."""
        for table, rows in lots:
            if rows:
                _insert(self._connection, table, rows)


def _insert(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert by the driver itself; SQLite takes a full lot as one statement, and gives Python's lock back only once."""
    names = ", ".join(column.name for column in table.columns)
    on_sqlite = connection.dialect.name == "sqlite"
    one = f"({', '.join(['?' if on_sqlite else '%s'] * len(table.columns))})"
    start = f"INSERT INTO {table.name} ({names}) VALUES "  # noqa: S608 # names of ours
    if on_sqlite and len(rows) == ROWS:
        connection.exec_driver_sql(start + ", ".join([one] * ROWS), tuple(value for row in rows for value in row))
    else:
        connection.exec_driver_sql(start + one, list(rows))
