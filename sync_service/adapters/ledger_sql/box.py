"""What is kept beside the register and may speak of people is encrypted: coverage, plans, journal, access log."""

from __future__ import annotations

import json
from typing import Any

from cryptography.exceptions import InvalidTag

from sync_service.adapters.ledger_sql.register import Register
from sync_service.adapters.vault.sealing import seal, unseal
from sync_service.errors import StoreError


def seal_json(register: Register, value: Any, context: str) -> bytes:
    """Encrypt a JSON value for one table, named by ``context``."""
    content = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return seal(register.box_key, content, context, register.entropy)


def unseal_json(register: Register, sealed: bytes, context: str) -> Any:
    """Decrypt what ``seal_json`` made. Raises StoreError."""
    try:
        return json.loads(unseal(register.box_key, bytes(sealed), context))
    except (InvalidTag, ValueError):
        raise StoreError(
            f"La table « {context} » contient une ligne illisible avec la clé du registre : restaurez la base."
        ) from None
