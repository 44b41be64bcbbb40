"""Recording what a real Moodle answers, scrubbed, so that the look-alike can be held to it.

A value that an earlier answer gave (an id, a digest, a cursor) is written as a reference to that answer, so that a
replay asks another site about its own ids. Secrets, addresses and people never reach the file.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sync_service.adapters.moodle.decode import NOT_JSON, parse_json
from sync_service.adapters.moodle.params import Params
from sync_service.adapters.moodle.redaction import Redactor
from sync_service.adapters.moodle.transport import FilePart, MoodleTransport

REFERENCES = {
    "id", "cmid", "courseid", "courseids", "userid", "moodleid", "scormid", "scoid", "itemid", "draftitemid",
    "assignmentid", "assignmentids", "instance", "afteruserid", "nextuserid", "expect", "digest", "cursor", "files_filemanager",
}  # fmt: skip
"""Parameters whose value another site would give differently."""
GIVERS = {
    "id", "cmid", "instance", "courseid", "userid", "moodleid", "itemid", "assignmentid", "digest", "cursor", "nextuserid",
}  # fmt: skip
"""Names under which an answer gives such a value; the others (sizes, counts, times) only look alike."""
SOURCES = {
    "scoid": r"/scoes/\d+/id$",
    "scormid": r"/instance$",
    "assignmentids": r"/instance$",
    "userid": r"^\d+/\d+/id$|/userid$",
    "values": r"^\d+/\d+/id$|/userid$",
    "courseid": r"/courses/\d+/id$|/courseid$",
    "cmid": r"/modules/\d+/id$|/cm/id$|/key=[^/]*/id$",
}
"""Where a parameter's value comes from: ids of different things are often the same number."""
FICTITIOUS = (
    ("stagiaire1", "M0001", "Élodie", "Lefèvre"),
    ("stagiaire2", "M0002", "Jérôme", "Dupont-Garnier"),
    ("stagiaire3", "M0003", "Anaïs", "D'Hœuvre"),
)
"""Who the trainees of a recording are, whoever they are on the site: a replay has the same three people."""
MASKS = {
    "firstname": "«prénom»", "lastname": "«nom»", "fullname": "«prénom nom»", "email": "«adresse»",
    "username": "«identifiant»", "idnumber": "«matricule»",
}  # fmt: skip
PERSON = {"firstname", "lastname", "email"}
"""An object with one of these names is about a person: all of ``MASKS`` apply in it."""


def fictitious(number: int) -> dict[str, str]:
    """Return what the trainee of rank ``number`` (from 1) is called in a recording."""
    username, idnumber, firstname, lastname = FICTITIOUS[number - 1]
    return {
        "username": username,
        "idnumber": idnumber,
        "firstname": firstname,
        "lastname": lastname,
        "fullname": f"{firstname} {lastname}",
        "email": f"{username}@example.test",
    }


@dataclass
class Book:
    """The exchanges of one test, over all the accounts that took part."""

    site: str
    secrets: list[str] = field(default_factory=list)
    people: dict[int, int] = field(default_factory=dict)
    """Real user id → rank of the trainee, from 1."""
    names: dict[str, str] = field(default_factory=dict)
    """What a person is called, in lower case → what stands for it: also where a parameter repeats it."""
    aliases: dict[str, str] = field(default_factory=dict)
    """What a run made up → what stands for it, so that two recordings of the same behaviour are the same."""
    promotion: str = ""
    """The promotion of the test: what a site that others use tells of their courses is left out."""
    exchanges: list[dict[str, Any]] = field(default_factory=list)
    given: dict[str, list[str]] = field(default_factory=dict)
    """Value → references to the answers that gave it, in order."""

    def add(self, account: str, function: str, params: Mapping[str, Any], reply: object) -> None:
        """Keep one exchange and learn the values that its answer gives."""
        number = len(self.exchanges)
        if isinstance(reply, Mapping) and "rows" in reply and self.promotion:
            reply = {**reply, "rows": [row for row in reply["rows"] if row.get("promotion", "") == self.promotion]}
        self.exchanges.append(
            {"as": account, "function": function, "params": self._refer(params), "reply": self._mask(reply)},
        )
        for value, path in _leaves(reply, ""):
            self.given.setdefault(value, []).append(f"{number}{path}")

    def write(self, path: Path) -> None:
        """Write the file, or refuse when a secret would be in it."""
        exchanges = [exchange | {"params": self._rename(exchange["params"])} for exchange in self.exchanges]
        text = json.dumps({"exchanges": exchanges}, ensure_ascii=False, indent=1, sort_keys=True)
        clean = Redactor(self.secrets, mask="«token»")(text)
        clean = clean.replace(self.site, "«site»").replace(self.site.replace("/", "\\/"), "«site»")
        for value, alias in self.aliases.items():
            clean = clean.replace(value, alias)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(clean + "\n", encoding="utf-8")

    def _refer(self, value: Any, name: str = "") -> Any:
        """Return a parameter with references in the place of known values."""
        if isinstance(value, Mapping):
            return {key: self._refer(item, key) for key, item in value.items()}
        if isinstance(value, Sequence) and not isinstance(value, str):
            return [self._refer(item, name) for item in value]
        if name in {"arguments", "fields", "status"} and isinstance(value, str) and value.startswith("{"):
            return {"$json": self._refer(json.loads(value))}
        if name in REFERENCES or (name == "values" and str(value).isdigit()):
            known = self.given.get(str(value), [])
            fitting = [path for path in known if re.search(SOURCES.get(name, ""), path)]
            if fitting and value not in {"", 0}:
                return {"$ref": fitting[-1]}
        return self._number(value) if name == "userid" else value

    def _number(self, value: Any) -> Any:
        """Return a trainee's number in the file instead of the site's."""
        return 900_000 + self.people[value] if value in self.people else value

    def _rename(self, value: Any) -> Any:
        """Return a parameter in which nobody is called by name."""
        if isinstance(value, Mapping):
            return {key: self._rename(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._rename(item) for item in value]
        return self.names.get(value.lower(), value) if isinstance(value, str) else value

    def _mask(self, value: Any, name: str = "") -> Any:
        """Return an answer without anybody's name or number."""
        if isinstance(value, Mapping):
            masked = {key: self._mask(item, key) for key, item in value.items()}
            return masked | self._person(value) if PERSON & set(value) else masked
        if isinstance(value, list):
            return [self._mask(item, name) for item in value]
        if name == "userprivateaccesskey":
            return ""
        if name in {"userid", "nextuserid", "foreignmembers"} and isinstance(value, int):
            return self._number(value)
        if isinstance(value, str) and value[:1] in {"{", "["} and (inner := parse_json(value)) is not NOT_JSON:
            return json.dumps(self._mask(inner), ensure_ascii=False)
        return value

    def _person(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return what replaces the names of a person; the service's own account is not one."""
        user = value.get("id", value.get("userid"))
        rank = self.people.get(user) if isinstance(user, int) else None
        if rank is None and "functions" in value:
            return {}
        masks = {key: mask for key, mask in (fictitious(rank) if rank else MASKS).items() if value.get(key)}
        self.names |= {str(value[key]).lower(): mask for key, mask in masks.items()}
        return masks | ({"id": self._number(value["id"])} if "id" in value else {})


def _leaves(value: Any, path: str, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield (value, path) of what later parameters may repeat."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, f"{path}/{key}", key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            keyed = isinstance(item, Mapping) and "key" in item
            yield from _leaves(item, f"{path}/key={item['key']}" if keyed else f"{path}/{index}", name)
    elif name in GIVERS and isinstance(value, str | int) and value not in {"", 0}:
        yield str(value), path


class RecordingTransport(MoodleTransport):
    """A transport that writes each exchange into a book, under the name of its account."""

    def __init__(self, base_url: str, token: str, *, account: str, book: Book | None, **options: Any) -> None:
        super().__init__(base_url, token, on_answer=self._heard, **options)
        self._account, self._book = account, book
        self._params: Mapping[str, Any] = {}
        if book is not None:
            book.secrets.append(token)

    def call(self, function: str, params: Params, *, idempotent: bool | None = None, inner: int = 0) -> object:
        self._params = params
        return super().call(function, params, idempotent=idempotent, inner=inner)

    def send_files(self, files: Sequence[FilePart], *, item: int = 0) -> object:
        first, *others = [{"filename": part.name, "content": base64.b64encode(part.content).decode()} for part in files]
        more = {"more": others} if others else {}
        self._params = {**first, **more, **({"itemid": item} if item else {})}
        return super().send_files(files, item=item)

    def _heard(self, function: str, body: bytes) -> None:
        reply = parse_json(body)
        if self._book is not None and reply is not NOT_JSON:
            self._book.add(self._account, function, self._params, reply)
