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

namespace local_cyclesync\event;

/**
 * The situations of trainees were stored, as the register sent them: how many, never whose.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class statuses_stored extends \core\event\base {
    #[\Override]
    protected function init(): void {
        $this->data['crud'] = 'u';
        $this->data['edulevel'] = self::LEVEL_OTHER;
    }

    /**
     * Make and trigger the event.
     *
     * @param int $courseid course
     * @param int $count how many were stored
     */
    public static function announce(int $courseid, int $count): void {
        self::create(['context' => \context_course::instance($courseid), 'other' => ['count' => $count]])->trigger();
    }

    #[\Override]
    public static function get_name(): string {
        return get_string('eventstatusesstored', 'local_cyclesync');
    }

    #[\Override]
    public function get_description(): string {
        return "The user with id '{$this->userid}' stored the situation of {$this->other['count']} learners "
            . "of the course with id '{$this->courseid}'.";
    }
}
