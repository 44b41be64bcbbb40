"""What is wrong with a site as it is configured: everything found is said at once, one French sentence each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from sync_service.adapters.moodle.functions import MANAGE, OBSERVE, PLUGIN_PREFIX, SITE_INFO
from sync_service.adapters.moodle.lms import plugin_info
from sync_service.adapters.moodle.transport import Caller
from sync_service.adapters.moodle.wire import CoreSiteInfo, read
from sync_service.errors import MoodleError

API = 1
OLDEST = (4, 5)
TRIED = (4, 5)

_RELEASE = re.compile(r"(\d+)\.(\d+)")
_READING = re.compile(r"_(get|list|search|view|check|count|has)_|_(get|list)$")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class SiteFinding:
    """One thing that a person should know or mend."""

    level: Literal["error", "warning"]
    sentence: str


def check_site(transport: Caller, *, mode: str, category: str = "") -> tuple[SiteFinding, ...]:
    """Ask the site what it is and compare with what ``mode`` (observe or manage) needs; an empty result is a good one.

    At most two calls are made, and nothing is written. ``category`` is the idnumber of the cycle's category.
    """
    try:
        info = read(CoreSiteInfo, transport.call(SITE_INFO, {}), function=SITE_INFO)
    except MoodleError as error:
        return (*_address(transport.base_url, ""), SiteFinding("error", error.sentence))
    functions = frozenset(function.name for function in info.functions)
    findings = [
        *_address(transport.base_url, info.siteurl),
        *_release(info.release),
        *_missing(functions, mode),
        *_excess(functions, mode),
        *_account(info, mode),
    ]
    if mode == "manage":
        findings += _plugin(transport, functions, category)
    return tuple(findings)


def _address(base_url: str, siteurl: str) -> list[SiteFinding]:
    """Compare the configured address with the site's own, and refuse a token sent in clear."""
    found = []
    parts = urlsplit(base_url)
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        found.append(
            SiteFinding("error", f"L’adresse {base_url} est en http : le jeton y passe en clair ; utilisez https.")
        )
    if base_url and siteurl and base_url.rstrip("/") != siteurl.rstrip("/"):
        found.append(
            SiteFinding("warning", f"Le site se nomme lui-même {siteurl} : mettez cette adresse dans la configuration.")
        )
    return found


def _release(release: str) -> list[SiteFinding]:
    """Say when the release is too old, or was never tried."""
    match = _RELEASE.match(release)
    if match is None:
        return [
            SiteFinding("warning", f"Version de Moodle illisible (« {release} ») : cyclesync est fait pour Moodle 4.5.")
        ]
    version = (int(match[1]), int(match[2]))
    if version < OLDEST:
        return [SiteFinding("error", f"Moodle {release} est trop ancien : mettez le site à jour en 4.5 LTS.")]
    if version > TRIED:
        return [
            SiteFinding(
                "warning", f"cyclesync n’a pas été essayé sur Moodle {release} : commencez par un site de test."
            )
        ]
    return []


def _missing(functions: frozenset[str], mode: str) -> list[SiteFinding]:
    """Name the functions that the service should hold."""
    needed = OBSERVE if mode == "observe" else MANAGE
    absent = sorted(needed - functions)
    if mode == "manage" and not any(name.startswith(PLUGIN_PREFIX) for name in functions):
        absent = [name for name in absent if not name.startswith(PLUGIN_PREFIX)]
    if not absent:
        return []
    return [SiteFinding("error", f"Il manque au service {_count(absent, 'fonction')} : ajoutez {', '.join(absent)}.")]


def _excess(functions: frozenset[str], mode: str) -> list[SiteFinding]:
    """Name the functions that the service should not hold: those that write are an error."""
    extra = sorted(functions - (OBSERVE if mode == "observe" else MANAGE))
    writing = [name for name in extra if _READING.search(name) is None]
    reading = [name for name in extra if name not in writing]
    found = []
    if writing:
        found.append(
            SiteFinding(
                "error",
                f"Le service a trop de droits : retirez {_count(writing, 'fonction')} d’écriture sans usage, "
                f"{', '.join(writing)}.",
            )
        )
    if reading:
        found.append(
            SiteFinding(
                "warning",
                f"Le service en permet plus qu’il ne faut : retirez {_count(reading, 'fonction')} de lecture "
                f"sans usage, {', '.join(reading)}.",
            )
        )
    return found


def _account(info: CoreSiteInfo, mode: str) -> list[SiteFinding]:
    """Refuse an administrator's token, and a service that cannot take files."""
    found = []
    if info.userissiteadmin:
        found.append(
            SiteFinding(
                "error",
                "Le jeton est celui d’un administrateur du site : créez un compte réservé au service "
                "(authentification « web service ») et un jeton pour lui.",
            )
        )
    if mode == "manage" and not info.uploadfiles:
        found.append(
            SiteFinding("error", "Le service n’accepte pas de fichiers : cochez « Peut déposer des fichiers ».")
        )
    return found


def _plugin(transport: Caller, functions: frozenset[str], category: str) -> list[SiteFinding]:
    """Ask the plugin for its version, the account's rights and the category."""
    if not any(name.startswith(PLUGIN_PREFIX) for name in functions):
        return [
            SiteFinding(
                "error",
                "Le plugin local_cyclesync manque, ou ses fonctions ne sont pas dans le service : "
                "installez-le, ou mettez le site en mode « observe ».",
            )
        ]
    try:
        info = plugin_info(transport, category)
    except MoodleError as error:
        return [SiteFinding("error", error.sentence)]
    found = []
    if info.api != API:
        found.append(
            SiteFinding(
                "error",
                f"Le plugin parle la version {info.api} du contrat, cyclesync la version {API} : "
                "mettez à jour le plus ancien des deux.",
            )
        )
    if info.missing:
        found.append(
            SiteFinding(
                "error",
                f"Il manque au compte du service {_count(info.missing, 'permission')} : "
                f"ajoutez à son rôle {', '.join(info.missing)}.",
            )
        )
    if info.excess:
        found.append(
            SiteFinding(
                "error",
                f"Le compte du service a trop de droits, {_count(info.excess, 'permission')} : "
                f"retirez de son rôle {', '.join(info.excess)}.",
            )
        )
    if category and not info.categoryid:
        found.append(
            SiteFinding(
                "error",
                f"La catégorie d’identifiant « {category} » n’existe pas ou n’est pas visible : "
                "créez-la dans Moodle et donnez-y son rôle au compte du service.",
            )
        )
    return found


def _count(items: list[str], word: str) -> str:
    """Return « 1 fonction » or « 3 fonctions »."""
    return f"{len(items)} {word}{'s' if len(items) > 1 else ''}"
