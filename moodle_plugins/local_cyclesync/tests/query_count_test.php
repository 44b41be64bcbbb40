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

use local_cyclesync\external\get_changes;
use local_cyclesync\external\get_course_state;
use local_cyclesync\external\get_state;
use local_cyclesync\local\outbox;

/**
 * How many queries the reads take: as many for a hundred trainees as for two.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_cyclesync\local\facts
 * @covers \local_cyclesync\local\submitted_files
 * @covers \local_cyclesync\local\members
 * @covers \local_cyclesync\local\course_state
 * @covers \local_cyclesync\observer
 */
final class query_count_test extends \advanced_testcase {
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
        $draft = $this->generator->draft_package(['A']);
        $scorm = ['name' => 'M', 'package_digest' => 'd1', 'position' => 0, 'completion' => 1];
        $this->generator->call_module('scorm', 'm01', $scorm, '', $draft);
        $this->generator->call_module('assign', 'depot', ['name' => 'D', 'position' => 1, 'completion' => 1, 'maxfiles' => 5]);
        $this->generator->call_list('ensure_groups', 'p1', 'g1', ['name' => 'Groupe 1']);
    }

    /**
     * Enrol people who have each done everything.
     *
     * @param int $many how many
     */
    private function add_learners(int $many): void {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/mod/scorm/locallib.php');
        $state = $this->generator->state();
        $cms = get_fast_modinfo($this->course)->get_cms();
        $sco = $DB->get_record('scorm_scoes', ['scorm' => $cms[$state['m01']['id']]->instance, 'scormtype' => 'sco']);
        $assign = $cms[$state['depot']['id']];
        for ($i = 0; $i < $many; $i++) {
            $userid = (int) $this->getDataGenerator()->create_user()->id;
            $this->generator->call_list('ensure_enrolments', 'p1', "p$userid", ['userid' => $userid, 'groups' => ['cs:p1:g1']]);
            scorm_insert_track($userid, $sco->scorm, $sco->id, 1, 'cmi.core.lesson_status', 'completed');
            $this->hand_in($assign, $userid);
            outbox::add('state', (int) $this->course->id, 'p1', 'cs:p1:m01', $userid);
        }
    }

    /**
     * Hand in two files.
     *
     * @param \cm_info $cm the assignment
     * @param int $userid who
     */
    private function hand_in(\cm_info $cm, int $userid): void {
        global $DB;
        $id = $DB->insert_record('assign_submission', [
            'assignment' => $cm->instance, 'userid' => $userid, 'timecreated' => time(), 'timemodified' => time(),
            'status' => 'submitted', 'latest' => 1,
        ]);
        foreach (['a', 'b'] as $name) {
            get_file_storage()->create_file_from_string([
                'contextid' => $cm->context->id, 'component' => 'assignsubmission_file', 'filearea' => 'submission_files',
                'itemid' => $id, 'filepath' => '/', 'filename' => "$name.txt", 'userid' => $userid,
            ], "$name of $userid");
        }
    }

    /**
     * Queries that a call takes, once everything that it keeps is kept.
     *
     * @param callable $call the call
     * @return int
     */
    private static function queries(callable $call): int {
        global $DB;
        $call();
        $before = $DB->perf_get_queries();
        $call();
        return $DB->perf_get_queries() - $before;
    }

    /**
     * The reads.
     *
     * @return array[] name of the class, arguments
     */
    public static function reads(): array {
        return [
            'changes' => ['class' => get_changes::class, 'args' => ['', 1000]],
            'state' => ['class' => get_state::class, 'args' => ['p1', 0, 1000]],
            'course state' => ['class' => get_course_state::class, 'args' => ['p1', '11111111-2222-4333-8444-555555555555']],
        ];
    }

    /**
     * The number of people changes nothing.
     *
     * @dataProvider reads
     * @param string $class class of the function
     * @param array $args arguments of the call
     */
    public function test_queries_do_not_depend_on_the_number_of_people(string $class, array $args): void {
        $this->add_learners(2);
        $few = self::queries(fn() => $class::execute(...$args));
        $this->add_learners(5);
        $this->assertSame($few, self::queries(fn() => $class::execute(...$args)));
        $this->assertLessThan(80, $few);
    }

    /**
     * What an event of an activity costs.
     *
     * @param int $cmid course module
     * @return int[] queries, rows written
     */
    private static function cost_of_an_event(int $cmid): array {
        global $DB;
        $event = \core\event\course_module_completion_updated::create([
            'objectid' => 1, 'context' => \context_module::instance($cmid), 'relateduserid' => 2,
            'other' => ['relateduserid' => 2, 'overrideby' => null, 'isbulkupdate' => false],
        ]);
        $rows = $DB->count_records(outbox::TABLE);
        $before = $DB->perf_get_queries();
        observer::user_activity($event);
        return [$DB->perf_get_queries() - $before, $DB->count_records(outbox::TABLE) - $rows];
    }

    public function test_an_event_costs_one_query_whether_the_course_is_ours_or_not(): void {
        $other = $this->getDataGenerator()->create_course(['enablecompletion' => 1]);
        $module = $this->getDataGenerator()->create_module('page', ['course' => $other->id, 'completion' => 1]);
        $this->assertSame([1, 0], self::cost_of_an_event((int) $module->cmid));
        $cmid = (int) $this->generator->state()['m01']['id'];
        $this->assertSame([2, 1], self::cost_of_an_event($cmid), 'the map is asked once');
        $this->assertSame([1, 1], self::cost_of_an_event($cmid), 'then the cache knows');
    }
}
