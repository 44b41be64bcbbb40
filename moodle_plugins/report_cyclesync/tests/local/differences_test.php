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

namespace report_cyclesync\local;

use local_cyclesync\local\own_page;

/**
 * What differs between Moodle and the register, for whom, at what cost.
 *
 * @package    report_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \report_cyclesync\local\differences
 * @covers \report_cyclesync\local\comparison
 * @covers \report_cyclesync\local\audience
 * @covers \report_cyclesync\output\page
 * @covers \report_cyclesync\event\report_viewed
 * @covers \report_cyclesync\privacy\provider
 */
final class differences_test extends \advanced_testcase {
    /** @var \local_cyclesync_generator */
    private \local_cyclesync_generator $generator;

    /** @var \stdClass course of promotion p1 */
    private \stdClass $course;

    /** @var \stdClass a learner */
    private \stdClass $learner;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
        $this->generator = $this->getDataGenerator()->get_plugin_generator('local_cyclesync');
        $this->course = $this->generator->create_promotion();
        $this->learner = $this->generator->create_trainee();
        $this->generator->put_status((int) $this->learner->id);
    }

    /**
     * The report.
     *
     * @param int[]|null $members only these people
     * @param int $number number of the page
     * @return array
     */
    private function report(?array $members = null, int $number = 0): array {
        global $PAGE;
        $page = new \report_cyclesync\output\page(own_page::open('p1'), $members, $number);
        return $page->export_for_template($PAGE->get_renderer('core'));
    }

    /**
     * The words of the report about the only person that it lists.
     *
     * @return string
     */
    private function words(): string {
        $rows = $this->report()['rows'];
        $this->assertCount(1, $rows);
        return implode("\n", $rows[0]['lines']);
    }

    public function test_no_difference_is_said(): void {
        global $PAGE;
        $report = $this->report();
        $this->assertSame([[], true, false], [$report['rows'], $report['known'], $report['partial']]);
        $html = $PAGE->get_renderer('core')->render_from_template('report_cyclesync/page', $report);
        $this->assertStringContainsString(get_string('nodifference', 'report_cyclesync'), $html);
        $this->assertStringNotContainsString('<table', $html);
    }

    public function test_what_differs_is_said_in_words(): void {
        $this->generator->submit('depot-a', (int) $this->learner->id, 'submitted');
        $this->generator->submit('depot-b', (int) $this->learner->id, 'draft');
        $this->generator->view('prep', (int) $this->learner->id);
        $expected = array_map(
            fn($parts) => get_string('differs', 'report_cyclesync', array_combine(['activity', 'said', 'shown'], $parts)),
            [['Dépôt A', 'not handed in', 'handed in'], ['Dépôt B', 'not handed in', 'draft, not handed in'],
                ['Préparer', 'not done', 'done']],
        );
        $this->assertSame(implode("\n", $expected), $this->words());
    }

    public function test_activity_that_is_hidden_is_a_difference(): void {
        set_coursemodule_visible($this->generator->module_id('depot-b'), 0);
        $this->assertStringContainsString(get_string('state_gone', 'report_cyclesync'), $this->words());
    }

    public function test_people_whom_only_one_side_counts(): void {
        $expected = [];
        $new = $this->generator->enrol_trainee('e2');
        $expected[fullname($new)] = 'nothing about this person';
        $stale = $this->generator->enrol_trainee('e3');
        $this->generator->put_status((int) $stale->id, ['as_of' => '2027-01-01T05:00:00.000Z']);
        $expected[fullname($stale)] = 'since its reading of';
        $suspended = $this->generator->enrol_trainee('e4', 'suspended');
        $this->generator->put_status((int) $suspended->id);
        $expected[fullname($suspended)] = 'is not active';
        $gone = $this->generator->enrol_trainee('e5', 'suspended');
        $this->generator->put_status((int) $gone->id, ['as_of' => '2027-01-01T05:00:00.000Z']);
        $rows = array_column($this->report()['rows'], 'lines', 'name');
        $this->assertEqualsCanonicalizing(array_keys($expected), array_keys($rows));
        foreach ($expected as $name => $part) {
            $this->assertStringContainsString($part, implode($rows[$name]));
        }
    }

    public function test_older_cyclesync_only_compares_the_deposits_and_says_so(): void {
        $this->generator->put_status((int) $this->learner->id, ['activities' => null]);
        $this->generator->view('prep', (int) $this->learner->id);
        $report = $this->report();
        $this->assertSame([true, []], [$report['partial'], $report['rows']]);
    }

    public function test_nothing_sent_yet(): void {
        global $DB;
        $DB->delete_records('local_cyclesync_status');
        $report = $this->report();
        $this->assertSame([false, [], ''], [$report['known'], $report['rows'], $report['age']]);
    }

    public function test_only_the_group_that_is_asked_for(): void {
        $this->generator->submit('depot-a', (int) $this->learner->id, 'submitted');
        $this->assertCount(1, $this->report([(int) $this->learner->id])['rows']);
        $this->assertSame([], $this->report([])['rows']);
        $this->assertTrue($this->report([])['nobody']);
        $this->assertFalse($this->report()['nobody']);
    }

    public function test_names_are_in_the_order_of_a_dictionary(): void {
        foreach (['Zola', 'Étienne', 'Dubois'] as $number => $name) {
            $user = $this->generator->enrol_trainee("n$number");
            user_update_user(['id' => $user->id, 'lastname' => $name, 'firstname' => 'A'], false);
        }
        $this->assertSame(['A Dubois', 'A Étienne', 'A Zola'], array_column($this->report()['rows'], 'name'));
    }

    public function test_separate_groups_are_respected(): void {
        global $DB, $SESSION;
        $DB->set_field('course', 'groupmode', SEPARATEGROUPS, ['id' => $this->course->id]);
        $course = $DB->get_record('course', ['id' => $this->course->id]);
        $this->assertNull(audience::members($course), 'who may see every group sees everybody');
        $group = $this->getDataGenerator()->create_group(['courseid' => $course->id]);
        $reader = $this->getDataGenerator()->create_and_enrol($course, 'teacher');
        foreach ([$reader, $this->learner] as $member) {
            groups_add_member($group, $member);
        }
        $this->setUser($reader);
        unset($SESSION->activegroup);
        $this->assertEqualsCanonicalizing([(int) $reader->id, (int) $this->learner->id], audience::members($course));
        groups_remove_member($group, $reader);
        unset($SESSION->activegroup);
        $this->expectException(\required_capability_exception::class);
        audience::members($course);
    }

    public function test_pages_and_a_number_of_queries_that_does_not_follow_the_people(): void {
        global $DB;
        $cost = function (): int {
            global $DB;
            $before = $DB->perf_get_queries();
            $this->report();
            return $DB->perf_get_queries() - $before;
        };
        $this->generator->submit('depot-a', (int) $this->learner->id, 'submitted');
        $this->report();
        $alone = $cost();
        for ($number = 0; $number < 54; $number++) {
            $user = $this->getDataGenerator()->create_and_enrol($this->course, 'student');
            $DB->insert_record('local_cyclesync_status', ['courseid' => $this->course->id, 'userid' => $user->id,
                'status' => json_encode(['v' => 1, 'as_of' => '2027-01-01T05:00:00Z']), 'timemodified' => 0]);
        }
        $this->assertSame($alone, $cost());
        $this->assertLessThanOrEqual(16, $alone);
        $this->assertSame([50, 5, 0], [
            count($this->report()['rows']), count($this->report(null, 1)['rows']), count($this->report(null, 2)['rows']),
        ]);
    }

    public function test_only_managers_may_see_it_and_only_in_watched_courses(): void {
        $context = \context_course::instance($this->course->id);
        $other = $this->getDataGenerator()->create_course();
        $manager = $this->getDataGenerator()->create_and_enrol($this->course, 'manager');
        $this->getDataGenerator()->enrol_user($manager->id, $other->id, 'manager');
        $teacher = $this->getDataGenerator()->create_and_enrol($this->course, 'editingteacher');
        $listed = function (\stdClass $user, \stdClass $course): bool {
            $this->setUser($user);
            $node = \navigation_node::create('x');
            report_cyclesync_extend_navigation_course($node, $course, \context_course::instance($course->id));
            return (bool) $node->get('report_cyclesync');
        };
        $this->assertTrue($listed($manager, $this->course));
        $this->assertFalse($listed($manager, $other));
        foreach ([$teacher, $this->learner] as $user) {
            $this->assertFalse($listed($user, $this->course));
            $this->assertFalse(has_capability('report/cyclesync:view', $context, $user));
        }
    }

    public function test_blocks_may_be_put_on_it(): void {
        $types = generate_page_type_patterns('report-cyclesync-index', null, \context_course::instance($this->course->id));
        $this->assertSame(get_string('pluginname', 'report_cyclesync'), $types['report-cyclesync-index']);
        $this->assertArrayHasKey('report-*', $types);
    }

    public function test_looking_is_logged(): void {
        $sink = $this->redirectEvents();
        \report_cyclesync\event\report_viewed::create(['context' => \context_course::instance($this->course->id)])->trigger();
        $event = $sink->get_events()[0];
        $this->assertSame((int) $this->course->id, (int) $event->courseid);
        $this->assertEventContextNotUsed($event);
        $this->assertStringContainsString('/report/cyclesync/index.php', $event->get_url()->out());
        $this->assertNotSame('', $event->get_name());
    }

    public function test_it_keeps_nothing(): void {
        $reason = \report_cyclesync\privacy\provider::get_reason();
        $this->assertTrue(get_string_manager()->string_exists($reason, 'report_cyclesync'));
    }
}
