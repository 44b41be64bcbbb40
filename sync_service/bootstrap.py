"""The only place that builds adapters and hands them to use cases."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from secrets import token_hex

from sync_service import __version__
from sync_service.adapters.blobs import FileBlobs
from sync_service.adapters.ledger_sql import RegisterSecrets, Stores, open_register, signs_with
from sync_service.adapters.mapping_files import list_promotions, load_promotion
from sync_service.adapters.moodle.feed import PluginFeed
from sync_service.adapters.moodle.lms import MoodleLms, find_users
from sync_service.adapters.moodle.polling import ObservedCourse, PollingFeed
from sync_service.adapters.moodle.transport import MoodleTransport, OnCall
from sync_service.config import Config, SiteSettings, read_secret
from sync_service.domain.act import Filing
from sync_service.domain.checkpoint import verifier_key
from sync_service.domain.desired import DesiredCourse, PackageFacts, WantedEnrolment, desired_state
from sync_service.domain.event import Actor
from sync_service.domain.fields import CRITERIA
from sync_service.domain.lms_state import Kind, MoodleUser, SiteInfo
from sync_service.domain.matching import Matched
from sync_service.domain.promotion import Promotion, PromotionFiles
from sync_service.errors import ConfigError, Problem, UsageError
from sync_service.ports import Clock, FactFeed
from sync_service.usecases.open_promotion import referential_ref
from sync_service.usecases.people import link_people
from sync_service.usecases.pull import PullResult, Watched, pull_promotion, pull_site

SYSTEM = Actor(kind="system", ref="cyclesync", channel="daemon")


def register_secrets(config: Config) -> RegisterSecrets:
    """Read the three keys of the register from their references. Raises StoreError."""
    settings = config.register_
    return RegisterSecrets(
        master=read_secret(settings.master_key, config.root),
        register=read_secret(settings.register_key, config.root),
        signing=read_secret(settings.signing_key, config.root),
    )


def signing_cure(config: Config, public: bytes) -> str:
    """Say which line of config.toml to correct, and how, so that it names the signing key that the register announces."""
    present = config.register_.signing_key
    named = config.path(present.removeprefix("file:")).parent if present.startswith("file:") else config.root
    for folder in dict.fromkeys((config.path("secrets"), named)):
        for path in sorted(folder.glob("*.key")):
            if signs_with(path) == public:
                reference = f"file:{path.relative_to(config.root) if path.is_relative_to(config.root) else path}"
                return (
                    f'dans [register] de config.toml, écrivez signing_key = "{reference}" à la place de "{present}", puis '
                    "lancez « cyclesync ledger verify »"
                )
    return (
        f'dans [register] de config.toml, la ligne signing_key nomme "{present}", et aucun fichier de {config.path("secrets")} ne '
        f"contient la clé annoncée ({verifier_key(config.register_.origin, public)}) : remettez-la de sa copie et nommez-la sur "
        "cette ligne ; si elle est perdue, « cyclesync init --new-signing-key --lost »"
    )


def site_transport(
    config: Config, key: str, urls: Mapping[str, str], *, on_call: OnCall | None = None
) -> MoodleTransport:
    """Make the transport to a site of config.toml; ``urls`` holds those that were started for this command.

    Raises:
        StoreError: the token's reference leads nowhere.
        MoodleError: the address or the token cannot be one.
    """
    site = config.sites[key]
    return MoodleTransport(
        urls.get(key, site.url),
        read_secret(site.token, config.root).decode("utf-8", "replace"),
        timeout=site.timeout_seconds,
        user_agent=f"cyclesync/{__version__}",
        ca_bundle=config.path(site.ca_bundle) if site.ca_bundle else None,
        proxies={"http": site.proxy, "https": site.proxy} if site.proxy else None,
        on_call=on_call,
    )


@contextmanager
def open_stores(config: Config, secrets: RegisterSecrets | None = None) -> Iterator[Stores]:
    """Open the register with the keys that config.toml names, or others, and close it again.

    Raises:
        StoreError: it does not exist, or a key is missing or another register's.
    """
    folder = config.register_.checkpoints_dir
    stores = open_register(
        config.database_url,
        config.path(config.register_.keys),
        secrets or register_secrets(config),
        checkpoints_dir=config.path(folder) if folder else None,
        key_cure=partial(signing_cure, config),
    )
    try:
        yield stores
    finally:
        stores.close()


@dataclass(frozen=True, slots=True)
class Pin:
    """The pin of one site, as the use case ``pull`` sees it."""

    stores: Stores
    site: str

    def read(self) -> str:
        """Return the pinned site_uid, empty before the first contact."""
        return self.stores.pins.get(self.site) or ""

    def write(self, site_uid: str) -> None:
        """Pin a site_uid. Raises SiteChangedError."""
        self.stores.pins.pin(self.site, site_uid)


@dataclass(frozen=True, slots=True)
class App:
    """An installation with its register open; everything a command needs, built when it is asked for."""

    config: Config
    clock: Clock
    stores: Stores
    urls: Mapping[str, str] = field(default_factory=dict)
    """Address of a site that was started for this command (a sandbox), by its key."""
    on_call: OnCall | None = None

    def files(self, promotion: str) -> PromotionFiles:
        """Read and check a promotion's files. Raises MappingError."""
        return load_promotion(self.config.path(self.config.mappings_dir), promotion)

    @property
    def blobs(self) -> FileBlobs:
        """Where documents are kept, under the register's data keys."""
        return FileBlobs(self.config.path(self.config.blobs_dir), self.stores.register.keys)

    def promotions(self) -> tuple[str, ...]:
        """Return the promotions that are watched: those of config.toml, else all that have files."""
        return self.config.promotions or list_promotions(self.config.path(self.config.mappings_dir))

    def site(self, promotion: Promotion) -> SiteSettings:
        """Return the settings of the site a promotion lives on. Raises ConfigError."""
        return self.site_named(promotion.moodle.site)

    def site_named(self, key: str) -> SiteSettings:
        """Return the settings of a site. Raises ConfigError when config.toml has none of that name."""
        found = self.config.sites.get(key)
        if found is None:
            problem = Problem(f"sites.{key}", "ce site est nommé par une promotion ; décrivez-le dans config.toml")
            raise ConfigError("La configuration ne suffit pas :", [problem])
        return found

    def transport(self, key: str) -> MoodleTransport:
        """Make the transport to a site; nothing is sent yet. Raises StoreError, MoodleError."""
        self.site_named(key)
        return site_transport(self.config, key, self.urls, on_call=self.on_call)

    def lms(self, promotion: Promotion) -> MoodleLms:
        """Return the site of a promotion as the thing that it is mapped into."""
        return MoodleLms(
            self.transport(promotion.moodle.site),
            installation_uid=self.stores.installation_uid,
            category=promotion.moodle.category,
        )

    def feed(self, key: str, watched: Sequence[PromotionFiles]) -> FactFeed:
        """Return a site as the thing that facts come from: the plugin's feed, or core's functions in observe mode."""
        transport = self.transport(key)
        if self.site_named(key).mode == "manage":
            return PluginFeed(transport, [files.promotion.id for files in watched], clock=self.clock)
        courses = {files.promotion.id: observed_course(files.promotion) for files in watched}
        return PollingFeed(transport, clock=self.clock, courses=courses)

    def pin(self, key: str) -> Pin:
        """Return the pin of a site: what its address says (observe) and what its plugin says are pinned apart."""
        return Pin(self.stores, key if self.site_named(key).mode == "manage" else f"{key}/observe")

    def run_id(self) -> str:
        """Make the name of a run: its moment, and chance."""
        return f"{self.clock.now():%Y%m%dT%H%M%S}-{token_hex(4)}"

    def system_filing(self, files: PromotionFiles) -> Filing:
        """Return the circumstances of what the software does by itself."""
        return self._filing(files, SYSTEM)

    def office_filing(self, files: PromotionFiles, *, account: str = "") -> Filing:
        """Return the circumstances of what a person records; the account must be mapped in ``[actors]``.

        Raises:
            UsageError: the account of this machine is nobody in config.toml.
        """
        own = account in {"", getpass.getuser()}
        return replace(self._filing(files, cli_actor(self.config, account=account)), in_person=own)

    def _filing(self, files: PromotionFiles, actor: Actor) -> Filing:
        return Filing(
            actor=actor,
            promotion=files.promotion.id,
            cycle=files.cycle.id,
            referential=referential_ref(files.cycle),
            observed_at=self.clock.now(),
            run=self.run_id(),
        )

    def packages_out(self, cycle: str) -> Path:
        """Return the folder of a cycle's built packages."""
        return self.config.path(self.config.build_dir) / "packages" / cycle

    def packages(self, cycle: str) -> dict[str, PackageFacts]:
        """Read the built packages of a cycle, by module folder; empty before ``cyclesync package``."""
        return read_packages(self.packages_out(cycle))

    def desired(self, files: PromotionFiles, enrolments: Sequence[WantedEnrolment]) -> DesiredCourse:
        """Return the course as the files, the packages and the register want it. Raises MappingError."""
        course = desired_state(
            files.cycle, files.promotion, files.calendar, files.layout, self.packages(files.cycle.id), enrolments
        )
        return welcoming(course) if self.site(files.promotion).notify else quiet(course)

    def watched_by_site(self) -> dict[str, list[PromotionFiles]]:
        """Return the watched promotions of each site."""
        found: dict[str, list[PromotionFiles]] = {}
        for promotion in self.promotions():
            files = self.files(promotion)
            found.setdefault(files.promotion.moodle.site, []).append(files)
        return found

    def pull_site(self, key: str, watched: Sequence[PromotionFiles], *, full: bool, accept_loss: str) -> PullResult:
        """Pull every watched promotion of a site. Raises MoodleError, GuardError."""
        return pull_site(
            self.feed(key, watched),
            self.stores.ledger,
            self.clock,
            [watch_of(files) for files in watched],
            pin=self.pin(key),
            run=self.run_id(),
            full=full,
            accept_loss=accept_loss,
            before_facts=self._linking(key, watched),
        )

    def pull_promotion(self, files: PromotionFiles, *, accept_loss: str) -> PullResult:
        """Read one promotion's whole state. Raises MoodleError, GuardError."""
        key = files.promotion.moodle.site
        return pull_promotion(
            self.feed(key, [files]),
            self.stores.ledger,
            self.clock,
            watch_of(files),
            pin=self.pin(key),
            run=self.run_id(),
            accept_loss=accept_loss,
            before_facts=self._linking(key, [files]),
        )

    def link(self, files: PromotionFiles, site_uid: str) -> Matched:
        """Find the accounts of a promotion's people and record the links that are new. Raises MoodleError."""
        transport = self.transport(files.promotion.moodle.site)

        def find(by: str, values: Sequence[str]) -> tuple[MoodleUser, ...]:
            return find_users(transport, by, values)

        return link_people(self.stores.ledger, find, files.promotion, site_uid, self.system_filing(files))

    def _linking(self, key: str, watched: Sequence[PromotionFiles]) -> Callable[[SiteInfo], bool]:
        del key

        def link_all(site: SiteInfo) -> bool:
            before = self.stores.ledger.head().size
            for files in watched:
                self.link(files, site.site_uid)
            return self.stores.ledger.head().size > before

        return link_all


def cli_actor(config: Config, *, account: str = "") -> Actor:
    """Return who stands behind an account of this machine, the present one by default.

    Raises:
        UsageError: the account is nobody in config.toml.
    """
    name = account or getpass.getuser()
    actor = config.actors.get(name)
    if actor is None:
        raise UsageError(
            f"Le compte « {name} » n’est rattaché à personne : ajoutez [actors.{name}] dans config.toml pour enregistrer."
        )
    return Actor(actor.kind, actor.person, "cli", actor.capacity, actor.delegation)


def welcoming(course: DesiredCourse) -> DesiredCourse:
    """Return the course whose enrolment method sends Moodle's welcome message: ``notify = true`` of a site."""
    objects = tuple(
        replace(item, fields={**item.fields, "welcomemessage": True}) if item.kind is Kind.ENROL_INSTANCE else item
        for item in course.objects
    )
    return replace(course, objects=objects)


def quiet(course: DesiredCourse) -> DesiredCourse:
    """Return the course that Moodle never completes, since it writes to whoever completes one: ``notify = false``."""
    objects = tuple(
        replace(item, fields={name: value for name, value in item.fields.items() if name != CRITERIA})
        if item.kind is Kind.COURSE
        else item
        for item in course.objects
    )
    return replace(course, objects=objects)


def watch_of(files: PromotionFiles) -> Watched:
    """Return a promotion as ``pull`` names it."""
    return Watched(files.promotion.id, files.cycle.id, referential_ref(files.cycle))


def observed_course(promotion: Promotion) -> ObservedCourse:
    """Return where a promotion is in a Moodle that is only observed: its mapping, else our own keys."""
    observe = promotion.moodle.observe
    if observe.course_shortname:
        return ObservedCourse("shortname", observe.course_shortname, observe.activities)
    return ObservedCourse("idnumber", f"cs:{promotion.id}:course")


def read_packages(folder: Path) -> dict[str, PackageFacts]:
    """Read ``<module>.zip`` with ``<module>.moodle.json`` below ``folder``; a zip without its settings is left out."""
    found = {}
    for settings in sorted(folder.glob("*.moodle.json")):
        name = settings.name.removesuffix(".moodle.json")
        zip_path = settings.with_name(f"{name}.zip")
        moodle = json.loads(settings.read_text(encoding="utf-8"))
        if zip_path.is_file():
            found[name] = PackageFacts(str(moodle["package_digest"]), str(zip_path), moodle)
    return found
