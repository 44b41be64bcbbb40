from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_service.domain import scorm


def test_the_digest_is_the_one_of_the_sorted_paths_and_hashes() -> None:
    inner = hashlib.sha256(b"one").hexdigest()
    other = hashlib.sha256(b"two").hexdigest()
    expected = hashlib.sha256(f"a\0{inner}\nb\0{other}\n".encode()).hexdigest()
    assert scorm.content_digest([("b", b"two"), ("a", b"one")]) == expected


@settings(max_examples=50)
@given(st.dictionaries(st.text(min_size=1, max_size=8), st.binary(max_size=8), min_size=1, max_size=5), st.data())
def test_the_digest_depends_on_content_not_on_order(files: dict[str, bytes], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(list(files.items())))
    assert scorm.content_digest(shuffled) == scorm.content_digest(files.items())
    changed = {**files, next(iter(files)): b"another content"}
    assert scorm.content_digest(changed.items()) != scorm.content_digest(files.items())


@pytest.mark.parametrize("path", ["index.html", "assets/a-b_c.png", "runtime/v1.2/x.js"])
def test_paths_that_moodle_keeps(path: str) -> None:
    assert scorm.is_package_path(path)


@pytest.mark.parametrize(
    "path", ["", "/a", "a//b", "A.html", "é.html", "a b", "../a", "a/./b", ".git", "a/", "a'b", "a\\b"]
)
def test_paths_that_moodle_changes_or_refuses(path: str) -> None:
    assert not scorm.is_package_path(path)


@pytest.mark.parametrize("text", ["", "1a", "é", "a b", "a" * 101, "cs:cpe"])
def test_what_cannot_be_an_identifier(text: str) -> None:
    assert not scorm.is_identifier(text)


def test_the_settings_suit_a_package_that_ends_in_completed_and_has_no_score() -> None:
    settings_ = scorm.moodle_settings("d" * 64)
    assert settings_["completion"] == 2
    assert settings_["completionstatusrequired"] in {4, 6}
    assert settings_["grademethod"] == 0
    assert (settings_["hidetoc"], settings_["nav"], settings_["popup"], settings_["skipview"]) == (3, 0, False, 2)
    assert settings_["package_digest"] == "d" * 64
