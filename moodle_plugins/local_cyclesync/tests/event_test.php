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

use local_cyclesync\event\object_written;
use local_cyclesync\event\statuses_stored;
use local_cyclesync\external\put_candidate_status;

/**
 * Each write has its event, and a reading or a refusal has none.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_cyclesync\event\object_written
 * @covers \local_cyclesync\event\statuses_stored
 */
final class event_test extends \advanced_testcase {
    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
    }

    /**
     * Our events of a sink.
     *
     * @param \phpunit_event_sink $sink the sink
     * @return array[] class and what the event holds
     */
    private static function ours(\phpunit_event_sink $sink): array {
        $events = array_filter($sink->get_events(), fn($event) => $event->component === 'local_cyclesync');
        $sink->clear();
        return array_values(array_map(fn($event) => [$event::class, $event->other], $events));
    }

    public function test_each_write_is_announced_once(): void {
        $generator = $this->getDataGenerator()->get_plugin_generator('local_cyclesync');
        $course = $generator->create_promotion();
        $sink = $this->redirectEvents();
        $fields = ['name' => 'P', 'content' => 'x', 'position' => 0];
        $generator->call_module('page', 'page', $fields);
        $other = ['key' => 'cs:p1:page', 'kind' => 'module', 'action' => 'created', 'run' => 'run'];
        $this->assertSame([[object_written::class, $other]], self::ours($sink));
        $state = $generator->state()['page'];
        $generator->call_module('page', 'page', $fields, $state['digest']);
        $this->assertSame([], self::ours($sink));
        $generator->call_module('page', 'page', ['name' => 'Q'], $state['digest']);
        $this->assertSame([[object_written::class, ['action' => 'updated'] + $other]], self::sorted(self::ours($sink)));
        $generator->call_module('page', 'page', ['name' => 'R'], 'wrong');
        $this->assertSame([], self::ours($sink));
        $learner = $this->getDataGenerator()->create_and_enrol($course, 'student');
        self::ours($sink);
        $status = '{"v": 1, "as_of": "2026-11-25T06:00:00Z"}';
        put_candidate_status::execute('p1', [['userid' => $learner->id, 'status' => $status]]);
        $this->assertSame([[statuses_stored::class, ['count' => 1]]], self::ours($sink));
    }

    /**
     * Events with the action first.
     *
     * @param array[] $events class and what the event holds
     * @return array[]
     */
    private static function sorted(array $events): array {
        return array_map(fn($event) => [$event[0], ['action' => $event[1]['action']] + $event[1]], $events);
    }

    public function test_events_say_what_was_done(): void {
        $course = $this->getDataGenerator()->create_course();
        $sink = $this->redirectEvents();
        object_written::announce((int) $course->id, 'cs:p1:page', 'module', 'created', 'run-7');
        statuses_stored::announce((int) $course->id, 3);
        [$written, $stored] = $sink->get_events();
        $this->assertStringContainsString("created the module 'cs:p1:page'", $written->get_description());
        $this->assertStringContainsString('run-7', $written->get_description());
        $this->assertStringContainsString('3 learners', $stored->get_description());
        foreach ([$written, $stored] as $event) {
            $this->assertNotEmpty($event::get_name());
            $this->assertEventContextNotUsed($event);
        }
    }
}
