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

use local_cyclesync\external\adopt;

/**
 * What the cache of watched objects may believe, and when it forgets.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_cyclesync\local\watched
 * @covers \local_cyclesync\local\outbox
 */
final class watched_test extends \advanced_testcase {
    /** @var \local_cyclesync_generator */
    private \local_cyclesync_generator $generator;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->preventResetByRollback();
        $this->resetAfterTest();
        $this->setAdminUser();
        $this->generator = $this->getDataGenerator()->get_plugin_generator('local_cyclesync');
        $this->generator->create_promotion();
    }

    /**
     * Keys marked so far for one person.
     *
     * @param int $userid the person
     * @return string[]
     */
    private static function marked(int $userid): array {
        global $DB;
        return $DB->get_fieldset_select(outbox::TABLE, 'objkey', 'userid = ? ORDER BY id', [$userid]);
    }

    public function test_an_object_is_watched_from_the_moment_the_map_has_it(): void {
        global $DB;
        $page = $this->getDataGenerator()->create_module('page', ['course' => SITEID]);
        outbox::mark('state', 'module', (int) $page->cmid, SITEID, 7);
        $this->assertSame([], self::marked(7));
        $this->assertNull(watched::key_of('module', (int) $page->cmid), 'a no is never kept');
        $row = $DB->get_record(map::TABLE, ['objkey' => 'cs:p1:course']);
        unset($row->id);
        $DB->insert_record(map::TABLE, ['objkey' => 'cs:p1:new', 'kind' => 'module', 'moodleid' => $page->cmid] + (array) $row);
        outbox::mark('state', 'module', (int) $page->cmid, SITEID, 7);
        $this->assertSame(['cs:p1:new'], self::marked(7));
    }

    public function test_a_renamed_object_is_marked_by_its_new_key(): void {
        $this->generator->call_module('page', 'p', ['name' => 'P', 'content' => 'x', 'position' => 0]);
        $state = $this->generator->state()['p'];
        outbox::mark('state', 'module', (int) $state['id'], 1, 7);
        $uid = \local_cyclesync_generator::UID;
        adopt::execute('p1', 'cs:p1:q', 'module', 0, '{}', $state['digest'], $uid, 'r', false, false, 'cs:p1:p');
        outbox::mark('state', 'module', (int) $state['id'], 1, 8);
        $this->assertSame([['cs:p1:q'], ['cs:p1:q']], [self::marked(7), self::marked(8)]);
    }

    public function test_a_request_that_read_the_map_just_before_a_rename_leaves_nothing_behind(): void {
        $this->generator->call_module('page', 'p', ['name' => 'P', 'content' => 'x', 'position' => 0]);
        $state = $this->generator->state()['p'];
        $cache = \cache::make('local_cyclesync', 'watched');
        $mark = $cache->get('mark');
        $uid = \local_cyclesync_generator::UID;
        adopt::execute('p1', 'cs:p1:q', 'module', 0, '{}', $state['digest'], $uid, 'r', false, false, 'cs:p1:p');
        // It read the mark and the map before, and writes what it believes after everything is committed.
        $cache->set("module_{$state['id']}", [$mark, 'p1', 'cs:p1:p']);
        $this->assertSame(['p1', 'cs:p1:q'], watched::key_of('module', (int) $state['id']));
    }

    public function test_what_is_marked_goes_with_the_change_it_tells_of(): void {
        global $DB;
        $this->generator->call_module('page', 'p', ['name' => 'P', 'content' => 'x', 'position' => 0]);
        $id = (int) $this->generator->state()['p']['id'];
        $transaction = $DB->start_delegated_transaction();
        outbox::mark('state', 'module', $id, 1, 7);
        try {
            $transaction->rollback(new \moodle_exception('locktimeout'));
        } catch (\moodle_exception $expected) {
            $this->assertSame([], self::marked(7));
        }
        outbox::mark('state', 'module', $id, 1, 7);
        $this->assertSame(['cs:p1:p'], self::marked(7));
    }

    public function test_statuses_go_with_their_course(): void {
        global $DB;
        $user = $this->getDataGenerator()->create_user();
        $other = $this->getDataGenerator()->create_course();
        $courseid = (int) map::row('cs:p1:course')->moodleid;
        candidate_status::store($courseid, [$user->id => '{"as_of":"2027-01-01","v":1}']);
        candidate_status::store((int) $other->id, [$user->id => '{"as_of":"2027-01-01","v":1}']);
        delete_course($courseid, false);
        $this->assertSame([(string) $other->id], $DB->get_fieldset_select(candidate_status::TABLE, 'courseid', '1 = 1'));
        $this->assertNotNull(map::row('cs:p1:course'), 'the row stays: it proves ownership of what may come back');
    }
}
