"""referentials/<version>/: what the cycle is and its rules, with the source document they come from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sync_service.adapters.mapping_files.applied_settings import not_applied
from sync_service.adapters.mapping_files.models_certification import CertificationModel
from sync_service.adapters.mapping_files.models_cycle import CycleModel, ModuleModel
from sync_service.adapters.mapping_files.problems import read_bytes, read_toml
from sync_service.domain.cycle import Cycle, DossierElement, Duration, Module, Organiser, Referential, Source
from sync_service.domain.referential import (
    Alternation,
    Attendance,
    CertificateRules,
    DossierRules,
    DurationRule,
    Eligibility,
    JuryRules,
    Question,
    Retention,
    Rules,
    RuleSource,
)
from sync_service.domain.typography import french
from sync_service.errors import Problem

FILES = ("cycle.toml", "certification.toml")


def versions(cycle_dir: Path) -> tuple[str, ...]:
    """Return the versions of a cycle's referential, oldest first."""
    found = [path.parent.name for path in cycle_dir.glob("referentials/*/cycle.toml")]
    return tuple(sorted(found, key=lambda name: [int(part) if part.isdigit() else 0 for part in name.split(".")]))


def read_referential(cycle_dir: Path, version: str, problems: list[Problem]) -> Cycle | None:
    """Read one version, or note every mistake in its two files and a source document that is not the one declared."""
    folder = cycle_dir / "referentials" / version
    cycle = read_toml(folder / "cycle.toml", CycleModel, problems)
    rules = read_toml(folder / "certification.toml", CertificationModel, problems)
    if cycle is None or rules is None:
        return None
    before = len(problems)
    source = _source(folder, cycle, problems)
    _agree(cycle_dir, version, cycle, rules, problems)
    problems += not_applied(rules)
    if len(problems) > before:
        return None
    files = {name: (folder / name).read_bytes() for name in FILES} | {cycle.source.file: source}
    return _cycle(
        cycle, _rules(rules), Referential(version, digest_of(files), files, Source(**cycle.source.model_dump()))
    )


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 over the sorted lines « <sha256>  <file name> »."""
    lines = sorted(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _source(folder: Path, cycle: CycleModel, problems: list[Problem]) -> bytes:
    raw = read_bytes(folder / cycle.source.file, problems)
    if raw is None:
        return b""
    if hashlib.sha256(raw).hexdigest() != cycle.source.sha256:
        reason = f"{cycle.source.file} n’est plus le document déclaré : rétablissez-le, ou publiez une nouvelle version"
        problems.append(Problem("cycle.toml › source › sha256", reason))
    return raw


def _agree(
    cycle_dir: Path, version: str, cycle: CycleModel, rules: CertificationModel, problems: list[Problem]
) -> None:
    pairs = (
        ("cycle.toml › version", cycle.version, version, "le nom de son dossier"),
        ("cycle.toml › id", cycle.id, cycle_dir.name, "le nom du dossier du cycle"),
        (
            "certification.toml › duration › days",
            rules.duration.days,
            cycle.duration.days,
            "cycle.toml › duration › days",
        ),
        ("certification.toml › certificate › regime", rules.certificate.regime, cycle.regime, "cycle.toml › regime"),
    )
    for where, found, wanted, what in pairs:
        if found != wanted:
            problems.append(Problem(where, f"« {found} » n’est pas {what} (« {wanted} »)"))
    if cycle.regime == "certificat_cnfpt" and "titre" in rules.certificate.label.lower():
        reason = "un cycle hors RNCP ne délivre pas de « titre » (R17, B:107)"
        problems.append(Problem("certification.toml › certificate › label", reason))


def _cycle(model: CycleModel, rules: Rules, referential: Referential) -> Cycle:
    duration, organiser = model.duration, model.organiser
    return Cycle(
        id=model.id,
        code=model.code,
        title=model.title,
        regime=model.regime,
        referential=referential,
        duration=Duration(duration.days, duration.approximate, duration.halfdays_per_day),
        modules=tuple(_module(module) for module in model.modules),
        audience=tuple(model.audience),
        context=tuple(model.context),
        aim=tuple(model.aim),
        objectives=tuple(model.objectives),
        principles=tuple(model.principles),
        methods=tuple(model.methods),
        support_sequences=model.texts.support_sequences,
        dossier=tuple(DossierElement(**element.model_dump()) for element in model.dossier),
        texts={**model.texts.model_dump(), "duration": duration.text},
        organiser=Organiser(**organiser.model_dump()),
        rules=rules,
    )


def _module(model: ModuleModel) -> Module:
    return Module(model.number, model.title, tuple(model.text), model.described)


def _rules(model: CertificationModel) -> Rules:
    dossier, jury = _shown(model.dossier.model_dump()), _shown(model.jury.model_dump())
    return Rules(
        eligibility=Eligibility(**model.eligibility.model_dump()),
        duration=DurationRule(**model.duration.model_dump()),
        attendance=Attendance(**model.attendance.model_dump()),
        alternation=Alternation(**model.alternation.model_dump()),
        dossier=DossierRules(**dossier),
        jury=JuryRules(**jury),
        certificate=CertificateRules(**_shown(model.certificate.model_dump())),
        retention=tuple(Retention(**_shown(line.model_dump())) for line in model.retention),
        moodle_shape=model.moodle_shape,
        organised_by=model.organised_by,
        acts_zone=model.acts_zone,
        sources={name: RuleSource(name, **_shown(rule.model_dump())) for name, rule in sorted(model.rules.items())},
        questions={
            name: Question(name, **_shown(question.model_dump())) for name, question in sorted(model.questions.items())
        },
        second_person=tuple(model.second_person),
    )


def _shown(values: dict[str, object]) -> dict[str, Any]:
    """Freeze lists, and set every text in French: a code has nothing to set and stays as it is."""
    return {name: _set(value) for name, value in values.items()}


def _set(value: object) -> object:
    if isinstance(value, str):
        return french(value)
    if isinstance(value, list):
        return tuple(_set(item) for item in value)
    return {name: _set(item) for name, item in value.items()} if isinstance(value, dict) else value
