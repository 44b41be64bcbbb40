"""Files that name people: each one that is produced is a line of the register, which says by whom and never a name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, tzinfo

from sync_service.domain.act import Filing, What, act
from sync_service.domain.envelope import utc_text
from sync_service.domain.event import Draft, Head
from sync_service.domain.french import in_zone
from sync_service.domain.lms_state import Json


@dataclass(frozen=True, slots=True)
class Export:
    """What was produced: the report or document, its form, how many rows or people, from which moment of the register."""

    name: str
    form: str
    rows: int
    subject: str
    """The person it is about, else ``prom:<id>`` or ``register``."""
    as_of: date | None = None
    seed: str = ""
    """What a draw can be made again from."""
    reason: str | None = None
    """Code of why it was made, for a control."""


def export_draft(filing: Filing, made: Export, digest: str, *, head: Head, zone: tzinfo) -> Draft:
    """Draft the line that says that a file was produced; ``digest`` is its SHA-256, ``head`` what it was made from."""
    data: dict[str, Json] = {
        "report": made.name, "format": made.form, "sha256": digest, "rows": made.rows, "size": head.size,
        "root": head.root, "known_at": utc_text(filing.observed_at),
    }  # fmt: skip
    if made.as_of is not None:
        data["as_of"] = made.as_of.isoformat()
    if made.seed:
        data["seed"] = made.seed
    what = What(in_zone(filing.observed_at, zone).date(), data, reason=made.reason)
    token = f"{made.name}|{made.form}|{digest}|{filing.run}"
    draft = act(filing, "export.produced", made.subject, made.name, what, token=token)
    return draft if filing.promotion else replace(draft, cycle=None)
