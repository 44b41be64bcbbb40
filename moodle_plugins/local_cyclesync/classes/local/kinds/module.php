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

use local_cyclesync\local\availability;
use local_cyclesync\local\completion_guard;
use local_cyclesync\local\field_spec;
use local_cyclesync\local\map;
use local_cyclesync\local\modules\adapter;
use local_cyclesync\local\refusal;
use local_cyclesync\local\request;
use local_cyclesync\local\scope;
use local_cyclesync\local\snapshot;

/**
 * Activities and resources: the fields common to all; the rest is the business of their adapter.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class module extends kind {
    #[\Override]
    public function name(): string {
        return 'module';
    }

    #[\Override]
    public function spec(string $modname): field_spec {
        $adapter = adapter::of($modname);
        return new field_spec(
            $adapter->types() + [
                'name' => 'text', 'intro' => 'html', 'showdescription' => 'bool', 'visible' => 'bool', 'position' => 'int',
                'completion' => [0, 1, 2], 'completionview' => 'bool', 'availability' => 'json', 'idnumber' => 'key',
            ],
            $adapter->defaults() + [
                'intro' => '', 'showdescription' => $modname === 'label', 'visible' => true, 'completion' => 0,
                'completionview' => false, 'availability' => null,
            ],
        );
    }

    #[\Override]
    public function read(scope $scope, int $id, ?\stdClass $row): ?snapshot {
        global $DB;
        $cm = $scope->course ? self::cm($id) : null;
        if (!$cm || (int) $cm->course !== (int) $scope->course->id || $cm->deletioninprogress) {
            return null;
        }
        $instance = $DB->get_record($cm->modname, ['id' => $cm->instance], '*', MUST_EXIST);
        $common = [
            'name' => $instance->name,
            'intro' => (string) $instance->intro,
            'showdescription' => (bool) $cm->showdescription,
            'visible' => $cm->visibleoncoursepage && ($cm->sectionvisible ? $cm->visible : $cm->visibleold),
            'position' => $this->position($scope, $cm, $row),
            'completion' => (int) $cm->completion,
            'completionview' => (bool) $cm->completionview,
            'availability' => availability::read($scope, $cm->availability),
        ];
        if ($cm->modname === 'label') {
            unset($common['name']);
        }
        $common += self::idnumber($row, $cm->idnumber);
        $fields = $common + adapter::of($cm->modname)->read($instance, $cm, map::decoded($row, 'extra'));
        $parent = $scope->key_of('section', (int) $cm->section) ?? '';
        return new snapshot($id, $parent, $fields, $cm->modname, self::learners($cm));
    }

    /**
     * Position of a module: among ours of its section, or the one last declared while people keep it in another section.
     *
     * @param scope $scope the call
     * @param \stdClass $cm course module
     * @param \stdClass|null $row its row of the map
     * @return int
     */
    private function position(scope $scope, \stdClass $cm, ?\stdClass $row): int {
        return $scope->module_positions((int) $cm->section)[$cm->id] ?? map::decoded($row, 'declared')['position'] ?? -1;
    }

    /**
     * Record of a course module with its type and its section's visibility.
     *
     * @param int $id course module id
     * @return \stdClass|null
     */
    public static function cm(int $id): ?\stdClass {
        global $DB;
        $cm = $DB->get_record_sql(
            'SELECT cm.*, m.name AS modname, s.visible AS sectionvisible, s.section AS sectionnum
               FROM {course_modules} cm
               JOIN {modules} m ON m.id = cm.module
               JOIN {course_sections} s ON s.id = cm.section
              WHERE cm.id = ?',
            [$id],
        );
        return $cm && in_array($cm->modname, adapter::names(), true) ? $cm : null;
    }

    /**
     * People who have results in an activity.
     *
     * @param \stdClass $cm course module
     * @return int
     */
    private static function learners(\stdClass $cm): int {
        global $DB;
        $parts = ['SELECT userid FROM {course_modules_completion} WHERE coursemoduleid = ? AND completionstate <> 0'];
        $params = [$cm->id];
        if ($cm->modname === 'scorm') {
            $parts[] = 'SELECT userid FROM {scorm_attempt} WHERE scormid = ?';
            $params[] = $cm->instance;
        } else if ($cm->modname === 'assign') {
            $parts[] = "SELECT userid FROM {assign_submission} WHERE assignment = ? AND userid > 0 AND status <> 'new'";
            $params[] = $cm->instance;
        }
        return $DB->count_records_sql('SELECT COUNT(*) FROM (' . implode(' UNION ', $parts) . ') people', $params);
    }

    #[\Override]
    public function bearer(scope $scope, string $key): int {
        global $DB;
        if (!$scope->course) {
            return 0;
        }
        $select = ['course' => $scope->course->id, 'idnumber' => $key, 'deletioninprogress' => 0];
        $found = $DB->get_records('course_modules', $select, 'id', 'id');
        return $found ? (int) array_key_first($found) : 0;
    }

    #[\Override]
    public function moves(scope $scope, \stdClass $row, snapshot $current, request $request): bool {
        // Only when the mapping has moved it: an activity that people moved elsewhere stays there.
        return $request->sectionkey !== '' && $row->parentkey !== $request->sectionkey
            && $current->parent !== $request->sectionkey;
    }

    #[\Override]
    public function check_create(scope $scope, array $fields, request $request): void {
        global $CFG, $DB;
        $course = $scope->require_course();
        $adapter = adapter::of($request->modname);
        self::need($scope->context(), ['moodle/course:manageactivities', "mod/{$request->modname}:addinstance"]);
        if (!$DB->get_field('modules', 'visible', ['name' => $request->modname])) {
            throw new refusal('invalid', "module type disabled on this site: {$request->modname}");
        }
        module_writer::section($scope, $request);
        if ($fields['completion'] && (empty($CFG->enablecompletion) || !$course->enablecompletion)) {
            throw new refusal('invalid', 'completion tracking is off for the course');
        }
        $this->check_common($scope, $fields, $request->modname);
        completion_guard::check_conditions($fields, null);
        $adapter->check($fields, $request, null);
    }

    #[\Override]
    public function check_update(scope $scope, array $changes, snapshot $current, request $request): void {
        global $DB;
        $cm = self::cm($current->id);
        $context = \context_module::instance($cm->id);
        self::need($context, ['moodle/course:manageactivities']);
        if (isset($changes['visible'])) {
            self::need($context, ['moodle/course:activityvisibility']);
        }
        if ($request->modname !== '' && $request->modname !== $cm->modname) {
            throw new refusal('invalid', "the object is of type {$cm->modname}");
        }
        if ($request->sectionkey !== '' && $current->parent !== $request->sectionkey) {
            module_writer::section($scope, $request);
        }
        $adapter = adapter::of($cm->modname);
        $this->check_common($scope, $changes, $cm->modname);
        completion_guard::check_change($scope, $adapter, $changes, $cm, $current, $request);
        $adapter->check($changes, $request, $DB->get_record($cm->modname, ['id' => $cm->instance], '*', MUST_EXIST));
    }

    /**
     * Check the common fields.
     *
     * @param scope $scope the call
     * @param array $fields fields to be written
     * @param string $modname module name
     */
    private function check_common(scope $scope, array $fields, string $modname): void {
        if (isset($fields['name']) && $modname !== 'label') {
            self::clean_name($fields['name']);
        }
        if (isset($fields['position']) && $fields['position'] < 0) {
            throw new refusal('invalid', 'wrong value for field: position');
        }
        availability::stored($scope, $fields['availability'] ?? null);
    }

    #[\Override]
    public function create(scope $scope, array $fields, request $request): int {
        return module_writer::create($scope, $fields, $request);
    }

    #[\Override]
    public function update(scope $scope, snapshot $current, array $changes, request $request): void {
        module_writer::update($scope, $current, $changes, $request);
    }

    #[\Override]
    public function extra(scope $scope, int $id, array $written, request $request, array $extra): array {
        global $DB;
        $cm = self::cm($id);
        $instance = $DB->get_record($cm->modname, ['id' => $cm->instance], '*', MUST_EXIST);
        return adapter::of($cm->modname)->extra($written, $instance, $cm, $extra, $request);
    }
}
