"""The office's files of acts, written as the office writes them: one CSV, one line per act."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

HEADINGS = {
    "act": "acte", "who": "stagiaire", "session": "session", "jury": "jury", "on": "date", "half": "demi-journée",
    "value": "valeur", "reference": "référence", "capacity": "qualité", "file": "fichier", "reason": "motif",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    """One line of a file of acts."""

    act: str
    on: date
    who: str = ""
    session: str = ""
    jury: str = ""
    half: str = ""
    value: str = ""
    reference: str = ""
    capacity: str = ""
    file: str = ""
    reason: str = ""


def acts_csv(acts: Iterable[Act]) -> bytes:
    """Write acts as Excel would: UTF-8 with its mark, semicolons, French dates."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADINGS.values())
    for act in acts:
        row = asdict(act)
        row["on"] = f"{act.on:%d/%m/%Y}"
        writer.writerow([row[name] for name in HEADINGS])
    return b"\xef\xbb\xbf" + text.getvalue().encode()
