"""Write « Où j’en suis »: the register's projection for each trainee whose account is known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sync_service.domain.candidate_status import candidate_status
from sync_service.domain.event import Series
from sync_service.domain.french import in_zone
from sync_service.domain.lms_state import Json
from sync_service.domain.programme import programme_of
from sync_service.domain.promotion import PromotionFiles
from sync_service.domain.retention import eliminated
from sync_service.ports import Ledger, Lms
from sync_service.usecases.standing import load


def statuses(ledger: Ledger, files: PromotionFiles, site_uid: str, *, now: datetime) -> dict[int, Mapping[str, Json]]:
    """Return Moodle user id → candidate_status.v1, as of the last pull; nothing before the first one.

    A person whose half-days or facts were eliminated keeps the last one: what is gone is not « nothing done ».
    """
    day = in_zone(now, programme_of(files).zone).date()
    loaded = load(ledger, files, as_of=day)
    read_at = loaded.pull.last_good_at
    if read_at is None:
        return {}
    complete = loaded.pull.complete
    return {
        standing.candidate.accounts[site_uid]: candidate_status(
            standing, loaded.context, read_at=read_at, complete=complete
        )
        for standing in loaded.standings
        if site_uid in standing.candidate.accounts
        and standing.enrolment.active
        and not eliminated(standing.entries, UTC).keys() & {Series.ATTENDANCE, Series.TRACES}
    }


def publish_statuses(ledger: Ledger, lms: Lms, files: PromotionFiles, site_uid: str, *, now: datetime) -> int:
    """Send the statuses to the site, which keeps those that changed; return how many were stored. Raises MoodleError."""
    found = statuses(ledger, files, site_uid, now=now)
    return lms.put_candidate_status(files.promotion.id, found) if found else 0
