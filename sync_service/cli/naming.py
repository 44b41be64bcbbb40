"""Which promotion a command is about when nobody names it."""

from __future__ import annotations

from sync_service.bootstrap import App
from sync_service.domain.promotion import PromotionFiles
from sync_service.errors import UsageError


def named_or_only(app: App, promotion: str) -> PromotionFiles:
    """Read the promotion that was named, or the only one that is watched.

    Raises:
        UsageError: none was named and there is not exactly one.
        MappingError: its files cannot be used.
    """
    if promotion:
        return app.files(promotion)
    watched = app.promotions()
    if len(watched) != 1:
        raise UsageError(f"Nommez la promotion avec --promotion : {', '.join(watched) or 'aucune n’est décrite'}.")
    return app.files(watched[0])
