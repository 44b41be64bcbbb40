"""The Moodle in memory keeps the contract of the Lms port."""

from __future__ import annotations

import pytest

from sync_service.adapters.memory_lms import MemoryLms
from sync_service.adapters.memory_moodle import MemoryMoodle
from sync_service.domain.lms_state import MoodleUser
from sync_service.ports import Lms
from tests.contract.lms_contract import LEARNERS, LmsContract


class TestMemory(LmsContract):
    @pytest.fixture
    def lms(self) -> Lms:
        users = [MoodleUser(10 + n, name, "", "Prénom", "Nom", "") for n, name in enumerate(LEARNERS)]
        return MemoryLms(MemoryMoodle(users=users))

    @pytest.fixture
    def promotion(self) -> str:
        return "contrat"
