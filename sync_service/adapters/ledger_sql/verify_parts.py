"""The walk of a verification cut in parts of lines, which several processes read side by side.

A part begins where a perfect subtree of the register's tree begins, so that its nodes are nodes of the whole tree. What
needs more than one part travels: the leaf and the moment before the first line are read again from the bytes of the line
before; roots at checkpoints, data keys and announced signing keys are put together in order. A part that does not hold
each of its lines has no place in that tree: the whole register is then read by one walk, which says what is missing.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from sync_service.adapters.ledger_sql.engine import Database, connect, driver_rows, exported_snapshot, reading_snapshot
from sync_service.adapters.ledger_sql.findings import Findings
from sync_service.adapters.ledger_sql.register import Register
from sync_service.adapters.ledger_sql.tables import events
from sync_service.adapters.ledger_sql.verify_payloads import KeyTotals, PayloadCheck
from sync_service.adapters.ledger_sql.walk import Walk
from sync_service.adapters.vault.keystore import KeyStore
from sync_service.domain.merkle import Frontier
from sync_service.errors import CyclesyncError, StoreError

PAGE = 256
"""Lines read at once: few enough to stay in a processor’s cache, which makes it half as fast again."""
PART = 8192
"""Lines of a part: a power of two."""
PARALLEL_FROM = 8 * PART
"""Lines from which several processes are faster than one: starting one costs about half a second."""
MOST_PROCESSES = 4
"""Each takes some 80 MB: more would be faster, and would not be flat."""
_COLUMNS = ", ".join(column.name for column in events.columns)
_PAGE = (
    f"SELECT {_COLUMNS} FROM events WHERE seq >= {{mark}} AND seq < {{mark}} "  # noqa: S608 # names
    f"ORDER BY seq LIMIT {PAGE}"
)
_BEFORE = "SELECT canonical FROM events WHERE seq = {mark}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a process needs to read parts of a register."""

    url: str = field(repr=False)
    keys: tuple[Path, bytes, str] = field(repr=False)
    origin: str
    marks: frozenset[int]
    """Sizes at which checkpoints announce a root."""
    strict: bool
    snapshot: str = ""
    """Name of the snapshot of PostgreSQL that all the processes read."""


@dataclass(slots=True)
class Walked:
    """What a walk over some lines, or over all, found."""

    findings: Findings
    frontier: Frontier
    last_leaf: bytes | None
    announced: list[Any]
    at_marks: dict[int, tuple[bytes, ...]]
    """Size of the register → nodes over the lines of this walk."""
    totals: KeyTotals
    whole: bool = True
    """Whether each line was there and what precedes them could be told; else it counts for nothing."""


def walk_lines(connection: Connection, keys: KeyStore, reading: Reading, first: int | None, end: int) -> Walked:
    """Read the lines from ``first`` (None: whatever the first is) to ``end``, not included."""
    findings = Findings()
    walk = Walk(reading.origin, reading.marks, findings, strict=reading.strict, first=first or 0)
    vault = PayloadCheck(connection, keys, findings)
    whole = not first or _follows(connection, walk, first)
    after = _BELOW_ALL if first is None else first
    while rows := driver_rows(connection, _PAGE, after, end):
        bodies = [body for body in map(walk.read, rows) if body is not None]
        vault.check_page(bodies, rows[0][0], rows[-1][0])
        after = rows[-1][0] + 1
    whole = whole and (first is None or walk.size == end - first)
    return Walked(findings, walk.frontier, walk.last_leaf, walk.announced, walk.at_marks, vault.totals, whole)


_BELOW_ALL = -(2**63)


def _follows(connection: Connection, walk: Walk, first: int) -> bool:
    before = driver_rows(connection, _BEFORE, first - 1)
    return bool(before) and walk.follow(before[0][0])


Parts = Iterable[tuple[int, int]]


def walk_register(connection: Connection, register: Register, reading: Reading, split: Split | None = None) -> Walked:
    """Read every line of a register, by several processes when it is long. Raises StoreError when one of them stopped."""
    first, last = driver_rows(connection, "SELECT min(seq), max(seq) FROM events")[0]
    end = 0 if last is None else last + 1
    if split is None and end >= PARALLEL_FROM and _processors() > 1:
        split = Split()
    if split is not None and first == 0:
        joined = _joined(reading, end, split)
        if joined is not None:
            return joined
    return walk_lines(connection, register.keys, reading, None, 2**63 - 1)


def _joined(reading: Reading, end: int, split: Split) -> Walked | None:
    """Put the parts together; None when they do not make the whole."""
    whole = Walked(Findings(), Frontier(), None, [], {}, KeyTotals())
    parts = [(first, min(first + split.lines, end)) for first in range(0, end, split.lines)]
    for part in split.read(reading, parts):
        if not part.whole:
            return None
        for size, nodes in part.at_marks.items():
            there = Frontier(whole.frontier.size, whole.frontier.nodes)
            there.extend(size - whole.frontier.size, nodes)
            whole.at_marks[size] = there.nodes
        whole.frontier.extend(part.frontier.size, part.frontier.nodes)
        whole.findings.extend(part.findings)
        whole.announced += part.announced
        whole.totals.add(part.totals)
        whole.last_leaf = part.last_leaf
    return whole if whole.frontier.size == end else None


def reading_of(connection: Connection, register: Register, marks: Iterable[int], *, strict: bool) -> Reading:
    """Return what other processes need to read what ``connection`` sees."""
    snapshot = exported_snapshot(connection)
    opening = register.keys.opening()
    return Reading(register.database.url, opening, register.origin, frozenset(marks), strict, snapshot)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_STOPPED = (BrokenProcessPool, OSError)
"""What is seen of a reader that died; as others start, a pipe that broke or was closed under them."""


def in_processes(reading: Reading, parts: Parts) -> Iterator[Walked]:
    """Read parts in as many processes as there are processors, four at most. Raises StoreError."""
    try:
        with _pool(reading) as pool:
            for walked in pool.map(_walk_part, parts):
                if isinstance(walked, str):
                    raise StoreError(walked)
                yield walked
    except _STOPPED:
        raise StoreError(
            "La vérification n’est pas terminée : un des programmes qui lisent le registre s’est arrêté "
            "(mémoire insuffisante ?). Rien n’est prouvé : relancez « cyclesync ledger verify »."
        ) from None


@dataclass(frozen=True, slots=True)
class Split:
    """How a register is cut, and who reads the parts."""

    lines: int = PART
    """Lines of a part: a power of two."""
    read: Callable[[Reading, Parts], Iterator[Walked]] = in_processes
    """Reads parts and gives them back in their order. Raises StoreError."""


@contextmanager
def _pool(reading: Reading) -> Iterator[ProcessPoolExecutor]:
    """Start processes afresh: a copy of this one would share its open databases and its threads."""
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(
        min(_processors(), MOST_PROCESSES),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(reading,),
    )
    try:
        yield pool
    except _STOPPED:
        for process in set(multiprocessing.active_children()) - others:
            process.kill()  # one that was starting when another died would be waited for without end
        raise
    finally:
        pool.shutdown(cancel_futures=True)


@dataclass(slots=True)
class _Process:
    """What a reading process keeps from one part to the next."""

    reading: Reading
    database: Database
    keys: KeyStore


_process: list[_Process | str] = []


def _begin(reading: Reading) -> None:
    """Open the register in a process just started; it ends with the one that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.freeze()
    gc.disable()  # nothing that is read holds a cycle: each part ends with one collection
    try:
        _process[:] = [_Process(reading, connect(reading.url), KeyStore(*reading.keys))]
    except CyclesyncError as error:
        _process[:] = [error.sentence]


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _walk_part(part: tuple[int, int]) -> Walked | str:
    """Read one part in this process; a sentence when the database or the keys cannot be read."""
    (here,) = _process
    if isinstance(here, str):
        return here
    try:
        with reading_snapshot(here.database, here.reading.snapshot) as connection:
            return walk_lines(connection, here.keys, here.reading, *part)
    except CyclesyncError as error:
        return error.sentence
    finally:
        gc.collect()
