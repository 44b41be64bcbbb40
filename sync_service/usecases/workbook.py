"""Make the office's workbook from the register, and record what was typed in it (design.md §5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sync_service.domain import french, typography
from sync_service.domain.attendance import WORDS, PlannedSession, Presence
from sync_service.domain.certification import Context, Standing, outcome_words
from sync_service.domain.dossier import DEPOSIT_WORDS, DossierState
from sync_service.domain.entry import Entry
from sync_service.domain.jury import OUTCOMES, PRESENCES, Jury
from sync_service.domain.jury_members import PostalAddress, postal_addresses, same_member
from sync_service.domain.programme import Programme
from sync_service.domain.workbook import columns
from sync_service.domain.workbook.asked import Asked, asked, in_its_cells, without_covered
from sync_service.domain.workbook.columns import Filed
from sync_service.domain.workbook.model import (
    CERTIFICATES,
    DOSSIERS,
    GRID,
    JURY,
    JURY_SESSIONS,
    MATRICULE,
    NAME,
    OTHERS,
    SHEETS,
    Column,
    Grid,
    HalfDayColumn,
    Sheet,
    TypedRow,
    Value,
    Workbook,
)
from sync_service.usecases.desk import Desk
from sync_service.usecases.record_batch import RowResult, record_batch
from sync_service.usecases.standing import jury_entries

_SHEETS = (
    "Feuilles : écrivez le jour où la feuille signée est arrivée et le nom du scan, posé à côté de ce classeur. Tout le "
    "monde est alors « Présent » dans l’onglet Émargement ; n’y changez que les exceptions."
)
_READ = (
    "Donnez ensuite ce fichier à « cyclesync workbook read » : il dit ce qu’il va enregistrer, demande, enregistre, et rend "
    "un classeur où chaque ligne est « Enregistré » ou dit pourquoi elle est refusée. Le donner deux fois ne change rien."
)
READ_ME = (
    "Ce classeur montre ce que le registre sait (cases grises, verrouillées) et reçoit ce que vous avez fait (cases blanches).",
    _SHEETS,
    "Dossiers, Sessions de jury, Jury, Certificats : écrivez une date, rien d’autre n’est nécessaire pour la plupart des actes.",
    "Autres : une ligne par acte plus rare (suspension, dispense, duplicata, recours…) ; ce qu’il faut écrire pour chacun est plus bas.",
    "Vous pouvez trier, filtrer, imprimer. Ne renommez ni les onglets ni les titres de colonnes.",
    _READ,
)


def make_workbook(desk: Desk, *, today: date) -> Workbook:
    """Return the workbook of a promotion, with all that the register knows."""
    context, standings = desk.context(), [s for s in desk.standings() if s.candidate.identity is not None]
    shown = replace(context, as_of=today)
    programme = context.programme
    return Workbook(
        title=f"Promotion {programme.label}",
        promotion=programme.promotion,
        read_me=READ_ME,
        lists=(
            _sheets(context.sessions, standings),
            _dossiers(standings, programme, read=bool(context.runs)),
            _jury_sessions(
                context.juries,
                {name: jury_entries(desk.ledger, name, desk.files.promotion.id) for name in context.juries},
            ),
            _jury(standings, shown),
            _certificates(standings),
            _others(),
        ),
        grid=_grid(context.sessions, standings),
    )


def _who(standing: Standing) -> dict[str, Value]:
    identity = standing.candidate.identity
    return {MATRICULE: identity.matricule if identity else "", NAME: standing.name}


def _sheets(sessions: Sequence[PlannedSession], standings: Sequence[Standing]) -> Sheet:
    rows = [_session(session, standings) for session in sessions if session.counts]
    intro = "Une ligne par session de formation : quand la feuille signée est arrivée, et le nom de son scan."
    return Sheet(SHEETS, intro, columns.SESSION_COLUMNS, tuple(rows), columns.KEYS[SHEETS])


def _session(session: PlannedSession, standings: Sequence[Standing]) -> dict[str, Value]:
    days = sorted({key.day for key in session.halfdays})
    held = [s.halfdays[key].sheet for s in standings for key in session.halfdays if key in s.halfdays]
    known = "feuille enregistrée" if any(held) else "saisie sans feuille" if held else ""
    return {
        "Session": session.id,
        "Module": f"Module {session.module}" if session.module else "Accompagnement méthodologique",
        "Dates": ", ".join(french.short_date(day) for day in days),
        "Demi-journées": len(session.halfdays),
        "Au registre": known,
    }


def _dossiers(standings: Sequence[Standing], programme: Programme, *, read: bool) -> Sheet:
    """``read``: whether a site was ever read; without one, nothing is said of its deposits."""
    rows = []
    for standing in standings:
        shown = ", ".join(f"{d.short} {DEPOSIT_WORDS.get(d.status, d.status)}" for d in standing.dossier.deposits)
        said = "" if not read and standing.dossier.state is DossierState.UNREAD else standing.dossier.words
        rows.append(_who(standing) | {"Où en est le dossier": said, "Dépôts dans Moodle": shown if read else ""})
    intro = "Une ligne par personne : une date par étape du dossier pour le jury."
    found = list(columns.DOSSIER_COLUMNS)
    after = [column.heading for column in found].index("Contrôlé le") + 1
    found[after:after] = columns.point_columns(programme.checklist)
    found += columns.piece_columns(programme.required)
    return Sheet(DOSSIERS, intro, tuple(found), tuple(rows), columns.KEYS[DOSSIERS])


def _jury_sessions(juries: Mapping[str, Jury], entries: Mapping[str, Sequence[Entry]]) -> Sheet:
    rows = [
        {"Session de jury": jury.id, "Au registre": _jury_words(jury, postal_addresses(entries[name]))}
        for name, jury in juries.items()
    ]
    intro = "Une ligne par session de jury ; donnez-lui un nom court, par exemple jury-2027-06."
    return Sheet(JURY_SESSIONS, intro, columns.JURY_SESSION_COLUMNS, tuple(rows), columns.KEYS[JURY_SESSIONS], blank=4)


def _jury_words(jury: Jury, addresses: Sequence[PostalAddress]) -> str:
    said = [f"{jury.members} membres"] if jury.members else []
    known = sum(any(same_member(name, a.name) for a in addresses) for name in jury.names)
    said += [french.count(known, "adresse notée", "adresses notées")] if known else []
    said += [f"le {jury.held_on:%d/%m/%Y}"] if jury.held_on else []
    said += [f"PV {jury.minutes} signé" if jury.signed else f"PV {jury.minutes} établi"] if jury.minutes else []
    return ", ".join(said)


def _jury(standings: Sequence[Standing], context: Context) -> Sheet:
    outcomes = tuple(context.programme.outcomes or OUTCOMES)
    found = tuple(
        replace(column, choices=outcomes) if column.heading == "Décision" else column for column in columns.JURY_COLUMNS
    )
    rows = [_who(s) | {"Où en est le passage": _passage(s, context)} for s in standings]
    intro = "Une ligne par candidat(e). La décision est celle du jury : le logiciel n’en propose aucune."
    return Sheet(JURY, intro, found, tuple(rows), columns.KEYS[JURY])


def _passage(standing: Standing, context: Context) -> str:
    held = standing.passage
    if held is None:
        return "Non convoqué(e)"
    said = [held.jury]
    said += [outcome_words(held.decision, context.programme)] if held.decision else []
    said += [PRESENCES.get(held.presence, "")] if held.presence and not held.decision else []
    said += ["convoqué(e)"] if held.convened_on and not held.presence and not held.decision else []
    said += ["notifiée"] if held.notified_on else []
    return ", ".join(said)


def _certificates(standings: Sequence[Standing]) -> Sheet:
    rows = [_who(s) | {"Où en est le certificat": s.certificate.words} for s in standings]
    intro = "Une ligne par personne. Le numéro est donné par le registre ; la qualité du signataire est obligatoire."
    return Sheet(CERTIFICATES, intro, columns.CERTIFICATE_COLUMNS, tuple(rows), columns.KEYS[CERTIFICATES])


def _others() -> Sheet:
    rows = tuple({"N°": number} for number in range(1, 41))
    intro = "Un acte par ligne, comme dans le fichier d’enregistrements."
    return Sheet(OTHERS, intro, columns.OTHER_COLUMNS, rows, columns.KEYS[OTHERS])


def _grid(sessions: Sequence[PlannedSession], standings: Sequence[Standing]) -> Grid:
    counted = [session for session in sessions if session.counts]
    halfdays = tuple(
        HalfDayColumn(session.id, key.day, key.half, f"Module {session.module}" if session.module else "Accompagnement")
        for session in counted
        for key in session.halfdays
    )
    known: dict[tuple[str, str], str] = {}
    for standing in standings:
        matricule = str(_who(standing)[MATRICULE])
        by_place = {(key.session, key.day, key.half): held.status for key, held in standing.halfdays.items()}
        for column in halfdays:
            status = by_place.get((column.session, column.day, column.half))
            if status is None and standing.enrolment.is_out(column.day):
                status = Presence.OUT
            if status is not None:
                known[matricule, column.heading] = _STATUS.get(status, WORDS[status])
    people = tuple((str(_who(s)[MATRICULE]), s.name) for s in standings)
    return Grid(people, halfdays, known, columns.PRESENCES)


_STATUS = dict(
    zip(
        ("present", "absent_justifie", "absent_injustifie", "partiel", "distanciel_atteste", "dispense", Presence.OUT),
        columns.PRESENCES,
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a filled workbook asks for, before anything is recorded."""

    rows: tuple[TypedRow, ...]
    asked: tuple[Asked, ...]
    names: Mapping[str, str]


def read_workbook(desk: Desk, rows: Sequence[TypedRow], filed: Filed, *, today: date) -> Reading:
    """Return what the rows of a workbook ask for. ``filed`` keeps what it could not read."""
    grid = make_workbook(desk, today=today).grid
    return Reading(tuple(rows), without_covered(asked(rows, grid, filed)), dict(grid.people))


def record_workbook(desk: Desk, reading: Reading, *, now: datetime) -> tuple[Workbook, Sequence[RowResult]]:
    """Record it, and return the workbook to give back: each row says « Enregistré » or why it is refused."""
    batch = record_batch(desk, [item.act for item in reading.asked]).rows
    done = tuple(map(_with_cell, reading.asked, batch))
    results = _results(reading.asked, done)
    made = make_workbook(desk, today=now.date())
    refused = {key for key, said in results.items() if said not in _GOOD}
    typed = {
        (row.sheet, row.key): _typed(row, made, reading.asked)
        for row in reading.rows
        if (row.sheet, row.key) in refused
    }
    return replace(made, results=results, typed=typed), done


def _with_cell(item: Asked, result: RowResult) -> RowResult:
    """Name the cells of the workbook; above all that of a day that is missing or cannot be read."""
    if result.outcome != "refused":
        return result
    if item.act.on is not None:
        return replace(result, sentence=in_its_cells(item, result.sentence))
    cell = item.dated or item.heading
    said = typography.french(f"« {cell} » : la date manque ou n’est pas une date, écrivez-la comme 17/03/2027.")
    return replace(result, sentence=said)


_GOOD = frozenset({"Enregistré", "Déjà enregistré"})


def _typed(row: TypedRow, made: Workbook, wanted: Sequence[Asked]) -> Mapping[str, Value]:
    """Return what was typed in a row that was refused, so that it can be corrected in place."""
    if row.sheet == GRID:
        return {item.heading: row.get(item.heading) for item in wanted if item.row is row}
    found: Iterable[Column] = made.sheet(row.sheet).columns
    return {c.heading: row.get(c.heading) for c in found if c.typed and row.get(c.heading)}


def _results(found: Sequence[Asked], done: Sequence[RowResult]) -> dict[tuple[str, str], str]:
    said: dict[tuple[str, str], list[str]] = {}
    words: Mapping[str, Callable[[RowResult], str]] = {
        "recorded": lambda _: "Enregistré",
        "already": lambda _: "Déjà enregistré",
        "refused": lambda result: result.sentence,
        "pending": lambda result: result.sentence,
    }
    for item, result in zip(found, done, strict=True):
        said.setdefault((item.row.sheet, item.row.key), []).append(words[result.outcome](result))
    return {key: _joined(lines) for key, lines in said.items()}


def _joined(lines: Sequence[str]) -> str:
    refused = [line for line in dict.fromkeys(lines) if line not in _GOOD]
    if refused:
        return " ".join(refused)
    return "Enregistré" if "Enregistré" in lines else "Déjà enregistré"
