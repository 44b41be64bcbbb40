"""The register's end as kept in ``meta``: frontier of the tree, last leaf, last moment; checked against the events."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from sync_service.adapters.ledger_sql.register import altered_error, moment_of, read_meta, write_meta
from sync_service.adapters.ledger_sql.tables import events
from sync_service.domain.envelope import NO_LEAF, utc_text
from sync_service.domain.event import Head
from sync_service.domain.merkle import Frontier

NAME = "tree"


@dataclass(slots=True)
class Tree:
    """Where the next event goes."""

    frontier: Frontier
    last_leaf: bytes | None = None
    recorded_at: datetime | None = None
    behind: bool = False
    """Whether the clock was found to have moved back, and an event already says so."""

    @property
    def prev(self) -> str:
        """``prev`` of the next event."""
        return self.last_leaf.hex() if self.last_leaf else NO_LEAF

    def add(self, leaf: bytes, recorded_at: datetime) -> None:
        """Take one more event into account."""
        self.frontier.append(leaf)
        self.last_leaf, self.recorded_at = leaf, recorded_at

    def head(self) -> Head:
        """Return size, root, last leaf and last moment."""
        leaf = self.last_leaf.hex() if self.last_leaf else ""
        return Head(self.frontier.size, self.frontier.root().hex(), leaf, self.recorded_at)


def write_tree(connection: Connection, tree: Tree) -> None:
    """Keep the register's end, in the transaction that moved it."""
    content = {
        "size": tree.frontier.size,
        "nodes": [node.hex() for node in tree.frontier.nodes],
        "leaf": tree.last_leaf.hex() if tree.last_leaf else "",
        "recorded_at": utc_text(tree.recorded_at) if tree.recorded_at else "",
        "behind": tree.behind,
    }
    write_meta(connection, NAME, json.dumps(content))


def stored_tree(connection: Connection) -> Tree:
    """Return the register's end as it was kept, unchecked. Raises ValueError when it cannot be read."""
    text = read_meta(connection, NAME)
    if text is None:
        return Tree(Frontier())
    try:
        content = json.loads(text)
        leaf, at = bytes.fromhex(content["leaf"]), content["recorded_at"]
        frontier = Frontier(content["size"], [bytes.fromhex(node) for node in content["nodes"]])
        return Tree(frontier, leaf or None, moment_of(at) if at else None, bool(content["behind"]))
    except (KeyError, TypeError) as error:
        raise ValueError("the kept end of the register cannot be read") from error


def read_tree(connection: Connection) -> Tree:
    """Return the register's end, checked against the last event. Raises IntegrityError."""
    try:
        tree = stored_tree(connection)
    except ValueError:
        raise altered_error("La fin du registre, gardée à part, est illisible") from None
    row = connection.execute(select(events.c.seq, events.c.leaf).order_by(events.c.seq.desc()).limit(1)).first()
    size, leaf = (row.seq + 1, bytes(row.leaf)) if row else (0, None)
    if (size, leaf) != (tree.frontier.size, tree.last_leaf):
        raise altered_error(f"Le registre a {size} lignes, sa fin gardée à part en annonce {tree.frontier.size}")
    return tree
