"""The walk of a verification: leaf, chain, tree and index columns of each event, recomputed from its bytes."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from typing import Any

from orjson import loads

from sync_service.adapters.ledger_sql.findings import Findings
from sync_service.domain.canonical import CanonicalError, canonical_bytes
from sync_service.domain.envelope import FIELDS, NO_LEAF, VERSION
from sync_service.domain.event_types import TYPES
from sync_service.domain.merkle import Frontier

Row = Sequence[Any]
"""One row of ``events`` as the driver gives it, columns in the table's order."""
_ENTRY = frozenset({"series", "commitment", "alg", "key_ref"})
_SORTED_ENTRY, _FIELDS = tuple(sorted(_ENTRY)), tuple(sorted(FIELDS))
"""Names in the order that they have in canonical bytes: comparing these is faster, and nearly always enough."""
_HEX64 = re.compile("[0-9a-f]{64}")
_KEY_TYPES = frozenset({"register.opened", "key.changed"})
_FRENCH = (
    (3, "id", "l’identifiant"), (5, "type", "le type"), (6, "subject", "le sujet"), (7, "promotion", "la promotion"),
    (8, "recorded_at", "le moment d’enregistrement"),
)  # fmt: skip


class Walk:
    """Reads events in order, from the first or from some line on; what it finds wrong goes to ``findings``.

    The reader of bytes is one that refuses more than the standard one, never less: NaN, half a character, a nesting
    without end. What both accept they read the same, a key said twice included: the last one counts.
    """

    def __init__(
        self, origin: str, marks: Collection[int], findings: Findings, *, strict: bool, first: int = 0
    ) -> None:
        """Expect the register of ``origin``, from line ``first`` on; keep the tree at each size of ``marks``."""
        self._origin, self._marks, self._findings, self._strict = origin, marks, findings, strict
        self.frontier = Frontier()
        """Tree over the lines that were read, as if they were alone."""
        self.at_marks: dict[int, tuple[bytes, ...]] = {}
        """Size of the register → nodes of the tree of this walk there."""
        self._first = self._next = first
        self._prev = NO_LEAF
        self._recorded_at = ""
        self.last_leaf: bytes | None = None
        self.announced: list[Any] = []
        """Verifier keys that these lines announce: that of the opening, those of the changes; the last one holds."""

    @property
    def size(self) -> int:
        """How many events were read."""
        return self.frontier.size

    def follow(self, content: Any) -> bool:
        """Take the line before the first as read; False when its moment cannot be told without those before it."""
        held = bytes_of(content)
        self._prev = sha256(b"\x00" + held).hexdigest()
        body = _envelope(held)
        if body is None:
            return False
        self._recorded_at = body["recorded_at"]
        return True

    def read(self, row: Row) -> dict[str, Any] | None:
        """Check one row; return its envelope, None when it cannot be read."""
        seq, content = row[0], row[1]
        if type(content) is not bytes:
            content = bytes_of(content)
        if seq != self._next:
            self._findings.add(f"Ligne {self._next} : absente ; la suivante est la ligne {seq}.")
        leaf = sha256(b"\x00" + content).digest()
        if leaf != row[2]:
            self._findings.add(f"Ligne {seq} : son empreinte n’est pas celle de son contenu.")
        body = _envelope(content)
        if body is None:
            self._findings.add(f"Ligne {seq} : son contenu n’est pas une enveloppe de format 1.")
        else:
            if self._strict:
                self._rewrite(content, body, seq)
            self._check(row, body)
        self.frontier.append(leaf)
        self.last_leaf, self._prev, self._next = leaf, leaf.hex(), seq + 1
        if self._marks and self._first + self.size in self._marks:
            self.at_marks[self._first + self.size] = self.frontier.nodes
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

    def _check(self, row: Row, body: dict[str, Any]) -> None:
        seq, recorded = row[0], body["recorded_at"]
        if body["prev"] != self._prev:
            self._findings.add(f"Ligne {seq} : elle ne suit pas la ligne qui la précède.")
        if body["seq"] != seq or body["register"] != self._origin:
            self._findings.add(f"Ligne {seq} : son contenu dit une autre place ou un autre registre.")
        _, _, _, identifier, idem, kind, subject, promotion, moment = row
        if (
            body["id"] != identifier or body["idem"] != bytes_of(idem).hex() or body["type"] != kind
            or body["subject"] != subject or body["promotion"] != promotion or recorded != moment
        ):  # fmt: skip
            self._compare(row, body)
        if recorded < self._recorded_at:
            self._findings.add(f"Ligne {seq} : enregistrée avant la ligne qui la précède.")
        self._recorded_at = recorded
        if body["type"] in _KEY_TYPES and "signing_key" in body["data"]:
            self.announced.append(body["data"]["signing_key"])

    def _compare(self, row: Row, body: dict[str, Any]) -> None:
        if body["idem"] != bytes_of(row[4]).hex():
            self._findings.add(f"Ligne {row[0]} : l’index dit un autre « idem » que son contenu.")
        for place, name, french in _FRENCH:
            if body[name] != row[place]:
                self._findings.add(f"Ligne {row[0]} : l’index ne dit pas {french} de son contenu.")


def bytes_of(value: Any) -> bytes:
    """Return what a column of bytes holds; the owner of a machine can put a text or a number there."""
    if type(value) is bytes:
        return value
    if isinstance(value, bytearray | memoryview):
        return bytes(value)
    return str(value).encode("utf-8", "surrogatepass")


def _envelope(content: bytes) -> dict[str, Any] | None:
    """Return the envelope that some bytes are, None when they are not one whose parts can be looked into."""
    try:
        body = loads(content)
    except ValueError:
        return None
    if (
        type(body) is dict
        and (tuple(body) == _FIELDS or body.keys() == FIELDS)
        and body["v"] == VERSION
        and _is_shaped(body)
    ):
        return body
    return None


def _is_shaped(body: Mapping[str, Any]) -> bool:
    """Tell whether what the rest of the verification looks into has the types that it needs."""
    vault = body["vault"]
    return (
        type(body["v"]) is int and type(body["seq"]) is int and type(body["id"]) is str and type(body["idem"]) is str and type(body["type"]) is str
        and type(body["subject"]) is str and type(body["recorded_at"]) is str and type(body["data"]) is dict
        and type(vault) is list and (not vault or all(map(_is_entry, vault)))
    )  # fmt: skip


def _is_entry(entry: Any) -> bool:
    if type(entry) is not dict or (tuple(entry) != _SORTED_ENTRY and entry.keys() != _ENTRY):
        return False
    texts = type(entry["series"]) is str and type(entry["alg"]) is str and type(entry["key_ref"]) is str
    return texts and type(entry["commitment"]) is str and _HEX64.fullmatch(entry["commitment"]) is not None
