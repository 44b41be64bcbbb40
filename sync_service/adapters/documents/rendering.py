"""One report in the form that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sync_service.adapters.documents.html import to_html
from sync_service.adapters.documents.machine import to_json
from sync_service.adapters.documents.report_pdf import report_pdf
from sync_service.adapters.documents.report_xlsx import to_xlsx
from sync_service.adapters.documents.table_csv import to_csv, to_machine_csv
from sync_service.domain.reports.model import Report
from sync_service.errors import UsageError

FORMS: Mapping[str, Callable[[Report], bytes]] = {
    "html": lambda report: to_html(report).encode(),
    "csv": to_csv,
    "xlsx": to_xlsx,
    "pdf": report_pdf,
    "json": lambda report: to_json(report).encode(),
}
PROFILES: Mapping[str, Callable[[Report], bytes]] = {"excel": to_csv, "machine": to_machine_csv}
"""How a CSV is written."""


def render(report: Report, form: str, *, profile: str = "excel") -> bytes:
    """Return a report as ``html``, ``csv`` or ``xlsx``, ``pdf`` or ``json``; ``profile`` says for whom a CSV is.

    Raises:
        UsageError: another form or profile, or a profile for something else than a CSV.
    """
    make = FORMS.get(form)
    if make is None:
        raise UsageError(f"Ce rapport ne s’écrit pas en « {form[:20]} » : choisissez html, csv, xlsx, pdf ou json.")
    if profile not in PROFILES:
        raise UsageError(f"Le profil « {profile[:20]} » n’existe pas : choisissez excel ou machine.")
    if form != "csv":
        if profile != "excel":
            raise UsageError("Le profil machine ne vaut que pour le CSV : ajoutez --format csv.")
        return make(report)
    return PROFILES[profile](report)
