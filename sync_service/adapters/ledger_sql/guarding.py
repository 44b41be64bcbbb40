"""What every append looks at before it writes: the alarm, the last line’s bytes, the newest checkpoint kept elsewhere.

It costs two short reads; the folder of checkpoints is read again only when it changed.
"""

from __future__ import annotations

import json
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from sync_service.adapters.ledger_sql.alarms import read_alarm
from sync_service.adapters.ledger_sql.register import Register, altered_error, moment_of
from sync_service.adapters.ledger_sql.seals import announced_keys, signer_of
from sync_service.adapters.ledger_sql.tables import checkpoints, events
from sync_service.adapters.ledger_sql.walk import bytes_of
from sync_service.domain import french
from sync_service.domain.alarm import WAY_OUT
from sync_service.domain.checkpoint import SignedCheckpoint
from sync_service.errors import AlteredRegisterError

PARIS = ZoneInfo("Europe/Paris")


def refuse_altered(connection: Connection, register: Register, types: AbstractSet[str]) -> None:
    """Refuse to add lines of these types to a register that is not what it should be.

    Raises:
        AlteredRegisterError: the last verifications found something that nobody accepted, the last line is not the one
            that was written, or a checkpoint kept elsewhere covers more lines than there are.
    """
    if types and types <= WAY_OUT:
        return
    alarm = read_alarm(connection)
    if alarm is not None and alarm.blocking:
        raise AlteredRegisterError(alarm.refusal(PARIS), alarm.findings)
    query = select(events.c.seq, events.c.canonical, events.c.leaf).order_by(events.c.seq.desc()).limit(1)
    last = connection.execute(query).first()
    if last is not None and sha256(b"\x00" + bytes(last.canonical)).digest() != bytes(last.leaf):
        raise altered_error(f"La dernière ligne du registre, n° {last.seq}, n’est plus celle qui a été écrite")
    size = last.seq + 1 if last else 0
    if (seal := longer_seal(connection, register, size)) is not None:
        raise altered_error(
            f"Le registre a {size} lignes, un scellé gardé ailleurs en annonce {seal.checkpoint.size}, il a été coupé ou remplacé"
        )


def longer_seal(connection: Connection, register: Register, size: int) -> SignedCheckpoint | None:
    """Return the newest checkpoint kept elsewhere when it covers lines that are not there and are not known as lost."""
    seal = None if register.seals is None else register.seals.newest(register.origin)
    if seal is None or seal.checkpoint.size <= size:
        return None
    keys = (*announced_keys(connection), register.public_key)  # the line that announces the newest may be cut off too
    if signer_of(seal, register.origin, keys) is None or lost_at(connection, seal) is not None:
        return None
    return seal


@dataclass(frozen=True, slots=True)
class Loss:
    """The line by which the register itself says that it lost the lines that a checkpoint covers."""

    line: int
    """Number of that line."""
    left: int
    """How many lines were left: those before it, but for the one that says that the clock had moved back."""
    at: datetime
    longest: int
    """Lines of the longest register that anything kept elsewhere knew of on that day."""
    restored: bool
    """Whether it is a restoration; else the act of going on without a backup."""

    def sentence(self, size: int) -> str:
        """Say why a checkpoint of ``size`` lines accuses nobody."""
        lost = french.count(self.longest - self.left, "ligne perdue", "lignes perdues")
        between = (
            f" Elle nomme le scellé de taille {self.longest}, le plus long connu alors, et pas celui-ci : sa racine n’est "
            "comparée à rien."
            if size < self.longest
            else ""
        )
        return (
            f"Le scellé de {french.count(size, 'ligne')} va plus loin que la sauvegarde remise en place le "
            f"{french.long_moment(self.at, PARIS)} : cette restauration, inscrite à la ligne {self.line}, l’explique ({lost} "
            f"au moins).{between} Il ne dit plus rien du registre présent : comparez aussi à un scellé plus récent."
        )


def lost_at(connection: Connection, outside: SignedCheckpoint) -> Loss | None:
    """Return the restoration, or the act of going on, that lost what a checkpoint covers; None when none did.

    A checkpoint signed after the restoration may have the size of lost lines: the register itself holds that one. The act
    names the longest checkpoint that was known, with its root: one of that size with another root is not explained by it.
    Of several acts, the one that names it, else the last.
    """
    size = outside.checkpoint.size
    held = connection.execute(select(checkpoints.c.note).where(checkpoints.c.size == size)).scalar()
    if held is not None and bytes_of(held).startswith(outside.signed):
        return None
    query = select(events.c.seq, events.c.canonical).where(events.c.type.in_(WAY_OUT)).order_by(events.c.seq.desc())
    found: Loss | None = None
    for seq, canonical in connection.execute(query):
        act, root = _loss_said(connection, seq, bytes_of(canonical))
        if act is not None and act.left < size == act.longest and outside.checkpoint.root.hex() == root:
            return act
        if act is not None and act.left < size < act.longest:
            found = found or act
    return found


def _left(connection: Connection, seq: int) -> int:
    """Return how many lines were left before an act: a clock found to have moved back may be said between the two."""
    before = connection.execute(select(events.c.type).where(events.c.seq == seq - 1)).scalar()
    return seq - 1 if before == "clock.moved_back" else seq


def _loss_said(connection: Connection, seq: int, canonical: bytes) -> tuple[Loss | None, str]:
    """Return what a line says was lost, and the root that it names; a line changed by hand explains nothing."""
    try:
        body = json.loads(canonical)
        longest, root, at, kind = (
            body["data"]["size"],
            body["data"]["root"],
            moment_of(body["recorded_at"]),
            body["type"],
        )
    except (ValueError, KeyError, TypeError):
        return None, ""
    restored = kind == "register.restored"
    known = Loss(seq, _left(connection, seq), at, int(longest), restored) if kind in WAY_OUT else None
    return known, str(root)
