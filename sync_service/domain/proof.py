"""A proof for a stranger: lines of the register, the way from each to a signed root, and what the vault may reveal of it.

Everything is text that the tools of the next twenty years can read: JSON as it was signed, hashes in hexadecimal, a
checkpoint in C2SP's form, a public key in PEM.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

_ED25519_SPKI = bytes.fromhex("302a300506032b6570032100")  # RFC 8410: what stands before an Ed25519 key in DER
_CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: nobody misreads them on paper
_CODE_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Revealed:
    """A payload of the vault and the salt of its commitment, shown because someone asked for it."""

    salt: bytes
    content: bytes


@dataclass(frozen=True, slots=True)
class ProvenLine:
    """One line of the register, as stored, and the hashes that lead from it to the root."""

    seq: int
    canonical: bytes
    path: tuple[bytes, ...]
    revealed: Revealed | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """A checkpoint that someone kept, and the hashes that show that the register prolongs it.

    Without hashes (None), a restoration lost what it covers: the line that says so is among those that are proven.
    """

    note: str
    path: tuple[bytes, ...] | None
    public_key: bytes
    """The key that signed it, which the register may have changed since."""


@dataclass(frozen=True, slots=True)
class Proof:
    """All that a stranger needs."""

    note: str
    """The signed checkpoint."""
    size: int
    public_key: bytes
    lines: tuple[ProvenLine, ...]
    earlier: Earlier | None = None


def proof_files(proof: Proof, texts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of a proof by name; ``texts`` are the README and the two verifiers."""
    files = dict(texts)
    files["scelle.checkpoint"] = proof.note.encode()
    files["cle-publique.pem"] = pem(proof.public_key).encode()
    for line in proof.lines:
        name = f"ligne-{line.seq:09d}"
        files[f"{name}.json"] = line.canonical
        files[f"{name}.preuve"] = path_text(line.seq, proof.size, line.path)
        if line.revealed is not None:
            files[f"{name}.contenu.json"] = line.revealed.content
            files[f"{name}.sel"] = f"{line.revealed.salt.hex()}\n".encode()
    if proof.earlier is not None:
        files["anterieur.checkpoint"] = proof.earlier.note.encode()
        size = int(proof.earlier.note.split("\n", 2)[1])
        if proof.earlier.public_key != proof.public_key:
            files["cle-publique-anterieure.pem"] = pem(proof.earlier.public_key).encode()
        if proof.earlier.path is not None:
            files["anterieur.preuve"] = path_text(size, proof.size, proof.earlier.path)
    return files


def path_text(first: int, size: int, path: Sequence[bytes]) -> bytes:
    """Write a path: the two numbers it links, then a hash a line."""
    return "".join([f"{first} {size}\n", *(f"{node.hex()}\n" for node in path)]).encode()


def pem(public_key: bytes) -> str:
    """Write an Ed25519 public key as openssl reads it (RFC 8410)."""
    body = base64.b64encode(_ED25519_SPKI + public_key).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"


def key_fingerprint(public_key: bytes) -> str:
    """Return the SHA-256 of a public key in DER, as the verifiers print it."""
    return sha256(_ED25519_SPKI + public_key).hexdigest()


def verification_code(leaf: bytes) -> str:
    """Return the short code printed on a certificate: 60 bits of the leaf of the line that reserved its number.

    Twelve signs in groups of four, so that it can be read aloud; whoever holds the line can compute it again.
    """
    value = int.from_bytes(leaf[:8], "big") >> 4
    signs = [_CODE_ALPHABET[value >> shift & 31] for shift in range(5 * (_CODE_LENGTH - 1), -1, -5)]
    return "-".join("".join(signs[at : at + 4]) for at in range(0, _CODE_LENGTH, 4))
