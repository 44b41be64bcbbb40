"""Runs with their coverage, and cursors: tables beside the register, in its transactions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from sync_service.adapters.ledger_sql.box import seal_json, unseal_json
from sync_service.adapters.ledger_sql.register import Register, moment_of
from sync_service.adapters.ledger_sql.tables import cursors, runs
from sync_service.domain.facts import Unread
from sync_service.ports import RunRecord


def write_run(connection: Connection, register: Register, run: RunRecord) -> None:
    """Keep a run, in place of what was kept of it before."""
    connection.execute(delete(runs).where(runs.c.id == run.id, runs.c.promotion == run.promotion))
    rank = connection.execute(select(func.coalesce(func.max(runs.c.rank), 0))).scalar_one() + 1
    coverage = {"note": run.note, "unread": [[u.object, u.user_id, u.reason] for u in run.unread]}
    connection.execute(
        insert(runs).values(
            id=run.id,
            promotion=run.promotion,
            rank=rank,
            kind=run.kind,
            started_at=run.started_at.isoformat(),
            finished_at=run.finished_at.isoformat() if run.finished_at else None,
            outcome=run.outcome,
            asked=run.asked,
            read=run.read,
            coverage=seal_json(register, coverage, "runs"),
        )
    )


def read_runs(register: Register, kind: str | None, promotion: str | None, limit: int) -> Sequence[RunRecord]:
    """Return the latest runs, newest first."""
    query = select(runs).order_by(runs.c.rank.desc()).limit(limit)
    if kind is not None:
        query = query.where(runs.c.kind == kind)
    if promotion is not None:
        query = query.where(runs.c.promotion == promotion)
    with register.database.reading() as connection:
        return tuple(_run(register, row) for row in connection.execute(query))


def _run(register: Register, row: Row[Any]) -> RunRecord:
    coverage = unseal_json(register, row.coverage, "runs")
    return RunRecord(
        id=row.id,
        kind=row.kind,
        promotion=row.promotion,
        started_at=moment_of(row.started_at),
        finished_at=moment_of(row.finished_at) if row.finished_at else None,
        outcome=row.outcome,
        asked=row.asked,
        read=row.read,
        unread=tuple(Unread(*item) for item in coverage["unread"]),
        note=coverage["note"],
    )


def write_cursor(connection: Connection, site_uid: str, cursor: str) -> None:
    """Move the feed cursor of a site."""
    connection.execute(delete(cursors).where(cursors.c.site_uid == site_uid))
    connection.execute(insert(cursors).values(site_uid=site_uid, cursor=cursor))


def read_cursor(register: Register, site_uid: str) -> str:
    """Return the feed cursor of a site, empty when there is none."""
    with register.database.reading() as connection:
        found = connection.execute(select(cursors.c.cursor).where(cursors.c.site_uid == site_uid)).scalar()
    return "" if found is None else str(found)
