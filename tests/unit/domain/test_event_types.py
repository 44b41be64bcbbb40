from __future__ import annotations

import re
from itertools import pairwise

import pytest

from sync_service.domain.act import series_of
from sync_service.domain.event import Series
from sync_service.domain.event_types import TYPES, kinds_of, label_of, source_kind
from sync_service.domain.facts import FactKind

SECTION_5 = """
referential.published promotion.opened promotion.closed session.planned session.changed session.cancelled mapping.recorded
candidate.created identity.linked identity.corrected enrolment.recorded enrolment.suspended enrolment.resumed
enrolment.withdrawn enrolment.transferred enrolment.completed exemption.granted eligibility.signalled
activity.observed grade.observed scorm.observed submission.observed enrolment.observed account.observed source.vanished
source.reappeared halfday.recorded halfday.corrected signin_sheet.filed workplace.attested
dossier.opened piece.received piece.withdrawn dossier.submitted dossier.reviewed dossier.incomplete_notified
dossier.declared_complete dossier.declared_admissible dossier.declared_inadmissible dossier.derogation
dossier.sealed_for_jury reminder.sent
jury.constituted jury.member_recused jury.convened candidate.convened candidate.jury_presence jury.view_frozen
jury.decision minutes.drawn_up minutes.signed decision.notified
certificate.number_reserved certificate.number_spoiled certificate.signed certificate.issued certificate.handed_over
certificate.refused certificate.duplicate certificate.corrected certificate.withdrawn certificate.annulled
appeal.received appeal.decided material_error.found document.issued export.produced
access.requested access.served restriction.set elimination.proposed elimination.approved vault.key_destroyed
archive.transferred register.opened register.restored key.changed clock.moved_back integrity.broken correction
"""


ADDED = ("act.proposed", "member.addresses_noted")
"""Types may be added; none of those above may go or change."""


def test_the_list_is_that_of_the_format() -> None:
    assert list(TYPES) == [*SECTION_5.split(), *ADDED]


def test_labels_are_french_and_use_no_banned_word() -> None:
    labels = [t.label for t in TYPES.values()]
    assert len(set(labels)) == len(labels)
    assert not [
        label for label in labels if re.search(r"\b(tuteur|devoir|note|inconnu|module reconnu)\b", label.lower())
    ]
    assert label_of("jury.decision") == "Décision du jury"
    assert label_of("of.a_later_version") == "of.a_later_version"


def test_series_are_those_that_acts_are_drafted_with() -> None:
    fixed = {code: t.series for code, t in TYPES.items() if t.series is not None}
    differing = {code for code, series in fixed.items() if series_of(code) != series}
    assert differing <= {"grade.observed"}  # not drafted as an act


@pytest.mark.parametrize("kind", list(FactKind))
def test_a_fact_is_its_own_kind(kind: FactKind) -> None:
    assert source_kind(kind.value, {}) == kind.value
    assert source_kind("source.vanished", {"kind": kind.value}) == kind.value
    assert TYPES[kind.value].series is Series.TRACES


def test_a_declared_thing_is_known_by_its_family() -> None:
    assert source_kind("session.planned", {}) == source_kind("session.cancelled", {}) == "session"


def test_kinds_of_a_series_do_not_mix_declarations_and_observations() -> None:
    assert "enrolment.observed" in kinds_of(Series.TRACES)
    assert "enrolment" not in kinds_of(Series.TRACES)
    assert kinds_of(Series.ATTENDANCE) >= {"halfday"}


def test_codes_are_in_their_order_of_section_without_repetition() -> None:
    codes = SECTION_5.split()
    assert all(first != second for first, second in pairwise(codes))
    assert len(set(codes)) == len(codes)
