"""Build the zip of each plugin, as Moodle's « Install plugins » page takes it; the same sources give the same bytes."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
EPOCH = (1980, 1, 1, 0, 0, 0)
NOT_SHIPPED = {"pure"}
"""Folders of tests that run without Moodle: they stay here."""


def component_folder(plugin: Path) -> str:
    """Return the folder that Moodle expects inside the zip: the name without its type (local_cyclesync → cyclesync)."""
    return plugin.name.partition("_")[2]


def shipped(plugin: Path) -> list[Path]:
    """Return the files of a plugin that go into its zip, sorted."""
    found = (path for path in plugin.rglob("*") if path.is_file() and not path.name.startswith("."))
    return sorted(path for path in found if not NOT_SHIPPED & set(path.relative_to(plugin).parts))


def build(plugin: Path, out: Path) -> Path:
    """Write ``<plugin>.zip`` into ``out`` and return its path."""
    target = out / f"{plugin.name}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in shipped(plugin):
            name = f"{component_folder(plugin)}/{path.relative_to(plugin).as_posix()}"
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    return target


def main(arguments: list[str]) -> int:
    """Build every plugin into the folder named first."""
    out = Path(arguments[0] if arguments else "build/plugins")
    out.mkdir(parents=True, exist_ok=True)
    for version in sorted(HERE.glob("*/version.php")):
        print(build(version.parent, out))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
