"""One decoder for every shape that an answer of Moodle takes (success or one error of the tree).

Moodle answers its own errors with HTTP 200; a page of HTML, nothing at all or XML may come instead. The decision
is taken on status, content type and Moodle's codes, never on a message, which is in whatever language the site speaks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn, TypeAlias
from urllib.parse import urlsplit

from sync_service.adapters.moodle.functions import PLUGIN_PREFIX
from sync_service.errors import (
    MoodleAccessError,
    MoodleAnswerError,
    MoodleError,
    MoodleRefusedError,
    MoodleUnreachableError,
)

Redact: TypeAlias = Callable[[str], str]

TRANSIENT_STATUS = frozenset({429, 502, 503, 504})
"""The only statuses that a read is sent again for."""

_CLEAN_CODE = re.compile(r"[A-Za-z0-9_./:-]{1,64}")
_ACCESS_CODES = frozenset({
    "invalidtoken", "accessexception", "nopermissions", "accessdenied", "requireloginerror",
    "errorcoursecontextnotvalid", "errorcatcontextnotvalid", "usernotauthorised", "servicenotavailable",
})  # fmt: skip
_ACCESS_CLASSES = ("required_capability_exception", "require_login_exception", "webservice_access_exception")

_SENTENCES = {
    "invalidtoken": "Moodle ne reconnaît pas ce jeton : faites-en créer un nouveau par l’administrateur "
    "(Administration du site → Serveur → Services web → Gérer les jetons) et mettez-le à jour dans la configuration.",
    "accessexception": "Moodle refuse l’appel de {function} : ajoutez cette fonction au service, autorisez le compte "
    "pour ce service et vérifiez la date et l’adresse IP permises du jeton.",
    "nopermissions": "Le compte du service n’a pas la permission qu’exige {function} : "
    "complétez son rôle (voir docs/moodle-contract.md) puis relancez « cyclesync check ».",
    "accessdenied": "Le compte du service n’a pas le droit de voir ce que lit {function} : "
    "complétez son rôle (voir docs/moodle-contract.md) puis relancez « cyclesync check ».",
    "requireloginerror": "Le compte du service n’a pas accès au cours ou à l’activité que lit {function} : "
    "donnez-lui son rôle sur la catégorie du cours.",
    "errorcoursecontextnotvalid": "Le compte du service n’a pas accès à ce cours ({function}) : "
    "donnez-lui son rôle sur la catégorie du cours.",
    "errorcatcontextnotvalid": "Le compte du service n’a pas accès à cette catégorie ({function}) : "
    "donnez-lui son rôle sur la catégorie.",
    "invalidparameter": "Moodle n’accepte pas les valeurs envoyées à {function} : vérifiez la version du site et du "
    "plugin avec « cyclesync check ».",
    "invalidrecord": "Moodle ne trouve pas ce que demande {function} : la fonction n’existe pas sur ce site, ou "
    "l’objet visé a été supprimé ; relancez « cyclesync check », puis la commande.",
    "nocourse": "Ce Moodle n’a pas encore de cours pour cette promotion : lancez « cyclesync plan », "
    "puis la commande qu’il propose.",
    "invalidresponse": "Moodle a préparé pour {function} une réponse qu’il juge lui-même incorrecte : relisez l’état "
    "avec « cyclesync plan », l’écriture a pu avoir lieu.",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over HTTP, read whole."""

    status: int
    content_type: str
    body: bytes
    location: str = ""
    retry_after: float | None = None
    """Seconds that the site asks to wait."""


def decode(function: str, answer: Answer, *, plain_text: bool = False, redact: Redact = str) -> object:
    """Return the value that ``function`` answered; ``plain_text`` accepts upload.php's content type.

    ``redact`` takes the secrets out of what a site repeats in an error's code.

    Raises:
        MoodleUnreachableError: nothing that can be read came back.
        MoodleAccessError: the token, a right or a function is missing.
        MoodleRefusedError: any other error of Moodle's own.
    """
    if answer.status != 200:
        raise status_error(function, answer)
    media = answer.content_type.partition(";")[0].strip().lower()
    if media not in ({"application/json", "text/plain"} if plain_text else {"application/json"}):
        _refuse_content(answer, media)
    value = parse_json(answer.body)
    if value is NOT_JSON:
        raise MoodleUnreachableError(
            f"La réponse du site à {function} n’est pas du JSON lisible (coupée, ou mêlée à un message de PHP) : "
            "relancez, puis demandez à l’administrateur le journal d’erreurs de PHP.",
        )
    error = moodle_error(function, value, redact)
    if error is not None:
        raise error
    return value


class _NotJson:
    """The type of ``NOT_JSON``."""


NOT_JSON = _NotJson()
"""Returned by ``parse_json`` instead of raising: a JSON exception carries the whole text it could not read."""


def parse_json(text: bytes | str) -> object:
    """Return the JSON value, or ``NOT_JSON``; invalid UTF-8, NaN and endless nesting are not JSON either."""
    try:
        decoded = text.decode("utf-8") if isinstance(text, bytes) else text
        return json.loads(decoded, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return NOT_JSON


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def status_error(function: str, answer: Answer) -> MoodleError:
    """Return the error that an HTTP status other than 200 means."""
    status = answer.status
    if 300 <= status < 400:
        target = urlsplit(answer.location)
        where = f"{target.scheme}://{target.netloc}{target.path.partition('/webservice/')[0]}" if target.netloc else ""
        return MoodleUnreachableError(
            "L’adresse configurée n’est pas celle que Moodle se connaît : il redirige"
            + (f" vers {where}" if where else "")
            + " ; mettez dans la configuration l’adresse exacte de la page d’accueil du site.",
        )
    if status in {401, 403}:
        return MoodleAccessError(
            f"Le site refuse l’entrée des services web (HTTP {status}) : activez le protocole REST "
            "(Administration du site → Serveur → Services web → Gérer les protocoles) ou vérifiez le pare-feu du site.",
            code=f"http{status}",
            function=function,
        )
    if status == 413:
        return MoodleRefusedError(
            "Le site refuse un envoi de cette taille : faites augmenter la taille maximale des fichiers "
            "(PHP et serveur web), ou allégez le paquet.",
            code="http413",
            function=function,
        )
    return MoodleUnreachableError(_status_sentence(status, answer.retry_after))


def _status_sentence(status: int, retry_after: float | None) -> str:
    """Say in one sentence what a status without a Moodle answer means."""
    if status == 404:
        return (
            "Aucun Moodle ne répond à cette adresse (HTTP 404) : "
            "mettez dans la configuration l’adresse de la page d’accueil du site."
        )
    if status == 503:
        wait = f" (le site annonce {retry_after:.0f} s)" if retry_after else ""
        return f"Le site est en maintenance ou surchargé (HTTP 503){wait} : relancez plus tard."
    if status == 429:
        return "Le site reçoit trop d’appels (HTTP 429) : relancez plus tard, ou espacez les relevés."
    return (
        f"Le site est en panne (HTTP {status}) : relancez, "
        "puis demandez à l’administrateur le journal d’erreurs du serveur."
    )


def _refuse_content(answer: Answer, media: str) -> NoReturn:
    """Raise for an answer of status 200 that is not JSON by its own account."""
    if not answer.body.strip():
        raise MoodleUnreachableError(
            "Le site a répondu sans rien dire : relancez, puis demandez à l’administrateur le journal d’erreurs de PHP "
            "(un texte mal encodé dans la base suffit).",
        )
    if media in {"text/xml", "application/xml"}:
        raise MoodleUnreachableError(
            "Le site a répondu en XML : une partie de l’envoi s’est perdue ; "
            "faites porter max_input_vars à 5000 dans le PHP du site.",
        )
    raise MoodleUnreachableError(
        "Le site a répondu par une page au lieu de données : vérifiez que l’adresse configurée est celle d’un Moodle, "
        "sans page de connexion ni pare-feu devant /webservice/.",
    )


def moodle_error(function: str, value: object, redact: Redact = str) -> MoodleError | None:
    """Return the error that an error object stands for, or None when ``value`` is a success."""
    if not isinstance(value, Mapping):
        return None
    if not ("exception" in value or ("error" in value and "errorcode" in value)):
        return None
    exception, code = str(value.get("exception", "")), str(value.get("errorcode") or "")
    return code_error(function, redact(code), exception)


def code_error(function: str, code: str, exception: str = "") -> MoodleError:
    """Return the error that Moodle's code, or else the class of its exception, stands for."""
    if code == "sitemaintenance":
        return MoodleUnreachableError("Le site est en maintenance : relancez quand elle sera finie.")
    if code == "invalidrecord" and function.startswith(PLUGIN_PREFIX):
        return MoodleRefusedError(
            f"Moodle ne connaît pas {function} : installez ou mettez à jour le plugin local_cyclesync.",
            code=code,
            function=function,
        )
    kind = MoodleRefusedError
    if code in _ACCESS_CODES or exception.endswith(_ACCESS_CLASSES):
        kind = MoodleAccessError
    sentence = _SENTENCES.get(code)
    if sentence is None and kind is MoodleAccessError:
        sentence = _SENTENCES["accessdenied"]
    return kind((sentence or _unknown(code)).format(function=function), code=code or "php", function=function)


def _unknown(code: str) -> str:
    """Return the sentence of a code that has none of its own; whole sentences are not repeated."""
    if not code:
        return (
            "Le site a rencontré une erreur interne pendant {function} : "
            "demandez à l’administrateur le journal d’erreurs de PHP."
        )
    shown = code if _CLEAN_CODE.fullmatch(code) else "sans code connu"
    return (
        f"Moodle a refusé {{function}} ({shown}) : relisez l’état avec « cyclesync plan » ; "
        "si le refus revient, transmettez ce code à l’administrateur."
    )


def invalid_reply(function: str, where: str) -> MoodleAnswerError:
    """Return the error of a reply whose shape is not the promised one; ``where`` names a place, never a value."""
    return MoodleAnswerError(
        f"La réponse de {function} n’a pas la forme attendue ({where}) : vérifiez les versions de Moodle et du plugin "
        "avec « cyclesync check ».",
    )
