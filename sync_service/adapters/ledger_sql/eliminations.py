"""The list of eliminations kept outside the register: beside the checkpoints and beside the backups (ADR 0014).

It is authenticated by the register’s secret, since a key may be destroyed on its word. What a restoration brought back is
noted in ``meta``, so that it is said until it is eliminated again.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, select

from sync_service.adapters.ledger_sql.copying import readable_copy
from sync_service.adapters.ledger_sql.destroying import forget, left_of, said_in
from sync_service.adapters.ledger_sql.engine import is_sqlite, sqlite_path
from sync_service.adapters.ledger_sql.guarding import PARIS
from sync_service.adapters.ledger_sql.opening import Stores
from sync_service.adapters.ledger_sql.register import Register, moment_of, read_meta, write_meta
from sync_service.adapters.ledger_sql.tables import events
from sync_service.adapters.vault.sealing import derive
from sync_service.domain import french
from sync_service.domain.canonical import canonical_bytes
from sync_service.domain.eliminated import (
    TYPES,
    Elimination,
    Listed,
    destroyed_in,
    eliminations_of,
    from_plain,
    merge,
    not_said,
    to_plain,
)
from sync_service.domain.envelope import event_of, utc_text
from sync_service.domain.event import Event, Series
from sync_service.domain.lms_state import Json
from sync_service.errors import LedgerError, StoreError

NAME = "eliminations.json"
_BACKUPS, _RETURNED, _BLIND = "backups_place", "eliminations_returned", "eliminations_not_listed"


def lines_of(connection: Connection) -> tuple[Event, ...]:
    """Return the lines from which the list is made."""
    query = select(events.c.canonical, events.c.leaf).where(events.c.type.in_(TYPES)).order_by(events.c.seq)
    return tuple(event_of(json.loads(canonical), bytes(leaf).hex()) for canonical, leaf in connection.execute(query))


def places_of(stores: Stores) -> tuple[Path, ...]:
    """Return where the list is kept: the folder of checkpoints, and that of the last backup."""
    with stores.register.database.reading() as connection:
        backups = read_meta(connection, _BACKUPS)
    known = (stores.checkpoints_dir, Path(backups) if backups else None)
    return tuple(dict.fromkeys(place.resolve() for place in known if place is not None))


def remember_backups(stores: Stores, place: Path) -> None:
    """Note where backups are kept, so that the next elimination is listed beside them."""
    with stores.register.database.writing() as connection:
        write_meta(connection, _BACKUPS, str(place.resolve()))


def keep_list(stores: Stores, now: datetime) -> tuple[str, ...]:
    """Bring the list up to date in each of its places, losing nothing that it held; return what went wrong, as sentences."""
    try:
        with stores.register.database.reading() as connection:
            own = merge(eliminations_of(lines_of(connection), PARIS), _noted(connection))
    except (LedgerError, ValueError, KeyError):
        return ("La liste des éliminations n’a pas pu être mise à jour : des lignes du registre sont illisibles.",)
    return tuple(said for place in places_of(stores) if (said := _keep_in(place, stores.register, own, now)))


def _keep_in(place: Path, register: Register, own: Iterable[Elimination], now: datetime) -> str:
    path = place / NAME
    try:
        before = read_list(place, register)
        _write(path, _sealed(register, merge(own, before.items if before else ()), now))
    except StoreError as error:
        return error.sentence
    except OSError as error:
        return (
            f"La liste des éliminations ne peut pas être écrite dans {place} ({error.strerror}) : une sauvegarde plus "
            "ancienne remise en place pourrait ramener des identités sans que rien le dise. Montez ce dossier, puis "
            "relancez « cyclesync backup »."
        )
    return ""


def _write(path: Path, text: str) -> None:
    draft = path.with_suffix(".new")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _sealed(register: Register, items: Iterable[Elimination], now: datetime) -> str:
    content: dict[str, Json] = {
        "format": 1, "origin": register.origin, "installation": register.installation_uid, "at": utc_text(now),
        "eliminations": to_plain(items),
    }  # fmt: skip
    return json.dumps({**content, "mac": _mac(register, content)}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _mac(register: Register, content: dict[str, Json]) -> str:
    return hmac.new(derive(register.secret, "eliminations"), canonical_bytes(content), sha256).hexdigest()


def read_list(place: Path, register: Register) -> Listed | None:
    """Read the list kept in a folder, None when there is none.

    Raises:
        StoreError: it cannot be read, or this register did not write it.
    """
    path = place / NAME
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        mac = content.pop("mac")
        found = Listed(moment_of(content["at"]), from_plain(content["eliminations"]))
        whole = hmac.compare_digest(str(mac), _mac(register, content))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        whole = False
    if not whole:
        raise StoreError(
            f"La liste des éliminations {path} est illisible, ou ce registre ne l’a pas écrite : mettez-la de côté."
        )
    return found


def read_previous(url: str, installation: str) -> tuple[Elimination, ...]:
    """Read what a register that was set aside says was eliminated; a SQLite file is read from a copy, and stays as it is.

    Raises:
        StoreError: it cannot be read, or is another register.
    """
    try:
        with readable_copy(url) as database, database.reading() as connection:
            if read_meta(connection, "installation_uid") != installation:
                raise StoreError(f"{_shown(url)} est un autre registre que celui de la sauvegarde.")
            return eliminations_of(lines_of(connection), PARIS)
    except (OSError, LedgerError, ValueError, KeyError):
        raise StoreError(
            f"Le registre {_shown(url)} ne peut pas être lu : relancez la même commande sans --previous."
        ) from None


def _shown(url: str) -> str:
    return str(sqlite_path(url)) if is_sqlite(url) else "donné à --previous"


@dataclass(frozen=True, slots=True)
class Compared:
    """What a restoration knew of the eliminations made since its backup, and what became of them."""

    known: tuple[Elimination, ...] = ()
    """Every elimination that is listed outside the backup."""
    looked: tuple[str, ...] = ()
    """Where a list was looked for."""
    newest: datetime | None = None
    """Moment of the newest list found, None when there is none."""
    problems: tuple[str, ...] = ()
    """Lists that could not be read, as sentences."""
    previous: bool = False
    """Whether the register that was set aside was read too."""
    back: tuple[Elimination, ...] = ()
    """What can be read again, and must be eliminated again."""
    stayed: tuple[Elimination, ...] = ()
    """What the keys in place did not bring back."""
    late: bool = False
    """Whether no list says what happened after the backup."""

    @property
    def unknown(self) -> bool:
        """Whether nothing tells what was eliminated after the backup."""
        return self.late and not self.previous


def compare_lists(
    stores: Stores, places: Iterable[Path | None], earlier: Sequence[Elimination], taken_at: str
) -> Compared:
    """Read every list outside a backup taken at a moment; ``earlier`` are what the register set aside says."""
    lists: list[Listed] = []
    looked, problems = [], []
    for place in dict.fromkeys(place.resolve() for place in places if place is not None):
        looked.append(str(place))
        try:
            found = read_list(place, stores.register)
        except StoreError as error:
            problems.append(error.sentence)
        else:
            lists += [found] if found is not None else []
    newest = max((found.at for found in lists), default=None)
    known = merge(*(found.items for found in lists), earlier)
    late = newest is None or newest < moment_of(taken_at)
    return Compared(known, tuple(looked), newest, tuple(problems), late=late)


def gone(stores: Stores, known: Iterable[Elimination]) -> tuple[Elimination, ...]:
    """Return what was eliminated, is not said by the register, and whose key is not there any more."""
    with stores.register.database.reading() as connection:
        left = not_said(known, destroyed_in(lines_of(connection)))
    there = held(stores, left)
    return tuple(part for item in left if (part := item.only(item.units - there)).units)


def note_compared(stores: Stores, lists: Compared, taken_at: str) -> None:
    """Keep what a restoration brought back, beside what an earlier one did, and that it had no list to tell, if so."""
    with stores.register.database.writing() as connection:
        kept = merge(_noted(connection), lists.known)
        write_meta(connection, _RETURNED, json.dumps(to_plain(kept), ensure_ascii=False))
        if lists.unknown:
            blind = {"since": taken_at, "looked": lists.looked}
            write_meta(connection, _BLIND, json.dumps(blind, ensure_ascii=False))


def not_recalled(stores: Stores, zone: tzinfo) -> tuple[str, ...]:
    """Say what nothing recalls: a restoration that found no list, a list that is not where it is kept."""
    with stores.register.database.reading() as connection:
        blind = read_meta(connection, _BLIND)
        listed = bool(eliminations_of(lines_of(connection), zone) or _noted(connection))
        listed = listed or read_meta(connection, _BACKUPS) is not None
    said = []
    if blind:
        kept = json.loads(blind)
        places = french.listing([str(Path(place) / NAME) for place in kept["looked"]])
        said.append(
            f"La restauration d’une sauvegarde du {french.long_moment(moment_of(kept['since']), zone)} n’a trouvé aucune liste des "
            f"éliminations faites depuis ({places}) : ce qui avait été éliminé peut être revenu, et rien ne le dira. Reprenez "
            "les bordereaux visés depuis cette date, et proposez-les de nouveau."
        )
    missing = [str(place / NAME) for place in places_of(stores) if listed and not (place / NAME).is_file()]
    if missing:
        said.append(
            f"La liste des éliminations n’est pas là où elle est gardée ({french.listing(missing)}) : ce qu’une restauration "
            "aurait ramené n’a pas pu y être cherché. Montez ce dossier ; « cyclesync backup » refait la liste."
        )
    return tuple(said)


def _noted(connection: Connection) -> tuple[Elimination, ...]:
    text = read_meta(connection, _RETURNED)
    return from_plain(json.loads(text)) if text else ()


def returned(stores: Stores, *, outside: bool = True) -> tuple[Elimination, ...]:
    """Return what was eliminated, and can be read again: noted or listed outside, not said by the register, a key there.

    Raises:
        StoreError: a list kept ``outside`` cannot be read.
    """
    places = places_of(stores) if outside else ()
    lists = [found.items for place in places if (found := read_list(place, stores.register)) is not None]
    with stores.register.database.reading() as connection:
        known = merge(_noted(connection), *lists)
        left = not_said(known, destroyed_in(lines_of(connection)))
    there = held(stores, left)
    return tuple(item for item in left if item.units & there)


@dataclass(frozen=True, slots=True)
class Finished:
    """What was ended of destructions that a killed process had only recorded."""

    keys: int
    """Keys destroyed."""
    lists: tuple[str, ...]
    """Lists of elimination that asked for them."""
    shared: tuple[int, ...]
    """Lines that say destroyed a key which protects later lines too: those keys stay."""


def finish_destructions(stores: Stores) -> Finished:
    """Destroy the keys that a line says to be destroyed, and that a process killed just after it left.

    No line is added, so that it can be done while nothing may be: such a key is a finding of every verification.
    """
    with stores.register.database.reading() as connection:
        left = left_of(connection, stores.register.keys, said_in(connection))
    done = [item for item in left if not item.shared and forget(stores.register, item)]
    lists = sorted({item.said.list_id for item in done} - {""})
    return Finished(len(done), tuple(lists), tuple(item.said.line for item in left if item.shared))


def held(stores: Stores, items: Iterable[Elimination]) -> frozenset[tuple[str, Series]]:
    """Return the units of these eliminations whose key exists."""
    return stores.ledger.held({unit for item in items for unit in item.units})
