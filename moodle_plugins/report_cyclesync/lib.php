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
 * Callbacks that Moodle looks for by name.
 *
 * @package    report_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

use local_cyclesync\local\map;

/**
 * Adds the report to those of a watched course.
 *
 * @param navigation_node $navigation reports of the course
 * @param stdClass $course the course
 * @param context_course $context its context
 */
function report_cyclesync_extend_navigation_course(navigation_node $navigation, stdClass $course, context_course $context): void {
    if (!has_capability('report/cyclesync:view', $context) || !map::row_of('course', (int) $course->id)) {
        return;
    }
    $navigation->add(
        get_string('pluginname', 'report_cyclesync'),
        new moodle_url('/report/cyclesync/index.php', ['id' => $course->id]),
        navigation_node::TYPE_SETTING,
        null,
        'report_cyclesync',
        new pix_icon('i/report', ''),
    );
}

/**
 * Types of page, for blocks.
 *
 * @param string $pagetype present page
 * @param stdClass|null $parentcontext context of the block's parent
 * @param stdClass|null $currentcontext context of the page
 * @return string[]
 */
function report_cyclesync_page_type_list($pagetype, $parentcontext, $currentcontext): array {
    return [
        '*' => get_string('page-x', 'pagetype'),
        'report-*' => get_string('page-report-x', 'pagetype'),
        'report-cyclesync-index' => get_string('pluginname', 'report_cyclesync'),
    ];
}
