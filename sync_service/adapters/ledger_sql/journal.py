"""The journal of applies and the log of who looked at whose file: encrypted lines, never part of the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from sync_service.adapters.ledger_sql.box import seal_json, unseal_json
from sync_service.adapters.ledger_sql.register import Register, moment_of
from sync_service.adapters.ledger_sql.tables import access_log, journal
from sync_service.domain.envelope import utc_text
from sync_service.ports import JournalEntry


class SqlJournal:
    """The port Journal."""

    def __init__(self, register: Register) -> None:
        """Use an open register's database and keys."""
        self._register = register

    def record(self, entry: JournalEntry) -> None:
        """Append one line, committed at once."""
        detail = seal_json(self._register, [entry.key, entry.verb, entry.outcome, entry.code], "journal")
        line = {"promotion": entry.promotion, "run": entry.run, "at": entry.at.isoformat(), "detail": detail}
        with self._register.database.writing() as connection:
            connection.execute(insert(journal).values(line))

    def entries(self, *, promotion: str | None = None, limit: int = 200) -> Sequence[JournalEntry]:
        """Return the latest lines, newest first."""
        query = select(journal).order_by(journal.c.n.desc()).limit(limit)
        if promotion is not None:
            query = query.where(journal.c.promotion == promotion)
        with self._register.database.reading() as connection:
            rows = connection.execute(query).all()
        found = []
        for row in rows:
            key, verb, outcome, code = unseal_json(self._register, row.detail, "journal")
            found.append(JournalEntry(row.run, row.promotion, key, verb, outcome, code, moment_of(row.at)))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Access:
    """One consultation of a person's file: when, by whom (pseudonym), whose, and which page or report."""

    at: datetime
    actor: str
    subject: str
    what: str


class SqlAccessLog:
    """Who looked at whose file."""

    def __init__(self, register: Register) -> None:
        """Use an open register's database and keys."""
        self._register = register

    def record(self, access: Access) -> None:
        """Append one line, committed at once."""
        detail = seal_json(self._register, [access.actor, access.subject, access.what], "access_log")
        with self._register.database.writing() as connection:
            connection.execute(insert(access_log).values(at=utc_text(access.at), detail=detail))

    def entries(self, *, limit: int = 200) -> Sequence[Access]:
        """Return the latest lines, newest first."""
        query = select(access_log).order_by(access_log.c.n.desc()).limit(limit)
        with self._register.database.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(Access(moment_of(row.at), *unseal_json(self._register, row.detail, "access_log")) for row in rows)
