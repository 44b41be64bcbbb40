"""The journal of applies and the log of who looked at whose file: encrypted lines, never part of the register."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from sync_service.adapters.ledger_sql.box import seal_json, unseal_json
from sync_service.adapters.ledger_sql.register import Register, moment_of
from sync_service.adapters.ledger_sql.tables import access_log, journal
from sync_service.domain.consultations import Consultation
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


class SqlAccessLog:
    """Who read whose file: encrypted rows, without a name."""

    def __init__(self, register: Register) -> None:
        """Use an open register's database and keys."""
        self._register = register

    def record(self, found: Sequence[Consultation]) -> None:
        """Append lines, committed at once."""
        rows = [
            {"at": utc_text(item.at), "detail": seal_json(self._register, _detail(item), "access_log")}
            for item in found
        ]
        if rows:
            with self._register.database.writing() as connection:
                connection.execute(insert(access_log), rows)

    def entries(self, *, subjects: Collection[str] | None = None) -> tuple[Consultation, ...]:
        """Return the lines, oldest first; those about some subjects only when given."""
        with self._register.database.reading() as connection:
            rows = connection.execute(select(access_log).order_by(access_log.c.n)).all()
        found = (
            Consultation(moment_of(row.at), *unseal_json(self._register, row.detail, "access_log")) for row in rows
        )
        return tuple(item for item in found if subjects is None or item.subject in subjects)

    def older_than(self, moment: datetime) -> int:
        """Count the lines written before a moment."""
        query = select(func.count()).select_from(access_log).where(access_log.c.at < utc_text(moment))
        with self._register.database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def forget(self, moment: datetime) -> int:
        """Erase the lines written before a moment; return how many there were."""
        with self._register.database.writing() as connection:
            return int(connection.execute(delete(access_log).where(access_log.c.at < utc_text(moment))).rowcount)


def _detail(item: Consultation) -> list[str | int]:
    return [item.actor, item.subject, item.what, item.purpose, item.size]
