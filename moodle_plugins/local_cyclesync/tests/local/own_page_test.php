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

/**
 * Who has a page, who is told why not, and where its tab is.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_cyclesync\local\own_page
 * @covers ::local_cyclesync_extend_navigation_course
 */
final class own_page_test extends \advanced_testcase {
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
    }

    /**
     * Why somebody has no page in the course.
     *
     * @param int $userid the person
     * @return string
     */
    private function refusal(int $userid): string {
        return own_page::refusal(\context_course::instance($this->course->id), $userid);
    }

    public function test_everybody_is_answered_in_words(): void {
        global $DB;
        $data = $this->getDataGenerator();
        $suspended = $this->generator->enrol_trainee('e2', 'suspended');
        $teacher = $data->create_and_enrol($this->course, 'editingteacher');
        $expected = [
            [(int) $this->learner->id, ''],
            [0, 'refusedguest'],
            [(int) guest_user()->id, 'refusedguest'],
            [(int) $suspended->id, 'refusedsuspended'],
            [(int) $teacher->id, 'refusednotlearner'],
            [(int) get_admin()->id, 'refusednotlearner'],
            [(int) $data->create_user()->id, 'refusednotenrolled'],
        ];
        foreach ($expected as [$userid, $refusal]) {
            $this->assertSame($refusal, $this->refusal($userid));
            $this->assertTrue($refusal === '' || get_string_manager()->string_exists($refusal, 'local_cyclesync'));
        }
        $role = $DB->get_field('role', 'id', ['shortname' => 'user']);
        assign_capability('local/cyclesync:viewown', CAP_PROHIBIT, $role, \context_system::instance(), true);
        $this->assertSame('refusedright', $this->refusal((int) $this->learner->id));
    }

    public function test_learner_whose_enrolment_is_gone_is_not_enrolled(): void {
        global $DB;
        $DB->delete_records('user_enrolments', ['userid' => $this->learner->id]);
        $this->assertSame('refusednotenrolled', $this->refusal((int) $this->learner->id));
    }

    public function test_promotions_are_those_where_one_is_a_learner_and_the_course_is_shown(): void {
        $userid = (int) $this->learner->id;
        $second = $this->generator->create_promotion('p2');
        $this->getDataGenerator()->enrol_user($userid, $second->id, 'student');
        $this->getDataGenerator()->enrol_user($userid, $this->getDataGenerator()->create_course()->id, 'student');
        $this->assertSame([], own_page::promotions($userid), 'a course is hidden at its creation');
        course_change_visibility($this->course->id, true);
        $this->assertSame(['p1'], array_keys(own_page::promotions($userid)));
        course_change_visibility($second->id, true);
        $this->assertEqualsCanonicalizing(['p1', 'p2'], array_keys(own_page::promotions($userid)));
        $this->assertSame([], own_page::promotions((int) get_admin()->id));
    }

    public function test_promotion_that_is_not_here_is_said(): void {
        $this->assertSame((int) $this->course->id, (int) own_page::open('p1')->course->id);
        foreach (['nowhere', 'NOT AN ID', ''] as $promotion) {
            try {
                own_page::open($promotion);
                $this->fail($promotion);
            } catch (\moodle_exception $error) {
                $this->assertSame('nocourse', $error->errorcode);
            }
        }
    }

    public function test_tab_is_for_those_who_have_a_page_in_watched_courses(): void {
        $other = $this->getDataGenerator()->create_course();
        $this->getDataGenerator()->enrol_user($this->learner->id, $other->id, 'student');
        $tab = function (\stdClass $course): bool {
            $node = \navigation_node::create('x');
            local_cyclesync_extend_navigation_course($node, $course, \context_course::instance($course->id));
            return (bool) $node->get('local_cyclesync_me');
        };
        $this->assertFalse($tab($this->course));
        $this->setUser($this->learner);
        $this->assertTrue($tab($this->course));
        $this->assertFalse($tab($other));
        $this->setGuestUser();
        $this->assertFalse($tab($this->course));
    }
}
