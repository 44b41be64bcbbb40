"""The register in format v1 and the tables around it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from sync_service.adapters.ledger_sql.migrations.refusals import refusals_of

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create everything, then forbid what the format forbids."""
    _create_events()
    _create_heads()
    _create_vault()
    _create_runs()
    _create_work()
    _create_proofs()
    for statement in refusals_of(op.get_bind().dialect.name):
        op.execute(sa.text(statement))


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null)


def _bytes(name: str, *, null: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=null)


def _big(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, _BIG, nullable=null)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=True)


def _rank() -> sa.Column[int]:
    return sa.Column("n", _BIG, primary_key=True, autoincrement=True)


def _create_events() -> None:
    op.create_table(
        "events",
        sa.Column("seq", _BIG, primary_key=True, autoincrement=False),
        _bytes("canonical"), _bytes("leaf"), _text("id"), _bytes("idem"), _text("type"), _text("subject"),
        _text("promotion", null=True), _text("recorded_at"),
    )  # fmt: skip
    op.create_index("events_id", "events", ["id"], unique=True)
    op.create_index("events_idem", "events", ["idem"], unique=True)
    for column in ("subject", "promotion", "type"):
        op.create_index(f"events_{column}", "events", [column, "seq"])


def _create_heads() -> None:
    op.create_table(
        "heads",
        _key("key"), _text("site_uid"), _text("kind"), _text("object"), _text("subject"), _big("n"),
        _bytes("digest", null=True), _text("mark_epoch", null=True), _big("mark_seq", null=True),
        _text("mark_at", null=True), _text("event_id"),
    )  # fmt: skip
    op.create_index("heads_site", "heads", ["site_uid", "kind"])
    op.create_index("heads_subject", "heads", ["subject"])


def _create_vault() -> None:
    op.create_table(
        "payloads",
        _key("event_id"), _text("subject"), _text("series"), _text("key_ref"), _bytes("nonce"), _bytes("ciphertext"),
        _bytes("commitment"),
    )  # fmt: skip
    digest = sa.Column("digest", sa.LargeBinary, primary_key=True)
    op.create_table("vault_index", _key("kind"), digest, _text("scope"), _text("subject"))
    op.create_index("vault_index_subject", "vault_index", ["subject", "kind", "scope"])


def _create_runs() -> None:
    op.create_table("cursors", _key("site_uid"), _text("cursor"))
    op.create_table(
        "runs",
        _key("id"), _key("promotion"), _big("rank"), _text("kind"), _text("started_at"),
        _text("finished_at", null=True), _text("outcome"), _big("asked"), _big("read"), _bytes("coverage"),
    )  # fmt: skip
    op.create_index("runs_rank", "runs", ["rank"])


def _create_work() -> None:
    op.create_table("journal", _rank(), _text("promotion"), _text("run"), _text("at"), _bytes("detail"))
    op.create_index("journal_promotion", "journal", ["promotion", "n"])
    op.create_table("plans", _key("fingerprint"), _text("promotion"), _bytes("payload"), _text("expires_at"))
    op.create_table("access_log", _rank(), _text("at"), _bytes("detail"))
    op.create_table("locks", _key("name"), _text("owner"), _text("host"), _text("heartbeat"), _text("expires_at"))
    op.create_table("jobs", _key("job"), _text("at"))
    op.create_table("meta", _key("name"), _text("value"))


def _create_proofs() -> None:
    size = sa.Column("size", _BIG, primary_key=True, autoincrement=False)
    op.create_table("checkpoints", size, _text("at"), _text("note"), _text("nodes"))
    op.create_table(
        "verifications",
        _rank(), _text("at"), _big("size"), _text("root"), _big("findings"), _big("strict"), _big("outside"),
    )  # fmt: skip
