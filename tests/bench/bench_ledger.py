"""How many events a second the register takes and verifies, beside raw inserts of the same bytes on the same disk.

Run by hand: python tests/bench/bench_ledger.py [EVENTS] [FOLDER]
"""

from __future__ import annotations

import resource
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

from sync_service.adapters.ledger_sql import Stores, init_register, new_secrets, open_register, verify_register
from sync_service.domain.event import Actor, Draft, Evidence, SourceRef
from sync_service.domain.facts import ReadMark
from sync_service.domain.lms_state import Json

T0 = datetime(2027, 1, 14, 9, 0, tzinfo=UTC)
BATCH = 499
_DIGITS = "abcdefghijklmnopqrstuvwxyz234567"


def _subject(number: int) -> str:
    return "cand_" + "".join(_DIGITS[(number >> 5 * i) & 31] for i in range(26))


def _fact(number: int) -> Draft:
    decisive: dict[str, Json] = {"state": "complete", "override": False}
    return Draft(
        type="activity.observed",
        subject=_subject(number % 3000),
        source=SourceRef("moodle", "site-1", "activity.observed", f"cs:angers-2026-2027:m{number}", "feed", "run-1"),
        actor=Actor("system", "cyclesync", "daemon"),
        evidence=Evidence("E1"),
        observed_at=T0,
        private={**decisive, "completed_at": 1_800_000_000, "score": "87.50000"},
        promotion="angers-2026-2027",
        cycle="cpe",
        decisive=decisive,
        read_mark=ReadMark("e", number, T0),
    )


def _act(number: int) -> Draft:
    return Draft(
        type="enrolment.recorded",
        subject=_subject(number),
        source=SourceRef("office", "", "enrolment", "prom:angers-2026-2027", "import", "run-1"),
        actor=Actor("officer", "o.martin", "cli"),
        evidence=Evidence("E3"),
        observed_at=T0,
        promotion="angers-2026-2027",
        cycle="cpe",
        token=f"file|{number}",
    )


def _append(stores: Stores, drafts: Sequence[Draft]) -> tuple[float, float]:
    """Return events a second, by the clock and by the processor time that this process had."""
    start, used = perf_counter(), process_time()
    for first in range(0, len(drafts), BATCH):
        stores.ledger.append(drafts[first : first + BATCH], now=T0 + timedelta(milliseconds=first))
    return len(drafts) / (perf_counter() - start), len(drafts) / (process_time() - used)


def _raw(folder: Path, count: int) -> float:
    """Insert rows of the same sizes, with the same indexes, transactions and pragmas, and nothing else."""
    with closing(sqlite3.connect(folder / "raw.sqlite", isolation_level=None)) as connection:
        with closing(sqlite3.connect(folder / "register.sqlite")) as register:
            rows = register.execute("SELECT * FROM events ORDER BY seq LIMIT ?", (count,)).fetchall()
            schema = [
                sql for (sql,) in register.execute("SELECT sql FROM sqlite_master WHERE tbl_name = 'events' AND sql > ''")
                if "TRIGGER" not in sql
            ]  # fmt: skip
        for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", *schema):
            connection.execute(statement)
        start = perf_counter()
        for first in range(0, len(rows), BATCH):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?)", rows[first : first + BATCH])
            connection.execute("COMMIT")
        return len(rows) / (perf_counter() - start)


def _shown(rates: tuple[float, float]) -> str:
    return f"{rates[0]:10,.0f} /s   {rates[1]:10,.0f} per processor second"


def main(count: int, parent: str | None) -> None:
    """Print a line for each measure."""
    folder = Path(tempfile.mkdtemp(prefix="bench-ledger-", dir=parent))
    try:
        secrets, url = new_secrets(demo=True), f"sqlite:///{folder}/register.sqlite"
        init_register(url, folder / "keys.sqlite", secrets, "demo/bench", T0)
        stores = open_register(url, folder / "keys.sqlite", secrets, checkpoints_dir=None)
        acts = _append(stores, [_act(n) for n in range(count)])
        raw = _raw(folder, count)
        facts = _append(stores, [_fact(n) for n in range(count)])
        repeated = _append(stores, [_fact(n) for n in range(count)])
        used = process_time()
        done = verify_register(stores)
        used = process_time() - used
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        stores.close()
    finally:
        shutil.rmtree(folder)
    lines = [
        f"raw inserts of the same events     {raw:10,.0f} /s",
        f"acts, nothing for the vault        {_shown(acts)}   {acts[0] / raw:.2f} of raw",
        f"facts, each with a vault payload   {_shown(facts)}   {facts[0] / raw:.2f} of raw",
        f"the same facts again, nothing new  {_shown(repeated)}",
        f"verified                           {_shown((done.size / done.seconds, done.size / used))}",
        f"findings                           {len(done.findings):10}",
        f"memory at most                     {memory:10,.0f} MB",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000, sys.argv[2] if len(sys.argv) > 2 else None)
