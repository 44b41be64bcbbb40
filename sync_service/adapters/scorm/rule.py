"""One rule of lint: what it says, in which profiles and how severely, and what it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sync_service.domain.scorm import Severity

PROFILES = ("adl", "moodle", "app")
"""adl: the specification. moodle: what Moodle 4.5 really does with a package. app: Moodle, and its mobile app."""
_LETTERS = {"E": Severity.ERROR, "W": Severity.WARNING, "I": Severity.INFORMATION}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; ``{0}`` in a message stands for the detail that was seen."""

    severities: Mapping[str, Severity]
    """Profile → how severe; a profile that is absent does not ask for the rule."""
    french: str
    english: str
    stands_for: str
    """The rule of ADL, or what Moodle was seen to do."""
    trap: str
    """Section of the notes on SCORM in Moodle that describes the trap."""

    @property
    def profiles(self) -> frozenset[str]:
        """The profiles that ask for the rule."""
        return frozenset(self.severities)


def rule(letters: str, french: str, english: str, stands_for: str, trap: str) -> Rule:
    """Make a rule; ``letters`` are E, W, I or - for each profile in the order of PROFILES."""
    severities = {profile: _LETTERS[letter] for profile, letter in zip(PROFILES, letters, strict=True) if letter != "-"}
    return Rule(severities, french, english, stands_for, trap)
