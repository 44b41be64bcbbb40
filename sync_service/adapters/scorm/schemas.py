"""The XSD files that a strict ADL package carries at its root; their licences keep them out of this project."""

from __future__ import annotations

from pathlib import Path

from sync_service.domain.scorm import EDITION, EDITION_2004
from sync_service.errors import PackageError, Problem

_PARTS = ("auxresource", "control", "delivery", "limit", "objective", "random", "rollup", "seqrule", "util")
NAMES = {
    EDITION: ("imscp_rootv1p1p2.xsd", "adlcp_rootv1p2.xsd", "imsmd_rootv1p2p1.xsd", "ims_xml.xsd"),
    EDITION_2004: (
        "imscp_v1p1.xsd",
        "adlcp_v1p3.xsd",
        "adlnav_v1p3.xsd",
        "adlseq_v1p3.xsd",
        "imsss_v1p0.xsd",
        "xml.xsd",
        *(f"imsss_v1p0{part}.xsd" for part in _PARTS),
    ),
}
"""Files that each edition's control documents are made of."""
_OPTIONAL = ("XMLSchema.dtd", "datatypes.dtd")
"""Named by the DOCTYPE of some copies of xml.xsd."""


def read_schemas(folder: Path, edition: str) -> dict[str, bytes]:
    """Return the schemas of ``edition`` found in ``folder``, by name.

    Raises:
        PackageError: naming each one that is missing.
    """
    missing = [name for name in NAMES[edition] if not (folder / name).is_file()]
    if missing:
        problems = [Problem(str(folder / name), "ce schéma manque") for name in missing]
        raise PackageError(f"Le dossier des schémas de SCORM {edition} n’est pas complet :", problems)
    wanted = (*NAMES[edition], *(name for name in _OPTIONAL if (folder / name).is_file()))
    return {name: (folder / name).read_bytes() for name in wanted}
