from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from sync_service.domain.scorm import PackageResult
from sync_service.errors import PackageError, UsageError
from sync_service.ports import PackageStore
from sync_service.usecases.package import build_packages


class MemoryPackages:
    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def modules(self) -> Sequence[str]:
        return self._names

    def build(self, names: Sequence[str] = ()) -> Sequence[PackageResult]:
        return [PackageResult(name, Path(f"{name}.zip"), Path(f"{name}.json"), "0", changed=True) for name in names]


def _built(store: PackageStore, only: Sequence[str] = ()) -> list[str]:
    return [result.module for result in build_packages(store, only)]


def test_every_module_by_default_or_those_that_were_named() -> None:
    store = MemoryPackages(["m01", "m02"])
    assert _built(store) == ["m01", "m02"]
    assert _built(store, ["m02"]) == ["m02"]


def test_a_module_without_sources_is_named_with_the_ones_that_exist() -> None:
    with pytest.raises(UsageError, match=r"m09.*m01, m02"):
        build_packages(MemoryPackages(["m01", "m02"]), ["m02", "m09"])


def test_a_cycle_without_sources_is_an_error() -> None:
    with pytest.raises(PackageError, match=r"module\.toml"):
        build_packages(MemoryPackages([]))
