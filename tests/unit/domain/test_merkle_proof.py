from __future__ import annotations

import pytest

from sync_service.domain.merkle import EMPTY_ROOT, leaf_hash, node_hash, root_of
from sync_service.domain.merkle_proof import (
    consistency_path,
    inclusion_path,
    inclusion_paths,
    proves_consistency,
    proves_inclusion,
)

LIMIT = 64
LEAVES = tuple(leaf_hash(bytes([n, n ^ 0x5A])) for n in range(LIMIT))
ROOTS = tuple(root_of(LEAVES[:n]) for n in range(LIMIT + 1))
VECTOR = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
VECTOR_LEAVES = tuple(leaf_hash(bytes.fromhex(text)) for text in VECTOR)


def spoilt(path: tuple[bytes, ...]) -> list[tuple[bytes, ...]]:
    """One bit flipped in each hash, one hash added at either end, removed, swapped with its neighbour."""
    other = bytes(32)
    out = [(*path[:i], bytes([h[0] ^ 1]) + h[1:], *path[i + 1 :]) for i, h in enumerate(path)]
    out += [path[:i] + path[i + 1 :] for i in range(len(path))]
    out += [(*path[:i], path[i + 1], path[i], *path[i + 2 :]) for i in range(len(path) - 1)]
    return [*out, (*path, other), (other, *path), (*path[:-1], path[-1][:-1]) if path else (b"",)]


def test_the_published_vectors_of_eight_leaves() -> None:
    root = bytes.fromhex("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")
    assert root_of(VECTOR_LEAVES) == root
    first = [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [h.hex() for h in inclusion_path(VECTOR_LEAVES, 0)] == first
    assert proves_inclusion(VECTOR_LEAVES[0], 0, 8, inclusion_path(VECTOR_LEAVES, 0), root)


def test_every_inclusion_up_to_64_leaves_and_no_spoilt_one() -> None:
    for size in range(1, LIMIT + 1):
        for index in range(size):
            path = inclusion_path(LEAVES[:size], index)
            assert proves_inclusion(LEAVES[index], index, size, path, ROOTS[size])
            assert not [p for p in spoilt(path) if proves_inclusion(LEAVES[index], index, size, p, ROOTS[size])]
            others = [
                i for i in range(size) if i != index and proves_inclusion(LEAVES[index], i, size, path, ROOTS[size])
            ]
            assert not others


def test_every_consistency_up_to_64_leaves_and_no_spoilt_one() -> None:
    for later in range(1, LIMIT + 1):
        for size in range(1, later + 1):
            path = consistency_path(LEAVES[:later], size)
            assert proves_consistency(size, ROOTS[size], later, ROOTS[later], path)
            assert not [p for p in spoilt(path) if proves_consistency(size, ROOTS[size], later, ROOTS[later], p)]
            assert not proves_consistency(size, ROOTS[size - 1], later, ROOTS[later], path)
            assert not proves_consistency(size, ROOTS[size], later, ROOTS[later - 1], path)


def test_a_path_for_another_size_proves_nothing() -> None:
    """A size is only worth the signed root that goes with it; a longer tree must use the whole path."""
    path = consistency_path(LEAVES[:5], 3)
    assert not [n for n in range(LIMIT + 1) if n != 5 and proves_consistency(3, ROOTS[3], n, ROOTS[n], path)]
    assert not [n for n in range(9, LIMIT + 1) if proves_consistency(3, ROOTS[3], n, ROOTS[5], path)]
    inclusion = inclusion_path(LEAVES[:6], 2)
    assert not [n for n in range(LIMIT + 1) if n != 6 and proves_inclusion(LEAVES[2], 2, n, inclusion, ROOTS[n])]


def test_a_node_cannot_be_passed_for_a_leaf() -> None:
    inner = node_hash(LEAVES[0], LEAVES[1])
    assert root_of([inner, node_hash(LEAVES[2], LEAVES[3])]) == ROOTS[4]
    assert leaf_hash(LEAVES[0] + LEAVES[1]) != inner


def test_the_empty_register_is_the_beginning_of_all() -> None:
    assert proves_consistency(0, EMPTY_ROOT, 7, ROOTS[7], ())
    assert proves_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, ())
    assert not proves_consistency(0, ROOTS[1], 7, ROOTS[7], ())
    assert not proves_consistency(0, EMPTY_ROOT, 7, ROOTS[7], (ROOTS[1],))


@pytest.mark.parametrize("index", [-1, 5, 64])
def test_there_is_no_path_from_a_leaf_that_is_not_there(index: int) -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        inclusion_path(LEAVES[:5], index)
    assert not proves_inclusion(LEAVES[0], index, 5, (), ROOTS[5])


@pytest.mark.parametrize("size", [-1, 0, 6])
def test_there_is_no_path_from_a_size_that_is_not_there(size: int) -> None:
    with pytest.raises(ValueError, match="no consistency"):
        consistency_path(LEAVES[:5], size)
    assert not proves_consistency(size, ROOTS[5], 5, ROOTS[5], ())


def test_paths_made_together_are_those_made_one_by_one() -> None:
    for size in range(LIMIT + 1):
        leaves = LEAVES[:size]
        assert inclusion_paths(leaves, range(size)) == tuple(inclusion_path(leaves, index) for index in range(size))
    assert inclusion_paths(LEAVES, ()) == ()
    with pytest.raises(ValueError, match="no such leaf"):
        inclusion_paths(LEAVES, (0, LIMIT))
