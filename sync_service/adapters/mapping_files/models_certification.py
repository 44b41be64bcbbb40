"""Model of referentials/<version>/certification.toml: the rules' settings, their sources, the open questions."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sync_service.adapters.mapping_files.models_cycle import Text
from sync_service.adapters.mapping_files.problems import Strict

Period = Annotated[str, Field(pattern=r"^P(\d+Y)?(\d+M)?(\d+D)?$")]
Share = Annotated[float, Field(ge=0, le=1)]
SecondPerson = Literal[
    "recevabilite", "derogation", "remise-au-jury", "decision", "numero-reserve", "signature", "delivrance", "retrait",
    "annulation", "elimination",
]  # fmt: skip
"""Acts that may want two persons: second_person.NAMES."""
RULES = tuple(f"R{number:02d}" for number in range(1, 23))
QUESTIONS = tuple(f"Q{number:02d}" for number in range(1, 29))


class EligibilityModel(Strict):
    """R01."""

    seniority_max: Period
    reference_date: Literal["debut_promotion", "inscription"]
    blocking: bool


class DurationRuleModel(Strict):
    """R04."""

    days: Annotated[int, Field(gt=0)]
    tolerance: Share
    halfdays_per_day: Annotated[int, Field(ge=1, le=2)]


class AttendanceModel(Strict):
    """R05; a key that is absent means that no rule was set."""

    threshold: Share | None = None
    blocking: bool
    unit: Literal["demi_journee", "jour", "heure"]
    followed_rule: Literal["activites_faites", "une_session", "seuil"] | None = None
    exemption_allowed: bool
    other_promotion_allowed: bool


class AlternationModel(Strict):
    """R03, R06."""

    support_attached_to: Literal["cycle", "module"]
    trace: Literal["aucune", "facultative", "obligatoire"]
    counts_in_duration: bool


class DossierRulesModel(Strict):
    """R07 to R12."""

    min_presentation_acquis: Annotated[int, Field(ge=0)]
    min_document_action: Annotated[int, Field(ge=0)]
    checklist: list[Text]
    analysis_mandatory: bool
    employer_statement: Literal["aucune", "facultative", "obligatoire"]
    required_documents: list[Text]
    required_documents_notice: Text
    formats: list[Annotated[str, Field(pattern=r"^\.[a-z0-9]+$")]]
    max_bytes: Annotated[int, Field(gt=0)]
    days_before_jury: Annotated[int, Field(ge=0, le=365)]
    late: Literal["hors_delai", "refuse"]
    later_documents: Literal["accepter_avant_cloture", "refuser"]
    admissibility_role: Text
    second_reader: bool


class JuryModel(Strict):
    """R13, R14, R16, R19, R20."""

    members_min: Annotated[int, Field(ge=1)]
    external_share_min: Share
    trainer_excluded: Literal["signal", "bloquant", "non"]
    quorum: Literal["tous", "majorite"]
    majority: Literal["simple", "absolue"]
    president: Literal["premier_nomme", "designe"]
    interview: Literal["non_precise", "oui", "non"]
    opinion: list[Text]
    marks: bool
    outcomes: dict[str, str]
    president_bound: bool
    partial_success: bool
    second_attempts: Annotated[int, Field(ge=0)]
    second_attempt_within: Period
    second_attempt_redo: Text
    justified_absence_next_session: bool
    unjustified_absence_counts: bool


class CertificateModel(Strict):
    """R15, R17, R18."""

    regime: Literal["certificat_cnfpt", "rncp", "rs"]
    label: Text
    footnote: Text
    numbering: Annotated[str, Field(pattern=r"\{n:0\dd\}")]
    date: Literal["signature", "pv"]
    delegation_required: bool
    duplicate_mark: Text
    duplicate_by: Text
    signature: Text
    appeal_to: Text
    appeal_within: Period
    appeal_text: Text
    employer_sees: list[Text]
    results_published: bool
    training_statement: Text
    realisation_certificate: bool


class RetentionModel(Strict):
    """One line of the tableau de gestion."""

    series: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    label: Text
    trigger: Text
    keep: Annotated[str, Field(pattern=r"^(permanent|P(\d+Y)?(\d+M)?(\d+D)?)$")]
    outcome: Text


class RuleModel(Strict):
    """One rule: what it says, where it comes from, what the software does."""

    statement: Text
    source: Text
    enforcement: Literal["signal", "information", "config", "controle", "strict"]


class QuestionModel(Strict):
    """One open question to the office."""

    question: Text
    default: Text
    settings: list[Text]
    answered: bool


class CertificationModel(Strict):
    """The whole of certification.toml."""

    eligibility: EligibilityModel
    duration: DurationRuleModel
    attendance: AttendanceModel
    alternation: AlternationModel
    dossier: DossierRulesModel
    jury: JuryModel
    certificate: CertificateModel
    retention: list[RetentionModel]
    moodle_shape: Literal["un_cours_par_promotion", "un_cours_par_module"]
    organised_by: Literal["cycle", "session"]
    second_person: list[SecondPerson] = Field(default=[])
    acts_zone: Text
    rules: dict[str, RuleModel]
    questions: dict[str, QuestionModel]

    @model_validator(mode="after")
    def nothing_forgotten(self) -> Self:
        """Every rule and every question is there, and no other."""
        for name, wanted, found in (("rules", RULES, self.rules), ("questions", QUESTIONS, self.questions)):
            missing, strange = sorted(set(wanted) - set(found)), sorted(set(found) - set(wanted))
            if missing or strange:
                raise ValueError(f"{name} : manquent {missing or 'aucune'} ; en trop {strange or 'aucune'}")
        return self
