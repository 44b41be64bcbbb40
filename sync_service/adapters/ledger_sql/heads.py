"""Heads: per source key, the last version, the digest of its decisive fields and its read mark (§3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects import postgresql, sqlite

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
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement: Any = dialect.insert(heads)
    changed = {name: statement.excluded[name] for name in _CHANGING}
    connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=changed), rows)


_CHANGING = ("n", "digest", "mark_epoch", "mark_seq", "mark_at", "event_id")


def forget_digests(connection: Connection, subject: str, kinds: Iterable[str]) -> None:
    """Forget the digests of a subject whose key is being destroyed; versions and marks stay."""
    of_subject = (heads.c.subject == subject) & heads.c.kind.in_(sorted(kinds))
    connection.execute(heads.update().where(of_subject).values(digest=None))


def _values(head: SourceHead) -> dict[str, Any]:
    key, mark = head.key, head.mark
    return {
        "key": key.text(),
        "site_uid": key.site_uid,
        "kind": key.kind,
        "object": key.object,
        "subject": key.subject,
        "n": head.n,
        "digest": head.digest,
        "mark_epoch": mark.epoch if mark else None,
        "mark_seq": mark.seq if mark else None,
        "mark_at": mark_text(mark.at) if mark else None,
        "event_id": head.event_id,
    }


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
