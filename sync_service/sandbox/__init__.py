"""An embedded Moodle look-alike, for the demo and for tests that must run anywhere.

It answers the web services that cyclesync uses, over HTTP, with Moodle's habits. It knows nothing of the product but
its errors; what it may answer is held to the recordings of a real Moodle (tests/contract/replay).
"""

from sync_service.sandbox import (
    core_assign,
    core_contents,
    core_course,
    core_people,
    core_scorm,
    core_site,
    learner,
    plugin_read,
    plugin_write,
)
from sync_service.sandbox.sandbox import SERVICE_ACCOUNT, Sandbox

FUNCTION_MODULES = (
    core_site,
    core_course,
    core_contents,
    core_people,
    core_scorm,
    core_assign,
    learner,
    plugin_write,
    plugin_read,
)
"""Importing these registers the functions of the site."""

__all__ = ["FUNCTION_MODULES", "SERVICE_ACCOUNT", "Sandbox"]
