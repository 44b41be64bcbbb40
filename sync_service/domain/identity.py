"""Identity of a change: source key, version, and the keyed digests that name them (ledger-format.md §3)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from json.encoder import encode_basestring

from sync_service.domain.canonical import canonical_bytes, nfc_bytes, normalised_bytes
from sync_service.domain.facts import ReadMark
from sync_service.domain.lms_state import Json


@dataclass(frozen=True, slots=True)
class SourceKey:
    """What was observed or declared: one thing, of one kind, about one subject, on one site."""

    site_uid: str
    kind: str
    object: str
    subject: str

    def text(self) -> str:
        """Return the key as canonical JSON, by which heads are found."""
        parts = map(encode_basestring, (self.site_uid, self.kind, self.object, self.subject))
        return nfc_bytes(f"[{','.join(parts)}]").decode()


def change_idem(secret: bytes, key_text: str, n: int) -> bytes:
    """Name the ``n``-th change of a source key, never its content: HMAC(secret, JCS([site_uid, kind, object, subject, n])).

    ``key_text`` is the key's own canonical JSON, which only lacks the version.
    """
    return hmac.digest(secret, f"{key_text[:-1]},{n}]".encode(), "sha256")


def act_idem(secret: bytes, token: str) -> bytes:
    """Name an act by the token of its caller: the same token is written once."""
    return hmac.digest(secret, nfc_bytes(f'["act",{encode_basestring(token)}]'), "sha256")


def state_digest(secret: bytes, key_text: str, decisive: Mapping[str, Json]) -> bytes:
    """Digest the decisive fields of a source key: HMAC(secret, JCS(["head", site_uid, kind, object, subject, fields])).

    Keyed, and bound to the key: a bare digest of « done » would tell everyone's state to whoever reads the table.
    """
    fields = normalised_bytes(decisive)
    return hmac.digest(secret, f'["head",{key_text[1:-1]},'.encode() + fields + b"]", "sha256")


def keyed_digest(secret: bytes, value: Json) -> bytes:
    """Return HMAC-SHA256(secret, JCS(value)). Raises CanonicalError."""
    return hmac.digest(secret, canonical_bytes(value), "sha256")


def is_older(mark: ReadMark | None, than: ReadMark | None) -> bool:
    """Tell whether an observation was read before another; acts, which have no mark, never are.

    Within one epoch the sequence decides; between two epochs, or between a feed and a polling run, the moment does.
    """
    if mark is None or than is None:
        return False
    if mark.epoch == than.epoch:
        return mark.seq < than.seq
    return mark.at < than.at


def is_newer(mark: ReadMark | None, than: ReadMark | None) -> bool:
    """Tell whether a mark takes the place of another one."""
    return mark is not None and (than is None or is_older(than, mark))
