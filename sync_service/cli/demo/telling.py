"""Telling the year: prepare the folder, take each step once, then prove that doing it all again changes nothing."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sync_service.adapters.ledger_sql import sign_checkpoint, verify_register
from sync_service.adapters.mapping_files import load_promotion, roster_path
from sync_service.adapters.scorm import build_cycle
from sync_service.bootstrap import App, open_stores
from sync_service.cli.demo.cast import extended_roster, read_people
from sync_service.cli.demo.clock import ToldClock
from sync_service.cli.demo.doors import ADMINISTRATOR, AUDIT, OFFICE, TRAINEE, engineer, index_page
from sync_service.cli.demo.folder import CYCLE, PROMOTION, SITE, prepare, sources, write_token
from sync_service.cli.demo.mapping import apply_all
from sync_service.cli.demo.story import Story, keep_done, read_done
from sync_service.cli.demo.year import year
from sync_service.cli.install import create
from sync_service.cli.opening import write_text
from sync_service.cli.session import Session, is_watched
from sync_service.config import Config
from sync_service.domain.french import count
from sync_service.domain.typography import unbreakable
from sync_service.logs import set_up_logs
from sync_service.sandbox import Sandbox

START = datetime(2026, 9, 1, 6, tzinfo=UTC)


def tell(out: Path, trainees: int, here: Session) -> list[str]:
    """Tell what was not told yet in ``out`` and return the lines to print."""
    config = prepare(out)
    set_up_logs(path=out / "cyclesync.log")
    done, moment = read_done(out)
    _roster_source(config, out, trainees)
    build_cycle(config.path(config.packages_dir) / CYCLE, config.path(config.build_dir) / "packages" / CYCLE)
    with _installation(config, out, moment or START) as story:
        story.done.extend(done)
        for number, step in enumerate(steps := year(story), 1):
            if step.name not in story.done:
                _progress(here, number, len(steps), step.name)
                story.move_to(step.moment)
                step.act(story)
                story.done.append(step.name)
                keep_done(out, story.done, story.clock.now())
        return _finish(story, out)


def _roster_source(config: Config, out: Path, trainees: int) -> None:
    """Keep the list that this demonstration starts from."""
    path = out / "listes" / "source.csv"
    if not path.exists():
        mappings = config.path(config.mappings_dir)
        write_text(
            path, extended_roster(roster_path(mappings, load_promotion(mappings, PROMOTION)), trainees), private=True
        )


@contextmanager
def _installation(config: Config, out: Path, moment: datetime) -> Iterator[Story]:
    """Open the sandbox and the register, made at the first telling."""
    clock = ToldClock(moment)
    with Sandbox.start(out / "moodle.sqlite") as sandbox:
        sandbox.set_time(int(moment.timestamp()))
        sandbox.create_category("cycles-certifiants", "Cycles certifiants")
        write_token(out, sandbox.token("cyclesync_ws", "local_cyclesync"))
        if not config.path(config.register_.database).exists():
            create(config, moment, demo=True)
        with open_stores(config) as stores:
            app = App(config, clock, stores, {SITE: sandbox.url})
            yield Story(out, app, sandbox, clock, read_people(out / "listes" / "source.csv"), os.urandom)


def _finish(story: Story, out: Path) -> list[str]:
    """Do once more what can be done again, seal, verify, and write the pages that say so."""
    apply_all(story)
    story.pull()
    sign_checkpoint(story.app.stores, story.clock.now())
    found = verify_register(story.app.stores, strict=True)
    story.page("verification.txt", "\n".join(_verification(found.size, found.root, found.findings)))
    journal = story.app.stores.journal.entries(limit=100_000)
    story.page(
        "journal.txt",
        "".join(f"{e.at:%Y-%m-%d %H:%M} {e.outcome:9} {e.verb:8} {e.key} {e.code}\n" for e in reversed(journal)),
    )
    calls = story.sandbox.calls()
    lines = _lines(story, calls, found.size, found.root, sound=found.sound)
    beneath = engineer(os.path.relpath(sources(), out.resolve()), calls.most_common())
    doors = (OFFICE, AUDIT, ADMINISTRATOR, TRAINEE, beneath)
    files = story.files()
    page = index_page(files.cycle.title, files.promotion.label, doors, lines, program=_program(out))
    write_text(out / "index.html", page, private=False)
    return [*lines, f"À ouvrir : {out / 'index.html'}"]


def _program(out: Path) -> str:
    """Return how to call this very cyclesync from the demonstration's folder."""
    beside = Path(sys.executable).with_name("cyclesync")
    return os.path.relpath(beside, out.resolve()) if beside.exists() else "cyclesync"


def _verification(size: int, root: str, findings: tuple[str, ...]) -> Iterator[str]:
    yield "SPÉCIMEN – vérification du registre"
    yield f"taille {size}, racine {root}"
    yield from findings or ("Rien à signaler : chaque ligne, la chaîne, l’arbre et le scellé ont été recalculés.",)


def _lines(story: Story, calls: Counter[str], size: int, root: str, *, sound: bool) -> list[str]:
    """Return the seven lines that sum the year up."""
    ledger = story.app.stores.ledger
    kinds = Counter(event.type for event in ledger.events())
    state = story.app.lms(story.files().promotion).course_state(PROMOTION)
    duplicated = len(state.objects) - len({item.key for item in state.objects})
    writes = Counter(e.outcome for e in story.app.stores.journal.entries(limit=100_000))
    facts = sum(count for name, count in kinds.items() if name.endswith(".observed"))
    objects = count(len(state.objects) + 1, "objet tenu", "objets tenus")
    linked = count(kinds["identity.linked"], "compte Moodle reconnu", "comptes Moodle reconnus")
    messages = count(story.sandbox.messages(), "message envoyé", "messages envoyés")
    issued = count(kinds["certificate.issued"], "certificat délivré", "certificats délivrés")
    sheets = count(kinds["signin_sheet.filed"], "feuille signée", "feuilles signées")
    lines = (
        f"Liste : {count(kinds['candidate.created'], 'stagiaire')}, {linked}.",
        f"Moodle : {objects}, {count(writes['done'], 'écriture')} en {count(calls.total(), 'appel')}, {messages}.",
        f"Arrêt en pleine écriture, puis la même commande : {count(duplicated, 'doublon')}, plus rien à faire.",
        f"Relevés Moodle : {count(facts, 'ligne')} au registre.",
        f"Présences : {sheets}, {count(kinds['halfday.recorded'], 'demi-journée')}.",
        f"Jury : {count(kinds['jury.decision'], 'décision')}, {issued}.",
        f"Registre : {count(size, 'ligne')}, référence {root[:16]}, {'vérifié' if sound else 'EN DÉFAUT'}.",
    )
    return [unbreakable(line) for line in lines]


def _progress(here: Session, number: int, total: int, name: str) -> None:
    """Show where the year is: a moving line for a person, nothing with --json."""
    if here.json:
        return
    if is_watched():
        end = "\r\x1b[K" if number == total else ""
        sys.stderr.write(f"\r\x1b[K{number}/{total} {name}{end}")
        sys.stderr.flush()
    elif number % 10 == 0:
        sys.stderr.write(f"… {number}/{total}\n")
