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
 * The feed beside a transaction that stays open: nobody waits for it. PostgreSQL never does; MySQL and MariaDB do when a
 * statement meets the row that is not committed yet.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_cyclesync\local\outbox
 */
final class feed_locks_test extends \advanced_testcase {
    /** @var \moodle_database|null another connection, as another request has */
    private ?\moodle_database $other = null;

    /** @var int id of the first row */
    private int $first;

    #[\Override]
    protected function setUp(): void {
        global $CFG, $DB;
        parent::setUp();
        $this->resetAfterTest();
        // What one connection writes must be seen by the other.
        $this->preventResetByRollback();
        $this->other = \moodle_database::get_driver_instance($CFG->dbtype, $CFG->dblibrary);
        $this->other->connect($CFG->dbhost, $CFG->dbuser, $CFG->dbpass, $CFG->dbname, $CFG->prefix, $CFG->dboptions);
        $DB->insert_records(outbox::TABLE, array_map(
            fn(int $number) => [
                'seq' => $number, 'what' => 'state', 'courseid' => 1, 'promotion' => 'p1', 'objkey' => 'cs:p1:page',
                'userid' => $number, 'timecreated' => $number <= 2000 ? 1 : time(),
            ],
            range(1, 4000),
        ));
        $batch = ['firstseq' => 1, 'lastseq' => 4000, 'tag' => 'abc', 'timecreated' => time()];
        $DB->insert_record('local_cyclesync_batch', $batch);
        $this->first = (int) $DB->get_field_sql('SELECT MIN(id) FROM {' . outbox::TABLE . '}');
        if ($DB->get_dbfamily() === 'mysql') {
            $DB->execute('SET SESSION innodb_lock_wait_timeout = 2');
        }
    }

    #[\Override]
    protected function tearDown(): void {
        global $DB;
        $this->other?->dispose();
        $this->other = null;
        if ($DB->get_dbfamily() === 'mysql') {
            $DB->execute('SET SESSION innodb_lock_wait_timeout = DEFAULT');
        }
        parent::tearDown();
    }

    /**
     * Begin a transaction that writes a row, and leave it open.
     *
     * @param int $id id that the row gets
     * @return \moodle_transaction
     */
    private function open_row(int $id): \moodle_transaction {
        $transaction = $this->other->start_delegated_transaction();
        $row = [
            'id' => $id, 'what' => 'state', 'courseid' => 1, 'promotion' => 'p1', 'objkey' => 'cs:p1:page', 'userid' => 9000,
            'timecreated' => time(),
        ];
        $this->other->insert_record_raw(outbox::TABLE, $row, false, false, true);
        return $transaction;
    }

    public function test_late_rows_are_numbered_around_one_that_is_still_open(): void {
        global $DB;
        // Some transactions have committed after those that came before and after them were numbered; one still has not.
        $late = array_map(fn(int $number) => $this->first + $number, range(10, 3990, 90));
        [$in, $params] = $DB->get_in_or_equal($late);
        $DB->set_field_select(outbox::TABLE, 'seq', null, "id $in", $params);
        $open = $this->first + 2001;
        $DB->delete_records(outbox::TABLE, ['id' => $open]);
        $end = outbox::present();
        $transaction = $this->open_row($open);
        $this->assertSame($late, array_map(fn($row) => (int) $row->id, outbox::page($end, 5000)['rows']));
        $end = outbox::present();
        $transaction->allow_commit();
        $this->assertSame([$open], array_map(fn($row) => (int) $row->id, outbox::page($end, 5000)['rows']));
    }

    public function test_old_rows_are_pruned_beside_one_that_is_still_open(): void {
        global $DB;
        $transaction = $this->open_row($this->first + 5000);
        $this->assertSame(2000, outbox::prune(1000));
        $this->assertSame(2000, $DB->count_records(outbox::TABLE));
        $end = outbox::present();
        $transaction->allow_commit();
        $this->assertSame(['9000'], array_column(outbox::page($end, 10)['rows'], 'userid'));
    }
}
