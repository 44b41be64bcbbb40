"""Named locks as rows: owner, host, heartbeat, expiry (design.md §4)."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from sync_service.adapters.ledger_sql.engine import Database
from sync_service.adapters.ledger_sql.tables import locks
from sync_service.domain.envelope import utc_text


class SqlLocks:
    """The port Locks; ``host`` tells machines that share one PostgreSQL apart."""

    def __init__(self, database: Database, host: str = "") -> None:
        """Use the register's database; the host's name when none is given."""
        self._database = database
        self._host = host or socket.gethostname()

    def acquire(self, name: str, *, owner: str, now: datetime, ttl_seconds: int = 300) -> bool:
        """Take or renew the lock; False when someone else holds it, has not died here, and it has not expired."""
        expires = utc_text(now + timedelta(seconds=ttl_seconds))
        with self._database.writing() as connection:
            row = connection.execute(select(locks).where(locks.c.name == name)).first()
            mine = row is not None and (row.owner, row.host) == (owner, self._host)
            if (
                row is not None
                and not mine
                and row.expires_at > utc_text(now)
                and not self._is_dead(row.owner, row.host)
            ):
                return False
            connection.execute(delete(locks).where(locks.c.name == name))
            connection.execute(
                insert(locks).values(
                    name=name, owner=owner, host=self._host, heartbeat=utc_text(now), expires_at=expires
                )
            )
        return True

    def release(self, name: str, *, owner: str) -> None:
        """Give the lock back; nothing happens when ``owner`` on this host does not hold it."""
        mine = (locks.c.name == name) & (locks.c.owner == owner) & (locks.c.host == self._host)
        with self._database.writing() as connection:
            connection.execute(delete(locks).where(mine))

    def holder(self, name: str) -> str | None:
        """Return who holds the lock, « owner sur host », or None; an expired lock is still shown."""
        with self._database.reading() as connection:
            row = connection.execute(select(locks.c.owner, locks.c.host).where(locks.c.name == name)).first()
        return None if row is None else f"{row.owner} sur {row.host}"

    def _is_dead(self, owner: str, host: str) -> bool:
        """Tell whether an owner « host/pid » of this host is a process that no longer runs, as after a kill −9."""
        name, _, number = owner.rpartition("/")
        if not (name == host == self._host and number.isdigit() and int(number)):
            return False
        try:
            os.kill(int(number), 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False  # it runs under another account
        return False
