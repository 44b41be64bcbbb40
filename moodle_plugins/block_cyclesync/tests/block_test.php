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

namespace block_cyclesync;

/**
 * The block: only for those who have a page, only its beginning.
 *
 * @package    block_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \block_cyclesync
 * @covers \block_cyclesync\output\content
 * @covers \block_cyclesync\output\mobile
 * @covers \block_cyclesync\privacy\provider
 */
final class block_test extends \advanced_testcase {
    /** @var \local_cyclesync_generator */
    private \local_cyclesync_generator $generator;

    /** @var \stdClass course of promotion p1 */
    private \stdClass $course;

    /** @var \stdClass a learner */
    private \stdClass $learner;

    #[\Override]
    protected function setUp(): void {
        global $CFG;
        require_once($CFG->dirroot . '/blocks/moodleblock.class.php');
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
        $this->generator = $this->getDataGenerator()->get_plugin_generator('local_cyclesync');
        $this->course = $this->generator->create_promotion();
        course_change_visibility($this->course->id, true);
        $this->learner = $this->generator->create_trainee();
    }

    /**
     * What the block shows to the present user.
     *
     * @param \stdClass $course the course of the page
     * @return string
     */
    private function shown(\stdClass $course): string {
        $block = block_instance('cyclesync');
        $block->page = new \moodle_page();
        $block->page->set_course($course);
        return html_entity_decode(preg_replace('/\s+/u', ' ', strip_tags($block->get_content()->text)), ENT_QUOTES);
    }

    public function test_beginning_of_the_page_and_the_way_to_it(): void {
        global $SITE;
        $todo = array_map(fn($n) => ['text' => "Chose $n", 'by' => 'demain', 'keys' => []], [1, 2, 3]);
        $this->generator->put_status((int) $this->learner->id, ['todo' => $todo]);
        $this->generator->submit('depot-b', (int) $this->learner->id, 'draft');
        $this->setUser($this->learner);
        foreach ([$SITE, $this->course] as $course) {
            $text = $this->shown($course);
            $open = get_string('open', 'block_cyclesync');
            foreach (['14 janvier 2027', get_string('alert_draft', 'local_cyclesync'), 'Chose 2', $open] as $part) {
                $this->assertStringContainsString($part, $text);
            }
            $this->assertStringContainsString(get_string('more', 'block_cyclesync', 1), $text);
            foreach (['Chose 3', '31,5 jours', '12 mars'] as $part) {
                $this->assertStringNotContainsString($part, $text);
            }
        }
    }

    public function test_nothing_in_another_course_nor_for_somebody_else(): void {
        $other = $this->getDataGenerator()->create_course();
        $this->setUser($this->learner);
        $this->assertSame('', $this->shown($other));
        $this->setUser($this->getDataGenerator()->create_and_enrol($this->course, 'editingteacher'));
        $this->assertSame('', $this->shown($this->course));
        $this->setGuestUser();
        $this->assertSame('', $this->shown($this->course));
    }

    public function test_nothing_sent_yet_is_said(): void {
        $this->setUser($this->learner);
        $this->assertStringContainsString(get_string('notyet', 'block_cyclesync'), $this->shown($this->course));
    }

    public function test_content_is_made_once_for_a_page(): void {
        $this->setUser($this->learner);
        $block = block_instance('cyclesync');
        $block->page = new \moodle_page();
        $block->page->set_course($this->course);
        $first = $block->get_content();
        $this->setAdminUser();
        $this->generator->put_status((int) $this->learner->id);
        $this->setUser($this->learner);
        $this->assertSame($first, $block->get_content());
    }

    public function test_every_promotion_is_named_when_there_are_several(): void {
        $second = $this->generator->create_promotion('p2');
        course_change_visibility($second->id, true);
        $this->getDataGenerator()->enrol_user($this->learner->id, $second->id, 'student');
        $content = output\content::of_user((int) $this->learner->id, 0);
        $this->assertTrue($content['several']);
        $this->assertEqualsCanonicalizing(['Cycle p1', 'Cycle p2'], array_column($content['pages'], 'course'));
    }

    public function test_only_dashboards_and_courses_take_it(): void {
        $formats = block_instance('cyclesync')->applicable_formats();
        $this->assertSame(['my', 'course-view'], array_keys(array_filter($formats)));
        $this->assertFalse($formats['all']);
    }

    public function test_in_the_app(): void {
        $this->generator->put_status((int) $this->learner->id);
        $this->setUser($this->learner);
        $args = ['contextlevel' => 'course', 'instanceid' => $this->course->id];
        $html = output\mobile::view($args)['templates'][0]['html'];
        $this->assertStringContainsString('La remise du dépôt A', $html);
        $this->assertStringContainsString('ngNonBindable', $html);
        $this->assertDoesNotMatchRegularExpression('/[@{}]/', $html, 'Angular would take them for code');
        $this->setGuestUser();
        $html = html_entity_decode(output\mobile::view($args)['templates'][0]['html'], ENT_QUOTES);
        $this->assertStringContainsString(get_string('nopromotion', 'local_cyclesync'), $html);
    }

    public function test_it_keeps_nothing(): void {
        $this->assertTrue(get_string_manager()->string_exists(privacy\provider::get_reason(), 'block_cyclesync'));
    }
}
