"""Reports over several promotions: R12 and R13, in which nobody is named and small numbers are hidden."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sync_service.domain.entry import end_of_day
from sync_service.domain.programme import programme_of
from sync_service.domain.promotion import PromotionFiles
from sync_service.domain.reports.bilan import Cohort, bilan_report
from sync_service.domain.reports.model import Report
from sync_service.domain.reports.modules import modules_report
from sync_service.errors import UsageError
from sync_service.ports import Ledger
from sync_service.usecases.report import ending_of
from sync_service.usecases.standing import current_day, load

OVER_SEVERAL = ("modules", "outcome")


def report_over(
    name: str,
    ledger: Ledger,
    promotions: Sequence[PromotionFiles],
    *,
    now: datetime,
    as_of: date | None = None,
    known_at: datetime | date | None = None,
) -> Report:
    """Make R12 or R13 of several promotions.

    Raises:
        UsageError: another report, or promotions of several cycles for R12.
    """
    if name not in OVER_SEVERAL:
        raise UsageError(
            f"Le rapport « {name[:40]} » est celui d’une promotion : nommez-en une seule ; « modules » et « outcome » en acceptent plusieurs."
        )
    first = programme_of(promotions[0])
    day = as_of or current_day(ledger, now, first.zone)
    known = known_at if isinstance(known_at, datetime) or known_at is None else end_of_day(known_at, first.zone)
    found = [load(ledger, files, as_of=day, known_at=known) for files in promotions]
    ending = ending_of(ledger, promotions[0], found[0].pull, now=now, day=day, known_at=known)
    if name == "outcome":
        return bilan_report([Cohort(one.standings, one.context) for one in found], ending)
    if len({(f.promotion.cycle, f.cycle.referential.version) for f in promotions}) > 1:
        raise UsageError(
            "Ces promotions n’ont pas le même cycle ni le même référentiel : un rapport par module ne les additionne pas."
        )
    people = [s for one in found for s in one.standings]
    labels = [one.context.programme.label for one in found]
    return modules_report(people, found[0].context, ending, labels=labels)
