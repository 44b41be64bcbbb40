"""Attendance sheets: the blank one that people sign, and the one that sums up what was recorded (R4, R4b)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from sync_service.domain import french
from sync_service.domain.attendance import ATTENDED, CAME, HALVES, WORDS, HalfDayKey, Tally, status_of, status_words
from sync_service.domain.calendar import Half, HalfDay, Session
from sync_service.domain.candidate import Candidate
from sync_service.domain.certification import Standing
from sync_service.domain.documents.frame import Frame
from sync_service.domain.documents.model import (
    Block,
    Document,
    Grid,
    Heading,
    PageBreak,
    Pairs,
    Paragraph,
    fitting,
    plain,
)
from sync_service.domain.gaps import french_points
from sync_service.domain.typography import french_days

A_PAGE = 4
"""Half-days on one page: more would leave no room to sign."""
EMPTY_ROWS = 2
TOTALS = ("Demi-journées", "Jours")
_ROOM = 124
"""Millimetres that the rows of one page share."""


def blank_sheet(frame: Frame, session: Session, people: Sequence[Candidate]) -> Document:
    """Make the sheet of one session: four half-days a page, two empty rows, a row for each intervenant."""
    blocks: list[Block] = []
    parts = [session.halfdays[at : at + A_PAGE] for at in range(0, len(session.halfdays), A_PAGE)]
    for number, part in enumerate(parts, 1):
        if number > 1:
            blocks += [PageBreak(), Heading(f"{_name(frame, session)}, suite")]
        blocks += [_session_pairs(session, part), _blank_grid(session, part, people, f"{number}/{len(parts)}")]
    where = (
        frame.files.cycle.organiser.name,
        frame.files.cycle.organiser.institute,
        f"promotion {frame.programme.label}",
    )
    notice = (
        "Chacun signe à chaque demi-journée. L’intervenant(e) signe la dernière ligne et note les absences ; une personne "
        "qui n’est pas sur la liste s’inscrit sur une ligne vide."
    )
    return Document(
        kind="attendance-sheet",
        template="page",
        title=f"Feuille d’émargement – {_name(frame, session)}",
        subtitle=frame.cycle_line(),
        blocks=(*blocks, Paragraph(plain(notice))),
        footer=f"{', '.join(where)} · {_name(frame, session)}",
        wide=True,
    )


def _name(frame: Frame, session: Session) -> str:
    if session.module is None:
        return "séquence d’accompagnement méthodologique"
    return frame.files.cycle.module(session.module).label


def _session_pairs(session: Session, part: Sequence[HalfDay]) -> Pairs:
    place = ", ".join(text for text in (session.place, session.address) if text)
    return Pairs((
        ("Session de formation", session.id),
        ("Dates", french_days_of(part)),
        ("Lieu", place or "à distance"),
        ("Intervenant(e)", french.listing(session.intervenants) or "…………………………"),
    ))  # fmt: skip


def french_days_of(part: Sequence[HalfDay]) -> str:
    """Return the days of some half-days: « 21 et 22 septembre 2026 »."""
    return french_days([halfday.date for halfday in part])


def heading_of(halfday: HalfDay) -> str:
    """Return « 21/09/2026 matin », then « 9 h 00 – 12 h 30 » on a line of its own."""
    half = "matin" if halfday.half is Half.MORNING else "après-midi"
    return f"{halfday.date:%d/%m/%Y} {half}\n{french.hour(halfday.start)} – {french.hour(halfday.end)}"


def _blank_grid(session: Session, part: Sequence[HalfDay], people: Sequence[Candidate], rank: str) -> Grid:
    blank = ("",) * len(part)
    shared = Counter(person.name for person in people)
    rows = [(str(n), *_names(person, shared), *blank) for n, person in enumerate(people, 1)]
    rows += [("", "", "", *blank)] * EMPTY_ROWS
    rows += [("", f"Intervenant(e) : {name}", "", *blank) for name in session.intervenants or ("",)]
    return Grid(
        caption=f"Signatures, feuille {rank}",
        headings=("N°", "Nom et prénom", "Collectivité", *map(heading_of, part)),
        rows=tuple(rows),
        weights=(2, 13, 16, *(11,) * len(part)),
        row_mm=fitting(len(rows), _ROOM, 6, 9),
    )


def _names(person: Candidate, shared: Mapping[str, int]) -> tuple[str, str]:
    """Return a name, with the registration number where several bear it, and the collectivité."""
    who = person.identity
    if who is None:
        return (person.name, "")
    return (f"{person.name} ({who.matricule})" if shared[person.name] > 1 else person.name, who.employer)


def summary_sheet(frame: Frame, session: Session, standings: Sequence[Standing]) -> Document:
    """Make the sheet that sums up one session: the status of each half-day in words, its proof, and totals.

    Totals are a column of the only table, or a table of their own when half-days take several.
    """
    keys = [HalfDayKey(h.date, h.half is Half.AFTERNOON, session.id) for h in session.halfdays]
    shown = [s for s in standings if any(_shown(s, key, frame) for key in keys)]
    blocks: list[Block] = [_session_pairs(session, session.halfdays)]
    totals = {s.candidate.subject: _total(frame, s, keys) for s in shown}
    parts = [slice(at, at + A_PAGE) for at in range(0, len(keys), A_PAGE)]
    beside = totals if len(parts) == 1 else {}
    blocks += [_summary_grid(frame, shown, keys[part], session.halfdays[part], beside) for part in parts]
    if not beside:
        rows = tuple((s.name, *totals[s.candidate.subject]) for s in shown)
        blocks.append(Grid("Totaux", ("Nom et prénom", *TOTALS), rows, (20, 8, 8), empty="Personne."))
    return Document(
        kind="attendance-summary",
        template="page",
        title=f"État des présences – {_name(frame, session)}",
        subtitle=f"{frame.cycle_line()} · situation au {french.long_date(frame.on)}",
        blocks=tuple(blocks),
        footer=frame.short_line,
        wide=True,
    )


_NOT_HERS = frozenset({"avant_inscription", "hors_inscription"})


def _shown(standing: Standing, key: HalfDayKey, frame: Frame) -> bool:
    """Tell whether a half-day was hers, or is recorded as attended although it was not."""
    held = standing.halfdays.get(key)
    return _status(standing, key, frame) not in _NOT_HERS or (held is not None and held.status in CAME)


def _status(standing: Standing, key: HalfDayKey, frame: Frame) -> str:
    return status_of(key, standing.halfdays, standing.enrolment, frame.on, standing.exempt)


def _summary_grid(
    frame: Frame,
    standings: Sequence[Standing],
    keys: Sequence[HalfDayKey],
    part: Sequence[HalfDay],
    totals: Mapping[str, tuple[str, str]],
) -> Grid:
    beside = TOTALS if totals else ()
    rows = tuple(
        (s.name, *(_cell(s, key, frame) for key in keys), *totals.get(s.candidate.subject, ())) for s in standings
    )
    return Grid(
        caption=f"Présences, {french_days_of(part)}",
        headings=("Nom et prénom", *map(heading_of, part), *beside),
        rows=rows,
        weights=(14, *(12,) * len(part), *(6, 4)[: len(beside)]),
        empty="Personne n’était inscrit à ces dates.",
    )


def _cell(standing: Standing, key: HalfDayKey, frame: Frame) -> str:
    said = status_words(key, standing.halfdays, standing.enrolment, frame.on, standing.exempt)
    held = standing.halfdays.get(key)
    return f"{said}, feuille signée" if held is not None and held.sheet else said


def _total(frame: Frame, standing: Standing, keys: Sequence[HalfDayKey]) -> tuple[str, str]:
    done = sum(_status(standing, key, frame) in ATTENDED for key in keys)
    return f"{done} sur {len(keys)}", french.days_of(done)


def _attended(tally: Tally) -> str:
    said = f"{tally.attended} sur {tally.planned}"
    return f"{said}, dispense : {tally.exempt}" if tally.exempt else said


def module_grid(standing: Standing) -> Grid:
    """Return half-days done and planned of each module that has some here, of the support, and what was done elsewhere."""
    rows = [
        (m.module.label, _attended(m.tally), french.days_of(m.tally.attended))
        for m in standing.modules
        if m.tally.planned
    ]
    support = standing.support
    if support.planned:
        label = "Séquences d’accompagnement méthodologique"
        rows.append((label, _attended(support), french.days_of(support.attended)))
    away = standing.attended_elsewhere
    if away:
        rows.append(("Dans une autre promotion", french.count(away, "demi-journée"), french.days_of(away)))
    return Grid(
        "Présences par module", ("Module", "Demi-journées de présence", "Jours"), tuple(rows), (24, 8, 5),
        empty="Aucune demi-journée prévue.",
    )  # fmt: skip


def session_grid(frame: Frame, standing: Standing) -> Grid:
    """Return the half-days of one person, day by day, for the collectivité: status in words, nothing else."""
    return Grid(
        "Présences par demi-journée", ("Date", "Demi-journée", "Objet", "Présence"),
        tuple(_session_rows(frame, standing)), (6, 6, 14, 12), empty="Aucune demi-journée passée.",
    )  # fmt: skip


def _session_rows(frame: Frame, standing: Standing) -> Iterator[tuple[str, ...]]:
    modules = {s.id: s.module for s in frame.context.sessions}
    away = {held.key: held.status for held in standing.elsewhere}
    here = {key for session in frame.context.sessions if session.counts for key in session.halfdays}
    keys = sorted((here | set(standing.halfdays)) - {held.key for held in standing.misplaced})
    for key in keys:
        status = away.get(key) or _status(standing, key, frame)
        if key.day <= frame.on and status not in _NOT_HERS:
            module = modules.get(key.session) if key.session in modules else _recorded_module(standing, key)
            said = f"Module {module}" if module else "Accompagnement méthodologique"
            yield (french.short_date(key.day), HALVES[key.half], said, french_points(WORDS[status]))


def _recorded_module(standing: Standing, key: HalfDayKey) -> int | None:
    held = standing.halfdays.get(key)
    return held.module if held else None
