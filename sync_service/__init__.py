"""cyclesync: run a professional training cycle in Moodle and certify people on it."""

__version__ = "0.1.0"
