"""A site is observed first and managed later, under the same key: its address and its plugin name it differently."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync_service.adapters.clock import SystemClock
from sync_service.adapters.ledger_sql import init_register, new_secrets, write_secrets
from sync_service.bootstrap import App, open_stores, register_secrets
from sync_service.config import Config, load_config
from sync_service.errors import SiteChangedError

CONFIG = """\
[register]
origin = "exemple.invalid/essai"

[sites.angers]
url = "https://moodle.exemple.invalid"
token = "env:CYCLESYNC_TOKEN"
mode = "{mode}"
"""


def configured(folder: Path, mode: str) -> Config:
    path = folder / "config.toml"
    path.write_text(CONFIG.format(mode=mode), encoding="utf-8")
    return load_config(path)


def test_a_site_that_was_observed_can_be_managed_under_the_same_key(tmp_path: Path) -> None:
    observed = configured(tmp_path, "observe")
    write_secrets(tmp_path / "secrets", new_secrets(demo=False))
    init_register(
        observed.database_url,
        observed.path(observed.register_.keys),
        register_secrets(observed),
        observed.register_.origin,
        datetime(2026, 9, 1, tzinfo=UTC),
    )
    with open_stores(observed) as stores:
        App(observed, SystemClock(), stores).pin("angers").write("from-the-address")
    managed = configured(tmp_path, "manage")
    with open_stores(managed) as stores:
        pin = App(managed, SystemClock(), stores).pin("angers")
        assert not pin.read()
        pin.write("from-the-plugin")
        with pytest.raises(SiteChangedError):
            pin.write("from-a-clone")
    with open_stores(observed) as stores, pytest.raises(SiteChangedError):
        App(observed, SystemClock(), stores).pin("angers").write("another-address")
