"""The register on SQLite or PostgreSQL, with its vault and the stores that share its database."""

from sync_service.adapters.ledger_sql.backups import KEYS_KEPT, Manifest, backup
from sync_service.adapters.ledger_sql.checkpoints import highest_certificate, sign_checkpoint
from sync_service.adapters.ledger_sql.eliminations import (
    Finished,
    finish_destructions,
    keep_list,
    not_recalled,
    places_of,
    remember_backups,
    returned,
)
from sync_service.adapters.ledger_sql.going_on import accept, go_on
from sync_service.adapters.ledger_sql.lines import canonical_lines
from sync_service.adapters.ledger_sql.opening import Stores, init_register, open_register, upgrade_register
from sync_service.adapters.ledger_sql.proving import prove
from sync_service.adapters.ledger_sql.rebuild import rebuild
from sync_service.adapters.ledger_sql.recovery import (
    confirm_recovery,
    recovery_code,
    recovery_confirmed,
    recovery_sheet,
)
from sync_service.adapters.ledger_sql.restoring import Restored, Target, restore
from sync_service.adapters.ledger_sql.signing_keys import change_master_key, change_signing_key
from sync_service.adapters.ledger_sql.verify import Verification, integrity_of, record_verification, verify_register
from sync_service.adapters.vault.key_files import RegisterSecrets, new_key, new_secrets, signs_with, write_secrets

__all__ = [
    "KEYS_KEPT",
    "Finished",
    "Manifest",
    "RegisterSecrets",
    "Restored",
    "Stores",
    "Target",
    "Verification",
    "accept",
    "backup",
    "canonical_lines",
    "change_master_key",
    "change_signing_key",
    "confirm_recovery",
    "finish_destructions",
    "go_on",
    "highest_certificate",
    "init_register",
    "integrity_of",
    "keep_list",
    "new_key",
    "new_secrets",
    "not_recalled",
    "open_register",
    "places_of",
    "prove",
    "rebuild",
    "record_verification",
    "recovery_code",
    "recovery_confirmed",
    "recovery_sheet",
    "remember_backups",
    "restore",
    "returned",
    "sign_checkpoint",
    "signs_with",
    "upgrade_register",
    "verify_register",
    "write_secrets",
]
