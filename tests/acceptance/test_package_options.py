"""``package``: editions, schemas, preview: what is made, and one sentence when it cannot be."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.acceptance.installation import ROOT, run_cyclesync

TARGET = "coordonnateur_petite_enfance/m01"


def test_the_2004_edition_is_built_on_demand(tmp_path: Path) -> None:
    done = run_cyclesync(["package", TARGET, "--edition", "2004-4", "--out", str(tmp_path)], cwd=ROOT)
    assert done.code == 0
    with zipfile.ZipFile(tmp_path / f"{TARGET}.zip") as archive:
        assert b"2004 4th Edition" in archive.read("imsmanifest.xml")


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--watch"], 64, "Nommez le module"),
        ([TARGET, "--watch", "--edition", "3"], 64, "1.2 ou 2004-4"),
        ([TARGET, "--with-schemas", "absent", "--edition", "3"], 64, "1.2 ou 2004-4"),
        (["--with-schemas", "absent"], 1, "imscp_rootv1p1p2.xsd\u00a0: ce schéma manque"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_nothing_is_written(
    arguments: list[str], code: int, sentence: str, tmp_path: Path
) -> None:
    done = run_cyclesync(["package", *arguments, "--out", str(tmp_path / "out")], cwd=ROOT)
    assert done.code == code
    assert done.err.count(sentence) == 1
    assert "Traceback" not in done.err
    assert not (tmp_path / "out").exists()
