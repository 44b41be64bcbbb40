"""What a lint rule is, and how a finding is made from one; the rules stand in rules_package.py and rules_pages.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sync_service.adapters.scorm.rule import PROFILES, Rule
from sync_service.adapters.scorm.rules_package import PACKAGE_RULES
from sync_service.adapters.scorm.rules_pages import PAGE_RULES
from sync_service.domain.scorm import Finding

__all__ = ["PROFILES", "RULES", "Rule", "finding", "for_profile"]

RULES: Mapping[str, Rule] = {**PACKAGE_RULES, **PAGE_RULES}
"""Every rule by its code. A code never changes its meaning and is never given to another rule."""
_LONGEST = 200


def finding(code: str, where: str, detail: object = "") -> Finding:
    """Make the finding of rule ``code`` at ``where``, as severe as its severest profile."""
    rule = RULES[code]
    seen = _shown(str(detail))
    severity = min(rule.severities.values(), key=lambda one: one.rank)
    return Finding(code, severity, _shown(where), rule.french.format(seen), rule.english.format(seen))


def for_profile(found: Finding, profile: str) -> Finding | None:
    """Return the finding as severe as ``profile`` takes it, or None when that profile does not ask for its rule."""
    severity = RULES[found.code].severities.get(profile)
    return None if severity is None else replace(found, severity=severity)


def _shown(text: str) -> str:
    """Return a text of a package fit for a terminal: no control character, no more than a line of it."""
    plain = "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"
