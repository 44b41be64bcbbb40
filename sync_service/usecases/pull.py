"""Pull: read Moodle, record what is new, never take a failure for an emptiness (design.md §4 Pull)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from sync_service.domain.event import Draft
from sync_service.domain.facts import Fact, FactPage, Notice, ReadMark, Unread
from sync_service.domain.keys import make_key
from sync_service.domain.lms_state import SiteInfo
from sync_service.domain.pull_facts import (
    Drafted,
    Reading,
    Snapshot,
    coverage,
    drafts_of,
    too_many_vanish,
    vanished_drafts,
)
from sync_service.errors import CyclesyncError, GuardError, MoodleAnswerError, MoodleRefusedError, SiteChangedError
from sync_service.ports import Clock, FactFeed, Ledger, RunRecord
from sync_service.usecases.people import eliminated_traces

MAX_PAGES = 100_000
CHANGES_ONLY = "changes"
"""Note of a run that only followed the feed."""


class SitePin(Protocol):
    """The site_uid pinned under one configuration key."""

    def read(self) -> str:
        """Return the pinned site_uid, empty before the first contact."""
        ...

    def write(self, site_uid: str) -> None:
        """Pin a site_uid."""
        ...


@dataclass(frozen=True, slots=True)
class Watched:
    """A promotion that is pulled: its id, its cycle, its referential as the register names it."""

    promotion: str
    cycle: str
    referential: str | None = None


@dataclass(frozen=True, slots=True)
class PullResult:
    """What one pull did."""

    site_uid: str
    route: str
    """feed, snapshot or polling."""
    written: int = 0
    facts: int = 0
    vanished: int = 0
    asked: int = 0
    read: int = 0
    unread: tuple[Unread, ...] = ()
    unmapped: int = 0
    """Moodle users seen whom no candidate is linked to."""
    eliminated: int = 0
    """Facts that were not recorded again, of people whose traces were eliminated under a visa."""
    notices: tuple[Notice, ...] = ()
    reconciled: tuple[str, ...] = ()
    """Promotions whose whole state was read."""
    resync: bool = False
    """Whether the site did not know our cursor."""
    pages: int = 0

    @property
    def partial(self) -> bool:
        """Whether something asked for was not read."""
        return bool(self.unread)


@dataclass(slots=True)
class _Pull:
    """One pull under way; ``subject_of`` remembers what it looked up."""

    feed: FactFeed
    ledger: Ledger
    clock: Clock
    site: SiteInfo
    watched: Mapping[str, Watched]
    run: str
    started_at: datetime
    accept_loss: str
    result: PullResult
    subjects: dict[int, str | None] = field(default_factory=dict)
    unmapped: set[int] = field(default_factory=set)
    eliminated: frozenset[tuple[str, str]] = frozenset()

    def subject_of(self, user_id: int) -> str | None:
        if user_id not in self.subjects:
            self.subjects[user_id] = self.ledger.find("moodle", f"{self.site.site_uid}/{user_id}")
        return self.subjects[user_id]

    def reading(self) -> Reading:
        promotions = {w.promotion: (w.cycle, w.referential) for w in self.watched.values()}
        vanished = _vanished(self.ledger, self.site)
        return Reading(self.site.site_uid, self.run, self.started_at, promotions, vanished, self.eliminated)

    def note(self, *, page: FactPage, written: int, drafted: Drafted, route: str) -> None:
        """Add up what one page, or one snapshot, told and wrote."""
        self.unmapped |= drafted.unmapped
        self.result = replace(
            self.result,
            route=route,
            written=self.result.written + written,
            facts=self.result.facts + len(page.facts),
            asked=self.result.asked + page.asked,
            read=self.result.read + page.read,
            unread=tuple(dict.fromkeys((*self.result.unread, *coverage(page.unread, self.subject_of)))),
            unmapped=len(self.unmapped),
            eliminated=self.result.eliminated + drafted.eliminated,
            notices=(*self.result.notices, *page.notices),
            pages=self.result.pages + 1,
        )

    def record(self, outcome: str, promotion: str, *, note: str = "") -> RunRecord:
        """Make the run's record, with its coverage."""
        return RunRecord(
            id=self.run,
            kind="pull",
            promotion=promotion,
            started_at=self.started_at,
            finished_at=self.clock.now(),
            outcome=outcome,
            asked=self.result.asked,
            read=self.result.read,
            unread=self.result.unread,
            note=note,
        )


def pull_site(
    feed: FactFeed,
    ledger: Ledger,
    clock: Clock,
    promotions: Sequence[Watched],
    *,
    pin: SitePin,
    run: str,
    full: bool = False,
    accept_loss: str = "",
    before_facts: Callable[[SiteInfo], bool] | None = None,
) -> PullResult:
    """Read a site for all its watched promotions: the feed's changes, or everything when asked or when needed.

    ``before_facts`` is called once the site is known, to link people to accounts; when it says that someone was
    linked, everything is read, since the feed may already have gone past that person's facts.

    Raises:
        SiteChangedError: another site answers under this configuration key.
        GuardError: too many people's facts vanished at once; nothing of that promotion was written.
        MoodleError: a read failed; what earlier pages committed stays, the cursor is not moved past it.
    """
    pull = _begin(feed, ledger, clock, promotions, pin, run, accept_loss)
    linked = before_facts is not None and before_facts(pull.site)
    return _guarded(pull, "", lambda: _read_site(pull, full=full or linked))


def pull_promotion(
    feed: FactFeed,
    ledger: Ledger,
    clock: Clock,
    promotion: Watched,
    *,
    pin: SitePin,
    run: str,
    accept_loss: str = "",
    before_facts: Callable[[SiteInfo], bool] | None = None,
) -> PullResult:
    """Read one promotion's whole state; the feed's cursor never moves. Raises as ``pull_site`` does."""
    pull = _begin(feed, ledger, clock, [promotion], pin, run, accept_loss)
    if before_facts is not None:
        before_facts(pull.site)
    return _guarded(pull, promotion.promotion, lambda: _reconcile(pull, promotion.promotion))


def _begin(  # noqa: PLR0917
    feed: FactFeed,
    ledger: Ledger,
    clock: Clock,
    promotions: Sequence[Watched],
    pin: SitePin,
    run: str,
    accept_loss: str,
) -> _Pull:
    started_at = clock.now()
    site = feed.site()
    check_pin(site.site_uid, pin)
    watched = {w.promotion: w for w in promotions}
    route = "feed" if site.api else "polling"
    result = PullResult(site.site_uid, route)
    pull = _Pull(feed, ledger, clock, site, watched, run, started_at, accept_loss, result)
    pull.eliminated = eliminated_traces(ledger)
    return pull


def check_pin(site_uid: str, pin: SitePin) -> None:
    """Pin a site at the first contact, and stop when another one answers. Raises SiteChangedError."""
    pinned = pin.read()
    if pinned and pinned != site_uid:
        raise SiteChangedError(
            "Un autre site Moodle répond sous cette clé de configuration : rien n’a été lu. Rétablissez l’adresse, ou "
            "donnez une nouvelle clé à ce site."
        )
    if not pinned:
        pin.write(site_uid)


def _guarded(pull: _Pull, promotion: str, work: Callable[[], object]) -> PullResult:
    try:
        work()
    except CyclesyncError as error:
        outcome = "refused" if isinstance(error, GuardError) else "failed"
        pull.ledger.append((), now=pull.clock.now(), run=pull.record(outcome, promotion, note=type(error).__name__))
        raise
    outcome = "partial" if pull.result.partial else "done"
    note = pull.accept_loss or (CHANGES_ONLY if pull.result.pages and not pull.result.reconciled else "")
    pull.ledger.append((), now=pull.clock.now(), run=pull.record(outcome, promotion, note=note))
    return pull.result


def _read_site(pull: _Pull, *, full: bool) -> None:
    if not pull.site.api:
        for promotion in pull.watched:
            _reconcile_or_note(pull, promotion)
        return
    cursor = pull.ledger.cursor(pull.site.site_uid)
    if cursor and not full:
        known = _follow(pull, cursor)
        if known:
            return
        pull.result = replace(pull.result, resync=True)
    _reconcile_all(pull)


def _follow(pull: _Pull, cursor: str) -> bool:
    """Follow the feed to its end; False when the site does not know the cursor."""
    for _ in range(MAX_PAGES):
        page = pull.feed.changes(cursor)
        _check_page(page, pull.site)
        if page.resync:
            return False
        _commit(pull, page, page.facts, cursor=page.cursor)
        if not page.more:
            return True
        if page.cursor == cursor:
            break
        cursor = page.cursor
    raise MoodleAnswerError("Le flux de Moodle ne se termine pas : relancez avec « cyclesync pull --full ».")


def _commit(pull: _Pull, page: FactPage, facts: Sequence[Fact], *, cursor: str) -> None:
    drafted = drafts_of(facts, pull.reading(), pull.subject_of)
    appended = pull.ledger.append(drafted.drafts, now=pull.clock.now(), cursor=(pull.site.site_uid, cursor))
    pull.note(page=page, written=appended.written, drafted=drafted, route="feed")


def _reconcile_all(pull: _Pull) -> None:
    """Read every watched promotion, then keep the cursor that was true before the first of them."""
    cursors = [_reconcile_or_note(pull, promotion) for promotion in pull.watched]
    cursor = next((c for c in cursors if c), "")
    if cursor:
        pull.ledger.append((), now=pull.clock.now(), cursor=(pull.site.site_uid, cursor))


def _reconcile_or_note(pull: _Pull, promotion: str) -> str:
    """Reconcile one promotion; one that has no course yet is noted as not read and does not stop the others."""
    try:
        return _reconcile(pull, promotion)
    except MoodleRefusedError as error:
        if error.code != "missing":
            raise
        pull.result = replace(
            pull.result, unread=(*pull.result.unread, Unread(make_key(promotion, "course"), None, "missing"))
        )
        return ""


def _reconcile(pull: _Pull, promotion: str) -> str:
    """Read one promotion's whole state, then record it at once; return the cursor of its first page."""
    snapshot = read_snapshot(pull.feed, pull.site, promotion)
    reading = pull.reading()
    drafted = drafts_of(snapshot.facts, reading, pull.subject_of)
    gone = _gone(pull, snapshot, reading)
    appended = pull.ledger.append((*drafted.drafts, *gone), now=pull.clock.now())
    page = FactPage(
        pull.site.site_uid,
        snapshot.facts,
        "",
        more=False,
        unread=snapshot.unread,
        asked=snapshot.asked,
        read=snapshot.read,
    )
    route = "snapshot" if pull.site.api else "polling"
    pull.note(page=page, written=appended.written, drafted=drafted, route=route)
    lost = sum(event is not None for event in appended.events[len(drafted.drafts) :])
    pull.result = replace(
        pull.result, reconciled=(*pull.result.reconciled, promotion), vanished=pull.result.vanished + lost
    )
    return snapshot.cursor


def read_snapshot(feed: FactFeed, site: SiteInfo, promotion: str) -> Snapshot:
    """Read every page of a promotion's state before anything is recorded.

    Raises:
        MoodleAnswerError: the pages end without their last one, or come from another site.
    """
    pages: list[FactPage] = []
    for page in feed.snapshot(promotion):
        _check_page(page, site)
        pages.append(page)
        if not page.more:
            break
    if not pages or pages[-1].more:
        raise MoodleAnswerError(
            f"La lecture complète de la promotion {promotion} s’est interrompue : rien n’a été enregistré, relancez."
        )
    marks = [f.read_mark for page in pages for f in page.facts]
    return Snapshot(
        promotion,
        tuple(f for page in pages for f in page.facts),
        tuple(u for page in pages for u in page.unread),
        frozenset(u for page in pages for u in page.users),
        pages[0].cursor,
        sum(page.asked for page in pages),
        sum(page.read for page in pages),
        min(marks, key=_rank) if marks else None,
    )


def _rank(mark: ReadMark) -> tuple[datetime, int]:
    return mark.at, mark.seq


def _check_page(page: FactPage, site: SiteInfo) -> None:
    if page.site_uid != site.site_uid:
        raise SiteChangedError("Le site Moodle a changé pendant la lecture : rien de cette page n’a été enregistré.")


def _gone(pull: _Pull, snapshot: Snapshot, reading: Reading) -> tuple[Draft, ...]:
    if not pull.site.api:
        return ()
    held = pull.ledger.heads(site_uid=pull.site.site_uid)
    prefix = f"cs:{snapshot.promotion}:"
    own = [k for k in held if k[1].startswith(prefix) and (k[2], snapshot.promotion) not in reading.eliminated]
    drafts = vanished_drafts(snapshot, own, reading, pull.subject_of)
    people = len({key[2] for key in own})
    lost = too_many_vanish(drafts, people)
    if lost and not pull.accept_loss:
        raise GuardError(
            f"Les relevés de {lost} personnes sur {people} ne sont plus dans Moodle : rien n’a été enregistré pour cette "
            "promotion. Vérifiez le cours ; si la perte est voulue, ajoutez --accept-loss MOTIF."
        )
    return tuple(replace(d, reason="accepted_loss") for d in drafts) if lost else drafts


def _vanished(ledger: Ledger, site: SiteInfo) -> frozenset[tuple[str, str, str]]:
    gone = {event.id for event in ledger.events(types=["source.vanished"])}
    if not gone:
        return frozenset()
    return frozenset(key for key, event in ledger.heads(site_uid=site.site_uid).items() if event in gone)
