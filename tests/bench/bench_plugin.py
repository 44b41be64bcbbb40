"""How long the plugin takes on a real site, beside an empty call of core and core's own route, in the same run.

It needs the settings of the live suite (docs/moodle-contract.md §6) and measures what the site has: make a promotion
once, let people or an administrator fill the site, run it again. Also read here:

``CYCLESYNC_BENCH_PROMOTION``  a promotion to build when it is not there, and to measure (default ``bench``);
``CYCLESYNC_BENCH_USERS``      ids of accounts to enrol when it is built, ``8-37`` (default: the three students);
``CYCLESYNC_BENCH_OUTSIDE``    id of a package of the same kind in a course that cyclesync does not know, where the first
                               student is enrolled: without it the observers' share of a request is not measured.

Run by hand: make bench-plugin, or python -m tests.bench.bench_plugin [RUNS].
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from sync_service.adapters.moodle.lms import MoodleLms
from sync_service.adapters.moodle.params import Param, Params
from sync_service.adapters.moodle.polling import ObservedCourse, PollingFeed
from sync_service.adapters.moodle.transport import MoodleTransport
from sync_service.domain.keys import make_key
from sync_service.domain.lms_state import Fields, Kind
from sync_service.ports import Write
from tests.live.small_package import write_package
from tests.live.test_lms_live import ASSIGN, END, SCORM, START

UID = "33333333-3333-4333-8333-333333333333"
PACKAGES, DEPOSITS = 7, 2
READ_BAR, OBSERVER_BAR = 150.0, 2.0
"""Milliseconds."""
SETTINGS = ("URL", "TOKEN", "OBSERVE_TOKEN", "STUDENTS")
Times = dict[str, list[float]]


class WallClock:
    """The present, of which a measure on a real site is."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 # a bench of a real site is about the present


class Site:
    """The real site and the accounts that call it."""

    def __init__(self) -> None:
        self.url = os.environ["CYCLESYNC_LIVE_URL"].rstrip("/")
        self.category = os.environ.get("CYCLESYNC_LIVE_CATEGORY", "cycles")
        self.promotion = os.environ.get("CYCLESYNC_BENCH_PROMOTION", "bench")
        self.students = json.loads(os.environ["CYCLESYNC_LIVE_STUDENTS"])
        self.requests = 0
        self.service = self._open(os.environ["CYCLESYNC_LIVE_TOKEN"])
        self.observer = self._open(os.environ["CYCLESYNC_LIVE_OBSERVE_TOKEN"])
        self.student = self._open(self.students[0]["token"])
        self.lms = MoodleLms(self.service, installation_uid=UID, category=self.category)

    def _open(self, token: str) -> MoodleTransport:
        return MoodleTransport(self.url, token, user_agent="cyclesync-bench", on_call=self._count)

    def _count(self, _function: str, _seconds: float, _outcome: str, _inner: int) -> None:
        self.requests += 1

    def plugin(self, name: str, params: Params) -> dict[str, object]:
        """Call one function of the plugin."""
        answer = self.service.call(f"local_cyclesync_{name}", params)
        if not isinstance(answer, dict):
            raise SystemExit(f"{name}: not what was expected")
        return answer

    def people(self) -> list[int]:
        """Return the ids of the accounts to enrol."""
        first, _, last = os.environ.get("CYCLESYNC_BENCH_USERS", "").partition("-")
        named = range(int(first), int(last or first) + 1) if first else ()
        return sorted({int(self.students[0]["userid"]), *(named or (int(one["userid"]) for one in self.students))})


def _writes(site: Site, package: Path) -> list[Write]:
    """Return the writes of one course: seven packages, two deposits, everyone enrolled."""

    def key(name: str) -> str:
        return make_key(site.promotion, name)

    course: Fields = {
        "fullname": f"Banc {site.promotion}", "shortname": f"banc-{site.promotion}", "summary": "", "category": site.category,
        "startdate": START, "enddate": END, "visible": True, "enablecompletion": True, "showgrades": False, "lang": "",
        "newsitems": 0,
    }  # fmt: skip
    enrol: Fields = {"role": "student", "welcomemessage": False, "status": "active"}
    section: Fields = {"name": "Modules", "summary": "", "visible": True, "position": 1, "availability": None}
    person: Fields = {"status": "active", "timestart": 0, "timeend": 0, "groups": []}

    def write(name: str, kind: Kind, parent: str, fields: Fields, modname: str = "") -> Write:
        file = package if modname == "scorm" else None
        return Write(key(name), kind, "create", parent, fields, "", modname=modname, package=file)

    def module(rank: int) -> Write:
        more: Fields = {"name": f"Activité {rank}", "position": rank - 1}
        if rank > PACKAGES:
            return write(f"depot{rank}", Kind.MODULE, key("s1"), {**ASSIGN, **more}, "assign")
        return write(f"m{rank:02d}", Kind.MODULE, key("s1"), {**SCORM, **more}, "scorm")

    return [
        write("course", Kind.COURSE, "", course),
        write("enrol", Kind.ENROL_INSTANCE, key("course"), enrol),
        write("s1", Kind.SECTION, key("course"), section),
        *(module(rank) for rank in range(1, PACKAGES + DEPOSITS + 1)),
        *(write(f"p{user}", Kind.ENROLMENT, key("course"), {**person, "userid": user}) for user in site.people()),
    ]


def _build(site: Site) -> None:
    """Make the course when the site does not have it."""
    if site.lms.course_state(site.promotion).course is not None:
        return
    with tempfile.TemporaryDirectory() as folder:
        for change in _writes(site, write_package(Path(folder) / "bench.zip", ("A",))):
            done = site.lms.write(change, run="bench")
            if done.code:
                raise SystemExit(f"{change.key}: {done.code}")


def _timed(runs: int, calls: Mapping[str, Callable[[], object]]) -> Times:
    """Time each call ``runs`` times, in turn, after one that does not count; milliseconds."""
    times: Times = {name: [] for name in calls}
    for run in range(runs + 1):
        for name, call in calls.items():
            start = perf_counter()
            call()
            if run:
                times[name].append((perf_counter() - start) * 1e3)
    return times


def _line(name: str, figure: str, passed: bool | None = None) -> None:
    verdict = "" if passed is None else "PASS" if passed else "MISSED"
    sys.stdout.write(f"{name:46}{figure:58}{verdict}".rstrip() + "\n")


def _figure(times: list[float], floor: float) -> str:
    median = statistics.median(times)
    return f"{median:.1f} ms (best {min(times):.1f}), {median / floor:.1f} times an empty call"


def _rows_held(site: Site) -> tuple[int, str]:
    """Return how many rows the feed holds from its beginning to its end, and the cursor of its end."""
    end = str(site.plugin("get_state", {"promotion": site.promotion, "limit": 1})["cursor"])
    first = site.plugin("get_changes", {"cursor": "", "limit": 1})["rows"]
    last = int(end.split(".")[1])
    return (last - int(first[0]["seq"]) + 1 if isinstance(first, list) and first else 0), end


def _reads(site: Site, runs: int) -> bool:
    """Measure the reads; say whether each is under its bar."""
    held, end = _rows_held(site)
    state: dict[str, Param] = {"promotion": site.promotion, "limit": 1000}
    calls: dict[str, Callable[[], object]] = {
        "floor": lambda: site.service.call("core_webservice_get_site_info", {}),
        "get_course_state": lambda: site.plugin("get_course_state", {"promotion": site.promotion, "uid": UID}),
        "get_state": lambda: site.plugin("get_state", state),
        "get_changes, a page of 1,000 rows": lambda: site.plugin("get_changes", {"cursor": "", "limit": 1000}),
        "get_changes, nothing new": lambda: site.plugin("get_changes", {"cursor": end, "limit": 1000}),
    }
    times = _timed(runs, calls)
    floor = statistics.median(times.pop("floor"))
    seen = site.lms.course_state(site.promotion)
    modules = sum(item.kind is Kind.MODULE for item in seen.objects)
    _line("site", f"{modules} modules, {seen.enrolled} trainees, {held} rows of the feed, median of {runs}")
    _line("an empty call (core_webservice_get_site_info)", f"{floor:.1f} ms")
    for name, measured in times.items():
        _line(f"{name} (bar {READ_BAR:.0f} ms)", _figure(measured, floor), statistics.median(measured) < READ_BAR)
    _core_route(site, seen.course.moodle_id if seen.course else 0, statistics.median(times["get_state"]))
    return all(statistics.median(measured) < READ_BAR for measured in times.values())


def _core_route(site: Site, course: int, ours: float) -> None:
    """Read the same people by core's functions, one person after the other inside batches, and compare."""
    courses = {site.promotion: ObservedCourse("id", str(course))}
    feed = PollingFeed(site.observer, clock=WallClock(), courses=courses)
    feed.site()
    requests, start = site.requests, perf_counter()
    pages = list(feed.snapshot(site.promotion))
    spent = (perf_counter() - start) * 1e3
    people = sum(len(page.users) for page in pages)
    _line(
        "the same people by core's functions",
        f"{spent:.0f} ms, {site.requests - requests} requests, {people} people: {spent / ours:.0f} times get_state",
    )


def _sco(site: Site, package: int) -> int:
    """Return the id of the only part of a package, as the student sees it."""
    answer = site.student.call("mod_scorm_get_scorm_scoes", {"scormid": package})
    parts = answer["scoes"] if isinstance(answer, dict) else []
    return next(int(part["id"]) for part in parts if part["scormtype"] == "sco")


def _observers(site: Site, runs: int) -> bool:
    """Measure what the observers add to a trainee's request, against the same request in a course that is not watched."""
    outside = os.environ.get("CYCLESYNC_BENCH_OUTSIDE", "")
    if not outside:
        _line("observers", "not measured: CYCLESYNC_BENCH_OUTSIDE names no package")
        return True
    course = site.lms.course_state(site.promotion).course
    known = site.student.call("mod_scorm_get_scorms_by_courses", {"courseids": [course.moodle_id if course else 0]})
    inside = min(int(one["id"]) for one in known["scorms"]) if isinstance(known, dict) else 0
    scores = iter(range(1, 10**6))

    def send(part: int) -> Callable[[], object]:
        def call() -> object:
            score = {"element": "cmi.core.score.raw", "value": str(next(scores) % 90)}
            status = {"element": "cmi.core.lesson_status", "value": "incomplete"}
            params: dict[str, Param] = {"scoid": part, "attempt": 1, "tracks": [score, status]}
            return site.student.call("mod_scorm_insert_scorm_tracks", params)

        return call

    times = _timed(runs, {"watched": send(_sco(site, inside)), "not": send(_sco(site, int(outside)))})
    pairs = [here - there for here, there in zip(times["watched"], times["not"], strict=True)]
    added = statistics.median(pairs)
    _line(
        "a trainee's request, watched / not", " / ".join(f"{statistics.median(one):.1f} ms" for one in times.values())
    )
    _line(f"observers (bar {OBSERVER_BAR:.0f} ms)", f"{added:+.2f} ms, median of {runs} pairs", added < OBSERVER_BAR)
    return added < OBSERVER_BAR


def main(runs: int) -> None:
    """Print one line per figure; exit with 1 when a bar is missed."""
    absent = [name for name in SETTINGS if not os.environ.get(f"CYCLESYNC_LIVE_{name}")]
    if absent:
        names = ", ".join(f"CYCLESYNC_LIVE_{name}" for name in absent)
        sys.stdout.write(f"not run: a real Moodle is needed, named by {names} (docs/moodle-contract.md §6)\n")
        return
    site = Site()
    _build(site)
    held = _reads(site, runs)
    if not (_observers(site, runs * 10) and held):
        raise SystemExit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
