"""The register on SQLite or PostgreSQL, with its vault and the stores that share its database."""

from sync_service.adapters.ledger_sql.opening import Stores, init_register, open_register, upgrade_register
from sync_service.adapters.vault.key_files import RegisterSecrets, new_secrets, write_secrets

__all__ = [
    "RegisterSecrets",
    "Stores",
    "init_register",
    "new_secrets",
    "open_register",
    "upgrade_register",
    "write_secrets",
]
