"""R1: the dashboard of a promotion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from sync_service.domain import french
from sync_service.domain.attendance import contradictions, misplaced_words
from sync_service.domain.candidate import ENROLMENT_WORDS
from sync_service.domain.certificate import CertificateState
from sync_service.domain.certification import (
    Context,
    ModuleStanding,
    Standing,
    attempts_of,
    later_changes,
    outcome_words,
)
from sync_service.domain.deposits import misplaced_deposit_words
from sync_service.domain.dossier import CONTROLLED, DossierState, handed_in_on
from sync_service.domain.entry import Entry, until
from sync_service.domain.entry import standing as standing_entries
from sync_service.domain.event import Series
from sync_service.domain.facts import FactKind
from sync_service.domain.gaps import Gap, gaps, urgency
from sync_service.domain.jury import PRESENCES, Jury, conflicts
from sync_service.domain.reports.model import Cell, Column, Ending, Report, Section, Table
from sync_service.domain.retention import eliminated, eliminated_words
from sync_service.domain.second_person import waiting

COLUMNS = (
    Column("rank", "N°"),
    Column("name", "Nom d’usage et prénom", head=True),
    Column("usual_name", "Nom d’usage", on_page=False),
    Column("first_name", "Prénom", on_page=False),
    Column("birth_name", "Nom de naissance"),
    Column("matricule", "Matricule", on_page=False),
    Column("employer", "Collectivité"),
    Column("enrolment", "Inscription"),
    Column("half_days", "Demi-journées faites / prévues"),
    Column("days", "Jours"),
    Column("not_keyed", "Demi-journées non saisies"),
    Column("preparations", "Préparations faites"),
    Column("dossier", "Dossier"),
    Column("missing", "Il manque"),
    Column("jury", "Jury"),
    Column("decision", "Décision"),
    Column("certificate", "Certificat"),
    Column("alerts", "À regarder"),
)


def promotion_report(standings: Sequence[Standing], context: Context, ending: Ending) -> Report:
    """Make R1 of everyone who ever belonged to the promotion, in the order of a French list."""
    programme = context.programme
    found = {s.candidate.subject: gaps(s, context) for s in standings}
    rows = tuple(_row(i, s, found[s.candidate.subject], context) for i, s in enumerate(standings, 1))
    title = f"Tableau de bord – promotion {programme.label}"
    main = Table(
        "people", f"Stagiaires et candidats de la promotion {programme.label}", COLUMNS, rows, "Aucun inscrit."
    )
    return Report(
        code="R1",
        name="promotion",
        title=title,
        subtitle=f"Cycle « {programme.title} »",
        sections=(
            Section("En bref", sentences=(*_summary(standings, context), *_urgent(found.values()))),
            Section("Situation de chacun", tables=(main,)),
            Section("Modules", sentences=_undescribed(context), tables=(_modules(standings, context),)),
        ),
        footers=ending.footers(),
        notices=(*ending.notices, *dossier_notice(context), *_signals(context), *_conflicts(standings, context)),
        stamp=ending.stamp,
        main="people",
    )


def dossier_notice(context: Context) -> tuple[str, ...]:
    """Say that the list of required documents is not published, while it is empty (R11)."""
    if context.programme.required:
        return ()
    return (f"Documents exigés avec le dossier\u00a0: {context.programme.required_notice} (R11, brochure ligne 101).",)


def _signals(context: Context) -> tuple[str, ...]:
    """Say what the office should look at and decides alone: length of the calendar (R04), make-up of a jury (R14)."""
    programme = context.programme
    planned = sum(len(s.halfdays) for s in context.sessions if s.counts)
    said = []
    if (
        programme.total_days
        and abs(planned - 2 * programme.total_days) * 100 > 2 * programme.total_days * programme.tolerance_percent
    ):
        said.append(
            f"Le calendrier prévoit {french.days_of(planned)} jours, à plus de {programme.tolerance_percent}\u00a0% des "
            f"{programme.total_days} jours annoncés (R04, brochure ligne 55)."
        )
    if not any(s.module is None and s.counts for s in context.sessions):
        said.append("Aucune séquence d’accompagnement méthodologique au calendrier (R03, brochure ligne 53).")
    for jury in context.juries.values():
        if jury.members < programme.jury_members_min:
            said.append(
                f"Jury {jury.id}\u00a0: {french.count(jury.members, 'membre')}, {programme.jury_members_min} au moins attendus (R14, brochure ligne 105)."
            )
        elif jury.externals * 100 < jury.members * programme.jury_external_percent:
            said.append(
                f"Jury {jury.id}\u00a0: {french.count(jury.externals, 'membre extérieur', 'membres extérieurs')} sur "
                f"{jury.members}, moins de {programme.jury_external_percent}\u00a0% (R14, brochure ligne 105)."
            )
    return tuple(said)


def _conflicts(standings: Sequence[Standing], context: Context) -> tuple[str, ...]:
    """Say what of a jury deserves a look: who teaches or employs, how many sat (R14, Q12)."""
    employers = {s.candidate.identity.employer for s in standings if s.candidate.identity}
    said: list[str] = []
    for jury in context.juries.values():
        said += conflicts(jury, context.programme.trainers, employers)
        if jury.present is not None and jury.present < _quorum(jury, context):
            said.append(
                f"Jury {jury.id}\u00a0: {jury.present} sur {french.count(jury.members, 'membre')} ont siégé, le quorum est de "
                f"{_quorum(jury, context)} (Q12)."
            )
    return tuple(said)


def _quorum(jury: Jury, context: Context) -> int:
    return jury.members // 2 + 1 if context.programme.jury_quorum == "majorite" else jury.members


def _summary(standings: Sequence[Standing], context: Context) -> tuple[str, ...]:
    active = [s for s in standings if s.enrolment.active]
    handed = sum(s.dossier.handed_in for s in active)
    issued = sum(s.certificate.state in _ISSUED for s in active)
    said = [
        (
            f"{french.count(len(active), 'personne inscrite', 'personnes inscrites')}, "
            f"{french.count(handed, 'dossier transmis', 'dossiers transmis')}, "
            f"{french.count(issued, 'certificat délivré', 'certificats délivrés')}."
        )
    ]
    jury = context.programme.jury_on
    if jury is not None:
        left = (jury - context.as_of).days
        when = f"dans {french.count(left, 'jour')}" if left > 0 else "aujourd’hui" if left == 0 else "passé"
        said.append(f"Jury le {french.long_date(jury)} ({when}).")
    planned = sum(len(s.halfdays) for s in context.sessions if s.counts)
    said.append(f"Calendrier\u00a0: {french.days_out_of(planned, context.programme.total_days)} prévus.")
    return tuple(said)


_ISSUED = {CertificateState.ISSUED, CertificateState.HANDED_OVER}


def _urgent(found: Iterable[Sequence[Gap]]) -> tuple[str, ...]:
    every = sorted((gap for own in found for gap in own if gap.blocking), key=urgency)
    alike: dict[tuple[object, ...], list[Gap]] = {}
    for gap in every:
        own_move = gap.who in {"stagiaire", "candidat(e)"}
        alike.setdefault((gap.missing, gap.who, gap.before, gap.subject if own_move else ""), []).append(gap)
    return tuple(_urgent_sentence(same) for same in list(alike.values())[:3])


def _urgent_sentence(same: Sequence[Gap]) -> str:
    """Say one gap with its name, or what several people lack in one sentence."""
    first = same[0]
    if len(same) > 1:
        return replace(first, missing=f"{first.missing} pour {french.count(len(same), 'personne')}").sentence
    return first.sentence if first.name in first.sentence else f"{first.name} – {first.sentence}"


def _undescribed(context: Context) -> tuple[str, ...]:
    count = context.programme.undescribed
    if not count:
        return ()
    return (
        f"{french.count(count, 'module non décrit', 'modules non décrits')} dans le document source (R02, brochure ligne 53).",
    )


def _row(rank: int, standing: Standing, found: Sequence[Gap], context: Context) -> tuple[Cell, ...]:
    identity, counts = standing.candidate.identity, standing.tally
    done, known = _preparations(standing)
    blocking = [gap for gap in found if gap.blocking]
    return (
        rank,
        standing.name,
        french.capitals(identity.usual_name or identity.birth_name) if identity else None,
        identity.first_name if identity else None,
        french.capitals(identity.birth_name) if identity else None,
        identity.matricule if identity else None,
        identity.employer if identity else None,
        ENROLMENT_WORDS[standing.enrolment.state],
        f"{counts.attended}/{counts.planned}",
        days_words(standing, context),
        counts.not_keyed,
        f"{done}/{known}" if context.runs else None,
        dossier_words(standing, context),
        "\u202f; ".join(gap.missing for gap in blocking) or "rien",
        jury_words(standing, context),
        _decision(standing, context),
        standing.certificate.words,
        "\u202f; ".join((*standing.signals, *_alerts(standing, context))) or None,
    )


def dossier_words(standing: Standing, context: Context) -> str:
    """Say where a dossier is, handed in late or under derogation; of an office without a site, nothing of what is unread."""
    unread = standing.dossier.state is DossierState.UNREAD and not context.runs
    said = "Non transmis" if unread else standing.dossier.words
    late = ", hors délai" if handed_in_late(standing, context) else ""
    return f"{said}{late}{', dérogation' if standing.dossier.derogation else ''}"


def handed_in_late(standing: Standing, context: Context) -> bool:
    """Tell whether a dossier came after its last day; one made again after the jury has no such day."""
    programme = context.programme
    day, due, jury = dossier_day(standing, context), programme.dossier_due, programme.jury_on
    return day is not None and due is not None and day > due and (jury is None or day <= jury)


def dossier_day(standing: Standing, context: Context) -> date | None:
    """Return the day on which the present version of a dossier was handed in, as known on the day looked at."""
    return handed_in_on(known(standing, context), standing.dossier.deposits, context.programme.zone)


def known(standing: Standing, context: Context) -> Sequence[Entry]:
    """Return what stands of one person's entries on the day looked at."""
    return until(standing_entries(standing.entries), context.as_of, context.programme.zone)


def days_words(standing: Standing, context: Context) -> str:
    """Say « 31,5 sur environ 39 », under a heading that says days."""
    programme = context.programme
    said = french.days_out_of(standing.tally.attended, programme.total_days, approximate=programme.approximate)
    return said.replace(" jours", "").replace(" jour", "")


def _preparations(standing: Standing) -> tuple[int, int]:
    own = [m for m in standing.modules if m.preparation]
    return sum(m.preparation == "fait" for m in own), len(own)


def _alerts(standing: Standing, context: Context) -> tuple[str, ...]:
    said = []
    if not standing.linked and context.runs:
        said.append("compte Moodle non rattaché")
    if any(f.kind == FactKind.ACCOUNT.value and f.text("status") == "deleted" for f in standing.facts.values()):
        said.append("compte Moodle supprimé")
    if any(fact.vanished_at for fact in standing.facts.values()):
        said.append("relevés qui ne sont plus visibles dans Moodle")
    away = len(contradictions(context.sessions, standing.halfdays, standing.enrolment))
    if away:
        said.append(
            f"{french.count(away, 'présence enregistrée', 'présences enregistrées')} pendant une suspension ou après un départ\u00a0: "
            f"{'contradictoire, non comptée' if away == 1 else 'contradictoires, non comptées'}"
        )
    if standing.contradictory_elsewhere:
        said.append(misplaced_words(standing.contradictory_elsewhere))
    not_seen = [point.label for point in standing.dossier.grid if not point.seen]
    if not_seen and standing.dossier.state in CONTROLLED:
        said.append(f"grille de contrôle, non\u00a0: {french.listing(not_seen)} (R08)")
    if standing.misplaced_deposits:
        said.append(misplaced_deposit_words(len(standing.misplaced_deposits)))
    if later_changes(standing, context):
        said.append("évolution postérieure au procès-verbal (R22)")
    said += eliminated_words(standing.entries, context.programme.zone)
    unread = sum(m.preparation == "non lu" for m in standing.modules)
    if unread and standing.linked and Series.TRACES not in eliminated(standing.entries, context.programme.zone):
        said.append(french.count(unread, "préparation non lue", "préparations non lues"))
    said += [
        f"en attente d’une seconde personne\u00a0: {_joined(held.words, held.waits_words(context.as_of, context.programme.zone))}"
        for held in waiting(standing.entries, context.as_of).values()
    ]
    said += _attendance(standing, context)
    said += attempts_of(standing, context).signals
    return tuple(said)


def _joined(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _attendance(standing: Standing, context: Context) -> list[str]:
    """Say that someone is under the threshold of attendance, where the office set one (R05); half-days not keyed do not count."""
    counts, threshold = standing.tally, context.programme.attendance_percent
    keyed = counts.attended + counts.partial + counts.excused + counts.unexcused
    if threshold is None or not keyed or counts.attended * 100 >= threshold * keyed:
        return []
    return [f"présences : {french.percent(counts.attended, keyed)}, seuil {threshold}\u00a0% (R05)"]


def jury_words(standing: Standing, context: Context) -> str | None:
    """Say where someone is before the jury."""
    passage = standing.passage
    if passage is None:
        return "Non convoqué"
    jury = context.juries.get(passage.jury)
    held = french.short_date(jury.held_on) if jury and jury.held_on else ""
    if passage.presence:
        return f"{PRESENCES.get(passage.presence, passage.presence)} le {held}" if held else PRESENCES[passage.presence]
    return f"Convoqué pour le {held}" if held else "Convoqué"


def _decision(standing: Standing, context: Context) -> str | None:
    passage = standing.passage
    if passage is None or not passage.decision:
        return None
    jury = context.juries.get(passage.jury)
    signed = "" if jury and jury.signed else " (procès-verbal non signé)"
    return f"{outcome_words(passage.decision, context.programme)}{signed}"


def module_words(module: ModuleStanding) -> str:
    """Say « 7/10 demi-journées, préparation faite » of one module; never « suivi »."""
    said = halfday_words(module)
    preparation = {"fait": "préparation faite", "non fait": "préparation non faite", "non lu": "préparation non lue"}
    return f"{said}, {preparation[module.preparation]}" if module.preparation else said


def halfday_words(module: ModuleStanding) -> str:
    """Say « 7/10 demi-journées » of one module, or « aucune date »."""
    planned = module.tally.planned
    return f"{module.tally.attended}/{planned} demi-journée{'s' if planned > 1 else ''}" if planned else "aucune date"


def _modules(standings: Sequence[Standing], context: Context) -> Table:
    described = [m for m in context.programme.modules if m.described]
    columns = (
        Column("name", "Nom d’usage et prénom", head=True),
        *(Column(f"module_{m.number}", f"Module {m.number}") for m in described),
    )
    words = module_words if context.runs else halfday_words
    rows = tuple(
        (s.name, *(words(m) for m in s.modules if m.module.described)) for s in standings if s.enrolment.active
    )
    caption = f"Présences en salle{' et préparation en ligne' if context.runs else ''}, module par module"
    return Table("modules", caption, columns, rows, "Aucun inscrit.")
