"""blobs/: one encrypted file for each document, under the data key of (subject, series) (ledger-format.md §4).

``blobs/ab/abcd….key_…``: the SHA-256 of the content, then the reference of its data key. Destroying that key makes the
file unreadable for good, in the folder as in its backups; the register keeps the digest.
"""

from __future__ import annotations

import os
import re
import tempfile
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag

from sync_service.adapters.vault.keystore import KeyStore
from sync_service.adapters.vault.sealing import Entropy, seal, unseal
from sync_service.domain.event import Series
from sync_service.errors import StoreError

_DIGEST = re.compile(r"[0-9a-f]{64}")


class FileBlobs:
    """The port BlobStore in a folder."""

    def __init__(self, folder: Path, keys: KeyStore, entropy: Entropy = os.urandom) -> None:
        """Use a folder, which is made when the first document comes, and the data keys of the register."""
        self._folder, self._keys, self._entropy = folder, keys, entropy

    def put(self, content: bytes, *, subject: str, series: Series, now: datetime) -> str:
        """Keep a document and return its SHA-256; the same one twice is kept once. It is read back before this returns.

        Raises:
            StoreError: the folder cannot be written to; nothing half-written stays.
        """
        digest = sha256(content).hexdigest()
        unit = (subject, series.value)
        reference, key = self._keys.ensure([unit], now=now)[unit]
        path = self._folder / digest[:2] / f"{digest}.{reference}"
        try:
            if path.is_file() and self._opened(path, key, digest) == content:
                return digest
            self._write(path, seal(key, content, _context(digest, reference), self._entropy))
        except OSError as error:
            raise StoreError(
                f"Le document ne peut pas être gardé dans {self._folder} ({error.strerror}) : vérifiez le dossier et la place."
            ) from None
        if self._opened(path, key, digest) != content:
            raise StoreError(f"Le document écrit dans {self._folder} ne se relit pas : vérifiez le disque.")
        return digest

    def get(self, digest: str) -> bytes:
        """Return a document, checked against its digest.

        Raises:
            StoreError: it is not there, its key was destroyed, or what is there is not what was put.
        """
        found = self._paths(digest)
        if not found:
            raise StoreError(
                f"Le document {digest[:16]}… n’est pas dans {self._folder} : restaurez-le d’une sauvegarde."
            )
        keys = self._keys.keys(_reference(path) for path in found)
        for path in found:
            key = keys.get(_reference(path))
            content = None if key is None else self._opened(path, key, digest)
            if content is not None:
                return content
        if keys:
            raise StoreError(f"Le document {digest[:16]}… de {self._folder} est abîmé : restaurez-le d’une sauvegarde.")
        raise StoreError(f"Le document {digest[:16]}… a été éliminé : sa clé est détruite, il ne peut plus être lu.")

    def holds(self, digest: str) -> bool:
        """Tell whether a file of that name is there, readable or not."""
        return bool(self._paths(digest))

    def state(self, digest: str) -> str:
        """Read a document back: ``whole``, ``missing``, ``damaged``, or ``sealed`` when none of its keys exists any more."""
        found = self._paths(digest)
        if not found:
            return "missing"
        keys = self._keys.keys(_reference(path) for path in found)
        opened = [self._opened(path, keys[_reference(path)], digest) for path in found if _reference(path) in keys]
        if any(content is not None for content in opened):
            return "whole"
        return "damaged" if keys else "sealed"

    def _paths(self, digest: str) -> list[Path]:
        if _DIGEST.fullmatch(digest) is None:
            return []
        return sorted((self._folder / digest[:2]).glob(f"{digest}.key_*"))

    def _opened(self, path: Path, key: bytes, digest: str) -> bytes | None:
        """Return the content of a file, None when it is not what its name says."""
        try:
            content = unseal(key, path.read_bytes(), _context(digest, _reference(path)))
        except (InvalidTag, ValueError, OSError):
            return None
        return content if sha256(content).hexdigest() == digest else None

    def _write(self, path: Path, sealed: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.parent.mkdir(exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(sealed)
                stream.flush()
                os.fsync(stream.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _reference(path: Path) -> str:
    return path.suffix.removeprefix(".")


def _context(digest: str, reference: str) -> str:
    return f"blob|{digest}|{reference}"
