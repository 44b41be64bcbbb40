"""Versions of the schema: looked at on opening, changed only on request."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from sync_service.errors import StoreError

NEWEST = "0001"
"""Revision that this version of cyclesync reads and writes."""


def upgrade(connection: Connection) -> None:
    """Bring the schema to the newest version, within the caller's transaction."""
    from alembic import command  # noqa: PLC0415 # a third of a second that only init and upgrades need
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def version_of(connection: Connection) -> str | None:
    """Return the version of the schema, None when there is no register in this database."""
    names = set(inspect(connection).get_table_names())
    if "alembic_version" not in names or "events" not in names:
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def check_version(connection: Connection, where: str) -> None:
    """Refuse a database without a register, or of another version. Raises StoreError."""
    found = version_of(connection)
    if found is None:
        raise StoreError(
            f"La base {where} ne contient pas de registre : corrigez config.toml, ou lancez « cyclesync init » "
            "si ce registre n’a jamais existé."
        )
    if found != NEWEST:
        raise StoreError(
            f"La base {where} est en version {found}, cyclesync attend la version {NEWEST} : "
            "installez la version de cyclesync qui l’a écrite, ou faites-la mettre à niveau après l’avoir sauvegardée."
        )
