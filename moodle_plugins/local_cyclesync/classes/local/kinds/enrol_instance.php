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
 * The manual enrolment method of the course: no welcome message before anyone is enrolled.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class enrol_instance extends kind {
    /** Names of the states of an enrolment, by Moodle's number. */
    public const STATES = [ENROL_USER_ACTIVE => 'active', ENROL_USER_SUSPENDED => 'suspended'];

    #[\Override]
    public function name(): string {
        return 'enrol_instance';
    }

    #[\Override]
    public function spec(string $modname): field_spec {
        return new field_spec(
            ['role' => 'text', 'welcomemessage' => 'bool', 'status' => ['active', 'suspended']],
            ['role' => 'student', 'welcomemessage' => false, 'status' => 'active'],
        );
    }

    #[\Override]
    public function read(scope $scope, int $id, ?\stdClass $row): ?snapshot {
        global $DB;
        $instance = $scope->course ? $DB->get_record('enrol', ['id' => $id, 'courseid' => $scope->course->id]) : null;
        if (!$instance || $instance->enrol !== 'manual') {
            return null;
        }
        return new snapshot($id, map::course_key($scope->promotion), [
            'role' => (string) $DB->get_field('role', 'shortname', ['id' => $instance->roleid]),
            'welcomemessage' => (bool) $instance->customint1,
            'status' => self::STATES[(int) (bool) $instance->status],
        ]);
    }

    #[\Override]
    public function check_create(scope $scope, array $fields, request $request): void {
        global $DB;
        $course = $scope->require_course();
        self::need($scope->context(), ['enrol/manual:manage']);
        if (!enrol_is_enabled('manual')) {
            throw new refusal('invalid', 'manual enrolment is disabled on this site');
        }
        $instances = $DB->get_records('enrol', ['courseid' => $course->id, 'enrol' => 'manual'], '', 'id');
        if (count($instances) > 1) {
            throw new refusal('invalid', 'the course has more than one manual enrolment method');
        }
        if ($instances && map::row_of('enrol_instance', (int) array_key_first($instances))) {
            throw new refusal('exists', 'the manual enrolment method already has another key');
        }
        self::role_id($fields['role']);
    }

    #[\Override]
    public function check_update(scope $scope, array $changes, snapshot $current, request $request): void {
        global $DB;
        self::need($scope->context(), ['enrol/manual:manage']);
        // Moodle's own function deletes every other manual method of the course.
        if ($DB->count_records('enrol', ['courseid' => $scope->require_course()->id, 'enrol' => 'manual']) > 1) {
            throw new refusal('invalid', 'the course has more than one manual enrolment method');
        }
        if (isset($changes['role'])) {
            self::role_id($changes['role']);
        }
    }

    /**
     * Role by its short name; only a learner's role.
     *
     * @param string $shortname short name
     * @return int
     */
    private static function role_id(string $shortname): int {
        global $DB;
        $role = $DB->get_record('role', ['shortname' => $shortname]);
        if (!$role || !in_array($role->archetype, ['student', ''], true)) {
            throw new refusal('invalid', "not a role for learners: $shortname");
        }
        return (int) $role->id;
    }

    #[\Override]
    public function create(scope $scope, array $fields, request $request): int {
        global $DB;
        $course = $scope->require_course();
        $plugin = enrol_get_plugin('manual');
        $instance = $DB->get_record('enrol', ['courseid' => $course->id, 'enrol' => 'manual']);
        if ($instance) {
            $this->write($instance, $fields);
            return (int) $instance->id;
        }
        return (int) $plugin->add_instance($course, [
            'status' => (int) array_search($fields['status'], self::STATES, true),
            'roleid' => self::role_id($fields['role']),
            'customint1' => (int) $fields['welcomemessage'],
            'enrolperiod' => 0, 'expirynotify' => 0, 'notifyall' => 0, 'expirythreshold' => DAYSECS,
        ]);
    }

    #[\Override]
    public function update(scope $scope, snapshot $current, array $changes, request $request): void {
        global $DB;
        $this->write($DB->get_record('enrol', ['id' => $current->id], '*', MUST_EXIST), $changes);
    }

    /**
     * Write fields into an existing method.
     *
     * @param \stdClass $instance record of the method
     * @param array $fields name => value
     */
    private function write(\stdClass $instance, array $fields): void {
        $plugin = enrol_get_plugin('manual');
        $data = new \stdClass();
        if (isset($fields['role'])) {
            $data->roleid = self::role_id($fields['role']);
        }
        if (isset($fields['welcomemessage'])) {
            $data->customint1 = (int) $fields['welcomemessage'];
        }
        $plugin->update_instance($instance, $data);
        if (isset($fields['status'])) {
            $status = (int) array_search($fields['status'], self::STATES, true);
            if ((int) $instance->status !== $status) {
                $plugin->update_status($instance, $status);
            }
        }
    }
}
