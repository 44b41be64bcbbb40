"""The course as it should be: a pure function from the mapping, the packages and the register's enrolments."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path

from sync_service.domain.access import access_tree
from sync_service.domain.calendar import Calendar, Session, to_utc
from sync_service.domain.course_values import course_values, module_values, stamp_of
from sync_service.domain.cycle import Cycle
from sync_service.domain.ics import calendar_file
from sync_service.domain.keys import make_key
from sync_service.domain.layout import (
    AnyActivity,
    Assign,
    Folder,
    Forum,
    Label,
    Layout,
    LayoutSection,
    Page,
    Resource,
    Scorm,
    Url,
)
from sync_service.domain.lms_state import Json, Kind, LmsObject
from sync_service.domain.module_fields import PackageFacts, assign_fields, listing_digest, scorm_fields
from sync_service.domain.placeholders import Values, fill_html, fill_text
from sync_service.domain.promotion import Group, Promotion
from sync_service.domain.session_text import event_description, place_of, session_name, session_state
from sync_service.errors import MappingError, Problem

__all__ = ["DesiredCourse", "PackageFacts", "Rename", "WantedEnrolment", "desired_state"]


@dataclass(frozen=True, slots=True)
class WantedEnrolment:
    """An enrolment that the register wants, with the Moodle account it was matched to."""

    candidate: str
    """``cand_…``."""
    user_id: int
    status: str
    """active or suspended."""
    timestart: int = 0
    timeend: int = 0
    groups: tuple[str, ...] = ()
    """Keys or names of groups of the promotion."""


@dataclass(frozen=True, slots=True)
class Rename:
    """An object declared with ``was``: the key it had and the key it has."""

    was: str
    key: str


@dataclass(frozen=True, slots=True)
class DesiredCourse:
    """Objects in the order of an apply, the files some of them carry, and the declared renames."""

    objects: tuple[LmsObject, ...]
    files: Mapping[str, Path | bytes | Mapping[str, bytes]]
    """Key of a scorm, resource or folder → its zip's path, its bytes, or its files by name."""
    renames: tuple[Rename, ...] = ()


def desired_state(  # noqa: PLR0917 (each argument is a source of its own)
    cycle: Cycle,
    promotion: Promotion,
    calendar: Calendar,
    layout: Layout,
    packages: Mapping[str, PackageFacts],
    enrolments: Sequence[WantedEnrolment],
    updated_on: date | None = None,
) -> DesiredCourse:
    """Return the course as the mapping, the packages and the register want it, in the order of an apply.

    ``packages`` is keyed by the layout's ``package``. ``updated_on`` is shown as « Mis à jour le … »: leave it out and
    the calendar's own date is shown, so that a plan made tomorrow finds nothing to do.

    Raises:
        MappingError: a package is not built, or an enrolment names a group that the promotion does not have.
    """
    _check(promotion, layout, packages, enrolments)
    updated = updated_on or calendar.updated_on
    values = course_values(cycle, promotion, calendar, tracked=len(layout.tracked()), updated_on=updated)
    made = _Maker(cycle, promotion, calendar, packages, values)
    sections = [made.section(section, position) for position, section in enumerate(layout.sections)]
    modules = [
        made.module(section, activity, position)
        for section in layout.sections
        for position, activity in enumerate(section.activities)
    ]
    objects = (
        made.course(layout),
        made.enrol_instance(),
        *sections,
        *modules,
        *(made.group(group) for group in promotion.groups),
        *(made.enrolment(wanted) for wanted in enrolments),
        *(made.event(session) for session in calendar.sessions),
    )
    return DesiredCourse(objects, made.files(layout), _renames(promotion.id, layout))


def _check(
    promotion: Promotion,
    layout: Layout,
    packages: Mapping[str, PackageFacts],
    enrolments: Sequence[WantedEnrolment],
) -> None:
    wanted = [activity.package for _, activity in layout.activities() if isinstance(activity, Scorm)]
    problems = [
        Problem(f"layouts › {layout.id}", f"le paquet « {package} » n’est pas construit : lancez cyclesync package")
        for package in wanted
        if package not in packages
    ]
    groups = {group for wanted_enrolment in enrolments for group in wanted_enrolment.groups if group}
    problems += [
        Problem(
            f"{promotion.id}.toml › groups", f"le groupe « {group} » de la liste des stagiaires n’y est pas déclaré"
        )
        for group in sorted(groups)
        if promotion.group(group) is None
    ]
    if problems:
        raise MappingError("Le cours ne peut pas être décrit :", problems)


def _renames(promotion_id: str, layout: Layout) -> tuple[Rename, ...]:
    named: list[LayoutSection | AnyActivity] = list(layout.sections)
    named += [activity for _, activity in layout.activities()]
    return tuple(
        Rename(make_key(promotion_id, thing.was), make_key(promotion_id, thing.key)) for thing in named if thing.was
    )


@dataclass(frozen=True, slots=True)
class _Maker:
    cycle: Cycle
    promotion: Promotion
    calendar: Calendar
    packages: Mapping[str, PackageFacts]
    values: Values

    def key(self, name: str) -> str:
        return make_key(self.promotion.id, name)

    def values_of(self, module: int | None) -> Values:
        if module is None:
            return self.values
        return self.values.extended(module_values(self.cycle, self.promotion, self.calendar, module))

    def course(self, layout: Layout) -> LmsObject:
        target, promotion = self.promotion.moodle, self.promotion
        fields: dict[str, Json] = {
            "fullname": target.fullname,
            "shortname": target.shortname,
            "summary": fill_html(layout.summary, self.values),
            "category": target.category,
            "startdate": _midnight(promotion.starts_on, promotion.zone),
            "enddate": _midnight(promotion.ends_on + timedelta(days=1), promotion.zone) - 1,
            "visible": target.visible,
            "enablecompletion": True,
            "showgrades": False,
            "lang": target.lang,
            "newsitems": 0,
        }
        if layout.course_completion:
            fields["criteria"] = sorted(self.key(name) for name in layout.tracked())
        return LmsObject(self.key("course"), Kind.COURSE, "", fields)

    def enrol_instance(self) -> LmsObject:
        fields: dict[str, Json] = {"role": "student", "welcomemessage": False, "status": "active"}
        return LmsObject(self.key("enrol"), Kind.ENROL_INSTANCE, self.key("course"), fields)

    def section(self, section: LayoutSection, position: int) -> LmsObject:
        values = self.values_of(section.module)
        fields: dict[str, Json] = {
            "name": fill_text(section.name, values),
            "summary": fill_html(section.summary, values),
            "visible": section.visible,
            "position": position,
            "availability": access_tree(self.promotion.id, section.access, self.promotion.zone),
        }
        return LmsObject(self.key(section.key), Kind.SECTION, self.key("course"), fields)

    def module(self, section: LayoutSection, activity: AnyActivity, position: int) -> LmsObject:
        modname, own = self.own_fields(activity)
        values = self.values_of(section.module)
        fields: dict[str, Json] = {
            "name": fill_text(activity.name, values),
            "intro": fill_html(activity.intro, values),
            "showdescription": activity.show_intro or isinstance(activity, Label),
            "visible": activity.visible,
            "position": position,
            "completion": 2 if activity.tracked else 0,
            "completionview": activity.tracked and isinstance(activity, Page),
            "availability": access_tree(self.promotion.id, activity.access, self.promotion.zone),
            **own,
        }
        owns = frozenset({"package_digest", *(name for name in fields if name.startswith("completion"))})
        owned = (owns | activity.owns) & frozenset(fields)
        return LmsObject(self.key(activity.key), Kind.MODULE, self.key(section.key), fields, modname, owned)

    def own_fields(self, activity: AnyActivity) -> tuple[str, dict[str, Json]]:
        """Return Moodle's module name and the fields of that kind only."""
        fields: dict[str, Json] = {}
        match activity:
            case Scorm():
                fields = scorm_fields(self.packages[activity.package], tracked=activity.tracked)
            case Assign():
                fields = assign_fields(activity, self.promotion.deadlines.dossier_due)
            case Page():
                fields["content"] = fill_html(activity.content, self.values_of(activity.module))
            case Url():
                fields["externalurl"] = activity.address.replace("{promotion}", self.promotion.id)
            case Resource():
                digest = hashlib.sha256(self.bytes_of(activity)).hexdigest()
                fields = {"file_digest": digest, "filename": activity.filename}
            case Folder():
                fields = {"file_digest": listing_digest(activity.files), "display": int(activity.inline)}
            case Forum():
                fields = {"type": activity.type, "forcesubscribe": activity.subscription}
            case Label():
                pass
        return type(activity).__name__.lower(), fields

    def bytes_of(self, resource: Resource) -> bytes:
        if resource.content is not None:
            return resource.content
        stamp = stamp_of(self.promotion, self.calendar)
        return calendar_file(self.cycle, self.promotion.id, self.calendar, stamp)

    def files(self, layout: Layout) -> Mapping[str, Path | bytes | Mapping[str, bytes]]:
        found: dict[str, Path | bytes | Mapping[str, bytes]] = {}
        for _, activity in layout.activities():
            if isinstance(activity, Scorm):
                found[self.key(activity.key)] = Path(self.packages[activity.package].zip_path)
            elif isinstance(activity, Resource):
                found[self.key(activity.key)] = self.bytes_of(activity)
            elif isinstance(activity, Folder):
                found[self.key(activity.key)] = activity.files
        return found

    def group(self, group: Group) -> LmsObject:
        return LmsObject(self.key(f"g-{group.key}"), Kind.GROUP, self.key("course"), {"name": group.name})

    def enrolment(self, wanted: WantedEnrolment) -> LmsObject:
        groups = [group for text in wanted.groups if text and (group := self.promotion.group(text))]
        fields: dict[str, Json] = {
            "userid": wanted.user_id,
            "status": wanted.status,
            "timestart": wanted.timestart,
            "timeend": wanted.timeend,
            "groups": sorted(self.key(f"g-{group.key}") for group in groups),
        }
        return LmsObject(self.key(f"e-{wanted.candidate.lower()}"), Kind.ENROLMENT, self.key("course"), fields)

    def event(self, session: Session) -> LmsObject:
        state = session_state(session, self.calendar)
        start, end = session.starts_at, session.ends_at
        name = session_name(self.cycle, session)
        fields: dict[str, Json] = {
            "name": f"{name} ({state})" if state else name,
            "description": event_description(session, self.calendar, self.promotion.zone),
            "location": place_of(session),
            "timestart": int(start.timestamp()),
            "timeduration": int((end - start).total_seconds()),
            "visible": True,
        }
        return LmsObject(self.key(f"ev-{session.id}"), Kind.EVENT, self.key("course"), fields)


def _midnight(day: date, zone: str) -> int:
    return int(to_utc(day, time(), zone).timestamp())
