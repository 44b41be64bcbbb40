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

namespace local_cyclesync;

use local_cyclesync\local\outbox;

/**
 * Notices of the feed about a whole course, and what the plugin says of itself.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_cyclesync\observer
 * @covers \local_cyclesync\task\prune_outbox
 * @covers \local_cyclesync\privacy\provider
 */
final class notices_test extends \advanced_testcase {
    /** @var \stdClass course of promotion p1 */
    private \stdClass $course;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
        $this->course = $this->getDataGenerator()->get_plugin_generator('local_cyclesync')->create_promotion();
    }

    /**
     * Notices written so far.
     *
     * @return array[] what, course, person
     */
    private static function notices(): array {
        global $DB;
        $rows = $DB->get_records_select(outbox::TABLE, "what <> 'state'", [], 'id');
        return array_map(fn($row) => [$row->what, (int) $row->courseid, (int) $row->userid], array_values($rows));
    }

    public function test_course_that_is_reset_is_said_once(): void {
        $other = $this->getDataGenerator()->create_course();
        foreach ([$other, $this->course] as $course) {
            reset_course_userdata((object) ['id' => $course->id, 'reset_completion' => 1]);
        }
        $this->assertSame([['course_reset', (int) $this->course->id, 0]], self::notices());
    }

    public function test_course_that_is_restored_into_a_watched_one_is_said(): void {
        $values = ['type' => 'course', 'target' => 1, 'mode' => 10, 'operation' => 'restore', 'samesite' => true];
        foreach ([$this->getDataGenerator()->create_course(), $this->course] as $course) {
            \core\event\course_restored::create([
                'objectid' => $course->id, 'userid' => 2, 'context' => \context_course::instance($course->id), 'other' => $values,
            ])->trigger();
        }
        $this->assertSame([['course_restored', (int) $this->course->id, 0]], self::notices());
    }

    public function test_task_has_a_name(): void {
        $this->assertNotSame('', (new task\prune_outbox())->get_name());
    }

    public function test_every_table_with_a_person_is_declared_in_words(): void {
        global $DB;
        $items = privacy\provider::get_metadata(new \core_privacy\local\metadata\collection('local_cyclesync'))->get_collection();
        $declared = [];
        foreach ($items as $item) {
            $declared[] = $item->get_name();
            foreach ([$item->get_summary(), ...array_values($item->get_privacy_fields())] as $key) {
                $this->assertTrue(get_string_manager()->string_exists($key, 'local_cyclesync'), $key);
            }
        }
        $tables = array_filter($DB->get_tables(), fn($table) => str_starts_with($table, 'local_cyclesync_'));
        foreach ($tables as $table) {
            $this->assertTrue(!isset($DB->get_columns($table)['userid']) || in_array($table, $declared, true), $table);
        }
    }
}
