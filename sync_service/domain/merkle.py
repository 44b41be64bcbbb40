"""The Merkle tree of RFC 6962 over the leaves of the register, kept as a frontier of O(log n) hashes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()
"""Root of a tree without leaves."""


def leaf_hash(content: bytes) -> bytes:
    """Return SHA-256(0x00 ‖ content)."""
    return sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The roots of the perfect subtrees that ``size`` leaves make, largest first; enough to go on and to give the root."""

    __slots__ = ("_nodes", "_size")

    def __init__(self, size: int = 0, nodes: Sequence[bytes] = ()) -> None:
        """Resume from a kept frontier. Raises ValueError when it has not one node for each bit set in ``size``."""
        if size < 0 or len(nodes) != size.bit_count() or any(len(node) != 32 for node in nodes):
            raise ValueError("not a frontier")
        self._size = size
        self._nodes = list(nodes)

    @property
    def size(self) -> int:
        """How many leaves it covers."""
        return self._size

    @property
    def nodes(self) -> tuple[bytes, ...]:
        """The roots of its perfect subtrees, largest first."""
        return tuple(self._nodes)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash: O(1) on average, O(log n) at worst."""
        node, size, nodes = leaf, self._size, self._nodes
        while size & 1:
            node = sha256(b"\x01" + nodes.pop() + node).digest()
            size >>= 1
        nodes.append(node)
        self._size += 1

    def extend(self, size: int, nodes: Sequence[bytes]) -> None:
        """Add the leaves that another frontier covers, without reading them again.

        Raises:
            ValueError: it is not a frontier, or its largest subtree would not begin where a subtree of that size does.
        """
        other = Frontier(size, nodes)
        if size and self._size % (1 << size.bit_length() - 1):
            raise ValueError("these subtrees do not begin where subtrees of their size do")
        left = size
        for node in other._nodes:
            level = left.bit_length() - 1
            self._append_subtree(node, level)
            left -= 1 << level

    def _append_subtree(self, node: bytes, level: int) -> None:
        above = self._size >> level
        while above & 1:
            node = node_hash(self._nodes.pop(), node)
            above >>= 1
        self._nodes.append(node)
        self._size += 1 << level

    def root(self) -> bytes:
        """Return the root of the tree as it stands."""
        if not self._nodes:
            return EMPTY_ROOT
        root = self._nodes[-1]
        for node in reversed(self._nodes[:-1]):
            root = node_hash(node, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the RFC 6962 root of leaf hashes, read once."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()
