"""Acts: what the office, a jury or the president did, as drafts for the register (ledger-format.md §3, §5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sync_service.domain.event import Actor, Draft, Evidence, Series, SourceRef
from sync_service.domain.lms_state import Json

_SERIES_OF_FAMILY = {
    "candidate": Series.REGISTER, "identity": Series.REGISTER, "enrolment": Series.REGISTER,
    "exemption": Series.REGISTER, "eligibility": Series.REGISTER, "session": Series.REGISTER,
    "halfday": Series.ATTENDANCE, "signin_sheet": Series.TRACES, "workplace": Series.TRACES,
    "dossier": Series.DOSSIER, "piece": Series.DOSSIER, "reminder": Series.DOSSIER,
    "jury": Series.REGISTER, "minutes": Series.REGISTER, "decision": Series.REGISTER, "certificate": Series.REGISTER,
    "appeal": Series.REGISTER, "material_error": Series.REGISTER, "member": Series.DOSSIER,
    "activity": Series.TRACES, "scorm": Series.TRACES, "submission": Series.TRACES, "account": Series.TRACES,
    "source": Series.TRACES,
}  # fmt: skip
_SERIES_OF_TYPE = {"enrolment.observed": Series.TRACES}


def series_of(type_: str) -> Series:
    """Return the series of the tableau de gestion of an event type (ledger-format.md §5)."""
    return _SERIES_OF_TYPE.get(type_) or _SERIES_OF_FAMILY.get(type_.split(".", maxsplit=1)[0], Series.REGISTER)


@dataclass(frozen=True, slots=True)
class Filing:
    """The circumstances shared by the acts recorded together: by whom, for which promotion, when, by which run."""

    actor: Actor
    promotion: str
    cycle: str
    referential: str | None
    observed_at: datetime
    run: str
    route: str = "act"
    in_person: bool = True
    """False when somebody records in the name of another account."""


@dataclass(frozen=True, slots=True)
class What:
    """What an act is about: its date, its codes, what goes to the vault, its evidence."""

    on: date
    data: Mapping[str, Json]
    private: Mapping[str, Json] | None = None
    grade: str = "E3"
    files: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    reason: str | None = None


def act(filing: Filing, type_: str, subject: str, name: str, what: What, *, token: str) -> Draft:
    """Draft an act; ``name`` is the thing acted on, ``token`` makes the same act be written once in a promotion.

    One jury may sit for two promotions, and one person be in two: the same words are then two acts.
    """
    return replace(_draft(filing, type_, subject, name, what), token=f"{filing.promotion}|{type_}|{subject}|{token}")


def declared(filing: Filing, type_: str, subject: str, name: str, what: What, *, decisive: Mapping[str, Json]) -> Draft:
    """Draft a declared thing (a session, a referential): only a change of ``decisive`` makes a new event."""
    return replace(_draft(filing, type_, subject, name, what), decisive=decisive)


def _draft(filing: Filing, type_: str, subject: str, name: str, what: What) -> Draft:
    return Draft(
        type=type_,
        subject=subject,
        source=SourceRef("office", "", type_.split(".", maxsplit=1)[0], name, filing.route, filing.run),
        actor=filing.actor,
        evidence=Evidence(what.grade, what.files),
        observed_at=filing.observed_at,
        data=what.data,
        private=what.private,
        series=series_of(type_) if what.private is not None else None,
        cycle=filing.cycle,
        referential=filing.referential,
        promotion=filing.promotion or None,
        valid_from=what.on,
        replaces=what.replaces,
        reason=what.reason,
    )
