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

use local_cyclesync\local\failures;
use local_cyclesync\local\outbox;

/**
 * An observer that cannot write: the request goes on, and the failure is counted.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_cyclesync\observer
 * @covers \local_cyclesync\local\failures
 */
final class failures_test extends \advanced_testcase {
    /** @var \stdClass course of promotion p1 */
    private \stdClass $course;

    /** @var \cm_info a page that one marks as done */
    private \cm_info $cm;

    /** @var \stdClass a learner */
    private \stdClass $learner;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
        $generator = $this->getDataGenerator()->get_plugin_generator('local_cyclesync');
        $this->course = $generator->create_promotion();
        $generator->call_module('page', 'page', ['name' => 'P', 'content' => 'x', 'position' => 0, 'completion' => 1]);
        $this->cm = get_fast_modinfo($this->course)->get_cm($generator->state()['page']['id']);
        $this->learner = $this->getDataGenerator()->create_and_enrol($this->course, 'student');
    }

    /**
     * Do something while the database refuses the rows of a table: one of its columns is made too short for them.
     *
     * @param string $name the table
     * @param string $column the column
     * @param int $length its length otherwise
     * @param callable $work what to do
     */
    private static function while_refused(string $name, string $column, int $length, callable $work): void {
        global $DB;
        $DB->delete_records($name);
        $table = new \xmldb_table($name);
        $field = fn($length) => new \xmldb_field($column, XMLDB_TYPE_CHAR, (string) $length, null, XMLDB_NOTNULL);
        $DB->get_manager()->change_field_precision($table, $field(3));
        try {
            $work();
        } finally {
            $DB->get_manager()->change_field_precision($table, $field($length));
        }
    }

    public function test_a_failing_insert_is_counted_and_breaks_nothing(): void {
        global $DB;
        self::while_refused(outbox::TABLE, 'objkey', 100, function () use ($DB) {
            // In a transaction, as Moodle often is: the failed statement must not spoil it.
            $transaction = $DB->start_delegated_transaction();
            (new \completion_info($this->course))->update_state($this->cm, COMPLETION_COMPLETE, $this->learner->id);
            $transaction->allow_commit();
        });
        $this->assertDebuggingCalled();
        $done = $DB->get_field('course_modules_completion', 'completionstate', [
            'coursemoduleid' => $this->cm->id, 'userid' => $this->learner->id,
        ]);
        $this->assertEquals(COMPLETION_COMPLETE, $done);
        $this->assertSame(0, $DB->count_records(outbox::TABLE));
        $recent = failures::recent(time());
        $this->assertSame(1, $recent['count']);
        $this->assertSame('\core\event\course_module_completion_updated', $recent['what']);
        $this->assertSame(['dml_write_exception', true], [$recent['error'], $recent['last'] > time() - 60]);
        $this->assertEquals($this->course->id, $DB->get_field(failures::TABLE, 'courseid', []));
    }

    public function test_a_failure_that_cannot_be_counted_breaks_nothing_either(): void {
        self::while_refused(failures::TABLE, 'error', 100, fn() => failures::add('x', 0, new \Exception('y')));
        $this->assertDebuggingCalled('local_cyclesync: a failure could not be counted: dml_write_exception');
        $this->assertSame(0, failures::recent(time())['count']);
    }

    public function test_old_failures_are_neither_shown_nor_kept(): void {
        global $DB;
        failures::add('x', 0, new \Exception('y'));
        $this->assertSame(1, failures::recent(time())['count']);
        $this->assertSame(0, failures::recent(time() + failures::RECENT + 10)['count']);
        set_config('retentiondays', 1, 'local_cyclesync');
        $DB->set_field(failures::TABLE, 'timecreated', time() - 2 * DAYSECS);
        $this->expectOutputRegex('/pruned/');
        (new task\prune_outbox())->execute();
        $this->assertSame(0, $DB->count_records(failures::TABLE));
    }
}
