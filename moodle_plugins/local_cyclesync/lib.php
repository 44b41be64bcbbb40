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
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

use local_cyclesync\local\map;
use local_cyclesync\local\own_page;

/**
 * Adds the tab « Où j'en suis » to watched courses, for those who have such a page there.
 *
 * @param navigation_node $navigation settings of the course
 * @param stdClass $course the course
 * @param context_course $context its context
 */
function local_cyclesync_extend_navigation_course(navigation_node $navigation, stdClass $course, context_course $context): void {
    global $USER;
    if (!isloggedin() || isguestuser()) {
        return;
    }
    $row = map::row_of('course', (int) $course->id);
    if (!$row || own_page::refusal($context, (int) $USER->id) !== '') {
        return;
    }
    $navigation->add(
        get_string('me', 'local_cyclesync'),
        own_page::url($row->promotion),
        navigation_node::TYPE_SETTING,
        null,
        'local_cyclesync_me',
        new pix_icon('i/report', ''),
    );
}

/**
 * Checks of the report on the state of the system.
 *
 * @return \core\check\check[]
 */
function local_cyclesync_status_checks(): array {
    return [
        new \local_cyclesync\check\feedfailures(),
        new \local_cyclesync\check\sealinglag(),
        new \local_cyclesync\check\retention(),
        new \local_cyclesync\check\maporphans(),
    ];
}

/**
 * Checks of the report on security.
 *
 * @return \core\check\check[]
 */
function local_cyclesync_security_checks(): array {
    return [
        new \local_cyclesync\check\roles(),
        new \local_cyclesync\check\service(),
    ];
}
