"""docs/scorm-lint.md holds the table of the rules as they are; run as a program, this file writes it anew."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from sync_service.adapters.scorm.rules import PROFILES, RULES

ROOT = Path(__file__).parents[4]
DOCUMENT = ROOT / "docs" / "scorm-lint.md"
COMMANDS = ROOT / "docs" / "fr" / "commandes.md"
START, END = "<!-- rules: begin -->\n", "<!-- rules: end -->"
LETTERS = {"error": "E", "warning": "W", "information": "i"}


def _table() -> str:
    head = (
        f"| code | {' | '.join(PROFILES)} | message | stands for | trap |\n|---|{'---|' * len(PROFILES)}---|---|---|\n"
    )
    rows = (
        f"| {code} | "
        + " | ".join(LETTERS[rule.severities[name]] if name in rule.severities else "–" for name in PROFILES)
        + f" | {_cell(rule.french)} | {_cell(rule.stands_for)} | {rule.trap} |\n"
        for code, rule in sorted(RULES.items())
    )
    return head + "".join(rows)


def _cell(text: str) -> str:
    return text.replace("{0}", "…").replace("|", "\\|").replace("<", "&lt;")


def _parts(text: str) -> tuple[str, str, str]:
    before, _, rest = text.partition(START)
    table, _, after = rest.partition(END)
    return before + START, table, END + after


def test_the_table_is_that_of_the_rules() -> None:
    _, table, _ = _parts(DOCUMENT.read_text(encoding="utf-8"))
    assert table == _table(), f"the rules changed: python {Path(__file__).relative_to(ROOT)}"


def test_every_code_in_the_text_is_a_rule_and_every_rule_is_placed_beside_a_trap() -> None:
    before, _, after = _parts(DOCUMENT.read_text(encoding="utf-8"))
    named = set(re.findall(r"\bS\d{3}\b", before + after))
    assert named - RULES.keys() == set()
    traps = before[before.index("## Trap by trap") :]
    assert RULES.keys() - set(re.findall(r"\bS\d{3}\b", traps)) == set()


def test_the_number_of_rules_is_right_wherever_it_is_written() -> None:
    for path in (DOCUMENT, ROOT / "CHANGELOG.md"):
        numbers = set(re.findall(r"(\d+) lint rules", path.read_text(encoding="utf-8")))
        assert numbers == {str(len(RULES))}, path


def test_the_answer_for_programs_is_described_field_by_field() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert all(f"`{name}`" in text for name in ("code", "severity", "where", "fr", "en"))
    assert "scorm-lint.md" in COMMANDS.read_text(encoding="utf-8")


if __name__ == "__main__":
    first, _, last = _parts(DOCUMENT.read_text(encoding="utf-8"))
    DOCUMENT.write_text(first + _table() + last, encoding="utf-8")
    sys.stdout.write(f"{DOCUMENT} : {len(RULES)} rules\n")
