"""Documents named by the register, read back: whole, lost, damaged, eliminated, or kept on paper only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from sync_service.domain.act import Filing, What, act
from sync_service.domain.destruction import destruction
from sync_service.domain.event import Series
from sync_service.usecases.verify import check_documents

from .test_person_file import KeptBlobs

if TYPE_CHECKING:
    from .conftest import Office

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
LETTER, SCAN = (sha256(text).hexdigest() for text in (b"lettre", b"feuille"))


@dataclass
class Blobs(KeptBlobs):
    """Documents of which the state is said by the test."""

    said: str = ""

    def state(self, digest: str) -> str:
        return self.said or super().state(digest)


@pytest.fixture
def filed(office: Office) -> Office:
    """A letter issued by the software and a scan filed by the office, both about the first person."""
    filing, who = office.desk().filing, office.subject("0001")
    filing = replace(filing, observed_at=NOW)
    letter = What(NOW.date(), {"document": "convening", "sha256": LETTER}, files=(LETTER,))
    scan = What(NOW.date(), {"session": "m1-a"}, files=(SCAN,))
    drafts = [
        act(filing, "document.issued", who, "convening", letter, token="letter"),
        act(filing, "signin_sheet.filed", "sess:angers-test/m1-a", "m1-a", scan, token="scan"),
    ]
    office.ledger.append(drafts, now=NOW)
    return office


def blobs(*contents: bytes, said: str = "") -> Blobs:
    return Blobs({sha256(content).hexdigest(): content for content in contents}, said=said)


def states(office: Office, kept: Blobs) -> dict[str, str]:
    return {item.sha256: item.state for item in check_documents(office.ledger, kept).named}


def test_what_is_there_is_read_back(filed: Office) -> None:
    found = check_documents(filed.ledger, blobs(b"lettre", b"feuille"))
    assert (found.read, found.not_kept, found.findings) == (2, 0, ())
    assert {item["state"] for item in found.listed()} == {"whole"}


def test_a_document_made_here_must_be_there_and_a_scan_may_be_on_paper_only(filed: Office) -> None:
    found = check_documents(filed.ledger, blobs())
    assert states(filed, blobs()) == {LETTER: "missing", SCAN: "not_kept"}
    assert found.not_kept == 1
    (said,) = found.findings
    assert "(Document émis) : le document" in said
    assert "n’est plus dans le dossier des documents" in said


@pytest.mark.parametrize(("state", "words"), [("damaged", "n’est plus celui"), ("sealed", "sans que sa destruction")])
def test_what_cannot_be_read_is_a_finding_for_each(filed: Office, state: str, words: str) -> None:
    findings = check_documents(filed.ledger, blobs(said=state)).findings
    assert len(findings) == 2
    assert all(words in said for said in findings)


def test_a_key_destroyed_and_recorded_is_no_finding(filed: Office) -> None:
    actor = filed.desk().filing.actor
    gone = destruction(filed.subject("0001"), Series.REGISTER, actor=actor, reason="dua", now=NOW, run="r", list_id="")
    filed.ledger.append([gone], now=NOW)
    found = check_documents(filed.ledger, blobs(b"feuille", said="sealed"))
    assert {item.sha256: item.state for item in found.named} == {LETTER: "eliminated", SCAN: "sealed"}
    assert len(found.findings) == 1


def test_a_document_named_twice_is_read_once(filed: Office) -> None:
    again = What(NOW.date(), {"session": "m1-a"}, files=(SCAN,))
    filing: Filing = replace(filed.desk().filing, observed_at=NOW)
    line = act(filing, "signin_sheet.filed", "sess:angers-test/m1-a", "m1-a", again, token="again")
    filed.ledger.append([line], now=NOW)
    assert len(check_documents(filed.ledger, blobs(b"lettre", b"feuille")).named) == 2
