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
 * Groups of the course.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class group extends kind {
    #[\Override]
    public function name(): string {
        return 'group';
    }

    #[\Override]
    public function spec(string $modname): field_spec {
        return new field_spec(['name' => 'text', 'idnumber' => 'key'], []);
    }

    #[\Override]
    public function read(scope $scope, int $id, ?\stdClass $row): ?snapshot {
        global $DB;
        $group = $scope->course ? $DB->get_record('groups', ['id' => $id, 'courseid' => $scope->course->id]) : null;
        if (!$group) {
            return null;
        }
        $fields = ['name' => $group->name] + self::idnumber($row, $group->idnumber);
        return new snapshot($id, map::course_key($scope->promotion), $fields);
    }

    #[\Override]
    public function bearer(scope $scope, string $key): int {
        global $DB;
        if (!$scope->course) {
            return 0;
        }
        $found = $DB->get_records('groups', ['courseid' => $scope->course->id, 'idnumber' => $key], 'id', 'id');
        return $found ? (int) array_key_first($found) : 0;
    }

    #[\Override]
    public function check_create(scope $scope, array $fields, request $request): void {
        $scope->require_course();
        self::need($scope->context(), ['moodle/course:managegroups']);
        $this->check_name($scope, $fields['name'], 0);
    }

    #[\Override]
    public function check_update(scope $scope, array $changes, snapshot $current, request $request): void {
        self::need($scope->context(), ['moodle/course:managegroups']);
        if (isset($changes['name'])) {
            $this->check_name($scope, $changes['name'], $current->id);
        }
    }

    /**
     * Refuse a name that another group of the course has.
     *
     * @param scope $scope the call
     * @param string $name the name
     * @param int $id group that may have it
     */
    private function check_name(scope $scope, string $name, int $id): void {
        global $DB;
        $params = [$scope->require_course()->id, self::clean_name($name), $id];
        if ($DB->record_exists_select('groups', 'courseid = ? AND name = ? AND id <> ?', $params)) {
            throw new refusal('exists', "another group of the course is named $name");
        }
    }

    #[\Override]
    public function create(scope $scope, array $fields, request $request): int {
        global $CFG;
        require_once($CFG->dirroot . '/group/lib.php');
        return (int) groups_create_group((object) [
            'courseid' => $scope->require_course()->id,
            'name' => self::clean_name($fields['name']),
            'idnumber' => $request->key,
            'description' => '',
            'descriptionformat' => FORMAT_HTML,
        ]);
    }

    #[\Override]
    public function update(scope $scope, snapshot $current, array $changes, request $request): void {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/group/lib.php');
        $group = $DB->get_record('groups', ['id' => $current->id], '*', MUST_EXIST);
        $group->name = isset($changes['name']) ? self::clean_name($changes['name']) : $group->name;
        $group->idnumber = $changes['idnumber'] ?? $group->idnumber;
        groups_update_group($group);
    }
}
