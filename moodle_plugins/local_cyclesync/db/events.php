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
 * Events that mark something to be read again. Observers run inside the caller's transaction.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$observers = [
    ['eventname' => '\core\event\course_module_completion_updated', 'callback' => '\local_cyclesync\observer::user_activity'],
    ['eventname' => '\mod_scorm\event\sco_launched', 'callback' => '\local_cyclesync\observer::user_activity'],
    ['eventname' => '\mod_scorm\event\status_submitted', 'callback' => '\local_cyclesync\observer::user_activity'],
    ['eventname' => '\mod_scorm\event\scoreraw_submitted', 'callback' => '\local_cyclesync\observer::user_activity'],
    ['eventname' => '\mod_scorm\event\attempt_deleted', 'callback' => '\local_cyclesync\observer::user_activity'],
    ['eventname' => '\mod_assign\event\assessable_submitted', 'callback' => '\local_cyclesync\observer::user_activity'],
    ['eventname' => '\mod_assign\event\submission_status_updated', 'callback' => '\local_cyclesync\observer::user_activity'],
    ['eventname' => '\mod_assign\event\submission_removed', 'callback' => '\local_cyclesync\observer::user_activity'],
    ['eventname' => '\mod_assign\event\submission_duplicated', 'callback' => '\local_cyclesync\observer::user_activity'],
    ['eventname' => '\mod_assign\event\submission_graded', 'callback' => '\local_cyclesync\observer::user_activity'],
    ['eventname' => '\assignsubmission_file\event\submission_created', 'callback' => '\local_cyclesync\observer::user_activity'],
    ['eventname' => '\assignsubmission_file\event\submission_updated', 'callback' => '\local_cyclesync\observer::user_activity'],
    [
        'eventname' => '\assignsubmission_onlinetext\event\submission_created',
        'callback' => '\local_cyclesync\observer::user_activity',
    ],
    [
        'eventname' => '\assignsubmission_onlinetext\event\submission_updated',
        'callback' => '\local_cyclesync\observer::user_activity',
    ],
    ['eventname' => '\core\event\user_enrolment_created', 'callback' => '\local_cyclesync\observer::user_course'],
    ['eventname' => '\core\event\user_enrolment_updated', 'callback' => '\local_cyclesync\observer::user_course'],
    ['eventname' => '\core\event\user_enrolment_deleted', 'callback' => '\local_cyclesync\observer::user_course'],
    ['eventname' => '\core\event\user_updated', 'callback' => '\local_cyclesync\observer::account'],
    ['eventname' => '\core\event\user_deleted', 'callback' => '\local_cyclesync\observer::account'],
    ['eventname' => '\core\event\course_reset_ended', 'callback' => '\local_cyclesync\observer::course_reset'],
    ['eventname' => '\core\event\course_restored', 'callback' => '\local_cyclesync\observer::course_restored'],
    ['eventname' => '\core\event\course_deleted', 'callback' => '\local_cyclesync\observer::course_deleted'],
    ['eventname' => '\core\event\course_module_deleted', 'callback' => '\local_cyclesync\observer::module_deleted'],
];
