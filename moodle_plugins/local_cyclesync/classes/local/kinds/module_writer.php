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
use local_cyclesync\local\modules\adapter;
use local_cyclesync\local\outbox;
use local_cyclesync\local\positions;
use local_cyclesync\local\refusal;
use local_cyclesync\local\request;
use local_cyclesync\local\scope;
use local_cyclesync\local\snapshot;

/**
 * Writes activities the way Moodle's form does, and puts them at their place.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class module_writer {
    /**
     * Section that a request puts a module in.
     *
     * @param scope $scope the call
     * @param request $request what is asked
     * @return \stdClass record of the section
     * @throws refusal (missing)
     */
    public static function section(scope $scope, request $request): \stdClass {
        global $DB;
        $row = $scope->row($request->sectionkey, 'section');
        $course = $scope->require_course();
        $section = $row ? $DB->get_record('course_sections', ['id' => $row->moodleid, 'course' => $course->id]) : null;
        return $section ?: throw new refusal('missing', "the section is not there: {$request->sectionkey}");
    }

    /**
     * Create an activity.
     *
     * @param scope $scope the call
     * @param array $fields every field
     * @param request $request what is asked
     * @return int course module id
     */
    public static function create(scope $scope, array $fields, request $request): int {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/course/modlib.php');
        $course = $scope->require_course();
        $section = self::section($scope, $request);
        $module = $DB->get_record('modules', ['name' => $request->modname], '*', MUST_EXIST);
        $info = (object) [
            'modulename' => $request->modname, 'module' => $module->id, 'course' => $course->id,
            'section' => (int) $section->section, 'name' => self::name($fields['name'] ?? '', $request->modname),
            'cmidnumber' => $request->key, 'groupmode' => $course->groupmode, 'groupingid' => $course->defaultgroupingid,
            'visible' => (int) ($fields['visible'] && $section->visible), 'visibleoncoursepage' => 1,
            'showdescription' => (int) $fields['showdescription'], 'completion' => $fields['completion'],
            'completionview' => (int) $fields['completionview'], 'completionexpected' => 0, 'completionusegrade' => 0,
            'completionpassgrade' => 0, 'availability' => availability::stored($scope, $fields['availability']),
            'introeditor' => ['text' => $fields['intro'], 'format' => FORMAT_HTML, 'itemid' => IGNORE_FILE_MERGE],
            'beforemod' => self::before($scope, $section, 0, $fields['position']), 'add' => $request->modname, 'update' => 0,
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
     * Change some fields of an activity, and its place.
     *
     * @param scope $scope the call
     * @param snapshot $current its present state
     * @param array $changes fields that differ
     * @param request $request what is asked
     */
    public static function update(scope $scope, snapshot $current, array $changes, request $request): void {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/course/modlib.php');
        $cm = module::cm($current->id);
        $columns = array_diff_key($changes, ['position' => 1]);
        if ($columns) {
            self::write($scope, $cm, $columns, $request);
        }
        if (self::moved_by_mapping($scope, $current, $request)) {
            $position = $changes['position'] ?? $current->fields['position'];
            self::move($scope, (int) $cm->id, self::section($scope, $request), $position);
            $scope->refresh();
        } else if (isset($changes['position'])) {
            $ours = $scope->module_positions((int) $cm->section);
            if (isset($ours[$cm->id]) && !positions::fits($ours, (int) $cm->id, $changes['position'])) {
                $section = $DB->get_record('course_sections', ['id' => $cm->section], '*', MUST_EXIST);
                self::move($scope, (int) $cm->id, $section, $changes['position']);
            }
        }
    }

    /**
     * Tell whether the mapping has moved a module into another section since it was last sent.
     *
     * @param scope $scope the call
     * @param snapshot $current its present state
     * @param request $request what is asked
     * @return bool
     */
    private static function moved_by_mapping(scope $scope, snapshot $current, request $request): bool {
        $declared = $scope->row($request->key, 'module')->parentkey ?? '';
        return $request->sectionkey !== '' && $current->parent !== $request->sectionkey && $declared !== $request->sectionkey;
    }

    /**
     * Move a module.
     *
     * @param scope $scope the call
     * @param int $cmid course module id
     * @param \stdClass $section record of the section it goes to
     * @param int $wanted position wanted
     */
    private static function move(scope $scope, int $cmid, \stdClass $section, int $wanted): void {
        $record = get_coursemodule_from_id('', $cmid, 0, false, MUST_EXIST);
        moveto_module($record, $section, self::before($scope, $section, $cmid, $wanted));
    }

    /**
     * Write fields through the function that Moodle's form uses.
     *
     * @param scope $scope the call
     * @param \stdClass $cm course module
     * @param array $changes fields that differ
     * @param request $request what is asked
     */
    private static function write(scope $scope, \stdClass $cm, array $changes, request $request): void {
        global $DB;
        $course = $scope->require_course();
        $adapter = adapter::of($cm->modname);
        $record = get_coursemodule_from_id($cm->modname, $cm->id, $course->id, false, MUST_EXIST);
        $info = $DB->get_record($cm->modname, ['id' => $cm->instance], '*', MUST_EXIST);
        $unlocked = (bool) array_intersect_key($changes, array_flip($adapter->completion_fields()));
        $common = self::kept($cm) + self::overlaid($scope, $cm, $info, $changes) + ['completionunlocked' => (int) $unlocked];
        foreach ($common as $name => $value) {
            $info->$name = $value;
        }
        $adapter->fill_existing($info, $changes, $request, $cm);
        update_moduleinfo($record, $info, $course);
        $adapter->after_update($changes, $request, $cm);
        if (isset($changes['visible']) && !$cm->sectionvisible) {
            $DB->set_field('course_modules', 'visibleold', (int) $changes['visible'], ['id' => $cm->id]);
        }
        self::announce($scope, $adapter, $changes, $unlocked, $request);
    }

    /**
     * What the form would send and that is never ours to change: left out, Moodle would lose it or fail.
     *
     * @param \stdClass $cm course module
     * @return array name => value
     */
    private static function kept(\stdClass $cm): array {
        return [
            'coursemodule' => $cm->id, 'instance' => $cm->instance, 'modulename' => $cm->modname, 'module' => $cm->module,
            'section' => (int) $cm->sectionnum, 'groupmode' => $cm->groupmode, 'groupingid' => $cm->groupingid,
            'lang' => $cm->lang, 'downloadcontent' => (int) $cm->downloadcontent, 'completionexpected' => 0,
            'completionpassgrade' => (int) $cm->completionpassgrade,
            'completiongradeitemnumber' => $cm->completiongradeitemnumber,
            'completionusegrade' => (int) ($cm->completiongradeitemnumber !== null), 'update' => $cm->id,
        ];
    }

    /**
     * Common fields: what changes over what is there.
     *
     * @param scope $scope the call
     * @param \stdClass $cm course module
     * @param \stdClass $instance record of the module's table
     * @param array $changes fields that differ
     * @return array name => value
     */
    private static function overlaid(scope $scope, \stdClass $cm, \stdClass $instance, array $changes): array {
        $shown = $changes['visible'] ?? null;
        return [
            'name' => isset($changes['name']) && $cm->modname !== 'label'
                ? self::name($changes['name'], $cm->modname) : $instance->name,
            'cmidnumber' => $changes['idnumber'] ?? $cm->idnumber,
            'visible' => $shown === null || !$cm->sectionvisible ? (int) $cm->visible : (int) $shown,
            'visibleoncoursepage' => $shown ? 1 : (int) $cm->visibleoncoursepage,
            'showdescription' => (int) ($changes['showdescription'] ?? $cm->showdescription),
            'completion' => $changes['completion'] ?? (int) $cm->completion,
            'completionview' => (int) ($changes['completionview'] ?? $cm->completionview),
            'availability' => array_key_exists('availability', $changes)
                ? availability::stored($scope, $changes['availability']) : $cm->availability,
            'introeditor' => ['text' => $changes['intro'] ?? $instance->intro, 'itemid' => IGNORE_FILE_MERGE,
                'format' => isset($changes['intro']) ? FORMAT_HTML : $instance->introformat],
        ];
    }

    /**
     * Name to give Moodle.
     *
     * @param string $name as sent
     * @param string $modname module name
     * @return string
     */
    private static function name(string $name, string $modname): string {
        return $modname === 'label' ? '' : kind::clean_name($name);
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
    private static function announce(
        scope $scope,
        adapter $adapter,
        array $changes,
        bool $unlocked,
        request $request,
    ): void {
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
}
