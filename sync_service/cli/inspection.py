"""``report inspection``: a few people drawn, the whole file of each, in the order in which a controller asks for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sync_service.cli.session import Session
from sync_service.domain import french

if TYPE_CHECKING:
    from datetime import date, datetime

    from sync_service.bootstrap import App
    from sync_service.domain.promotion import PromotionFiles

CONTROL = "controle"
"""The purpose of a consultation, unless another one is said."""


def inspection(
    here: Session,
    app: App,
    files: PromotionFiles,
    *,
    draw: int,
    seed: str,
    named: str,
    as_of: date | None,
    out: Path | None,
    purpose: str = "",
) -> None:
    """Write the folder of a control and say where it is; ``purpose`` is why the files are read, a control by default.

    Raises:
        UsageError: nobody to draw, a wrong seed, or a folder that exists.
    """
    from secrets import randbelow

    chance = "" if named else seed or f"{randbelow(10**8):08d}"
    folder, people, missing = write_inspection(
        app, files, draw=draw, seed=chance, named=named, as_of=as_of, out=out, purpose=purpose or CONTROL
    )
    how = f"graine {chance}" if chance else "personnes désignées"
    here.say(f"{french.count(people, 'dossier')} ({how}), {french.count(missing, 'point')} à savoir : {folder}")
    here.say("Ouvrez 0-tirage.html ; chaque dossier commence par 0-synthese.html.")
    here.result({"report": "inspection", "folder": str(folder), "seed": chance, "people": people, "missing": missing})


def write_inspection(
    app: App,
    files: PromotionFiles,
    *,
    draw: int,
    seed: str,
    named: str,
    as_of: date | None,
    out: Path | None,
    purpose: str = CONTROL,
) -> tuple[Path, int, int]:
    """Write the folder of a control, and record that it was produced: counts and seed, never a name; who read whom, and why.

    Return the folder, how many people are in it, and how many points are missing. Raises what ``inspection`` raises.
    """
    from sync_service.cli.exporting import record_export, write_folder
    from sync_service.cli.marking import seal_if_sound
    from sync_service.domain.programme import programme_of
    from sync_service.usecases.exports import Export
    from sync_service.usecases.inspection import chosen
    from sync_service.usecases.standing import current_day

    now, programme = app.clock.now(), programme_of(files)
    subjects = chosen(app.stores.ledger, files.promotion.id, count=draw, seed=seed, named=named)
    seal_if_sound(app)
    contents, missing = _contents(
        app, files, subjects, seed, now, as_of or current_day(app.stores.ledger, now, programme.zone)
    )
    folder = out or app.config.path(app.config.exports_dir) / f"controle-{files.promotion.id}-{seed or 'designation'}"
    reason = "control" if purpose == CONTROL else None
    made = Export("inspection", "folder", len(subjects), f"prom:{files.promotion.id}", as_of, seed=seed, reason=reason)

    def record(digest: str) -> None:
        record_export(app, files, digest, made, about=subjects, purpose=purpose)

    write_folder(folder, contents, record)
    return folder, len(subjects), missing


def _contents(
    app: App, files: PromotionFiles, subjects: tuple[str, ...], seed: str, now: datetime, day: date
) -> tuple[dict[str, bytes], int]:
    from sync_service.cli.files import folder_name, gather, proofs, summary_files
    from sync_service.cli.marking import draw
    from sync_service.domain.programme import programme_of
    from sync_service.domain.reports.inspection import Drawn, inspection_report
    from sync_service.usecases.inspection import people_of

    contents: dict[str, bytes] = {}
    drawn = []
    for rank, subject in enumerate(subjects, 1):
        found = gather(app, files, subject, now=now, day=day, others=True)
        folder = folder_name(rank, found.standing)
        own = {**summary_files(app, files, found, now=now, title="Dossier de contrôle"), **found.documents}
        own["9-preuves.zip"] = proofs(app, found)
        contents |= {f"{folder}/{name}": content for name, content in own.items()}
        said = tuple(sentence for chapter in found.chapters for sentence in chapter.missing)
        drawn.append(Drawn(found.standing, folder, len(said), said))
    people = len(people_of(app.stores.ledger, files.promotion.id))
    first = inspection_report(drawn, people, seed, programme_of(files), found.ending)
    contents |= {f"0-tirage.{form}": draw(app, first, form) for form in ("html", "pdf", "csv")}
    return contents, sum(d.missing for d in drawn)
