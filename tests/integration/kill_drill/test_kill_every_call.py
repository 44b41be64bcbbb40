"""What a kill −9 at any call of an apply leaves behind, and that the same command ends the work from there.

One uninterrupted run is watched. Before each call is sent, and after the site committed but before the answer is used,
the register and the site are kept as they stand on disk: exactly what a killed process leaves, its locks included.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sync_service.adapters.clock import SystemClock
from sync_service.adapters.ledger_sql import verify_register
from sync_service.adapters.moodle.decode import Redact
from sync_service.adapters.moodle.lms import MoodleLms
from sync_service.adapters.moodle.params import Params
from sync_service.adapters.moodle.transport import Caller, FilePart, MoodleTransport
from sync_service.bootstrap import App, open_stores
from sync_service.cli.planning import apply_promotion, plan_promotion
from sync_service.config import load_config
from sync_service.domain.promotion import Promotion
from sync_service.sandbox import Sandbox
from sync_service.usecases.apply import ApplyResult
from tests.acceptance.installation import PROMOTION, Installation
from tests.integration.kill_drill.moodle_tables import tables

STORES = ("cyclesync.sqlite", "keys.sqlite", "moodle.sqlite")
FEWEST_CALLS = 18


@dataclass
class Watch:
    """Keeps the stores of an installation around each call."""

    home: Path
    kept: Path
    names: list[str] = field(default_factory=list)

    def keep(self, moment: str) -> None:
        self.names.append(moment)
        folder = self.kept / moment
        folder.mkdir(parents=True)
        for name in STORES:
            with closing(sqlite3.connect(self.home / name)) as source, closing(sqlite3.connect(folder / name)) as copy:
                source.backup(copy)


@dataclass
class WatchedTransport:
    """A real transport, with the stores kept before each call and after its answer."""

    inner: MoodleTransport
    watch: Watch
    count: int = 0

    @property
    def base_url(self) -> str:
        return self.inner.base_url

    @property
    def redact(self) -> Redact:
        return self.inner.redact

    def call(self, function: str, params: Params, *, idempotent: bool | None = None, inner: int = 0) -> object:
        self._before(function)
        value = self.inner.call(function, params, idempotent=idempotent, inner=inner)
        self._after(function)
        return value

    def send_files(self, files: Sequence[FilePart], *, item: int = 0) -> object:
        self._before("upload")
        value = self.inner.send_files(files, item=item)
        self._after("upload")
        return value

    def _before(self, function: str) -> None:
        self.count += 1
        self.watch.keep(f"{self.count:02d}-{function.removeprefix('local_cyclesync_')}-1-before")

    def _after(self, function: str) -> None:
        self.watch.keep(f"{self.count:02d}-{function.removeprefix('local_cyclesync_')}-2-after")


@dataclass(frozen=True, slots=True)
class WatchedApp(App):
    """An installation all of whose calls are watched."""

    watch: Watch | None = None

    def lms(self, promotion: Promotion) -> MoodleLms:
        transport = self.transport(promotion.moodle.site)
        caller: Caller = WatchedTransport(transport, self.watch) if self.watch is not None else transport
        uid, category = self.stores.installation_uid, promotion.moodle.category
        return MoodleLms(caller, installation_uid=uid, category=category)


def apply(root: Path, code: str, watch: Watch | None = None) -> tuple[ApplyResult, list[tuple[str, str, str]]]:
    """Apply in ``root``; return the result and the journal, oldest line first."""
    config = load_config(root / "config.toml")
    with Sandbox.start(root / "moodle.sqlite") as site, open_stores(config) as stores:
        app = WatchedApp(config, SystemClock(), stores, {"demo": site.url}, watch=watch)
        result = apply_promotion(app, app.files(PROMOTION), code)
        lines = reversed(stores.journal.entries(limit=1000))
        return result, [(line.key, line.verb, line.outcome) for line in lines]


@pytest.mark.slow  # some fifty applies, one per moment at which a process can be killed
def test_the_same_apply_converges_from_every_moment(small: Installation, tmp_path: Path) -> None:
    code = small.plan()
    home, kept = small.root, tmp_path / "kept"
    watch = Watch(home, kept)
    uninterrupted, _ = apply(home, code, watch)
    assert not uninterrupted.partial
    wanted = tables(home / "moodle.sqlite")
    assert len(watch.names) >= 2 * FEWEST_CALLS
    assert sum(wanted["event"].values()) == 1
    done_before = []
    for name in watch.names:
        for store in STORES:
            home.joinpath(store).unlink()
            home.joinpath(store).write_bytes((kept / name / store).read_bytes())
        result, journal = apply(home, code)
        assert not result.partial, (name, result.messages)
        assert tables(home / "moodle.sqlite") == wanted, name
        explained(name, uninterrupted, journal)
        done_before.append(len(result.of("skipped")))
    total = len(uninterrupted.outcomes)
    assert done_before == sorted(done_before)  # the later the kill, the less is left to do
    assert (done_before[0], done_before[-1]) == (0, total)
    assert set(done_before) >= set(range(total))  # from every number of changes done the rest was done
    nothing_left(home)


def explained(name: str, uninterrupted: ApplyResult, journal: list[tuple[str, str, str]]) -> None:
    """Check that the journal tells how each change ended."""
    ended = Counter(key for key, _, outcome in journal if outcome in {"done", "skipped"})
    for key, changes in Counter(change.key for change in uninterrupted.of("done")).items():
        assert ended[key] >= changes, (name, key)
    assert {outcome for _, _, outcome in journal} <= {"started", "done", "skipped"}, name


def nothing_left(root: Path) -> None:
    """The register is sound, and a new plan is empty."""
    config = load_config(root / "config.toml")
    with Sandbox.start(root / "moodle.sqlite") as site, open_stores(config) as stores:
        app = App(config, SystemClock(), stores, {"demo": site.url})
        assert plan_promotion(app, app.files(PROMOTION)).empty
        assert verify_register(stores, strict=False).sound
