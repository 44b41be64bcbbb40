"""Runs migrations inside the transaction that the caller opened; nothing is configured from a file."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
