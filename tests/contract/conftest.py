"""A register to test on each kind of database, and short ways to draft what it holds."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sync_service.adapters.ledger_sql import RegisterSecrets, Stores, init_register, new_secrets, open_register
from sync_service.domain.event import Actor, Draft, Evidence, SourceRef
from sync_service.domain.facts import ReadMark
from sync_service.domain.lms_state import Json

T0 = datetime(2027, 1, 14, 9, 0, tzinfo=UTC)
SECRETS = new_secrets(demo=True)


def _fixed_entropy(seed: str) -> Any:
    numbers = count()

    def entropy(length: int) -> bytes:
        content = b""
        while len(content) < length:
            content += sha256(f"{seed}/{next(numbers)}".encode()).digest()
        return content[:length]

    return entropy


@dataclass(frozen=True)
class Place:
    """Where a register is, before it is made and after."""

    url: str
    keys: Path
    checkpoints: Path
    secrets: RegisterSecrets = SECRETS
    entropy: Any = os.urandom

    def init(self, now: datetime = T0, origin: str = "demo/test") -> None:
        init_register(self.url, self.keys, self.secrets, origin, now, entropy=self.entropy)

    def open(self) -> Stores:
        return open_register(self.url, self.keys, self.secrets, checkpoints_dir=self.checkpoints, entropy=self.entropy)


class Kit:
    """Drafts in one line; everything not said is the same for all."""

    now = T0
    secrets = SECRETS
    fixed_entropy = staticmethod(_fixed_entropy)

    @staticmethod
    def sqlite(folder: Path, entropy: Any = os.urandom, secrets: RegisterSecrets = SECRETS) -> Place:
        checkpoints = folder / "checkpoints"
        checkpoints.mkdir(exist_ok=True)
        return Place(f"sqlite:///{folder / 'register.sqlite'}", folder / "keys.sqlite", checkpoints, secrets, entropy)

    @staticmethod
    def subject(number: int) -> str:
        digits = "abcdefghijklmnopqrstuvwxyz234567"
        return "cand_" + "".join(digits[(number >> 5 * i) & 31] for i in range(26))

    @staticmethod
    def mark(seq: int, epoch: str = "e1") -> ReadMark:
        return ReadMark(epoch, seq, T0 + timedelta(seconds=seq))

    def fact(self, number: int = 1, state: str = "complete", seq: int = 1, name: str = "m01") -> Draft:
        fields: dict[str, Json] = {"state": state, "override": False}
        return Draft(
            type="activity.observed",
            subject=self.subject(number),
            source=SourceRef("moodle", "site-1", "activity.observed", f"cs:p:{name}", "feed", "run-1"),
            actor=Actor("system", "cyclesync", "daemon"),
            evidence=Evidence("E1"),
            observed_at=T0,
            private={**fields, "score": "87.50000"},
            promotion="p",
            cycle="cpe",
            decisive=fields,
            read_mark=self.mark(seq),
        )

    def act(self, token: str, type_: str = "enrolment.recorded", number: int = 1, **changes: Any) -> Draft:
        draft = Draft(
            type=type_,
            subject=self.subject(number),
            source=SourceRef("office", "", type_.split(".", maxsplit=1)[0], "prom:p", "import", "run-1"),
            actor=Actor("officer", "o.martin", "cli"),
            evidence=Evidence("E3"),
            observed_at=T0,
            promotion="p",
            token=token,
        )
        return replace(draft, **changes)

    def created(self, number: int, matricule: str, name: str = "LEFÈVRE") -> Draft:
        private = {"matricule": matricule, "usual_name": name, "email": f"n{number}@example.org"}
        return self.act(f"created|{number}", "candidate.created", number, private=private)

    def linked(self, number: int, user_id: int, site: str = "site-1") -> Draft:
        private = {"site_uid": site, "user_id": user_id}
        return self.act(f"linked|{number}|{user_id}", "identity.linked", number, private=private)

    def session(self, state: str = "planned") -> Draft:
        data = {"session": "s1", "state": state}
        source = SourceRef("office", "", "session", "s1", "import", "run-1")
        return replace(
            self.act("", "session.planned"), token=None, subject="sess:p/s1", source=source, data=data, decisive=data
        )


@pytest.fixture(scope="session")
def kit() -> Kit:
    return Kit()


def _unavailable(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _programs() -> Path:
    named = os.environ.get("CYCLESYNC_PG_BIN")
    found = [Path(named)] if named else sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version)
    if not found or not (found[-1] / "initdb").is_file():
        _unavailable("PostgreSQL’s programs are absent: install postgresql or set CYCLESYNC_PG_BIN")
    return found[-1]


def _version(path: Path) -> int:
    return int(path.parent.name) if path.parent.name.isdigit() else 0


@pytest.fixture(scope="session")
def postgres() -> Iterator[Path]:
    """Start a throw-away cluster as an ordinary user; yield the folder of its socket."""
    programs = _programs()
    as_user: list[str] = []
    if os.geteuid() == 0:
        if shutil.which("runuser") is None or "postgres:" not in Path("/etc/passwd").read_text(encoding="utf-8"):
            _unavailable("PostgreSQL does not run as root: a user named postgres is needed")
        as_user = ["runuser", "-u", "postgres", "--"]
    folder = Path(tempfile.mkdtemp(prefix="cspg-", dir="/tmp"))
    if as_user:
        shutil.chown(folder, "postgres")
    options = f"-c listen_addresses='' -c fsync=off -c unix_socket_directories='{folder}'"

    def run(*command: str) -> None:
        subprocess.run(
            [*as_user, *command], check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    try:
        data = str(folder / "data")
        run(str(programs / "initdb"), "-D", data, "-U", "cyclesync", "-A", "trust", "-N", "--no-locale", "-E", "UTF8")
        run(str(programs / "pg_ctl"), "-D", data, "-w", "-o", options, "-l", str(folder / "log"), "start")
        try:
            yield folder
        finally:
            run(str(programs / "pg_ctl"), "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _new_database(socket: Path) -> str:
    name = f"t{time.monotonic_ns()}"
    with psycopg.connect(host=str(socket), user="cyclesync", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"postgresql+psycopg://cyclesync@/{name}?host={socket}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    local = Kit.sqlite(tmp_path)
    if request.param == "sqlite":
        return local
    return replace(local, url=_new_database(request.getfixturevalue("postgres")))


@pytest.fixture
def stores(place: Place) -> Iterator[Stores]:
    place.init()
    opened = place.open()
    yield opened
    opened.close()
