"""Many reads in one request, by Moodle's own batch function.

Moodle stops at the first call that fails and leaves out the answers of those after it; the rest is then sent again
from the next one, so that each call ends with a value or with an error of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sync_service.adapters.moodle.decode import NOT_JSON, Redact, code_error, invalid_reply, parse_json
from sync_service.adapters.moodle.functions import BATCH, is_read
from sync_service.adapters.moodle.params import Param
from sync_service.adapters.moodle.transport import Caller
from sync_service.adapters.moodle.wire import BatchReply, BatchResponse, read
from sync_service.errors import MoodleError

BATCH_SIZE = 100
"""Calls in one request: 100 take about 1.7 s on a small site, far from any time limit."""


@dataclass(frozen=True, slots=True)
class Call:
    """One function and its arguments."""

    function: str
    arguments: Mapping[str, Param]


@dataclass(frozen=True, slots=True)
class Item:
    """What one call of a batch came to: ``error`` is None when ``value`` is its answer."""

    value: object = None
    error: MoodleError | None = None

    def get(self) -> object:
        """Return the value, or raise the call's own error."""
        if self.error is not None:
            raise self.error
        return self.value


def call_many(caller: Caller, calls: Sequence[Call], *, size: int = BATCH_SIZE) -> list[Item]:
    """Return one item per call, in the order of ``calls``.

    A function that the service does not hold is asked once: its other calls get the same error unasked.

    Raises:
        MoodleError: a whole request got no usable answer; no item is known then.
    """
    items: list[Item | None] = [None] * len(calls)
    absent: dict[str, MoodleError] = {}
    waiting = list(range(len(calls)))
    while waiting:
        part = waiting[:size]
        answered = list(_send(caller, [calls[i] for i in part]))
        for index, item in zip(part, answered, strict=False):
            items[index] = item
        last = answered[-1].error
        if last is not None and getattr(last, "code", "") == "accessexception":
            absent[calls[part[len(answered) - 1]].function] = last
        waiting = waiting[len(answered) :]
        for index in [i for i in waiting if calls[i].function in absent]:
            items[index] = Item(error=absent[calls[index].function])
        waiting = [i for i in waiting if items[i] is None]
    return [item for item in items if item is not None]


def _send(caller: Caller, calls: Sequence[Call]) -> Iterator[Item]:
    """Send one request; yield an item for each call that Moodle came to, at least one."""
    requests: list[Param] = [
        {"function": call.function, "arguments": json.dumps(call.arguments, separators=(",", ":"))} for call in calls
    ]
    safe = all(is_read(call.function) for call in calls)
    reply = read(
        BatchReply,
        caller.call(BATCH, {"requests": requests}, idempotent=safe, inner=len(calls)),
        function=BATCH,
    )
    responses = reply.responses
    stopped = bool(responses) and responses[-1].error
    if len(responses) > len(calls) or (len(responses) < len(calls) and not stopped):
        raise invalid_reply(BATCH, "responses")
    for call, response in zip(calls, responses, strict=False):
        yield _item(call.function, response, caller.redact)


def _item(function: str, response: BatchResponse, redact: Redact) -> Item:
    """Decode one response; the answer of a function without a value has no data."""
    if response.error:
        detail = parse_json(response.exception or "")
        code = str(detail.get("errorcode") or "") if isinstance(detail, Mapping) else ""
        return Item(error=code_error(function, redact(code)))
    value = None if response.data is None else parse_json(response.data)
    return Item(error=invalid_reply(function, "data")) if value is NOT_JSON else Item(value=value)
