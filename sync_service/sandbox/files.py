"""Files of the site: kept once by content, each with its place."""

from __future__ import annotations

import hashlib

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


def draft_file(state: State, user: Row, itemid: int) -> tuple[str, bytes, str]:
    """Return name, bytes and SHA-256 of the one file of a draft area of this account. Raises Refusal."""
    found = [row for row in area(state, "draft", itemid) if row["userid"] == user["id"]]
    if len(found) != 1:
        raise Refusal("invalid", "draftitemid must name a draft area of this account with exactly one file")
    data = state.value("SELECT bytes FROM content WHERE sha256 = ?", found[0]["content"])
    return found[0]["filename"], bytes(data), found[0]["content"]
