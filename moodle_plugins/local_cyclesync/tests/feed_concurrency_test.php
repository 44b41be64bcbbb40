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

use core_external\external_api;
use local_cyclesync\external\get_changes;
use local_cyclesync\local\outbox;

/**
 * The feed while others write: a row that commits late is given late, never lost, never twice.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_cyclesync\local\outbox
 */
final class feed_concurrency_test extends \advanced_testcase {
    /** @var \moodle_database|null another connection, as another request has */
    private ?\moodle_database $other = null;

    #[\Override]
    protected function setUp(): void {
        global $CFG;
        parent::setUp();
        $this->resetAfterTest();
        // What one connection writes must be seen by the other.
        $this->preventResetByRollback();
        $this->setAdminUser();
        $this->getDataGenerator()->get_plugin_generator('local_cyclesync')->create_promotion();
        $this->other = \moodle_database::get_driver_instance($CFG->dbtype, $CFG->dblibrary);
        $this->other->connect($CFG->dbhost, $CFG->dbuser, $CFG->dbpass, $CFG->dbname, $CFG->prefix, $CFG->dboptions);
    }

    #[\Override]
    protected function tearDown(): void {
        $this->other?->dispose();
        $this->other = null;
        parent::tearDown();
    }

    /**
     * Write a row as an observer does.
     *
     * @param int $userid whom it is about
     * @param bool $elsewhere by the other connection
     */
    private function write(int $userid, bool $elsewhere = false): void {
        global $DB;
        $here = $DB;
        $DB = $elsewhere ? $this->other : $here;
        try {
            outbox::add('state', 1, 'p1', 'cs:p1:page', $userid);
        } finally {
            $DB = $here;
        }
    }

    /**
     * Read the feed to its end.
     *
     * @param string $cursor where to begin; then where it ended
     * @param int $limit rows of a page at most
     * @return int[] ids of the people that the rows are about, in order
     */
    private function read(string &$cursor, int $limit = 1000): array {
        $people = [];
        do {
            $page = external_api::clean_returnvalue(get_changes::execute_returns(), get_changes::execute($cursor, $limit));
            $this->assertFalse($page['resync']);
            $people = [...$people, ...array_column($page['rows'], 'userid')];
            $cursor = $page['cursor'];
        } while ($page['more']);
        return $people;
    }

    public function test_a_row_that_commits_late_with_a_lower_id_is_given(): void {
        $cursor = '';
        $this->read($cursor);
        $transaction = $this->other->start_delegated_transaction();
        $this->write(101, true);
        $this->write(202);
        $this->assertSame([202], $this->read($cursor));
        $this->assertSame([], $this->read($cursor));
        $transaction->allow_commit();
        $this->assertSame([101], $this->read($cursor));
        $this->assertSame([], $this->read($cursor));
    }

    public function test_rows_that_stay_open_inside_a_run_are_given_once_each(): void {
        $cursor = '';
        $this->read($cursor);
        $this->write(1);
        $transaction = $this->other->start_delegated_transaction();
        $this->write(2, true);
        $this->write(3);
        $this->write(4, true);
        $this->write(5);
        $this->assertSame([1, 3, 5], $this->read($cursor, 1));
        $this->write(6);
        $transaction->allow_commit();
        $this->write(7);
        $this->assertSame([2, 4, 6, 7], $this->read($cursor, 2));
    }

    public function test_a_row_that_is_rolled_back_is_never_given(): void {
        $cursor = '';
        $this->read($cursor);
        $transaction = $this->other->start_delegated_transaction();
        $this->write(1, true);
        $this->write(2);
        $rolledback = false;
        try {
            $transaction->rollback(new \moodle_exception('error'));
        } catch (\moodle_exception $error) {
            $rolledback = true;
        }
        $this->write(3);
        $this->assertTrue($rolledback);
        $this->assertSame([2, 3], $this->read($cursor, 1));
    }

    public function test_a_reader_that_comes_back_gets_the_same_page_again(): void {
        $cursor = '';
        $this->read($cursor);
        $again = $cursor;
        $transaction = $this->other->start_delegated_transaction();
        $this->write(1, true);
        $this->write(2);
        $this->assertSame([2], $this->read($cursor));
        $transaction->allow_commit();
        // The answer was lost: the old cursor gives all that came since, in the order of the numbers.
        $this->assertSame([2, 1], $this->read($again));
        $this->assertSame([1], $this->read($cursor));
    }

    public function test_a_reader_that_waits_for_another_says_so_or_finds_all_numbered(): void {
        global $DB;
        $cursor = '';
        $this->read($cursor);
        $this->write(1);
        $here = $DB;
        $DB = $this->other;
        $lock = \core\lock\lock_config::get_lock_factory('local_cyclesync')->get_lock('seal', 0);
        $DB = $here;
        $this->assertNotFalse($lock);
        try {
            outbox::seal();
            $this->fail('nothing was said');
        } catch (\moodle_exception $error) {
            $this->assertSame('locktimeout', $error->errorcode);
        } finally {
            $lock->release();
        }
        $batches = $DB->get_records('local_cyclesync_batch');
        // The other reader has numbered every row while this one waited: no batch without a row is made.
        (new \ReflectionMethod(outbox::class, 'number_rows'))->invoke(null, []);
        $this->assertEquals($batches, $DB->get_records('local_cyclesync_batch'));
        $this->assertSame([1], $this->read($cursor));
    }

    public function test_what_waits_beyond_one_call_is_announced(): void {
        global $DB;
        $cursor = '';
        $this->read($cursor);
        $rows = array_fill(0, 5200, [
            'what' => 'state', 'courseid' => 1, 'promotion' => 'p1', 'objkey' => 'cs:p1:page', 'userid' => 9,
            'timecreated' => time(),
        ]);
        $DB->insert_records(outbox::TABLE, $rows);
        $page = get_changes::execute($cursor, 5000);
        $this->assertTrue($page['more']);
        $this->assertFalse(get_changes::execute($page['cursor'], 5000)['more']);
        $this->assertSame(0, $DB->count_records_select(outbox::TABLE, 'seq IS NULL'));
    }
}
