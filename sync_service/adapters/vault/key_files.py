"""The three keys of a register as text: purpose, live or demo, 32 random bytes."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync_service.errors import StoreError

PURPOSES = ("master", "register", "signing")
_FRENCH = {"master": "clé maîtresse", "register": "clé du registre", "signing": "clé de scellement"}
_PREFIX = "cyclesync-key:v1"


@dataclass(frozen=True, slots=True)
class RegisterSecrets:
    """The text of the three keys, as bytes: what their references (``file:``, ``env:``, ``credential:``) lead to."""

    master: bytes
    register: bytes
    signing: bytes

    def __repr__(self) -> str:
        """Say nothing of the keys."""
        return "RegisterSecrets(…)"


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The three keys, read and checked; ``demo`` when any of them says so."""

    master: bytes
    register: bytes
    signing: bytes
    demo: bool

    def __repr__(self) -> str:
        """Say nothing of the keys."""
        return f"KeyRing(demo={self.demo})"


def new_secrets(*, demo: bool) -> RegisterSecrets:
    """Make three new keys; those of a demonstration say so in their text."""
    texts = [_text(purpose, secrets.token_bytes(32), demo=demo) for purpose in PURPOSES]
    return RegisterSecrets(*texts)


def new_key(purpose: str, *, demo: bool) -> bytes:
    """Make the text of one new key: master, register or signing."""
    return _text(purpose, secrets.token_bytes(32), demo=demo)


def _text(purpose: str, key: bytes, *, demo: bool) -> bytes:
    use = "demo" if demo else "live"
    return f"{_PREFIX}:{purpose}:{use}:{base64.urlsafe_b64encode(key).decode()}\n".encode()


def read_keys(texts: RegisterSecrets) -> KeyRing:
    """Read the three keys. Raises StoreError, naming the key that cannot be used and never its content."""
    found = [_read(purpose, getattr(texts, purpose)) for purpose in PURPOSES]
    (master, first), (register, second), (signing, third) = found
    return KeyRing(master, register, signing, demo=first or second or third)


def _read(purpose: str, text: bytes) -> tuple[bytes, bool]:
    parts = text.strip().decode("ascii", "replace").rsplit(":", 3)
    if len(parts) == 4 and parts[:2] == [_PREFIX, purpose] and parts[2] in {"demo", "live"}:
        try:
            key = base64.b64decode(parts[3], altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) == 32:
            return key, parts[2] == "demo"
    raise StoreError(
        f"La {_FRENCH[purpose]} n’est pas une clé de cyclesync : vérifiez sa référence dans config.toml, "
        "ou reprenez-la de la sauvegarde que nomme la fiche de secours."
    )


def signs_with(path: Path) -> bytes | None:
    """Return the public key of the signing key that a file holds, None when it holds none or cannot be read."""
    try:
        key, _ = _read("signing", path.read_bytes())
    except (OSError, StoreError):
        return None
    return Ed25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw()


def fingerprint(key: bytes) -> str:
    """Return 16 hexadecimal digits, in groups of 4, that name a key without giving it."""
    digits = sha256(b"cyclesync fingerprint" + key).hexdigest()[:16]
    return " ".join(digits[i : i + 4] for i in range(0, 16, 4))


def write_secrets(folder: Path, texts: RegisterSecrets) -> tuple[Path, ...]:
    """Write ``master.key``, ``register.key`` and ``signing.key``, readable by their owner only.

    Raises:
        StoreError: one of them is already there; none is ever replaced, since what it protects would be lost.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    paths = tuple(folder / f"{purpose}.key" for purpose in PURPOSES)
    for path in paths:
        if path.exists():
            raise StoreError(f"La clé {path} existe déjà : déplacez-la, ou gardez-la, avant « cyclesync init ».")
    for path, purpose in zip(paths, PURPOSES, strict=True):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(getattr(texts, purpose))
            file.flush()
            os.fsync(file.fileno())
    return paths
