"""Backups: the database, the data keys, the checkpoints and the filed documents in one folder with a manifest."""

from __future__ import annotations

import errno
import json
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import file_digest
from pathlib import Path

from sync_service.adapters.ledger_sql.checkpoints import highest_certificate
from sync_service.adapters.ledger_sql.copying import copy_to_file
from sync_service.adapters.ledger_sql.engine import connect
from sync_service.adapters.ledger_sql.opening import Stores
from sync_service.adapters.ledger_sql.register import moment_of
from sync_service.adapters.ledger_sql.schema import NEWEST
from sync_service.adapters.ledger_sql.tree import read_tree
from sync_service.domain.envelope import utc_text
from sync_service.errors import StoreError

DATABASE, KEYS, MANIFEST = "register.sqlite", "keys.sqlite", "manifest.json"
SUSPECT = "-a-examiner"
"""End of the name of a copy in which something is wrong."""
KEYS_KEPT = timedelta(days=30)
"""How long a copy of the data keys may live, so that an identity that was erased really is (ledger-format.md §4)."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is: of which register, at which size, made of which files."""

    origin: str
    installation: str
    taken_at: str
    size: int
    root: str
    certificate: str
    keys_until: date
    files: Mapping[str, str]
    """Path in the backup → SHA-256."""
    findings: tuple[str, ...] | None = None
    """What the verification of the copy found; None when it was not verified."""

    def to_json(self) -> str:
        """Write it, sorted, for a person as for a program."""
        content = {
            "format": 1, "schema": NEWEST, "origin": self.origin, "installation": self.installation,
            "taken_at": self.taken_at, "size": self.size, "root": self.root, "certificate": self.certificate,
            "keys_until": self.keys_until.isoformat(), "files": dict(self.files),
            "findings": None if self.findings is None else list(self.findings),
        }  # fmt: skip
        return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def backup(
    stores: Stores,
    folders: Mapping[str, Path],
    place: Path,
    now: datetime,
    *,
    check: Callable[[Path], tuple[str, ...]] | None = None,
) -> tuple[Path, Manifest]:
    """Copy everything but the three keys of the recovery sheet into a new folder of ``place``.

    ``check`` reads the copy back before it gets its name, and returns what it found: a copy in which something is wrong
    is kept under a name that says so, as evidence.

    ``folders`` names what else goes with it (checkpoints, blobs); one that does not exist is left out. The database is
    copied first, then the keys: a key made meanwhile is one too many, never one too few.

    Raises:
        StoreError: the place cannot be written to, or a backup of this second is there; nothing half-written stays.
    """
    final = place / f"cyclesync-{now:%Y%m%dT%H%M%SZ}"
    draft = place / f".{final.name}.part"
    try:
        if final.exists():
            raise StoreError(f"La sauvegarde {final} existe déjà : elle n’est jamais remplacée.")
        place.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        copy_to_file(stores.register.database, draft / DATABASE)
        stores.register.keys.copy_to(draft / KEYS)
        for name, folder in folders.items():
            if folder.is_dir():
                shutil.copytree(folder, draft / name, ignore=_not_copied)
        findings = None if check is None else check(draft)
        if findings:
            final = final.with_name(f"{final.name}{SUSPECT}")
        manifest = _manifest(stores, draft, now, findings)
        (draft / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
        draft.rename(final)
    except OSError as error:
        raise StoreError(
            f"La sauvegarde ne peut pas être écrite dans {place} ({why_not(error)}) : vérifiez le dossier et la place."
        ) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return final, manifest


def _not_copied(folder: str, names: list[str]) -> list[str]:
    """Return what a backup leaves out: a file being written, and what is neither a file nor a folder (a pipe, a device)."""
    return [name for name in names if name.startswith(".part-") or not _is_plain(Path(folder, name))]


def _is_plain(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return True  # a link that leads nowhere: the copy fails and says so
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode)


def why_not(error: OSError) -> str:
    """Say why files could not be copied: a copy of several that fails lists them, without a reason of its own."""
    listed = error.args[0] if error.args and isinstance(error.args[0], list) else []
    said = _REASONS.get(error.errno or 0, error.strerror)
    return said or (f"{listed[0][0]} n’a pas pu être copié" if listed else type(error).__name__)


_REASONS = {
    errno.ENOSPC: "il n’y a plus de place",
    errno.EACCES: "l’accès est refusé",
    errno.EPERM: "l’accès est refusé",
    errno.EROFS: "le disque ne peut qu’être lu",
    errno.ENOENT: "un fichier ou un dossier manque",
}


def _manifest(stores: Stores, draft: Path, now: datetime, findings: tuple[str, ...] | None) -> Manifest:
    copied = connect(f"sqlite:///{draft / DATABASE}")
    try:
        with copied.reading() as connection:
            head = read_tree(connection).head()
    finally:
        copied.close()
    files = {str(path.relative_to(draft)): digest_of(path) for path in files_of(draft)}
    return Manifest(
        stores.origin, stores.installation_uid, utc_text(now), head.size, head.root,
        highest_certificate(stores) or "", (now + KEYS_KEPT).date(), files, findings,
    )  # fmt: skip


def files_of(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder, sorted, without its manifest."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != MANIFEST)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, read a part at a time."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """Read a backup's manifest and check each of its files. Raises StoreError, naming what is wrong."""
    try:
        raw = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(
            str(raw["origin"]), str(raw["installation"]), utc_text(moment_of(raw["taken_at"])), int(raw["size"]), str(raw["root"]),
            str(raw["certificate"]), date.fromisoformat(raw["keys_until"]), dict(raw["files"]),
        )  # fmt: skip
        version = raw["schema"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise StoreError(
            f"{folder} n’est pas une sauvegarde de cyclesync : son manifest.json manque ou est illisible."
        ) from None
    if version != NEWEST:
        raise StoreError(
            f"Cette sauvegarde est en version {version} : restaurez-la avec la version de cyclesync qui l’a faite."
        )
    _check_files(folder, manifest)
    return manifest


def _check_files(folder: Path, manifest: Manifest) -> None:
    for name, digest in sorted(manifest.files.items()):
        path = folder / name
        if ".." in Path(name).parts or Path(name).is_absolute() or not path.is_file():
            if name == KEYS:
                continue  # an older backup keeps no data key: the caller may have them elsewhere
            raise StoreError(f"La sauvegarde {folder} est incomplète : {name} manque. Prenez-en une autre.")
        if digest_of(path) != digest:
            raise StoreError(f"La sauvegarde {folder} est abîmée : {name} a changé. Prenez-en une autre.")
