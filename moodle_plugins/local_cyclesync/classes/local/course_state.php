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

namespace local_cyclesync\local;

use local_cyclesync\local\kinds\kind;

/**
 * Everything that a plan needs of one promotion, in one read that writes nothing.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class course_state {
    /** Kinds of object, in the order of an apply. */
    private const KINDS = [
        'course' => kinds\course::class, 'enrol_instance' => kinds\enrol_instance::class, 'section' => kinds\section::class,
        'module' => kinds\module::class, 'group' => kinds\group::class, 'enrolment' => kinds\enrolment::class,
        'event' => kinds\event::class,
    ];

    /**
     * A kind by its name.
     *
     * @param string $name name of the contract
     * @return kind
     * @throws refusal when it is not known
     */
    public static function kind(string $name): kind {
        $class = self::KINDS[$name] ?? throw new refusal('invalid', "unknown kind: $name");
        return new $class();
    }

    /**
     * Read the state.
     *
     * @param scope $scope the promotion; uid is the installation that asks
     * @return array courseid, enrolled, foreignmembers, objects
     */
    public static function read(scope $scope): array {
        $courseid = (int) ($scope->course->id ?? 0);
        if (!$courseid) {
            self::look_for_course($scope);
        }
        // Nothing is written here, unless a process was killed and left a cache that breaks the course page.
        course_cache::drop_phantom($scope);
        if ($scope->course) {
            $scope->members()->read_all();
        }
        $objects = [];
        foreach (self::KINDS as $name => $class) {
            $objects = [...$objects, ...self::objects($scope, new $class())];
        }
        return ['courseid' => $courseid, 'objects' => $objects] + self::people($scope, $courseid);
    }

    /**
     * When the map has no course, look at the one that bears the key: it is foreign, and what is in it too.
     *
     * @param scope $scope the promotion
     */
    private static function look_for_course(scope $scope): void {
        global $DB;
        $id = self::kind('course')->bearer($scope, map::course_key($scope->promotion));
        $scope->course = $id ? $DB->get_record('course', ['id' => $id], '*', MUST_EXIST) : null;
    }

    /**
     * Objects of one kind: those of the map, then those that bear a key without a row.
     *
     * @param scope $scope the promotion
     * @param kind $kind the kind
     * @return array[]
     */
    private static function objects(scope $scope, kind $kind): array {
        $objects = [];
        $rows = array_filter($scope->rows(), fn($row) => $row->kind === $kind->name());
        foreach ($rows as $row) {
            $objects[] = self::object_of_row($scope, $kind, $row);
        }
        foreach (self::bearers($scope, $kind) as $key => $id) {
            $state = isset($rows[$key]) ? null : $kind->read($scope, $id, null);
            if ($state) {
                $objects[] = self::object_array($key, $kind, $state, 'none', null);
            }
        }
        return $objects;
    }

    /**
     * The object of a row.
     *
     * @param scope $scope the promotion
     * @param kind $kind the kind
     * @param \stdClass $row the row
     * @return array
     */
    private static function object_of_row(scope $scope, kind $kind, \stdClass $row): array {
        $state = $kind->read($scope, (int) $row->moodleid, $row);
        $owner = $row->uid === $scope->uid ? 'ours' : 'other';
        if (!$state) {
            $id = $kind->bearer($scope, $row->objkey);
            $state = $id ? $kind->read($scope, $id, null) : null;
            $owner = $owner === 'other' ? $owner : ($state ? 'restored' : 'gone');
        }
        return self::object_array($row->objkey, $kind, $state, $owner, $row);
    }

    /**
     * Objects that bear a key of this promotion.
     *
     * @param scope $scope the promotion
     * @param kind $kind the kind
     * @return array key => Moodle id, the lowest when several bear it
     */
    private static function bearers(scope $scope, kind $kind): array {
        global $DB;
        if (!$scope->course) {
            return [];
        }
        $like = $DB->sql_like('idnumber', '?');
        $prefix = $DB->sql_like_escape("cs:{$scope->promotion}:") . '%';
        $found = match ($kind->name()) {
            'course' => $DB->get_records('course', ['id' => $scope->course->id], '', 'id, idnumber'),
            'module' => $DB->get_records_select(
                'course_modules',
                "course = ? AND deletioninprogress = 0 AND $like",
                [$scope->course->id, $prefix],
                'id DESC',
                'id, idnumber',
            ),
            'group' => $DB->get_records_select(
                'groups',
                "courseid = ? AND $like",
                [$scope->course->id, $prefix],
                'id DESC',
                'id, idnumber',
            ),
            default => [],
        };
        $bearers = [];
        foreach ($found as $record) {
            if ($kind->name() !== 'course' || $record->idnumber === map::course_key($scope->promotion)) {
                $bearers[$record->idnumber] = (int) $record->id;
            }
        }
        return $bearers;
    }

    /**
     * One object in the form of the contract.
     *
     * @param string $key its key
     * @param kind $kind its kind
     * @param snapshot|null $state its state
     * @param string $owner ours, other, none, gone or restored
     * @param \stdClass|null $row its row
     * @return array
     */
    private static function object_array(string $key, kind $kind, ?snapshot $state, string $owner, ?\stdClass $row): array {
        return [
            'key' => $key,
            'kind' => $kind->name(),
            'modname' => $state->modname ?? $row->modname ?? '',
            'parent' => $state->parent ?? $row->parentkey ?? '',
            'id' => $state->id ?? 0,
            'owner' => $owner,
            'fields' => canonical_json::encode((object) ($state->fields ?? [])),
            'declared' => $row->declared ?? '',
            'applied' => $row->applied ?? '',
            'digest' => $state->digest ?? '',
            'learners' => $state->learners ?? 0,
            'baseparent' => $row->parentkey ?? '',
        ];
    }

    /**
     * People of the course: how many learners are active, and whom somebody else enrolled.
     *
     * @param scope $scope the promotion
     * @param int $courseid the course, 0 when the map has none
     * @return array enrolled, foreignmembers
     */
    private static function people(scope $scope, int $courseid): array {
        if (!$courseid) {
            return ['enrolled' => 0, 'foreignmembers' => []];
        }
        $learners = facts::learners($scope);
        $states = $learners ? facts::enrolment_states($courseid, $learners) : [];
        $ours = [];
        foreach ($scope->rows() as $row) {
            if ($row->kind === 'enrolment') {
                $ours[] = (int) (map::decoded($row, 'applied')['userid'] ?? 0);
            }
        }
        return [
            'enrolled' => count(array_filter($states, fn($state) => $state === 'active')),
            'foreignmembers' => array_values(array_diff(array_keys($states), $ours)),
        ];
    }
}
