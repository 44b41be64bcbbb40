"""Open a promotion in the register: its referential pinned by hash, its sessions declared, its changes kept."""

from __future__ import annotations

from collections.abc import Iterator

from sync_service.domain.act import Filing, What, declared
from sync_service.domain.calendar import Session
from sync_service.domain.cycle import Cycle
from sync_service.domain.event import Appended, Draft
from sync_service.domain.lms_state import Json
from sync_service.domain.promotion import PromotionFiles
from sync_service.errors import RecordRefusedError
from sync_service.ports import Ledger


def referential_ref(cycle: Cycle) -> str:
    """Return how the register names a referential: version and SHA-256 of its files."""
    return f"{cycle.referential.version} {cycle.referential.sha256}"


def open_promotion(ledger: Ledger, files: PromotionFiles, filing: Filing) -> Appended:
    """Record the referential, the promotion and its calendar; a second time, only what changed.

    Raises:
        RecordRefusedError: this version of the referential was published with other bytes, or the promotion is
            already open under another referential.
    """
    _check_pins(ledger, files)
    drafts = (_referential(files.cycle, filing), _promotion(files, filing), *_sessions(ledger, files, filing))
    return ledger.append(drafts, now=filing.observed_at)


def _check_pins(ledger: Ledger, files: PromotionFiles) -> None:
    published = files.cycle.referential
    for event in ledger.events(types=["referential.published"]):
        same = event.cycle == files.cycle.id and event.data.get("version") == published.version
        if same and event.data.get("sha256") != published.sha256:
            raise RecordRefusedError(
                f"Le référentiel {published.version} est déjà publié et ses fichiers ont changé : "
                "rétablissez-les, ou publiez une nouvelle version (R11)."
            )
    for event in ledger.events(types=["promotion.opened"], promotion=files.promotion.id):
        if event.data.get("referential") != published.version:
            raise RecordRefusedError(
                f"La promotion est ouverte sous le référentiel {event.data.get('referential')} : il ne change plus en cours "
                "de promotion (R11)."
            )


def _referential(cycle: Cycle, filing: Filing) -> Draft:
    published = cycle.referential
    data: dict[str, Json] = {
        "version": published.version, "sha256": published.sha256, "modules": len(cycle.modules),
        "files": len(published.files),
    }  # fmt: skip
    what = What(filing.observed_at.date(), data)
    name = f"{cycle.id}/{published.version}"
    return declared(filing, "referential.published", "register", name, what, decisive=data)


def _promotion(files: PromotionFiles, filing: Filing) -> Draft:
    promotion = files.promotion
    data: dict[str, Json] = {
        "referential": files.cycle.referential.version,
        "sha256": files.cycle.referential.sha256,
        "zone": promotion.zone,
        "starts_on": promotion.starts_on.isoformat(),
        "ends_on": promotion.ends_on.isoformat(),
    }
    subject = f"prom:{promotion.id}"
    return declared(filing, "promotion.opened", subject, promotion.id, What(promotion.starts_on, data), decisive=data)


def _sessions(ledger: Ledger, files: PromotionFiles, filing: Filing) -> Iterator[Draft]:
    types = ["session.planned", "session.changed", "session.cancelled"]
    known = {str(e.source.get("object")) for e in ledger.events(types=types, promotion=files.promotion.id)}
    declared_now = {session.id for session in files.calendar.sessions}
    for session in files.calendar.sessions:
        yield _session(session, filing, known=session.id in known)
    for event in _last_of_each(ledger, files.promotion.id, types):
        if str(event[0]) not in declared_now and event[1].get("state") != "annulee":
            yield _removed(event[0], event[1], filing)


def _last_of_each(ledger: Ledger, promotion: str, types: list[str]) -> list[tuple[str, dict[str, Json]]]:
    last = {str(e.source.get("object")): dict(e.data) for e in ledger.events(types=types, promotion=promotion)}
    return sorted(last.items())


def _session(session: Session, filing: Filing, *, known: bool) -> Draft:
    data = session_data(session)
    type_ = (
        "session.cancelled" if session.state.value == "annulee" else "session.changed" if known else "session.planned"
    )
    private: dict[str, Json] = {
        "place": session.place, "address": session.address, "intervenants": list(session.intervenants),
    }  # fmt: skip
    what = What(session.dates[0], data, private)
    subject = f"sess:{filing.promotion}/{session.id}"
    return declared(filing, type_, subject, session.id, what, decisive={**data, **private})


def session_data(session: Session) -> dict[str, Json]:
    """Return what the register says of a session in clear: neither name nor place."""
    return {
        "module": session.module,
        "state": session.state.value,
        "rescheduled_to": session.replaced_by,
        "halfdays": [
            {
                "date": halfday.date.isoformat(),
                "half": halfday.half.value,
                "hours": f"{halfday.start:%H:%M}-{halfday.end:%H:%M}",
                "zone": halfday.zone,
            }
            for halfday in session.halfdays
        ],
    }


def _removed(name: str, data: dict[str, Json], filing: Filing) -> Draft:
    now: dict[str, Json] = {**data, "state": "annulee"}
    subject = f"sess:{filing.promotion}/{name}"
    what = What(filing.observed_at.date(), now, reason="removed_from_calendar")
    return declared(filing, "session.cancelled", subject, name, what, decisive=now)
