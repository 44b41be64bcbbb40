"""Zips that are damaged or made to harm: lint says one sentence, never fails, never reads more than it should."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_service.adapters.scorm import lint_zip
from sync_service.adapters.scorm.opened import MAX_ENTRIES, MAX_OPENED, open_package
from sync_service.domain.scorm import MANIFEST, Finding

XML = """\
<manifest xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2" identifier="m">
<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
<organizations default="o"><organization identifier="o"><title>T</title><item identifier="i" identifierref="r"><title>{title}</title></item></organization></organizations>
<resources><resource identifier="r" type="webcontent" adlcp:scormtype="sco" href="index.html"><file href="index.html"/></resource></resources>
</manifest>
"""
PAGE = b'<!doctype html><html lang="fr"><head><title>T</title></head><body><p>x</p></body></html>'


def _zip(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def _package(path: Path, more: dict[str, bytes] | None = None, manifest: str = XML.format(title="T")) -> Path:
    return _zip(path, {MANIFEST: manifest.encode(), "index.html": PAGE, **(more or {})})


def _lint(path: Path) -> tuple[Finding, ...]:
    return lint_zip(path, profile="moodle", previous=path)


def _codes(path: Path) -> set[str]:
    return {one.code for one in _lint(path)}


def test_an_empty_file_an_empty_zip_and_a_folder(tmp_path: Path) -> None:
    empty = tmp_path / "vide.zip"
    empty.write_bytes(b"")
    assert _codes(empty) == {"S101"}
    assert _codes(_zip(tmp_path / "a.zip", {})) == {"S102", "S803"}
    assert _codes(tmp_path) == {"S101"}


def test_a_zip_cut_at_any_place(tmp_path: Path) -> None:
    data = _package(tmp_path / "a.zip").read_bytes()
    cut = tmp_path / "cut.zip"
    for length in range(0, len(data), 37):
        cut.write_bytes(data[:length])
        assert _codes(cut) == {"S101"}, length


def test_sizes_that_hide_gigabytes_are_not_read(tmp_path: Path) -> None:
    path = _package(tmp_path / "a.zip", {"film.mp4": b"x"})
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"PK\x01\x02")  # the last entry of the directory is the film
    struct.pack_into("<L", data, entry + 24, 2**32 - 2)
    path.write_bytes(bytes(data))
    found = {one.code: one for one in _lint(path)}
    assert "4294 Mo" in found["S118"].message_fr
    assert "S111" not in found
    assert "S401" not in found


def test_a_bomb_is_not_opened(tmp_path: Path) -> None:
    bomb = tmp_path / "bombe.zip"
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    zeros = b"".join([*(squeeze.compress(bytes(1_000_000)) for _ in range(60)), squeeze.flush()])
    with zipfile.ZipFile(bomb, "w") as archive:
        archive.writestr(MANIFEST, XML.format(title="T"))
        archive.writestr("index.html", PAGE)
        for number in range(4):
            archive.writestr(f"{number}.js", zeros)
    data = bytearray(bomb.read_bytes())
    place = 0
    for _ in range(4):
        place = data.index(b".js", data.index(b"PK\x01\x02", place)) - 47
        struct.pack_into("<L", data, place + 24, 60_000_000)
        place += 47
    bomb.write_bytes(bytes(data))
    opened = open_package(bomb)
    assert opened.size > MAX_OPENED
    assert sum(len(read) for read in opened.files.values()) < 10_000
    assert "S118" in _codes(bomb)


@pytest.mark.slow  # writing 20,001 entries takes a while; examining them does not
def test_too_many_entries(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", {f"{number}.txt": b"" for number in range(MAX_ENTRIES + 1)}, zipfile.ZIP_STORED)
    found = {one.code: one for one in _lint(path)}
    assert str(MAX_ENTRIES + 1) in found["S118"].message_fr
    assert "S102" in found


@pytest.mark.parametrize(
    ("doctype", "title"),
    [
        (
            "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12)).join(
                ['<!DOCTYPE manifest [<!ENTITY e0 "ha">', "]>"]
            ),
            "&e11;",
        ),
        ('<!DOCTYPE manifest [<!ENTITY f SYSTEM "file:///etc/passwd">]>', "&f;"),
        ('<!DOCTYPE manifest SYSTEM "http://example.org/x.dtd">', "T"),
    ],
    ids=["billion laughs", "external entity", "external DTD"],
)
def test_entities_are_neither_expanded_nor_fetched(doctype: str, title: str, tmp_path: Path) -> None:
    path = _package(tmp_path / "a.zip", manifest=doctype + XML.format(title=title))
    found = _lint(path)
    assert {"S201", "S206"} & {one.code for one in found}
    assert not any("root:" in one.message_fr for one in found)


def test_a_name_that_is_not_utf_8(tmp_path: Path) -> None:
    path = _package(tmp_path / "a.zip", {"é.txt": b"x"})
    path.write_bytes(path.read_bytes().replace("é.txt".encode(), b"\xff\xfe.txt"))
    assert _codes(path) == {"S101"}


def test_a_name_that_would_write_on_the_terminal(tmp_path: Path) -> None:
    path = _package(tmp_path / "a.zip", {"a\x1b[2J\n.txt": b"x"})
    found = _lint(path)
    assert "S106" in {one.code for one in found}
    assert all(one.where.isprintable() and one.message_fr.isprintable() for one in found)


def test_a_package_within_a_zip(tmp_path: Path) -> None:
    inner = _package(tmp_path / "inner.zip").read_bytes()
    assert {"S102", "S117"} <= _codes(_zip(tmp_path / "outer.zip", {"module.zip": inner}))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.css", "/*"),
        ("a.css", 'url("'),
        ("a.css", '@import "'),
        ("a.js", "setA('cmi.a','"),
        ("a.js", "timestamp'"),
        ("b.html", "<div>"),
        ("b.html", "<p onclick=a>"),
    ],
)
def test_a_text_made_to_be_read_for_ever_is_not(name: str, text: str, tmp_path: Path) -> None:
    path = _package(tmp_path / "a.zip", {name: (text * 100_000).encode()})
    start = process_time()
    assert "S101" not in _codes(path)
    assert process_time() - start < 4


def test_a_manifest_with_very_many_lines(tmp_path: Path) -> None:
    lines = "".join(f'<file href="{number}.png"/>' for number in range(20_000))
    path = _package(tmp_path / "a.zip", manifest=XML.format(title="T").replace("</resource>", f"{lines}</resource>"))
    start = process_time()
    assert sum(one.code == "S403" for one in _lint(path)) == 20_000
    assert process_time() - start < 4


def test_two_entries_of_one_name(tmp_path: Path) -> None:
    path = _package(tmp_path / "a.zip")
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("index.html", PAGE)
    assert "S107" in _codes(path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_encodings_that_moodle_reads_well_raise_no_alarm(encoding: str, tmp_path: Path) -> None:
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    manifest = f'<?xml version="1.0" encoding="{declared}"?>\n' + XML.format(title="Été")
    path = _zip(tmp_path / "a.zip", {MANIFEST: manifest.encode(encoding), "index.html": PAGE})
    assert _codes(path) == {"S509"}  # the page is no SCO, on purpose


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), min_size=1, max_size=6))
def test_any_damage_is_said_and_never_raised(
    tmp_path_factory: pytest.TempPathFactory, hits: list[tuple[int, int]]
) -> None:
    path = _package(tmp_path_factory.mktemp("fuzz") / "a.zip", {"a.js": b"let a;" * 40})
    data = bytearray(path.read_bytes())
    for place, value in hits:
        data[place % len(data)] = value
    path.write_bytes(bytes(data))
    for one in _lint(path):
        assert one.message_fr
        assert one.message_en
