"""Whether a published referential is still what it was when a promotion was opened under it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sync_service.domain.promotion import PromotionFiles
from sync_service.ports import Ledger


def changed_referentials(ledger: Ledger, loaded: Sequence[PromotionFiles]) -> Iterator[str]:
    """Yield one French sentence per version whose files no longer have the bytes that were published."""
    published = {
        (e.cycle, e.data.get("version")): e.data.get("sha256") for e in ledger.events(types=["referential.published"])
    }
    said = set()
    for files in loaded:
        now = files.cycle.referential
        pinned = published.get((files.cycle.id, now.version))
        if pinned not in {None, now.sha256} and now.version not in said:
            said.add(now.version)
            yield (
                f"les fichiers du référentiel {now.version} ont changé depuis sa publication : rétablissez-les, "
                "ou publiez une nouvelle version (R11)."
            )
