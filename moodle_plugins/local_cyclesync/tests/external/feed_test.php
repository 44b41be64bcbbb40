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

use core_external\external_api;
use local_cyclesync\local\outbox;
use local_cyclesync\local\scope;

/**
 * Reads: nothing missed, nothing twice, an unknown cursor said.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_cyclesync\local\outbox
 * @covers \local_cyclesync\local\facts
 * @covers \local_cyclesync\observer
 * @covers \local_cyclesync\local\candidate_status
 */
final class feed_test extends \advanced_testcase {
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
        $fields = ['name' => 'P', 'content' => 'x', 'position' => 0, 'completion' => 1];
        $this->generator->call_module('page', 'page', $fields);
        $this->learner = $this->getDataGenerator()->create_user();
        $this->generator->call_list('ensure_enrolments', 'p1', 'e', ['userid' => (int) $this->learner->id]);
    }

    /**
     * Read the feed.
     *
     * @param string $cursor cursor
     * @param int $limit rows at most
     * @return array
     */
    private static function changes(string $cursor = '', int $limit = 1000): array {
        return external_api::clean_returnvalue(get_changes::execute_returns(), get_changes::execute($cursor, $limit));
    }

    /**
     * Mark the page as done or not for the learner.
     *
     * @param int $state completion state
     */
    private function complete(int $state): void {
        $cm = get_fast_modinfo($this->course)->get_cm($this->generator->state()['page']['id']);
        (new \completion_info($this->course))->update_state($cm, $state, $this->learner->id);
    }

    public function test_change_is_read_once_with_its_present_state(): void {
        $cursor = self::changes()['cursor'];
        $this->assertSame([], self::changes($cursor)['rows']);
        $this->complete(COMPLETION_COMPLETE);
        $this->complete(COMPLETION_INCOMPLETE);
        $this->complete(COMPLETION_COMPLETE);
        $page = self::changes($cursor);
        $this->assertCount(1, $page['rows']);
        $this->assertSame(
            ['state', 'cs:p1:page', (int) $this->learner->id],
            [$page['rows'][0]['what'], $page['rows'][0]['key'], $page['rows'][0]['userid']]
        );
        $this->assertSame('complete', json_decode($page['rows'][0]['facts'], true)[0]['state']);
        $this->assertSame([], self::changes($page['cursor'])['rows']);
    }

    public function test_unknown_cursor_is_said(): void {
        $page = self::changes();
        [$epoch, $seq, $tag] = explode('.', $page['cursor']);
        $ahead = $seq + 1;
        foreach (["$epoch.$seq.0123456789abcdef", "$epoch.$ahead.$tag", "x.$seq.$tag", 'rubbish', "$epoch.0.00"] as $bad) {
            $answer = self::changes($bad);
            $this->assertTrue($answer['resync'], $bad);
            $this->assertSame([$page['cursor'], []], [$answer['cursor'], $answer['rows']]);
        }
    }

    public function test_pages_follow_each_other(): void {
        $all = array_column(self::changes()['rows'], 'seq');
        $this->complete(COMPLETION_COMPLETE);
        $seen = [];
        $cursor = '';
        do {
            $page = self::changes($cursor, 1);
            $seen = [...$seen, ...array_column($page['rows'], 'seq')];
            $cursor = $page['cursor'];
        } while ($page['more']);
        $this->assertSame(count(array_unique($seen)), count($seen));
        $this->assertGreaterThan(count($all), count($seen));
    }

    public function test_pruned_rows_mean_a_new_reading(): void {
        global $DB;
        $first = self::changes('', 1)['cursor'];
        $this->complete(COMPLETION_COMPLETE);
        $last = self::changes()['cursor'];
        outbox::prune(time() + 10);
        $this->assertSame(0, $DB->count_records(outbox::TABLE));
        $this->assertTrue(self::changes($first)['resync']);
        $this->assertFalse(self::changes($last)['resync']);
        $this->complete(COMPLETION_INCOMPLETE);
        $this->assertCount(1, self::changes($last)['rows']);
    }

    public function test_course_that_is_not_watched_writes_nothing(): void {
        global $DB;
        $before = $DB->count_records(outbox::TABLE);
        $other = $this->getDataGenerator()->create_course(['enablecompletion' => 1]);
        $this->getDataGenerator()->enrol_user($this->learner->id, $other->id);
        $module = $this->getDataGenerator()->create_module('page', ['course' => $other->id, 'completion' => 1]);
        $cm = get_fast_modinfo($other)->get_cm($module->cmid);
        (new \completion_info($other))->update_state($cm, COMPLETION_COMPLETE, $this->learner->id);
        $this->assertSame($before, $DB->count_records(outbox::TABLE));
    }

    public function test_snapshot_holds_every_learner_and_tracked_activity(): void {
        $this->getDataGenerator()->create_and_enrol($this->course, 'editingteacher');
        $second = $this->getDataGenerator()->create_and_enrol($this->course, 'student');
        $state = fn($after) => external_api::clean_returnvalue(get_state::execute_returns(), get_state::execute('p1', $after, 1));
        $first = $state(0);
        $this->assertTrue($first['more']);
        $next = $state($first['nextuserid']);
        $this->assertFalse($next['more']);
        $this->assertEquals([$this->learner->id, $second->id], [$first['users'][0]['userid'], $next['users'][0]['userid']]);
        $facts = json_decode($next['users'][0]['facts'], true);
        $this->assertEqualsCanonicalizing(['enrolment', 'account', 'activity'], array_column($facts, 'kind'));
        $this->assertContains('incomplete', array_column($facts, 'state'));
    }

    public function test_account_and_enrolment(): void {
        $cursor = self::changes()['cursor'];
        user_update_user((object) ['id' => $this->learner->id, 'suspended' => 1], false);
        $statuses = fn($page) => array_column(json_decode(end($page['rows'])['facts'], true), 'status', 'kind');
        $page = self::changes($cursor);
        $this->assertSame(['enrolment' => 'active', 'account' => 'suspended'], $statuses($page));
        delete_user($this->learner);
        $this->assertSame(['enrolment' => 'absent', 'account' => 'deleted'], $statuses(self::changes($page['cursor'])));
    }

    public function test_page_shows_only_what_is_ready(): void {
        global $PAGE;
        $output = $PAGE->get_renderer('core');
        $status = ['v' => 1, 'as_of' => '2027-02-04T05:00:00Z', 'complete' => true, 'next' => null, 'todo' => [],
            'dossier' => [['key' => 'cs:p1:a', 'label' => 'Dépôt <A>', 'text' => 'reçu', 'receipt' => true]],
            'attendance' => ['text' => '31,5 jours sur environ 39'], 'modules' => [['title' => 'M1', 'text' => '7/10']],
            'jury' => null, 'decision' => null, 'contact' => 'INSET', 'unknown' => ['kept' => 1]];
        $item = ['userid' => (int) $this->learner->id, 'status' => json_encode($status)];
        $stranger = ['userid' => (int) $this->getDataGenerator()->create_user()->id] + $item;
        $this->assertSame(['stored' => 1], put_candidate_status::execute('p1', [$item, $stranger]));
        $page = new \local_cyclesync\output\me_page(scope::open('p1'), (int) $this->learner->id);
        $html = $output->render_from_template('local_cyclesync/me', $page->export_for_template($output));
        $this->assertStringContainsString('31,5 jours sur environ 39', $html);
        $this->assertStringContainsString('Dépôt &lt;A&gt;', $html);
        $this->assertStringNotContainsString('kept', $html);
        $empty = new \local_cyclesync\output\me_page(scope::open('p1'), (int) $stranger['userid']);
        $this->assertFalse($empty->export_for_template($output)['known']);
        $this->expectException(\invalid_parameter_exception::class);
        put_candidate_status::execute('p1', [['status' => '{"v":2}'] + $item]);
    }

    public function test_privacy(): void {
        global $DB;
        self::changes();
        $context = \context_course::instance($this->course->id);
        $item = ['userid' => (int) $this->learner->id, 'status' => '{"v":1,"as_of":"2027-02-04T05:00:00Z"}'];
        put_candidate_status::execute('p1', [$item]);
        $list = \local_cyclesync\privacy\provider::get_contexts_for_userid((int) $this->learner->id);
        $this->assertEquals([$context->id], $list->get_contextids());
        $approved = new \core_privacy\local\request\approved_contextlist($this->learner, 'local_cyclesync', [$context->id]);
        \local_cyclesync\privacy\provider::export_user_data($approved);
        $this->assertTrue(\core_privacy\local\request\writer::with_context($context)->has_any_data());
        \local_cyclesync\privacy\provider::delete_data_for_user($approved);
        foreach (['local_cyclesync_status', 'local_cyclesync_outbox'] as $table) {
            $this->assertSame(0, $DB->count_records($table, ['userid' => $this->learner->id]));
        }
    }

    public function test_info_names_rights(): void {
        $info = external_api::clean_returnvalue(get_info::execute_returns(), get_info::execute('cycles'));
        $this->assertSame([], $info['missing']);
        $this->assertContains('moodle/site:config', $info['excess']);
        $this->setUser($this->learner);
        $info = external_api::clean_returnvalue(get_info::execute_returns(), get_info::execute('cycles'));
        $this->assertContains('local/cyclesync:manage', $info['missing']);
        $this->assertSame([[], []], [$info['excess'], $info['roles']]);
    }
}
