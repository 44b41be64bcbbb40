"""A setting that nothing applies is refused with its rule, so that nobody believes in a rule that is not held."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from sync_service.adapters.mapping_files import load_cycle
from sync_service.adapters.mapping_files.applied_settings import _FOLLOWED
from sync_service.errors import MappingError

OTHER = {
    "eligibility.reference_date": '"inscription"', "eligibility.blocking": "true", "duration.halfdays_per_day": "1",
    "attendance.blocking": "true", "attendance.unit": '"heure"', "attendance.followed_rule": '"seuil"',
    "attendance.exemption_allowed": "false", "attendance.other_promotion_allowed": "false",
    "alternation.support_attached_to": '"module"', "alternation.counts_in_duration": "true",
    "dossier.min_presentation_acquis": "2", "dossier.min_document_action": "0", "dossier.employer_statement": '"obligatoire"',
    "dossier.analysis_mandatory": "false", "dossier.later_documents": '"refuser"', "dossier.late": '"refuse"',
    "jury.trainer_excluded": '"bloquant"', "jury.marks": "true", "jury.president_bound": "false",
    "jury.partial_success": "true", "certificate.delegation_required": "false", "certificate.date": '"pv"',
    "certificate.results_published": "true", "certificate.realisation_certificate": "true",
}  # fmt: skip


def test_every_setting_that_is_not_applied_is_tried() -> None:
    assert set(OTHER) == set(_FOLLOWED)


@pytest.mark.parametrize("name", sorted(OTHER))
def test_another_value_than_the_one_applied_is_refused_with_its_rule(name: str, copy: Path) -> None:
    section, key = name.split(".")
    (path,) = copy.glob("referentials/*/certification.toml")
    text = path.read_text("utf-8")
    start = re.search(rf"^\[{section}\].*$", text, re.MULTILINE)
    assert start is not None
    head, body = text[: start.end()], text[start.end() :]
    body, _ = re.subn(rf"^{key} = .*$", "", body, count=1, flags=re.MULTILINE)
    path.write_text(f"{head}\n{key} = {OTHER[name]}{body}", "utf-8")
    assert str(tomllib.loads(path.read_text("utf-8"))[section][key]).lower() == OTHER[name].strip('"')
    with pytest.raises(MappingError) as caught:
        load_cycle(copy.parent, copy.name)
    (found,) = [p for p in caught.value.problems if p.where == f"certification.toml › {section} › {key}"]
    assert "cette version n’applique pas" in found.reason
    assert _FOLLOWED[name][0] in found.reason
