"""``check``, ``run`` and ``sandbox``: is everything in place, work by itself, an embedded Moodle to try with."""

from __future__ import annotations

import getpass
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from sync_service.cli.session import session
from sync_service.domain import french
from sync_service.errors import CyclesyncError, ProblemsError

if TYPE_CHECKING:
    from sync_service.adapters.moodle.check_plugin import SiteFinding
    from sync_service.adapters.moodle.transport import MoodleTransport
    from sync_service.bootstrap import App
    from sync_service.config import Config
    from sync_service.domain.alarm import Alarm
    from sync_service.domain.promotion import PromotionFiles


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("check")(check)
    app.command("run")(run)
    app.command("sandbox")(sandbox)


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing ``check`` says: where, and one sentence; ``error`` makes the exit code 1."""

    where: str
    sentence: str
    error: bool = True


def check(context: typer.Context) -> int:
    """Vérifier la configuration, les correspondances, puis chaque site Moodle ; tout est dit en une fois."""
    from sync_service.cli.opening import running_sites

    here = session(context)
    config = here.config()
    with running_sites(config) as urls:
        remarks = [*_mappings(config), *_register(config), *_account(config), *_sites(config, urls)]
    for remark in remarks:
        here.say(f"{'erreur' if remark.error else 'à savoir'} · {remark.where} : {remark.sentence}")
    wrong = sum(remark.error for remark in remarks)
    here.say("Tout est en place." if not wrong else f"{french.count(wrong, 'point')} à corriger.")
    here.result([{"where": r.where, "sentence": r.sentence, "error": r.error} for r in remarks])
    return int(wrong > 0)


def _promotions(config: Config) -> Iterator[PromotionFiles | ProblemsError]:
    from sync_service.adapters.mapping_files import list_promotions, load_promotion

    folder = config.path(config.mappings_dir)
    for promotion in config.promotions or list_promotions(folder):
        try:
            yield load_promotion(folder, promotion)
        except ProblemsError as error:
            yield error


def _mappings(config: Config) -> Iterator[Remark]:
    seen, cycles = 0, set[str]()
    for found in _promotions(config):
        seen += 1
        if isinstance(found, ProblemsError):
            yield from (Remark(problem.where, problem.reason) for problem in found.problems)
            continue
        name = found.promotion.id
        site = config.sites.get(found.promotion.moodle.site)
        if not config.sites:
            said = (
                "aucun site Moodle dans config.toml : le registre, le classeur et les documents fonctionnent sans lui."
            )
            yield Remark(name, said, error=False)
        elif site is None:
            yield Remark(name, f"le site « {found.promotion.moodle.site} » n’est pas décrit dans config.toml.")
        elif site.mode == "manage":
            yield Remark(name, _mails(found, notify=site.notify), error=False)
        if not found.cycle.rules.dossier.required_documents:
            yield Remark(name, "la liste des documents exigés n’est pas renseignée (R11).", error=False)
        cycles.add(found.cycle.id)
    for cycle in sorted(cycles):
        yield from _letters(config, cycle)
    if not seen:
        yield Remark(str(config.mappings_dir), "aucune promotion n’est décrite dans ce dossier.")


def _letters(config: Config, cycle: str) -> Iterator[Remark]:
    from sync_service.adapters.mapping_files.letters import letter_folder, letter_problems

    folder = config.path(config.mappings_dir)
    if not letter_folder(folder, cycle).is_dir():
        sentence = "aucune lettre : copiez letters/ du cycle d’exemple pour établir des lettres et des attestations."
        yield Remark(f"{cycle}/letters", sentence, error=False)
        return
    yield from (Remark(f"{cycle}/{p.where}", f"{p.reason}.") for p in letter_problems(folder, cycle))


def _mails(files: PromotionFiles, *, notify: bool) -> str:
    due = files.promotion.deadlines.dossier_due_day
    own = "Moodle écrira aux stagiaires inscrits" if notify else "cyclesync ne fait écrire personne par Moodle"
    reminder = (
        ""
        if due is None
        else " ; Moodle rappellera de lui-même l’échéance des deux dépôts (7 jours et 48 heures avant)"
    )
    return f"messages : {own}{reminder}."


def _register(config: Config) -> Iterator[Remark]:
    from sync_service.adapters.blobs import FileBlobs
    from sync_service.adapters.ledger_sql import not_recalled, returned
    from sync_service.bootstrap import open_stores
    from sync_service.cli.referential import changed_referentials
    from sync_service.usecases.documents import lost_documents

    try:
        with open_stores(config) as stores:
            if (alarm := stores.alarm()) is not None:
                yield Remark("registre", _said(alarm, config), error=alarm.blocking)
            zone = ZoneInfo(config.daemon.zone)
            yield from (Remark("registre", text, error=False) for text in not_recalled(stores, zone))
            yield from (Remark("registre", item.came_back) for item in returned(stores))
            loaded = [found for found in _promotions(config) if not isinstance(found, ProblemsError)]
            yield from (Remark("registre", text) for text in changed_referentials(stores.ledger, loaded))
            blobs = FileBlobs(config.path(config.blobs_dir), stores.register.keys)
            lost = len(lost_documents(stores.ledger, blobs))
            if lost:
                said = f"{french.count(lost, 'document émis manque', 'documents émis manquent')} : remettez ce dossier d’une sauvegarde."
                yield Remark(str(config.blobs_dir), said)
    except CyclesyncError as error:
        yield Remark("registre", error.sentence)


def _said(alarm: Alarm, config: Config) -> str:
    """Say what the last verifications found, and what it stops."""
    zone = ZoneInfo(config.daemon.zone)
    return alarm.refusal(zone) if alarm.blocking else alarm.line(zone)


def _account(config: Config) -> Iterator[Remark]:
    """Say when the account of this machine may read but not record."""
    account = getpass.getuser()
    if account not in config.actors:
        said = f"ce compte lit mais n’enregistre rien : ajoutez [actors.{account}] dans config.toml pour enregistrer."
        yield Remark(f"compte {account}", said, error=False)


def _sites(config: Config, urls: dict[str, str]) -> Iterator[Remark]:
    from sync_service.adapters.clock import SystemClock
    from sync_service.adapters.moodle.check import check_site
    from sync_service.bootstrap import site_transport

    now = SystemClock().now()

    for key, site in config.sites.items():
        try:
            transport = site_transport(config, key, urls)
            findings = check_site(transport, mode=site.mode, category=site.category, now=now)
        except CyclesyncError as error:
            yield Remark(f"site {key}", error.sentence)
            continue
        if site.mode == "observe" and not any(found.level == "error" for found in findings):
            findings = (*findings, *_readings(config, key, transport))
        if site.mode == "manage" and not any(found.level == "error" for found in findings):
            yield from _categories(config, key, transport)
        yield from (Remark(f"site {key}", f.sentence, error=f.level == "error") for f in findings)


def _categories(config: Config, key: str, transport: MoodleTransport) -> Iterator[Remark]:
    """Say which promotions name a category that the site does not show: their course could not be created."""
    from sync_service.adapters.moodle.lms import plugin_info

    for found in _promotions(config):
        if isinstance(found, ProblemsError) or found.promotion.moodle.site != key:
            continue
        named, usual = found.promotion.moodle.category, config.sites[key].category
        if named != usual and not plugin_info(transport, named).categoryid:
            yield Remark(
                found.promotion.id,
                f"la catégorie « {named} » n’existe pas ou n’est pas visible sur le site « {key} » : écrivez dans la promotion "
                f"celle du site{f' (« {usual} »)' if usual else ''}, ou créez-la et donnez-y son rôle au compte du service.",
            )


def _readings(config: Config, key: str, transport: MoodleTransport) -> Iterator[SiteFinding]:
    """Try to read each promotion of an observed site: without the plugin nothing else tells the account's rights."""
    from sync_service.adapters.clock import SystemClock
    from sync_service.adapters.moodle.check_reading import check_reading
    from sync_service.adapters.moodle.polling import PollingFeed
    from sync_service.bootstrap import observed_course

    for found in _promotions(config):
        if isinstance(found, ProblemsError) or found.promotion.moodle.site != key:
            continue
        courses = {found.promotion.id: observed_course(found.promotion)}
        feed = PollingFeed(transport, clock=SystemClock(), courses=courses, users_per_page=1)
        yield from check_reading(feed, found.promotion.id)


def run(context: typer.Context) -> None:
    """Travailler sans arrêt : relever, relire la nuit, signaler les écarts ; Ctrl+C arrête proprement."""
    from sync_service import daemon
    from sync_service.cli.nightly import actions, jobs
    from sync_service.cli.opening import open_app

    here = session(context)
    with open_app(here) as app:
        _refuse_unconfirmed(app)
        daemon.run(jobs(app.config), actions(app), store=app.stores.jobs, locks=app.stores.locks, clock=app.clock)


def _refuse_unconfirmed(app: App) -> None:
    from sync_service.adapters.ledger_sql import recovery_confirmed
    from sync_service.errors import StoreError

    if not app.stores.origin.startswith("demo/") and not recovery_confirmed(app.stores):
        raise StoreError(
            "La fiche de secours n’a pas été relue : lancez « cyclesync init --confirm-recovery » d’abord."
        )


def sandbox(
    context: typer.Context,
    state: Annotated[Path, typer.Argument(metavar="FILE", help="Fichier d’état du faux Moodle.")] = Path(
        "moodle.sqlite"
    ),
    port: Annotated[int, typer.Option(help="Port de la machine ; 0 en choisit un libre.")] = 0,
) -> None:
    """Faire tourner le faux Moodle embarqué, pour essayer ; Ctrl+C l’arrête."""
    from sync_service.sandbox import Sandbox

    here = session(context)
    with Sandbox.start(state, port=port) as site:
        here.say(f"Faux Moodle : {site.url} (état : {state}). Ctrl+C l’arrête.")
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            here.say("Arrêté.")
