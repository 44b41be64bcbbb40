from datetime import UTC, datetime, timedelta

from sync_service.domain.seen import Freshness, ReadRun, Seen, freshness, words

T = datetime(2027, 2, 1, 5, tzinfo=UTC)
KEY, WHO = "cs:p:m01", "cand_x"


def run(hours: int, *, read: bool = True, unread: dict[str, str] | None = None, changes: bool = False) -> ReadRun:
    return ReadRun(T + timedelta(hours=hours), read, unread or {}, changes)


def test_never_pulled() -> None:
    assert freshness((), KEY, WHO) == Freshness(None, "never")


def test_whole_reading_then_changes_confirm_each_other() -> None:
    assert freshness((run(2, changes=True), run(1)), KEY, WHO) == Freshness(T + timedelta(hours=2))


def test_following_the_feed_does_not_read_what_a_whole_reading_could_not() -> None:
    hidden = {f"{KEY} {WHO}": "hidden"}
    runs = (run(3, changes=True), run(2, unread=hidden), run(1))
    assert freshness(runs, KEY, WHO) == Freshness(T + timedelta(hours=1), "hidden")
    assert freshness(runs, KEY, "cand_y") == Freshness(T + timedelta(hours=3))


def test_failed_pull_matters_only_until_the_next_one() -> None:
    assert freshness((run(2, read=False), run(1)), KEY, WHO) == Freshness(T + timedelta(hours=1), "failed")
    assert freshness((run(3, changes=True), run(2, read=False), run(1)), KEY, WHO) == Freshness(T + timedelta(hours=3))


def test_whole_activity_not_read() -> None:
    assert freshness((run(1, unread={KEY: "no_access"}),), KEY, WHO) == Freshness(None, "no_access")


def test_words_say_when_and_why_not() -> None:
    done = Seen("activity.observed", KEY, {"state": "complete"}, T, 1)
    assert words(done, Freshness(T), UTC) == "fait, constaté le 1er février 2027"
    assert words(done, Freshness(T, "timeout"), UTC) == (
        "fait, constaté le 1er février 2027 ; non relu depuis le 1er février 2027 (Moodle n’a pas répondu)"
    )
    assert words(None, Freshness(None, "hidden"), UTC) == "non lu (activité cachée dans Moodle)"
    assert words(None, Freshness(T), UTC) == "non lu (absent du cours Moodle au dernier relevé)"
    gone = Seen("activity.observed", KEY, {"state": "complete"}, T, 1, T + timedelta(days=2))
    assert words(gone, Freshness(T), UTC).endswith("n’est plus visible dans Moodle depuis le 3 février 2027")
