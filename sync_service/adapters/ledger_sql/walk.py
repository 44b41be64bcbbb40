"""The walk of a verification: leaf, chain, tree and index columns of each event, recomputed from its bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from hashlib import sha256
from typing import Any

from sync_service.adapters.ledger_sql.findings import Findings
from sync_service.domain.canonical import CanonicalError, canonical_bytes
from sync_service.domain.envelope import FIELDS, NO_LEAF, VERSION
from sync_service.domain.event_types import TYPES
from sync_service.domain.merkle import Frontier

_decode = json.JSONDecoder().decode
_ENTRY = frozenset({"series", "commitment", "alg", "key_ref"})
_HEX64 = re.compile("[0-9a-f]{64}")
_KEY_TYPES = frozenset({"register.opened", "key.changed"})
_FRENCH = {
    "id": "l’identifiant", "type": "le type", "subject": "le sujet", "promotion": "la promotion",
    "recorded_at": "le moment d’enregistrement",
}  # fmt: skip


class Walk:
    """Reads the events in order; what it finds wrong goes to ``findings``."""

    def __init__(
        self, origin: str, marks: Mapping[int, AbstractSet[bytes]], findings: Findings, *, strict: bool
    ) -> None:
        """Expect the register of ``origin``, and at each size of ``marks`` the roots that checkpoints announce."""
        self._origin, self._marks, self._findings, self._strict = origin, marks, findings, strict
        self._frontier = Frontier()
        self._prev = NO_LEAF
        self._next = 0
        self._recorded_at = ""
        self.last_leaf: bytes | None = None
        self.signing_key: str | None = None
        """Verifier key that the register announces: that of its opening, or of the last change."""

    @property
    def size(self) -> int:
        """How many events were read."""
        return self._frontier.size

    @property
    def root(self) -> bytes:
        """Root over the leaves that were read."""
        return self._frontier.root()

    def read(self, row: Any) -> dict[str, Any] | None:
        """Check one row, columns in the table's order; return its envelope, None when it cannot be read."""
        seq, content, kept = row[0], bytes(row[1]), bytes(row[2])
        if seq != self._next:
            self._findings.add(f"Ligne {self._next} : absente ; la suivante est la ligne {seq}.")
        leaf = sha256(b"\x00" + content).digest()
        if leaf != kept:
            self._findings.add(f"Ligne {seq} : son empreinte n’est pas celle de son contenu.")
        body = self._parse(content, seq)
        if body is not None:
            self._check(row, body)
        self._frontier.append(leaf)
        self.last_leaf, self._prev, self._next = leaf, leaf.hex(), seq + 1
        if self._marks and self.size in self._marks and self._marks[self.size] != {self._frontier.root()}:
            self._findings.add(f"Le registre diverge du scellé de taille {self.size}.")
        return body

    def _parse(self, content: bytes, seq: int) -> dict[str, Any] | None:
        try:
            body = _decode(content.decode())
        except ValueError:
            body = None
        if not isinstance(body, dict) or body.keys() != FIELDS or body["v"] != VERSION or not _is_shaped(body):
            self._findings.add(f"Ligne {seq} : son contenu n’est pas une enveloppe de format 1.")
            return None
        if self._strict:
            self._rewrite(content, body, seq)
        return body

    def _rewrite(self, content: bytes, body: dict[str, Any], seq: int) -> None:
        try:
            same = canonical_bytes(body) == content
        except CanonicalError:
            same = False
        if not same:
            self._findings.add(f"Ligne {seq} : son contenu n’est pas sous forme canonique.")
        if body["type"] not in TYPES:
            self._findings.add(f"Ligne {seq} : le type « {body['type']} » n’existe pas dans cette version.")

    def _check(self, row: Any, body: dict[str, Any]) -> None:
        seq, recorded = row[0], body["recorded_at"]
        if body["prev"] != self._prev:
            self._findings.add(f"Ligne {seq} : elle ne suit pas la ligne qui la précède.")
        if body["seq"] != seq or body["register"] != self._origin:
            self._findings.add(f"Ligne {seq} : son contenu dit une autre place ou un autre registre.")
        if _indexed(body) != (row[3], bytes(row[4]).hex(), *row[5:9]):
            self._compare(row, body)
        if str(recorded) < self._recorded_at:
            self._findings.add(f"Ligne {seq} : enregistrée avant la ligne qui la précède.")
        self._recorded_at = str(recorded)
        if body["type"] in _KEY_TYPES:
            self.signing_key = body["data"].get("signing_key", self.signing_key)

    def _compare(self, row: Any, body: dict[str, Any]) -> None:
        if body["idem"] != bytes(row.idem).hex():
            self._findings.add(f"Ligne {row.seq} : l’index dit un autre « idem » que son contenu.")
        for name, french in _FRENCH.items():
            if body[name] != getattr(row, name):
                self._findings.add(f"Ligne {row.seq} : l’index ne dit pas {french} de son contenu.")


def _is_shaped(body: Mapping[str, Any]) -> bool:
    """Tell whether what the rest of the verification looks into has the types that it needs."""
    vault = body["vault"]
    texts = all(type(body[name]) is str for name in ("id", "idem", "type", "subject", "recorded_at"))
    return texts and type(body["data"]) is dict and type(vault) is list and all(map(_is_entry, vault))


def _is_entry(entry: Any) -> bool:
    if not isinstance(entry, dict) or entry.keys() != _ENTRY:
        return False
    texts = all(type(value) is str for value in entry.values())
    return texts and _HEX64.fullmatch(entry["commitment"]) is not None


def _indexed(body: Mapping[str, Any]) -> tuple[Any, ...]:
    return (body["id"], body["idem"], body["type"], body["subject"], body["promotion"], body["recorded_at"])
