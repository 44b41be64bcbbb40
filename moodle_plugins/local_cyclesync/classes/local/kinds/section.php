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

use core_courseformat\formatactions;
use local_cyclesync\local\availability;
use local_cyclesync\local\field_spec;
use local_cyclesync\local\map;
use local_cyclesync\local\positions;
use local_cyclesync\local\refusal;
use local_cyclesync\local\request;
use local_cyclesync\local\scope;
use local_cyclesync\local\snapshot;

/**
 * Sections of the course. Moodle has no idnumber for them: the map alone knows their keys.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class section extends kind {
    #[\Override]
    public function name(): string {
        return 'section';
    }

    #[\Override]
    public function spec(string $modname): field_spec {
        return new field_spec(
            ['name' => 'text', 'summary' => 'html', 'visible' => 'bool', 'position' => 'int', 'availability' => 'json'],
            ['summary' => '', 'visible' => true, 'availability' => null],
        );
    }

    #[\Override]
    public function read(scope $scope, int $id, ?\stdClass $row): ?snapshot {
        global $DB;
        $section = $scope->course ? $DB->get_record('course_sections', ['id' => $id, 'course' => $scope->course->id]) : null;
        if (!$section) {
            return null;
        }
        return new snapshot($id, map::course_key($scope->promotion), [
            'name' => (string) $section->name,
            'summary' => (string) $section->summary,
            'visible' => (bool) $section->visible,
            'position' => $scope->section_positions()[$id] ?? -1,
            'availability' => availability::read($scope, $section->availability),
        ]);
    }

    #[\Override]
    public function check_create(scope $scope, array $fields, request $request): void {
        $scope->require_course();
        self::need($scope->context(), ['moodle/course:update', 'moodle/course:movesections']);
        if ($fields['position'] === 0 && $this->zero($scope) === 0) {
            throw new refusal('exists', "Moodle's section 0 already has a key");
        }
        if ($fields['position'] < 0) {
            throw new refusal('invalid', 'wrong value for field: position');
        }
        if (!$fields['visible']) {
            self::need($scope->context(), ['moodle/course:sectionvisibility']);
        }
        availability::stored($scope, $fields['availability']);
    }

    #[\Override]
    public function check_update(scope $scope, array $changes, snapshot $current, request $request): void {
        self::need($scope->context(), ['moodle/course:update']);
        if (isset($changes['visible'])) {
            self::need($scope->context(), ['moodle/course:sectionvisibility']);
        }
        if (isset($changes['position'])) {
            self::need($scope->context(), ['moodle/course:movesections']);
        }
        availability::stored($scope, $changes['availability'] ?? null);
    }

    /**
     * Id of Moodle's section 0 when no row of ours has it.
     *
     * @param scope $scope the call
     * @return int its id, or 0
     */
    private function zero(scope $scope): int {
        global $DB;
        $id = (int) $DB->get_field('course_sections', 'id', ['course' => $scope->require_course()->id, 'section' => 0]);
        return map::row_of('section', $id) ? 0 : $id;
    }

    #[\Override]
    public function create(scope $scope, array $fields, request $request): int {
        $course = $scope->require_course();
        if ($fields['position'] === 0) {
            $id = $this->zero($scope);
        } else {
            $this->refuse_twin($course, self::clean_name($fields['name']));
            $id = (int) formatactions::section($course)->create($this->place($scope, 0, $fields['position']))->id;
        }
        $this->write_fields($scope, $id, $fields);
        return $id;
    }

    /**
     * Refuse to make again a section that people, or an earlier installation, made: sections bear no key in Moodle.
     *
     * @param \stdClass $course the course
     * @param string $name name of the section to make
     * @throws refusal exists
     */
    private function refuse_twin(\stdClass $course, string $name): void {
        global $DB;
        $sql = "SELECT s.id
                  FROM {course_sections} s
             LEFT JOIN {local_cyclesync_map} m ON m.kind = :kind AND m.moodleid = s.id
                 WHERE s.course = :course AND s.name = :name AND m.id IS NULL";
        if ($DB->record_exists_sql($sql, ['kind' => 'section', 'course' => $course->id, 'name' => $name])) {
            throw new refusal('exists', 'A section of this name is in the course already, made by people or by an earlier '
                . 'installation of the plugin: rename it, or give the new one another name.');
        }
    }

    #[\Override]
    public function update(scope $scope, snapshot $current, array $changes, request $request): void {
        $this->write_fields($scope, $current->id, $changes);
        $wanted = $changes['position'] ?? null;
        if ($wanted !== null && !positions::fits($scope->section_positions(), $current->id, $wanted)) {
            $this->move($scope, $current->id, $wanted);
        }
    }

    /**
     * Write the fields that are columns of the section.
     *
     * @param scope $scope the call
     * @param int $id section id
     * @param array $fields name => value
     */
    private function write_fields(scope $scope, int $id, array $fields): void {
        $course = $scope->require_course();
        $data = array_intersect_key($fields, ['name' => 1, 'summary' => 1, 'visible' => 1]);
        if (isset($data['name'])) {
            $data['name'] = self::clean_name($data['name']);
        }
        if (isset($data['summary'])) {
            $data['summaryformat'] = FORMAT_HTML;
        }
        if (isset($data['visible'])) {
            $data['visible'] = (int) $data['visible'];
        }
        if (array_key_exists('availability', $fields)) {
            $data['availability'] = availability::stored($scope, $fields['availability']);
        }
        if ($data) {
            $info = get_fast_modinfo($course->id)->get_section_info_by_id($id, MUST_EXIST);
            formatactions::section($course)->update($info, $data);
        }
    }

    /**
     * Section number for a new section.
     *
     * @param scope $scope the call
     * @param int $id section that moves, 0 for a new one
     * @param int $wanted position wanted
     * @return int a section number, 0 for the end
     */
    private function place(scope $scope, int $id, int $wanted): int {
        global $DB;
        $numbers = $DB->get_records_menu('course_sections', ['course' => $scope->require_course()->id], '', 'id, section');
        $positions = $scope->section_positions();
        $before = positions::predecessor($positions, $id, $wanted);
        if ($before !== null) {
            $next = (int) $numbers[$before] + 1;
            return in_array($next, array_map('intval', $numbers), true) ? $next : 0;
        }
        foreach (array_keys($positions) as $first) {
            if ($first !== $id && (int) $numbers[$first] > 0) {
                return (int) $numbers[$first];
            }
        }
        return 0;
    }

    /**
     * Move one section among ours; those that people added keep their order.
     *
     * @param scope $scope the call
     * @param int $id section id
     * @param int $wanted position wanted
     */
    private function move(scope $scope, int $id, int $wanted): void {
        global $DB;
        $course = $scope->require_course();
        $from = (int) $DB->get_field('course_sections', 'section', ['id' => $id], MUST_EXIST);
        $last = (int) $DB->get_field_sql('SELECT MAX(section) FROM {course_sections} WHERE course = ?', [$course->id]);
        $place = $this->place($scope, $id, $wanted) ?: $last + 1;
        $to = $place > $from ? $place - 1 : $place;
        if ($from > 0 && $to > 0 && $to !== $from) {
            move_section_to($course, $from, $to, true);
        }
    }
}
