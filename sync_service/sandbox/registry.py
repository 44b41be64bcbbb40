"""The web service functions of the site: name, parameters, who may call them; and how one is called."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sync_service.sandbox.core_names import KNOWN_NAMES
from sync_service.sandbox.failures import MoodleFailure, missing_record, no_access
from sync_service.sandbox.shapes import Node, One, validate
from sync_service.sandbox.state import Row, State

PLUGIN_SERVICE = "local_cyclesync"
OBSERVE_SERVICE = "observe"
APP_SERVICE = "moodle_mobile_app"
SERVICES = frozenset({PLUGIN_SERVICE, OBSERVE_SERVICE, APP_SERVICE})
READ = SERVICES
PLUGIN = frozenset({PLUGIN_SERVICE})
LEARNER = frozenset({APP_SERVICE})


@dataclass(frozen=True, slots=True)
class Call:
    """One call being answered: by whom, through which service, on which site."""

    state: State
    user: Row
    service: str
    url: str
    raw: bool = False
    """Whether texts are wanted as stored (moodlewssettingraw)."""

    @property
    def is_service(self) -> bool:
        """Whether the caller is the service account, which sees every course of its category."""
        return bool(self.user["auth"] == "webservice")


Handler: TypeAlias = "Callable[[Call, dict[str, Any]], Any]"


@dataclass(frozen=True, slots=True)
class Function:
    """One web service function."""

    parameters: One
    services: frozenset[str]
    handler: Handler


FUNCTIONS: dict[str, Function] = {}
"""Filled by the decorator below, in the order of the imports of the package."""


def function(name: str, services: frozenset[str], /, **parameters: Node) -> Callable[[Handler], Handler]:
    """Register the decorated handler under ``name``."""

    def register(handler: Handler) -> Handler:
        FUNCTIONS[name] = Function(One(parameters), services, handler)
        return handler

    return register


def perform(call: Call, name: str, arguments: Mapping[str, Any]) -> Any:
    """Run one function in a transaction of its own, log the call, return its value. Raises MoodleFailure."""
    if name not in FUNCTIONS and name not in KNOWN_NAMES:
        _log(call.state, name, "invalidrecord")
        raise missing_record("external_functions")
    return _perform(call, name, arguments)


def perform_inside(call: Call, name: str, arguments: str) -> Any:
    """Run one request of a batch; its arguments are a JSON object. Raises MoodleFailure."""
    try:
        decoded = json.loads(arguments)
    except (ValueError, RecursionError):
        decoded = {}
    return _perform(call, name, decoded if isinstance(decoded, Mapping) else {}, inside=True)


def _perform(call: Call, name: str, arguments: Mapping[str, Any], *, inside: bool = False) -> Any:
    outcome = "error"
    try:
        found = FUNCTIONS.get(name)
        if found is None or call.service not in found.services:
            raise no_access()
        with call.state.transaction():
            value = found.handler(call, validate(found.parameters, arguments))
        outcome = "ok"
    except MoodleFailure as failure:
        outcome = failure.errorcode
        raise
    finally:
        _log(call.state, name, outcome, inside=inside)
    return value


def _log(state: State, name: str, outcome: str, *, inside: bool = False) -> None:
    with state.transaction():
        state.insert("call", function=name[:100], inside=int(inside), outcome=outcome, timecreated=state.now())
