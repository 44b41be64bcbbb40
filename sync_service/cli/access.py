"""``access``: answer a person who asks for her whole file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from sync_service.cli.session import session
from sync_service.domain import french
from sync_service.errors import MappingError, UsageError

if TYPE_CHECKING:
    from sync_service.bootstrap import App
    from sync_service.domain.candidate import Candidate
    from sync_service.domain.promotion import PromotionFiles
    from sync_service.domain.reports.model import Report


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("access")(access)


def access(
    context: typer.Context,
    matricule: Annotated[str, typer.Argument(metavar="MATRICULE", help="La personne qui demande son dossier.")],
    promotion: Annotated[str, typer.Option(help="Promotion ; inutile s’il n’y en a qu’une.")] = "",
    received: Annotated[
        str, typer.Option(metavar="AAAA-MM-JJ", help="Jour de la demande ; aujourd’hui par défaut.")
    ] = "",
    request_only: Annotated[
        bool, typer.Option("--request-only", help="Noter la demande et son échéance, sans répondre encore.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Dossier à écrire ; sinon dans exports/.")] = None,
) -> None:
    """Répondre à une personne qui demande tout ce qui est gardé sur elle : son dossier complet, sous un mois."""
    from sync_service.cli.naming import named_or_only
    from sync_service.cli.opening import open_app
    from sync_service.usecases.access import request_access
    from sync_service.usecases.standing import subject_named

    here = session(context)
    with open_app(here, adding=True) as app:
        files = named_or_only(app, promotion)
        subject = subject_named(app.stores.ledger, matricule)
        filing = app.office_filing(files)
        today = french.in_zone(filing.observed_at, ZoneInfo(files.promotion.zone)).date()
        asked = request_access(app.stores.ledger, filing, subject, on=_day(received) or today, today=today)
        late = " Cette échéance est passée." if asked.due_on < today else ""
        here.say(
            f"Demande reçue le {french.short_date(asked.received_on)}, réponse due le {french.short_date(asked.due_on)}.{late}"
        )
        folder = None
        if not request_only:
            folder = (
                out or app.config.path(app.config.exports_dir) / f"acces-{french.code_of(matricule)}-{today:%Y%m%d}"
            )
            _serve(app, files, subject, asked.received_on, asked.due_on, folder)
            here.say(f"Dossier à remettre à la personne, et à elle seule : {folder}")
    here.result(
        {
            "received_on": asked.received_on.isoformat(),
            "due_on": asked.due_on.isoformat(),
            "folder": str(folder) if folder else None,
        }
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"« {text[:40]} » n’est pas une date : écrivez-la AAAA-MM-JJ.") from None


def _serve(app: App, files: PromotionFiles, subject: str, received: date, due: date, folder: Path) -> None:
    """Write the folder and record that it was produced and served; neither stays without the other."""
    from sync_service.cli.exporting import record_export, write_folder
    from sync_service.usecases.access import serve_access
    from sync_service.usecases.exports import Export

    now, zone = app.clock.now(), ZoneInfo(files.promotion.zone)
    contents = _contents(app, files, subject, received, due, now)

    def record(digest: str) -> None:
        made = Export("access", "folder", len(contents), subject, reason="access_request")
        record_export(app, files, digest, made, purpose="demande")
        serve_access(app.stores.ledger, app.office_filing(files), subject, digest, zone=zone)

    write_folder(folder, contents, record)


def _contents(
    app: App, files: PromotionFiles, subject: str, received: date, due: date, now: datetime
) -> dict[str, bytes]:
    import json

    from sync_service.cli.marking import draw, notices, with_notices
    from sync_service.domain.access_readme import access_readme
    from sync_service.domain.programme import programme_of
    from sync_service.domain.reports.lines import lines_report
    from sync_service.usecases.access import lines_of
    from sync_service.usecases.people import known_people
    from sync_service.usecases.standing import entries_of

    zone = ZoneInfo(files.promotion.zone)
    person = known_people(app.stores.ledger)[subject]
    contents, joined, absent = _by_promotion(app, person.enrolments, subject, now)
    entries = entries_of(app.stores.ledger, subject)
    activities = {key: said for one in joined for key, said in programme_of(app.files(one)).activities.items()}
    report = lines_report(person.name, entries, zone, made_on=french.long_moment(now, zone), activities=activities)
    machine = {"notices": list(notices(app)), "lines": lines_of(entries)}
    readme = access_readme(
        person.name, received=received, due=due, made=french.in_zone(now, zone).date(), promotions=joined, absent=absent,
        contact=files.promotion.contact.general or files.promotion.contact.pages,
    )  # fmt: skip
    return {
        **contents,
        "LISEZ-MOI.txt": with_notices(readme.encode(), notices(app)),
        "consultations.html": draw(app, _consultations(app, person, zone, now), "html"),
        "lignes.html": draw(app, report, "html"),
        "lignes.json": (json.dumps(machine, ensure_ascii=False, indent=1) + "\n").encode(),
    }


def _consultations(app: App, person: Candidate, zone: ZoneInfo, now: datetime) -> Report:
    """List who read her file, and the lists of her promotions."""
    from sync_service.domain.consultations import consultations_report
    from sync_service.usecases.papers import KINDS

    subjects = {person.subject, *(f"prom:{name}" for name in person.enrolments)}
    found = app.stores.access.entries(subjects=subjects)
    labels = {kind.code: kind.label for kind in KINDS.values()}
    return consultations_report(person.name, found, zone, made_on=french.long_moment(now, zone), labels=labels)


def _by_promotion(
    app: App, promotions: Mapping[str, object], subject: str, now: datetime
) -> tuple[dict[str, bytes], list[str], list[str]]:
    """Gather her file of each promotion; one whose files are no longer there becomes a sentence."""
    from sync_service.cli.files import gather, summary_files
    from sync_service.usecases.standing import current_day

    contents: dict[str, bytes] = {}
    joined, absent = [], []
    for name in sorted(promotions):
        try:
            files = app.files(name)
        except MappingError:
            absent.append(f"La promotion {name} n’a plus ses fichiers ici : ses lignes sont dans lignes.html.")
            continue
        day = current_day(app.stores.ledger, now, ZoneInfo(files.promotion.zone))
        found = gather(app, files, subject, now=now, day=day, others=False)
        own = {**summary_files(app, files, found, now=now, title="Votre dossier"), **found.documents}
        contents |= {f"{name}/{path}": content for path, content in own.items()}
        joined.append(name)
    return contents, joined, absent
