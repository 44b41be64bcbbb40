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

use local_cyclesync\local\course_criteria;
use local_cyclesync\local\field_spec;
use local_cyclesync\local\map;
use local_cyclesync\local\refusal;
use local_cyclesync\local\request;
use local_cyclesync\local\scope;
use local_cyclesync\local\snapshot;

/**
 * The course of a promotion.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class course extends kind {
    /** Capability that each field needs on update. */
    private const NEEDS = [
        'fullname' => 'moodle/course:changefullname', 'shortname' => 'moodle/course:changeshortname',
        'summary' => 'moodle/course:changesummary', 'visible' => 'moodle/course:visibility',
        'lang' => 'moodle/course:setforcedlanguage',
    ];

    #[\Override]
    public function name(): string {
        return 'course';
    }

    #[\Override]
    public function spec(string $modname): field_spec {
        return new field_spec(
            [
                'fullname' => 'text', 'shortname' => 'text', 'summary' => 'html', 'category' => 'text', 'startdate' => 'int',
                'enddate' => 'int', 'visible' => 'bool', 'enablecompletion' => 'bool', 'showgrades' => 'bool',
                'lang' => 'text', 'newsitems' => 'int', 'criteria' => 'keys', 'idnumber' => 'key',
            ],
            [
                'summary' => '', 'startdate' => 0, 'enddate' => 0, 'visible' => false, 'enablecompletion' => true,
                'showgrades' => false, 'lang' => '', 'newsitems' => 0, 'criteria' => [],
            ],
        );
    }

    #[\Override]
    public function read(scope $scope, int $id, ?\stdClass $row): ?snapshot {
        global $DB;
        $record = $DB->get_record('course', ['id' => $id]);
        if (!$record) {
            return null;
        }
        return new snapshot($id, '', [
            'fullname' => $record->fullname,
            'shortname' => $record->shortname,
            'summary' => (string) $record->summary,
            'category' => (string) $DB->get_field('course_categories', 'idnumber', ['id' => $record->category]),
            'startdate' => (int) $record->startdate,
            'enddate' => (int) $record->enddate,
            'visible' => (bool) $record->visible,
            'enablecompletion' => (bool) $record->enablecompletion,
            'showgrades' => (bool) $record->showgrades,
            'lang' => $record->lang,
            'newsitems' => (int) $record->newsitems,
            'criteria' => course_criteria::read($scope, $id),
        ] + self::idnumber($row, $record->idnumber));
    }

    #[\Override]
    public function bearer(scope $scope, string $key): int {
        global $DB;
        $found = $DB->get_records('course', ['idnumber' => $key], 'id', 'id');
        return $found ? (int) array_key_first($found) : 0;
    }

    #[\Override]
    public function same(string $name, mixed $wanted, mixed $seen): bool {
        return $name === 'criteria' ? course_criteria::same($wanted, (array) $seen) : parent::same($name, $wanted, $seen);
    }

    /**
     * Category that new courses of this call go to.
     *
     * @param string $idnumber idnumber of the category
     * @return int its id, 0 when there is none
     */
    public static function category_id(string $idnumber): int {
        global $DB;
        $found = $idnumber === '' ? [] : $DB->get_records('course_categories', ['idnumber' => $idnumber], 'id', 'id');
        return count($found) === 1 ? (int) array_key_first($found) : 0;
    }

    #[\Override]
    public function check_create(scope $scope, array $fields, request $request): void {
        global $DB;
        if ($request->key !== map::course_key($scope->promotion)) {
            throw new refusal('invalid', 'the key of the course is ' . map::course_key($scope->promotion));
        }
        $categoryid = self::category_id($fields['category']);
        if (!$categoryid) {
            throw new refusal('missing', 'no category, or more than one, has the idnumber ' . $fields['category']);
        }
        $context = \context_coursecat::instance($categoryid);
        self::need($context, ['local/cyclesync:manage', 'moodle/course:create']);
        if ($fields['lang'] !== '') {
            self::need($context, ['moodle/course:setforcedlanguage']);
        }
        if ($DB->record_exists('course', ['shortname' => $fields['shortname']])) {
            throw new refusal('exists', 'another course has the short name ' . $fields['shortname']);
        }
        self::check_values($fields);
        course_criteria::check($scope, $fields['criteria'], [], $fields);
    }

    #[\Override]
    public function check_update(scope $scope, array $changes, snapshot $current, request $request): void {
        global $DB;
        $context = \context_course::instance($current->id);
        if (isset($changes['category'])) {
            throw new refusal('invalid', 'category is set at creation only');
        }
        self::need($context, array_merge(
            ['moodle/course:update'],
            array_values(array_intersect_key(self::NEEDS, $changes)),
        ));
        if (
            isset($changes['shortname'])
            && $DB->record_exists_select('course', 'shortname = ? AND id <> ?', [$changes['shortname'], $current->id])
        ) {
            throw new refusal('exists', 'another course has the short name ' . $changes['shortname']);
        }
        self::check_values($changes + $current->fields);
        if (isset($changes['criteria'])) {
            course_criteria::check($scope, $changes['criteria'], $current->fields['criteria'], $changes + $current->fields);
        }
    }

    /**
     * Check values that Moodle would refuse later, or ignore.
     *
     * @param array $fields every field
     */
    private static function check_values(array $fields): void {
        global $CFG;
        self::clean_name($fields['fullname']);
        self::clean_name($fields['shortname']);
        require_once($CFG->dirroot . '/course/lib.php');
        if ($fields['lang'] !== '' && !get_string_manager()->translation_exists($fields['lang'], false)) {
            throw new refusal('invalid', 'language not installed: ' . $fields['lang']);
        }
        if ($fields['enablecompletion'] && empty($CFG->enablecompletion)) {
            throw new refusal('invalid', 'completion tracking is off for the whole site');
        }
        $error = course_validate_dates(['startdate' => $fields['startdate'], 'enddate' => $fields['enddate']]);
        if ($error) {
            throw new refusal('invalid', "dates of the course: $error");
        }
    }

    #[\Override]
    public function create(scope $scope, array $fields, request $request): int {
        $data = self::record($fields);
        $data->category = self::category_id($fields['category']);
        $data->idnumber = $request->key;
        $data->format = 'topics';
        $data->numsections = 0;
        $scope->course = create_course($data);
        return (int) $scope->course->id;
    }

    #[\Override]
    public function update(scope $scope, snapshot $current, array $changes, request $request): void {
        $data = self::record($changes);
        $data->id = $current->id;
        $data->startdate ??= $current->fields['startdate'];
        $data->enddate ??= $current->fields['enddate'];
        if (array_diff_key($changes, ['criteria' => 1])) {
            update_course($data);
        }
        if (isset($changes['criteria'])) {
            course_criteria::write($scope, $changes['criteria']);
        }
    }

    /**
     * Turn fields into a record of Moodle's.
     *
     * @param array $fields name => value
     * @return \stdClass
     */
    private static function record(array $fields): \stdClass {
        global $CFG;
        require_once($CFG->dirroot . '/course/lib.php');
        $data = (object) array_diff_key($fields, ['category' => 1, 'criteria' => 1]);
        foreach (['visible', 'enablecompletion', 'showgrades'] as $name) {
            if (isset($data->$name)) {
                $data->$name = (int) $data->$name;
            }
        }
        foreach (['fullname', 'shortname'] as $name) {
            if (isset($data->$name)) {
                $data->$name = self::clean_name($data->$name);
            }
        }
        if (isset($data->summary)) {
            $data->summaryformat = FORMAT_HTML;
        }
        return $data;
    }
}
