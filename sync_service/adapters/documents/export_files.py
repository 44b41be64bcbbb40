"""The register as files that a stranger checks: a seal, its key, a README and a verifier beside the lines."""

from __future__ import annotations

from importlib.resources import files

from sync_service.domain.proof import Proof, pem

TEXTS = ("LISEZ-MOI.txt", "verifier.py")
LINES = "lignes.jsonl"


def export_files(proof: Proof) -> dict[str, bytes]:
    """Return everything but the lines, by name; ``proof`` gives the newest seal and the key that signed it."""
    texts = files("sync_service.adapters.documents") / "export"
    return {
        **{name: (texts / name).read_bytes() for name in TEXTS},
        "scelle.checkpoint": proof.note.encode(),
        "cle-publique.pem": pem(proof.public_key).encode(),
    }
