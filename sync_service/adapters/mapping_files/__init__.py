"""Files of lms_mappings/: read whole, checked together, every problem named at once."""

from sync_service.adapters.mapping_files.loading import (
    list_promotions,
    load_cycle,
    load_promotion,
    roster_path,
)
from sync_service.adapters.mapping_files.roster import read_roster

__all__ = ["list_promotions", "load_cycle", "load_promotion", "read_roster", "roster_path"]
