from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_service.domain.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash, root_of

LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Published with Certificate Transparency's reference code for the eight leaves above."""


def test_published_vectors() -> None:
    frontier = Frontier()
    assert frontier.root() == EMPTY_ROOT == bytes.fromhex(ROOTS[0])
    for leaf, root in zip(LEAVES, ROOTS[1:], strict=True):
        frontier.append(leaf_hash(leaf))
        assert frontier.root().hex() == root


def _recursive(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1, word for word: split at the largest power of two below n."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(_recursive(leaves[:split]), _recursive(leaves[split:]))


@pytest.mark.parametrize("size", range(65))
def test_every_size_agrees_with_the_definition(size: int) -> None:
    leaves = [leaf_hash(bytes([n])) for n in range(size)]
    assert root_of(leaves) == _recursive(leaves)


@settings(max_examples=50)
@given(st.integers(0, 300), st.integers(0, 300))
def test_a_kept_frontier_goes_on(first: int, more: int) -> None:
    leaves = [leaf_hash(n.to_bytes(2, "big")) for n in range(first + more)]
    begun = Frontier()
    for leaf in leaves[:first]:
        begun.append(leaf)
    resumed = Frontier(begun.size, begun.nodes)
    for leaf in leaves[first:]:
        resumed.append(leaf)
    assert (resumed.size, resumed.root()) == (first + more, root_of(leaves))
    assert len(resumed.nodes) == (first + more).bit_count()


@pytest.mark.parametrize(("size", "nodes"), [(1, []), (-1, []), (3, [b"\0" * 32]), (1, [b"short"])])
def test_refuses_what_is_not_a_frontier(size: int, nodes: list[bytes]) -> None:
    with pytest.raises(ValueError, match="frontier"):
        Frontier(size, nodes)


@given(st.integers(0, 5), st.integers(0, 130))
def test_a_tree_put_together_from_aligned_parts_is_the_tree_of_its_leaves(level: int, count: int) -> None:
    leaves = [leaf_hash(bytes([n])) for n in range(count)]
    whole, size = Frontier(), 1 << level
    for start in range(0, count, size):
        part = Frontier()
        for leaf in leaves[start : start + size]:
            part.append(leaf)
        whole.extend(part.size, part.nodes)
        assert whole.root() == root_of(leaves[: start + size])
    one = Frontier()
    for leaf in leaves:
        one.append(leaf)
    assert (whole.size, whole.nodes) == (count, one.nodes)


def test_a_part_that_begins_elsewhere_has_no_place() -> None:
    leaves = [leaf_hash(bytes([n])) for n in range(4)]
    pair, one = Frontier(), Frontier()
    one.append(leaves[0])
    for leaf in leaves[:2]:
        pair.append(leaf)
    with pytest.raises(ValueError, match="begin"):
        one.extend(pair.size, pair.nodes)
    with pytest.raises(ValueError, match="frontier"):
        one.extend(3, pair.nodes[:1])
