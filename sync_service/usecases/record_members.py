"""Members of a jury once it is constituted: who withdrew, where letters reach them (R14)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sync_service.domain.act import What, act
from sync_service.domain.documents.frame import Member, members
from sync_service.domain.jury import SOURCE_R14, Jury, check_open
from sync_service.domain.jury_members import ADDRESSES, postal_addresses, read_addresses, read_side, same_member
from sync_service.domain.lms_state import Json
from sync_service.errors import RecordRefusedError
from sync_service.usecases.desk import Desk
from sync_service.usecases.record import Drafts
from sync_service.usecases.standing import jury_entries

RECUSED = "jury.member_recused"


def note_addresses(desk: Desk, jury: str, *, on: date, listed: Sequence[str], token: str) -> Drafts:
    """Record where members of a jury receive letters; what is known already is no line.

    Raises RecordRefusedError: no such jury (R14), an address that cannot be read, somebody who does not sit.
    """
    held = _constituted(desk, jury)
    known = {a.name: a.address for a in postal_addresses(jury_entries(desk.ledger, jury, desk.files.promotion.id))}
    new = [a for a in read_addresses(listed, held.names) if known.get(a.name) != a.address]
    if not new:
        return ()
    what = What(on, {"jury": jury}, {"names": [a.name for a in new], "addresses": [a.address for a in new]})
    return (act(desk.filing, ADDRESSES, f"jury:{jury}", jury, what, token=token),)


def recuse_member(desk: Desk, jury: str, *, on: date, member: str, side: str, token: str) -> Drafts:
    """Record that a member of the present composition withdrew for a conflict of interest; who is left is for the reports.

    ``side`` is « extérieur », « interne » or empty: then what the composition says. Raises RecordRefusedError: nobody of
    that name sits, the composition says another side (R14), the minutes are signed (R20).
    """
    held = _constituted(desk, jury)
    if not member:
        raise RecordRefusedError("Écrivez le nom du membre déporté dans la colonne « valeur ».")
    entries = jury_entries(desk.ledger, jury, desk.files.promotion.id)
    if held.names and not any(same_member(name, member) for name in held.names):
        if any(e.type == RECUSED and e.day() == on and same_member(e.text("name"), member) for e in entries):
            return ()
        check_open(held)
        raise RecordRefusedError(
            f"« {member[:60]} » ne siège pas dans le jury {jury} : écrivez son nom comme dans sa composition ({SOURCE_R14})."
        )
    check_open(held)
    external = _side(held, members(entries), member, side)
    data: dict[str, Json] = {"jury": jury, "members": held.members - 1, "externals": held.externals - int(external)}
    return (act(desk.filing, RECUSED, f"jury:{jury}", jury, What(on, data, {"name": member}), token=token),)


def _side(held: Jury, named: Sequence[Member], member: str, side: str) -> bool:
    """Return whether a member comes from outside: as the composition says, else as typed, else not."""
    typed = read_side(side)
    written = next((m.outside for m in named if same_member(m.name, member)), "")
    known = {"oui": True, "non": False}.get(written)
    if typed is not None and known is not None and typed is not known:
        raise RecordRefusedError(
            f"La composition du jury {held.id} dit {member[:60]} {'extérieur' if known else 'interne'} : corrigez la "
            f"colonne « qualité » ({SOURCE_R14})."
        )
    external = bool(typed if known is None else known)
    if external and not held.externals:
        raise RecordRefusedError(
            f"La composition du jury {held.id} ne compte aucun membre extérieur : corrigez-la, ou la colonne « qualité » "
            f"({SOURCE_R14})."
        )
    return external


def _constituted(desk: Desk, jury: str) -> Jury:
    held = desk.jury(jury)
    if held is None or held.members == 0:
        raise RecordRefusedError(
            f"Aucun jury constitué sous cet identifiant : enregistrez d’abord sa composition ({SOURCE_R14})."
        )
    return held
