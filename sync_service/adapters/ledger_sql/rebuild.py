"""What is kept beside the events and follows from them: the end of the tree, the heads, the blind index."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sqlalchemy import Connection, delete, select

from sync_service.adapters.ledger_sql.appending import write_index
from sync_service.adapters.ledger_sql.heads import SourceHead, write_heads
from sync_service.adapters.ledger_sql.opening import Stores
from sync_service.adapters.ledger_sql.payload import head_part, private_part
from sync_service.adapters.ledger_sql.register import Register, integrity_error
from sync_service.adapters.ledger_sql.tables import events, heads, payloads, vault_index
from sync_service.adapters.ledger_sql.tree import Tree, write_tree
from sync_service.adapters.vault.blind_index import IndexEntry
from sync_service.adapters.vault.sealing import SealedPayload, open_payload
from sync_service.domain.envelope import event_of
from sync_service.domain.event import Event
from sync_service.domain.facts import ReadMark
from sync_service.domain.identity import SourceKey, state_digest
from sync_service.domain.lms_state import Json
from sync_service.domain.merkle import Frontier, leaf_hash

PAGE = 500


def rebuild(stores: Stores) -> int:
    """Make them again from the events, in one transaction; return how many heads there are.

    A head whose payload's key was destroyed has no digest: the next observation is a new event.

    Raises:
        IntegrityError: an event does not follow the one before; nothing is changed.
    """
    register = stores.register
    with register.database.writing() as connection:
        connection.execute(delete(heads))
        connection.execute(delete(vault_index))
        work = Derived(connection, register, partial(write_index, connection))
        work.read_all()
        write_heads(connection, work.heads.values())
        write_tree(connection, work.tree)
    return len(work.heads)


def _page(connection: Connection, after: int) -> list[Any]:
    query = select(events.c.seq, events.c.canonical).where(events.c.seq > after).order_by(events.c.seq).limit(PAGE)
    return list(connection.execute(query))


class Derived:
    """Follows the events from the first: where the tree ends, the heads, what leads to a subject."""

    def __init__(self, connection: Connection, register: Register, index: Callable[[IndexEntry], None]) -> None:
        """Begin with nothing; ``index`` takes each value that leads to a subject, in their order."""
        self._connection, self._register, self._take = connection, register, index
        self.tree = Tree(Frontier())
        self.heads: dict[str, SourceHead] = {}

    def read_all(self) -> None:
        """Read every event. Raises IntegrityError when one does not follow the one before."""
        after = -1
        while rows := _page(self._connection, after):
            self._read(rows)
            after = rows[-1].seq

    def _read(self, rows: list[Any]) -> None:
        found = [self._event(bytes(row.canonical)) for row in rows]
        opened = self._payloads(found)
        for event in found:
            self._index(event, opened.get(event.id, {}))
            if event.source["n"]:
                self._head(event, opened.get(event.id))

    def _event(self, content: bytes) -> Event:
        body, leaf = json.loads(content), leaf_hash(content)
        if body["prev"] != self.tree.prev or body["seq"] != self.tree.frontier.size:
            raise integrity_error(f"La ligne {body['seq']} ne suit pas celle qui la précède.")
        event = event_of(body, leaf.hex())
        self.tree.add(leaf, event.recorded_at)
        return event

    def _payloads(self, found: list[Event]) -> dict[str, dict[str, Json]]:
        sealed = {event.id: event for event in found if event.vault}
        rows = self._connection.execute(select(payloads).where(payloads.c.event_id.in_(list(sealed)))).all()
        keys = self._register.keys.keys(row.key_ref for row in rows)
        return {
            row.event_id: open_payload(
                keys[row.key_ref],
                row.event_id,
                SealedPayload(bytes(row.nonce), bytes(row.ciphertext), bytes(row.commitment)),
            )
            for row in rows
            if row.key_ref in keys
        }

    def _head(self, event: Event, payload: Mapping[str, Json] | None) -> None:
        source = {name: str(event.source[name]) for name in ("site_uid", "kind", "object")}
        key = SourceKey(source["site_uid"], source["kind"], source["object"], event.subject)
        text = key.text()
        decisive, mark = self._decisive(event, payload)
        digest = None if decisive is None else state_digest(self._register.secret, text, decisive)
        version = event.source["n"]
        self.heads[text] = SourceHead(key, version if isinstance(version, int) else 0, digest, mark, event.id)

    @staticmethod
    def _decisive(
        event: Event, payload: Mapping[str, Json] | None
    ) -> tuple[Mapping[str, Json] | None, ReadMark | None]:
        if not event.vault:
            return event.data, None
        return (payload is not None and head_part(payload)) or (None, None)

    def _index(self, event: Event, payload: Mapping[str, Json]) -> None:
        private = private_part(payload) or {}
        for entry in self._register.index.entries(event.type, event.subject, private):
            self._take(entry)
