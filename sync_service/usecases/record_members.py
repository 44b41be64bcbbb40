"""Members of a jury once it is constituted: who withdrew, where letters reach them (R14)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sync_service.domain.act import What, act
from sync_service.domain.jury import Jury
from sync_service.domain.jury_members import ADDRESSES, postal_addresses, read_addresses
from sync_service.domain.lms_state import Json
from sync_service.errors import RecordRefusedError
from sync_service.usecases.desk import Desk
from sync_service.usecases.record import Drafts
from sync_service.usecases.standing import entries_of


def note_addresses(desk: Desk, jury: str, *, on: date, listed: Sequence[str], token: str) -> Drafts:
    """Record where members of a jury receive letters; what is known already is no line.

    Raises RecordRefusedError: no such jury (R14), an address that cannot be read, somebody who does not sit.
    """
    held = _constituted(desk, jury)
    known = {a.name: a.address for a in postal_addresses(entries_of(desk.ledger, f"jury:{jury}"))}
    new = [a for a in read_addresses(listed, held.names) if known.get(a.name) != a.address]
    if not new:
        return ()
    what = What(on, {"jury": jury}, {"names": [a.name for a in new], "addresses": [a.address for a in new]})
    return (act(desk.filing, ADDRESSES, f"jury:{jury}", jury, what, token=token),)


def recuse_member(desk: Desk, jury: str, *, on: date, member: str, external: bool, token: str) -> Drafts:
    """Record that a member of the jury withdrew for a conflict of interest; who is left must still be enough (R14)."""
    held = _constituted(desk, jury)
    if held.signed:
        raise RecordRefusedError(f"Le procès-verbal du jury {jury} est signé : rien ne s’y ajoute (R20).")
    if not member:
        raise RecordRefusedError("Écrivez le nom du membre déporté dans la colonne « valeur ».")
    data: dict[str, Json] = {"jury": jury, "members": held.members - 1, "externals": held.externals - int(external)}
    what = What(on, data, {"name": member})
    return (act(desk.filing, "jury.member_recused", f"jury:{jury}", jury, what, token=token),)


def _constituted(desk: Desk, jury: str) -> Jury:
    held = desk.jury(jury)
    if held is None or held.members == 0:
        raise RecordRefusedError(
            "Aucun jury constitué sous cet identifiant : enregistrez d’abord sa composition (R14)."
        )
    return held
