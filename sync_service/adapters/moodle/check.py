"""What is wrong with a site as it is configured: everything found is said at once, one French sentence each."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlsplit

from sync_service.adapters.moodle.check_plugin import SiteFinding, check_plugin, counted
from sync_service.adapters.moodle.functions import MANAGE, OBSERVE, PLUGIN_INFO, PLUGIN_PREFIX, SITE_INFO
from sync_service.adapters.moodle.transport import Caller
from sync_service.adapters.moodle.wire import CoreSiteInfo, read
from sync_service.errors import MoodleError

OLDEST = (4, 5)
TRIED = frozenset({(4, 5), (5, 1)})
"""Releases on which the live suite was run."""

_RELEASE = re.compile(r"(\d+)\.(\d+)")
_READING = re.compile(r"_(get|list|search|view|check|count|has)_|_(get|list)$")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_NO_PLUGIN = (
    "Le plugin local_cyclesync manque, ou ses fonctions ne sont pas dans le service : "
    "installez-le, ou mettez le site en mode « observe »."
)


def check_site(
    transport: Caller, *, mode: str, category: str = "", now: datetime | None = None
) -> tuple[SiteFinding, ...]:
    """Ask the site what it is and compare with what ``mode`` (observe or manage) needs; an empty result is a good one.

    At most two calls are made, and nothing is written. ``category`` is the idnumber of the cycle's category. With
    ``now`` (aware), a token that ends soon is said. To observe, the plugin is not needed; where it is installed and its
    ``get_info`` is in the service, it says which rights the account lacks or has in excess.
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
    if mode == "manage" and not any(name.startswith(PLUGIN_PREFIX) for name in functions):
        findings.append(SiteFinding("error", _NO_PLUGIN))
    elif mode == "manage" or PLUGIN_INFO in functions:
        findings += check_plugin(transport, mode=mode, category=category, now=now)
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
    if version not in TRIED:
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
    return [SiteFinding("error", f"Il manque au service {counted(absent, 'fonction')} : ajoutez {', '.join(absent)}.")]


def _excess(functions: frozenset[str], mode: str) -> list[SiteFinding]:
    """Name the functions that the service should not hold: those that write are an error."""
    extra = sorted(functions - (OBSERVE | {PLUGIN_INFO} if mode == "observe" else MANAGE))
    writing = [name for name in extra if _READING.search(name) is None]
    reading = [name for name in extra if name not in writing]
    found = []
    if writing:
        found.append(
            SiteFinding(
                "error",
                f"Le service a trop de droits : retirez {counted(writing, 'fonction')} d’écriture sans usage, "
                f"{', '.join(writing)}.",
            )
        )
    if reading:
        found.append(
            SiteFinding(
                "warning",
                f"Le service en permet plus qu’il ne faut : retirez {counted(reading, 'fonction')} de lecture "
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
            SiteFinding("error", "Le service n’accepte pas de fichiers : cochez « Autoriser le dépôt de fichiers ».")
        )
    return found
