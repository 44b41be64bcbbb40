from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from sync_service.domain.facts import ReadMark
from sync_service.domain.identity import SourceKey, act_idem, change_idem, is_newer, is_older, state_digest

SECRET = b"s" * 32
_code = st.text('abc:_-é"\\ 1', max_size=6)
_keys = st.builds(SourceKey, _code, _code, _code, _code)
T0 = datetime(2027, 1, 1, tzinfo=UTC)


def _oracle(value: object) -> bytes:
    return hmac.new(SECRET, rfc8785.dumps(value), "sha256").digest()  # type: ignore[arg-type] # plain JSON


@given(_keys, st.integers(1, 10**9))
def test_idem_is_the_hmac_of_the_format(key: SourceKey, n: int) -> None:
    wanted = _oracle([key.site_uid, key.kind, key.object, key.subject, n])
    assert change_idem(SECRET, key.text(), n) == wanted


@given(_keys, st.dictionaries(st.sampled_from(["state", "override"]), st.booleans() | _code))
def test_the_digest_of_a_state_is_keyed_and_bound_to_its_key(key: SourceKey, fields: dict[str, bool | str]) -> None:
    wanted = _oracle(["head", key.site_uid, key.kind, key.object, key.subject, fields])
    assert state_digest(SECRET, key.text(), fields) == wanted


def test_an_act_is_named_by_its_token() -> None:
    assert act_idem(SECRET, "file|3") == _oracle(["act", "file|3"])
    assert act_idem(SECRET, "file|3") != act_idem(SECRET, "file|4")


def test_marks_are_ordered_by_sequence_within_an_epoch_and_by_moment_between_two() -> None:
    low, high = ReadMark("e", 1, T0 + timedelta(hours=1)), ReadMark("e", 2, T0)
    assert is_older(low, high)
    assert not is_older(high, low)
    other = ReadMark("f", 0, T0 + timedelta(hours=2))
    assert is_older(high, other)
    assert not is_older(None, high)
    assert not is_older(low, low)
    assert is_newer(high, low)
    assert is_newer(low, None)
    assert not is_newer(None, None)
