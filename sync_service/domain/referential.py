"""The rules of the certification: each with its source, each open question a setting with a default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RuleSource:
    """Where a rule comes from; the software signals, people decide."""

    id: str
    statement: str
    source: str
    """« brochure.md:30 « depuis moins de trois ans » », or « pratique » when the brochure is silent."""
    enforcement: str
    """signal, information, config, controle or strict."""


@dataclass(frozen=True, slots=True)
class Question:
    """An open question to the office and the default that keeps the tool usable."""

    id: str
    question: str
    default: str
    settings: tuple[str, ...]
    """Dotted names of the settings of Rules that answer it; empty when the default needs none."""
    answered: bool
    """True once the office has answered; False means that the default applies."""


@dataclass(frozen=True, slots=True)
class Eligibility:
    """R01."""

    seniority_max: str
    """ISO 8601 duration."""
    reference_date: str
    blocking: bool


@dataclass(frozen=True, slots=True)
class DurationRule:
    """R04, Q02: planned days against the announced ones."""

    days: int
    tolerance: float
    halfdays_per_day: int


@dataclass(frozen=True, slots=True)
class Attendance:
    """R05, Q03, Q04, Q05, Q06, Q24."""

    threshold: float | None
    """Share of half-days; None: the brochure gives none."""
    blocking: bool
    unit: str
    followed_rule: str | None
    """When a module may be called « suivi »; None: never, only what was attended and done is shown."""
    exemption_allowed: bool
    other_promotion_allowed: bool


@dataclass(frozen=True, slots=True)
class Alternation:
    """R03, R06: support sequences and periods in work situation."""

    support_attached_to: str
    trace: str
    counts_in_duration: bool


@dataclass(frozen=True, slots=True)
class DossierRules:
    """R07 to R12, Q07, Q08, Q09."""

    min_presentation_acquis: int
    min_document_action: int
    checklist: tuple[str, ...]
    analysis_mandatory: bool
    employer_statement: str
    required_documents: tuple[str, ...]
    required_documents_notice: str
    """Shown while the list is empty."""
    formats: tuple[str, ...]
    max_bytes: int
    days_before_jury: int
    late: str
    later_documents: str
    admissibility_role: str
    second_reader: bool


@dataclass(frozen=True, slots=True)
class JuryRules:
    """R13, R14, R16, R19, R20, Q10 to Q16."""

    members_min: int
    external_share_min: float
    trainer_excluded: str
    quorum: str
    majority: str
    president: str
    interview: str
    opinion: tuple[str, ...]
    marks: bool
    outcomes: Mapping[str, str]
    president_bound: bool
    partial_success: bool
    second_attempts: int
    second_attempt_within: str
    second_attempt_redo: str
    justified_absence_next_session: bool
    unjustified_absence_counts: bool


@dataclass(frozen=True, slots=True)
class CertificateRules:
    """R15, R17, R18, Q17, Q18, Q19, Q21, Q22, Q23, Q27."""

    regime: str
    label: str
    footnote: str
    """Wording printed under the certificate."""
    numbering: str
    """``{site}``, ``{cycle}``, ``{annee}`` and ``{n:04d}``."""
    date: str
    delegation_required: bool
    duplicate_mark: str
    duplicate_by: str
    signature: str
    appeal_to: str
    appeal_within: str
    appeal_text: str
    employer_sees: tuple[str, ...]
    results_published: bool
    training_statement: str
    realisation_certificate: bool


@dataclass(frozen=True, slots=True)
class Retention:
    """Q20: one line of the tableau de gestion; a proposal until the archives service has fixed it."""

    series: str
    label: str
    trigger: str
    keep: str
    """ISO 8601 duration, or « permanent »."""
    outcome: str
    """Sort final."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Every setting of a referential's certification."""

    eligibility: Eligibility
    duration: DurationRule
    attendance: Attendance
    alternation: Alternation
    dossier: DossierRules
    jury: JuryRules
    certificate: CertificateRules
    retention: tuple[Retention, ...]
    moodle_shape: str
    """Q25."""
    organised_by: str
    """Q26: cycle, or session when each session may have its own organiser."""
    acts_zone: str
    """Q28."""
    sources: Mapping[str, RuleSource]
    """R01 … R22."""
    questions: Mapping[str, Question]
    """Q01 … Q28."""
    second_person: tuple[str, ...] = ()
    """Acts that want two persons, named as in second_person.NAMES."""
