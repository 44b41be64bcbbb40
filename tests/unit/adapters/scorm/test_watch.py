"""The preview: built again when a source moves, on loopback only."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync_service.adapters.scorm.watch import Preview, preview_server

MODULE = 'identifier = "cs-x"\ntitle = "T"\nminutes = 5\nsource = "S"\npages = ["debut.md"]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "module.toml").write_text(MODULE, encoding="utf-8")
    (tmp_path / "debut.md").write_text("# Début\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def port(folder: Path) -> Iterator[int]:
    server = preview_server(Preview(folder))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


def _get(port: int, path: str, host: str = "") -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path, headers={"Host": host} if host else {})
    response = connection.getresponse()
    data = response.read()
    connection.close()
    return response.status, response.getheader("Content-Type") or "", data


def test_it_builds_when_something_moved_and_only_then(folder: Path) -> None:
    preview = Preview(folder)
    preview.refresh()
    first, files = preview.digest, preview.files
    preview.refresh()
    assert preview.files is files
    (folder / "debut.md").write_text("# Tout autre début\n", encoding="utf-8")
    preview.refresh()
    assert preview.digest != first
    assert "Tout autre début".encode() in preview.files["index.html"]


def test_a_mistake_is_shown_and_the_last_pages_stay(folder: Path) -> None:
    preview = Preview(folder)
    preview.refresh()
    before = preview.files
    (folder / "debut.md").write_text("Sans titre, et plus long\n", encoding="utf-8")
    preview.refresh()
    assert "debut.md:1" in preview.problems
    assert preview.files is before
    (folder / "debut.md").write_text("# Début corrigé\n", encoding="utf-8")
    preview.refresh()
    assert preview.problems == ""


def test_it_serves_the_panel_the_module_and_nothing_else(port: int, folder: Path) -> None:
    assert _get(port, "/")[:2] == (200, "text/html; charset=utf-8")
    state = json.loads(_get(port, "/state")[2])
    assert len(state["digest"]) == 64
    assert _get(port, "/module/runtime/runtime.js")[:2] == (200, "text/javascript; charset=utf-8")
    for path in ("/module/../module.toml", f"{folder}/module.toml", "/module/", "/x"):
        assert _get(port, path)[0] == 404


def test_another_site_cannot_reach_it_by_a_name_of_its_own(port: int) -> None:
    assert _get(port, "/", host=f"evil.example:{port}")[0] == 404
