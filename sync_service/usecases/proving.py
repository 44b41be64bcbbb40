"""Which lines of the register prove a certificate, found by its number or by the code printed on it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sync_service.domain.event import Event
from sync_service.domain.event_types import TYPES
from sync_service.domain.proof import verification_code
from sync_service.errors import UsageError
from sync_service.ports import Ledger

_CODE = re.compile(r"[0-9A-Z]{4}-?[0-9A-Z]{4}-?[0-9A-Z]{4}")
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", " ": ""})
"""The alphabet of the code has no O, I, L: who copies one read a figure."""
_NAMING = (*(code for code in TYPES if code.startswith("certificate.")), "material_error.found")


@dataclass(frozen=True, slots=True)
class CertificateLines:
    """A certificate's number, and every line that names it, with the signed minutes of its jury."""

    number: str
    lines: tuple[int, ...]


def certificate_lines(ledger: Ledger, asked: str) -> CertificateLines:
    """Find a certificate by its number, else by its verification code, whatever its case and its dashes.

    Every later line that names it is among them: withdrawal, annulment, correction, duplicate.

    Raises:
        UsageError: no line names it.
    """
    events = tuple(ledger.events(types=_NAMING))
    number = asked.strip()
    found = _naming(events, number)
    if not found and (coded := _number_of(events, asked)):
        number, found = coded, _naming(events, coded)
    if not found:
        raise UsageError(
            f"Aucun certificat ne porte le n° ou le code « {asked[:60]} » : relisez-le sur le registre des certificats."
        )
    juries = {event.data["jury"] for event in found if event.data.get("jury")}
    signed = [event for event in ledger.events(types=["minutes.signed"]) if event.data.get("jury") in juries]
    return CertificateLines(number, tuple(sorted(event.seq for event in (*found, *signed))))


def _naming(events: tuple[Event, ...], number: str) -> list[Event]:
    return [event for event in events if event.data.get("number") == number]


def _number_of(events: tuple[Event, ...], asked: str) -> str:
    """Return the number whose reservation gives this code, empty when none does."""
    code = asked.upper().translate(_MISREAD)
    if _CODE.fullmatch(code) is None:
        return ""
    wanted = code.replace("-", "")
    for event in events:
        made = verification_code(bytes.fromhex(event.leaf)).replace("-", "")
        if event.type == "certificate.number_reserved" and made == wanted:
            return str(event.data.get("number", ""))
    return ""
