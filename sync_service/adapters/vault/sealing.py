"""AES-256-GCM under a data key, with commitments whose salt is sealed beside the payload (ledger-format.md §4)."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sync_service.domain.lms_state import Json
from sync_service.errors import IntegrityError

Entropy: TypeAlias = Callable[[int], bytes]
"""Where random bytes come from: the system, or a fixed sequence for a golden file."""

ALG = "A256GCM+HS256"
NONCE_BYTES = 12
SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class SealedPayload:
    """What the database keeps of a payload. The salt is inside the ciphertext.

    A salt in clear would let whoever reads the database confirm a guess (« done ») against the commitment, key destroyed
    or not.
    """

    nonce: bytes
    ciphertext: bytes
    commitment: bytes


def seal_payload(key: bytes, event_id: str, content: bytes, entropy: Entropy) -> SealedPayload:
    """Encrypt the payload of an event, given as canonical bytes, and commit to it."""
    chance = entropy(SALT_BYTES + NONCE_BYTES)
    salt, nonce = chance[:SALT_BYTES], chance[SALT_BYTES:]
    ciphertext = AESGCM(key).encrypt(nonce, salt + content, event_id.encode())
    return SealedPayload(nonce, ciphertext, commitment_of(salt, content))


def open_payload(key: bytes, event_id: str, sealed: SealedPayload) -> dict[str, Json]:
    """Decrypt a payload and check it against its commitment. Raises IntegrityError."""
    payload = json.loads(checked_content(AESGCM(key), event_id, sealed))
    if not isinstance(payload, dict):
        raise _broken(event_id, "n’est pas un objet")
    return payload


def checked_content(cipher: AESGCM, event_id: str, sealed: SealedPayload) -> bytes:
    """Return the canonical bytes of a payload, checked against its commitment. Raises IntegrityError."""
    return salt_and_content(cipher, event_id, sealed)[1]


def salt_and_content(cipher: AESGCM, event_id: str, sealed: SealedPayload) -> tuple[bytes, bytes]:
    """Return the salt of the commitment and the canonical bytes, checked against it. Raises IntegrityError."""
    try:
        plain = cipher.decrypt(sealed.nonce, sealed.ciphertext, event_id.encode())
    except (InvalidTag, ValueError):
        raise _broken(event_id, "ne se déchiffre pas") from None
    if hmac.digest(plain[:SALT_BYTES], plain[SALT_BYTES:], "sha256") != sealed.commitment:
        raise _broken(event_id, "ne correspond pas à son engagement")
    return plain[:SALT_BYTES], plain[SALT_BYTES:]


def opens_to(cipher: AESGCM, event_id: str, nonce: bytes, ciphertext: bytes, commitment: bytes) -> bool:
    """Tell whether a payload decrypts and is the one that was committed to."""
    try:
        plain = cipher.decrypt(nonce, ciphertext, event_id.encode())
    except (InvalidTag, ValueError):
        return False
    return hmac.digest(plain[:SALT_BYTES], plain[SALT_BYTES:], "sha256") == commitment


def commitment_of(salt: bytes, content: bytes) -> bytes:
    """Return HMAC-SHA256(salt, JCS(payload))."""
    return hmac.digest(salt, content, "sha256")


def _broken(event_id: str, what: str) -> IntegrityError:
    sentence = f"Le contenu protégé de la ligne {event_id} {what} : lancez « cyclesync ledger verify »."
    return IntegrityError(sentence, [sentence])


def seal(key: bytes, content: bytes, context: str, entropy: Entropy) -> bytes:
    """Encrypt some bytes for one use, named by ``context``: nonce, then ciphertext."""
    nonce = entropy(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, context.encode())


def unseal(key: bytes, sealed: bytes, context: str) -> bytes:
    """Decrypt what ``seal`` made. Raises InvalidTag or ValueError."""
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode())


def derive(secret: bytes, purpose: str) -> bytes:
    """Return the key that a secret gives for one purpose."""
    return hmac.digest(secret, b"cyclesync v1 " + purpose.encode(), "sha256")
