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
use local_cyclesync\local\outbox;
use local_cyclesync\local\positions;
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
    private static function cm(int $id): ?\stdClass {
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

    /**
     * Section that a request puts a module in.
     *
     * @param scope $scope the call
     * @param request $request what is asked
     * @return \stdClass record of the section
     */
    private static function section(scope $scope, request $request): \stdClass {
        global $DB;
        $row = $scope->row($request->sectionkey, 'section');
        $course = $scope->require_course();
        $section = $row ? $DB->get_record('course_sections', ['id' => $row->moodleid, 'course' => $course->id]) : null;
        return $section ?: throw new refusal('missing', "the section is not there: {$request->sectionkey}");
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
        self::section($scope, $request);
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
            self::section($scope, $request);
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
        global $CFG, $DB;
        require_once($CFG->dirroot . '/course/modlib.php');
        $course = $scope->require_course();
        $section = self::section($scope, $request);
        $module = $DB->get_record('modules', ['name' => $request->modname], '*', MUST_EXIST);
        $wanted = $fields['position'];
        $info = (object) [
            'modulename' => $request->modname, 'module' => $module->id, 'course' => $course->id,
            'section' => (int) $section->section, 'name' => self::plain_name($fields, $request->modname),
            'cmidnumber' => $request->key, 'groupmode' => $course->groupmode, 'groupingid' => $course->defaultgroupingid,
            'visible' => (int) ($fields['visible'] && $section->visible), 'visibleoncoursepage' => 1,
            'showdescription' => (int) $fields['showdescription'], 'completion' => $fields['completion'],
            'completionview' => (int) $fields['completionview'], 'completionexpected' => 0, 'completionusegrade' => 0,
            'completionpassgrade' => 0, 'availability' => availability::stored($scope, $fields['availability']),
            'introeditor' => ['text' => $fields['intro'], 'format' => FORMAT_HTML, 'itemid' => IGNORE_FILE_MERGE],
            'beforemod' => self::before($scope, $section, 0, $wanted), 'add' => $request->modname, 'update' => 0,
        ];
        adapter::of($request->modname)->fill_new($info, $fields, $request, $course);
        $cmid = (int) add_moduleinfo($info, $course)->coursemodule;
        if ($fields['visible'] && !$section->visible) {
            // As Moodle does when a section is hidden: shown again together with it.
            $DB->set_field('course_modules', 'visibleold', 1, ['id' => $cmid]);
        }
        return $cmid;
    }

    /**
     * Name to give Moodle.
     *
     * @param array $fields fields
     * @param string $modname module name
     * @return string
     */
    private static function plain_name(array $fields, string $modname): string {
        return $modname === 'label' ? '' : self::clean_name($fields['name']);
    }

    #[\Override]
    public function update(scope $scope, snapshot $current, array $changes, request $request): void {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/course/modlib.php');
        $cm = self::cm($current->id);
        $columns = array_diff_key($changes, ['position' => 1]);
        if ($columns) {
            $this->update_columns($scope, $cm, $columns, $request);
        }
        if ($request->sectionkey !== '' && $current->parent !== $request->sectionkey && $this->declared_move($scope, $request)) {
            $section = self::section($scope, $request);
            moveto_module(
                get_coursemodule_from_id('', $cm->id, 0, false, MUST_EXIST),
                $section,
                self::before($scope, $section, (int) $cm->id, $changes['position'] ?? $current->fields['position'])
            );
            $scope->refresh();
        } else if (isset($changes['position']) && isset($scope->module_positions((int) $cm->section)[$cm->id])) {
            $section = $DB->get_record('course_sections', ['id' => $cm->section], '*', MUST_EXIST);
            if (!positions::fits($scope->module_positions((int) $section->id), (int) $cm->id, $changes['position'])) {
                moveto_module(
                    get_coursemodule_from_id('', $cm->id, 0, false, MUST_EXIST),
                    $section,
                    self::before($scope, $section, (int) $cm->id, $changes['position'])
                );
            }
        }
    }

    /**
     * Tell whether the mapping has moved a module into another section.
     *
     * @param scope $scope the call
     * @param request $request what is asked
     * @return bool
     */
    private function declared_move(scope $scope, request $request): bool {
        return ($scope->row($request->key, 'module')->parentkey ?? '') !== $request->sectionkey;
    }

    /**
     * Write fields through the function that Moodle's form uses.
     *
     * @param scope $scope the call
     * @param \stdClass $cm course module
     * @param array $changes fields that differ
     * @param request $request what is asked
     */
    private function update_columns(scope $scope, \stdClass $cm, array $changes, request $request): void {
        global $DB;
        $course = $scope->require_course();
        $adapter = adapter::of($cm->modname);
        $record = get_coursemodule_from_id($cm->modname, $cm->id, $course->id, false, MUST_EXIST);
        $info = $DB->get_record($cm->modname, ['id' => $cm->instance], '*', MUST_EXIST);
        $shown = $changes['visible'] ?? null;
        $completion = array_intersect_key($changes, array_flip($adapter->completion_fields()));
        $common = [
            'coursemodule' => $cm->id, 'instance' => $cm->instance, 'modulename' => $cm->modname, 'module' => $cm->module,
            'section' => (int) $cm->sectionnum, 'name' => isset($changes['name']) && $cm->modname !== 'label'
                ? self::clean_name($changes['name']) : $info->name,
            'cmidnumber' => $changes['idnumber'] ?? $cm->idnumber, 'groupmode' => $cm->groupmode, 'groupingid' => $cm->groupingid,
            'visible' => $shown === null || !$cm->sectionvisible ? (int) $cm->visible : (int) $shown,
            'visibleoncoursepage' => $shown ? 1 : (int) $cm->visibleoncoursepage, 'lang' => $cm->lang,
            'downloadcontent' => (int) $cm->downloadcontent,
            'showdescription' => (int) ($changes['showdescription'] ?? $cm->showdescription),
            'completion' => $changes['completion'] ?? (int) $cm->completion,
            'completionview' => (int) ($changes['completionview'] ?? $cm->completionview),
            'completionexpected' => 0, 'completionpassgrade' => (int) $cm->completionpassgrade,
            'completiongradeitemnumber' => $cm->completiongradeitemnumber,
            'completionusegrade' => (int) ($cm->completiongradeitemnumber !== null),
            'completionunlocked' => (int) (bool) $completion,
            'availability' => array_key_exists('availability', $changes)
                ? availability::stored($scope, $changes['availability']) : $cm->availability,
            'introeditor' => ['text' => $changes['intro'] ?? $info->intro, 'itemid' => IGNORE_FILE_MERGE,
                'format' => isset($changes['intro']) ? FORMAT_HTML : $info->introformat],
            'update' => $cm->id,
        ];
        foreach ($common as $name => $value) {
            $info->$name = $value;
        }
        $adapter->fill_existing($info, $changes, $request, $cm);
        update_moduleinfo($record, $info, $course);
        if ($shown !== null && !$cm->sectionvisible) {
            $DB->set_field('course_modules', 'visibleold', (int) $shown, ['id' => $cm->id]);
        }
        $this->announce($scope, $adapter, $changes, (bool) $completion, $request);
    }

    /**
     * Put into the change feed what happened to many at once.
     *
     * @param scope $scope the call
     * @param adapter $adapter the module type
     * @param array $changes fields written
     * @param bool $unlocked rules of completion were changed
     * @param request $request what was asked
     */
    private function announce(scope $scope, adapter $adapter, array $changes, bool $unlocked, request $request): void {
        $courseid = (int) $scope->require_course()->id;
        if ($adapter->file_field() === 'package_digest' && isset($changes['package_digest'])) {
            outbox::add('package_replaced', $courseid, $scope->promotion, $request->key, 0);
        }
        if ($unlocked) {
            outbox::add('completion_unlocked', $courseid, $scope->promotion, $request->key, 0);
        }
    }

    /**
     * Module of the section that must follow, so that ours keep their order and people's things theirs.
     *
     * @param scope $scope the call
     * @param \stdClass $section record of the section
     * @param int $cmid module that moves, 0 for a new one
     * @param int $wanted position wanted
     * @return int|null course module id, null for the end
     */
    private static function before(scope $scope, \stdClass $section, int $cmid, int $wanted): ?int {
        global $DB;
        $text = (string) $DB->get_field('course_sections', 'sequence', ['id' => $section->id]);
        $sequence = array_values(array_diff(array_map('intval', array_filter(explode(',', $text))), [$cmid]));
        $positions = $scope->module_positions((int) $section->id);
        $previous = positions::predecessor($positions, $cmid, $wanted);
        if ($previous === null) {
            return array_values(array_diff(array_keys($positions), [$cmid]))[0] ?? null;
        }
        return $sequence[array_search($previous, $sequence, true) + 1] ?? null;
    }

    #[\Override]
    public function extra(scope $scope, int $id, array $written, request $request, array $extra): array {
        global $DB;
        $cm = self::cm($id);
        $instance = $DB->get_record($cm->modname, ['id' => $cm->instance], '*', MUST_EXIST);
        return adapter::of($cm->modname)->extra($written, $instance, $cm, $extra);
    }
}
