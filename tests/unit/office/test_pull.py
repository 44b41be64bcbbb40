from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sync_service.domain.facts import FactKind
from sync_service.errors import GuardError, MoodleAnswerError, MoodleUnreachableError, SiteChangedError

if TYPE_CHECKING:
    from .conftest import Office

PREP = "m01-prep"


def observed(office: Office) -> list[str]:
    return [t for t in office.types() if t.endswith((".observed", "vanished", "reappeared"))]


def study(office: Office, user: int, state: str = "complete") -> None:
    office.site.put(FactKind.ACTIVITY, PREP, user, state=state, override=False, timemodified=1)


def test_first_pull_reads_everything_and_keeps_the_cursor(office: Office) -> None:
    study(office, 101)
    study(office, 102, "incomplete")
    result = office.pull()
    assert (result.written, result.reconciled, result.route) == (2, ("angers-test",), "snapshot")
    assert office.ledger.cursor("site-1") == office.site.cursor()
    assert observed(office) == ["activity.observed", "activity.observed"]


def test_second_pull_without_change_appends_nothing(office: Office) -> None:
    study(office, 101)
    office.pull()
    before = office.ledger.head()
    result = office.pull()
    assert result.written == 0
    assert office.ledger.head() == before
    assert office.site.calls[-1].startswith("changes ")
    assert office.ledger.runs()[0].outcome == "done"


def test_a_b_a_over_three_pulls_gives_three_events(office: Office) -> None:
    for state in ("complete", "incomplete", "complete"):
        study(office, 101, state)
        office.pull(full=True)
    assert observed(office) == ["activity.observed"] * 3


def test_a_page_delivered_twice_gives_none(office: Office) -> None:
    office.pull(full=True)
    start = office.ledger.cursor("site-1") or office.site.cursor()
    fact = office.site.put(FactKind.ACTIVITY, PREP, 101, state="complete", override=False)
    office.ledger.append((), now=office.clock.at, cursor=("site-1", start))
    end = office.site.feed(start, [fact])
    assert office.pull().written == 1
    office.ledger.append((), now=office.clock.at, cursor=("site-1", start))
    assert office.pull().written == 0
    assert office.ledger.cursor("site-1") == end


def test_cursor_moves_with_each_committed_page_and_not_past_a_failed_one(office: Office) -> None:
    study(office, 101)
    office.pull()
    start = office.ledger.cursor("site-1")
    fact = office.site.put(FactKind.ACTIVITY, PREP, 102, state="complete", override=False)
    middle = office.site.feed(start, [fact], more=True, to="e1.90.tag")
    office.site.pages[middle] = MoodleUnreachableError("Moodle ne répond pas : réessayez plus tard.")
    with pytest.raises(MoodleUnreachableError):
        office.pull()
    assert office.ledger.cursor("site-1") == middle
    assert office.ledger.runs()[0].outcome == "failed"
    office.site.pages[middle] = replace(office.site.pages[start], facts=(), cursor="e1.91.tag", more=False)  # type: ignore[type-var]
    office.pull()
    assert office.ledger.cursor("site-1") == "e1.91.tag"


def test_lost_cursor_leads_to_full_reconciliation(office: Office) -> None:
    study(office, 101)
    office.pull()
    office.site.epoch, office.site.seq = "e2", 0
    study(office, 101, "incomplete")
    study(office, 102)
    result = office.pull()
    assert result.resync
    assert result.written == 2
    assert office.ledger.cursor("site-1").startswith("e2.")


def test_snapshot_cut_short_records_nothing(office: Office) -> None:
    study(office, 101)
    study(office, 102)
    office.site.broken_after = 1
    with pytest.raises(MoodleAnswerError, match="interrompue"):
        office.pull()
    assert observed(office) == []
    assert office.ledger.cursor("site-1") == ""


def test_another_site_stops_everything(office: Office) -> None:
    office.pull()
    office.site.uid = "site-2"
    with pytest.raises(SiteChangedError):
        office.pull()
    assert office.pin.uid == "site-1"


def test_pull_of_a_promotion_never_moves_the_cursor(office: Office) -> None:
    study(office, 101)
    result = office.pull_one()
    assert result.written == 1
    assert office.ledger.cursor("site-1") == ""
    assert office.ledger.runs()[0].promotion == "angers-test"


def test_what_vanishes_is_kept_and_said_once_and_may_come_back(office: Office) -> None:
    study(office, 101)
    study(office, 102)
    office.pull()
    office.site.drop(FactKind.ACTIVITY, PREP, 101)
    assert office.pull(full=True).vanished == 1
    assert office.pull(full=True).vanished == 0
    study(office, 101)
    office.pull(full=True)
    assert observed(office)[2:] == ["source.vanished", "source.reappeared"]


def test_hidden_activity_is_not_a_loss_but_coverage(office: Office) -> None:
    study(office, 101)
    study(office, 102)
    office.pull()
    office.site.hidden.add("cs:angers-test:m01-prep")
    result = office.pull(full=True)
    assert result.vanished == 0
    assert result.partial
    subjects = {office.subject("0001"), office.subject("0002")}
    assert {u.object for u in office.ledger.runs()[0].unread} == {f"cs:angers-test:m01-prep {s}" for s in subjects}
    assert {u.user_id for u in office.ledger.runs()[0].unread} == {None}


def test_activity_gone_for_everyone_vanishes_for_nobody(office: Office) -> None:
    study(office, 101)
    office.pull()
    office.site.state.clear()
    office.site.put(FactKind.ENROLMENT, "course", 101, status="active")
    assert office.pull(full=True).vanished == 0


def test_too_many_vanishing_stop_the_run_until_accepted(office: Office) -> None:
    for user in range(101, 106):
        study(office, user)
    office.pull()
    for user in range(101, 105):
        office.site.drop(FactKind.ACTIVITY, PREP, user)
    before = office.ledger.head()
    with pytest.raises(GuardError, match="accept-loss") as refused:
        office.pull(full=True)
    assert refused.value.exit_code == 3
    assert office.ledger.head() == before
    assert office.ledger.runs()[0].outcome == "refused"
    assert office.pull(full=True, accept_loss="cours vidé à la demande du service").vanished == 4


def test_core_polling_never_says_that_something_vanished(office: Office) -> None:
    office.site.api = 0
    study(office, 101)
    study(office, 102)
    assert office.pull().route == "polling"
    office.site.drop(FactKind.ACTIVITY, PREP, 101)
    office.pull(full=True)
    assert "source.vanished" not in observed(office)
    assert office.ledger.cursor("site-1") == ""


def test_people_without_link_are_counted_and_not_recorded(office: Office) -> None:
    study(office, 101)
    study(office, 999)
    result = office.pull()
    assert (result.written, result.unmapped) == (1, 1)


def test_answer_without_a_decisive_field_is_an_error(office: Office) -> None:
    office.site.put(FactKind.SCORM, PREP, 101, status="completed")
    with pytest.raises(MoodleAnswerError, match="attempts"):
        office.pull()
    assert observed(office) == []


def test_older_reading_never_replaces_a_newer_one(office: Office) -> None:
    study(office, 101, "incomplete")
    late = office.site.put(FactKind.ACTIVITY, PREP, 101, state="complete", override=False)
    office.pull(full=True)
    start = office.ledger.cursor("site-1")
    old = replace(late, fields={"state": "incomplete", "override": False}, read_mark=replace(late.read_mark, seq=1))
    office.site.feed(start, [old], to="e1.95.tag")
    assert office.pull().written == 0
