"""config.toml: what an installation is, read once, every mistake reported together.

Secrets are references (``env:NAME``, ``file:path`` readable by its owner only, ``credential:NAME`` of systemd): an
inline value is refused, and a value is read only when it is used.
"""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from sync_service.errors import ConfigError, Problem, StoreError

_SCHEMES = ("env:", "file:", "credential:")


def _check_reference(value: str) -> str:
    if not value.startswith(_SCHEMES):
        msg = "un secret s’écrit par référence : env:NOM, file:chemin ou credential:NOM, jamais en clair"
        raise ValueError(msg)
    return value


SecretRef = Annotated[str, AfterValidator(_check_reference)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RegisterSettings(_Strict):
    """Where the register, its keys and its checkpoints are."""

    origin: str = Field(pattern=r"^[a-z0-9][a-z0-9./_-]{2,63}$")
    database: str = "cyclesync.sqlite"
    keys: Path = Path("keys.sqlite")
    checkpoints_dir: Path | None = None
    master_key: SecretRef = "file:secrets/master.key"
    register_key: SecretRef = "file:secrets/register.key"
    signing_key: SecretRef = "file:secrets/signing.key"


class SiteSettings(_Strict):
    """One Moodle site: where it is and what cyclesync may do there."""

    url: str = Field(pattern=r"^(https?://|sandbox:)")
    token: SecretRef
    mode: Literal["observe", "manage"] = "observe"
    category: str = ""
    notify: bool = False
    candidate_status: bool = False
    ca_bundle: Path | None = None
    proxy: str = ""
    timeout_seconds: float = Field(default=30.0, gt=0, le=600)


class DaemonSettings(_Strict):
    """When the daemon works; times are local to ``zone``."""

    zone: str = "Europe/Paris"
    pull_minutes: int = Field(default=5, ge=1, le=1440)
    full_pull_at: str = Field(default="02:30", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    plan_at: str = Field(default="03:30", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    checkpoint_at: str = Field(default="04:30", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    auto_apply: tuple[Literal["course", "section", "module", "group", "event"], ...] = ()
    auto_apply_from: str = Field(default="01:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    auto_apply_until: str = Field(default="05:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    auto_apply_max: int = Field(default=20, ge=1, le=500)


class ActorSettings(_Strict):
    """Who stands behind an account of the machine: person (pseudonym), capacity, delegation."""

    person: str = Field(pattern=r"^[a-z0-9_.-]{2,40}$")
    capacity: str
    kind: Literal["officer", "jury", "president"] = "officer"
    delegation: str = ""


class Config(_Strict):
    """The whole of config.toml; relative paths are relative to the file."""

    mappings_dir: Path = Path("lms_mappings")
    packages_dir: Path = Path("scorm_packages")
    build_dir: Path = Path("build")
    exports_dir: Path = Path("exports")
    blobs_dir: Path = Path("blobs")
    logo: Path | None = None
    """PNG or SVG printed at the head of letters and certificates; none unless it is set."""
    logs: Path | None = None
    register_: RegisterSettings = Field(alias="register")
    sites: dict[str, SiteSettings] = Field(default_factory=dict)
    daemon: DaemonSettings = DaemonSettings()
    actors: dict[str, ActorSettings] = Field(default_factory=dict)
    promotions: tuple[str, ...] = ()
    root: Path = Path()
    """Folder of config.toml; never written in the file."""

    def path(self, value: Path | str) -> Path:
        """Return ``value`` as seen from the folder of config.toml."""
        return self.root / value

    @property
    def database_url(self) -> str:
        """The database as SQLAlchemy names it: a bare path is a SQLite file beside config.toml."""
        text = self.register_.database
        return text if "://" in text else f"sqlite:///{self.path(text)}"


def load_config(path: Path) -> Config:
    """Read and check config.toml.

    Raises:
        ConfigError: the file is missing, is not TOML, or has mistakes; all of them are listed with their key.
    """
    title = f"Le fichier de configuration {path.name} ne peut pas être utilisé :"
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problem = Problem(str(path), "fichier absent ; copiez config.example.toml sous ce nom ou indiquez --config")
        raise ConfigError(title, [problem]) from None
    except OSError as error:
        problem = Problem(
            str(path), f"il ne peut pas être lu ({error.strerror}) ; vérifiez ses droits ou indiquez --config"
        )
        raise ConfigError(title, [problem]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(title, [Problem(str(path), f"ce n’est pas du TOML en UTF-8 : {error}")]) from None
    if "root" in raw:
        raise ConfigError(title, [Problem("root", "clé inconnue")])
    try:
        return Config.model_validate({**raw, "root": path.resolve().parent})
    except ValidationError as error:
        raise ConfigError(
            title, [_problem(item) for item in error.errors(include_url=False, include_input=False)]
        ) from None


_FRENCH = {
    "extra_forbidden": "clé inconnue ; voyez config.example.toml",
    "missing": "clé obligatoire absente",
    "string_pattern_mismatch": "la valeur n’a pas la forme attendue ; voyez config.example.toml",
    "literal_error": "valeur non prévue ; voyez les valeurs possibles dans config.example.toml",
}


def _problem(item: object) -> Problem:
    detail = dict(item) if isinstance(item, dict) else {}
    where = ".".join(str(part) for part in detail.get("loc", ()))
    reason = _FRENCH.get(str(detail.get("type")), str(detail.get("msg", "")).removeprefix("Value error, "))
    return Problem(where, reason)


def read_secret(reference: str, root: Path) -> bytes:
    """Return the secret behind a reference, without the newline that editors add to text.

    Raises:
        StoreError: the reference leads nowhere, or its file can be read by others; the value is never in the message.
    """
    scheme, _, name = reference.partition(":")
    if scheme == "env":
        value = os.environ.get(name)
        if not value:
            raise StoreError(f"La variable d’environnement {name} est vide : donnez-lui la valeur du secret.")
        return value.encode()
    folder = Path(os.environ.get("CREDENTIALS_DIRECTORY", "")) if scheme == "credential" else root
    path = folder / name
    try:
        mode = path.stat().st_mode
        content = path.read_bytes()
    except OSError:
        raise StoreError(
            f"Le secret {reference} est introuvable : vérifiez la référence, ou remettez ce fichier de sa copie ; « cyclesync init » "
            "ne fait les clés que d’un registre neuf."
        ) from None
    if scheme == "file" and stat.S_IMODE(mode) & 0o077:
        raise StoreError(f"Le fichier {name} peut être lu par d’autres : faites « chmod 600 {name} ».")
    return content.rstrip(b"\r\n")
