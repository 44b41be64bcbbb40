"""The proof that a stranger receives: one reproducible zip with its README and two verifiers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from importlib.resources import files

from sync_service.domain.proof import Proof, proof_files

TEXTS = ("LISEZ-MOI.txt", "verifier.py", "verifier.sh")
_DATE = (1980, 1, 1, 0, 0, 0)


def proof_zip(proof: Proof, folder: str, notices: Sequence[str] = ()) -> bytes:
    """Return the proof as a zip whose files stand in ``folder``; the same proof gives the same bytes.

    ``notices`` are said at the head of the README.
    """
    texts = files("sync_service.adapters.documents") / "proof"
    said = "".join(f"{sentence}\n\n" for sentence in notices).encode()
    read = {name: (texts / name).read_bytes() for name in TEXTS}
    content = proof_files(proof, {**read, TEXTS[0]: said + read[TEXTS[0]]})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(content):
            entry = zipfile.ZipInfo(f"{folder}/{name}", _DATE)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content[name])
    return out.getvalue()
