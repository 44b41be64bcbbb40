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
 * The plugin has written something: which key, what was done, in which run.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class object_written extends \core\event\base {
    #[\Override]
    protected function init(): void {
        $this->data['crud'] = 'u';
        $this->data['edulevel'] = self::LEVEL_OTHER;
    }

    /**
     * Make and trigger the event.
     *
     * @param int $courseid course
     * @param string $key key of the object
     * @param string $kind kind of object
     * @param string $action created, updated, adopted or recorded
     * @param string $run run of the calling installation
     */
    public static function announce(int $courseid, string $key, string $kind, string $action, string $run): void {
        self::create([
            'context' => \context_course::instance($courseid),
            'other' => ['key' => $key, 'kind' => $kind, 'action' => $action, 'run' => $run],
        ])->trigger();
    }

    #[\Override]
    public static function get_name(): string {
        return get_string('eventobjectwritten', 'local_cyclesync');
    }

    #[\Override]
    public function get_description(): string {
        return "The user with id '{$this->userid}' {$this->other['action']} the {$this->other['kind']} "
            . "'{$this->other['key']}' in the course with id '{$this->courseid}', run '{$this->other['run']}'.";
    }
}
