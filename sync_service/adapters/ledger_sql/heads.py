"""Heads: per source key, the last version, the digest of its decisive fields and its read mark (§3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from sync_service.adapters.ledger_sql.register import moment_of
from sync_service.adapters.ledger_sql.tables import heads
from sync_service.domain.facts import ReadMark
from sync_service.domain.identity import SourceKey

CHUNK = 500


@dataclass(frozen=True, slots=True)
class SourceHead:
    """The last change of one source key; a digest is None once what it digested was destroyed."""

    key: SourceKey
    n: int
    digest: bytes | None
    mark: ReadMark | None
    event_id: str

    def moved(self, mark: ReadMark) -> SourceHead:
        """Return it with a newer read mark."""
        return replace(self, mark=mark)


def read_heads(connection: Connection, keys: Iterable[str]) -> dict[str, SourceHead]:
    """Return the heads of some source keys, by the text of the key."""
    found: dict[str, SourceHead] = {}
    for part in chunks(sorted(set(keys))):
        for row in connection.execute(select(heads).where(heads.c.key.in_(part))):
            found[row.key] = _head(row)
    return found


def write_heads(connection: Connection, moved: Iterable[SourceHead]) -> None:
    """Insert or replace heads, in the transaction that writes their events."""
    rows = [_values(head) for head in moved]
    if not rows:
        return
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    names, marks = ", ".join(_COLUMNS), ", ".join([mark] * len(_COLUMNS))
    changed = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[5:])
    connection.exec_driver_sql(
        f"INSERT INTO heads ({names}) VALUES ({marks}) ON CONFLICT (key) DO UPDATE SET {changed}",  # noqa: S608 # names
        rows,
    )


_COLUMNS = tuple(column.name for column in heads.columns)


def forget_digests(connection: Connection, subject: str, kinds: Iterable[str]) -> None:
    """Forget the digests of a subject whose key is being destroyed; versions and marks stay."""
    of_subject = (heads.c.subject == subject) & heads.c.kind.in_(sorted(kinds))
    connection.execute(heads.update().where(of_subject).values(digest=None))


def _values(head: SourceHead) -> tuple[Any, ...]:
    key, mark = head.key, head.mark
    seen = (None, None, None) if mark is None else (mark.epoch, mark.seq, mark_text(mark.at))
    return (key.text(), key.site_uid, key.kind, key.object, key.subject, head.n, head.digest, *seen, head.event_id)


def _head(row: Row[Any]) -> SourceHead:
    mark = None if row.mark_at is None else ReadMark(row.mark_epoch, row.mark_seq, moment_of(row.mark_at))
    digest = None if row.digest is None else bytes(row.digest)
    return SourceHead(SourceKey(row.site_uid, row.kind, row.object, row.subject), row.n, digest, mark, row.event_id)


def mark_text(at: datetime) -> str:
    """Write the moment of a read mark whole, microseconds included."""
    return at.isoformat()


def chunks(items: list[str]) -> Iterator[list[str]]:
    """Cut a list so that a statement keeps under every database's limit of parameters."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
