"""What follows from the lines, in a verification: last state of each source, numbers that lead to a person (§3, §4).

No line says these wrong: someone who changes them makes a change of Moodle be lost or recorded twice, or an act go to
another person. They are counted again from the lines and their payloads, and compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from sync_service.adapters.ledger_sql.destroying import said_in
from sync_service.adapters.ledger_sql.findings import Findings
from sync_service.adapters.ledger_sql.heads import SourceHead, all_heads
from sync_service.adapters.ledger_sql.rebuild import Derived
from sync_service.adapters.ledger_sql.register import Register
from sync_service.adapters.ledger_sql.tables import vault_index
from sync_service.adapters.vault.blind_index import IndexEntry
from sync_service.domain import french
from sync_service.domain.facts import ReadMark

LINES = 50_000
"""Lines up to which this is done at each verification: two to three seconds; beyond, with ``--strict``."""
CURE = "« cyclesync ledger rebuild » les refait d’après les lignes"


@dataclass(slots=True)
class _Index:
    """Which number leads to whom, as the register’s own table would say."""

    holders: dict[tuple[str, bytes], tuple[str, str]] = field(default_factory=dict)
    _former: dict[tuple[str, str, str], bytes] = field(default_factory=dict)

    def take(self, entry: IndexEntry) -> None:
        """Make a value lead to a subject, in place of that subject’s former value."""
        place = (entry.subject, entry.kind, entry.scope)
        if (former := self._former.get(place)) is not None:
            self.holders.pop((entry.kind, former), None)
        self._former[place] = entry.digest
        self.holders[entry.kind, entry.digest] = (entry.scope, entry.subject)


def check_derived(connection: Connection, register: Register, findings: Findings, now: datetime | None) -> None:
    """Compare heads and index with those that the events of a sound register give; ``now`` bounds the dates of reads.

    Raises:
        IntegrityError: an event does not follow the one before, or a payload is not the one that was committed to.
    """
    index = _Index()
    told = Derived(connection, register, index.take)
    told.read_all()
    forgotten = {subject for subject, _ in said_in(connection)}
    kept = {head.key.text(): head for head in all_heads(connection)}
    _compare_heads(kept, told.heads, forgotten, findings)
    _compare_index(connection, index, findings)
    if now is not None:
        _check_future(kept, max(now, told.tree.recorded_at or now), findings)


def _compare_heads(
    kept: Mapping[str, SourceHead], wanted: Mapping[str, SourceHead], forgotten: set[str], findings: Findings
) -> None:
    wrong = [text for text, head in wanted.items() if not _same(kept.get(text), head, forgotten)]
    wrong += [text for text in kept if text not in wanted]
    if wrong:
        states = french.count(len(wrong), "relevé ou acte", "relevés ou actes")
        findings.add(
            f"Le dernier état gardé de {states} n’est pas celui que disent les lignes : un changement pourrait être perdu, ou "
            f"enregistré deux fois ; {CURE}."
        )


def _same(kept: SourceHead | None, wanted: SourceHead, forgotten: set[str]) -> bool:
    """Tell whether a head is the one of the events. Its mark is not compared: each read of the same state moves it.

    It does not only move on: between two epochs the moment decides, and a clock that was ahead may have been put right.
    """
    if kept is None or (kept.key, kept.n, kept.event_id) != (wanted.key, wanted.n, wanted.event_id):
        return False
    if wanted.digest is None or (kept.digest is None and wanted.key.subject in forgotten):
        return True
    return kept.digest == wanted.digest


def _compare_index(connection: Connection, index: _Index, findings: Findings) -> None:
    table = vault_index.c
    query = select(table.kind, table.digest, table.scope, table.subject)
    kept = {(kind, bytes(digest)): (scope, subject) for kind, digest, scope, subject in connection.execute(query)}
    wrong = [place for place in kept.keys() | index.holders.keys() if kept.get(place) != index.holders.get(place)]
    if wrong:
        numbers = french.count(
            len(wrong), "matricule ou compte Moodle ne mène", "matricules ou comptes Moodle ne mènent"
        )
        findings.add(
            f"{numbers} pas à la personne que disent les lignes : un enregistrement pourrait aller à une autre ; {CURE}."
        )


def _check_future(kept: Mapping[str, SourceHead], now: datetime, findings: Findings) -> None:
    """Find reads dated after now, and after the last line: whatever is read until then would be dropped as older."""
    late = now + timedelta(days=1)
    wrong = [head for head in kept.values() if head.mark is not None and _after(head.mark, late)]
    if wrong:
        states = french.count(len(wrong), "relevé est daté", "relevés sont datés")
        findings.add(f"{states} de l’avenir : ce que Moodle montrera d’ici là serait ignoré ; {CURE}.")


def _after(mark: ReadMark, late: datetime) -> bool:
    return mark.at > late or (mark.epoch == "" and mark.seq > late.timestamp() * 1000)
