"""``python -m sync_service`` is ``cyclesync``."""

from sync_service.cli import main

main()
