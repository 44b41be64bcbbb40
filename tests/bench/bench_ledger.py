"""How many events a second the register takes and verifies, beside raw inserts of the same rows on the same disk.

Run by hand: PYTHONPATH=. python tests/bench/bench_ledger.py [--appended N] [--events N] [--folder DIR] [--postgresql]

« processor » is the time that the processors worked, whatever else the machine does. Building the register that is
verified, half acts and half facts, takes minutes for a million events: its time is said, and it is not a measure.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

from sync_service.adapters.ledger_sql import (
    RegisterSecrets,
    Stores,
    init_register,
    new_secrets,
    open_register,
    verify_register,
)
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


def _raw(folder: Path, kind: str, tables: Sequence[str], *, refusals: bool) -> tuple[float, float]:
    """Insert the rows of the events of a type, same indexes, transactions and durability, and nothing else."""
    pragmas = (
        "page_size = 16384", "journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "cache_size = -32000"
    )  # fmt: skip
    with closing(sqlite3.connect(folder / "register.sqlite")) as register:
        own = {"events": "seq", "payloads": "event_id", "heads": "event_id"}
        rows = {
            table: register.execute(
                f"SELECT * FROM {table} WHERE {own[table]} IN "
                f"(SELECT {'seq' if table == 'events' else 'id'} FROM events WHERE type = ?) ORDER BY {own[table]}",
                (kind,),
            ).fetchall()
            for table in tables
        }
        query = "SELECT sql, tbl_name FROM sqlite_master WHERE sql > ''"
        schema = [sql for sql, table in register.execute(query) if table in tables]
    first_seq = rows["events"][0][0]
    rows["events"] = [(row[0] - first_seq, *row[1:]) for row in rows["events"]]
    with closing(sqlite3.connect(folder / "raw.sqlite", isolation_level=None)) as connection:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
        for statement in (sql for sql in schema if refusals or "TRIGGER" not in sql):
            connection.execute(statement)
        count, start, used = len(rows["events"]), perf_counter(), process_time()
        for first in range(0, count, BATCH):
            connection.execute("BEGIN IMMEDIATE")
            for table, held in rows.items():
                marks = ",".join("?" * len(held[0]))
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", held[first : first + BATCH])
            connection.execute("COMMIT")
        rates = count / (perf_counter() - start), count / (process_time() - used)
    for extra in folder.glob("raw.sqlite*"):
        extra.unlink()
    return rates


def _line(label: str, rates: tuple[float, float], note: str = "") -> None:
    sys.stdout.write(f"{label:<44} {rates[0]:>9,.0f} /s {rates[1]:>9,.0f} per processor second  {note}\n")


def _appending(folder: Path, url: str, secrets: RegisterSecrets, count: int) -> None:
    """Measure acts, then facts with their payloads, each beside raw inserts of its own rows."""
    init_register(url, folder / "keys.sqlite", secrets, "demo/bench", T0)
    stores = open_register(url, folder / "keys.sqlite", secrets, checkpoints_dir=None)
    acts = _append(stores, [_act(n) for n in range(count)])
    facts = _append(stores, [_fact(n) for n in range(count)])
    again = _append(stores, [_fact(n) for n in range(count)])
    stores.close()
    for label, rates, kind, tables in (
        ("acts, nothing for the vault", acts, "enrolment.recorded", ("events",)),
        ("facts, each with a vault payload", facts, "activity.observed", ("events", "payloads", "heads")),
    ):
        if not url.startswith("sqlite"):
            _line(label, rates)
            continue
        for bare in (True, False):
            raw = _raw(folder, kind, tables, refusals=not bare)
            _line(f"raw rows of these{'' if bare else ', under the same triggers'}", raw)
        _line(label, rates, f"{rates[0] / raw[0]:.2f} of raw under the same triggers")
    _line("the same facts again, nothing new", again)


def _build(folder: Path, url: str, secrets: RegisterSecrets, count: int) -> None:
    """Make a register of ``count`` events, half acts and half facts, in a process of its own that keeps no memory."""
    init_register(url, folder / "keys.sqlite", secrets, "demo/bench", T0)
    stores = open_register(url, folder / "keys.sqlite", secrets, checkpoints_dir=None)
    for first in range(0, count // 2, 5000):
        numbers = range(first, min(first + 5000, count // 2))
        stores.ledger.append([_act(n) for n in numbers], now=T0)
        stores.ledger.append([_fact(n) for n in numbers], now=T0)
    stores.close()


def _verify(folder: Path, url: str, secrets: RegisterSecrets) -> None:
    """Verify in this process; print what it took as one line of JSON."""
    stores = open_register(url, folder / "keys.sqlite", secrets, checkpoints_dir=None)
    done = verify_register(stores)
    stores.close()
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    used = sum(part.ru_utime + part.ru_stime for part in (own, others))
    memory = [_peak() or own.ru_maxrss / 1024, others.ru_maxrss / 1024]
    kept = {"size": done.size, "seconds": done.seconds, "findings": len(done.findings), "used": used, "memory": memory}
    sys.stdout.write(json.dumps(kept) + "\n")


def _peak() -> float:
    """Return the most memory of this process, in MB, 0 where it is not said; getrusage counts its parent's too."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)


def _verifying(folder: Path, url: str, secrets: RegisterSecrets, count: int) -> None:
    start = perf_counter()
    _alone("build", folder, url, secrets, count)
    built = perf_counter() - start
    for _ in range(2):
        took = json.loads(_alone("verify", folder, url, secrets, count))
        own, other = took["memory"]
        sys.stdout.write(
            f"{took['size']:,} events verified in {took['seconds']:.1f} s ({took['used']:.1f} s of processor), "
            f"{took['findings']} findings; memory at most {own:.0f} MB, and {other:.0f} MB in the largest other process "
            f"(built in {built:.0f} s)\n"
        )
        sys.stdout.flush()


def _alone(step: str, folder: Path, url: str, secrets: RegisterSecrets, count: int) -> str:
    """Run one step in a new process, so that its memory is its own; the demonstration's keys go by its standard input."""
    keys = "".join(text.decode() for text in (secrets.master, secrets.register, secrets.signing))
    command = [sys.executable, __file__, "--step", step, "--events", str(count), "--folder", str(folder), "--url", url]
    return subprocess.run(command, input=keys, capture_output=True, text=True, check=True).stdout


@contextmanager
def _postgresql() -> Iterator[str | None]:
    """Start a throw-away cluster as an ordinary user, durable as a real one; yield its URL, None without PostgreSQL."""
    named = os.environ.get("CYCLESYNC_PG_BIN")
    found = [Path(named)] if named else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found or not (found[-1] / "initdb").is_file():
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="cspg-", dir="/tmp"))
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if user:
        shutil.chown(folder, "postgres")
    data, options = folder / "data", f"-c listen_addresses='' -c unix_socket_directories='{folder}'"

    def run(program: str, *words: str) -> None:
        subprocess.run([*user, str(found[-1] / program), *words], check=True, cwd=folder, stdout=subprocess.DEVNULL)

    try:
        run("initdb", "-D", str(data), "-U", "cyclesync", "-A", "trust", "--no-locale", "-E", "UTF8")
        run("pg_ctl", "-D", str(data), "-w", "-o", options, "-l", str(folder / "log"), "start")
        try:
            yield f"postgresql+psycopg://cyclesync@/{{name}}?host={folder}"
        finally:
            run("pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _on_postgresql(parent: str | None, appended: int, events: int) -> None:
    import psycopg

    with _postgresql() as url:
        if url is None:
            sys.stdout.write("PostgreSQL: not measured, its programs are absent (CYCLESYNC_PG_BIN)\n")
            return
        sys.stdout.write("PostgreSQL\n")
        host = url.partition("?host=")[2]
        with psycopg.connect(host=host, user="cyclesync", dbname="postgres", autocommit=True) as connection:
            for name in ("appended", "verified"):
                connection.execute(f"CREATE DATABASE {name}".encode())
        with _folder(parent) as folder:
            _appending(folder, url.format(name="appended"), new_secrets(demo=True), appended)
        with _folder(parent) as folder:
            _verifying(folder, url.format(name="verified"), new_secrets(demo=True), events)


@contextmanager
def _folder(parent: str | None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="bench-ledger-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def main(options: argparse.Namespace) -> None:
    """Print a line for each measure; or do one step in this process."""
    if options.step:
        secrets = RegisterSecrets(*(line.encode() for line in sys.stdin.read().splitlines(keepends=True)))
        if options.step == "build":
            _build(Path(options.folder), options.url, secrets, options.events)
        else:
            _verify(Path(options.folder), options.url, secrets)
        return
    sys.stdout.write("SQLite\n")
    with _folder(options.folder) as folder:
        _appending(folder, f"sqlite:///{folder}/register.sqlite", new_secrets(demo=True), options.appended)
    for events in sorted({min(100_000, options.events), options.events}):
        with _folder(options.folder) as folder:
            _verifying(folder, f"sqlite:///{folder}/register.sqlite", new_secrets(demo=True), events)
    if options.postgresql:
        _on_postgresql(options.folder, options.appended, options.events)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the register.")
    parser.add_argument("--appended", type=int, default=50_000, help="acts, then facts, that are appended and timed")
    parser.add_argument("--events", type=int, default=1_000_000, help="events of the register that is verified")
    parser.add_argument("--folder", help="where to make the temporary registers")
    parser.add_argument("--postgresql", action="store_true", help="measure PostgreSQL too")
    parser.add_argument("--step", choices=("build", "verify"), help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main(_options())
