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

/**
 * Criteria of the completion of the course: written once, never at the price of what learners have done.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_cyclesync\local\course_criteria
 * @covers     \local_cyclesync\local\completion_guard
 */
final class course_criteria_test extends \advanced_testcase {
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
        foreach (['a', 'b'] as $position => $name) {
            $fields = ['name' => $name, 'content' => 'x', 'position' => $position, 'completion' => 2, 'completionview' => true];
            $this->generator->call_module('page', $name, $fields);
        }
    }

    /**
     * Ask for criteria.
     *
     * @param string[] $names activities
     * @param bool $dryrun check only
     * @return array the result
     */
    private function criteria(array $names, bool $dryrun = false): array {
        $fields = json_encode(['criteria' => array_map(fn($name) => "cs:p1:$name", $names)]);
        $digest = $this->generator->state()['course']['digest'];
        return ensure_course::execute('p1', 'cs:p1:course', $fields, $digest, \local_cyclesync_generator::UID, 'r', $dryrun);
    }

    /**
     * Open a page as a new learner.
     *
     * @param string[] $names pages
     * @return \stdClass the learner
     */
    private function learner_of(array $names): \stdClass {
        $user = $this->getDataGenerator()->create_and_enrol($this->course, 'student');
        $this->setUser($user);
        foreach ($names as $name) {
            $cm = get_fast_modinfo($this->course->id)->get_cm($this->generator_id($name));
            (new \completion_info($this->course))->set_module_viewed($cm);
        }
        $this->setAdminUser();
        return $user;
    }

    /**
     * Course module of an activity.
     *
     * @param string $name the activity
     * @return int
     */
    private function generator_id(string $name): int {
        global $DB;
        return (int) $DB->get_field('course_modules', 'id', ['idnumber' => "cs:p1:$name"], MUST_EXIST);
    }

    public function test_criteria_are_written_given_back_and_left_alone(): void {
        global $DB;
        $this->assertSame([], $this->generator->state()['course']['fields']['criteria']);
        $this->assertSame('updated', $this->criteria(['a', 'b'], true)['action']);
        $this->assertSame(0, $DB->count_records('course_completion_criteria'));
        $this->assertSame('updated', $this->criteria(['b', 'a'])['action']);
        $this->assertSame(['cs:p1:a', 'cs:p1:b'], $this->generator->state()['course']['fields']['criteria']);
        $rows = $DB->get_records('course_completion_criteria');
        $this->assertContains($this->criteria(['a', 'b'])['action'], ['unchanged', 'recorded']);
        $this->assertEquals($rows, $DB->get_records('course_completion_criteria'));
        $this->assertSame('updated', $this->criteria(['a'])['action']);
        $this->assertSame(['cs:p1:a'], $this->generator->state()['course']['fields']['criteria']);
        $info = new \completion_info($this->course);
        $this->assertEquals(COMPLETION_AGGREGATION_ALL, $info->get_aggregation_method());
    }

    public function test_criteria_of_others_are_shown_and_stay(): void {
        global $CFG, $DB;
        $page = $this->getDataGenerator()->create_module('page', ['course' => $this->course->id, 'completion' => 1]);
        require_once($CFG->dirroot . '/completion/criteria/completion_criteria_activity.php');
        $data = (object) ['id' => $this->course->id, 'criteria_activity' => [$page->cmid => 1]];
        (new \completion_criteria_activity())->update_config($data);
        $theirs = "activity:{$page->cmid}";
        $this->assertSame([$theirs], $this->generator->state()['course']['fields']['criteria']);
        $this->assertSame('updated', $this->criteria(['a'])['action']);
        $this->assertSame([$theirs, 'cs:p1:a'], $this->generator->state()['course']['fields']['criteria']);
        $this->assertSame('unchanged', $this->criteria(['a'])['action']);
        $this->assertSame(2, $DB->count_records('course_completion_criteria'));
    }

    public function test_criteria_never_change_once_someone_has_begun(): void {
        global $DB;
        $this->criteria(['a', 'b']);
        $messages = $this->redirectMessages();
        $learner = $this->learner_of(['a']);
        $this->assertSame(0, $messages->count());
        $before = $DB->get_records('course_completion_crit_compl');
        $this->assertCount(1, $before);
        foreach ([false, true] as $dryrun) {
            $refused = $this->criteria(['a'], $dryrun);
            $this->assertSame(['refused', 'completion_unlock', 1], [$refused['action'], $refused['code'], $refused['affected']]);
        }
        $this->assertEquals($before, $DB->get_records('course_completion_crit_compl'));
        $this->assertSame(2, $DB->count_records('course_completion_criteria'));
        $this->assertSame(1, $DB->count_records('course_completions', ['userid' => $learner->id]));
    }

    public function test_new_criteria_erase_nothing_and_moodle_writes_when_the_last_is_done(): void {
        $first = $this->learner_of(['a']);
        $messages = $this->redirectMessages();
        $this->assertSame('updated', $this->criteria(['a', 'b'])['action']);
        $this->assertSame(0, $messages->count());
        $cm = get_fast_modinfo($this->course->id)->get_cm($this->generator_id('a'));
        $info = new \completion_info($this->course);
        $this->assertEquals(COMPLETION_COMPLETE, $info->get_data($cm, false, $first->id)->completionstate);
        $second = $this->learner_of(['a', 'b']);
        $this->assertTrue($info->is_course_complete($second->id));
        $written = $messages->get_messages();
        $this->assertSame([['coursecompleted', (int) $second->id]], array_map(
            fn($message) => [$message->eventtype, (int) $message->useridto],
            $written,
        ));
    }

    public function test_rules_of_a_criterion_are_locked_whatever_is_allowed(): void {
        global $DB;
        $this->criteria(['a', 'b']);
        $learner = $this->learner_of(['a', 'b']);
        $before = $DB->get_record('course_completions', ['userid' => $learner->id]);
        $this->assertNotEmpty($before->timecompleted);
        $digest = $this->generator->state()['a']['digest'];
        foreach ([[], ['completion-unlock']] as $allow) {
            $patch = ['completion' => 0, 'completionview' => false];
            $refused = $this->generator->call_module('page', 'a', $patch, $digest, 0, $allow);
            $this->assertSame(['completion_unlock', 1], [$refused['code'], $refused['affected']]);
        }
        $this->assertEquals($before, $DB->get_record('course_completions', ['userid' => $learner->id]));
    }

    public function test_wrong_criteria_are_refused(): void {
        $this->assertSame('missing', $this->criteria(['none'])['code']);
        $this->assertSame('missing', $this->criteria(['s1'])['code']);
        $this->generator->call_module('page', 'c', ['name' => 'C', 'content' => 'x', 'position' => 2]);
        $this->assertSame('invalid', $this->criteria(['c'])['code']);
        $fields = json_encode(['enablecompletion' => false, 'criteria' => ['cs:p1:a']]);
        $digest = $this->generator->state()['course']['digest'];
        $uid = \local_cyclesync_generator::UID;
        $this->assertSame('invalid', ensure_course::execute('p1', 'cs:p1:course', $fields, $digest, $uid, 'r')['code']);
        $this->assertSame([], $this->generator->state()['course']['fields']['criteria']);
    }
}
