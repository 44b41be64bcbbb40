<?php
// This file is part of Moodle - https://moodle.org/
//
// Moodle is free software: you can redistribute it and/or modify
// it under the terms of the GNU General Public License as published by
// the Free Software Foundation, either version 3 of the License, or
// (at your option) any later version.
//
// Moodle is distributed in the hope that it will be useful,
// but WITHOUT ANY WARRANTY; without even the implied warranty of
// MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
// GNU General Public License for more details.
//
// You should have received a copy of the GNU General Public License
// along with Moodle.  If not, see <https://www.gnu.org/licenses/>.

/**
 * Web service functions and the service that holds them.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$functions = [
    'local_cyclesync_get_info' => [
        'classname' => 'local_cyclesync\external\get_info',
        'description' => 'Says what this site is, and which rights the account lacks or has in excess.',
        'type' => 'read',
        'capabilities' => '',
    ],
    'local_cyclesync_get_map' => [
        'classname' => 'local_cyclesync\external\get_map',
        'description' => 'Lists the objects that cyclesync manages.',
        'type' => 'read',
        'capabilities' => 'local/cyclesync:read',
    ],
    'local_cyclesync_get_course_state' => [
        'classname' => 'local_cyclesync\external\get_course_state',
        'description' => 'Reads everything that a plan needs of one promotion.',
        'type' => 'read',
        'capabilities' => 'local/cyclesync:read',
    ],
    'local_cyclesync_ensure_course' => [
        'classname' => 'local_cyclesync\external\ensure_course',
        'description' => 'Creates or updates the course of a promotion.',
        'type' => 'write',
        'capabilities' => 'local/cyclesync:manage',
    ],
    'local_cyclesync_ensure_enrolment_instance' => [
        'classname' => 'local_cyclesync\external\ensure_enrolment_instance',
        'description' => 'Creates or updates the manual enrolment method of a promotion.',
        'type' => 'write',
        'capabilities' => 'local/cyclesync:manage',
    ],
    'local_cyclesync_ensure_sections' => [
        'classname' => 'local_cyclesync\external\ensure_sections',
        'description' => 'Creates or updates sections.',
        'type' => 'write',
        'capabilities' => 'local/cyclesync:manage',
    ],
    'local_cyclesync_ensure_module' => [
        'classname' => 'local_cyclesync\external\ensure_module',
        'description' => 'Creates or updates one activity.',
        'type' => 'write',
        'capabilities' => 'local/cyclesync:manage',
    ],
    'local_cyclesync_ensure_groups' => [
        'classname' => 'local_cyclesync\external\ensure_groups',
        'description' => 'Creates or updates groups.',
        'type' => 'write',
        'capabilities' => 'local/cyclesync:manage',
    ],
    'local_cyclesync_ensure_enrolments' => [
        'classname' => 'local_cyclesync\external\ensure_enrolments',
        'description' => 'Enrols, suspends and re-activates people; never unenrols.',
        'type' => 'write',
        'capabilities' => 'local/cyclesync:manage',
    ],
    'local_cyclesync_ensure_events' => [
        'classname' => 'local_cyclesync\external\ensure_events',
        'description' => 'Creates or updates events of the course calendar.',
        'type' => 'write',
        'capabilities' => 'local/cyclesync:manage',
    ],
    'local_cyclesync_adopt' => [
        'classname' => 'local_cyclesync\external\adopt',
        'description' => 'Takes an existing object into the map, or records its present state.',
        'type' => 'write',
        'capabilities' => 'local/cyclesync:manage',
    ],
    'local_cyclesync_get_changes' => [
        'classname' => 'local_cyclesync\external\get_changes',
        'description' => 'Reads what has changed since a cursor.',
        'type' => 'read',
        'capabilities' => 'local/cyclesync:read',
    ],
    'local_cyclesync_get_state' => [
        'classname' => 'local_cyclesync\external\get_state',
        'description' => 'Reads the present state of every learner of a promotion.',
        'type' => 'read',
        'capabilities' => 'local/cyclesync:read',
    ],
    'local_cyclesync_put_candidate_status' => [
        'classname' => 'local_cyclesync\external\put_candidate_status',
        'description' => 'Stores what the page of each trainee shows.',
        'type' => 'write',
        'capabilities' => 'local/cyclesync:manage',
    ],
];

$services = [
    'cyclesync' => [
        'shortname' => 'local_cyclesync',
        'enabled' => 1,
        'restrictedusers' => 1,
        'uploadfiles' => 1,
        'downloadfiles' => 1,
        'functions' => [
            'local_cyclesync_get_info',
            'local_cyclesync_get_map',
            'local_cyclesync_get_course_state',
            'local_cyclesync_ensure_course',
            'local_cyclesync_ensure_enrolment_instance',
            'local_cyclesync_ensure_sections',
            'local_cyclesync_ensure_module',
            'local_cyclesync_ensure_groups',
            'local_cyclesync_ensure_enrolments',
            'local_cyclesync_ensure_events',
            'local_cyclesync_adopt',
            'local_cyclesync_get_changes',
            'local_cyclesync_get_state',
            'local_cyclesync_put_candidate_status',
            'core_webservice_get_site_info',
            'core_course_get_courses_by_field',
            'core_course_get_contents',
            'core_course_get_course_module',
            'core_enrol_get_enrolled_users',
            'core_completion_get_activities_completion_status',
            'mod_scorm_get_scorms_by_courses',
            'mod_scorm_get_scorm_attempt_count',
            'mod_scorm_get_scorm_scoes',
            'mod_scorm_get_scorm_sco_tracks',
            'mod_assign_get_assignments',
            'mod_assign_get_submissions',
            'core_user_get_users_by_field',
            'tool_mobile_call_external_functions',
        ],
    ],
];
