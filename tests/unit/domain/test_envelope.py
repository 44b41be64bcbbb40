from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_service.domain.canonical import CanonicalError
from sync_service.domain.envelope import FIELDS, NO_LEAF, Place, decode, encode, moment_text, utc_text
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


def body_of(draft: Draft, place: Place) -> dict[str, Any]:
    """The envelope laid out field by field, as ledger-format.md §1 lists them."""
    source, actor = draft.source, draft.actor
    return {
        "v": 1, "id": place.id, "register": place.register, "seq": place.seq, "prev": place.prev, "type": draft.type,
        "type_v": 1, "subject": draft.subject, "cycle": draft.cycle, "referential": draft.referential,
        "promotion": draft.promotion, "valid_from": moment_text(draft.valid_from), "valid_to": moment_text(draft.valid_to),
        "observed_at": utc_text(draft.observed_at), "recorded_at": utc_text(place.recorded_at),
        "source": {"system": source.system, "site_uid": source.site_uid, "object": source.object, "n": place.n,
                   "route": source.route, "run": source.run},
        "actor": {"kind": actor.kind, "ref": actor.ref, "capacity": actor.capacity, "delegation": actor.delegation,
                  "channel": actor.channel},
        "evidence": {"grade": draft.evidence.grade, "files": list(draft.evidence.files)},
        "idem": place.idem, "replaces": list(draft.replaces), "reason": draft.reason, "data": dict(draft.data),
        "vault": [dict(entry) for entry in place.vault],
    }  # fmt: skip


def test_an_envelope_has_the_fields_of_the_format_and_no_other() -> None:
    body = json.loads(encode(DRAFT, PLACE)[0])
    assert body.keys() == FIELDS == body_of(DRAFT, PLACE).keys()
    assert body == body_of(DRAFT, PLACE)


_data = st.dictionaries(
    st.sampled_from(["module", "rows", "kind"]),
    st.integers(-(2**53) + 1, 2**53 - 1) | st.text('aé"\\\n\u2028😀', max_size=5),
)


@settings(max_examples=100)
@given(_data, st.integers(0, 2**53 - 1), st.text("aé😀 \\", max_size=10), st.datetimes(timezones=st.just(UTC)))
def test_bytes_are_those_of_rfc8785(data: dict[str, int | str], seq: int, capacity: str, at: datetime) -> None:
    draft = replace(DRAFT, data=data, actor=replace(DRAFT.actor, capacity=capacity), observed_at=at)
    entry = {"series": "traces", "commitment": "0" * 64, "alg": "A", "key_ref": "k"}
    place = replace(PLACE, seq=seq, vault=(entry,) if seq % 2 else ())
    draft = replace(draft, replaces=(PLACE.id, PLACE.id) if seq % 3 else (), reason="other" if seq % 5 else None)
    content, event = encode(draft, place)
    assert content == rfc8785.dumps(body_of(draft, place))
    assert decode(content) == event


@pytest.mark.parametrize("field", ["subject", "promotion", "cycle", "referential", "reason"])
def test_a_text_that_is_not_in_nfc_or_is_half_a_character_is_refused(field: str) -> None:
    for text in ("e\u0301", "\ud83d"):
        with pytest.raises(CanonicalError):
            encode(replace(DRAFT, **{field: text}), PLACE)  # type: ignore[arg-type]


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
