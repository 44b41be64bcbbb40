"""Checkpoints in a verification: all that are kept elsewhere, and those of the base, against the lines (ledger-format.md §6).

Each checkpoint kept elsewhere counts, not the longest alone: who writes a register again can sign a longer one, and
cannot take back those that others keep.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, select

from sync_service.adapters.ledger_sql.checkpoints import frontier_of
from sync_service.adapters.ledger_sql.findings import Findings
from sync_service.adapters.ledger_sql.guarding import lost_at
from sync_service.adapters.ledger_sql.opening import Stores
from sync_service.adapters.ledger_sql.outside_seals import outside_seals
from sync_service.adapters.ledger_sql.register import Register
from sync_service.adapters.ledger_sql.seals import announced_keys, note_of, signer_of
from sync_service.adapters.ledger_sql.tables import checkpoints
from sync_service.adapters.ledger_sql.verify_parts import Walked
from sync_service.domain import french
from sync_service.domain.checkpoint import SignedCheckpoint
from sync_service.domain.merkle import Frontier
from sync_service.errors import StoreError

Marks = dict[int, set[bytes]]
"""Size → roots that checkpoints announce for it."""
_NAMED = 3
"""Diverging checkpoints that are named one by one: the first ones say where the fault is."""


@dataclass(slots=True)
class Outside:
    """What is kept elsewhere: roots to compare, the longest of them, what explains one that goes further."""

    marks: Marks = field(default_factory=dict)
    longest: SignedCheckpoint | None = None
    explained: str = ""
    empty: bool = True
    """Whether no checkpoint was met, not even one that says nothing of the present register."""

    @property
    def size(self) -> int:
        """Lines that the longest one covers, 0 when there is none."""
        return self.longest.checkpoint.size if self.longest is not None else 0

    def take(self, seal: SignedCheckpoint) -> None:
        """Compare one more; the first is the longest."""
        self.marks.setdefault(seal.checkpoint.size, set()).add(seal.checkpoint.root)
        self.longest = self.longest or seal


def outside_of(stores: Stores, against: Path | None, findings: Findings) -> Outside:
    """Read the checkpoints of a folder or a file, the configured folder when None; what is wrong with one is a finding."""
    place, found, unread = against or stores.checkpoints_dir, Outside(), list[str]()
    if place is None:
        return found
    unsigned: list[int] = []
    try:
        with stores.register.database.reading() as connection:
            keys = (*announced_keys(connection), stores.register.public_key)
            for seal in outside_seals(place, stores.origin, unread):
                found.empty = False
                if seal.checkpoint.origin != stores.origin:
                    findings.add(
                        f"Le scellé donné est celui d’un autre registre, « {seal.checkpoint.origin} ».", grave=False
                    )
                elif signer_of(seal, stores.origin, keys) is None:
                    unsigned.append(seal.checkpoint.size)
                    found.take(seal)  # perhaps it is the register that is not the one
                else:
                    _take(connection, seal, found, findings)
    except StoreError as error:
        unread.append(error.sentence)
    for size in unsigned[:_NAMED]:
        findings.add(f"Le scellé extérieur de taille {size} n’est pas signé par une clé de ce registre.")
    if more := unsigned[_NAMED:]:
        others = french.count(len(more), "autre scellé extérieur ne l’est", "autres scellés extérieurs ne le sont")
        findings.add(f"{others} pas non plus.")
    for sentence in unread:
        findings.add(sentence, grave=False)
    if against is None and not unread and found.empty and _signed_before(stores):
        findings.add(
            f"Le dossier des scellés {place} est vide, alors que ce registre a déjà été scellé : remontez-le ou recopiez-y "
            "les scellés ; s’il est neuf, lancez « cyclesync ledger checkpoint ».",
            grave=False,
        )
    return found


def _signed_before(stores: Stores) -> bool:
    with stores.register.database.reading() as connection:
        return connection.execute(select(checkpoints.c.size).limit(1)).first() is not None


def _take(connection: Connection, seal: SignedCheckpoint, found: Outside, findings: Findings) -> None:
    """Compare one, or say why it says nothing of the present register."""
    size, loss = seal.checkpoint.size, lost_at(connection, seal)
    if loss is None:
        found.take(seal)
    elif loss.restored:
        found.explained = found.explained or loss.sentence(size)
    else:
        findings.add(
            f"Le scellé extérieur de taille {size} couvre des lignes perdues quand le service a continué sans sauvegarde, "
            f"comme l’inscrit la ligne {loss.line} : il ne dit plus rien du registre présent.",
            grave=False,
        )


def marks_of(connection: Connection, register: Register, outside: Outside, findings: Findings) -> Marks:
    """Return what checkpoints announce: those kept elsewhere, and those of the base, each of which is checked."""
    marks = {size: set(roots) for size, roots in outside.marks.items()}
    keys = announced_keys(connection)
    for size, note, nodes in connection.execute(select(checkpoints.c.size, checkpoints.c.note, checkpoints.c.nodes)):
        try:
            found = note_of(note)
        except ValueError:
            findings.add(f"Le scellé de taille {size} gardé dans la base est illisible.")
            continue
        if found.checkpoint.size != size or signer_of(found, register.origin, keys) is None:
            findings.add(f"Le scellé de taille {size} gardé dans la base n’est pas signé par une clé de ce registre.")
        if not _leads_to(size, nodes, found):
            findings.add(f"Le scellé de taille {size} gardé dans la base : ce qui sert à le prolonger a été changé.")
        marks.setdefault(found.checkpoint.size, set()).add(found.checkpoint.root)
    return marks


def _leads_to(size: int, nodes: str, found: SignedCheckpoint) -> bool:
    try:
        return frontier_of(size, nodes).root() == found.checkpoint.root
    except ValueError:
        return False


def check_marks(walk: Walked, marks: Marks, findings: Findings) -> None:
    """Compare the tree at each size; the first that diverge are named, the others counted."""
    wrong = sorted(size for size, nodes in walk.at_marks.items() if marks[size] != {Frontier(size, nodes).root()})
    for size in wrong[:_NAMED]:
        findings.add(f"Le registre diverge du scellé de taille {size}.")
    if more := wrong[_NAMED:]:
        others = french.count(len(more), "autre scellé", "autres scellés")
        findings.add(f"Le registre diverge de {others}, jusqu’à celui de taille {more[-1]}.")
