"""The preview of a plan, as text for a terminal and as a page that can be sent and printed."""

from sync_service.adapters.preview.page import to_html
from sync_service.adapters.preview.text import to_text

__all__ = ["to_html", "to_text"]
