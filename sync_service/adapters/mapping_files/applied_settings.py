"""Settings of certification.toml that this version reads and does not apply: another value than the one it follows is refused.

A rule that the office believes in force and that nothing holds is worse than a rule that is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sync_service.adapters.mapping_files.models_certification import CertificationModel
from sync_service.errors import Problem

_FOLLOWED: Mapping[str, tuple[str, tuple[object, ...]]] = {
    "eligibility.reference_date": ("R01", ("debut_promotion",)),
    "eligibility.blocking": ("R01", (False,)),
    "duration.halfdays_per_day": ("R04", (2,)),
    "attendance.blocking": ("R05", (False,)),
    "attendance.unit": ("R05, Q24", ("demi_journee",)),
    "attendance.followed_rule": ("Q04", (None,)),
    "attendance.exemption_allowed": ("Q05", (True,)),
    "attendance.other_promotion_allowed": ("Q06", (True,)),
    "alternation.support_attached_to": ("R03", ("cycle",)),
    "alternation.counts_in_duration": ("R06", (False,)),
    "dossier.min_presentation_acquis": ("R07", (1,)),
    "dossier.min_document_action": ("R07", (1,)),
    "dossier.employer_statement": ("R09", ("aucune", "facultative")),
    "dossier.analysis_mandatory": ("R10", (True,)),
    "dossier.later_documents": ("R12", ("accepter_avant_cloture",)),
    "dossier.late": ("Q08", ("hors_delai",)),
    "jury.trainer_excluded": ("R14", ("signal",)),
    "jury.marks": ("Q11", (False,)),
    "jury.president_bound": ("Q13", (True,)),
    "jury.partial_success": ("Q14", (False,)),
    "certificate.delegation_required": ("R15", (True,)),
    "certificate.date": ("Q18", ("signature",)),
    "certificate.results_published": ("Q22", (False,)),
    "certificate.realisation_certificate": ("Q27", (False,)),
}
"""Setting → the rule or question it answers, the values that are applied."""


def not_applied(rules: CertificationModel) -> Iterator[Problem]:
    """Yield a problem for each setting whose value would be read and change nothing."""
    for name, (rule, followed) in _FOLLOWED.items():
        section, key = name.split(".")
        value = getattr(getattr(rules, section), key)
        if value not in followed:
            wanted = " ou ".join(_toml(one) for one in followed) if followed != (None,) else "rien (retirez la ligne)"
            reason = f"cette version n’applique pas {_toml(value)} : écrivez {wanted} ({rule})"
            yield Problem(f"certification.toml › {section} › {key}", reason)


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f"« {value} »"
