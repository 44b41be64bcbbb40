"""Proofs of RFC 6962 (§2.1.1, §2.1.2), verified as RFC 9162 §2.1.3 says: one line is in, one register prolongs another."""

from __future__ import annotations

from collections.abc import Sequence

from sync_service.domain.merkle import EMPTY_ROOT, Frontier, node_hash

HASH = 32
"""Bytes of one hash."""


def inclusion_path(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return the hashes that lead from leaf ``index`` to the root of ``leaves``, nearest first. Raises ValueError."""
    if not 0 <= index < len(leaves):
        raise ValueError("no such leaf in a tree of this size")
    path: list[bytes] = []
    start, end = 0, len(leaves)
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_root(leaves, middle, end))
            end = middle
        else:
            path.append(_root(leaves, start, middle))
            start = middle
    return tuple(reversed(path))


def inclusion_paths(leaves: Sequence[bytes], indexes: Sequence[int]) -> tuple[tuple[bytes, ...], ...]:
    """Return the path of each of some leaves, the tree being hashed once for all of them. Raises ValueError."""
    if not all(0 <= index < len(leaves) for index in indexes):
        raise ValueError("no such leaf in a tree of this size")
    levels = [leaves] if indexes else []
    while levels and len(levels[-1]) > 1:
        below = levels[-1]
        above = [node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)]
        levels.append(above if len(below) % 2 == 0 else [*above, below[-1]])
    return tuple(_siblings(levels, index) for index in indexes)


def _siblings(levels: Sequence[Sequence[bytes]], index: int) -> tuple[bytes, ...]:
    found = []
    for level in levels:
        sibling = index ^ 1
        if sibling < len(level):
            found.append(level[sibling])
        index >>= 1
    return tuple(found)


def consistency_path(leaves: Sequence[bytes], size: int) -> tuple[bytes, ...]:
    """Return the hashes that show that the first ``size`` leaves were not touched. Raises ValueError."""
    if not 0 < size <= len(leaves):
        raise ValueError("no consistency can be shown from this size")
    path: list[bytes] = []
    start, end, whole = 0, len(leaves), True
    while size < end:
        middle = start + _split(end - start)
        if size <= middle:
            path.append(_root(leaves, middle, end))
            end = middle
        else:
            path.append(_root(leaves, start, middle))
            start, whole = middle, False
    if not whole:
        path.append(_root(leaves, start, end))
    return tuple(reversed(path))


def proves_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Tell whether ``path`` leads from this leaf at ``index`` to ``root``, the root of ``size`` leaves."""
    if not 0 <= index < size or not _hashes((leaf, root, *path)):
        return False
    place, last, found = index, size - 1, leaf
    for node in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(node, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, node)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def proves_consistency(size: int, root: bytes, later_size: int, later_root: bytes, path: Sequence[bytes]) -> bool:
    """Tell whether the register of ``later_size`` lines begins with the ``size`` lines that ``root`` covers.

    An empty register is a beginning of every other: only its root is looked at, as no path can be given for it.
    """
    if not 0 <= size <= later_size or not _hashes((root, later_root, *path)):
        return False
    if size == 0:
        return root == EMPTY_ROOT and not path and (later_size > 0 or later_root == EMPTY_ROOT)
    if size == later_size:
        return root == later_root and not path
    nodes = [root, *path] if size.bit_count() == 1 else list(path)
    return bool(nodes) and _roots(size, later_size, nodes) == (root, later_root)


def _roots(size: int, later_size: int, nodes: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Return both roots that a consistency path gives, None when it is too short or too long."""
    place, last = size - 1, later_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            old, new = node_hash(node, old), node_hash(node, new)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, node)
        place, last = place >> 1, last >> 1
    return (old, new) if last == 0 else None


def _split(length: int) -> int:
    """Return the largest power of two below ``length``."""
    return 1 << (length - 1).bit_length() - 1


def _root(leaves: Sequence[bytes], start: int, end: int) -> bytes:
    frontier = Frontier()
    for place in range(start, end):
        frontier.append(leaves[place])
    return frontier.root()


def _hashes(values: Sequence[bytes]) -> bool:
    return all(len(value) == HASH for value in values)
