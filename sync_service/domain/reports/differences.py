"""R15: where Moodle and the register do not say the same, and what could not be read; nobody is judged by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sync_service.domain import french
from sync_service.domain.candidate import ENROLMENT_WORDS
from sync_service.domain.certification import Context, Standing, fresh, later_changes
from sync_service.domain.facts import FactKind
from sync_service.domain.reports.model import Cell, Column, Ending, Report, Section, Table
from sync_service.domain.seen import REASONS, Seen, state_words

COLUMNS = (
    Column("kind", "Écart", head=True),
    Column("name", "Personne"),
    Column("object", "Objet"),
    Column("register", "Au registre"),
    Column("moodle", "Dans Moodle"),
    Column("since", "Depuis le"),
    Column("to_do", "À faire"),
    Column("code", "Code", on_page=False, for_machines=True),
    Column("matricule", "Matricule", on_page=False),
)
KINDS = {
    "no_account": "Compte non rattaché",
    "account_gone": "Compte supprimé",
    "account_suspended": "Compte suspendu",
    "absent_from_course": "Absent du cours",
    "still_in_course": "Toujours actif dans le cours",
    "vanished": "Relevé disparu",
    "unread": "Activité non lue",
    "after_minutes": "Évolution postérieure",
}
"""Code → French label, in the order in which they are listed."""
_LINK = "vérifier le compte et son numéro dans Moodle, puis relancer un relevé"
_PLAN = "lancer « cyclesync plan » : l’aperçu propose l’inscription"
_SUSPEND = "lancer « cyclesync plan » : l’aperçu propose la suspension"
_GONE = "rien : la personne n’est plus dans la promotion"
_KEPT = "rien : la valeur relevée reste au registre ; demander ce qui a changé"
_SEEN_BY_JURY = "rien : ce que le jury a vu ne change pas (R22)"
_READ = "voir la raison ; « cyclesync check » dit les droits qui manquent"

Row = tuple[Cell, ...]


def differences_report(standings: Sequence[Standing], context: Context, ending: Ending) -> Report:
    """Make R15 of a promotion."""
    programme = context.programme
    found = [row for standing in standings for row in _of_person(standing, context)]
    found += _unread(standings, context)
    places = list(KINDS.values())
    rows = tuple(sorted(found, key=lambda row: places.index(str(row[0]))))
    return Report(
        code="R15",
        name="differences",
        title=f"Écarts entre Moodle et le registre – promotion {programme.label}",
        subtitle=f"Cycle « {programme.title} »",
        sections=(
            Section("En bref", sentences=_summary(rows)),
            Section(
                "Écarts", tables=(Table("differences", "Écarts, un par ligne", COLUMNS, rows, "Aucun écart relevé."),)
            ),
        ),
        footers=ending.footers(),
        notices=ending.notices,
        stamp=ending.stamp,
        main="differences",
    )


def _summary(rows: Sequence[Row]) -> tuple[str, ...]:
    counts = Counter(str(row[0]) for row in rows)
    counted = tuple(f"{label} : {french.whole(counts[label])}." for label in KINDS.values() if counts[label])
    return (
        *(counted or ("Aucun écart relevé.",)),
        "Moodle ne crée ni n’annule jamais une inscription, une décision ou un certificat (R21) ; rien n’y est effacé.",
    )


def _row(code: str, standing: Standing | None, cells: Mapping[str, Cell]) -> Row:
    identity = standing.candidate.identity if standing else None
    return (
        KINDS[code],
        standing.name if standing else cells.get("name"),
        cells.get("object"),
        cells.get("register"),
        cells.get("moodle"),
        cells.get("since"),
        cells.get("to_do"),
        code,
        identity.matricule if identity else None,
    )


def _of_person(standing: Standing, context: Context) -> Iterator[Row]:
    known = standing.candidate.identity is not None
    if standing.enrolment.active and known and not standing.linked:
        yield _row(
            "no_account",
            standing,
            {"object": "Compte", "register": "Inscription validée", "moodle": "aucun compte rattaché", "to_do": _LINK},
        )
    yield from _account(standing, context)
    yield from _course(standing, context)
    yield from _vanished(standing, context)
    yield from _later(standing, context)


def _account(standing: Standing, context: Context) -> Iterator[Row]:
    for seen in standing.facts.values():
        status = seen.text("status")
        if seen.kind == FactKind.ACCOUNT and status in {"deleted", "suspended"}:
            gone = status == "deleted"
            yield _row(
                "account_gone" if gone else "account_suspended",
                standing,
                {
                    "object": "Compte",
                    "register": ENROLMENT_WORDS[standing.enrolment.state],
                    "moodle": "supprimé" if gone else "suspendu",
                    "since": _day(seen, context),
                    "to_do": _LINK if standing.enrolment.active else _GONE,
                },
            )


def _course(standing: Standing, context: Context) -> Iterator[Row]:
    if not standing.facts and standing.linked and standing.enrolment.active and _was_read(context):
        yield _row(
            "absent_from_course",
            standing,
            {
                "object": "Inscription au cours",
                "register": "Inscription validée",
                "moodle": REASONS["absent"],
                "to_do": _PLAN,
            },
        )
    for seen in standing.facts.values():
        if seen.kind != FactKind.ENROLMENT:
            continue
        inside = seen.text("status") == "active" and seen.vanished_at is None
        said = {"active": "actif", "suspended": "suspendu"}.get(seen.text("status"), "absent")
        cells: dict[str, Cell] = {
            "object": "Inscription au cours", "register": ENROLMENT_WORDS[standing.enrolment.state],
            "moodle": said if seen.vanished_at is None else "n’est plus visible", "since": _day(seen, context),
        }  # fmt: skip
        if standing.enrolment.active and not inside:
            yield _row("absent_from_course", standing, {**cells, "to_do": _PLAN})
        elif inside and not standing.enrolment.active:
            yield _row("still_in_course", standing, {**cells, "to_do": _SUSPEND})


def _was_read(context: Context) -> bool:
    """Tell whether a whole reading was ever made: only then does the absence of any fact mean something."""
    return any(run.read and not run.changes_only for run in context.runs)


def _vanished(standing: Standing, context: Context) -> Iterator[Row]:
    labels = dict(context.programme.to_do)
    for seen in standing.facts.values():
        if seen.vanished_at is not None and seen.kind not in {FactKind.ENROLMENT, FactKind.ACCOUNT}:
            known = f"{_value(seen)}, constaté le {french.short_date(_day(seen, context))}"
            gone = french.in_zone(seen.vanished_at, context.programme.zone).date()
            yield _row(
                "vanished",
                standing,
                {
                    "object": labels.get(seen.key, seen.key),
                    "register": known,
                    "moodle": "n’est plus visible",
                    "since": gone,
                    "to_do": _KEPT,
                },
            )


def _later(standing: Standing, context: Context) -> Iterator[Row]:
    labels = dict(context.programme.to_do)
    for seen in later_changes(standing, context):
        label = labels.get(seen.key, "Inscription ou compte")
        yield _row(
            "after_minutes",
            standing,
            {
                "object": label,
                "register": "état figé pour le jury",
                "moodle": _value(seen),
                "since": _day(seen, context),
                "to_do": _SEEN_BY_JURY,
            },
        )


def _value(seen: Seen) -> str:
    if seen.kind in {FactKind.ENROLMENT, FactKind.ACCOUNT}:
        return {"active": "actif", "suspended": "suspendu", "deleted": "supprimé"}.get(seen.text("status"), "absent")
    return state_words(seen)


def _unread(standings: Sequence[Standing], context: Context) -> Iterator[Row]:
    """Say each activity that the newest reading could not read, with the reason and for how many people."""
    active = [s for s in standings if s.enrolment.active and s.linked]
    for key, label in context.programme.to_do:
        found: dict[str, list[date | None]] = {}
        for standing in active:
            state = fresh(standing, key, context)
            if state.reason:
                read = french.in_zone(state.read_at, context.programme.zone).date() if state.read_at else None
                found.setdefault(state.reason, []).append(read)
        for reason, days in sorted(found.items()):
            yield _row(
                "unread",
                None,
                {
                    "name": french.count(len(days), "personne"),
                    "object": label,
                    "register": "dernière valeur connue conservée",
                    "moodle": REASONS.get(reason, reason),
                    "since": max((d for d in days if d), default=None),
                    "to_do": _READ,
                },
            )


def _day(seen: Seen, context: Context) -> date:
    return french.in_zone(seen.at, context.programme.zone).date()
