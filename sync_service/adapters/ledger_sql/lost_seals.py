"""Seals of lines that a restoration loses: compared with a longer copy of the register, where one is left.

A backup says nothing of the lines written after it. The register that was set aside, or a later backup beside it, may
still have them: such a copy is believed as far as a signed seal confirms its root, and no further.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from sync_service.adapters.ledger_sql.backups import DATABASE, MANIFEST, Manifest
from sync_service.adapters.ledger_sql.copying import readable_copy
from sync_service.adapters.ledger_sql.tables import events
from sync_service.domain.checkpoint import Checkpoint
from sync_service.domain.merkle import Frontier
from sync_service.errors import IntegrityError, LedgerError, StoreError


@dataclass(frozen=True, slots=True)
class LostSeals:
    """Sizes of the seals that go further than a backup, by what could be said of their roots."""

    compared: tuple[int, ...] = ()
    """The lines that are left elsewhere have that root."""
    uncompared: tuple[int, ...] = ()
    """Nothing that is left has the lines; the longest, which the restoration names with its root, is not among them."""
    contradicted: tuple[int, ...] = ()
    """Another root was signed for the same lines: the register was rewritten between two seals."""


def compare_lost(kept: Iterable[Checkpoint], manifest: Manifest, copies: Iterable[str]) -> LostSeals:
    """Compare the seals longer than a backup with what ``copies``, databases, still have of the lines they cover.

    Raises:
        IntegrityError: the lines that a seal signed do not begin with those of the backup.
    """
    lost = [seal for seal in kept if seal.size > manifest.size]
    signed: dict[int, set[bytes]] = {}
    for seal in lost:
        signed.setdefault(seal.size, set()).add(seal.root)
    wrong = {size for size, roots in signed.items() if len(roots) > 1}
    right: set[int] = set()
    longest = max(signed, default=0)
    if len(signed) > 1 or wrong:
        for url in copies:
            roots = _roots(url, {manifest.size, *signed})
            confirmed = max((size for size in signed if roots.get(size) in signed[size]), default=0)
            _check_beginning(manifest, roots, confirmed)
            covered = {size for size in signed if size <= confirmed}
            wrong |= {size for size in covered if signed[size] != {roots[size]}}
            right |= covered - wrong
            if confirmed == longest:
                break
    unsure = set(signed) - right - wrong - {longest}
    return LostSeals(*(tuple(sorted(sizes)) for sizes in (right - wrong, unsure, wrong)))


def _check_beginning(manifest: Manifest, roots: Mapping[int, bytes], confirmed: int) -> None:
    if confirmed and roots[manifest.size].hex() != manifest.root:
        sentence = f"Cette sauvegarde contredit le scellé de taille {confirmed} gardé ailleurs : prenez-en une autre."
        raise IntegrityError(sentence, [sentence])


def _roots(url: str, sizes: Iterable[int]) -> dict[int, bytes]:
    """Return the roots of a copy at these sizes, as far as its lines follow each other; none of one that cannot be read."""
    wanted, frontier, found = frozenset(sizes), Frontier(), dict[int, bytes]()
    try:
        with readable_copy(url) as database, database.reading() as connection:
            query = select(events.c.seq, events.c.leaf).order_by(events.c.seq)
            with closing(connection.execute(query.execution_options(yield_per=5000))) as rows:
                for seq, leaf in rows:
                    if seq != frontier.size:
                        break
                    frontier.append(bytes(leaf))
                    if frontier.size in wanted:
                        found[frontier.size] = frontier.root()
    except (StoreError, LedgerError, OSError):
        return {}
    return found


def copies_of(folder: Path, manifest: Manifest, previous: str) -> Sequence[str]:
    """Return the databases that may have the lines that a backup has not: the one set aside, the later backups beside it."""
    return [*filter(None, [previous]), *_later(folder.resolve(), manifest)]


def _later(folder: Path, manifest: Manifest) -> Iterator[str]:
    for path in sorted(folder.parent.glob(f"*/{MANIFEST}"), reverse=True):
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            later = raw["installation"] == manifest.installation and int(raw["size"]) > manifest.size
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if later and path.parent != folder:
            yield f"sqlite:///{path.parent / DATABASE}"
