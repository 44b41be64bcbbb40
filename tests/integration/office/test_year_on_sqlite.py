"""The office's year on the repository's own promotion, in a stored register: twice the same, and verified."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from sync_service.adapters.documents.acts_file import read_acts
from sync_service.adapters.documents.html import to_html
from sync_service.adapters.ledger_sql import Stores, init_register, new_secrets, open_register, verify_register
from sync_service.adapters.mapping_files.loading import load_promotion, roster_path
from sync_service.adapters.mapping_files.roster import read_roster
from sync_service.domain.act import Filing
from sync_service.domain.event import Actor
from sync_service.domain.facts import Fact, FactKind, FactPage, ReadMark, Route
from sync_service.domain.lms_state import Json, MoodleUser, SiteInfo
from sync_service.domain.programme import programme_of
from sync_service.domain.promotion import PromotionFiles
from sync_service.domain.roster import RosterFile
from sync_service.errors import MappingError
from sync_service.usecases.desk import Desk
from sync_service.usecases.open_promotion import open_promotion, referential_ref
from sync_service.usecases.people import link_people
from sync_service.usecases.pull import Watched, pull_site
from sync_service.usecases.record_batch import BatchResult, record_batch
from sync_service.usecases.report import report
from sync_service.usecases.roster import import_roster

MAPPINGS = Path(__file__).parents[3] / "lms_mappings"
SITE = "0d6d7c1e-site"
OPENED = datetime(2026, 9, 1, 8, tzinfo=UTC)
JURY_DAY = datetime(2027, 6, 18, 15, tzinfo=UTC)


@dataclass
class Clock:
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
class QuietSite:
    """A site with the plugin where everyone prepared every module and handed in both deposits, but for the last two."""

    files: PromotionFiles
    users: list[int]
    clock: Clock
    pages: int = field(default=0)

    def site(self) -> SiteInfo:
        return SiteInfo(SITE, "4.5", frozenset(), api=1, epoch="e")

    def changes(self, cursor: str) -> FactPage:
        return FactPage(SITE, (), cursor, more=False)

    def snapshot(self, promotion: str) -> Iterator[FactPage]:
        self.pages += 1
        facts = tuple(self._facts())
        yield FactPage(SITE, facts, "e.9.t", more=False, asked=len(facts), read=len(facts), users=frozenset(self.users))

    def _facts(self) -> Iterator[Fact]:
        programme = programme_of(self.files)
        mark = ReadMark("e", 9, self.clock.at)
        deposits = {key for key, _ in programme.deposits}
        for user in self.users:
            late = user >= self.users[-2]
            for key, _ in programme.to_do:
                if key in deposits:
                    status = "draft" if late else "submitted"
                    found: dict[str, Json] = {"status": status, "attempt": 0, "submitted_at": 0 if late else 1810000000}
                    yield Fact(FactKind.SUBMISSION, key, user, found, mark, Route.SNAPSHOT)
                else:
                    done: dict[str, Json] = {"state": "incomplete" if late else "complete", "override": False}
                    yield Fact(FactKind.ACTIVITY, key, user, done, mark, Route.SNAPSHOT)


@dataclass
class Year:
    files: PromotionFiles
    roster: RosterFile
    stores: Stores
    folder: Path
    clock: Clock

    @property
    def numbers(self) -> list[str]:
        return [row.matricule for row in self.roster.rows]

    def filing(self) -> Filing:
        referential = referential_ref(self.files.cycle)
        actor = Actor("officer", "agent-1", "cli", capacity="service certification")
        return Filing(actor, self.files.promotion.id, self.files.cycle.id, referential, self.clock.at, "run-1")

    def record(self, name: str, lines: list[str]) -> BatchResult:
        path = self.folder / name
        header = "acte;stagiaire;session;jury;date;demi-journée;valeur;référence;qualité;empreinte"
        path.write_text("\n".join([header, *lines, ""]), encoding="utf-8-sig")
        return record_batch(Desk(self.stores.ledger, self.files, self.filing()), read_acts(path))

    def play(self) -> list[BatchResult]:
        ledger = self.stores.ledger
        self.clock.at = OPENED
        open_promotion(ledger, self.files, self.filing())
        import_roster(ledger, self.roster, self.files, self.filing(), random=os.urandom)
        users = [MoodleUser(9_000_017 + i, "", number, "", "", "") for i, number in enumerate(self.numbers)]
        link_people(ledger, lambda *_: users, self.files.promotion, SITE, self.filing())
        self.clock.at = datetime(2027, 5, 19, 5, tzinfo=UTC)
        watched = Watched(self.files.promotion.id, self.files.cycle.id, referential_ref(self.files.cycle))
        site = QuietSite(self.files, [u.id for u in users], self.clock)
        pull_site(site, ledger, self.clock, [watched], pin=Pin(), run="run-2", full=True)
        done = [self.record("presences.csv", self.sheets())]
        self.clock.at = JURY_DAY
        done.append(self.record("jury.csv", self.jury()))
        self.clock.at = JURY_DAY + timedelta(days=12)
        return [*done, self.record("certificats.csv", self.certificates())]

    def sheets(self) -> list[str]:
        lines = []
        for index, session in enumerate(s for s in self.files.calendar.sessions if s.counts):
            day = session.dates[-1] + timedelta(days=1)
            digest = sha256(session.id.encode()).hexdigest()
            lines.append(f"feuille signée;;{session.id};;{day:%d/%m/%Y};;;;;{digest}")
            who, on = self.numbers[index % len(self.numbers)], session.dates[0]
            lines.append(f"présence;{who};{session.id};;{on:%d/%m/%Y};matin;absent justifié;;;")
        return lines

    def jury(self) -> list[str]:
        who, day = self.numbers[:13], "18/06/2027"
        lines = [f"dossier complet;{n};;;01/06/2027;;;;;" for n in who]
        lines += [f"dossier recevable;{n};;;01/06/2027;;;;;" for n in who]
        lines += [f"dossier remis au jury;{n};;j1;02/06/2027;;;;;" for n in who]
        lines += ["jury constitué;;;j1;01/06/2027;;A. Un / B. Deux;1;;", f"jury convoqué;;;j1;01/06/2027;;{day};;;"]
        lines += [f"candidat convoqué;{n};;j1;02/06/2027;;;;;" for n in who]
        lines += [f"présence jury;{n};;j1;{day};;présent;;;" for n in who]
        lines += [f"état figé;{n};;j1;{day};;;;;{'7' * 64}" for n in who]
        lines += [f"décision;{n};;j1;{day};;{'ajourné' if n == who[2] else 'favorable'};;;" for n in who]
        return [*lines, f"PV établi;;;j1;{day};;;PV-2027-1;;", f"PV signé;;;j1;{day};;;;;{'8' * 64}"]

    def certificates(self) -> list[str]:
        lines = []
        for n in (self.numbers[0], self.numbers[1], self.numbers[2]):
            lines += [
                f"numéro réservé;{n};;;28/06/2027;;;;;",
                f"certificat signé;{n};;;28/06/2027;;Signataire;2026-114;délégataire;",
                f"certificat délivré;{n};;;29/06/2027;;;;;{'9' * 64}",
                f"certificat remis;{n};;;30/06/2027;;en main propre;;;",
            ]
        return lines


@pytest.fixture(name="year")
def _year(tmp_path: Path) -> Iterator[Year]:
    files = load_promotion(MAPPINGS, "angers-2026-2027")
    roster = read_roster(roster_path(MAPPINGS, files), files.promotion.id)
    secrets = new_secrets(demo=True)
    url, keys = f"sqlite:///{tmp_path / 'register.sqlite'}", tmp_path / "keys.sqlite"
    (tmp_path / "checkpoints").mkdir()
    init_register(url, keys, secrets, "demo/year", OPENED)
    stores = open_register(url, keys, secrets, checkpoints_dir=tmp_path / "checkpoints")
    yield Year(files, roster, stores, tmp_path, Clock())
    stores.close()


@pytest.mark.slow  # a whole year, played twice, in a stored register
def test_the_year_is_recorded_once_verified_and_leaves_no_number_in_clear(year: Year) -> None:
    presences, jury, certificates = year.play()
    assert [r.sentence for r in (*presences.rows, *jury.rows) if r.outcome == "refused"] == []
    refused = [r.sentence for r in certificates.rows if r.outcome == "refused"]
    assert len(refused) == 4
    assert "R14" in refused[0]
    before = year.stores.ledger.head()
    for again in year.play():
        assert again.count("recorded") == 0
    assert year.stores.ledger.head() == before
    assert not verify_register(year.stores).findings
    shown = report("promotion", year.stores.ledger, year.files, now=year.clock.at)
    people = shown.tables()[0]
    codes = [column.code for column in people.columns]
    rows = {row["matricule"]: row for row in (dict(zip(codes, cells, strict=True)) for cells in people.rows)}
    assert rows[year.numbers[0]]["certificate"] == "Remis – n° ANGERS-CPE-2027-0001"
    assert rows[year.numbers[2]]["decision"] == "Ajourné\u00a0: peut se représenter"
    assert rows[year.numbers[14]]["dossier"] == "Brouillon non remis"
    out = os.environ.get("CYCLESYNC_SHOW_REPORTS")
    if out:
        before_jury = report("promotion", year.stores.ledger, year.files, now=year.clock.at, as_of=date(2027, 5, 19))
        Path(out, "r1-before.html").write_text(to_html(before_jury), encoding="utf-8")
        Path(out, "r1-after.html").write_text(to_html(shown), encoding="utf-8")
        for name, who in (("missing", None), ("candidate", year.numbers[3])):
            page = to_html(report(name, year.stores.ledger, year.files, now=year.clock.at, candidate=who))
            Path(out, f"{name}.html").write_text(page, encoding="utf-8")


def test_no_identifier_is_readable_in_the_database(year: Year) -> None:
    year.play()
    year.stores.close()
    raw = b"".join(path.read_bytes() for path in year.folder.glob("register.sqlite*"))
    for row in year.roster.rows:
        for secret in (row.matricule, row.email, row.birth_name if len(row.birth_name) > 5 else row.email):
            assert not _alone(secret.encode(), raw)
            assert sha256(secret.encode()).hexdigest().encode() not in raw
            assert sha256(secret.encode()).digest() not in raw
    assert not any(_alone(str(9_000_017 + i).encode(), raw) for i in range(15))


def _alone(secret: bytes, raw: bytes) -> bool:
    """Tell whether a secret is there, and not by chance among the digits of a hash."""
    return secret in raw and re.search(rb"(?<![0-9a-f])" + re.escape(secret) + rb"(?![0-9a-f])", raw) is not None


def test_file_of_acts_with_mistakes_records_nothing(year: Year) -> None:
    before = year.stores.ledger.head()
    with pytest.raises(MappingError) as refused:
        year.record("faux.csv", ["décision;049001;;j1;demain;;favorable;;;", "relance;049001;;;31/02/2027;;x;;;"])
    assert [p.where for p in refused.value.problems] == ["faux.csv › E2 (date)", "faux.csv › E3 (date)"]
    assert year.stores.ledger.head() == before
