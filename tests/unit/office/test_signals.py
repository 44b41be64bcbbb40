"""The rules that signal: said when they should be, silent when not, and never a refusal (R03 to R06, R14, R17, R19, R22)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from sync_service.domain.act_rows import ActRow
from sync_service.domain.certificate import SOURCE_R17, check_wording
from sync_service.domain.facts import FactKind
from sync_service.domain.reports.promotion import promotion_report
from sync_service.errors import RecordRefusedError
from sync_service.usecases.record_batch import record_batch
from sync_service.usecases.report import ending_of, report
from sync_service.usecases.standing import load

from .test_certification import FEB, JURY, MAR, certify, control, hand_in, minutes, sit, standing
from .test_jury_rules import one
from .test_rules_table import plain, shown, words

if TYPE_CHECKING:
    from .conftest import Office

NOW = datetime(2027, 6, 1, 9, tzinfo=UTC)
HALVES = ("matin", "après-midi")


def notices(office: Office, *, days: int, tolerance: int = 10) -> str:
    """Return what is said of a calendar that is compared with this many days."""
    loaded = load(office.ledger, office.files, as_of=NOW.date())
    ending = ending_of(office.ledger, office.files, loaded.pull, now=NOW, day=NOW.date())
    programme = replace(loaded.context.programme, total_days=days, tolerance_percent=tolerance)
    made = promotion_report(loaded.standings, replace(loaded.context, programme=programme), ending)
    return plain("\n".join(made.notices))


@pytest.mark.parametrize(("days", "said"), [(4, False), (5, True), (3, True), (0, False)])
def test_the_length_is_signalled_beyond_the_tolerance_on_both_sides_r04(office: Office, days: int, said: bool) -> None:
    """Eight half-days that count: four days; the cancelled session is not among them."""
    assert ("R04, brochure ligne 55" in notices(office, days=days)) is said
    assert "R04" not in notices(office, days=days, tolerance=34)


def test_a_calendar_with_a_support_sequence_signals_nothing_of_it_r03(office: Office) -> None:
    assert "R03" not in notices(office, days=4)


def with_threshold(office: Office, share: float) -> None:
    rules = office.files.cycle.rules
    asked = replace(rules, attendance=replace(rules.attendance, threshold=share))
    office.files = replace(office.files, cycle=replace(office.files.cycle, rules=asked))


def test_a_threshold_is_signalled_under_it_alone_and_refuses_nothing_r05(office: Office) -> None:
    for half, value in zip(HALVES, ("présent", "absent injustifié"), strict=True):
        row = {"act": "Présence", "who": "0001", "session": "m1-a", "on": date(2026, 9, 21), "half": half}
        assert one(office, **row, value=value) == "recorded"
    assert "(R05)" not in shown(office, "promotion", NOW)
    with_threshold(office, 0.5)
    assert "seuil 50 %" not in shown(office, "promotion", NOW)
    with_threshold(office, 0.51)
    assert "présences : 50 %, seuil 51 % (R05)" in shown(office, "promotion", NOW)
    hand_in(office, 101)
    control(office, "0001")


def test_a_period_at_work_is_asked_for_once_and_counts_no_day_r06(office: Office) -> None:
    rules = office.files.cycle.rules
    asked = replace(rules, alternation=replace(rules.alternation, trace="obligatoire"))
    office.files = replace(office.files, cycle=replace(office.files.cycle, rules=asked))
    lacking = "l’attestation d’une mise en application"
    before = standing(office, "0001")
    assert (
        plain(str([t.rows for t in report("missing", office.ledger, office.files, now=NOW).tables()])).count(lacking)
        == 5
    )
    assert one(office, act="Mise en application", who="0001", on=FEB, value="1") == "recorded"
    assert (
        plain(str([t.rows for t in report("missing", office.ledger, office.files, now=NOW).tables()])).count(lacking)
        == 4
    )
    assert standing(office, "0001").tally == before.tally


def test_a_jury_too_small_or_too_much_of_the_house_is_signalled_r14(office: Office) -> None:
    made_of = {"act": "Jury constitué", "jury": JURY, "on": FEB}
    assert one(office, **made_of, value="A. Un", reference="1") == "recorded"
    assert f"Jury {JURY} : 1 membre, 2 au moins attendus (R14, brochure ligne 105)" in shown(office, "promotion", NOW)
    assert one(office, **made_of, value="A. Un / B. Deux / C. Trois", reference="1") == "recorded"
    said = shown(office, "promotion", NOW)
    assert f"Jury {JURY} : 1 membre extérieur sur 3, moins de 50 % (R14, brochure ligne 105)" in said
    assert "au moins attendus" not in said
    assert one(office, **made_of, value="A. Un / B. Deux", reference="1") == "recorded"
    assert f"Jury {JURY} :" not in shown(office, "promotion", NOW)


@pytest.mark.parametrize(
    "text",
    ["Titre professionnel", "titre à finalité professionnelle", "RNCP34567", "RNCP n° 34567", "rncp : 34567",
     "RS5286", "RS 5286", "enregistrée par France compétences"],
)  # fmt: skip
def test_no_word_of_a_titre_on_a_certificate_r17(text: str) -> None:
    with pytest.raises(RecordRefusedError) as refused:
        check_wording(f"Certificat – {text}", "certificat_cnfpt")
    assert SOURCE_R17 in refused.value.sentence
    check_wording(f"Certificat – {text}", "rncp")


def test_the_brochure_s_own_footnote_passes_r17(office: Office) -> None:
    rules = office.files.cycle.rules.certificate
    for text in (rules.label, rules.footnote, "à ce titre, ses titulaires"):
        check_wording(text, rules.regime)


def test_a_decision_by_a_program_is_refused_through_the_same_door_r19(office: Office) -> None:
    hand_in(office, 101)
    control(office, "0001")
    sit(office, {})
    office.record({"act": "État figé", "who": "0001", "jury": JURY, "on": MAR, "document": "7" * 64})
    row = ActRow(2, "Décision", who="0001", jury=JURY, on=MAR, value="favorable")
    (refused,) = record_batch(office.desk("system"), [row]).rows
    assert "R19, RGPD article 22" in plain(refused.sentence)
    assert "jury.decision" not in office.types()


def test_what_moodle_shows_later_lowers_nothing_that_was_decided_r22(office: Office) -> None:
    hand_in(office, 101)
    control(office, "0001")
    sit(office, {"0001": "favorable"})
    before = standing(office, "0001")
    office.site.put(FactKind.ACTIVITY, "m01-prep", 101, state="incomplete", override=False)
    office.pull(full=True)
    assert "R22" not in shown(office, "promotion", NOW)  # the minutes are not signed yet
    minutes(office)
    assert certify(office, "0001") == []
    for key in ("depot-a", "depot-b"):
        office.site.put(FactKind.SUBMISSION, key, 101, status="reopened", attempt=1, submitted_at=0)
    office.pull(full=True)
    after = standing(office, "0001")
    assert (after.dossier.state, after.dossier.sealed_for) == (before.dossier.state, JURY)
    assert after.passages == before.passages
    assert after.certificate.words == "Remis – n° ANGERS-CPE-2027-0001"
    assert "évolution postérieure au procès-verbal (R22)" in shown(office, "promotion", NOW)
    assert [e.type for e in after.entries].count("submission.observed") == 4
    assert words(report("promotion", office.ledger, office.files, now=NOW))
