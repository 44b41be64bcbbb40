"""Hand a promotion’s certificates, minutes and register to definitive archives; nothing is destroyed (domain.md §1.7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sync_service.domain.act import What, act
from sync_service.domain.certification import Context, Standing
from sync_service.domain.entry import Entry
from sync_service.domain.french import in_zone
from sync_service.domain.lms_state import Json
from sync_service.domain.person_file import digests_of, ending
from sync_service.domain.programme import programme_of
from sync_service.errors import RecordRefusedError
from sync_service.ports import BlobStore
from sync_service.usecases.desk import Desk


@dataclass(frozen=True, slots=True)
class SignedMinutes:
    """The signed minutes of one jury: the digest that the register holds, the document when it was filed."""

    jury: str
    digest: str
    content: bytes | None

    @property
    def path(self) -> str:
        """Return where it goes in the transfer, empty when there is no document."""
        if self.content is None:
            return ""
        return f"proces-verbaux/{self.jury}-{self.digest[:8]}{ending(self.content)}"


def check_transfer(standings: Sequence[Standing], context: Context) -> None:
    """Refuse a transfer while a jury’s minutes are not signed. Raises RecordRefusedError."""
    decided = {p.jury for s in standings for p in s.passages if p.decision}
    open_ = sorted(name for name in decided if name not in context.juries or not context.juries[name].signed)
    if open_:
        raise RecordRefusedError(
            f"Le procès-verbal du jury {open_[0]} n’est pas signé : un versement définitif attend sa signature."
        )


def signed_minutes(desk: Desk, blobs: BlobStore) -> tuple[SignedMinutes, ...]:
    """Return the signed minutes of every jury of the promotion, the latest of each."""
    found: dict[str, SignedMinutes] = {}
    for event in desk.ledger.events(types=["minutes.signed"], promotion=desk.files.promotion.id):
        digest = next(iter(digests_of(Entry(event))), "")
        jury = event.subject.removeprefix("jury:")
        found[jury] = SignedMinutes(jury, digest, blobs.get(digest) if digest and blobs.holds(digest) else None)
    return tuple(found[jury] for jury in sorted(found))


def numbers(standings: Sequence[Standing], promotion: str) -> int:
    """Count the certificate numbers ever reserved in a promotion."""
    return sum(
        e.type == "certificate.number_reserved" and e.event.promotion == promotion for s in standings for e in s.entries
    )


def extremes(
    desk: Desk, standings: Sequence[Standing], context: Context, *, until: datetime
) -> dict[str, tuple[date, date] | None]:
    """Return the oldest and newest days of certificates, of minutes and of the whole register, None without any."""
    zone, promotion = programme_of(desk.files).zone, desk.files.promotion.id
    acts = [e for s in standings for e in s.entries if e.event.promotion == promotion]
    certificates = [e.day(zone) for e in acts if e.type.startswith("certificate.")]
    juries = [day for jury in context.juries.values() for day in (jury.held_on, jury.signed_on) if day]
    first = next(desk.ledger.events(), None)
    last = desk.ledger.head().last_recorded_at or until
    lines = [in_zone(first.recorded_at, zone).date(), in_zone(last, zone).date()] if first else []
    found = {"certificates": certificates, "minutes": juries, "register": lines}
    return {name: (min(days), max(days)) if days else None for name, days in found.items()}


def record_transfer(desk: Desk, digest: str, people: int) -> None:
    """Record that a bundle was made for definitive archives; ``digest`` is that of the list of its files."""
    promotion, observed_at = desk.files.promotion.id, desk.filing.observed_at
    data: dict[str, Json] = {
        "list": f"versement-{promotion}",
        "series": "register",
        "candidates": people,
        "sha256": digest,
    }
    what = What(in_zone(observed_at, programme_of(desk.files).zone).date(), data)
    token = f"{digest}|{desk.filing.run}"
    desk.write([act(desk.filing, "archive.transferred", f"prom:{promotion}", promotion, what, token=token)])
