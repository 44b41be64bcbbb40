"""R4: the état d’assiduité, of a promotion or of one person: totals first, then half-day by half-day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sync_service.domain import french
from sync_service.domain.attendance import (
    HALVES,
    WORDS,
    FiledSheet,
    HalfDayKey,
    PlannedSession,
    Recorded,
    Tally,
    outside_words,
    status_of,
    status_words,
    words,
)
from sync_service.domain.certification import Context, Standing
from sync_service.domain.reports.candidate import GRADES, beside, evidence_words
from sync_service.domain.reports.model import Cell, Column, Ending, Report, Section, Table, rate
from sync_service.domain.retention import without_attendance
from sync_service.domain.typography import french_days

WIDEST = 10
"""Half-days in one table: what an A4 page in landscape holds with readable words."""
SUPPORT = "Accompagnement méthodologique"
_COUNTS = (
    Column("planned", "Prévues"),
    Column("attended", "Faites"),
    Column("partial", "Partielles"),
    Column("excused", "Absences justifiées"),
    Column("unexcused", "Absences injustifiées"),
    Column("exempt", "Dispensées"),
    Column("not_keyed", "Non saisies"),
    Column("upcoming", "À venir"),
    Column("outside", "Hors inscription"),
)
_TOTALS = (
    Column("name", "Nom d’usage et prénom", head=True),
    Column("matricule", "Matricule", on_page=False),
    Column("employer", "Collectivité"),
    *_COUNTS,
    Column("elsewhere", "Suivies ailleurs"),
    Column("days", "Total jours"),
    Column("rate", "Faites sur saisies"),
)
_OWN = (Column("module", "Module", head=True), *_COUNTS, Column("days", "Total jours"))
_HALFDAYS = (
    Column("date", "Date", head=True),
    Column("half", "Demi-journée"),
    Column("module", "Module"),
    Column("session", "Session"),
    Column("place", "Lieu"),
    Column("status", "Statut"),
    Column("evidence", "Preuve"),
    Column("status_code", "Code du statut", on_page=False, for_machines=True),
)
_EVERY = (Column("name", "Nom d’usage et prénom", head=True), Column("matricule", "Matricule"), *(
    Column(c.code, c.heading, for_machines=c.for_machines) for c in _HALFDAYS
))  # fmt: skip
NO_THRESHOLD = (
    "Le document source ne fixe aucun seuil d’assiduité (R05) : ces totaux informent, ils ne décident rien.",
    (
        "« Faites sur saisies » rapporte les demi-journées faites, à distance attestées comprises, à celles dont la présence "
        "est saisie ; les demi-journées non saisies, à venir ou dispensées n’y entrent pas."
    ),
)


def attendance_report(
    standings: Sequence[Standing], context: Context, ending: Ending, sheets: Mapping[str, FiledSheet], *, one: bool
) -> Report:
    """Make R4 of everyone of a promotion, or of the ``one`` person given; ``sheets`` are the signed ones, by session."""
    programme = context.programme
    sections = _of_one(standings[0], context, sheets) if one else _of_all(standings, context, sheets)
    who = standings[0].name if one else f"promotion {programme.label}"
    return Report(
        code="R4",
        name="attendance",
        title=f"État d’assiduité – {who}",
        subtitle=f"Cycle « {programme.title} », promotion {programme.label}",
        sections=(*sections, Section("Niveaux de preuve", sentences=GRADES)),
        footers=ending.footers(),
        notices=(*ending.notices, *without_attendance(standings[:1] if one else standings, programme.zone)),
        stamp=ending.stamp,
        main="halfdays",
    )


def _of_one(standing: Standing, context: Context, sheets: Mapping[str, FiledSheet]) -> tuple[Section, ...]:
    programme = context.programme
    rows = tuple(tuple(cells) for cells in _halfday_rows(standing, context))
    detail = Table("halfdays", f"Demi-journées de {standing.name}", _HALFDAYS, rows, "Aucune demi-journée prévue.")
    return (
        Section(
            "En bref", sentences=(*words(standing.tally, programme.total_days), *beside(standing), NO_THRESHOLD[0])
        ),
        Section("Totaux par module", tables=(_own_totals(standing),)),
        Section("Demi-journée par demi-journée", tables=(detail,)),
        Section("Feuilles d’émargement", sentences=tuple(_sheet_words(s, sheets, context) for s in context.sessions)),
    )


def _of_all(standings: Sequence[Standing], context: Context, sheets: Mapping[str, FiledSheet]) -> tuple[Section, ...]:
    programme = context.programme
    planned = sum(len(s.halfdays) for s in context.sessions if s.counts)
    not_keyed = sum(s.tally.not_keyed for s in standings)
    brief = (
        (
            f"Calendrier : {french.days_out_of(planned, programme.total_days)} prévus, soit "
            f"{french.count(planned, 'demi-journée')}."
        ),
        f"{french.count(not_keyed, 'présence')} à saisir encore, toutes personnes comprises.",
        *NO_THRESHOLD,
    )
    totals = Table(
        "totals", f"Totaux de la promotion {programme.label}", _TOTALS,
        tuple(_total(s) for s in standings), "Aucun inscrit.",
    )  # fmt: skip
    flat = Table(
        "halfdays", "Toutes les demi-journées", _EVERY,
        tuple((s.name, _matricule(s), *cells) for s in standings for cells in _halfday_rows(s, context)),
        "Aucun inscrit.", on_page=False,
    )  # fmt: skip
    return (
        Section("En bref", sentences=brief),
        Section("Totaux par personne", tables=(totals, flat)),
        *_modules(standings, context, sheets),
        *_elsewhere(standings),
    )


def _matricule(standing: Standing) -> str | None:
    return standing.candidate.identity.matricule if standing.candidate.identity else None


def _counts(tally: Tally) -> tuple[Cell, ...]:
    return (
        tally.planned, tally.attended, tally.partial, tally.excused, tally.unexcused, tally.exempt, tally.not_keyed,
        tally.upcoming, tally.before_enrolment + tally.out_of_enrolment,
    )  # fmt: skip


def keyed(tally: Tally) -> int:
    """Count the half-days whose presence or absence is recorded."""
    return tally.attended + tally.partial + tally.excused + tally.unexcused


def _total(standing: Standing) -> tuple[Cell, ...]:
    identity, tally = standing.candidate.identity, standing.tally
    return (
        standing.name,
        _matricule(standing),
        identity.employer if identity else None,
        *_counts(tally),
        standing.attended_elsewhere,
        french.days(tally.attended),
        rate(tally.attended, keyed(tally)),
    )


def _own_totals(standing: Standing) -> Table:
    every = [*((m.module.label, m.tally) for m in standing.modules if m.module.described), (SUPPORT, standing.support)]
    rows = [(label, *_counts(tally), french.days(tally.attended)) for label, tally in every if tally.planned]
    rows.append(("Ensemble du calendrier", *_counts(standing.tally), french.days(standing.tally.attended)))
    return Table("totals", f"Totaux de {standing.name}, par module", _OWN, tuple(rows))


def _halfday_rows(standing: Standing, context: Context) -> list[tuple[Cell, ...]]:
    """Return her half-days, catch-ups in another promotion included, in order of time."""
    planned = [(key, session) for session in context.sessions if session.counts for key in session.halfdays]
    rows = [(key, _planned(standing, key, session, context)) for key, session in planned]
    rows += [(found.key, _away(standing, found)) for found in (*standing.elsewhere, *standing.misplaced)]
    return [cells for _, cells in sorted(rows, key=lambda row: row[0])]


def _planned(standing: Standing, key: HalfDayKey, session: PlannedSession, context: Context) -> tuple[Cell, ...]:
    code = status_of(key, standing.halfdays, standing.enrolment, context.as_of, standing.exempt)
    evidence = evidence_words(standing.halfdays.get(key))
    return (
        key.day,
        HALVES[key.half],
        _module_name(session.module),
        session.id,
        session.place,
        status_words(key, standing.halfdays, standing.enrolment, context.as_of, standing.exempt),
        evidence,
        code,
    )


def _away(standing: Standing, found: Recorded) -> tuple[Cell, ...]:
    """Return one half-day recorded in another promotion: where she belonged, caught up, or had left."""
    promotion = next((e.event.promotion for e in standing.entries if e.event.id == found.event), None) or ""
    where = f"promotion {promotion}" if promotion else "autre promotion"
    if found in standing.misplaced:
        where, said = f"{where}, après l’avoir quittée", outside_words(found.status)
    else:
        where, said = (
            where if promotion in standing.candidate.enrolments else f"rattrapage, {where}",
            WORDS[found.status],
        )
    return (
        found.key.day, HALVES[found.key.half], _module_name(found.module), found.key.session, where, said,
        evidence_words(found), found.status,
    )  # fmt: skip


def _module_name(module: int | None) -> str:
    return f"Module {module}" if module else SUPPORT


def _modules(standings: Sequence[Standing], context: Context, sheets: Mapping[str, FiledSheet]) -> tuple[Section, ...]:
    labels = [(m.number, m.label) for m in context.programme.modules if m.described]
    every: list[tuple[int | None, str]] = [*labels, (None, SUPPORT)]
    found = []
    for module, label in every:
        own = [s for s in context.sessions if s.module == module]
        if own:
            sentences = tuple(_sheet_words(s, sheets, context) for s in own)
            found.append(Section(label, sentences=sentences, tables=_matrices(standings, own, context, module)))
    return tuple(found)


def _matrices(
    standings: Sequence[Standing], own: Sequence[PlannedSession], context: Context, module: int | None
) -> tuple[Table, ...]:
    keys = sorted(key for session in own if session.counts for key in session.halfdays)
    parts = [keys[at : at + WIDEST] for at in range(0, len(keys), WIDEST)]
    tables = []
    for rank, part in enumerate(parts, 1):
        columns = (Column("name", "Nom d’usage et prénom", head=True), *(_column(key, keys) for key in part))
        rows = tuple((s.name, *(_cell(s, key, context) for key in part)) for s in standings)
        more = f" ({rank}/{len(parts)})" if len(parts) > 1 else ""
        caption = f"{_module_name(module)}, demi-journée par demi-journée{more}"
        tables.append(Table(f"m{module or 'acc'}_{rank}", caption, columns, rows, "Aucun inscrit."))
    return tuple(tables)


def _column(key: HalfDayKey, among: Sequence[HalfDayKey]) -> Column:
    same = sum((other.day, other.afternoon) == (key.day, key.afternoon) for other in among)
    session = f" ({key.session})" if same > 1 else ""
    return Column(
        f"{key.session}_{key.day:%Y%m%d}_{key.half}", f"{french.short_date(key.day)} {HALVES[key.half]}{session}"
    )


def _cell(standing: Standing, key: HalfDayKey, context: Context) -> str:
    found = standing.halfdays.get(key)
    said = status_words(key, standing.halfdays, standing.enrolment, context.as_of, standing.exempt)
    if found is None:
        return said
    return f"{said} ({found.grade}, rectifié)" if found.corrected_on else f"{said} ({found.grade})"


_STATES = {"annulee": "annulée", "reportee": "reportée"}


def _sheet_words(session: PlannedSession, sheets: Mapping[str, FiledSheet], context: Context) -> str:
    """Say of one session whether its signed sheet was received."""
    days = sorted({key.day for key in session.halfdays})
    said = f"Session {session.id}, {french_days(days) or 'sans date'}, {session.place}"
    if not session.counts:
        return f"{said} : {_STATES.get(session.state, session.state)}."
    sheet = sheets.get(session.id)
    if sheet is not None and sheet.received_on <= context.as_of:
        return (
            f"{said} : feuille signée reçue le {french.short_date(sheet.received_on)} (empreinte {sheet.digest[:16]})."
        )
    if days and days[-1] >= context.as_of:
        return f"{said} : à venir ou en cours."
    return f"{said} : aucune feuille signée reçue."


def _elsewhere(standings: Sequence[Standing]) -> tuple[Section, ...]:
    hers = _table_away("elsewhere", "Demi-journées suivies dans une autre promotion", standings, lambda s: s.elsewhere)
    wrong = _table_away(
        "misplaced", "Demi-journées enregistrées dans une promotion déjà quittée", standings, lambda s: s.misplaced
    )
    sections = [Section("Dans une autre promotion", tables=hers)] if hers else []
    if wrong:
        sections.append(Section("À corriger dans l’autre promotion", sentences=(_MISPLACED,), tables=wrong))
    return tuple(sections)


_MISPLACED = (
    "La personne n’appartenait plus à cette promotion ce jour-là : rien n’en est compté. Si c’est une erreur, enregistrez-y "
    "« hors inscription » ; si elle y est restée, corrigez la date de son départ."
)


def _table_away(
    code: str, caption: str, standings: Sequence[Standing], found: Callable[[Standing], Sequence[Recorded]]
) -> tuple[Table, ...]:
    rows = tuple((s.name, *_away(s, item)) for s in standings for item in found(s))
    columns = (Column("name", "Nom d’usage et prénom", head=True), *(
        Column(c.code, c.heading, on_page=c.on_page) for c in _HALFDAYS
    ))  # fmt: skip
    return (Table(code, caption, columns, rows),) if rows else ()
