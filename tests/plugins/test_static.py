"""What reviewers of Moodle plugins check, as far as no Moodle is needed: style, structure, databases, templates, versions of PHP."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.plugins.test_plugins import NAMES, PLUGIN, PLUGINS, ROOT, TEMPLATES, each_plugin, program

STRUCTURE = Path(__file__).parent / "structure.php"
NODE_MODULES = ROOT / "node_modules"
CLASS = re.compile(r"\\?((?:local|block|report)_cyclesync(?:\\{1,2}\w+)+)(?:::(\w+))?")
TAG = re.compile(r"\{\{(?P<sigil>[#^/!>&]?)\s*(?P<name>[^}]*?)\s*\}\}", re.DOTALL)
"""One tag of Mustache."""
EVERYWHERE = {"block/cyclesync:addinstance", "block/cyclesync:myaddinstance"}
"""Capabilities that Moodle asks for by itself."""
NOT_A_TEXT = {"SHA"}
"""Words of a template that no language translates."""


def sources(name: str) -> list[str]:
    return [str(path) for path in sorted((PLUGINS / name).rglob("*.php"))]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


@each_plugin
def test_structure_of_the_code(name: str, tmp_path: Path) -> None:
    php = program("php")
    if not Path("/usr/share/php/PhpParser/autoload.php").is_file():
        pytest.skip("php-parser is not installed (Debian: php-parser)")
    done = run(php, str(STRUCTURE), name, *sources(name))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    wrong = tmp_path / "wrong.php"
    wrong.write_text("<?php\nfunction f() { global $DB; echo $_GET['x']; $DB->execute(\"DELETE FROM {x} $x\"); }\n")
    found = run(php, str(STRUCTURE), name, str(wrong))
    assert found.returncode == 1
    for word in ("no PHPDoc", "no renderer", "_GET", "made of something else", "General Public License"):
        assert word in found.stdout


@each_plugin
def test_coding_style(name: str) -> None:
    done = run(program("phpcs"), f"--standard={PLUGINS / 'ruleset.xml'}", "--report=emacs", str(PLUGINS / name))
    assert (done.returncode, done.stdout.strip()) == (0, "")


@pytest.mark.parametrize("version", ["8.1", "8.3", "8.4"])
def test_other_versions_of_php_read_every_file(version: str, tmp_path: Path) -> None:
    node = program("node")
    if not (NODE_MODULES / "@php-wasm" / f"node-{version.replace('.', '-')}").is_dir():
        pytest.skip(f"PHP {version} is not in node_modules: npm install")
    newer = tmp_path / "newer.php"
    newer.write_text("<?php class A { public string $x { get => 'a'; } }\n", encoding="utf-8")
    files = [path for name in NAMES for path in sources(name)]
    done = run(node, str(Path(__file__).parent / "lint.mjs"), version, *files, str(newer))
    lines = done.stdout.splitlines()
    assert re.fullmatch(rf"{re.escape(version)}\.\d+ {len(files) + 1}", lines.pop()), done.stdout + done.stderr
    assert [line for line in lines if not line.startswith(str(newer))] == []
    assert bool(lines) is (version != "8.4")


@each_plugin
def test_version_says_all_that_moodle_and_people_read(name: str) -> None:
    text = (PLUGINS / name / "version.php").read_text(encoding="utf-8")
    fields = dict(re.findall(r"^\$plugin->(\w+) = (.+);$", text, re.MULTILINE))
    assert {"component", "version", "requires", "supported", "maturity", "release"} <= set(fields)
    assert re.fullmatch(r"20\d{8}", fields["version"])
    release = fields["release"].strip("'")
    assert re.search(
        rf"^## {re.escape(release)}$", (PLUGINS / name / "CHANGES.md").read_text(encoding="utf-8"), re.MULTILINE
    )


def named_classes(name: str) -> Iterator[tuple[str, str]]:
    """Yield each class (and its method) of ours that a declaration of the plugin names in a text."""
    for file in (*(PLUGINS / name / "db").glob("*.php"), PLUGINS / name / "lib.php"):
        if file.is_file():
            for found, method in CLASS.findall(file.read_text(encoding="utf-8")):
                yield found.replace("\\\\", "\\"), method


@each_plugin
def test_every_class_named_in_a_declaration_exists(name: str) -> None:
    for found, method in named_classes(name):
        component, _, path = found.partition("\\")
        file = PLUGINS / component / "classes" / f"{path.replace(chr(92), '/')}.php"
        assert file.is_file(), found
        text = file.read_text(encoding="utf-8")
        assert f"namespace {found.rpartition(chr(92))[0]};" in text
        assert re.search(rf"class {file.stem}\b", text)
        assert not method or re.search(rf"function {method}\(|const {method}\b", text), f"{found}::{method}"


def test_declarations_name_what_they_should() -> None:
    named = {found.split("\\")[1] for found, _ in named_classes("local_cyclesync")}
    assert {"check", "external", "local", "observer", "task"} <= named


def test_every_service_is_one_class_with_the_three_functions() -> None:
    declared = re.findall(
        r"'local_cyclesync_(\w+)' => \[(.*?)\n    \]", (PLUGIN / "db/services.php").read_text("utf-8"), re.DOTALL
    )
    assert {name for name, _ in declared} | {"definitions"} == {
        path.stem for path in (PLUGIN / "classes" / "external").glob("*.php")
    }
    for name, body in declared:
        text = (PLUGIN / "classes" / "external" / f"{name}.php").read_text(encoding="utf-8")
        own = re.findall(r"public static function (\w+)\(", text)
        assert own == ["execute_parameters", "execute", "execute_returns"], name
        assert "self::validate_parameters(" in text
        assert "self::validate_context(" in text
        assert ("'type' => 'write'" in body) is not name.startswith("get_"), name


@each_plugin
def test_every_capability_is_asked_for_somewhere(name: str) -> None:
    declared = re.findall(r"^    '([^']+)' => \[", (PLUGINS / name / "db/access.php").read_text("utf-8"), re.MULTILINE)
    code = "".join(Path(path).read_text(encoding="utf-8") for path in sources(name) if "/db/" not in path)
    asked = set(re.findall(r"(?:has|require)_capability\('([^']+)'", code)) | set(
        re.findall(r"need\([^;]*?'(\w+/cyclesync:\w+)'", code)
    )
    assert set(declared) - EVERYWHERE <= asked


def test_tables_are_within_the_limits_of_every_database() -> None:
    tree = ET.parse(PLUGIN / "db" / "install.xml").getroot()
    tables = tree.findall("TABLES/TABLE")
    assert len(tables) >= 5
    for table in tables:
        assert re.fullmatch(r"local_cyclesync_[a-z]+", table.attrib["NAME"])
        assert len(table.attrib["NAME"]) <= 28  # with the prefix mdl_ and a suffix, 63 at most in PostgreSQL
        assert table.attrib["COMMENT"]
        fields = {field.attrib["NAME"] for field in table.findall("FIELDS/FIELD")}
        assert all(re.fullmatch(r"[a-z][a-z0-9]{1,29}", field) for field in fields), fields
        assert [key.attrib["FIELDS"] for key in table.findall("KEYS/KEY") if key.attrib["TYPE"] == "primary"] == ["id"]
        indexed = [index.attrib["FIELDS"] for index in table.findall("INDEXES/INDEX")]
        assert len(indexed) == len(set(indexed))
        assert {part.strip() for one in indexed for part in one.split(",")} <= fields
        lengths = {field.attrib["NAME"]: int(field.attrib.get("LENGTH", 0)) for field in table.findall("FIELDS/FIELD")
                   if field.attrib["TYPE"] == "char"}  # fmt: skip
        # 333 characters of utf8mb4 are the most that an index of MySQL holds.
        assert all(sum(lengths.get(part.strip(), 0) for part in one.split(",")) <= 333 for one in indexed)


def test_upgrade_steps_are_in_order_and_end_where_the_version_is() -> None:
    text = (PLUGIN / "db" / "upgrade.php").read_text(encoding="utf-8")
    steps = [int(number) for number in re.findall(r"\$oldversion < (\d+)", text)]
    points = [
        int(number) for number in re.findall(r"upgrade_plugin_savepoint\(true, (\d+), 'local', 'cyclesync'\)", text)
    ]
    version = re.search(r"version = (\d+);", (PLUGIN / "version.php").read_text(encoding="utf-8"))
    assert version is not None
    assert steps == points == sorted(set(steps))
    assert steps[-1] <= int(version[1])


def parts(text: str) -> Iterator[tuple[str, str]]:
    """Yield ("", text) and (sigil, name) in order."""
    at = 0
    for tag in TAG.finditer(text):
        yield "", text[at : tag.start()]
        yield tag["sigil"] or "=", tag["name"]
        at = tag.end()
    yield "", text[at:]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parents[1].name}/{path.stem}")
def test_a_template_parses_and_holds_no_text_of_its_own(path: Path) -> None:
    body = path.read_text(encoding="utf-8").rsplit("\n}}\n", 1)[1].replace("{{{", "{{").replace("}}}", "}}")
    opened: list[str] = []
    written = []
    for sigil, name in parts(body):
        if sigil in {"#", "^"}:
            opened.append(name)
        elif sigil == "/":
            assert opened.pop() == name, path.name
        elif sigil == "" and "str" not in opened:
            written.append(name)
    assert opened == []
    text = re.sub(r"<[^>]*>", " ", "".join(written))
    assert set(re.findall(r"[^\W\d_]{2,}", text)) <= NOT_A_TEXT
    attributes = re.findall(r'\b(?:title|alt|aria-label|placeholder)="([^"]*)"', "".join(written))
    assert [one for one in attributes if re.search(r"[^\W\d_]", one)] == []
