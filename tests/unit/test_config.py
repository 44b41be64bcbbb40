"""config.toml: the example says everything, mistakes are all told at once, secrets stay out of it."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from sync_service.config import (
    ActorSettings,
    Config,
    DaemonSettings,
    RegisterSettings,
    SiteSettings,
    load_config,
    read_secret,
)
from sync_service.errors import ConfigError, StoreError

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
MINIMAL = '[register]\norigin = "demo/x"\n[sites.a]\nurl = "https://a.invalid"\ntoken = "env:T"\n'
PLACES: dict[str, type[BaseModel]] = {
    "register": RegisterSettings, "sites.angers": SiteSettings, "daemon": DaemonSettings, "actors.mdupont": ActorSettings,
}  # fmt: skip


def load(folder: Path, text: str) -> Config:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path)


def mistakes(folder: Path, text: str) -> dict[str, str]:
    with pytest.raises(ConfigError) as caught:
        load(folder, text)
    assert caught.value.sentence.count("\n") == len(caught.value.problems)
    return {problem.where: problem.reason for problem in caught.value.problems}


def written_out() -> str:
    """Return the example with its commented keys made true."""
    return re.sub(r"(?m)^# (?=[a-z_]+ = )", "", EXAMPLE.read_text(encoding="utf-8"))


def test_the_example_loads() -> None:
    config = load_config(EXAMPLE)
    assert config.sites["angers"].mode == "observe"
    assert config.root == EXAMPLE.parent


def test_the_example_has_every_key(tmp_path: Path) -> None:
    whole = tomllib.loads(written_out())
    load(tmp_path, written_out())
    named = {field.alias or name for name, field in Config.model_fields.items()} - {"root"}
    assert named == set(whole)
    for place, model in PLACES.items():
        table = whole
        for part in place.split("."):
            table = table[part]
        assert set(table) == set(model.model_fields), place


def test_what_the_example_calls_a_default_is_one(tmp_path: Path) -> None:
    example, least = load(tmp_path, written_out()), load(tmp_path, MINIMAL)
    for name in ("mappings_dir", "packages_dir", "build_dir", "exports_dir", "daemon"):
        assert getattr(example, name) == getattr(least, name), name
    assert example.sites["angers"].mode == least.sites["a"].mode
    assert example.register_.database == least.register_.database


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    text = MINIMAL.replace('"demo/x"', '"X"').replace("https://", "ftp://") + (
        'mode = "write"\ntimeout_seconds = 0\ncolour = "red"\n[daemon]\nplan_at = "25:00"\n[autre]\n'
    )
    assert set(mistakes(tmp_path, text)) == {
        "register.origin", "sites.a.url", "sites.a.mode", "sites.a.timeout_seconds", "sites.a.colour", "daemon.plan_at",
        "autre",
    }  # fmt: skip


@pytest.mark.parametrize("key", ["master_key", "register_key", "signing_key"])
def test_a_key_in_clear_is_refused_and_not_repeated(key: str, tmp_path: Path) -> None:
    found = mistakes(tmp_path, MINIMAL.replace("[sites.a]", f'{key} = "s3cr3t-en-clair"\n[sites.a]'))
    assert set(found) == {f"register.{key}"}
    assert "référence" in found[f"register.{key}"]
    assert "s3cr3t" not in str(found)


def test_a_token_in_clear_is_refused_and_not_repeated(tmp_path: Path) -> None:
    found = mistakes(tmp_path, MINIMAL.replace("env:T", "0123456789abcdef"))
    assert set(found) == {"sites.a.token"}
    assert "0123456789abcdef" not in str(found)


def test_the_root_is_no_key(tmp_path: Path) -> None:
    assert set(mistakes(tmp_path, f'root = "/"\n{MINIMAL}')) == {"root"}


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    assert set(mistakes(tmp_path, '[sites.a]\nurl = "https://a.invalid"\n')) == {"register", "sites.a.token"}


def test_what_is_not_toml_is_said(tmp_path: Path) -> None:
    assert "TOML" in next(iter(mistakes(tmp_path, "[register").values()))


def test_an_absent_file_and_a_folder_are_said(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.toml", tmp_path):
        with pytest.raises(ConfigError):
            load_config(path)


def test_a_secret_comes_from_its_reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "token"
    path.write_bytes(b"abc\r\n")
    path.chmod(0o600)
    monkeypatch.setenv("THE_TOKEN", "abc")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    for reference in ("env:THE_TOKEN", "file:token", "credential:token"):
        assert read_secret(reference, tmp_path) == b"abc", reference


def test_a_secret_that_others_can_read_or_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "token"
    path.write_bytes(b"abc")
    path.chmod(0o640)
    monkeypatch.delenv("THE_TOKEN", raising=False)
    for reference, words in (("file:token", "chmod 600"), ("file:absent", "introuvable"), ("env:THE_TOKEN", "vide")):
        with pytest.raises(StoreError, match=words) as caught:
            read_secret(reference, tmp_path)
        assert "abc" not in caught.value.sentence


def test_relative_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    config = load(tmp_path, MINIMAL)
    assert config.path(config.exports_dir) == tmp_path / "exports"
    assert config.database_url == f"sqlite:///{tmp_path / 'cyclesync.sqlite'}"
    assert config.path(Path(os.sep) / "srv") == Path("/srv")
