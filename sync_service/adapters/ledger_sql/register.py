"""What every part of an open register shares: its origin, its keys, the databases, the source of chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, select

from sync_service.adapters.ledger_sql.engine import Database
from sync_service.adapters.ledger_sql.outside_seals import SealWatch
from sync_service.adapters.ledger_sql.tables import meta
from sync_service.adapters.vault.blind_index import BlindIndex
from sync_service.adapters.vault.keystore import KeyStore
from sync_service.adapters.vault.sealing import Entropy, derive
from sync_service.domain.alarm import PROCEDURE
from sync_service.errors import AlteredRegisterError, IntegrityError


@dataclass(frozen=True, slots=True)
class Register:
    """An open register; its secrets never show in its representation."""

    origin: str
    installation_uid: str
    database: Database
    keys: KeyStore
    index: BlindIndex
    secret: bytes = field(repr=False)
    """Names changes: key of ``idem`` and of the digests of heads."""
    signer: Ed25519PrivateKey = field(repr=False)
    entropy: Entropy = field(repr=False)
    seals: SealWatch | None = None
    """The checkpoints kept elsewhere, when a folder of them is configured."""
    key_cure: Callable[[bytes], str] | None = None
    """Says, for the public key that the register announces, what to write where so that it is the one in use."""

    @property
    def box_key(self) -> bytes:
        """Key of what is kept beside the register: coverage of runs, plans, journal, access log."""
        return derive(self.secret, "box")

    @property
    def public_key(self) -> bytes:
        """Ed25519 public key of its checkpoints, 32 bytes."""
        return self.signer.public_key().public_bytes_raw()


def read_meta(connection: Connection, name: str) -> str | None:
    """Return a value of the table ``meta``, or None."""
    found = connection.execute(select(meta.c.value).where(meta.c.name == name)).scalar()
    return None if found is None else str(found)


def write_meta(connection: Connection, name: str, value: str) -> None:
    """Set a value of the table ``meta``, under the write lock."""
    changed = connection.execute(meta.update().where(meta.c.name == name).values(value=value)).rowcount
    if changed == 0:
        connection.execute(meta.insert().values(name=name, value=value))


def integrity_error(sentence: str) -> IntegrityError:
    """Make the error of one broken thing, with what to do next."""
    return IntegrityError(f"{sentence} N’écrivez plus rien et lancez « cyclesync ledger verify ».", [sentence])


def altered_error(fact: str) -> AlteredRegisterError:
    """Make the refusal of one broken thing, which names the procedure."""
    sentence = f"{fact} : rien n’y est ajouté. Suivez « Si la vérification échoue » ({PROCEDURE})."
    return AlteredRegisterError(sentence, [f"{fact}."])


def moment_of(text: str) -> datetime:
    """Read back a moment written by ``utc_text`` or ``isoformat``, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)
