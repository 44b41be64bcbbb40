"""What the plugin says of its service, its account and its roles: too few rights and too many, one sentence each."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sync_service.adapters.moodle.lms import plugin_info
from sync_service.adapters.moodle.plugin_wire import AccountState, FeedState, PluginInfo, ServiceRole, ServiceState
from sync_service.adapters.moodle.transport import Caller
from sync_service.domain import french
from sync_service.errors import MoodleError

API = 1
SOON = timedelta(days=30)
"""Before the end of a token, the time during which it is said."""


@dataclass(frozen=True, slots=True)
class SiteFinding:
    """One thing that a person should know or mend."""

    level: Literal["error", "warning"]
    sentence: str


def check_plugin(transport: Caller, *, mode: str, category: str, now: datetime | None) -> tuple[SiteFinding, ...]:
    """Ask the plugin for its version, its service, the account's rights and roles, the category and the feed."""
    try:
        info = plugin_info(transport, category, mode=mode)
    except MoodleError as error:
        return (SiteFinding("error", error.sentence),)
    found = [*_rights(info), *_category(info, category), *_account(info.account, now)]
    if mode == "manage":
        found = [*_version(info), *_service(info.service), *found, *_roles(info), *_feed(info.feed)]
    return tuple(found)


def counted(items: Collection[str], word: str) -> str:
    """Return « 1 fonction » or « 3 fonctions »."""
    return f"{len(items)} {word}{'s' if len(items) > 1 else ''}"


def _version(info: PluginInfo) -> Iterator[SiteFinding]:
    if info.api != API:
        yield SiteFinding(
            "error",
            f"Le plugin parle la version {info.api} du contrat, cyclesync la version {API} : "
            "mettez à jour le plus ancien des deux.",
        )


def _service(service: ServiceState | None) -> Iterator[SiteFinding]:
    if service is not None and not service.restrictedusers:
        yield SiteFinding(
            "error",
            "Le service est ouvert à tous les comptes du site : cochez « Uniquement utilisateurs autorisés ».",
        )


def _rights(info: PluginInfo) -> Iterator[SiteFinding]:
    if info.missing:
        yield SiteFinding(
            "error",
            f"Il manque au compte du service {counted(info.missing, 'permission')} : "
            f"ajoutez à son rôle {', '.join(info.missing)}.",
        )
    if info.excess:
        yield SiteFinding(
            "error",
            f"Le compte du service a trop de droits, {counted(info.excess, 'permission')} : "
            f"retirez de son rôle {', '.join(info.excess)}.",
        )


def _category(info: PluginInfo, category: str) -> Iterator[SiteFinding]:
    if category and not info.categoryid:
        yield SiteFinding(
            "error",
            f"La catégorie d’identifiant « {category} » n’existe pas ou n’est pas visible : "
            "créez-la dans Moodle et donnez-y son rôle au compte du service.",
        )


def _account(account: AccountState | None, now: datetime | None) -> Iterator[SiteFinding]:
    """Say the traps of an account: a person's login, other roles, an authorisation read backwards, a token's end."""
    if account is None:
        return
    if account.auth and account.auth != "webservice":
        yield SiteFinding(
            "warning",
            "Le compte du service peut se connecter aux pages de Moodle : "
            "choisissez pour lui l’authentification « Services web ».",
        )
    if account.otherroles:
        yield SiteFinding(
            "warning",
            f"Le compte du service a {counted(account.otherroles, 'rôle')} de plus que les siens : "
            f"retirez-lui {', '.join(account.otherroles)}.",
        )
    if account.validuntil:
        yield SiteFinding(
            "error",
            "L’autorisation du compte dans le service a une date « valide jusqu’au », que Moodle lit à l’envers : "
            "videz-la et donnez plutôt une fin au jeton.",
        )
    yield from _token(account.tokenuntil, now)


def _token(until: int, now: datetime | None) -> Iterator[SiteFinding]:
    if until and now is not None:
        end = datetime.fromtimestamp(until, UTC)
        if end - now < SOON:
            yield SiteFinding(
                "warning",
                f"Le jeton expire le {end:%d/%m/%Y} : créez le suivant dans Moodle et remplacez-le avant cette date.",
            )


def _roles(info: PluginInfo) -> Iterator[SiteFinding]:
    """Compare the plugin's own roles with what it made, unless the account has its rights from elsewhere."""
    used = [role for role in info.serviceroles if role.assigned or info.missing]
    said = {*info.missing, *info.excess}
    for role in used:
        if not role.exists:
            yield SiteFinding(
                "error",
                f"Le rôle {role.shortname} n’existe plus : recréez-le depuis la page "
                "« cyclesync : ce qui reste à faire » de l’administration de Moodle.",
            )
        elif not role.assigned:
            yield SiteFinding("error", _assign(role))
        else:
            yield from _differences(role, said)


def _assign(role: ServiceRole) -> str:
    place = "au niveau du système" if role.shortname.endswith("_site") else "dans la catégorie des cours"
    return f"Le compte du service n’a pas le rôle {role.shortname} : attribuez-le-lui {place}."


def _differences(role: ServiceRole, said: set[str]) -> Iterator[SiteFinding]:
    """Say how a role differs from its definition, without what was said of the account itself."""
    missing = [name for name in role.missing if name not in said]
    excess = [name for name in role.excess if name not in said]
    if missing:
        yield SiteFinding(
            "error",
            f"Il manque au rôle {role.shortname} {counted(missing, 'permission')} : rendez-lui {', '.join(missing)}.",
        )
    if excess:
        yield SiteFinding(
            "error",
            f"Le rôle {role.shortname} a {counted(excess, 'permission')} de trop : retirez-lui {', '.join(excess)}.",
        )


def _feed(feed: FeedState | None) -> Iterator[SiteFinding]:
    if feed is not None and feed.failures:
        yield SiteFinding(
            "warning",
            f"Depuis sept jours, Moodle n’a pas pu noter {french.count(feed.failures, 'changement')} : "
            "la relecture de la nuit les rattrape ; regardez le journal du serveur si cela continue.",
        )
