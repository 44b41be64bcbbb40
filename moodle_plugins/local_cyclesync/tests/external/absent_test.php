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

namespace local_cyclesync\external;

use local_cyclesync\local\applier;
use local_cyclesync\local\file_hash;
use local_cyclesync\local\kinds\group;
use local_cyclesync\local\key_renamer;
use local_cyclesync\local\map;
use local_cyclesync\local\outbox;
use local_cyclesync\local\request;
use local_cyclesync\local\scope;
use local_cyclesync\local\snapshot;

/**
 * What is not there, not any more, or not yet: said, and nothing is left half-written.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_cyclesync\external\get_state
 * @covers \local_cyclesync\external\put_candidate_status
 * @covers \local_cyclesync\local\applier
 * @covers \local_cyclesync\local\availability
 * @covers \local_cyclesync\local\course_cache
 * @covers \local_cyclesync\local\course_state
 * @covers \local_cyclesync\local\facts
 * @covers \local_cyclesync\local\file_hash
 * @covers \local_cyclesync\local\key_renamer
 * @covers \local_cyclesync\local\outbox
 */
final class absent_test extends \advanced_testcase {
    /** @var \local_cyclesync_generator */
    private \local_cyclesync_generator $generator;

    /** @var \stdClass course of promotion p1 */
    private \stdClass $course;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
        $this->generator = $this->getDataGenerator()->get_plugin_generator('local_cyclesync');
        $this->course = $this->generator->create_promotion();
    }

    public function test_promotion_without_a_course(): void {
        $this->assertSame([], $this->generator->state('p9'));
        $state = get_course_state::execute('p9', \local_cyclesync_generator::UID);
        $this->assertSame([0, 0, []], [$state['courseid'], $state['enrolled'], $state['foreignmembers']]);
        $status = ['userid' => 2, 'status' => '{"v":1,"as_of":"2027-01-01T00:00:00Z"}'];
        $calls = [fn() => get_state::execute('p9'), fn() => put_candidate_status::execute('p9', [$status])];
        foreach ($calls as $call) {
            try {
                $call();
                $this->fail('nothing was said');
            } catch (\moodle_exception $error) {
                $this->assertSame('nocourse', $error->errorcode);
                $this->assertStringContainsString('p9', $error->getMessage());
            }
        }
    }

    public function test_promotion_whose_course_was_deleted(): void {
        $this->generator->call_list('ensure_groups', 'p1', 'g', ['name' => 'G']);
        $this->generator->call_list('ensure_events', 'p1', 'v', ['name' => 'V', 'timestart' => 1768377600]);
        $this->generator->create_trainee();
        $before = $this->generator->state();
        delete_course($this->course, false);
        $after = $this->generator->state();
        $this->assertSame(array_keys($before), array_keys($after));
        foreach ($after as $name => $object) {
            $this->assertSame(['gone', 0, '', []], [$object['owner'], $object['id'], $object['digest'], $object['fields']], $name);
            $this->assertSame($before[$name]['declared'], $object['declared'], $name);
        }
    }

    public function test_course_whose_making_fails_leaves_nothing(): void {
        global $DB;
        $this->preventResetByRollback();
        $count = fn() => array_map(fn($table) => $DB->count_records($table), ['course', 'local_cyclesync_map', 'context', 'enrol']);
        $before = $count();
        $observer = ['eventname' => '\local_cyclesync\event\object_written', 'callback' => fn() => throw new \Error('full')];
        \core\event\manager::phpunit_replace_observers([$observer]);
        try {
            $fields = ['fullname' => 'X', 'shortname' => 'x9', 'category' => 'cycles'];
            $result = $this->generator->call('ensure_course', 'p9', 'course', $fields);
        } finally {
            // The first call ends the replacement, the second loads the site's own observers again.
            \core\event\manager::phpunit_reset();
            \core\event\manager::phpunit_reset();
        }
        $this->assertDebuggingCalled();
        $this->assertSame(['invalid', 'Error: full'], [$result['code'], $result['message']]);
        $this->assertSame($before, $count());
        $this->assertSame([], $this->generator->state('p9'));
    }

    public function test_adopting_is_tried_first(): void {
        $page = $this->getDataGenerator()->create_module('page', ['course' => $this->course->id, 'idnumber' => 'cs:p1:p']);
        $before = $this->generator->state();
        $uid = \local_cyclesync_generator::UID;
        $digest = $before['p']['digest'];
        $adopt = fn(bool $dry) => adopt::execute('p1', 'cs:p1:p', 'module', 0, '{"name":"P"}', $digest, $uid, 'r', false, $dry);
        $tried = $adopt(true);
        $this->assertSame(['adopted', (int) $page->cmid], [$tried['action'], $tried['id']]);
        $this->assertEquals($before, $this->generator->state());
        $this->assertSame('adopted', $adopt(false)['action']);
        $this->assertSame('ours', $this->generator->state()['p']['owner']);
    }

    public function test_conditions_that_nobody_can_read_are_shown_as_they_are(): void {
        global $DB;
        $id = $this->generator->state()['s1']['id'];
        $DB->set_field('course_sections', 'availability', '{"op":', ['id' => $id]);
        $this->assertSame(['raw' => '{"op":'], $this->generator->state()['s1']['fields']['availability']);
    }

    public function test_nobody_is_enrolled_yet(): void {
        $state = get_state::execute('p1');
        $this->assertSame([[], false], [$state['users'], $state['more']]);
        $this->assertNotSame('', $state['cursor']);
    }

    /**
     * A process that was killed inside its transaction may leave a course cache that speaks of what was never committed.
     */
    public function test_cache_of_what_was_never_committed_is_dropped(): void {
        global $DB;
        $this->generator->call_module('page', 'p', ['name' => 'P', 'content' => 'x', 'position' => 0]);
        get_fast_modinfo($this->course->id);
        $revision = (int) $DB->get_field('course', 'cacherev', ['id' => $this->course->id]);
        $cache = \cache::make('core', 'coursemodinfo');
        $phantom = clone $cache->get_versioned($this->course->id, $revision);
        $phantom->cacherev = $revision + 5;
        $cache->acquire_lock($this->course->id);
        $cache->set_versioned($this->course->id, $revision + 5, $phantom);
        $cache->release_lock($this->course->id);
        $this->assertArrayHasKey('p', $this->generator->state());
        $now = (int) $DB->get_field('course', 'cacherev', ['id' => $this->course->id]);
        $left = $cache->get_versioned($this->course->id, $now);
        $this->assertTrue($left === false || (int) $left->cacherev === $now);
        $this->assertCount(1, get_fast_modinfo($this->course->id)->get_instances_of('page'));
    }

    public function test_hash_that_another_request_has_just_written(): void {
        global $DB;
        $draft = $this->generator->draft_file('a.txt', 'un');
        $context = \context_user::instance(get_admin()->id);
        $file = get_file_storage()->get_file($context->id, 'user', 'draft', $draft, '/', 'a.txt');
        $record = $DB->get_record('files', ['id' => $file->get_id()], '*', MUST_EXIST);
        // Between the question and the answer, somebody else writes the row.
        $slow = new class (get_file_storage(), $record) extends \stored_file {
            #[\Override]
            public function get_content_file_handle($type = self::FILE_HANDLE_FOPEN) {
                file_hash::sha256(get_file_storage()->get_file_by_id($this->get_id()), true);
                return parent::get_content_file_handle($type);
            }
        };
        $this->assertSame(hash('sha256', 'un'), file_hash::sha256($slow, true));
        $this->assertSame(1, $DB->count_records('local_cyclesync_filehash', ['contenthash' => $file->get_contenthash()]));
    }

    /**
     * Groups that can no more be read once they are written.
     *
     * @param int $reads how often they can be read
     * @return group
     */
    private static function vanishing(int $reads): group {
        return new class ($reads) extends group {
            /**
             * Make the kind.
             *
             * @param int $reads how often a group can be read
             */
            public function __construct(
                /** @var int how often a group can still be read */
                private int $reads,
            ) {
            }

            #[\Override]
            public function read(scope $scope, int $id, ?\stdClass $row): ?snapshot {
                return $this->reads-- > 0 ? parent::read($scope, $id, $row) : null;
            }
        };
    }

    public function test_object_that_vanishes_while_it_is_written(): void {
        $this->preventResetByRollback();
        $scope = scope::open('p1', \local_cyclesync_generator::UID, 'r');
        $made = applier::apply_all($scope, self::vanishing(0), ['cs:p1:g' => new request('cs:p1:g', ['name' => 'G'], '')])[0];
        $this->assertSame(['missing', 'the object is not there after the write'], [$made['code'], $made['message']]);
        $this->assertSame([], groups_get_all_groups($this->course->id));
        $this->generator->call_list('ensure_groups', 'p1', 'g', ['name' => 'G']);
        $before = $this->generator->state();
        $asked = new request('cs:p1:h', [], $before['g']['digest']);
        $renamed = key_renamer::rename($scope, self::vanishing(1), 'cs:p1:g', $asked);
        $this->assertSame(['missing', 'the object is not there after the write'], [$renamed['code'], $renamed['message']]);
        $this->assertEquals($before, $this->generator->state());
    }

    public function test_numbering_that_fails_numbers_nothing_and_frees_the_feed(): void {
        global $DB;
        $this->preventResetByRollback();
        outbox::add('state', (int) $this->course->id, 'p1', 'cs:p1:course', 4);
        $cursor = get_changes::execute()['cursor'];
        outbox::add('state', (int) $this->course->id, 'p1', 'cs:p1:course', 5);
        $last = $DB->get_records('local_cyclesync_batch', null, 'lastseq DESC', '*', 0, 1);
        $last = reset($last);
        // No number is left after this one.
        $DB->set_field('local_cyclesync_batch', 'lastseq', PHP_INT_MAX - 1, ['id' => $last->id]);
        try {
            outbox::seal();
            $this->fail('nothing was said');
        } catch (\dml_exception $error) {
            $this->assertSame(1, $DB->count_records_select(outbox::TABLE, 'seq IS NULL'));
        }
        $DB->set_field('local_cyclesync_batch', 'lastseq', $last->lastseq, ['id' => $last->id]);
        $this->assertFalse(outbox::seal());
        $this->assertSame(0, $DB->count_records_select(outbox::TABLE, 'seq IS NULL'));
        $this->assertFalse(get_changes::execute($cursor)['resync']);
    }
}
