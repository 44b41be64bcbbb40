"""Plans that a person reviewed, encrypted, kept until they expire."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select

from sync_service.adapters.ledger_sql.box import seal_json, unseal_json
from sync_service.adapters.ledger_sql.register import Register
from sync_service.adapters.ledger_sql.tables import plans
from sync_service.domain.envelope import utc_text


class SqlPlanStore:
    """The port PlanStore; an expired plan is never returned, and is deleted at the next look."""

    def __init__(self, register: Register) -> None:
        """Use an open register's database and keys."""
        self._register = register

    def save(self, fingerprint: str, promotion: str, payload: str, *, expires_at: datetime) -> None:
        """Keep a plan under its fingerprint, in place of the same one saved before."""
        sealed = seal_json(self._register, payload, "plans")
        with self._register.database.writing() as connection:
            connection.execute(delete(plans).where(plans.c.fingerprint == fingerprint))
            connection.execute(
                insert(plans).values(
                    fingerprint=fingerprint, promotion=promotion, payload=sealed, expires_at=utc_text(expires_at)
                )
            )

    def load(self, fingerprint: str, *, now: datetime) -> tuple[str, str] | None:
        """Return (promotion, payload) of a plan that has not expired; expired ones are dropped."""
        with self._register.database.writing() as connection:
            connection.execute(delete(plans).where(plans.c.expires_at <= utc_text(now)))
            query = select(plans.c.promotion, plans.c.payload).where(plans.c.fingerprint == fingerprint)
            row = connection.execute(query).first()
        return None if row is None else (row.promotion, str(unseal_json(self._register, row.payload, "plans")))
