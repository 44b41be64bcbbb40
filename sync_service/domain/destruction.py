"""The event that a key of the vault is destroyed, the same whatever keeps the keys (ledger-format.md §4)."""

from __future__ import annotations

from datetime import datetime

from sync_service.domain.event import Actor, Draft, Evidence, Series, SourceRef

REASON = "dua_echue"
"""Why a key is destroyed on a list: what it protects was kept as long as the tableau de gestion wants."""


def destruction(
    subject: str, series: Series, *, actor: Actor, reason: str, now: datetime, run: str, list_id: str = ""
) -> Draft:
    """Draft the destruction of the key of (subject, series); ``list_id`` is the approved list that asks for it."""
    return Draft(
        type="vault.key_destroyed",
        subject=subject,
        source=SourceRef("cyclesync", "", "vault", series.value, "act", run),
        actor=actor,
        evidence=Evidence("E3"),
        observed_at=now,
        data={"series": series.value, "list": list_id} if list_id else {"series": series.value},
        reason=reason,
        token=f"vault.key_destroyed|{subject}|{series.value}|{run}",
    )
