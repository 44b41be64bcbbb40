from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_service.domain.envelope import FIELDS, NO_LEAF, Place, body_of, decode, encode, moment_text, utc_text
from sync_service.domain.event import Actor, Draft, Evidence, SourceRef
from sync_service.domain.merkle import leaf_hash

T0 = datetime(2027, 1, 14, 9, 30, 15, 123999, tzinfo=UTC)
DRAFT = Draft(
    type="activity.observed",
    subject="cand_" + "a" * 26,
    source=SourceRef("moodle", "site", "activity.observed", "cs:p:m01", "feed", "run"),
    actor=Actor("system", "cyclesync", "daemon"),
    evidence=Evidence("E1", ("ab" * 32,)),
    observed_at=T0,
    decisive={"state": "complete"},
    promotion="p",
    valid_from=date(2027, 1, 14),
    valid_to=datetime(2027, 1, 14, 9, 0, tzinfo=timezone(timedelta(hours=1))),
)
PLACE = Place("demo/x", 3, "cd" * 32, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f", T0, 2, "ef" * 32)


def test_an_envelope_has_the_fields_of_the_format_and_no_other() -> None:
    body = body_of(DRAFT, PLACE)
    assert body.keys() == FIELDS
    assert list(body["source"]) == ["system", "site_uid", "object", "n", "route", "run"]
    assert list(body["actor"]) == ["kind", "ref", "capacity", "delegation", "channel"]
    assert list(body["evidence"]) == ["grade", "files"]


_data = st.dictionaries(
    st.sampled_from(["module", "rows", "kind"]),
    st.integers(-(2**53) + 1, 2**53 - 1) | st.text('aé"\\\n\u2028😀', max_size=5),
)


@settings(max_examples=100)
@given(_data, st.integers(0, 2**53 - 1), st.text("aé😀 \\", max_size=10), st.datetimes(timezones=st.just(UTC)))
def test_bytes_are_those_of_rfc8785(data: dict[str, int | str], seq: int, capacity: str, at: datetime) -> None:
    draft = replace(DRAFT, data=data, actor=replace(DRAFT.actor, capacity=capacity), observed_at=at)
    place = replace(PLACE, seq=seq)
    content, _ = encode(draft, place)
    assert content == rfc8785.dumps(body_of(draft, place))


def test_an_event_is_read_back_from_its_bytes() -> None:
    content, event = encode(DRAFT, PLACE)
    assert decode(content) == event
    assert event.leaf == leaf_hash(content).hex()
    assert event.recorded_at == T0.replace(microsecond=123000)
    assert (event.valid_from, event.valid_to) == ("2027-01-14", "2027-01-14T09:00:00+01:00")
    assert event.source["kind"] == "activity.observed"
    assert b'"kind":"activity.observed"' not in content


def test_times_are_utc_to_the_millisecond_and_never_naive() -> None:
    paris = datetime(2027, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    assert utc_text(paris) == "2027-07-01T10:00:00.000Z"
    assert moment_text(None) is None
    for write in (utc_text, moment_text):
        with pytest.raises(ValueError, match="time zone"):
            write(datetime(2027, 1, 1))  # noqa: DTZ001 # what is refused


@pytest.mark.parametrize("content", [b"[]", b'{"v":1}', b"{}", b"null"])
def test_other_bytes_are_not_an_event(content: bytes) -> None:
    with pytest.raises(ValueError, match="envelope"):
        decode(content)


def test_the_first_event_has_no_leaf_before_it() -> None:
    assert NO_LEAF == "0" * 64
