"""When each job of the daemon last ran, and which Moodle site stands behind each key of the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, insert, select

from sync_service.adapters.ledger_sql.engine import Database
from sync_service.adapters.ledger_sql.register import moment_of, read_meta, write_meta
from sync_service.adapters.ledger_sql.tables import jobs
from sync_service.domain.envelope import utc_text
from sync_service.errors import SiteChangedError


class SqlJobStore:
    """The port JobStore."""

    def __init__(self, database: Database) -> None:
        """Use the register's database."""
        self._database = database

    def last_runs(self) -> Mapping[str, datetime]:
        """Return job name → last successful run."""
        with self._database.reading() as connection:
            return {row.job: moment_of(row.at) for row in connection.execute(select(jobs))}

    def ran(self, job: str, *, at: datetime) -> None:
        """Record a successful run."""
        with self._database.writing() as connection:
            connection.execute(delete(jobs).where(jobs.c.job == job))
            connection.execute(insert(jobs).values(job=job, at=utc_text(at)))


class SitePins:
    """The ``site_uid`` seen the first time under each key of the configuration."""

    def __init__(self, database: Database) -> None:
        """Use the register's database."""
        self._database = database

    def get(self, site: str) -> str | None:
        """Return the ``site_uid`` pinned under a key, or None."""
        with self._database.reading() as connection:
            return read_meta(connection, f"site:{site}")

    def pin(self, site: str, site_uid: str) -> None:
        """Pin a site the first time, check it afterwards. Raises SiteChangedError when another one answers."""
        with self._database.writing() as connection:
            pinned = read_meta(connection, f"site:{site}")
            if pinned is None:
                write_meta(connection, f"site:{site}", site_uid)
        if pinned is not None and pinned != site_uid:
            raise SiteChangedError(
                f"Un autre site Moodle répond sous le nom « {site} » : corrigez son adresse dans config.toml, "
                "ou donnez un autre nom à ce nouveau site. Rien n’a été lu ni écrit."
            )
