import hashlib
import json
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
NAMES = ("block_cyclesync", "local_cyclesync", "report_cyclesync")
each_plugin = pytest.mark.parametrize("name", NAMES)
TEMPLATES = sorted(PLUGINS.glob("*/templates/*.mustache"))
BY_RULE = re.compile(r"pluginname|cyclesync:\w+|cachedef_\w+|privacy:metadata")
"""Strings that Moodle asks for by the name of a thing."""
ENDS = ("", "_ok", "_todo", "_desc")
"""Ends of strings put together."""
CAPABILITY = re.compile(r"(?:local|block|report)/cyclesync:[a-z]+")


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


def test_the_zips_install_under_moodles_names_and_are_reproducible(tmp_path: Path) -> None:
    first, second = zips(tmp_path / "a"), zips(tmp_path / "b")
    assert sorted(first) == [f"{name}.zip" for name in NAMES]
    assert {n: hashlib.sha256(b).digest() for n, b in first.items()} == {
        n: hashlib.sha256(b).digest() for n, b in second.items()
    }


@each_plugin
def test_a_zip_holds_what_moodle_and_people_need(name: str, tmp_path: Path) -> None:
    zips(tmp_path / "a")
    names = zipfile.ZipFile(tmp_path / "a" / f"{name}.zip").namelist()
    assert all(entry.startswith("cyclesync/") for entry in names)
    strings_of = [f"lang/{language}/{name}.php" for language in ("en", "fr")]
    needed = {"version.php", "README.md", "CHANGES.md", "COPYING.txt", "classes/privacy/provider.php", *strings_of}
    assert {f"cyclesync/{entry}" for entry in needed} <= set(names)
    assert not [entry for entry in names if "/pure/" in entry]


@each_plugin
def test_versions_say_what_they_need(name: str) -> None:
    text = (PLUGINS / name / "version.php").read_text(encoding="utf-8")
    fields = dict(re.findall(r"^\$plugin->(\w+) = (.+);$", text, re.MULTILINE))
    assert fields["component"] == f"'{name}'"
    assert (fields["requires"], fields["supported"]) == ("2024100700", "[405, 501]")
    if name != "local_cyclesync":
        wanted = re.fullmatch(r"\['local_cyclesync' => (\d+)\]", fields["dependencies"])
        local = re.search(r"version = (\d+);", (PLUGIN / "version.php").read_text(encoding="utf-8"))
        assert wanted
        assert local
        assert int(wanted[1]) <= int(local[1])


@each_plugin
def test_every_php_file_parses(name: str) -> None:
    php = program("php")
    files = sorted((PLUGINS / name).rglob("*.php"))
    assert files
    for file in files:
        done = subprocess.run([php, "-l", str(file)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", [path.parents[1].name for path in sorted(PLUGINS.glob("*/tests/pure"))])
def test_the_rules_that_need_no_moodle(name: str) -> None:
    phpunit = program("phpunit")
    pure = PLUGINS / name / "tests" / "pure"
    done = subprocess.run([phpunit, "-c", str(pure)], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout
    assert re.search(r"OK \(\d+ tests", done.stdout), done.stdout


def strings(name: str, language: str) -> dict[str, str]:
    text = (PLUGINS / name / "lang" / language / f"{name}.php").read_text(encoding="utf-8")
    return dict(re.findall(r"^\$string\['([^']+)'\] = '(.*)';$", text, re.MULTILINE))


@each_plugin
def test_french_and_english_have_the_same_strings_in_order(name: str) -> None:
    english, french = strings(name, "en"), strings(name, "fr")
    assert list(english) == sorted(english)
    assert list(french) == list(english)
    assert "pluginname" in english
    for key, text in english.items():
        assert sorted(re.findall(r"\{\$a[^}]*\}", text)) == sorted(re.findall(r"\{\$a[^}]*\}", french[key])), key


@each_plugin
def test_french_typography(name: str) -> None:
    wrong = re.compile(r" [:;?!»]|« |(?<!\\)'|[^\u00a0\u202f][:;?!](\s|$)")
    assert [key for key, text in strings(name, "fr").items() if wrong.search(text)] == []


@each_plugin
def test_every_string_asked_for_exists(name: str) -> None:
    known = {component: set(strings(component, "en")) for component in NAMES}
    asked: set[tuple[str, str]] = set()
    for file in (*(PLUGINS / name).rglob("*.php"), *(PLUGINS / name).rglob("*.mustache")):
        text = file.read_text(encoding="utf-8") if "tests" not in file.parts[len(PLUGINS.parts) :] else ""
        asked |= {(c, k) for k, c in re.findall(r"string\('([\w:]+)', '((?:local|block|report)_cyclesync)'", text)}
        asked |= {(c, k) for k, c in re.findall(r"\{\{#str\}\}\s*([\w:]+), (\w+_cyclesync)", text)}
        asked |= {(c, k) for k, c in re.findall(r"exception\('(\w+)', '((?:local|block|report)_cyclesync)'", text)}
        asked |= {("local_cyclesync", key) for key in re.findall(r"(?:step|self)::text\('(\w+)'", text)}
    assert asked
    assert [(component, key) for component, key in sorted(asked) if key not in known[component]] == []


class Code:
    """What the code of the three plugins writes, their texts and their tests left out."""

    def __init__(self) -> None:
        files = sorted([*PLUGINS.rglob("*.php"), *PLUGINS.rglob("*.mustache")])
        kept = [file for file in files if not {"lang", "tests"} & set(file.relative_to(PLUGINS).parts)]
        text = "".join(file.read_text(encoding="utf-8") for file in kept)
        self.checks = {path.stem for path in (PLUGIN / "classes" / "check").glob("*.php")}
        self.templates = set(re.findall(r"\}\}\s*([\w:]+)\s*,", text))
        self.words = self.checks | set(re.findall(r"['\"]([\w:]+)['\"]", text))
        self.beginnings = {a or b for a, b in re.findall(r"\"([a-z_:]+)\{?\$|'([a-z_:]+)' \.", text)}

    def asks_for(self, key: str) -> bool:
        """Tell whether a string is named: as it is, by Moodle's own rules, or put together of words."""
        if key in self.words | self.templates or BY_RULE.fullmatch(key) or key.removeprefix("check") in self.checks:
            return True
        rests = [key.removeprefix(one) for one in self.beginnings if key.startswith(one)]
        return any(rest.endswith(end) and rest.removesuffix(end) in self.words for rest in rests for end in ENDS)


@each_plugin
def test_every_string_is_asked_for(name: str) -> None:
    code = Code()
    assert not code.asks_for("setup_never")
    assert not code.asks_for("never")
    assert [key for key in strings(name, "en") if not code.asks_for(key)] == []


@each_plugin
def test_capabilities_are_declared_and_named(name: str) -> None:
    declared = set(re.findall(r"^    '([^']+)' => \[", (PLUGINS / name / "db/access.php").read_text(), re.MULTILINE))
    assert declared
    assert {f"{name.partition('_')[2]}:{c.partition(':')[2]}" for c in declared} <= set(strings(name, "en"))
    everywhere = "".join(path.read_text(encoding="utf-8") for path in PLUGINS.glob("*/db/access.php"))
    used = {c for path in (PLUGINS / name).rglob("*.php") for c in CAPABILITY.findall(path.read_text(encoding="utf-8"))}
    assert used <= set(CAPABILITY.findall(everywhere))


def test_every_service_has_its_class() -> None:
    text = (PLUGIN / "db" / "services.php").read_text(encoding="utf-8")
    names = re.findall(r"local_cyclesync_([a-z_]+)'\s*=>", text)
    missing = [name for name in names if not (PLUGIN / "classes" / "external" / f"{name}.php").is_file()]
    assert len(names) >= 14
    assert missing == []


@each_plugin
def test_every_file_says_its_licence(name: str) -> None:
    silent = [
        path.name
        for path in (PLUGINS / name).rglob("*.php")
        if "GNU General Public License" not in path.read_text("utf-8")
    ]
    assert silent == []
    assert (PLUGINS / name / "COPYING.txt").read_bytes() == (PLUGINS / "COPYING.txt").read_bytes()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parents[1].name}/{path.stem}")
def test_a_template_names_itself_and_carries_an_example(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert f"@template {path.parents[1].name}/{path.stem}\n" in text
    example = json.loads(text.split("Example context (json):", 1)[1].split("\n}}", 1)[0])
    body = text.rsplit("\n}}\n", 1)[1]
    used = set(re.findall(r"\{\{[#^/]?(?!#|/|\^)(?!str\b)([a-z]+)(?:\.0)?\}\}", body))
    assert used <= set(re.findall(r'"([a-z0-9]+)":', json.dumps(example)))
    # The page of the administrator shows our own strings, with their links; everything else may hold what somebody typed.
    assert path.stem == "setup" or "{{{" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parents[1].name}/{path.stem}")
def test_a_template_needs_no_particular_bootstrap(path: Path) -> None:
    text = re.sub(r"\{\{[#/^]?\w+\}\}", "", path.read_text(encoding="utf-8"))
    classes = {name for value in re.findall(r'class="([^"]*)"', text) for name in value.split()}
    own = path.parents[1].name.replace("_", "-")
    both = {"sr-only", "visually-hidden", "ion-text-wrap", "alert", "table", "generaltable", "mb-0"}
    assert {name for name in classes if not name.startswith(own)} <= both
    style = PLUGINS / path.parents[1].name / "styles.css"
    rules = re.sub(r"/\*.*?\*/", "", style.read_text(encoding="utf-8"), flags=re.DOTALL)
    selectors = re.findall(r"^\s*([^\s@}][^{};\n]*?)(?: \{|,)$", rules, re.MULTILINE)
    assert selectors
    # What Moodle writes around may be placed on our own pages, whose body has the class « path-… ».
    assert [one for one in selectors if not one.startswith((f".{own}", f".path-{own} "))] == []
