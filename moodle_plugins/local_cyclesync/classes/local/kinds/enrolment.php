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
 * Enrolments: people are enrolled, suspended and re-activated; nobody is ever unenrolled or taken out of a group.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class enrolment extends kind {
    #[\Override]
    public function name(): string {
        return 'enrolment';
    }

    #[\Override]
    public function spec(string $modname): field_spec {
        return new field_spec(
            [
                'userid' => 'int', 'status' => ['active', 'suspended'], 'timestart' => 'int', 'timeend' => 'int',
                'groups' => 'keys',
            ],
            ['status' => 'active', 'timestart' => 0, 'timeend' => 0, 'groups' => []],
        );
    }

    #[\Override]
    public function read(scope $scope, int $id, ?\stdClass $row): ?snapshot {
        $enrolment = $scope->course ? $scope->members()->enrolment($id) : null;
        if (!$enrolment) {
            return null;
        }
        return new snapshot($id, map::course_key($scope->promotion), [
            'userid' => (int) $enrolment->userid,
            'status' => enrol_instance::STATES[(int) (bool) $enrolment->status],
            'timestart' => (int) $enrolment->timestart,
            'timeend' => (int) $enrolment->timeend,
            'groups' => $this->group_keys($scope, (int) $enrolment->userid),
        ]);
    }

    /**
     * Keys of our groups that someone is in.
     *
     * @param scope $scope the call
     * @param int $userid the person
     * @return string[] sorted
     */
    private function group_keys(scope $scope, int $userid): array {
        $groups = $scope->members()->groups_of($userid);
        $keys = array_values(array_filter(array_map(fn($groupid) => $scope->key_of('group', $groupid), $groups)));
        sort($keys, SORT_STRING);
        return $keys;
    }

    #[\Override]
    public function same(string $name, mixed $wanted, mixed $seen): bool {
        return $name === 'groups' ? !array_diff($wanted, (array) $seen) : parent::same($name, $wanted, $seen);
    }

    #[\Override]
    public function check_create(scope $scope, array $fields, request $request): void {
        global $DB;
        $instance = $this->instance($scope);
        self::need($scope->context(), ['enrol/manual:enrol', 'enrol/manual:manage', 'moodle/role:assign']);
        if (!isset(get_assignable_roles($scope->context())[$instance->roleid])) {
            throw new refusal('capability', 'moodle/role:assign (the account may not assign the role of the enrolment method)');
        }
        $user = $DB->get_record('user', ['id' => $fields['userid'], 'deleted' => 0]);
        if (!$user || isguestuser($user)) {
            throw new refusal('user', "no such account: {$fields['userid']}");
        }
        if ($DB->record_exists('user_enrolments', ['enrolid' => $instance->id, 'userid' => $fields['userid']])) {
            throw new refusal('exists', 'this person is already enrolled by the manual method: adopt the enrolment');
        }
        // Moodle writes to the learner at enrolment when the method says so: never behind the back of the mapping.
        $declared = map::decoded(map::row_of('enrol_instance', (int) $instance->id), 'declared');
        if ($instance->customint1 && empty($declared['welcomemessage'])) {
            throw new refusal('invalid', 'the enrolment method sends a welcome message that is not declared');
        }
        $this->check_groups($scope, $fields['groups']);
        self::check_dates($fields);
    }

    #[\Override]
    public function check_update(scope $scope, array $changes, snapshot $current, request $request): void {
        $this->instance($scope);
        self::need($scope->context(), ['enrol/manual:manage']);
        if (isset($changes['userid'])) {
            throw new refusal('invalid', 'userid is set at creation only');
        }
        $this->check_groups($scope, $changes['groups'] ?? []);
        self::check_dates($changes + $current->fields);
    }

    /**
     * Our enrolment method.
     *
     * @param scope $scope the call
     * @return \stdClass record of the method
     */
    private function instance(scope $scope): \stdClass {
        global $DB;
        $course = $scope->require_course();
        foreach ($DB->get_records('enrol', ['courseid' => $course->id, 'enrol' => 'manual'], 'id') as $instance) {
            if ($scope->key_of('enrol_instance', (int) $instance->id) !== null) {
                return $instance;
            }
        }
        throw new refusal('missing', 'the enrolment method of this promotion does not exist');
    }

    /**
     * Check the keys of groups.
     *
     * @param scope $scope the call
     * @param array $keys keys of groups
     */
    private function check_groups(scope $scope, array $keys): void {
        global $DB;
        if ($keys) {
            self::need($scope->context(), ['moodle/course:managegroups']);
        }
        foreach ($keys as $key) {
            $row = is_string($key) ? $scope->row($key, 'group') : null;
            if (!$row || !$DB->record_exists('groups', ['id' => $row->moodleid])) {
                throw new refusal('missing', 'the group is not there: ' . json_encode($key));
            }
        }
    }

    /**
     * Check that the enrolment does not end before it starts.
     *
     * @param array $fields every field
     */
    private static function check_dates(array $fields): void {
        if ($fields['timeend'] > 0 && $fields['timeend'] < $fields['timestart']) {
            throw new refusal('invalid', 'the enrolment would end before it starts');
        }
    }

    #[\Override]
    public function create(scope $scope, array $fields, request $request): int {
        global $DB;
        $instance = $this->instance($scope);
        $status = (int) array_search($fields['status'], enrol_instance::STATES, true);
        $userid = $fields['userid'];
        $plugin = enrol_get_plugin('manual');
        $plugin->enrol_user($instance, $userid, $instance->roleid, $fields['timestart'], $fields['timeend'], $status);
        $this->add_to_groups($scope, $userid, $fields['groups']);
        return (int) $DB->get_field('user_enrolments', 'id', ['enrolid' => $instance->id, 'userid' => $userid], MUST_EXIST);
    }

    #[\Override]
    public function update(scope $scope, snapshot $current, array $changes, request $request): void {
        global $DB;
        $enrolment = $DB->get_record('user_enrolments', ['id' => $current->id], '*', MUST_EXIST);
        $instance = $DB->get_record('enrol', ['id' => $enrolment->enrolid], '*', MUST_EXIST);
        $status = isset($changes['status']) ? (int) array_search($changes['status'], enrol_instance::STATES, true) : null;
        // This function writes to nobody; enrolling again would.
        enrol_get_plugin($instance->enrol)->update_user_enrol(
            $instance,
            $enrolment->userid,
            $status,
            $changes['timestart'] ?? null,
            $changes['timeend'] ?? null,
        );
        $this->add_to_groups($scope, (int) $enrolment->userid, $changes['groups'] ?? []);
    }

    /**
     * Add someone to groups.
     *
     * @param scope $scope the call
     * @param int $userid the person
     * @param string[] $keys keys of groups
     */
    private function add_to_groups(scope $scope, int $userid, array $keys): void {
        global $CFG;
        require_once($CFG->dirroot . '/group/lib.php');
        foreach ($keys as $key) {
            $groupid = (int) $scope->row($key, 'group')->moodleid;
            if (!groups_is_member($groupid, $userid) && !groups_add_member($groupid, $userid)) {
                throw new refusal('invalid', "could not be added to the group: $key");
            }
        }
    }
}
