"""The alarm of a register, kept beside it in ``meta``; the verifications themselves are rows of their table."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from sync_service.adapters.ledger_sql.register import moment_of, read_meta, write_meta
from sync_service.adapters.ledger_sql.tables import events
from sync_service.domain.alarm import Alarm
from sync_service.domain.envelope import utc_text

NAME = "alarm"


def read_alarm(connection: Connection) -> Alarm | None:
    """Return the alarm that holds, None when the last verifications found nothing."""
    text = read_meta(connection, NAME)
    if not text:
        return None
    try:
        kept = json.loads(text)
        return Alarm(
            moment_of(kept["at"]), int(kept["size"]), tuple(kept["findings"]), tuple(kept["accepted"]),
            int(kept["outside"]), bool(kept["documents"]),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError):
        return Alarm(LONG_AGO, 0, (UNREADABLE,))


LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
UNREADABLE = "Ce que la dernière vérification avait trouvé est illisible."
"""Finding that stands for an alarm that someone changed: it holds until the next verification."""


def write_alarm(connection: Connection, alarm: Alarm | None) -> None:
    """Keep an alarm, or that there is none any more, under the write lock."""
    if alarm is None:
        if read_meta(connection, NAME):
            write_meta(connection, NAME, "")
        return
    kept = {
        "at": utc_text(alarm.at), "size": alarm.size, "findings": alarm.findings, "accepted": alarm.accepted,
        "outside": alarm.outside, "documents": alarm.documents,
    }  # fmt: skip
    write_meta(connection, NAME, json.dumps(kept, ensure_ascii=False))


def broken_line(connection: Connection) -> int | None:
    """Return the last line that says that the office went on with a broken register, None when there is none."""
    query = select(events.c.seq).where(events.c.type == "integrity.broken").order_by(events.c.seq.desc()).limit(1)
    found = connection.execute(query).scalar()
    return None if found is None else int(found)
