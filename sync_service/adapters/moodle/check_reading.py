"""Trying to read: in observe mode nothing says which rights an account has, so one learner's facts are read for good."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Protocol

from sync_service.adapters.moodle.check_plugin import SiteFinding
from sync_service.domain.facts import FactKind, FactPage
from sync_service.domain.keys import split_key
from sync_service.errors import MoodleError, MoodleRefusedError

RIGHTS = "mod/scorm:viewreport, mod/assign:view, mod/assign:viewgrades, report/progress:view, report/completion:view"
"""What reads somebody's facts, besides seeing the course and its people (docs/moodle-contract.md §5)."""

MOST = 5
"""Pages read at most, when the first people of a course are suspended."""

_OF_THE_PERSON = {FactKind.ENROLMENT, FactKind.ACCOUNT}


class Reader(Protocol):
    """What reads a promotion, some people at a time."""

    def snapshot(self, promotion: str) -> Iterator[FactPage]:
        """Yield what each has done."""


def check_reading(reader: Reader, promotion: str) -> tuple[SiteFinding, ...]:
    """Read one active learner of a promotion as ``pull`` would; say what could not be read and which right that takes.

    Nothing is stored. A course that is not there yet is only worth knowing.
    """
    try:
        page = _active(reader, promotion)
    except MoodleError as error:
        absent = isinstance(error, MoodleRefusedError) and error.code == "course"
        return (SiteFinding("warning" if absent else "error", error.sentence),)
    if page is None:
        return ()
    refused = sorted({item.object for item in page.unread if item.reason == "no_access"})
    if refused:
        names = ", ".join((split_key(key) or (promotion, key))[1] for key in refused)
        return (SiteFinding("error", _refused(promotion, names)),)
    if not page.unread and all(fact.kind in _OF_THE_PERSON for fact in page.facts):
        return (SiteFinding("error", _nothing_followed(promotion)),)
    return ()


def _refused(promotion: str, names: str) -> str:
    return (
        f"Dans la promotion «\u00a0{promotion}\u00a0», le compte du service n’a pas pu lire {names}\u00a0: donnez-lui, "
        f"dans la catégorie des cours, ce qui manque de {RIGHTS}."
    )


def _nothing_followed(promotion: str) -> str:
    """Say why a course may seem empty: core shows the idnumbers of activities only to those who may change them."""
    return (
        f"Dans la promotion «\u00a0{promotion}\u00a0», aucune activité n’est reconnue\u00a0: donnez dans sa correspondance le "
        "numéro de chaque activité dans Moodle (id dans l’adresse de sa page), car Moodle ne montre les identifiants "
        "(idnumber) qu’à un compte qui peut modifier les activités."
    )


def _active(reader: Reader, promotion: str) -> FactPage | None:
    """Return the first page about somebody who is not suspended: of the others, Moodle hides things anyway."""
    for page in islice(reader.snapshot(promotion), MOST):
        enrolments = [fact for fact in page.facts if fact.kind is FactKind.ENROLMENT]
        if any(fact.fields.get("status") == "active" for fact in enrolments):
            return page
    return None
