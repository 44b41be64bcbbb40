"""Restoring a backup: checked whole before it takes any place, its loss named in the register (design.md §4).

What was kept elsewhere and goes further than the backup (checkpoints) is set aside in a folder named by the backup, so
that later checkpoints neither replace it nor are refused because of it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import select

from sync_service.adapters.ledger_sql.alarms import write_alarm
from sync_service.adapters.ledger_sql.backups import (
    DATABASE,
    KEYS,
    MANIFEST,
    Manifest,
    digest_of,
    read_manifest,
    why_not,
)
from sync_service.adapters.ledger_sql.copying import copy_tables
from sync_service.adapters.ledger_sql.eliminations import (
    Compared,
    compare_lists,
    gone,
    note_compared,
    read_previous,
    returned,
)
from sync_service.adapters.ledger_sql.engine import connect, is_sqlite, sqlite_path
from sync_service.adapters.ledger_sql.lost_seals import LostSeals, compare_lost, copies_of
from sync_service.adapters.ledger_sql.opening import Stores, open_register
from sync_service.adapters.ledger_sql.outside_seals import SUFFIX, read_checkpoint
from sync_service.adapters.ledger_sql.rebuild import rebuild
from sync_service.adapters.ledger_sql.seals import announced_keys, signer_of
from sync_service.adapters.ledger_sql.tables import events
from sync_service.adapters.ledger_sql.verify import Verification, record_verification, verify_register
from sync_service.adapters.ledger_sql.verify_payloads import NOT_SAID
from sync_service.adapters.vault.key_files import RegisterSecrets
from sync_service.domain.alarm import KEY_LEFT
from sync_service.domain.checkpoint import Checkpoint, highest_number
from sync_service.domain.destruction import REASON, destruction
from sync_service.domain.eliminated import Elimination
from sync_service.domain.envelope import utc_text
from sync_service.domain.event import Actor, Draft, Evidence, SourceRef
from sync_service.domain.lms_state import Json
from sync_service.domain.merkle import Frontier
from sync_service.errors import IntegrityError, StoreError

_ASIDE = "avant-restauration-"
_Beside: TypeAlias = tuple[Compared, Sequence[str]]
"""What is known of eliminations, and the databases that may have the lines that the backup has not."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a backup goes: the places that config.toml names."""

    database_url: str
    keys: Path
    checkpoints_dir: Path | None
    folders: Mapping[str, Path]
    """Other folders of a backup (blobs) and where they go."""
    previous: str = ""
    """Database, set aside, that the backup takes the place of; empty when there is none any more."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, and what did not."""

    size: int
    taken_at: str
    longest: int
    """Lines of the longest register that anything kept elsewhere knows of."""
    certificate: str
    """Highest certificate number known anywhere: the next one follows it."""
    compared: Compared
    seals: LostSeals
    left: tuple[str, ...] = ()
    """Keys that an elimination, killed before the backup, left: findings that name the command to run."""

    @property
    def lost(self) -> int:
        """How many lines are lost for sure."""
        return max(0, self.longest - self.size)


def restore(folder: Path, target: Target, secrets: RegisterSecrets, actor: Actor, now: datetime) -> Restored:
    """Put a backup in place and write in the register what it lost. Nothing that exists is ever replaced.

    Raises:
        StoreError: the backup is not whole, is another register's, something already stands in its place, or the disk is
            full; the database did not take its place, and the same command can be run again.
        IntegrityError: what the backup holds is not a sound register, or a checkpoint kept elsewhere contradicts it.
    """
    manifest = read_manifest(folder)
    backup = digest_of(folder / MANIFEST)
    _refuse_existing(target)
    earlier = read_previous(target.previous, manifest.installation) if target.previous else ()
    draft = _draft(target)
    try:
        shutil.copyfile(folder / DATABASE, draft)
        draft.chmod(0o600)
        keys = _keys(folder, target)
        with closing(_open(draft, keys, secrets)) as stores:
            lists = compare_lists(stores, (target.checkpoints_dir, folder.resolve().parent), earlier, manifest.taken_at)
            lists = replace(lists, previous=bool(target.previous))
            copies = copies_of(folder, manifest, target.previous)
            restored = _account(stores, manifest, target, (lists, copies), backup=backup, actor=actor, now=now)
        _set_aside(target, manifest.size, backup)
        _place(folder, target, draft)
    except OSError as error:
        raise StoreError(
            f"La sauvegarde ne peut pas être remise en place ({why_not(error)}) : vérifiez la place sur le disque et les "
            "droits des dossiers, puis relancez la même commande."
        ) from None
    finally:
        _remove(draft)
    return restored


def _refuse_existing(target: Target) -> None:
    if is_sqlite(target.database_url) and sqlite_path(target.database_url).exists():
        raise StoreError(
            f"La base {sqlite_path(target.database_url)} existe : une sauvegarde ne remplace jamais un registre. "
            "Déplacez-la, avec ses fichiers -wal et -shm, puis relancez la même commande avec « --previous » et son nouveau "
            "chemin : ce qu’elle dit avoir été éliminé sera comparé."
        )


def _draft(target: Target) -> Path:
    home = sqlite_path(target.database_url).parent if is_sqlite(target.database_url) else target.keys.parent
    home.mkdir(parents=True, exist_ok=True)
    draft = home / ".restauration.sqlite"
    _remove(draft)
    return draft


def _keys(folder: Path, target: Target) -> Path:
    """Return the store of data keys to use: the one in place, which may know of later destructions, else the backup's."""
    if target.keys.is_file():
        return target.keys
    if not (folder / KEYS).is_file():
        raise StoreError(
            f"Cette sauvegarde n’a plus de fichier de clés, et {target.keys} n’existe pas : sans lui, les identités ne "
            "peuvent pas être lues. Remettez-le en place, puis relancez la même commande."
        )
    return folder / KEYS


def _open(draft: Path, keys: Path, secrets: RegisterSecrets) -> Stores:
    return open_register(f"sqlite:///{draft}", keys, secrets, checkpoints_dir=None)


def _account(
    stores: Stores, manifest: Manifest, target: Target, beside: _Beside, *, backup: str, actor: Actor, now: datetime
) -> Restored:
    """Check what came back, then write ``register.restored`` into it, and what was eliminated meanwhile beside it."""
    lists, copies = beside
    done = verify_register(stores, derived=False)
    findings = _findings(stores, done, manifest)
    stayed = gone(stores, lists.known) if _keys_only(findings) else ()
    if not stayed:
        _refuse(findings, target)
    with stores.register.database.writing() as connection:
        write_alarm(connection, None)  # an alarm of the day of the backup: all of it was read again, and is sound
    rebuild(stores)
    kept = [c for path in _outside(target, backup) if (c := _signed(path, stores)) is not None]
    _check_prefixes(stores, kept)
    seals = compare_lost(kept, manifest, copies)
    everywhere = [c for path in _everywhere(target) if (c := _signed(path, stores)) is not None]
    numbers = [manifest.certificate, *(c.certificate or "" for c in everywhere)]
    certificate = highest_number(filter(None, numbers)) or ""
    size, root = manifest.size, manifest.root
    longest = max(kept, key=lambda c: c.size, default=None)
    if longest is not None and longest.size > size:
        size, root = longest.size, longest.root.hex()
    data: dict[str, Json] = {"size": size, "root": root, "certificate": certificate, "backup": backup}
    stores.ledger.append([_event(data, actor, now), *_destructions(stayed, actor, now)], now=now)
    if stayed:
        done = verify_register(stores)
        _refuse(_findings(stores, done, replace(manifest, size=done.size, root=done.root)), target)
    record_verification(stores, done, strict=False, now=now)
    note_compared(stores, lists, manifest.taken_at)
    return Restored(
        manifest.size,
        manifest.taken_at,
        size,
        certificate,
        replace(lists, stayed=stayed, back=returned(stores, outside=False)),
        seals,
        tuple(said for said in done.findings if KEY_LEFT in said),
    )


def _destructions(stayed: Iterable[Elimination], actor: Actor, now: datetime) -> list[Draft]:
    """Say again that keys are destroyed: those in place, unlike those of the day of the backup."""
    return [
        destruction(subject, series, actor=actor, reason=REASON, now=now, run="restore", list_id=item.list_id)
        for item in stayed
        for subject, series in sorted(item.units)
    ]


def _findings(stores: Stores, done: Verification, manifest: Manifest) -> tuple[str, ...]:
    against = tuple(said for said in done.findings if KEY_LEFT not in said)  # a command ends that, once it is in place
    if (done.size, done.root, stores.installation_uid) == (manifest.size, manifest.root, manifest.installation):
        return against
    return (*against, "Son contenu n’est pas celui que son manifest.json annonce.")


def _keys_only(findings: Sequence[str]) -> bool:
    """Tell whether all that is wrong is keys that are not there; beyond a hundred, the last sentence counts the others."""
    return bool(findings) and all(NOT_SAID in said or said.startswith("Et ") for said in findings)


def _refuse(findings: Sequence[str], target: Target) -> None:
    """Raise IntegrityError when something was found."""
    if _keys_only(findings) and target.keys.is_file():
        raise IntegrityError(
            f"Des clés de cette sauvegarde ne sont plus dans {target.keys}, et aucune liste des éliminations ne dit pourquoi : "
            "mettez ce fichier de côté et relancez la même commande, la sauvegarde apportera les siennes ; ce qui aurait été "
            "éliminé depuis serait à éliminer de nouveau.",
            findings,
        )
    if findings:
        raise IntegrityError(f"Cette sauvegarde n’est pas en ordre : {findings[0]} Prenez-en une autre.", findings)


def _check_prefixes(stores: Stores, kept: Iterable[Checkpoint]) -> None:
    """Compare with every checkpoint kept elsewhere that the backup reaches. Raises IntegrityError."""
    marks = {c.size: c.root for c in kept}
    frontier = Frontier()
    with stores.register.database.reading() as connection:
        query = select(events.c.leaf).order_by(events.c.seq)
        for (leaf,) in connection.execute(query.execution_options(yield_per=5000)):
            frontier.append(bytes(leaf))
            if frontier.size in marks and marks[frontier.size] != frontier.root():
                sentence = f"Cette sauvegarde contredit le scellé de taille {frontier.size} gardé ailleurs : prenez-en une autre."
                raise IntegrityError(sentence, [sentence])


def _event(data: dict[str, Json], actor: Actor, now: datetime) -> Draft:
    return Draft(
        type="register.restored",
        subject="register",
        source=SourceRef("cyclesync", "", "register", "register", "act", "restore"),
        actor=actor,
        evidence=Evidence("E3"),
        observed_at=now,
        data=data,
        token=f"register.restored|{data['backup']}|{utc_text(now)}",
    )


def _outside(target: Target, backup: str) -> list[Path]:
    """Return the checkpoints in use, and those that an interrupted run of this restoration had set aside."""
    folder = target.checkpoints_dir
    if folder is None or not folder.is_dir():
        return []
    return [*sorted(folder.glob(f"*{SUFFIX}")), *sorted((folder / _aside(backup)).glob(f"*{SUFFIX}"))]


def _everywhere(target: Target) -> list[Path]:
    folder = target.checkpoints_dir
    return sorted(folder.rglob(f"*{SUFFIX}")) if folder is not None else []


def _signed(path: Path, stores: Stores) -> Checkpoint | None:
    """Return a checkpoint of this register, None for another's. Raises StoreError for one that cannot be read."""
    found = read_checkpoint(path)
    with stores.register.database.reading() as connection:
        keys = (*announced_keys(connection), stores.register.public_key)
    return found.checkpoint if signer_of(found, stores.origin, keys) is not None else None


def _aside(backup: str) -> str:
    return f"{_ASIDE}{backup[:12]}"


def _set_aside(target: Target, size: int, backup: str) -> None:
    """Move the checkpoints of lost lines out of the way of the next ones; none is ever deleted."""
    for path in _outside(target, backup):
        if path.parent == target.checkpoints_dir and read_checkpoint(path).checkpoint.size > size:
            place = path.parent / _aside(backup)
            place.mkdir(exist_ok=True)
            path.rename(place / path.name)


def _place(folder: Path, target: Target, draft: Path) -> None:
    """Put the folders, the keys, then the database where config.toml says; the database last, as it ends the work."""
    for name, place in target.folders.items():
        if (folder / name).is_dir():
            shutil.copytree(folder / name, place, dirs_exist_ok=True)
    if not target.keys.is_file():
        target.keys.parent.mkdir(parents=True, exist_ok=True)
        keys = target.keys.with_name(f".{target.keys.name}.new")
        try:
            shutil.copyfile(folder / KEYS, keys)
            keys.chmod(0o600)
            keys.rename(target.keys)
        finally:
            keys.unlink(missing_ok=True)
    if is_sqlite(target.database_url):
        draft.rename(sqlite_path(target.database_url))
        return
    source, server = connect(f"sqlite:///{draft}"), connect(target.database_url)
    try:
        copy_tables(source, server)
    finally:
        source.close()
        server.close()


def _remove(draft: Path) -> None:
    for name in (draft.name, f"{draft.name}-wal", f"{draft.name}-shm"):
        draft.with_name(name).unlink(missing_ok=True)
