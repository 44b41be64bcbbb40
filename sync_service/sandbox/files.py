"""Files of the site: kept once by content, each with its place."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from sync_service.sandbox.spec import Refusal
from sync_service.sandbox.state import Row, State


def store_file(state: State, *, owner: str, itemid: int, userid: int, filename: str, data: bytes) -> None:
    """Keep a file's bytes once, and where it is."""
    digest = hashlib.sha256(data).hexdigest()
    sha1 = hashlib.sha1(data, usedforsecurity=False).hexdigest()
    state.run("INSERT OR IGNORE INTO content (sha256, sha1, bytes) VALUES (?, ?, ?)", digest, sha1, data)
    columns = {"userid": userid, "filename": filename, "content": digest, "filesize": len(data)}
    state.insert("file", owner=owner, itemid=itemid, timemodified=state.now(), **columns)


def area(state: State, owner: str, itemid: int) -> list[Row]:
    """Return the files of one place, by name."""
    return state.rows("SELECT * FROM file WHERE owner = ? AND itemid = ? ORDER BY filename", owner, itemid)


def draft_files(state: State, user: Row, itemid: int) -> dict[str, str]:
    """Return name → SHA-256 of the files of a draft area of this account. Raises Refusal when there is none."""
    found = {row["filename"]: row["content"] for row in area(state, "draft", itemid) if row["userid"] == user["id"]}
    if not found:
        raise Refusal("invalid", "draftitemid must name a draft area of this account with at least one file")
    return found


def listing_digest(files: Mapping[str, str]) -> str:
    """Return the SHA-256 of « hash, two blanks, path » lines sorted by path."""
    return hashlib.sha256("".join(f"{files[path]}  {path}\n" for path in sorted(files)).encode()).hexdigest()


def move_draft(state: State, user: Row, draft: int, *, owner: str, itemid: int) -> None:
    """Put the files of a draft area in the place of those that stood somewhere."""
    state.run("DELETE FROM file WHERE owner = ? AND itemid = ?", owner, itemid)
    for row in area(state, "draft", draft):
        if row["userid"] == user["id"]:
            columns = {name: row[name] for name in ("userid", "filename", "content", "filesize")}
            state.insert("file", owner=owner, itemid=itemid, timemodified=state.now(), **columns)


def draft_file(state: State, user: Row, itemid: int) -> tuple[str, bytes, str]:
    """Return name, bytes and SHA-256 of the one file of a draft area of this account. Raises Refusal."""
    found = [row for row in area(state, "draft", itemid) if row["userid"] == user["id"]]
    if len(found) != 1:
        raise Refusal("invalid", "draftitemid must name a draft area of this account with exactly one file")
    data = state.value("SELECT bytes FROM content WHERE sha256 = ?", found[0]["content"])
    return found[0]["filename"], bytes(data), found[0]["content"]
