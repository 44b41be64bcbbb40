"""The whole error tree: what can go wrong, and what a person should do about it.

Every error carries one sentence, in French where the office or a Moodle administrator reads it, that says
what to do next. The command line turns an error into that sentence and an exit code; nothing else prints it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class CyclesyncError(Exception):
    """Root of the tree; ``exit_code`` is what the command line returns for it."""

    exit_code: int = 1

    def __init__(self, sentence: str) -> None:
        """Keep the sentence; it must never contain a secret or a person's name."""
        super().__init__(sentence)
        self.sentence = sentence


class UsageError(CyclesyncError):
    """The command was called in a way that makes no sense (exit 64)."""

    exit_code = 64


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file a person wrote: where it is, and why it is one."""

    where: str
    reason: str

    def __str__(self) -> str:
        """Show it on one line, place first."""
        return f"{self.where} : {self.reason}"


class ProblemsError(CyclesyncError):
    """Several mistakes, all found in one reading, none hidden by another."""

    def __init__(self, title: str, problems: Sequence[Problem]) -> None:
        """Join the title and every problem, a line each."""
        self.problems = tuple(problems)
        super().__init__("\n".join([title, *(f"  - {p}" for p in self.problems)]))


class ConfigError(ProblemsError):
    """config.toml is wrong."""


class MappingError(ProblemsError):
    """A file of lms_mappings/ or a spreadsheet beside a promotion is wrong."""


class PackageError(ProblemsError):
    """A source of scorm_packages/ is wrong, or a package does not pass lint."""


class RosterError(ProblemsError):
    """A list of trainees cannot be used (exit 3: nobody was changed)."""

    exit_code = 3


class MoodleError(CyclesyncError):
    """Moodle could not be asked, or did not answer as it should."""


class MoodleUnreachableError(MoodleError):
    """No usable answer at all: network, TLS, timeout, maintenance, a page instead of JSON."""


class MoodleRefusedError(MoodleError):
    """Moodle answered with an error of its own.

    ``code`` is Moodle's errorcode, cut to 64 characters because some are whole sentences; ``function`` is the web
    service; ``debuginfo`` is never kept, since it can quote parameters.
    """

    def __init__(self, sentence: str, *, code: str, function: str) -> None:
        """Keep Moodle's code and function for callers that must branch on them."""
        super().__init__(sentence)
        self.code = code[:64]
        self.function = function


class MoodleAccessError(MoodleRefusedError):
    """The token is wrong, expired, or lacks the function, the capability or the course."""


class MoodleAnswerError(MoodleError):
    """Valid JSON that is not what the function promises."""


class SiteChangedError(MoodleError):
    """Another site answers under the same configuration key: everything stops (exit 3)."""

    exit_code = 3


class GuardError(CyclesyncError):
    """A guard refused; nothing was written (exit 3)."""

    exit_code = 3


class PartialError(CyclesyncError):
    """Part of the work was done, part was not (exit 4)."""

    exit_code = 4


class LockedError(CyclesyncError):
    """Someone else is at work on the same site or promotion."""


class StoreError(CyclesyncError):
    """A database, key file or folder is missing or cannot be used; it is never created silently."""


class LedgerError(CyclesyncError):
    """The register refused a write or failed a check."""


class IntegrityError(LedgerError):
    """The register is not what it should be; ``findings`` lists each broken thing."""

    def __init__(self, sentence: str, findings: Sequence[str]) -> None:
        """Keep every finding; the sentence names the first."""
        super().__init__(sentence)
        self.findings = tuple(findings)


class AlteredRegisterError(IntegrityError):
    """Something was found against the register: nothing may be added to it (exit 3); the sentence names the procedure."""

    exit_code = 3


class RecordRefusedError(CyclesyncError):
    """A hard rule of the certification (R13 to R22) refuses an act; the sentence names its source."""

    exit_code = 3
