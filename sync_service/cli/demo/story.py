"""What the story acts on: the installation, the sandbox, the clock, and which steps were already told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from sync_service.adapters.documents.acts_file import read_acts
from sync_service.adapters.documents.rendering import render
from sync_service.adapters.mapping_files import read_roster
from sync_service.adapters.moodle.transport import MoodleTransport
from sync_service.bootstrap import App
from sync_service.cli.demo.acts import Act, acts_csv
from sync_service.cli.demo.cast import Person
from sync_service.cli.demo.clock import ToldClock
from sync_service.cli.demo.folder import PROMOTION, SITE
from sync_service.cli.demo.learner import Learner
from sync_service.cli.opening import write_text
from sync_service.domain.promotion import PromotionFiles
from sync_service.errors import RecordRefusedError
from sync_service.sandbox import Sandbox
from sync_service.usecases.desk import Desk
from sync_service.usecases.open_promotion import open_promotion
from sync_service.usecases.record_batch import record_batch
from sync_service.usecases.report import report
from sync_service.usecases.roster import import_roster

STATE = "story.json"
SPECIMEN = "SPÉCIMEN – démonstration\u00a0: personnes, dates et décisions fictives."
_BANNER = f'<p style="margin:0;padding:.4rem 1rem;background:#fff6d6;color:#1b1f24;font-weight:700">{SPECIMEN}</p>'


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

    def files(self) -> PromotionFiles:
        """Read the promotion's files as they are now."""
        return self.app.files(PROMOTION)

    def move_to(self, moment: datetime) -> None:
        """Move both clocks, ours and the site's."""
        self.clock.move_to(moment)
        self.sandbox.set_time(int(self.clock.now().timestamp()))

    def roster(self, name: str, content: bytes, *, withdraw: bool = False) -> None:
        """Import a list of trainees as the office does."""
        path = self.out / "listes" / name
        write_text(path, content, private=True)
        files, ledger = self.files(), self.app.stores.ledger
        filing = self.app.office_filing(files)
        open_promotion(ledger, files, filing)
        rows = read_roster(path, PROMOTION)
        import_roster(ledger, rows, files, filing, random=self.random, withdraw_missing=withdraw)

    def record(self, name: str, acts: Sequence[Act], *, account: str = "") -> int:
        """Write a file of acts and record it, as ``cyclesync record`` does; return how many lines were new.

        Raises:
            RecordRefusedError: the register refused a line: the story is wrong.
        """
        path = self.out / "actes" / f"{name}.csv"
        write_text(path, acts_csv(acts), private=True)
        files = self.files()
        done = record_batch(
            Desk(self.app.stores.ledger, files, self.app.office_filing(files, account=account)), read_acts(path)
        )
        refused = [row for row in done.rows if row.outcome == "refused"]
        if refused:
            raise RecordRefusedError(f"{path.name}, ligne {refused[0].line} : {refused[0].sentence}")
        return done.count("recorded")

    def paper(self, name: str, title: str) -> str:
        """Put a specimen of a signed paper beside the acts; return its name."""
        write_text(self.out / "actes" / name, f"SPÉCIMEN – {title}\n", private=True)
        return name

    def pull(self, *, full: bool = False) -> int:
        """Pull the site; return how many events were written."""
        watched = self.app.watched_by_site()[SITE]
        return self.app.pull_site(SITE, watched, full=full, accept_loss="").written

    def page(self, name: str, text: str | bytes) -> None:
        """Write one of the demonstration's pages."""
        write_text(self.out / "pages" / name, text, private=True)

    def specimen(self, name: str, html: str) -> None:
        """Write a page that does not say by itself that it is a specimen."""
        self.page(name, re.sub(r"(<body[^>]*>)", rf"\1{_BANNER}", html, count=1))

    def report(self, name: str, *, page: str, candidate: str | None = None, forms: Sequence[str] = ("html",)) -> None:
        """Write a report among the pages, in each form."""
        made = report(
            name, self.app.stores.ledger, self.files(), now=self.clock.now(), candidate=candidate, notices=(SPECIMEN,)
        )
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
