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

namespace report_cyclesync\local;

/**
 * Whom the reader of the report may see: everybody, or the people of a group.
 *
 * @package    report_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class audience {
    /**
     * People that the reader sees, by the group that they have chosen.
     *
     * @param \stdClass $course the course
     * @return int[]|null null for everybody
     * @throws \required_capability_exception for somebody without a group where groups are separate
     */
    public static function members(\stdClass $course): ?array {
        $group = groups_get_course_group($course, true);
        if ($group) {
            return array_map('intval', array_keys(groups_get_members($group, 'u.id')));
        }
        if ((int) groups_get_course_groupmode($course) === SEPARATEGROUPS) {
            require_capability('moodle/site:accessallgroups', \context_course::instance($course->id));
        }
        return null;
    }
}
