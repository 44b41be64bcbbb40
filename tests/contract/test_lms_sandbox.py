"""The sandbox, through the real adapter, keeps the contract of the Lms port."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync_service.adapters.moodle.lms import MoodleLms
from sync_service.adapters.moodle.transport import MoodleTransport
from sync_service.ports import Lms
from sync_service.sandbox import SERVICE_ACCOUNT, Sandbox
from tests.contract.lms_contract import LEARNERS, LmsContract

UID = "5bd0a5b0-0000-4000-8000-00000000000a"


class TestSandbox(LmsContract):
    @pytest.fixture
    def category(self) -> str:
        return "cycles"

    @pytest.fixture
    def promotion(self) -> str:
        return "contrat"

    @pytest.fixture
    def lms(self, tmp_path: Path, category: str) -> Iterator[Lms]:
        with Sandbox.start(tmp_path / "moodle.sqlite") as sandbox:
            sandbox.create_category(category, "Cycles")
            for name in LEARNERS:
                sandbox.create_user(name, "", "Prénom", "Nom", f"{name}@example.test")
            transport = MoodleTransport(sandbox.url, sandbox.token(SERVICE_ACCOUNT, "local_cyclesync"))
            yield MoodleLms(transport, installation_uid=UID, category=category)
            transport.close()
            assert sandbox.messages() == 0
