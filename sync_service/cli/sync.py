"""``plan`` and ``apply``: show what would change in Moodle, then do what was approved."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sync_service.cli.session import Session, is_watched, session

if TYPE_CHECKING:
    from sync_service.bootstrap import App
    from sync_service.cli.planning import Progress
    from sync_service.domain.changes import Change
    from sync_service.domain.plan import Plan
    from sync_service.domain.promotion import PromotionFiles
    from sync_service.usecases.apply import ApplyResult


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("plan")(plan)
    app.command("apply")(apply)


def plan(
    context: typer.Context,
    promotion: Annotated[str, typer.Argument(metavar="PROMOTION", help="Identifiant de la promotion.")],
    only: Annotated[list[str] | None, typer.Option(help="Une sorte d’objet, ou un objet ; peut se répéter.")] = None,
    allow: Annotated[
        list[str] | None, typer.Option(help="Lever un garde-fou : NOM:OBJET=MOTIF ; peut se répéter.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="Où écrire l’aperçu à lire et à envoyer.")
    ] = None,
    with_names: Annotated[
        bool, typer.Option("--with-names", help="Nommer les personnes dans l’aperçu écrit ; le registre l’inscrit.")
    ] = False,
) -> int:
    """Montrer ce qui changerait dans Moodle ; n’écrit rien. Code 2 s’il y a des changements, 3 si un garde-fou refuse."""
    from sync_service.cli.opening import open_app
    from sync_service.cli.planning import plan_promotion, render_text
    from sync_service.domain.guards import parse_allow

    here = session(context)
    allows = [parse_allow(text) for text in allow or ()]
    with open_app(here, adding=True) as app:
        files = app.files(promotion)
        made = plan_promotion(app, files, allow=allows, only=only or ())
        path = out or app.config.path(app.config.exports_dir) / f"plan-{promotion}.html"
        _write(app, files, made, path, named=with_names)
        here.say(f"Aperçu à lire ou à envoyer : {path}")
        here.say(render_text(app, made, files))
    here.result(made.to_json())
    return made.exit_code


def _write(app: App, files: PromotionFiles, made: Plan, path: Path, *, named: bool) -> None:
    """Write the preview; one that names people is an export, and names on the screen are a consultation."""
    from sync_service.cli.consulting import consulted
    from sync_service.cli.exporting import write_export
    from sync_service.cli.opening import write_text
    from sync_service.cli.planning import render_html
    from sync_service.usecases.exports import Export

    content = render_html(app, made, files, named=named)
    subject = f"prom:{files.promotion.id}"
    if named:
        write_export(app, files, path, content.encode(), Export("plan", "html", made.counts.people, subject))
        return
    if made.counts.people or made.people_notes:
        consulted(app, "plan/écran", [subject])
    write_text(path, content, private=True)


def apply(
    context: typer.Context,
    promotion: Annotated[str, typer.Argument(metavar="PROMOTION", help="Identifiant de la promotion.")],
    fingerprint: Annotated[str, typer.Option(metavar="CODE", help="Code de l’aperçu que vous avez lu.")],
    allow: Annotated[
        list[str] | None, typer.Option(help="Lever un garde-fou : NOM:OBJET=MOTIF ; peut se répéter.")
    ] = None,
) -> None:
    """Faire dans Moodle ce que montrait l’aperçu, et rien d’autre ; la même commande termine une exécution interrompue."""
    from sync_service.cli.opening import open_app
    from sync_service.cli.planning import apply_promotion
    from sync_service.domain.guards import parse_allow

    here = session(context)
    allows = [parse_allow(text) for text in allow or ()]
    with open_app(here, adding=True) as app:
        done = apply_promotion(app, app.files(promotion), fingerprint, allow=allows, on_progress=_progress())
    _tell(here, done)
    done.raise_if_partial()


def _tell(here: Session, done: ApplyResult) -> None:
    words = {
        "done": "faits",
        "skipped": "déjà en place",
        "refused": "refusés",
        "failed": "en échec",
        "not_tried": "non essayés",
    }
    counts = {outcome: len(done.of(outcome)) for outcome in words}
    here.say(", ".join(f"{number} {words[outcome]}" for outcome, number in counts.items() if number) or "Rien à faire.")
    for message in done.messages if done.partial else ():
        here.say(f"- {message}")
    here.result(
        {"counts": counts, "outcomes": [{"key": o.key, "outcome": o.outcome, "code": o.code} for o in done.outcomes]}
    )


def _progress() -> Progress | None:
    """Return a one-line progress on standard error when a person watches, else nothing."""
    if not is_watched():
        return None

    def show(number: int, total: int, change: Change) -> None:
        end = "\n" if number == total else ""
        sys.stderr.write(f"\r\x1b[K{number}/{total} {change.title[:90]}{end}")
        sys.stderr.flush()

    return show
