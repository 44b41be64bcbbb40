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

namespace block_cyclesync\output;

/**
 * The block in the Moodle app.
 *
 * @package    block_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class mobile {
    /**
     * The block, on the dashboard or in a course.
     *
     * @param array $args arguments of the app: contextlevel, instanceid
     * @return array
     */
    public static function view(array $args): array {
        global $OUTPUT, $PAGE, $USER;
        $PAGE->set_context(\context_system::instance());
        $courseid = ($args['contextlevel'] ?? '') === 'course' ? (int) ($args['instanceid'] ?? 0) : 0;
        $guest = !isloggedin() || isguestuser();
        $context = $guest ? ['pages' => []] : content::of_user((int) $USER->id, $courseid);
        $html = $OUTPUT->render_from_template('block_cyclesync/mobile_content', $context);
        return \local_cyclesync\output\mobile::answer($html);
    }
}
