"""A real Moodle keeps the contract of the Lms port."""

from __future__ import annotations

import pytest

from sync_service.ports import Lms
from tests.contract import lms_contract
from tests.contract.lms_contract import LmsContract
from tests.live.conftest import Live


class TestRealMoodle(LmsContract):
    @pytest.fixture
    def category(self, live: Live) -> str:
        return live.category

    @pytest.fixture
    def promotion(self, live: Live) -> str:
        return live.promotion

    @pytest.fixture
    def lms(self, live: Live) -> Lms:
        return live.lms()

    @pytest.fixture
    def learners(self, live: Live, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        """The site's own people take the place of the accounts that the suite names."""
        people = live.students()[:2]
        monkeypatch.setattr(lms_contract, "LEARNERS", tuple(person.username for person in people))
        return sorted(person.userid for person in people)
