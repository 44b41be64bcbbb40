"""Tables of the one database, as SQLAlchemy Core sees them; the migrations create them (ledger-format.md §1 to §4).

``events.canonical`` holds the bytes that count; its other columns are an index of them and are checked against them.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()
_BIG = BigInteger().with_variant(Integer, "sqlite")

events = Table(
    "events",
    metadata,
    Column("seq", _BIG, primary_key=True, autoincrement=False),
    Column("canonical", LargeBinary, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("id", Text, nullable=False),
    Column("idem", LargeBinary, nullable=False),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("promotion", Text),
    Column("recorded_at", Text, nullable=False),
    Index("events_id", "id", unique=True),
    Index("events_idem", "idem", unique=True),
    Index("events_subject", "subject", "seq"),
    Index("events_promotion", "promotion", "seq"),
    Index("events_type", "type", "seq"),
)
heads = Table(
    "heads",
    metadata,
    Column("key", Text, primary_key=True),
    Column("site_uid", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("object", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("n", _BIG, nullable=False),
    Column("digest", LargeBinary),
    Column("mark_epoch", Text),
    Column("mark_seq", _BIG),
    Column("mark_at", Text),
    Column("event_id", Text, nullable=False),
    Index("heads_site", "site_uid", "kind"),
    Index("heads_subject", "subject"),
)
payloads = Table(
    "payloads",
    metadata,
    Column("event_id", Text, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("series", Text, nullable=False),
    Column("key_ref", Text, nullable=False),
    Column("nonce", LargeBinary, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    Column("commitment", LargeBinary, nullable=False),
)
vault_index = Table(
    "vault_index",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
    Column("scope", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Index("vault_index_subject", "subject", "kind", "scope"),
)
cursors = Table(
    "cursors",
    metadata,
    Column("site_uid", Text, primary_key=True),
    Column("cursor", Text, nullable=False),
)
runs = Table(
    "runs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("promotion", Text, primary_key=True),
    Column("rank", _BIG, nullable=False),
    Column("kind", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("finished_at", Text),
    Column("outcome", Text, nullable=False),
    Column("asked", _BIG, nullable=False),
    Column("read", _BIG, nullable=False),
    Column("coverage", LargeBinary, nullable=False),
    Index("runs_rank", "rank"),
)
journal = Table(
    "journal",
    metadata,
    Column("n", _BIG, primary_key=True, autoincrement=True),
    Column("promotion", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("detail", LargeBinary, nullable=False),
    Index("journal_promotion", "promotion", "n"),
)
plans = Table(
    "plans",
    metadata,
    Column("fingerprint", Text, primary_key=True),
    Column("promotion", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("expires_at", Text, nullable=False),
)
access_log = Table(
    "access_log",
    metadata,
    Column("n", _BIG, primary_key=True, autoincrement=True),
    Column("at", Text, nullable=False),
    Column("detail", LargeBinary, nullable=False),
)
locks = Table(
    "locks",
    metadata,
    Column("name", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("heartbeat", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
)
jobs = Table(
    "jobs",
    metadata,
    Column("job", Text, primary_key=True),
    Column("at", Text, nullable=False),
)
checkpoints = Table(
    "checkpoints",
    metadata,
    Column("size", _BIG, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("nodes", Text, nullable=False),
)
verifications = Table(
    "verifications",
    metadata,
    Column("n", _BIG, primary_key=True, autoincrement=True),
    Column("at", Text, nullable=False),
    Column("size", _BIG, nullable=False),
    Column("root", Text, nullable=False),
    Column("findings", _BIG, nullable=False),
    Column("strict", _BIG, nullable=False),
    Column("outside", _BIG, nullable=False),
)
meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
