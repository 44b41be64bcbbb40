"""R2: the fiche de suivi of one person."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from sync_service.domain import french
from sync_service.domain.appeal import KINDS as APPEALS
from sync_service.domain.appeal import OUTCOMES as APPEAL_OUTCOMES
from sync_service.domain.appeal import appeals_of
from sync_service.domain.attendance import HALVES, WORDS, Recorded, misplaced_words, outside_words, status_words, words
from sync_service.domain.candidate import ENROLMENT_WORDS
from sync_service.domain.certification import Context, ModuleStanding, Standing, fresh, later_changes, outcome_words
from sync_service.domain.checklist import grid_words
from sync_service.domain.dossier import CONTROLLED, DEPOSIT_WORDS, Deposit, Dossier
from sync_service.domain.gaps import gaps
from sync_service.domain.jury import PRESENCES
from sync_service.domain.reports.model import Cell, Column, Ending, Report, Section, Table
from sync_service.domain.reports.promotion import (
    dossier_day,
    dossier_notice,
    dossier_words,
    halfday_words,
    known,
    module_words,
)
from sync_service.domain.retention import eliminated_words
from sync_service.domain.seen import stale_words, state_words
from sync_service.domain.seen import words as seen_words

GRADES = (
    "E1\u00a0: déclaré par le navigateur du stagiaire (paquet, page ouverte).",
    "E2\u00a0: établi par Moodle (dépôt remis).",
    "E3\u00a0: saisi par le service.",
    "E4\u00a0: feuille ou document signé, dont l’empreinte est au registre.",
)


def candidate_report(standing: Standing, context: Context, ending: Ending) -> Report:
    """Make R2 of one person."""
    programme = context.programme
    return Report(
        code="R2",
        name="candidate",
        title=f"Fiche de suivi – {standing.name}",
        subtitle=f"Cycle « {programme.title} », promotion {programme.label} · {standing.role}",
        sections=(
            Section("Identité", pairs=_identity(standing, context)),
            Section(
                "Ce qui manque", sentences=tuple(g.sentence for g in gaps(standing, context)) or ("Il ne manque rien.",)
            ),
            Section("Parcours", pairs=_path(standing)),
            Section("Modules", sentences=_undescribed(context), tables=(_modules(standing, context),)),
            Section(
                "Présences",
                sentences=(*words(standing.tally, programme.total_days), *beside(standing)),
                tables=(_attendance(standing, context),),
            ),
            Section(
                "Dossier pour le jury",
                pairs=_dossier(standing, context),
                tables=(_deposits(standing, context),) if context.runs else (),
            ),
            Section("Jury", tables=(_juries(standing, context),)),
            Section(
                "Certificat",
                pairs=(("Situation", standing.certificate.words), ("Depuis le", standing.certificate.since)),
            ),
            Section("Recours", tables=(_appeals(standing, context),)),
            *_later(standing, context),
            Section("Niveaux de preuve", sentences=GRADES),
            Section("Mentions rectificatives", tables=(_corrections(standing, programme.zone),)),
        ),
        footers=ending.footers(whole=True),
        notices=(*ending.notices, *dossier_notice(context), *_eliminated(standing, programme.zone)),
        stamp=ending.stamp,
    )


def _eliminated(standing: Standing, zone: tzinfo) -> tuple[str, ...]:
    return tuple(f"{said[:1].upper()}{said[1:]}." for said in eliminated_words(standing.entries, zone))


def _identity(standing: Standing, context: Context) -> tuple[tuple[str, Cell], ...]:
    identity = standing.candidate.identity
    if identity is None:
        return (("Identité", "effacée du fichier des identités"),)
    return (
        ("Nom d’usage", french.capitals(identity.usual_name)),
        ("Nom de naissance", french.capitals(identity.birth_name)),
        ("Prénom", identity.first_name),
        ("Matricule", identity.matricule),
        ("Collectivité", identity.employer),
        ("Fonction", identity.position),
        ("Date de prise de fonction", identity.position_since or "non renseignée"),
        *((("Compte Moodle", "rattaché" if standing.linked else "non rattaché"),) if context.runs else ()),
    )


def _path(standing: Standing) -> tuple[tuple[str, Cell], ...]:
    signals = tuple(("À décider par le service (R01)", signal) for signal in standing.signals)
    return (
        ("Inscription", ENROLMENT_WORDS[standing.enrolment.state]),
        ("Depuis le", standing.enrolment.since),
        ("Entrée dans le cycle le", standing.enrolment.first),
        *signals,
    )


def _undescribed(context: Context) -> tuple[str, ...]:
    count = context.programme.undescribed
    return (
        (f"{french.count(count, 'module non décrit', 'modules non décrits')} dans le document source.",)
        if count
        else ()
    )


def _modules(standing: Standing, context: Context) -> Table:
    if not context.runs:
        return _attended(standing)
    columns = (
        Column("module", "Module", head=True),
        Column("standing", "Présences et préparation"),
        Column("detail", "Relevé Moodle de la préparation"),
        Column("grade", "Niveau de preuve"),
    )
    rows = tuple(_module(m, standing, context) for m in standing.modules if m.module.described)
    support = standing.support
    if support.planned:
        said = f"{support.attended}/{support.planned} demi-journées"
        rows += (("Accompagnement méthodologique", said, None, "E4 ou E3"),)
    return Table("modules", "Modules décrits dans le document source", columns, rows)


def _attended(standing: Standing) -> Table:
    """Show attendance alone: no site was ever read, so there is no online preparation to speak of."""
    columns = (Column("module", "Module", head=True), Column("standing", "Présences"))
    rows = [(m.module.label, halfday_words(m)) for m in standing.modules if m.module.described]
    support = standing.support
    if support.planned:
        rows.append(("Accompagnement méthodologique", f"{support.attended}/{support.planned} demi-journées"))
    return Table("modules", "Modules décrits dans le document source", columns, tuple(rows))


def _module(module: ModuleStanding, standing: Standing, context: Context) -> tuple[Cell, ...]:
    if not module.module.preparation:
        return (module.module.label, module_words(module), None, None)
    found = standing.fact(module.module.preparation)
    detail = seen_words(found, fresh(standing, module.module.preparation, context), context.programme.zone)
    if found is not None and found.fields.get("override") is True:
        detail += " ; validé à la main dans Moodle"
    return (module.module.label, module_words(module), detail, "E1")


def _attendance(standing: Standing, context: Context) -> Table:
    columns = (
        Column("date", "Date", head=True),
        Column("half", "Demi-journée"),
        Column("module", "Module"),
        Column("place", "Lieu"),
        Column("status", "Statut"),
        Column("evidence", "Preuve"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            key.day,
            HALVES[key.half],
            f"Module {session.module}" if session.module else "Accompagnement méthodologique",
            session.place,
            status_words(key, standing.halfdays, standing.enrolment, context.as_of, standing.exempt),
            evidence_words(standing.halfdays.get(key)),
        )
        for session in context.sessions
        if session.counts
        for key in session.halfdays
    ]
    rows += [
        (r.key.day, HALVES[r.key.half], f"Module {r.module}" if r.module else None, "hors de cette promotion",
         WORDS[r.status], r.grade)
        for r in standing.elsewhere
    ]  # fmt: skip
    rows += [
        (r.key.day, HALVES[r.key.half], f"Module {r.module}" if r.module else None, "promotion déjà quittée",
         outside_words(r.status), evidence_words(r))
        for r in standing.misplaced
    ]  # fmt: skip
    return Table("attendance", "Présences, demi-journée par demi-journée", columns, tuple(sorted(rows, key=_by_day)))


def _by_day(row: tuple[Cell, ...]) -> tuple[str, bool]:
    return str(row[0]), row[1] != "matin"


def beside(standing: Standing) -> tuple[str, ...]:
    """Say what she followed in another promotion, and the presences that one recorded after she left it."""
    followed, wrong = standing.attended_elsewhere, standing.contradictory_elsewhere
    said = french.count(followed, "demi-journée suivie", "demi-journées suivies")
    return (
        *([f"{said} dans une autre promotion, en plus."] if followed else []),
        *([f"{misplaced_words(wrong)}."] if wrong else []),
    )


def evidence_words(found: Recorded | None) -> str | None:
    """Say what proves a half-day, and when it was corrected; None when nothing is recorded."""
    if found is None:
        return None
    said = "E4, feuille signée" if found.sheet else f"{found.grade}, saisie du service"
    return f"{said}, rectifié le {french.short_date(found.corrected_on)}" if found.corrected_on else said


def _dossier(standing: Standing, context: Context) -> tuple[tuple[str, Cell], ...]:
    dossier = standing.dossier
    pieces = tuple((f"Pièce reçue : {name}", day) for name, day in sorted(dossier.pieces.items()))
    days = {e.type: e.day(context.programme.zone) for e in known(standing, context) if e.type in _DATED}
    return (
        ("Situation", dossier_words(standing, context)),
        ("Depuis le", dossier.since),
        ("Transmis le", dossier_day(standing, context)),
        *((label, days.get(type_)) for type_, label in _DATED.items()),
        ("Incomplétude notifiée le", dossier.notified_on),
        ("Relancé le", dossier.reminded_on),
        ("Dérogation", "oui" if dossier.derogation else "non"),
        *_grid(dossier, context.programme.checklist),
        *pieces,
    )


def _grid(dossier: Dossier, checklist: tuple[str, ...]) -> tuple[tuple[str, Cell], ...]:
    """Say the points that the control ticked (R08), none before a control."""
    if not checklist or not (dossier.grid or dossier.state in CONTROLLED):
        return ()
    return (("Grille de contrôle", grid_words(dossier.grid, checklist)),)


_DATED = {"dossier.declared_admissible": "Déclaré recevable le", "dossier.sealed_for_jury": "Remis au jury le"}


def _appeals(standing: Standing, context: Context) -> Table:
    columns = (
        Column("jury", "Session de jury", head=True),
        Column("kind", "Recours"),
        Column("received_on", "Reçu le"),
        Column("due_on", "Réponse attendue avant le"),
        Column("decided_on", "Décidé le"),
        Column("outcome", "Suite"),
    )
    rows = tuple(
        (
            a.jury, APPEALS.get(a.kind, "Recours"), a.received_on, a.due_on, a.decided_on,
            "En attente de réponse" if a.open else APPEAL_OUTCOMES.get(a.outcome, "Décidé"),
        )
        for a in appeals_of(known(standing, context))
    )  # fmt: skip
    return Table("appeals", "Recours contre une décision du jury", columns, rows, "Aucun.")


def _deposits(standing: Standing, context: Context) -> Table:
    columns = (
        Column("deposit", "Dépôt", head=True),
        Column("status", "Situation"),
        Column("submitted_at", "Remis le"),
        Column("attempt", "Version"),
        Column("files", "Fichiers"),
    )
    rows = tuple(_deposit(d, standing, context) for d in standing.dossier.deposits)
    return Table("deposits", "Dépôts dans Moodle", columns, rows, "Aucun dépôt prévu dans Moodle.")


def _deposit(deposit: Deposit, standing: Standing, context: Context) -> tuple[Cell, ...]:
    freshness = fresh(standing, deposit.key, context)
    zone = context.programme.zone
    if deposit.status == "unread":
        return (deposit.label, seen_words(None, freshness, zone), None, None, None)
    submitted = datetime.fromtimestamp(deposit.submitted_at, UTC) if deposit.submitted_at else None
    return (
        deposit.label,
        f"{DEPOSIT_WORDS[deposit.status]}{stale_words(freshness, zone)}",
        french.short_moment(submitted, zone) if submitted else None,
        deposit.attempt + 1 if deposit.status != "none" else None,
        ", ".join(deposit.files) or None,
    )


def _juries(standing: Standing, context: Context) -> Table:
    columns = (
        Column("jury", "Session de jury", head=True),
        Column("convened_on", "Convocation"),
        Column("presence", "Présence"),
        Column("frozen_on", "État figé le"),
        Column("decision", "Décision"),
        Column("minutes", "Procès-verbal"),
        Column("notified_on", "Notifiée le"),
    )
    rows = []
    for passage in standing.passages:
        jury = context.juries.get(passage.jury)
        held = french.long_date(jury.held_on) if jury and jury.held_on else passage.jury
        signed = (
            f"{jury.minutes}, signé le {french.short_date(jury.signed_on)}" if jury and jury.signed_on else "non signé"
        )
        decision = outcome_words(passage.decision, context.programme) if passage.decision else None
        presence = PRESENCES.get(passage.presence) if passage.presence else None
        rows.append((held, passage.convened_on, presence, passage.frozen_on, decision, signed, passage.notified_on))
    return Table("juries", "Passages devant le jury", columns, tuple(rows), "Pas encore de convocation.")


def _later(standing: Standing, context: Context) -> tuple[Section, ...]:
    found = later_changes(standing, context)
    if not found:
        return ()
    labels = dict(context.programme.to_do)
    sentences = tuple(
        f"{labels.get(f.key, 'Inscription ou compte Moodle')} : {state_words(f)}, relevé le "
        f"{french.short_moment(f.at, context.programme.zone)}. Ce que le jury a vu ne change pas (R22)."
        for f in found
    )
    return (Section("Évolutions postérieures au procès-verbal", sentences=sentences),)


def _corrections(standing: Standing, zone: ZoneInfo) -> Table:
    columns = (Column("at", "Enregistrée le", head=True), Column("what", "Objet"), Column("reason", "Motif"))
    labels = {"identity.corrected": "Identité", "halfday.corrected": "Présence", "correction": "Ligne du registre"}
    rows = tuple(
        (
            french.short_moment(e.event.recorded_at, zone),
            _corrected(labels[e.type], e.text("date"), e.text("half")),
            e.event.reason,
        )
        for e in standing.entries
        if e.type in labels
    )
    return Table(
        "corrections", "Mentions rectificatives, l’ancienne valeur restant au registre", columns, rows, "Aucune."
    )


def _corrected(label: str, day: str, half: str) -> str:
    if not day:
        return label
    return f"{label} du {french.short_date(datetime.fromisoformat(day).date())}, {HALVES.get(half, half)}"
