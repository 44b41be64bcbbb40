import hashlib
import re
import runpy
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = ROOT / "moodle_plugins"
PLUGIN = PLUGINS / "local_cyclesync"


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed (Debian: php-cli, phpunit)")
    return found


def zips(out: Path) -> dict[str, bytes]:
    out.mkdir()
    main = runpy.run_path(str(PLUGINS / "make_zips.py"))["main"]
    assert main([str(out)]) == 0
    return {path.name: path.read_bytes() for path in out.glob("*.zip")}


def test_the_zip_installs_under_moodles_name_and_is_reproducible(tmp_path: Path) -> None:
    first, second = zips(tmp_path / "a"), zips(tmp_path / "b")
    assert list(first) == ["local_cyclesync.zip"]
    assert {n: hashlib.sha256(b).digest() for n, b in first.items()} == {
        n: hashlib.sha256(b).digest() for n, b in second.items()
    }
    names = zipfile.ZipFile(tmp_path / "a" / "local_cyclesync.zip").namelist()
    assert "cyclesync/version.php" in names
    assert all(name.startswith("cyclesync/") for name in names)
    assert not [name for name in names if "/pure/" in name]


def test_every_php_file_parses() -> None:
    php = program("php")
    files = sorted(PLUGIN.rglob("*.php"))
    assert files
    for file in files:
        done = subprocess.run([php, "-l", str(file)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_the_rules_that_need_no_moodle() -> None:
    phpunit = program("phpunit")
    pure = PLUGIN / "tests" / "pure"
    done = subprocess.run([phpunit, "-c", str(pure)], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout
    assert re.search(r"OK \(\d+ tests", done.stdout), done.stdout


def strings(language: str) -> list[str]:
    text = (PLUGIN / "lang" / language / "local_cyclesync.php").read_text(encoding="utf-8")
    return re.findall(r"^\$string\['([^']+)'\]", text, re.MULTILINE)


def test_french_and_english_have_the_same_strings_in_order() -> None:
    english = strings("en")
    assert english == sorted(english)
    assert strings("fr") == english
    assert "pluginname" in english


def test_every_service_has_its_class() -> None:
    text = (PLUGIN / "db" / "services.php").read_text(encoding="utf-8")
    names = re.findall(r"local_cyclesync_([a-z_]+)'\s*=>", text)
    missing = [name for name in names if not (PLUGIN / "classes" / "external" / f"{name}.php").is_file()]
    assert len(names) >= 14
    assert missing == []


def test_every_file_says_its_licence() -> None:
    silent = [
        path.name for path in PLUGIN.rglob("*.php") if "GNU General Public License" not in path.read_text("utf-8")
    ]
    assert silent == []
