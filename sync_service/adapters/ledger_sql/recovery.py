"""The recovery sheet: what must be kept away from the machine, and the proof that a person printed it (design.md §4)."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from datetime import datetime

from sync_service.adapters.ledger_sql.opening import Stores
from sync_service.adapters.ledger_sql.register import read_meta, write_meta
from sync_service.adapters.vault.key_files import RegisterSecrets, fingerprint, read_keys
from sync_service.adapters.vault.sealing import derive
from sync_service.domain.checkpoint import verifier_key
from sync_service.domain.envelope import utc_text
from sync_service.errors import StoreError

CONFIRMED = "recovery_confirmed_at"
_LOOKALIKES = str.maketrans("01", "OI")
_NAMES = {
    "database": "Base du registre",
    "keys": "Fichier de clés (fichier des identités)",
    "master": "Clé maîtresse",
    "register": "Clé du registre",
    "signing": "Clé de scellement",
    "checkpoints": "Dossier des scellés",
}


def recovery_sheet(stores: Stores, secrets: RegisterSecrets, places: Mapping[str, str]) -> str:
    """Write the sheet to print: where everything is, what names each key, and the code to read back.

    ``places`` says where things are, under database, keys, master, register, signing and checkpoints. No key is on it.

    Raises:
        StoreError: the signing key in use is not the one in force in the register: the sheet would name the wrong one.
    """
    stores.require_signer()
    ring = read_keys(secrets)
    prints = {"master": ring.master, "register": ring.register, "signing": ring.signing}
    lines = [
        "FICHE DE SECOURS DU REGISTRE",
        "À imprimer et à garder sous clé, ailleurs que près de la machine.",
        "",
        f"Registre : {stores.origin}",
        f"Installation : {stores.installation_uid}",
        f"Clé publique des scellés : {verifier_key(stores.origin, stores.register.public_key)}",
        "",
    ]
    for name, label in _NAMES.items():
        lines.append(f"{label} : {places.get(name) or 'non indiqué'}")
        if name in prints:
            lines.append(f"    empreinte : {fingerprint(prints[name])}")
    lines += [
        "",
        "Sans la clé maîtresse et le fichier de clés, les identités sont perdues ; sans la clé du registre, plus aucune",
        "ligne ne peut être ajoutée. Gardez une copie de chacune hors de la machine ; celles du fichier de clés ne se",
        "gardent pas plus de 30 jours, pour qu’une identité effacée le soit vraiment.",
        "",
        f"Code de la fiche, à recopier avec « cyclesync init --confirm-recovery » : {recovery_code(stores)}",
    ]
    return "\n".join(lines) + "\n"


def recovery_code(stores: Stores) -> str:
    """Return the code of the sheet: 12 characters in groups of 4, always the same for a register."""
    digest = derive(stores.register.secret, f"recovery {stores.installation_uid}")
    code = base64.b32encode(digest).decode()[:12]
    return "-".join(code[i : i + 4] for i in range(0, 12, 4))


def confirm_recovery(stores: Stores, code: str, *, now: datetime) -> None:
    """Record that a person read the sheet back. Raises StoreError when the code is not the sheet's."""
    read, wanted = (_bare(text) for text in (code, recovery_code(stores)))
    if not hmac.compare_digest(read.encode(), wanted.encode()):
        raise StoreError("Ce code n’est pas celui de la fiche de secours de ce registre : relisez-le sur la fiche.")
    with stores.register.database.writing() as connection:
        write_meta(connection, CONFIRMED, utc_text(now))


def recovery_confirmed(stores: Stores) -> bool:
    """Tell whether the sheet was read back; the daemon does not start before."""
    with stores.register.database.reading() as connection:
        return read_meta(connection, CONFIRMED) is not None


def _bare(code: str) -> str:
    """Keep what counts of a code; a zero and a one, which no code holds, are the letters they look like."""
    return "".join(c for c in code.upper() if c.isalnum()).translate(_LOOKALIKES)
