"""``document``: what the office prints, signs and sends; issued once, then given back as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta  # typer reads annotations when it runs
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sync_service.cli.session import Session, session
from sync_service.domain import french

if TYPE_CHECKING:
    from sync_service.bootstrap import App
    from sync_service.domain.promotion import PromotionFiles
    from sync_service.usecases.documents import Drawn, Issued, Paper, Wanted
    from sync_service.usecases.papers import Asked, Papers, Skipped

FEW = 5
"""Up to how many people left out are named one by one."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("document")(document)


def document(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="NOM", help="Nom du document ; « document list » les montre tous.")],
    promotion: Annotated[str, typer.Option(help="Promotion ; inutile s’il n’y en a qu’une.")] = "",
    session_id: Annotated[str, typer.Option("--session", help="Session de formation, ou all pour toutes.")] = "",
    jury: Annotated[str, typer.Option(help="Session de jury ; inutile s’il n’y en a qu’une.")] = "",
    candidate: Annotated[str, typer.Option(metavar="MATRICULE", help="Une personne, ou all pour toutes.")] = "",
    again: Annotated[
        str, typer.Option(metavar="MOTIF", help="Nouvel exemplaire : nouvelle-situation, erreur, texte-modifie, autre.")
    ] = "",
    dated: Annotated[
        str,
        typer.Option(
            "--date",
            metavar="AAAA-MM-JJ",
            help="Date portée sur le document, et situation à cette date ; sinon aujourd’hui.",
        ),
    ] = "",
    purpose: Annotated[
        str,
        typer.Option(
            metavar="MOTIF", help="Pourquoi on lit : suivi, jury, controle, demande, recours, archives, autre."
        ),
    ] = "",
    form: Annotated[str, typer.Option("--format", help="pdf, ou csv pour le publipostage d’une lettre.")] = "pdf",
    out: Annotated[Path | None, typer.Option(help="Dossier où écrire ; sinon exports/.")] = None,
) -> None:
    """Établir une feuille, une lettre, un procès-verbal ou un certificat en PDF ; redemandé, il est rendu tel quel."""
    from sync_service.cli.naming import named_or_only
    from sync_service.cli.opening import open_app
    from sync_service.domain.consultations import purpose_code
    from sync_service.errors import UsageError
    from sync_service.usecases.documents import again_code
    from sync_service.usecases.papers import Asked, kind_named

    here, why = session(context), purpose_code(purpose)
    if kind == "list":
        _list(here)
        return
    if form not in {"pdf", "csv"}:
        raise UsageError(
            f"Un document ne s’écrit pas en « {form[:20]} » : choisissez pdf, ou csv pour le publipostage."
        )
    asked, reason, day = Asked(kind_named(kind), session_id, jury, candidate), again_code(again), _day(dated)
    with open_app(here) as app:
        files = named_or_only(app, promotion)
        folder = out or app.config.path(app.config.exports_dir)
        made = papers_of(app, files, day)
        if not day:
            _say_day(here, app, made)
        with _saying_when(here, made, asked, promotion, form):
            if form == "csv":
                _mail_merge(here, app, made, asked, folder, why)
            else:
                _issue_all(here, app, made, asked, folder, (reason, why))


def _say_day(here: Session, app: App, made: Papers) -> None:
    """Say which day was chosen, when it is not today: the register is ahead of this machine's clock."""
    if made.frame.on > app.clock.now().date() + timedelta(days=1):
        said = "jour de la dernière ligne du registre ; une autre date : --date AAAA-MM-JJ."
        here.say(f"Daté du {french.long_date(made.frame.on)}, {said}")


@contextmanager
def _saying_when(here: Session, made: Papers, asked: Asked, promotion: str, form: str) -> Iterator[None]:
    """Add to a refusal the date that was asked, and from which date the document can be made, with the line to type."""
    from sync_service.errors import RecordRefusedError, UsageError

    try:
        yield
    except (RecordRefusedError, UsageError) as error:
        hint = _when(here, made, asked, promotion, form)
        if not hint:
            raise
        raise type(error)(f"{error.sentence} {hint}") from error


def _when(here: Session, made: Papers, asked: Asked, promotion: str, form: str) -> str:
    """Say the earliest day on which a document that could not be made can be, empty when there is none."""
    from sync_service.usecases.paper_dates import earliest

    day = earliest(made.desk, made.read_letter, asked, after=made.frame.on)
    if day is None:
        return ""
    options = (
        ("--promotion", promotion), ("--session", asked.session), ("--jury", asked.jury), ("--candidate", asked.candidate),
        ("--format", form if form != "pdf" else ""), ("--date", day.isoformat()),
    )  # fmt: skip
    config = "" if here.config_path.name == str(here.config_path) == "config.toml" else f" --config {here.config_path}"
    line = " ".join(f"{name} {value}" for name, value in options if value)
    return (
        f"Date demandée : {french.long_date(made.frame.on)} ; possible à partir du {french.long_date(day)} : "
        f"cyclesync{config} document {asked.kind.code} {line}"
    )


def _day(text: str) -> date | None:
    from sync_service.domain.french import read_date
    from sync_service.errors import UsageError

    found = read_date(text) if text else None
    if text and found is None:
        raise UsageError("La date du document s’écrit comme 2027-06-18 ou 18/06/2027.")
    return found


def _list(here: Session) -> None:
    from sync_service.usecases.papers import KINDS

    for found in KINDS.values():
        here.say(f"{found.code:22} {found.label}")
    here.result([{"kind": k.code, "label": k.label, "about": k.about, "stored": k.stored} for k in KINDS.values()])


def papers_of(app: App, files: PromotionFiles, day: date | None) -> Papers:
    """Return what documents of a promotion are made from, dated ``day`` or today."""
    from functools import partial
    from zoneinfo import ZoneInfo

    from sync_service.adapters.mapping_files.letters import load_letter
    from sync_service.usecases.desk import Desk
    from sync_service.usecases.papers import papers
    from sync_service.usecases.standing import current_day

    desk = Desk(app.stores.ledger, files, app.office_filing(files))
    read = partial(load_letter, app.config.path(app.config.mappings_dir), files.cycle.id)
    today = current_day(app.stores.ledger, desk.filing.observed_at, ZoneInfo(files.promotion.zone))
    return papers(desk, read, on=day or today)


def _issue_all(here: Session, app: App, made: Papers, asked: Asked, folder: Path, reasons: tuple[str, str]) -> None:
    """Issue every document asked for, one file each, and say which were given back as they were; ``reasons``: again, reading."""
    reason, why = reasons
    wanted, skipped = made.wanted(asked)
    logo = _logo(app)
    shown: list[dict[str, object]] = []
    for one in wanted:
        path = folder / f"{one.name}.pdf"
        issued = issue_one(app, made, one, logo, reason)
        _write(app, made, issued, path, why)
        here.say(_sentence(issued, path))
        shown.append({"file": str(path), "sha256": issued.digest if one.stored else "", "new": issued.new})
    _tell_skipped(here, asked, skipped, len(wanted), lambda: _when(here, made, asked, "", "pdf"))
    here.result({"kind": asked.kind.code, "documents": shown, "skipped": len(skipped)})


def _write(app: App, made: Papers, issued: Issued, path: Path, purpose: str) -> None:
    """Write the file; one that no line of the register names yet, or a copy of one that is named, is an export."""
    from sync_service.cli.consulting import consulted
    from sync_service.cli.exporting import write_export
    from sync_service.cli.opening import write_text
    from sync_service.usecases.exports import Export

    wanted = issued.wanted
    if issued.new and wanted.stored:
        consulted(app, f"{wanted.kind}/pdf", [wanted.subject], purpose=purpose)
        write_text(path, issued.content, private=True)
        return
    export = Export(wanted.kind, "pdf", 1, wanted.subject, as_of=made.frame.on)
    write_export(app, made.frame.files, path, issued.content, export, purpose=purpose)


def issue_one(app: App, made: Papers, wanted: Wanted, logo: bytes | None, reason: str) -> Issued:
    """Issue one document, or give it back as it was; one that is not stored is only drawn."""
    from hashlib import sha256

    from sync_service.usecases.documents import Issued, issue

    def draw(paper: Paper) -> Drawn:
        if wanted.stored:
            app.stores.require_sound()  # before its bytes are kept: the line that names them would be refused
        return _draw(app, made, logo, paper)

    if wanted.stored:
        return issue(made.desk, app.blobs, wanted, draw, head=made.head, again=reason)
    content = draw(wanted.build()).content
    return Issued(wanted, content, sha256(content).hexdigest(), made.frame.on, new=True)


def _draw(app: App, made: Papers, logo: bytes | None, paper: Paper) -> Drawn:
    from sync_service.adapters.documents.document_pdf import document_pdf, template_of
    from sync_service.adapters.documents.report_pdf import report_pdf
    from sync_service.cli.marking import marked, marked_document
    from sync_service.domain.reports.model import Report
    from sync_service.usecases.documents import Drawn

    if isinstance(paper, Report):
        return Drawn(report_pdf(marked(app, paper)), "report/1")
    return Drawn(document_pdf(marked_document(app, paper), made.desk.filing.observed_at, logo), template_of(paper))


def _logo(app: App) -> bytes | None:
    from sync_service.adapters.documents.document_pdf import read_logo

    return read_logo(app.config.path(app.config.logo)) if app.config.logo else None


_CERTIFICATE_CURE = "si le nom qu’il porte est faux, annulez son numéro, ou rectifiez le certificat s’il est délivré"


def _sentence(issued: Issued, path: Path) -> str:
    if issued.new:
        return f"Établi : {path}"
    said = f"Déjà établi le {issued.issued_on:%d/%m/%Y}, rendu tel quel : {path}"
    if not issued.outdated:
        return f"{said} (pour un nouveau : --again nouvelle-situation)"
    cure = _CERTIFICATE_CURE if issued.wanted.kind == "certificate" else "--again erreur en établit un nouveau"
    return f"{said}. À vérifier : l’identité de la personne a été rectifiée depuis ; {cure}."


def _tell_skipped(here: Session, asked: Asked, skipped: list[Skipped], made: int, hint: Callable[[], str]) -> None:

    for why in dict.fromkeys(left.why for left in skipped):
        names = [left.name for left in skipped if left.why == why]
        who = french.listing(names) if len(names) <= FEW else french.count(len(names), "personne")
        here.say(f"- non établi pour {who} : {why}.")
    if not made:
        here.say(f"Aucun document établi ({asked.kind.label}). {hint()}".rstrip())


def _mail_merge(here: Session, app: App, made: Papers, asked: Asked, folder: Path, purpose: str) -> None:
    """Write one row for each letter, for a mail merge, and record that the file was made."""
    from sync_service.adapters.documents.merge_csv import merge_csv
    from sync_service.cli.exporting import write_export
    from sync_service.cli.marking import notices
    from sync_service.usecases.exports import Export

    rows, files, said = made.merge(asked), made.frame.files, " ".join(notices(app))
    rows = [{**row, "mention": said} for row in rows] if said else rows
    path = folder / f"publipostage-{asked.kind.file}-{files.promotion.id}.csv"
    export = Export(asked.kind.code, "csv", len(rows), f"prom:{files.promotion.id}", as_of=made.frame.on)
    write_export(app, files, path, merge_csv(rows), export, purpose=purpose)
    here.say(f"Publipostage, {french.count(len(rows), 'lettre')} : {path}")
    here.result({"kind": asked.kind.code, "file": str(path), "rows": len(rows)})
