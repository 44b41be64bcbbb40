"""The register as files that a stranger checks: a seal, its key, a README and a verifier beside the lines."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from sync_service.domain.proof import Proof, pem

TEXTS = ("LISEZ-MOI.txt", "verifier.py")
LINES = "lignes.jsonl"


def export_files(proof: Proof, notices: Sequence[str] = ()) -> dict[str, bytes]:
    """Return everything but the lines, by name; ``proof`` gives the newest seal and the key that signed it.

    ``notices`` are said at the head of the README.
    """
    texts = files("sync_service.adapters.documents") / "export"
    said = "".join(f"{sentence}\n\n" for sentence in notices).encode()
    return {
        **{name: (texts / name).read_bytes() for name in TEXTS},
        TEXTS[0]: said + (texts / TEXTS[0]).read_bytes(),
        "scelle.checkpoint": proof.note.encode(),
        "cle-publique.pem": pem(proof.public_key).encode(),
    }
