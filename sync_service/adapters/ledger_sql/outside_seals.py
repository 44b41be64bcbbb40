"""The checkpoints kept elsewhere, read back from their folder (ledger-format.md §6)."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import count
from pathlib import Path
from stat import S_ISREG

from sync_service.domain import checkpoint as c2sp
from sync_service.domain.checkpoint import SignedCheckpoint
from sync_service.errors import StoreError

SUFFIX = ".checkpoint"
_LARGEST = 64 * 1024
"""Bytes of the largest file that is read as a checkpoint: one has a few hundred."""


class SealWatch:
    """The newest checkpoint kept elsewhere, as long as its folder does not change."""

    def __init__(self, folder: Path) -> None:
        """Watch a folder, which may not be there."""
        self._folder = folder
        self._seen = 0
        self._newest: SignedCheckpoint | None = None

    def newest(self, origin: str) -> SignedCheckpoint | None:
        """Return the longest one that can be read; None when the folder is not there, or holds none of this register."""
        try:
            changed = self._folder.stat().st_mtime_ns
            if changed != self._seen:
                self._newest, self._seen = newest_outside(self._folder, origin, unread=[]), changed
        except (OSError, StoreError):
            return None
        return self._newest


def newest_outside(place: Path, origin: str, unread: list[str] | None = None) -> SignedCheckpoint | None:
    """Return the longest checkpoint of this origin in a folder, or the one in a file; None when there is none.

    Raises:
        StoreError: as ``outside_seals``.
    """
    return next(outside_seals(place, origin, unread), None)


def outside_seals(place: Path, origin: str, unread: list[str] | None = None) -> Iterator[SignedCheckpoint]:
    """Yield the checkpoints of this origin in a folder, the longest first, or the one in a file, whatever its origin.

    What a file says counts, not its name: someone may have named it otherwise. ``unread`` takes a sentence for each file
    of the folder that cannot be read, and the others are read all the same.

    Raises:
        StoreError: the place is missing, or a checkpoint cannot be read and nothing takes that sentence.
    """
    if not place.exists():
        raise StoreError(
            f"Les scellés sont introuvables : {place} n’existe pas. Montez ce dossier ou corrigez le chemin."
        )
    if not place.is_dir():
        yield read_checkpoint(place)
        return
    for found in _longest_first(place, unread):
        if found.checkpoint.origin == origin:
            yield found


def _longest_first(folder: Path, unread: list[str] | None) -> Iterator[SignedCheckpoint]:
    """Yield what a folder holds, reading as few files as its order needs: those written here are named by their size."""
    paths = folder.glob(f"*{SUFFIX}")
    named = sorted(((_size_named(path), path) for path in paths), key=lambda item: item[0], reverse=True)
    waiting: list[tuple[int, int, SignedCheckpoint]] = []
    rank = count()
    for bound, path in named:
        while waiting and -waiting[0][0] > bound:
            yield heappop(waiting)[2]
        try:
            found = read_checkpoint(path)
        except StoreError as error:
            if unread is None:
                raise
            unread.append(error.sentence)
            continue
        heappush(waiting, (-found.checkpoint.size, next(rank), found))
    while waiting:
        yield heappop(waiting)[2]


def _size_named(path: Path) -> float:
    """Return the size that the name of a checkpoint announces; one named by a person may have any."""
    return int(path.stem) if path.stem.isascii() and path.stem.isdecimal() else float("inf")


def read_checkpoint(path: Path) -> SignedCheckpoint:
    """Read one checkpoint file. Raises StoreError for what is not one: a pipe, a device, a file without end included."""
    try:
        if _is_small_file(path):
            return c2sp.parse_note(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        pass
    raise StoreError(f"Le fichier {path} n’est pas un scellé lisible : reprenez-en une copie.")


def _is_small_file(path: Path) -> bool:
    state = path.stat()
    return S_ISREG(state.st_mode) and state.st_size <= _LARGEST
