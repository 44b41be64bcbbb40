"""Reads a cycle or a promotion with everything it refers to, checks it together, and reports every problem at once."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sync_service.adapters.mapping_files.calendar_file import read_calendar
from sync_service.adapters.mapping_files.checks import calendar_problems, layout_problems
from sync_service.adapters.mapping_files.layout_file import read_layout
from sync_service.adapters.mapping_files.models_promotion import MoodleModel, PromotionModel
from sync_service.adapters.mapping_files.problems import read_toml
from sync_service.adapters.mapping_files.referential_files import read_referential, versions
from sync_service.domain.calendar import Calendar, to_utc
from sync_service.domain.cycle import Cycle
from sync_service.domain.keys import is_promotion_id
from sync_service.domain.promotion import (
    Contact,
    Deadlines,
    Group,
    MoodleTarget,
    Observe,
    PeopleSettings,
    Promotion,
    PromotionFiles,
)
from sync_service.errors import MappingError, Problem

SPREADSHEETS = (".csv", ".xlsx", ".ods")


def load_cycle(mappings_dir: Path, cycle: str, version: str | None = None) -> Cycle:
    """Read a cycle under one version of its referential, the newest by default.

    Raises:
        MappingError: every problem of the referential's files, at once.
    """
    problems: list[Problem] = []
    title = f"Le cycle {cycle} ne peut pas être lu :"
    known = versions(mappings_dir / cycle)
    if not known:
        reason = f"aucun référentiel : il faut {cycle}/referentials/<version>/cycle.toml dans {mappings_dir.name}"
        raise MappingError(title, [Problem(cycle, reason)])
    found = read_referential(mappings_dir / cycle, version or known[-1], problems)
    if found is None:
        raise MappingError(title, problems)
    return found


def list_promotions(mappings_dir: Path) -> tuple[str, ...]:
    """Return the ids of every promotion of every cycle, sorted."""
    return tuple(sorted({path.stem for path in mappings_dir.glob("*/promotions/*.toml")}))


def load_promotion(mappings_dir: Path, promotion: str) -> PromotionFiles:
    """Read a promotion, its referential, its calendar and its layout, and check them together.

    Raises:
        MappingError: no such promotion, two of that name, or every problem of all its files at once.
    """
    title = f"La promotion {promotion} ne peut pas être lue :"
    found = sorted(mappings_dir.glob(f"*/promotions/{promotion}.toml")) if is_promotion_id(promotion) else []
    if len(found) != 1:
        raise MappingError(title, [Problem(promotion, _not_one(mappings_dir, found))])
    cycle_dir = found[0].parent.parent
    problems: list[Problem] = []
    files = _read(cycle_dir, promotion, problems)
    if files is None or problems:
        raise MappingError(title, problems)
    return files


def spreadsheet(cycle_dir: Path, promotion: str, name: str) -> Path:
    """Return the path of a promotion's ``calendrier`` or ``stagiaires``; the CSV's when there is none."""
    folder = cycle_dir / "promotions" / promotion
    return next((path for end in SPREADSHEETS if (path := folder / f"{name}{end}").is_file()), folder / f"{name}.csv")


def roster_path(mappings_dir: Path, files: PromotionFiles) -> Path:
    """Return where a promotion's list of trainees is, or would be."""
    return spreadsheet(mappings_dir / files.cycle.id, files.promotion.id, "stagiaires")


def _not_one(mappings_dir: Path, found: list[Path]) -> str:
    if found:
        cycles = ", ".join(path.parent.parent.name for path in found)
        return f"ce nom sert dans plusieurs cycles ({cycles}) : il doit être unique"
    known = ", ".join(list_promotions(mappings_dir)) or "aucune"
    return f"aucune promotion ne porte ce nom dans {mappings_dir.name} ; promotions connues : {known}"


def _read(cycle_dir: Path, promotion_id: str, problems: list[Problem]) -> PromotionFiles | None:
    model = read_toml(cycle_dir / "promotions" / f"{promotion_id}.toml", PromotionModel, problems)
    calendar_path = spreadsheet(cycle_dir, promotion_id, "calendrier")
    _ambiguous(cycle_dir, promotion_id, problems)
    if model is None:
        read_calendar(calendar_path, "Europe/Paris", problems)
        return None
    cycle = read_referential(cycle_dir, model.referential.version, problems)
    zone_ok = _zone(promotion_id, model, problems)
    calendar = read_calendar(calendar_path, model.zone if zone_ok else "Europe/Paris", problems)
    if cycle is None:
        return None
    _pin(promotion_id, model, cycle, problems)
    layout = read_layout(cycle_dir, model.layout, cycle, problems)
    if not zone_ok:  # already reported; another zone lets the rest be read
        model = model.model_copy(update={"zone": "Europe/Paris"})
    promotion = _promotion(promotion_id, cycle, model)
    problems.extend(_promotion_problems(promotion))
    if calendar is not None:
        problems.extend(calendar_problems(calendar_path.name, cycle, promotion, calendar))
    if layout is not None:
        problems.extend(layout_problems(cycle, promotion, calendar or Calendar(()), layout))
    return PromotionFiles(promotion, cycle, calendar, layout) if calendar is not None and layout is not None else None


def _ambiguous(cycle_dir: Path, promotion: str, problems: list[Problem]) -> None:
    folder = cycle_dir / "promotions" / promotion
    for name in ("calendrier", "stagiaires"):
        found = [path.name for end in SPREADSHEETS if (path := folder / f"{name}{end}").is_file()]
        if len(found) > 1:
            problems.append(Problem(f"{promotion} › {name}", f"il y a {' et '.join(found)} : gardez-en un seul"))


def _zone(promotion: str, model: PromotionModel, problems: list[Problem]) -> bool:
    try:
        ZoneInfo(model.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        reason = f"« {model.zone} » n’est pas un fuseau horaire : écrivez par exemple Europe/Paris"
        problems.append(Problem(f"{promotion}.toml › zone", reason))
        return False
    return True


def _pin(promotion: str, model: PromotionModel, cycle: Cycle, problems: list[Problem]) -> None:
    pinned = model.referential.sha256
    if pinned is not None and pinned != cycle.referential.sha256:
        reason = f"les fichiers du référentiel {cycle.referential.version} ont changé depuis : rétablissez-les (R11)"
        problems.append(Problem(f"{promotion}.toml › referential › sha256", reason))


def _promotion_problems(promotion: Promotion) -> list[Problem]:
    file, jury = f"{promotion.id}.toml", promotion.deadlines.jury_date
    problems = []
    if promotion.ends_on <= promotion.starts_on:
        problems.append(Problem(f"{file} › ends_on", "la fin n’est pas après le début (starts_on)"))
    if jury is not None and jury <= promotion.starts_on:
        problems.append(Problem(f"{file} › jury › date", "la session de jury n’est pas après le début de la promotion"))
    for what in ("key", "name"):
        names = [getattr(group, what) for group in promotion.groups]
        if len(set(names)) < len(names):
            problems.append(Problem(f"{file} › groups", f"deux groupes ont la même clé « {what} »"))
    return problems


def _promotion(promotion_id: str, cycle: Cycle, model: PromotionModel) -> Promotion:
    return Promotion(
        id=promotion_id,
        label=model.label,
        cycle=cycle.id,
        referential_version=cycle.referential.version,
        referential_sha256=cycle.referential.sha256,
        layout=model.layout,
        site=model.site,
        zone=model.zone,
        starts_on=model.starts_on,
        ends_on=model.ends_on,
        contact=Contact(**model.contact.model_dump()),
        readers=model.dossier.readers,
        certificate_handover=model.certificate_handover,
        deadlines=_deadlines(cycle, model),
        moodle=_moodle(model.moodle),
        people=PeopleSettings(model.people.mode, model.people.field),
        groups=tuple(Group(group.key, group.name) for group in model.groups),
        second_person=tuple(model.second_person),
    )


def _deadlines(cycle: Cycle, model: PromotionModel) -> Deadlines:
    days = model.dossier.days_before_jury
    before = cycle.rules.dossier.days_before_jury if days is None else days
    jury = model.jury.date
    due_day = jury - timedelta(days=before) if jury else None
    due = to_utc(due_day, time(23, 59, 59), model.zone) if due_day else None
    return Deadlines(jury, model.jury.place, due, due_day, before)


def _moodle(model: MoodleModel) -> MoodleTarget:
    return MoodleTarget(
        site=model.site,
        category=model.category,
        shortname=model.shortname,
        fullname=model.fullname,
        lang=model.lang,
        visible=model.visible,
        observe=Observe(model.observe.course_shortname, dict(model.observe.activities)),
    )
