"""What the story acts on: the installation, the sandbox, the clock, and which steps were already told."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from sync_service.adapters.documents.rendering import render
from sync_service.adapters.documents.workbook_reading import filing, read_typed
from sync_service.adapters.documents.workbook_xlsx import to_workbook
from sync_service.adapters.mapping_files import read_roster
from sync_service.adapters.moodle.transport import MoodleTransport
from sync_service.bootstrap import App
from sync_service.cli.demo.cast import Person
from sync_service.cli.demo.clock import ToldClock
from sync_service.cli.demo.folder import PROMOTION, SITE
from sync_service.cli.demo.learner import Learner
from sync_service.cli.demo.typing_in import Typed
from sync_service.cli.marking import SPECIMEN, mark, marked_book
from sync_service.cli.opening import write_text
from sync_service.cli.workbook import record_all
from sync_service.domain.promotion import PromotionFiles
from sync_service.domain.reports.model import Report
from sync_service.errors import RecordRefusedError
from sync_service.sandbox import Sandbox
from sync_service.usecases.desk import Desk
from sync_service.usecases.open_promotion import open_promotion
from sync_service.usecases.remembering import RememberingLedger
from sync_service.usecases.report import report
from sync_service.usecases.roster import import_roster
from sync_service.usecases.workbook import make_workbook, read_workbook

STATE = "story.json"
DESK = "classeur"
"""Folder of the office's workbooks, with the signed papers beside them."""


@dataclass(slots=True)
class Story:
    """An installation in the middle of its year."""

    out: Path
    app: App
    sandbox: Sandbox
    clock: ToldClock
    people: tuple[Person, ...]
    random: Callable[[int], bytes]
    done: list[str] = field(default_factory=list)
    _learners: dict[str, Learner] = field(default_factory=dict)
    _files: dict[str, PromotionFiles] = field(default_factory=dict)

    def files(self, promotion: str = PROMOTION) -> PromotionFiles:
        """Return a promotion's files; nobody edits them while the year is told, so they are read once."""
        if promotion not in self._files:
            self._files[promotion] = self.app.files(promotion)
        return self._files[promotion]

    def person(self, matricule: str) -> Person:
        """Return one of the people. Raises StopIteration for another number."""
        return next(person for person in self.people if person.matricule == matricule)

    def move_to(self, moment: datetime) -> None:
        """Move both clocks, ours and the site's."""
        self.clock.move_to(moment)
        self.sandbox.set_time(int(self.clock.now().timestamp()))

    def roster(self, name: str, content: bytes, *, promotion: str = PROMOTION) -> None:
        """Import a list of trainees as the office does."""
        path = self.out / "listes" / name
        write_text(path, content, private=True)
        files, ledger = self.files(promotion), self.app.stores.ledger
        by = self.app.office_filing(files)
        open_promotion(ledger, files, by)
        import_roster(ledger, read_roster(path, promotion), files, by, random=self.random)

    def give(self, name: str, typed: Typed, *, account: str = "", promotion: str = PROMOTION) -> None:
        """Make the workbook, type in it, give it back to be recorded: « workbook make », then « workbook read ».

        Raises:
            RecordRefusedError: the register refused a row: the story is wrong.
        """
        files = self.files(promotion)
        ledger = RememberingLedger(self.app.stores.ledger)
        desk = Desk(ledger, files, self.app.office_filing(files, account=account))
        now = self.clock.now()
        path = self.out / DESK / f"{now:%Y-%m-%d}-{name}.xlsx"
        made = replace(make_workbook(desk, today=now.date()), typed=typed.cells)
        write_text(path, to_workbook(marked_book(self.app, made), now), private=True)
        filed = filing(path)
        reading = read_workbook(desk, read_typed(path), filed, today=now.date())
        back, done = record_all(desk, self.app.blobs, reading, filed.contents, now)
        write_text(path.with_name(f"{path.stem}-lu.xlsx"), to_workbook(marked_book(self.app, back), now), private=True)
        refused = [(item, row) for item, row in zip(reading.asked, done, strict=True) if row.outcome == "refused"]
        if refused:
            item, row = refused[0]
            raise RecordRefusedError(f"{path.name}, {item.row.sheet}, ligne {item.row.line} : {row.sentence}")

    def paper(self, name: str, content: str | bytes) -> str:
        """Put a specimen of a signed paper beside the workbook; return its name."""
        written = content if isinstance(content, bytes) else f"SPÉCIMEN – {content}\n"
        write_text(self.out / DESK / name, written, private=True)
        return name

    def pull(self, *, full: bool = False) -> int:
        """Pull the site; return how many events were written."""
        watched = self.app.watched_by_site()[SITE]
        return self.app.pull_site(SITE, watched, full=full, accept_loss="").written

    def page(self, name: str, text: str | bytes) -> None:
        """Write one of the demonstration's pages."""
        write_text(self.out / "pages" / name, text, private=True)

    def make_report(self, name: str, *, candidate: str | None = None) -> Report:
        """Make a report that says it is a specimen."""
        ledger, now = self.app.stores.ledger, self.clock.now()
        return mark(report(name, ledger, self.files(), now=now, candidate=candidate), (SPECIMEN,))

    def report(self, name: str, *, page: str, candidate: str | None = None, forms: Sequence[str] = ("html",)) -> None:
        """Write a report among the pages, in each form."""
        made = self.make_report(name, candidate=candidate)
        for form in forms:
            self.page(f"{page}.{form}", render(made, form))

    def learner(self, person: Person) -> Learner:
        """Return a trainee at her screen."""
        if person.matricule not in self._learners:
            token = self.sandbox.token(person.username, "moodle_mobile_app")
            transport = MoodleTransport(self.sandbox.url, token)
            self._learners[person.matricule] = Learner(transport, self.sandbox.course_id(PROMOTION), 0)
        return self._learners[person.matricule]

    def local(self, day: date, hour: int, minute: int = 0) -> datetime:
        """Return a local time of the promotion's zone."""
        zone = ZoneInfo(self.files().promotion.zone)
        return datetime.combine(day, time(hour, minute), zone)


def read_done(out: Path) -> tuple[list[str], datetime | None]:
    """Return the steps already told in a folder, and the moment of the last."""
    path = out / STATE
    if not path.exists():
        return [], None
    kept = json.loads(path.read_text(encoding="utf-8"))
    return list(kept["done"]), datetime.fromisoformat(kept["now"])


def keep_done(out: Path, done: Sequence[str], now: datetime) -> None:
    """Keep the steps told so far, whole or not at all."""
    write_text(out / STATE, json.dumps({"done": list(done), "now": now.isoformat()}), private=False)
