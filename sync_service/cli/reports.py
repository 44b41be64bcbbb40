"""``report``: what the office reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from sync_service.cli.consulting import tell_purpose
from sync_service.cli.session import Session, session
from sync_service.errors import UsageError

if TYPE_CHECKING:
    from sync_service.bootstrap import App
    from sync_service.domain.promotion import PromotionFiles
    from sync_service.domain.reports.model import Report
    from sync_service.usecases.exports import Export


NAMES = (
    "promotion, candidate, missing, attendance, jury, certificates, modules, outcome, journal, differences, integrity, ou "
    "leur code R1 à R16 ; inspection : les dossiers complets de quelques personnes."
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report")(report)


def report(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=NAMES)],
    promotion: Annotated[
        list[str] | None,
        typer.Option(
            help="Promotion ; inutile s’il n’y en a qu’une. Pour modules et outcome : plusieurs fois, des virgules, ou all."
        ),
    ] = None,
    candidate: Annotated[
        str,
        typer.Option(
            metavar="MATRICULE", help="La personne : pour candidate, attendance, inspection (plusieurs : des virgules)."
        ),
    ] = "",
    form: Annotated[str, typer.Option("--format", help="html, csv, xlsx, pdf ou json.")] = "html",
    profile: Annotated[str, typer.Option(help="CSV pour « excel », ou pour une « machine ».")] = "excel",
    as_of: Annotated[str, typer.Option(metavar="AAAA-MM-JJ", help="Situation à cette date.")] = "",
    known_at: Annotated[str, typer.Option(metavar="DATE", help="Telle que connue à ce moment.")] = "",
    draw: Annotated[int, typer.Option(metavar="N", help="Pour inspection : combien de personnes tirer.")] = 3,
    purpose: Annotated[
        str,
        typer.Option(
            metavar="MOTIF",
            help="Pourquoi on lit : suivi, jury, controle (inspection, sans autre motif), demande, recours, archives, autre ; "
            "gardé si le rapport nomme des personnes.",
        ),
    ] = "",
    seed: Annotated[str, typer.Option(metavar="GRAINE", help="Pour inspection : refaire le même tirage.")] = "",
    out: Annotated[
        Path | None, typer.Option(help="Fichier à écrire, dossier pour inspection ; sinon dans exports/.")
    ] = None,
) -> None:
    """Établir un rapport en français, en HTML, CSV, XLSX, PDF ou JSON."""
    from sync_service.cli.inspection import inspection
    from sync_service.cli.naming import named_or_only
    from sync_service.cli.opening import open_app
    from sync_service.domain.consultations import purpose_code
    from sync_service.domain.reports.catalogue import name_of

    here, name = session(context), name_of(name)
    asked = _Asked(name, form, profile, candidate, purpose_code(purpose), out)
    with open_app(here) as app:
        if name == "integrity":
            _integrity(here, app, asked)
            return
        named = _named(app, promotion or [])
        if len(named) > 1:
            _over(here, app, asked, named, (_day(as_of), _moment(known_at)))
            return
        files = named_or_only(app, named[0] if named else "")
        if name == "inspection":
            day, why = _day(as_of), asked.purpose
            inspection(here, app, files, draw=draw, seed=seed, named=candidate, as_of=day, out=out, purpose=why)
            return
        _one(here, app, asked, files, (_day(as_of), _moment(known_at)))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked of one report, whatever it looks at."""

    name: str
    form: str
    profile: str
    candidate: str
    purpose: str
    out: Path | None


_Looked: TypeAlias = tuple[date | None, date | datetime | None]
"""Situation at this date, as known at this moment."""


def _one(here: Session, app: App, asked: _Asked, files: PromotionFiles, looked: _Looked) -> None:
    """Write a report of one promotion, or of one person in it."""
    from sync_service.cli.exporting import write_export
    from sync_service.cli.marking import draw as drawn
    from sync_service.cli.opening import write_text
    from sync_service.domain.reports.catalogue import file_of
    from sync_service.usecases.report import NAMELESS, end_of
    from sync_service.usecases.report import report as make

    as_of, moment = looked
    made = make(
        asked.name, app.stores.ledger, files, now=app.clock.now(), as_of=as_of,
        known_at=end_of(moment, files) if isinstance(moment, date) and not isinstance(moment, datetime) else moment,
        candidate=asked.candidate or None,
    )  # fmt: skip
    who = f"-{asked.candidate}" if asked.candidate else ""
    stem = f"{file_of(asked.name)}-{files.promotion.id}{who}"
    path = asked.out or app.config.path(app.config.exports_dir) / f"{stem}.{asked.form}"
    content = drawn(app, made, asked.form, profile=asked.profile)
    if asked.name in NAMELESS:
        write_text(path, content, private=False)
        tell_purpose(here, asked.purpose)
    else:
        export = _export(app, files, made, asked.form, asked.candidate)
        write_export(app, files, path, content, export, purpose=asked.purpose)
    here.say(f"{made.title} : {path}")
    here.result({"report": asked.name, "file": str(path)})


def _named(app: App, asked: list[str]) -> list[str]:
    """Return the promotions named, « all » being every one that has files, watched or not, each once."""
    from sync_service.adapters.mapping_files import list_promotions

    names = [name.strip() for text in asked for name in text.split(",") if name.strip()]
    every = list_promotions(app.config.path(app.config.mappings_dir))
    return list(every) if names == ["all"] else list(dict.fromkeys(names))


def _over(here: Session, app: App, asked: _Asked, named: list[str], looked: _Looked) -> None:
    """Write R12 or R13 of several promotions; nobody is named in it."""
    from sync_service.cli.marking import draw as drawn
    from sync_service.cli.opening import write_text
    from sync_service.domain.reports.catalogue import file_of
    from sync_service.usecases.report_over import report_over

    files, now = [app.files(one) for one in named], app.clock.now()
    made = report_over(asked.name, app.stores.ledger, files, now=now, as_of=looked[0], known_at=looked[1])
    stem = f"{file_of(asked.name)}-{len(files)}-promotions"
    path = asked.out or app.config.path(app.config.exports_dir) / f"{stem}.{asked.form}"
    write_text(path, drawn(app, made, asked.form, profile=asked.profile), private=False)
    tell_purpose(here, asked.purpose)
    here.say(f"{made.title} : {path}")
    here.result({"report": asked.name, "file": str(path), "promotions": named})


def _export(app: App, files: PromotionFiles, made: Report, form: str, candidate: str) -> Export:
    from sync_service.usecases.exports import Export
    from sync_service.usecases.standing import subject_named

    one = candidate and made.name in {"candidate", "attendance"}
    subject = subject_named(app.stores.ledger, candidate) if one else f"prom:{files.promotion.id}"
    rows = max((len(table.rows) for table in made.tables() if made.main in {"", table.code}), default=0)
    return Export(made.name, form, rows, subject, as_of=made.stamp.as_of if made.stamp else None)


def _integrity(here: Session, app: App, asked: _Asked) -> None:
    """Verify the whole register, then write R16."""
    from zoneinfo import ZoneInfo

    from sync_service.adapters.ledger_sql import integrity_of
    from sync_service.cli.marking import draw
    from sync_service.cli.opening import write_text
    from sync_service.cli.verifying import verify_all
    from sync_service.domain.reports.catalogue import file_of
    from sync_service.domain.reports.integrity import integrity_report

    done, _ = verify_all(app)
    made = integrity_report(integrity_of(app.stores, app.clock.now(), done), ZoneInfo(app.config.daemon.zone))
    path = asked.out or app.config.path(app.config.exports_dir) / f"{file_of('integrity')}.{asked.form}"
    write_text(path, draw(app, made, asked.form, profile=asked.profile), private=False)
    tell_purpose(here, asked.purpose)
    here.say(f"{made.title} : {path}")
    here.result({"report": "integrity", "file": str(path)})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"« {text[:40]} » n’est pas une date : écrivez-la AAAA-MM-JJ.") from None


def _moment(text: str) -> date | datetime | None:
    if not text or len(text) == 10:
        return _day(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise UsageError(f"« {text[:40]} » n’est pas un moment : écrivez AAAA-MM-JJ ou AAAA-MM-JJThh:mm+02:00.")
    return moment
