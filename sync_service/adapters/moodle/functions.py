"""The web service functions that are used, and which of them only read (docs/moodle-contract.md §1 and §4)."""

from __future__ import annotations

BATCH = "tool_mobile_call_external_functions"
SITE_INFO = "core_webservice_get_site_info"
PLUGIN_PREFIX = "local_cyclesync_"
PLUGIN_INFO = PLUGIN_PREFIX + "get_info"

CORE_READS = frozenset(
    {
        SITE_INFO,
        "core_course_get_courses_by_field",
        "core_course_get_contents",
        "core_course_get_course_module",
        "core_enrol_get_enrolled_users",
        "core_completion_get_activities_completion_status",
        "mod_scorm_get_scorms_by_courses",
        "mod_scorm_get_scorm_attempt_count",
        "mod_scorm_get_scorm_scoes",
        "mod_scorm_get_scorm_sco_tracks",
        "mod_assign_get_assignments",
        "mod_assign_get_submissions",
        "core_user_get_users_by_field",
    }
)
PLUGIN_READS = frozenset(
    PLUGIN_PREFIX + name for name in ("get_info", "get_map", "get_course_state", "get_changes", "get_state")
)
PLUGIN_WRITES = frozenset(
    PLUGIN_PREFIX + name
    for name in (
        "ensure_course",
        "ensure_enrolment_instance",
        "ensure_sections",
        "ensure_module",
        "ensure_groups",
        "ensure_enrolments",
        "ensure_events",
        "adopt",
        "put_candidate_status",
    )
)

READS = CORE_READS | PLUGIN_READS
OBSERVE = CORE_READS | {BATCH}
MANAGE = OBSERVE | PLUGIN_READS | PLUGIN_WRITES


def is_read(function: str) -> bool:
    """Tell whether calling ``function`` twice changes nothing; only declared functions count, never a name alone."""
    return function in READS
