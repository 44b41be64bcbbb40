"""What a preview shows, in order: counts, refusals, changes and gaps section by section, people, the line to copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo

from sync_service.adapters.preview.words import label_of, value_of
from sync_service.domain.changes import Change, Finding, Observation, Verb, object_name
from sync_service.domain.french import whole
from sync_service.domain.lms_state import Fields, Kind
from sync_service.domain.plan import Plan
from sync_service.domain.typography import NBSP

PROMISE = "Rien n’est supprimé et personne n’est désinscrit. Ce que les intervenants ajoutent dans les sections reste en place."
_BEFORE = ((Kind.COURSE, "Paramètres du cours"), (Kind.ENROL_INSTANCE, "Inscriptions manuelles"))
_AFTER = ((Kind.GROUP, "Groupes"), (Kind.ENROLMENT, "Participants"), (Kind.EVENT, "Calendrier"))
_OTHER = "Ailleurs dans le cours"
_SENTENCES: Mapping[Finding, str] = {
    Finding.DRIFT: "réglage modifié à la main, laissé tel quel",
    Finding.CONFLICT: "réglage modifié à la fois dans la promotion et dans Moodle\u00a0: rien n’est écrit",
    Finding.FOREIGN: "vient d’ailleurs que de cette installation de cyclesync\u00a0: rien n’y est touché",
    Finding.GONE: "objet supprimé dans Moodle\u00a0: rien n’est recréé",
    Finding.UNDECLARED: "ne figure plus dans la promotion\u00a0: rien ne change",
    Finding.ELSEWHERE: "se trouve dans une autre section que celle qui est déclarée, et y reste",
    Finding.RENAMED: "porte encore son ancienne clé, la nouvelle ne peut pas lui être donnée\u00a0: rien n’est renommé ni recréé",
}
_OPTIONS: Mapping[Finding, str] = {
    Finding.CONFLICT: "conflict",
    Finding.FOREIGN: "take-over",
    Finding.GONE: "recreate",
}


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field: Moodle's words for it, what is in Moodle, what is declared."""

    label: str
    seen: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Line:
    """One change or one gap."""

    title: str
    tag: str
    """A word for the kind of line: créer, modifier, écart …"""
    fields: tuple[FieldLine, ...] = ()
    remark: str = ""
    option: str = ""
    changes: bool = True
    new: bool = False


@dataclass(slots=True)
class Group:
    """A section of the course, or what belongs to the course as a whole."""

    title: str
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class View:
    """Everything a preview shows, in words."""

    title: str
    label: str
    counts: tuple[tuple[str, str], ...]
    guards: tuple[tuple[str, str, str], ...]
    """Sentence, why it was lifted or nothing, the option that lifts it or nothing."""
    groups: tuple[Group, ...]
    people: tuple[str, ...]
    notes: tuple[str, ...]
    promise: str
    summary: str
    code: str
    command: str


_TAGS: Mapping[Verb, str] = {
    Verb.CREATE: "créer",
    Verb.UPDATE: "modifier",
    Verb.RESTORE: "rétablir",
    Verb.RECORD: "enregistrer",
    Verb.ADOPT: "rattacher",
    Verb.SHOW: "afficher",
    Verb.RENAME: "changer la clé",
    Verb.MOVE: "déplacer",
}


def view_of(plan: Plan, label: str, zone: tzinfo, names: Mapping[str, str]) -> View:
    """Turn a plan into words; ``names`` is key of an enrolment → the person's name."""
    return View(
        title="Aperçu des changements",
        label=label,
        counts=counts_of(plan),
        guards=tuple(_guards(plan)),
        groups=_groups(plan, zone, names),
        people=plan.people_notes,
        notes=plan.notes,
        promise=PROMISE,
        summary=_summary(plan),
        code=plan.code,
        command=plan.command,
    )


def counts_of(plan: Plan) -> tuple[tuple[str, str], ...]:
    """Return the five numbers that a preview begins with."""
    counts = plan.counts
    return (
        ("Objets créés", _number(counts.created)),
        ("Objets modifiés", _number(counts.changed)),
        ("Personnes concernées", _number(counts.people, "aucune")),
        ("Résultats perdus", _number(counts.results_lost)),
        ("Messages envoyés", _number(counts.messages)),
    )


def _number(number: int, none: str = "aucun") -> str:
    return whole(number) if number else none


def _guards(plan: Plan) -> list[tuple[str, str, str]]:
    return [
        (guard.sentence, f"Garde-fou levé, motif{NBSP}: {guard.lifted.reason or 'non donné'}", "")
        if guard.lifted is not None
        else (guard.sentence, "", guard.advice)
        for guard in plan.guards
    ]


def _summary(plan: Plan) -> str:
    if plan.blocked:
        return "Rien ne peut être appliqué tant que ce refus n’est pas levé."
    if plan.empty and any(guard.lifted is None for guard in plan.guards):
        return "Rien à appliquer\u00a0: ce que ces garde-fous retiennent n’est pas fait."
    if plan.empty:
        return (
            "Rien à faire\u00a0: Moodle montre ce qui est déclaré, aux écarts près." if _gaps(plan) else "Rien à faire."
        )
    return "Pour appliquer exactement cet aperçu, dans les 7\u00a0jours, copiez cette ligne\u00a0:"


def _gaps(plan: Plan) -> bool:
    return bool(plan.observations or plan.guards)


def _groups(plan: Plan, zone: tzinfo, names: Mapping[str, str]) -> tuple[Group, ...]:
    """Sort lines under the sections of the course, in its order."""
    known = {heading.id: Group(heading.title) for heading in plan.headings}
    fixed = {kind.value: Group(title) for kind, title in (*_BEFORE, *_AFTER)}
    groups = {
        **{kind.value: fixed[kind.value] for kind, _ in _BEFORE}, **known, "": Group(_OTHER),
        **{kind.value: fixed[kind.value] for kind, _ in _AFTER},
    }  # fmt: skip
    for change in plan.changes:
        _group_of(groups, change).lines.append(_change_line(change, zone, names))
    for item in plan.observations:
        _group_of(groups, item).lines.append(_gap_line(item, zone, names))
    return tuple(group for group in groups.values() if group.lines)


def _group_of(groups: Mapping[str, Group], item: Change | Observation) -> Group:
    name = {Kind.SECTION: item.key, Kind.MODULE: item.parent}.get(item.kind, item.kind.value)
    return groups.get(name, groups[""])


def _change_line(change: Change, zone: tzinfo, names: Mapping[str, str]) -> Line:
    fields = (
        () if change.verb in {Verb.SHOW, Verb.ADOPT, Verb.RECORD} else _fields(change, change.seen, change.wanted, zone)
    )
    return Line(
        title=_named(change.title, change.key, names), tag=_TAGS[change.verb], fields=fields, remark=change.caution,
        new=change.verb is Verb.CREATE,
    )  # fmt: skip


def _gap_line(item: Observation, zone: tzinfo, names: Mapping[str, str]) -> Line:
    option = _OPTIONS.get(item.finding)
    title = item.title[:1].upper() + item.title[1:]
    return Line(
        title=_named(title, item.key, names), tag="écart", fields=_fields(item, item.seen, item.declared, zone),
        remark=_SENTENCES[item.finding], changes=False,
        option=f"--allow {option}:{object_name(item.key)}" if option else "",
    )  # fmt: skip


def _named(title: str, key: str, names: Mapping[str, str]) -> str:
    return f"{title}{NBSP}: {names[key]}" if key in names else title


def _fields(item: Change | Observation, seen: Fields, wanted: Fields, zone: tzinfo) -> tuple[FieldLine, ...]:
    return tuple(
        FieldLine(
            label_of(item.kind, item.modname, name),
            value_of(item.kind, item.modname, name, seen.get(name), zone),
            value_of(item.kind, item.modname, name, value, zone),
        )
        for name, value in wanted.items()
    )
