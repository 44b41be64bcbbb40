"""Checkpoints of the register: the text that is signed and kept elsewhere (ledger-format.md §6; C2SP tlog-checkpoint)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from sync_service.domain.event import Event

CERTIFICATE_TYPES = (
    "certificate.number_reserved",
    "certificate.number_spoiled",
    "certificate.signed",
    "certificate.issued",
    "register.restored",
)
"""Types that tell a number that is used up: a number never serves twice, not even after a restore."""
NO_CERTIFICATE = "none"
_EXTENSION = "certificate "
_ALGORITHM = b"\x01"  # Ed25519 in the registry of C2SP signed-note
_SIGNATURE = "\N{EM DASH} "


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint says: how long the register was, its root, the highest certificate number used so far."""

    origin: str
    size: int
    root: bytes
    certificate: str | None = None

    def body(self) -> str:
        """Return the lines that are signed."""
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\n{_EXTENSION}{self.certificate or NO_CERTIFICATE}\n"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of a note: name of the key, its 4-byte hash, the signature itself."""

    name: str
    key_hash: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint, the exact bytes that were signed, and the signatures found under them."""

    checkpoint: Checkpoint
    signed: bytes
    signatures: tuple[Signature, ...]


def key_hash(name: str, public: bytes) -> bytes:
    """Return the 4 bytes that name an Ed25519 key in a signed note."""
    return sha256(name.encode() + b"\n" + _ALGORITHM + public).digest()[:4]


def verifier_key(name: str, public: bytes) -> str:
    """Write a public key as other tools read it: name + hash + base64."""
    return f"{name}+{key_hash(name, public).hex()}+{base64.b64encode(_ALGORITHM + public).decode()}"


def public_key_of(verifier: str) -> bytes:
    """Return the 32 bytes of the key that a verifier key names. Raises ValueError when it is not one."""
    name, _, rest = verifier.partition("+")
    digest, _, text = rest.partition("+")
    content = _bytes(text, 33)
    if content[:1] != _ALGORITHM or digest != key_hash(name, content[1:]).hex():
        raise ValueError("not a verifier key of Ed25519")
    return content[1:]


def note(checkpoint: Checkpoint, public: bytes, signature: bytes) -> str:
    """Join the lines that were signed and the signature line, whose key is named by the origin."""
    line = base64.b64encode(key_hash(checkpoint.origin, public) + signature).decode()
    return f"{checkpoint.body()}\n{_SIGNATURE}{checkpoint.origin} {line}\n"


def written(found: SignedCheckpoint) -> str:
    """Write a checkpoint that was read as it was."""
    lines = (
        f"{_SIGNATURE}{item.name} {base64.b64encode(item.key_hash + item.value).decode()}\n"
        for item in found.signatures
    )
    return f"{found.signed.decode()}\n{''.join(lines)}"


def parse_note(text: str) -> SignedCheckpoint:
    """Read a checkpoint back. Raises ValueError when it is not one."""
    body, separator, tail = text.rpartition("\n\n")
    lines = body.split("\n")
    if not separator or len(lines) != 4 or not lines[3].startswith(_EXTENSION):
        raise ValueError("not a checkpoint: four lines, an empty one and a signature are expected")
    origin, size, root, extension = lines
    if not origin or re.fullmatch(r"0|[1-9][0-9]{0,18}", size) is None:
        raise ValueError("not a checkpoint: its origin or its size cannot be read")
    certificate = extension.removeprefix(_EXTENSION)
    checkpoint = Checkpoint(origin, int(size), _bytes(root, 32), None if certificate == NO_CERTIFICATE else certificate)
    signatures = tuple(_signature(line) for line in tail.splitlines())
    if not signatures:
        raise ValueError("not a checkpoint: it bears no signature")
    return SignedCheckpoint(checkpoint, f"{body}\n".encode(), signatures)


def _signature(line: str) -> Signature:
    parts = line.removeprefix(_SIGNATURE).split(" ")
    if not line.startswith(_SIGNATURE) or len(parts) != 2:
        raise ValueError("not a checkpoint: a signature line cannot be read")
    content = _bytes(parts[1], None)
    return Signature(parts[0], content[:4], content[4:])


def _bytes(text: str, length: int | None) -> bytes:
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("not a checkpoint: base64 was expected") from None
    if length is not None and len(content) != length:
        raise ValueError(f"not a checkpoint: {length} bytes were expected")
    return content


def highest_certificate(events: Iterable[Event]) -> str | None:
    """Return the highest certificate number that any of ``events`` uses, None when there is none."""
    numbers = (
        str(e.data.get("number") or e.data.get("certificate") or "") for e in events if e.type in CERTIFICATE_TYPES
    )
    return highest_number(filter(None, numbers))


def highest_number(numbers: Iterable[str]) -> str | None:
    """Return the highest of certificate numbers, year before rank, as their digits order them."""
    return max(numbers, key=_order, default=None)


def _order(number: str) -> tuple[tuple[int, ...], str]:
    return tuple(int(digits) for digits in re.findall(r"\d+", number)), number
