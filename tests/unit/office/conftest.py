"""A small promotion declared in code, a register in memory, and a site whose answers are scripted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest

from sync_service.adapters.mapping_files.loading import load_cycle
from sync_service.adapters.memory_ledger import MemoryLedger
from sync_service.domain.act import Filing
from sync_service.domain.act_rows import ActRow
from sync_service.domain.calendar import Calendar, Half, HalfDay, Session, SessionKind, SessionState
from sync_service.domain.event import Actor
from sync_service.domain.facts import Fact, FactKind, FactPage, ReadMark, Route, Unread
from sync_service.domain.layout import Assign, Layout, LayoutSection, Mark, Scorm
from sync_service.domain.lms_state import Json, MoodleUser, SiteInfo
from sync_service.domain.matching import Matched
from sync_service.domain.promotion import (
    Contact,
    Deadlines,
    MoodleTarget,
    PeopleSettings,
    Promotion,
    PromotionFiles,
)
from sync_service.domain.roster import RosterFile, RosterRow
from sync_service.usecases.desk import Desk
from sync_service.usecases.open_promotion import open_promotion, referential_ref
from sync_service.usecases.people import link_people
from sync_service.usecases.pull import PullResult, Watched, pull_promotion, pull_site
from sync_service.usecases.record_batch import BatchResult, record_batch
from sync_service.usecases.roster import RosterImport, import_roster

MAPPINGS = Path(__file__).parents[3] / "lms_mappings"
ZONE = "Europe/Paris"
SITE = "site-1"
PROMOTION = "angers-test"
OPENED = datetime(2026, 9, 1, 8, tzinfo=UTC)
SHEET = "5" * 64
PEOPLE = (
    ("0001", "Lefèvre", "Martin", "Anne"),
    ("0002", "D'Hervé", "", "Élodie"),
    ("0003", "Étienne", "", "Jérôme"),
    ("0004", "Dubois", "", "Marie"),
    ("0005", "Dubois", "", "Marie"),
)


def session(name: str, module: int | None, days: Sequence[date], state: SessionState = SessionState.PLANNED) -> Session:
    halves = ((Half.MORNING, time(9), time(12, 30)), (Half.AFTERNOON, time(13, 30), time(17)))
    return Session(
        id=name,
        module=module,
        kind=SessionKind.MODULE if module else SessionKind.SUPPORT,
        halfdays=tuple(HalfDay(day, half, start, end, ZONE) for day in days for half, start, end in halves),
        place="INSET d’Angers, salle Loire",
        address="rue du Nid de Pie, Angers",
        intervenants=("Aurélie Vasseur",),
        methods=("étude de cas",),
        state=state,
    )


CALENDAR = Calendar(
    (
        session("m1-a", 1, [date(2026, 9, 21), date(2026, 9, 22)]),
        session("acc-1", None, [date(2026, 10, 5)]),
        session("m2-a", 2, [date(2027, 1, 14)], SessionState.CANCELLED),
        session("m2-b", 2, [date(2027, 1, 28)]),
    )
)


def layout() -> Layout:
    prepare = tuple(
        LayoutSection(
            f"m{n:02d}", f"Module {n}", "", True,
            (Scorm(key=f"m{n:02d}-prep", mark=Mark.TO_DO, name="Préparer le module (À faire)", package="x"),), module=n,
        )
        for n in (1, 2)
    )  # fmt: skip
    deposits = tuple(
        Assign(
            key=key, mark=Mark.TO_DO, name=name, due=True, drafts=True, max_files=5, max_bytes=1, file_types=(".pdf",)
        )
        for key, name in (
            ("depot-a", "Dépôt A – Dossier de présentation des acquis (À faire)"),
            ("depot-b", "Dépôt B – Documents et analyses personnelles (À faire)"),
        )
    )
    return Layout("standard", (LayoutSection("dossier", "Mon dossier", "", True, deposits), *prepare))


def promotion_files() -> PromotionFiles:
    cycle = load_cycle(MAPPINGS, "coordonnateur_petite_enfance")
    rules = replace(
        cycle.rules, sources={k: replace(v, source=f"B:30 « source de {k} »") for k, v in cycle.rules.sources.items()}
    )
    cycle = replace(cycle, referential=replace(cycle.referential, sha256="ab" * 32), rules=rules)
    promotion = Promotion(
        id=PROMOTION,
        label="Angers 2026-2027",
        cycle=cycle.id,
        referential_version=cycle.referential.version,
        referential_sha256=cycle.referential.sha256,
        layout="standard",
        site="INSET d’Angers",
        zone=ZONE,
        starts_on=date(2026, 9, 21),
        ends_on=date(2027, 6, 30),
        contact=Contact(pages="certification@exemple.invalid"),
        readers="",
        certificate_handover="",
        deadlines=Deadlines(date(2027, 3, 12), "INSET d’Angers", None, date(2027, 2, 10), 30),
        moodle=MoodleTarget(site="principal", category="cpe", shortname="CPE", fullname="CPE"),
        people=PeopleSettings(),
    )
    return PromotionFiles(promotion, cycle, CALENDAR, layout())


def roster(rows: Sequence[RosterRow] | None = None, digest: str = "d" * 64) -> RosterFile:
    found = tuple(
        RosterRow(
            line=line, matricule=number, usual_name=usual or birth, birth_name=birth, first_name=first,
            email=f"s{number}@exemple.invalid", employer="Commune de Valfleury", position="Coordonnatrice",
            position_since=date(2025, 3, 1) if number != "0003" else date(2020, 1, 6),
        )
        for line, (number, birth, usual, first) in enumerate(PEOPLE, 2)
    )  # fmt: skip
    return RosterFile("stagiaires.csv", digest, PROMOTION, tuple(rows) if rows is not None else found)


@dataclass
class StoppedClock:
    at: datetime = OPENED

    def now(self) -> datetime:
        return self.at


@dataclass
class Pin:
    uid: str = ""

    def read(self) -> str:
        return self.uid

    def write(self, site_uid: str) -> None:
        self.uid = site_uid


@dataclass
class ScriptedSite:
    """A FactFeed: what Moodle holds now, and the pages of its feed; a page may be an error to raise."""

    clock: StoppedClock
    uid: str = SITE
    api: int = 1
    epoch: str = "e1"
    seq: int = 0
    state: dict[tuple[FactKind, str, int], dict[str, Json]] = field(default_factory=dict)
    pages: dict[str, FactPage | Exception] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    broken_after: int | None = None
    calls: list[str] = field(default_factory=list)

    def site(self) -> SiteInfo:
        return SiteInfo(self.uid, "4.5", frozenset(), api=self.api, epoch=self.epoch)

    def cursor(self) -> str:
        return f"{self.epoch}.{self.seq}.tag"

    def mark(self) -> ReadMark:
        return ReadMark(self.epoch, self.seq, self.clock.at)

    def put(self, kind: FactKind, key: str, user: int, **fields: Json) -> Fact:
        self.seq += 1
        self.state[kind, f"cs:{PROMOTION}:{key}", user] = dict(fields)
        return Fact(kind, f"cs:{PROMOTION}:{key}", user, fields, self.mark(), Route.FEED)

    def drop(self, kind: FactKind, key: str, user: int) -> None:
        self.seq += 1
        del self.state[kind, f"cs:{PROMOTION}:{key}", user]

    def feed(self, cursor: str, facts: Sequence[Fact], *, more: bool = False, to: str = "") -> str:
        target = to or self.cursor()
        self.pages[cursor] = FactPage(self.uid, tuple(facts), target, more, asked=len(facts), read=len(facts))
        return target

    def changes(self, cursor: str) -> FactPage:
        self.calls.append(f"changes {cursor}")
        page = self.pages.get(cursor)
        if isinstance(page, Exception):
            raise page
        if page is not None:
            return page
        if cursor == self.cursor():
            return FactPage(self.uid, (), cursor, more=False)
        return FactPage(self.uid, (), self.cursor(), more=False, resync=True)

    def snapshot(self, promotion: str) -> Iterator[FactPage]:
        self.calls.append(f"snapshot {promotion}")
        route = Route.SNAPSHOT if self.api else Route.POLLING
        mark = self.mark() if self.api else ReadMark("", int(self.clock.at.timestamp() * 1000), self.clock.at)
        users = sorted({user for _, _, user in self.state}) or [0]
        for index, user in enumerate(users):
            if self.broken_after is not None and index >= self.broken_after:
                return
            facts = tuple(
                Fact(kind, key, who, fields, mark, route)
                for (kind, key, who), fields in sorted(self.state.items())
                if who == user and key not in self.hidden
            )
            unread = tuple(Unread(key, user, "hidden") for key in sorted(self.hidden))
            yield FactPage(
                self.uid, facts, self.cursor(), more=index + 1 < len(users), unread=unread,
                asked=len(facts) + len(unread), read=len(facts), users=frozenset({user}),
            )  # fmt: skip


@dataclass
class Office:
    """The whole office in a test: its files, register, clock, site."""

    files: PromotionFiles
    ledger: MemoryLedger
    clock: StoppedClock
    site: ScriptedSite
    pin: Pin

    def filing(self, actor: str = "officer") -> Filing:
        return Filing(
            Actor(actor, "agent-1", "cli"), PROMOTION, self.files.cycle.id, referential_ref(self.files.cycle),
            self.clock.at, "run-1",
        )  # fmt: skip

    def desk(self, actor: str = "officer") -> Desk:
        return Desk(self.ledger, self.files, self.filing(actor))

    def open(self) -> int:
        return open_promotion(self.ledger, self.files, self.filing()).written

    def enrol(self, file: RosterFile | None = None, **options: object) -> RosterImport:
        ranks = count()
        return import_roster(
            self.ledger, file or roster(), self.files, self.filing(),
            random=lambda n: sha256(f"{self.ledger.head().size} {next(ranks)}".encode()).digest()[:n],
            **options,  # type: ignore[arg-type]
        )  # fmt: skip

    def link(self, *, everyone: bool = False) -> Matched:
        users = [MoodleUser(100 + int(number), f"u{number}", number, "", "", "") for number, *_ in PEOPLE]
        return link_people(
            self.ledger,
            lambda field, values: [u for u in users if u.idnumber in values],
            self.files.promotion,
            SITE,
            self.filing(),
            everyone=everyone,
        )

    def pull(self, *, full: bool = False, accept_loss: str = "") -> PullResult:
        self.clock.at += timedelta(minutes=1)
        run = f"run-{self.clock.at:%m%d%H%M}"
        return pull_site(
            self.site,
            self.ledger,
            self.clock,
            [self.watched()],
            pin=self.pin,
            run=run,
            full=full,
            accept_loss=accept_loss,
        )

    def pull_one(self) -> PullResult:
        self.clock.at += timedelta(minutes=1)
        run = f"run-{self.clock.at:%m%d%H%M}"
        return pull_promotion(self.site, self.ledger, self.clock, self.watched(), pin=self.pin, run=run)

    def watched(self) -> Watched:
        return Watched(PROMOTION, self.files.cycle.id, referential_ref(self.files.cycle))

    def record(self, *rows: Mapping[str, object]) -> BatchResult:
        acts = [ActRow(line=line, **row) for line, row in enumerate(rows, 2)]  # type: ignore[arg-type]
        return record_batch(self.desk(), acts)

    def subject(self, number: str) -> str:
        found = self.ledger.find("matricule", number)
        assert found is not None
        return found

    def types(self, subject: str | None = None) -> list[str]:
        return [event.type for event in self.ledger.events(subject=subject)]


@pytest.fixture
def empty_office() -> Office:
    """Nothing recorded yet."""
    clock = StoppedClock()
    return Office(promotion_files(), MemoryLedger(), clock, ScriptedSite(clock), Pin())


@pytest.fixture
def office(empty_office: Office) -> Office:
    """The promotion is open, five people are enrolled and their accounts known."""
    empty_office.open()
    empty_office.enrol()
    empty_office.link()
    return empty_office
