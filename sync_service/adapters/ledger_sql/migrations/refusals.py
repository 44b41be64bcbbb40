"""What the database itself refuses on ``events`` (ledger-format.md §2).

These triggers prevent accidents. The owner of the machine can drop them: only a checkpoint kept elsewhere tells.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, text

_SQLITE = (
    """CREATE TRIGGER events_no_update BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'the register is append-only: no update'); END""",
    """CREATE TRIGGER events_no_delete BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'the register is append-only: no delete'); END""",
    """CREATE TRIGGER events_dense BEFORE INSERT ON events
    WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), -1) + 1 FROM events)
    BEGIN SELECT RAISE(ABORT, 'the register is append-only: seq must follow the last one'); END""",
    """CREATE TRIGGER events_no_replace BEFORE INSERT ON events
    WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM events WHERE idem = NEW.idem)
    BEGIN SELECT RAISE(ABORT, 'the register is append-only: id and idem are unique'); END""",
)
_POSTGRESQL = (
    """CREATE FUNCTION cyclesync_events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the register is append-only: no %', lower(TG_OP); END $$""",
    """CREATE FUNCTION cyclesync_events_dense() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.seq IS DISTINCT FROM (SELECT COALESCE(MAX(seq), -1) + 1 FROM events) THEN
        RAISE EXCEPTION 'the register is append-only: seq must follow the last one';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER events_no_change BEFORE UPDATE OR DELETE ON events
    FOR EACH ROW EXECUTE FUNCTION cyclesync_events_refuse()""",
    """CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION cyclesync_events_refuse()""",
    """CREATE TRIGGER events_dense BEFORE INSERT ON events
    FOR EACH ROW EXECUTE FUNCTION cyclesync_events_dense()""",
)


def refusals_of(dialect: str) -> tuple[str, ...]:
    """Return the statements that make a database refuse anything but appends."""
    return _POSTGRESQL if dialect == "postgresql" else _SQLITE


def grants_for(role: str) -> tuple[str, ...]:
    """Return the PostgreSQL statements that let ``role`` use the register without owning a table of it.

    Raises:
        ValueError: the name would need quoting.
    """
    if not role.isidentifier() or not role.isascii():
        raise ValueError("a role is named with ASCII letters, digits and underscores")
    mutable = (
        "heads, payloads, vault_index, cursors, runs, journal, plans, access_log, locks, jobs, meta, checkpoints, "
        "verifications"
    )
    return (
        f"GRANT SELECT, INSERT ON events TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {mutable} TO {role}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"GRANT SELECT ON alembic_version TO {role}",
    )


def refusals_in_place(connection: Connection, tables: Collection[str]) -> dict[str, str]:
    """Return the triggers of these tables, by name, with what each does; one that is disabled is not there.

    A SQLite file is the register's alone: all of its triggers are returned.
    """
    if connection.dialect.name == "postgresql":
        found = connection.execute(text(_IN_POSTGRESQL), {"tables": list(tables)})
        return {str(name): _one_space(said) for name, said in found}
    query = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    return {str(name): _one_space(said) for name, said in connection.execute(query)}


def refusals_expected(dialect: str) -> dict[str, str]:
    """Return what ``refusals_in_place`` finds in a database that nobody changed."""
    if dialect == "postgresql":
        bodies = [_one_space(said.split("$$")[1]) for said in _POSTGRESQL[:2]]
        return {name: f"{kind} {bodies[rank]}" for name, kind, rank in _KINDS}
    return {said.split()[2]: _one_space(said) for said in _SQLITE}


_KINDS = (("events_no_change", 27, 0), ("events_no_truncate", 34, 0), ("events_dense", 7, 1))
"""Trigger, its ``tgtype`` (before, for which statements, each row or not), which function it runs."""
_IN_POSTGRESQL = """SELECT CASE c.relname WHEN 'events' THEN t.tgname ELSE c.relname || '.' || t.tgname END,
    t.tgtype || ' ' || p.prosrc || CASE WHEN t.tgqual IS NULL THEN '' ELSE ' when' END
    FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'events'::regclass)
    AND c.relname = ANY(:tables) AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')"""


def _one_space(said: object) -> str:
    return " ".join(str(said).split())
