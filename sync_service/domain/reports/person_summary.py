"""One page about one person, for a controller: who, where she stands, what is missing, what the folder holds."""

from __future__ import annotations

from collections.abc import Sequence

from sync_service.domain import french
from sync_service.domain.appeal import appeals_of
from sync_service.domain.attendance import words
from sync_service.domain.candidate import ENROLMENT_WORDS
from sync_service.domain.certification import Context, Standing, outcome_words
from sync_service.domain.jury import PRESENCES
from sync_service.domain.person_file import Chapter
from sync_service.domain.reports.candidate import beside
from sync_service.domain.reports.model import Cell, Column, Ending, Report, Section, Table
from sync_service.domain.reports.promotion import dossier_words, halfday_words, module_words

SAID = 14
"""How many points the page says; the others are counted, and said in the annex."""
ANNEX = "0-lignes-du-registre"


def person_summary(
    standing: Standing, found: Sequence[Chapter], joined: Sequence[str], context: Context, ending: Ending, *, title: str
) -> Report:
    """Make the page; ``joined`` are the paths of the documents that the folder holds."""
    programme = context.programme
    return Report(
        code="",
        name="person-summary",
        title=f"{title} – {standing.name}",
        subtitle=f"Cycle « {programme.title} », promotion {programme.label} · {standing.role}",
        sections=(
            Section("En bref", pairs=(*_identity(standing), *_state(standing, context))),
            Section("Modules", tables=(_modules(standing, context),)),
            Section("Ce qui manque ou reste à savoir", sentences=_missing(found)),
            Section("Ce que contient le dossier", tables=(_folders(found, joined),)),
        ),
        footers=ending.footers(),
        notices=ending.notices,
        stamp=ending.stamp,
        one_page=True,
    )


def _identity(standing: Standing) -> tuple[tuple[str, Cell], ...]:
    identity = standing.candidate.identity
    enrolment = standing.enrolment
    path = ENROLMENT_WORDS[enrolment.state]
    since = f", depuis le {french.short_date(enrolment.since)}" if enrolment.since else ""
    if identity is None:
        return (("Identité", "effacée du fichier des identités"), ("Parcours", path + since))
    born = french.capitals(identity.birth_name)
    return (
        ("Personne", f"{french.capitals(identity.usual_name)} {identity.first_name}, nom de naissance {born}"),
        ("Matricule", identity.matricule),
        (
            "Collectivité et fonction",
            ", ".join(said for said in (identity.employer, identity.position) if said) or None,
        ),
        ("Parcours", path + since),
    )


def _state(standing: Standing, context: Context) -> tuple[tuple[str, Cell], ...]:
    return (
        (
            "Présences",
            " ; ".join(
                (*words(standing.tally, context.programme.total_days), *(said.rstrip(".") for said in beside(standing)))
            ),
        ),
        ("Dossier", dossier_words(standing, context)),
        *_juries(standing, context),
        *(("Recours", appeal.words) for appeal in appeals_of(standing.entries)),
        ("Certificat", _certificate(standing)),
    )


def _certificate(standing: Standing) -> str:
    """Say where the certificate stands, its duplicates, and the numbers spoiled before it."""
    held = standing.certificate
    spoiled = [e.text("number") for e in standing.entries if e.type == "certificate.number_spoiled"]
    parts = [held.words, french.count(held.copies, "duplicata", "duplicatas") if held.copies else ""]
    parts += [f"n° {number} annulé avant délivrance" for number in spoiled if number != held.number]
    return " ; ".join(filter(None, parts))


def _juries(standing: Standing, context: Context) -> tuple[tuple[str, Cell], ...]:
    if not standing.passages:
        return (("Jury", "pas encore de convocation"),)
    said = []
    for passage in standing.passages:
        jury = context.juries.get(passage.jury)
        parts = [PRESENCES.get(passage.presence, "présence non saisie") if passage.presence else "présence non saisie"]
        parts.append(
            f"décision : {outcome_words(passage.decision, context.programme)}" if passage.decision else "sans décision"
        )
        if jury and jury.signed_on:
            parts.append(f"procès-verbal signé le {french.short_date(jury.signed_on)}")
        held = f" du {french.short_date(jury.held_on)}" if jury and jury.held_on else f" {passage.jury}"
        said.append((f"Jury{held}", ", ".join(parts)))
    return tuple(said)


def _modules(standing: Standing, context: Context) -> Table:
    heading = "Présences et préparation en ligne" if context.runs else "Présences"
    columns = (Column("module", "Module", head=True), Column("standing", heading))
    say = module_words if context.runs else halfday_words
    rows = [(m.module.label, say(m)) for m in standing.modules if m.module.described]
    if standing.support.planned:
        counts = f"{standing.support.attended}/{standing.support.planned} demi-journées"
        rows.append(("Accompagnement méthodologique", counts))
    return Table("modules", "Modules décrits dans le document source", columns, tuple(rows))


def _missing(found: Sequence[Chapter]) -> tuple[str, ...]:
    said = tuple(sentence for chapter in found for sentence in chapter.missing)
    if not said:
        return ("Rien ne manque.",)
    if len(said) <= SAID:
        return said
    more = french.count(len(said) - SAID + 1, "autre point", "autres points")
    return (*said[: SAID - 1], f"Et {more} : voir {ANNEX}.pdf.")


def _folders(found: Sequence[Chapter], joined: Sequence[str]) -> Table:
    columns = (
        Column("folder", "Sous-dossier", head=True),
        Column("heading", "Contenu"),
        Column("documents", "Pièces jointes"),
        Column("lines", "Lignes du registre"),
        Column("missing", "Points à savoir"),
    )
    rows = tuple(
        (
            chapter.folder,
            chapter.heading,
            sum(path.startswith(f"{chapter.folder}/") for path in joined),
            len(chapter.entries),
            len(chapter.missing),
        )
        for chapter in found
    )
    return Table("folders", f"Pièces et lignes du registre ({ANNEX}), dans l’ordre d’un contrôle", columns, rows)
