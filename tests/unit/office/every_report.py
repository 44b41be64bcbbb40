"""One report of every kind, of the same small promotion: for checks that every page or file must pass."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sync_service.domain.reports.catalogue import REPORTS
from sync_service.domain.reports.integrity import Integrity, integrity_report
from sync_service.domain.reports.model import Report
from sync_service.usecases.report import report

if TYPE_CHECKING:
    from .conftest import Office

NOW = datetime(2027, 7, 1, 9, tzinfo=UTC)


def every_report(office: Office) -> Mapping[str, Report]:
    """Return R1 to R16, by code, R4 of one person too; the certificate of one person is delivered."""
    from .test_certification import certify, control, hand_in, minutes, sit

    hand_in(office, 101, 102, 103)
    control(office, "0001", "0002", "0003")
    sit(office, {"0001": "favorable", "0002": "favorable", "0003": "ajourné"})
    minutes(office)
    assert certify(office, "0001") == []
    office.record(
        {"act": "Présence", "who": "0002", "session": "m1-a", "on": date(2026, 9, 21), "half": "matin",
         "value": "absent justifié"},
        {"act": "Feuille signée", "session": "m1-a", "on": date(2026, 9, 23), "document": "5" * 64},
    )  # fmt: skip
    made = {code: _made(office, name) for code, name in REPORTS.items()}
    return made | {"R4 of one": report("attendance", office.ledger, office.files, now=NOW, candidate="0002")}


def _made(office: Office, name: str) -> Report:
    if name == "integrity":
        ends = [(1200, "2027-03-01T00:00:00Z")]
        found = Integrity(
            "demo/test", 1234, "c1" * 32, NOW, 0.4, ("Ligne 4 : une anomalie.",), True, "ab" * 32, ends, 3
        )
        return integrity_report(found, ZoneInfo("Europe/Paris"))
    return report(name, office.ledger, office.files, now=NOW, candidate="0001" if name == "candidate" else None)
