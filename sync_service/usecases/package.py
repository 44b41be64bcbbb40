"""Build the packages of a cycle: all of them, or the modules that were named."""

from __future__ import annotations

from collections.abc import Sequence

from sync_service.domain.scorm import PackageResult
from sync_service.errors import PackageError, Problem, UsageError
from sync_service.ports import PackageStore


def build_packages(store: PackageStore, only: Sequence[str] = ()) -> Sequence[PackageResult]:
    """Build the modules ``only``, or every module of the store; what did not change stays untouched on disk.

    Raises:
        UsageError: a module that has no sources.
        PackageError: no module at all, or every problem of the sources; then nothing was written.
    """
    known = store.modules()
    if not known:
        where = Problem("scorm_packages", "aucun dossier n’y contient de module.toml")
        raise PackageError("Il n’y a aucun paquet à construire :", [where])
    unknown = [name for name in only if name not in known]
    if unknown:
        raise UsageError(f"Module sans sources : {', '.join(unknown)}. Modules possibles : {', '.join(known)}.")
    return store.build(tuple(only) or known)
