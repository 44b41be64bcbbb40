"""Thirty known people: none of their identifiers, nor a hash of one, is in any file but encrypted (ledger-format.md §4)."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import md5, sha1, sha256
from pathlib import Path
from typing import Any

import pytest

from sync_service.adapters.ledger_sql import Stores, sign_checkpoint, verify_register
from sync_service.domain.candidate import Identity, subject_from
from sync_service.domain.event import Actor, Draft, Evidence, Series, SourceRef
from sync_service.domain.facts import ReadMark, Unread
from sync_service.domain.lms_state import Json
from sync_service.ports import JournalEntry, RunRecord

_NAMES = ("LEFÈVRE", "D’HERVÉ", "LE GOFF", "MÜLLER", "NGUYEN VAN", "ÇELIK")
_FIRST = ("Étienne", "Anne-Lise", "Zoé", "Maëlle", "François")
OFFICER = Actor("officer", "o.martin", "cli", capacity="gestionnaire")


@dataclass(frozen=True)
class Person:
    """What the office and Moodle know of one of them."""

    subject: str
    identity: Identity
    user_id: int
    username: str
    address: str
    file: str
    file_digest: str

    def identifiers(self) -> Iterator[str]:
        who = self.identity
        yield from (who.matricule, who.usual_name, who.birth_name, who.first_name, who.email, who.employer)
        yield from (str(self.user_id), f"uid-angers/{self.user_id}", self.username, self.address, self.file)
        yield self.file_digest


def _people() -> list[Person]:
    made = []
    for n in range(30):
        name, first = f"{_NAMES[n % 6]}-{n:02d}ZQ", f"{_FIRST[n % 5]}{n:02d}ZQ"
        who = Identity(
            f"MAT{700100 + 37 * n}", name, f"NÉE{name}", first, f"agent{n:02d}zq@collectivite.example",
            f"Commune de Saint-Zq{n:02d}", "coordonnatrice", None, "",
        )  # fmt: skip
        subject = subject_from(sha256(f"candidate {n}".encode()).digest())
        digest = sha256(f"dossier {n}".encode()).hexdigest()
        address = f"10.77.{n + 100}.{n + 200}"
        made.append(
            Person(subject, who, 8_675_300 + 13 * n, f"login{n:02d}zq", address, f"dossier_{n:02d}zq.pdf", digest)
        )
    return made


def _draft(person: Person, type_: str, private: dict[str, Json], token: str, now: Any) -> Draft:
    source = SourceRef("office", "", type_.split(".", maxsplit=1)[0], "prom:p", "import", "run-1")
    draft = Draft(type_, person.subject, source, OFFICER, Evidence("E3"), now, promotion="p", token=token)
    return replace(draft, private=private)


def _fact(person: Person, number: int, now: Any) -> Draft:
    private: dict[str, Json] = {
        "status": "submitted", "attempt": number, "submitted_at": 1_800_000_000,
        "files": [{"name": person.file, "sha256": person.file_digest}], "user": person.username, "ip": person.address,
    }  # fmt: skip
    decisive = {name: private[name] for name in ("status", "attempt", "submitted_at")}
    source = SourceRef("moodle", "uid-angers", "submission.observed", "cs:p:depot_a", "feed", "run-2")
    system = Actor("system", "cyclesync", "daemon")
    mark = ReadMark("e", number, now)
    draft = Draft("submission.observed", person.subject, source, system, Evidence("E2"), now, promotion="p")
    return replace(draft, private=private, decisive=decisive, read_mark=mark)


def _live(stores: Stores, people: list[Person], now: Any) -> None:
    """Let them live in the register: created, linked, corrected, observed, planned, journalled, one erased."""
    drafts: list[Draft] = []
    for person in people:
        payload = person.identity.payload()
        drafts += [
            _draft(
                person, "candidate.created", {**payload, "matricule": payload["matricule"]}, f"c|{person.subject}", now
            ),
            _draft(
                person,
                "identity.linked",
                {"site_uid": "uid-angers", "user_id": person.user_id},
                f"l|{person.subject}",
                now,
            ),
            _fact(person, 1, now),
            _fact(person, 2, now),
            _draft(person, "identity.corrected", payload, f"k|{person.subject}", now),
        ]
    unread = tuple(Unread("cs:p:m01", p.user_id, "hidden") for p in people)
    run = RunRecord("run-2", "pull", "p", now, now, "partial", 60, 30, unread, people[0].identity.full_name)
    stores.ledger.append(drafts, now=now, cursor=("uid-angers", "e.1.x"), run=run)
    plan = "\n".join(f"Inscrire {p.identity.full_name} ({p.identity.email}, {p.username})" for p in people)
    stores.plans.save("f" * 64, "p", plan, expires_at=now + timedelta(days=1))
    stores.plans.load("x", now=now + timedelta(days=2))
    for person in people:
        stores.journal.record(JournalEntry("run-3", "p", f"cs:p:user_{person.user_id}", "create", "done", "", now))
    stores.ledger.destroy_key(people[3].subject, Series.TRACES, actor=OFFICER, reason="dua_echue", now=now, run="e-1")


def _bytes(folder: Path) -> bytes:
    """Every byte of every file, free pages and write-ahead log included, the keys left out."""
    paths = [p for p in folder.rglob("*") if p.is_file() and p.parent.name != "secrets"]
    assert {p.name for p in paths} >= {"register.sqlite", "register.sqlite-wal", "keys.sqlite"}
    return b"\n".join(p.read_bytes() for p in paths)


def _forms(text: str) -> Iterator[bytes]:
    clear = text.encode()
    yield from (clear, clear.hex().encode(), base64.b64encode(clear).rstrip(b"="), text.encode("utf-16-le"))
    for digest in (sha1, sha256, md5):
        raw = digest(clear, usedforsecurity=False).digest()
        yield from (raw, raw.hex().encode(), base64.b64encode(raw).rstrip(b"="))


def test_no_identifier_nor_hash_of_one_is_anywhere(stores: Stores, home: Any) -> None:
    people = _people()
    _live(stores, people, home.now)
    sign_checkpoint(stores, home.now)
    assert verify_register(stores).findings == ()
    assert stores.ledger.find("matricule", people[5].identity.matricule) == people[5].subject
    assert stores.ledger.find("moodle", f"uid-angers/{people[5].user_id}") == people[5].subject
    content = _bytes(home.folder)
    found = [text for person in people for text in person.identifiers() if any(f in content for f in _forms(text))]
    assert found == []
    assert people[5].subject.encode() in content  # the search does look where things are


def _hashes_found(content: bytes, numbers: Iterable[int]) -> list[int]:
    windows = _windows(content)
    return [n for n in numbers if any(_is_in(digest, content, windows) for digest in _digests(str(n).encode()))]


def _digests(clear: bytes) -> tuple[bytes, bytes]:
    return sha1(clear, usedforsecurity=False).digest(), sha256(clear).digest()


def _is_in(digest: bytes, content: bytes, windows: set[bytes]) -> bool:
    text = digest.hex().encode()
    return (digest[:6] in windows and digest in content) or (text[:12] in windows and text in content)


def _windows(content: bytes) -> set[bytes]:
    """Every 6 and 12 bytes in a row of what is kept, so that a million searches are look-ups."""
    return {content[i : i + 6] for i in range(len(content))} | {content[i : i + 12] for i in range(len(content))}


def test_no_hash_of_a_small_number_is_anywhere(stores: Stores, home: Any) -> None:
    _live(stores, _people(), home.now)
    content = _bytes(home.folder)
    assert _hashes_found(content, range(1, 10_001)) == []
    planted = content + sha256(b"4242").hexdigest().encode() + sha1(b"77", usedforsecurity=False).digest()
    assert _hashes_found(planted, range(1, 10_001)) == [77, 4242]


@pytest.mark.slow  # two million hashes
def test_no_hash_up_to_a_million_is_anywhere(stores: Stores, home: Any) -> None:
    _live(stores, _people(), home.now)
    assert _hashes_found(_bytes(home.folder), range(1, 1_000_001)) == []
