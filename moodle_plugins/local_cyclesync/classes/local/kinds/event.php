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

namespace local_cyclesync\local\kinds;

use local_cyclesync\local\field_spec;
use local_cyclesync\local\map;
use local_cyclesync\local\refusal;
use local_cyclesync\local\request;
use local_cyclesync\local\scope;
use local_cyclesync\local\snapshot;

/**
 * Events of the course calendar. Moodle has no idnumber for them: the map alone knows their keys.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class event extends kind {
    #[\Override]
    public function name(): string {
        return 'event';
    }

    #[\Override]
    public function spec(string $modname): field_spec {
        return new field_spec(
            [
                'name' => 'text', 'description' => 'html', 'location' => 'html', 'timestart' => 'int', 'timeduration' => 'int',
                'visible' => 'bool',
            ],
            ['description' => '', 'location' => '', 'timeduration' => 0, 'visible' => true],
        );
    }

    #[\Override]
    public function read(scope $scope, int $id, ?\stdClass $row): ?snapshot {
        global $DB;
        $event = $scope->course
            ? $DB->get_record('event', ['id' => $id, 'courseid' => $scope->course->id, 'eventtype' => 'course'])
            : null;
        if (!$event) {
            return null;
        }
        return new snapshot($id, map::course_key($scope->promotion), [
            'name' => $event->name,
            'description' => (string) $event->description,
            'location' => (string) $event->location,
            'timestart' => (int) $event->timestart,
            'timeduration' => (int) $event->timeduration,
            'visible' => (bool) $event->visible,
        ]);
    }

    #[\Override]
    public function check_create(scope $scope, array $fields, request $request): void {
        $scope->require_course();
        self::need($scope->context(), ['moodle/calendar:manageentries']);
        self::check_values($fields);
    }

    #[\Override]
    public function check_update(scope $scope, array $changes, snapshot $current, request $request): void {
        self::need($scope->context(), ['moodle/calendar:manageentries']);
        self::check_values($changes + $current->fields);
    }

    /**
     * Check values that Moodle would store without a word.
     *
     * @param array $fields every field
     */
    private static function check_values(array $fields): void {
        self::clean_name($fields['name']);
        if ($fields['timestart'] <= 0 || $fields['timeduration'] < 0) {
            throw new refusal('invalid', 'wrong time of an event');
        }
    }

    #[\Override]
    public function create(scope $scope, array $fields, request $request): int {
        global $CFG, $USER;
        require_once($CFG->dirroot . '/calendar/lib.php');
        $event = \calendar_event::create((object) (self::record($fields) + [
            'courseid' => $scope->require_course()->id, 'groupid' => 0, 'categoryid' => 0, 'userid' => $USER->id,
            'eventtype' => 'course', 'modulename' => '', 'instance' => 0, 'format' => FORMAT_HTML, 'repeatid' => 0,
        ]), false);
        return (int) $event->id;
    }

    #[\Override]
    public function update(scope $scope, snapshot $current, array $changes, request $request): void {
        global $CFG;
        require_once($CFG->dirroot . '/calendar/lib.php');
        $data = self::record($changes);
        if (isset($data['description'])) {
            $data['format'] = FORMAT_HTML;
        }
        \calendar_event::load($current->id)->update((object) $data, false);
    }

    /**
     * Turn fields into properties of Moodle's event.
     *
     * @param array $fields name => value
     * @return array
     */
    private static function record(array $fields): array {
        if (isset($fields['visible'])) {
            $fields['visible'] = (int) $fields['visible'];
        }
        if (isset($fields['name'])) {
            $fields['name'] = self::clean_name($fields['name']);
        }
        return $fields;
    }
}
