from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_service.domain.uuid7 import is_uuid, milliseconds, uuid7

_moments = st.integers(0, 2**42).map(lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms))


@given(_moments, st.binary(min_size=10, max_size=10))
def test_is_a_uuid_of_version_7_that_begins_with_the_millisecond(at: datetime, random: bytes) -> None:
    text = uuid7(at, random)
    found = UUID(text)
    assert found.version == 7
    assert found.variant == "specified in RFC 4122"
    assert found.int >> 80 == milliseconds(at)
    assert is_uuid(text)


def test_the_published_example() -> None:
    # RFC 9562, appendix A.6: 2022-02-22T19:22:22.000Z, rand_a CC3, rand_b 18C4DC0C0C07398F
    chance = 0xCC3 << 62 | (0x18C4DC0C0C07398F & (1 << 62) - 1)
    at = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)
    assert uuid7(at, chance.to_bytes(10, "big")) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


def test_refuses_a_moment_without_zone_and_too_few_bytes() -> None:
    with pytest.raises(ValueError, match="aware"):
        uuid7(datetime(2027, 1, 1), bytes(10))  # noqa: DTZ001 # what is refused
    with pytest.raises(ValueError, match="random"):
        uuid7(datetime(2027, 1, 1, tzinfo=UTC), bytes(9))


@pytest.mark.parametrize("text", ["", "017F22E2-79B0-7CC3-98C4-DC0C0C07398F", "017f22e279b07cc398c4dc0c0c07398f", "x"])
def test_other_texts_are_not_uuids(text: str) -> None:
    assert not is_uuid(text)
