"""A register on SQLite in a folder, and the people that the tests know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync_service.adapters.ledger_sql import (
    RegisterSecrets,
    Stores,
    init_register,
    new_secrets,
    open_register,
    write_secrets,
)

T0 = datetime(2027, 1, 14, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Home:
    """A folder with a register: register.sqlite, keys.sqlite, secrets/, checkpoints/."""

    folder: Path
    now: datetime = T0

    def make(self) -> None:
        secrets = new_secrets(demo=True)
        write_secrets(self.folder / "secrets", secrets)
        (self.folder / "checkpoints").mkdir()
        init_register(f"sqlite:///{self.folder}/register.sqlite", self.folder / "keys.sqlite", secrets, "demo/home", T0)

    def open(self) -> Stores:
        texts = [(self.folder / "secrets" / f"{name}.key").read_bytes() for name in ("master", "register", "signing")]
        return open_register(
            f"sqlite:///{self.folder}/register.sqlite",
            self.folder / "keys.sqlite",
            RegisterSecrets(*texts),
            checkpoints_dir=self.folder / "checkpoints",
        )


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path)
    made.make()
    return made


@pytest.fixture
def stores(home: Home) -> Iterator[Stores]:
    opened = home.open()
    yield opened
    opened.close()
