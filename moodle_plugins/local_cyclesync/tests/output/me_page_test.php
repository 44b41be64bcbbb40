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

namespace local_cyclesync\output;

use local_cyclesync\local\own_page;

/**
 * The page « Où j'en suis »: its order, what is live, what it says when it knows little; the same in the app.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_cyclesync\output\me_page
 * @covers \local_cyclesync\output\mobile
 * @covers \local_cyclesync\local\live_state
 */
final class me_page_test extends \advanced_testcase {
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
     * Content of the page of the learner.
     *
     * @return array
     */
    private function content(): array {
        global $PAGE;
        $page = new me_page(own_page::open('p1'), (int) $this->learner->id);
        return $page->export_for_template($PAGE->get_renderer('core'));
    }

    /**
     * The page of the learner, without tags.
     *
     * @return string
     */
    private function text(): string {
        global $PAGE;
        $html = $PAGE->get_renderer('core')->render_from_template('local_cyclesync/me', $this->content());
        return html_entity_decode(preg_replace('/\s+/u', ' ', strip_tags($html)));
    }

    public function test_sections_come_in_the_order_of_what_a_trainee_asks(): void {
        $this->generator->put_status((int) $this->learner->id);
        $text = $this->text();
        $last = -1;
        $parts = ['14 janvier 2027', 'La remise du dépôt A', 'Dépôt B', '31,5 jours sur environ 39', '7/10', '12 mars 2027',
            get_string('nodecision', 'local_cyclesync'), 'reading)', 'INSET'];
        foreach ($parts as $part) {
            $found = strpos($text, $part);
            $this->assertNotFalse($found, $part);
            $this->assertGreaterThan($last, $found, $part);
            $last = $found;
        }
    }

    public function test_draft_is_told_first_and_is_not_received(): void {
        $this->generator->put_status((int) $this->learner->id);
        $this->generator->submit('depot-b', (int) $this->learner->id, 'draft');
        $content = $this->content();
        $this->assertSame(['Dépôt B'], array_column($content['alerts'], 'label'));
        [$a, $b] = $content['deposits'];
        $this->assertSame([false, false, []], [$a['received'], $a['alert'], $a['files']]);
        $this->assertSame([false, true], [$b['received'], $b['alert']]);
        $this->assertSame(hash('sha256', 'file of depot-b'), $b['files'][0]['sha256']);
        $page = new me_page(own_page::open('p1'), (int) $this->learner->id);
        $this->assertNull($page->receipt($this->generator->module_id('depot-b')));
    }

    public function test_what_was_done_since_the_reading_is_shown_as_moodle_shows_it(): void {
        $userid = (int) $this->learner->id;
        $this->generator->put_status($userid);
        $before = $this->content();
        $this->assertSame([false], array_column($before['todo'], 'done'));
        $this->assertSame(get_string('preparationnotdone', 'local_cyclesync'), $before['modules'][0]['live']);
        $this->generator->submit('depot-a', $userid, 'submitted');
        $this->generator->view('prep', $userid);
        $after = $this->content();
        $this->assertSame([true], array_column($after['todo'], 'done'));
        $this->assertSame(['7/10', get_string('preparationdone', 'local_cyclesync')], [
            $after['modules'][0]['text'], $after['modules'][0]['live'],
        ]);
        $this->assertTrue($after['deposits'][0]['received']);
    }

    public function test_receipt_names_the_person_the_files_and_their_digests(): void {
        $this->setUser($this->learner);
        $this->generator->submit('depot-a', (int) $this->learner->id, 'submitted');
        $page = new me_page(own_page::open('p1'), (int) $this->learner->id);
        $receipt = $page->receipt($this->generator->module_id('depot-a'));
        foreach ([fullname($this->learner), 'depot-a.pdf', hash('sha256', 'file of depot-a')] as $part) {
            $this->assertStringContainsString($part, $receipt);
        }
        $this->assertNull($page->receipt($this->generator->module_id('prep')));
        $this->assertNull($page->receipt(0));
    }

    public function test_nothing_sent_yet_still_shows_the_deposits(): void {
        $content = $this->content();
        $this->assertFalse($content['known']);
        $this->assertSame(['Dépôt A', 'Dépôt B'], array_column($content['deposits'], 'label'));
        $text = $this->text();
        $this->assertStringContainsString(get_string('notyet', 'local_cyclesync'), $text);
        $this->assertStringNotContainsString(get_string('attendance', 'local_cyclesync'), $text);
    }

    public function test_status_of_an_older_cyclesync_is_shown_as_it_comes(): void {
        $this->generator->put_status((int) $this->learner->id, [
            'todo' => [['text' => 'La remise', 'by' => '']],
            'modules' => [['title' => 'Module 1', 'text' => '7/10, préparation non faite']], 'activities' => null,
        ]);
        $content = $this->content();
        $this->assertSame(['7/10, préparation non faite', ''], [$content['modules'][0]['text'], $content['modules'][0]['live']]);
        $this->assertFalse($content['todo'][0]['done']);
    }

    public function test_deposit_that_is_hidden_says_whose_word_it_is(): void {
        $said = ['key' => 'cs:p1:gone', 'label' => 'Dépôt C', 'status' => 'none', 'text' => 'non remis'];
        $this->generator->put_status((int) $this->learner->id, ['dossier' => [['office' => false] + $said]]);
        $this->assertSame(['label' => 'Dépôt C', 'lastseen' => 'non remis'], $this->content()['deposits'][2]);
        $this->generator->put_status((int) $this->learner->id, ['dossier' => [['office' => true] + $said]]);
        $this->assertSame(['label' => 'Dépôt C', 'said' => 'non remis'], $this->content()['deposits'][2]);
    }

    public function test_page_costs_few_queries(): void {
        global $DB;
        $this->generator->put_status((int) $this->learner->id);
        $this->content();
        $before = $DB->perf_get_queries();
        $this->content();
        $this->assertLessThanOrEqual(12, $DB->perf_get_queries() - $before);
    }

    public function test_app_shows_the_same_to_the_learner_and_nothing_to_others(): void {
        course_change_visibility($this->course->id, true);
        $this->generator->put_status((int) $this->learner->id, ['contact' => '{{1+1}} } <b> @if a@angers.fr']);
        $this->setUser($this->learner);
        $this->assertSame([(int) $this->course->id], mobile::me_init([])['restrict']['courses']);
        $this->assertStringContainsString('registerHandler', mobile::me_init([])['javascript']);
        $answer = mobile::me(['courseid' => $this->course->id]);
        $this->assertStringContainsString('refreshContent', $answer['javascript']);
        $html = $answer['templates'][0]['html'];
        $this->assertStringContainsString('31,5 jours sur environ 39', $html);
        $this->assertDoesNotMatchRegularExpression('/[@{}]/', $html, 'Angular would take them for code');
        $this->assertStringContainsString('{{1+1}} } <b> @if a@angers.fr', html_entity_decode($html, ENT_QUOTES));
        $this->assertStringContainsString('ngNonBindable', $html);
        $this->setUser($this->getDataGenerator()->create_and_enrol($this->course, 'editingteacher'));
        $this->assertTrue(mobile::me_init([])['disabled']);
        $this->assertSame('', mobile::me_init([])['javascript']);
        $html = html_entity_decode(mobile::me(['courseid' => $this->course->id])['templates'][0]['html'], ENT_QUOTES);
        $this->assertStringContainsString(get_string('refusednotlearner', 'local_cyclesync'), $html);
        $this->setUser(null);
        $this->assertTrue(mobile::me_init([])['disabled']);
    }

    public function test_app_is_told_of_handlers_that_exist(): void {
        foreach (['local' => 'local_cyclesync', 'blocks' => 'block_cyclesync'] as $folder => $component) {
            $addons = [];
            $path = \core_component::get_component_directory($component);
            if ($path === null) {
                continue;
            }
            require("$path/db/mobile.php");
            foreach ($addons[$component]['handlers'] as $handler) {
                $this->assertTrue(method_exists("\\$component\\output\\mobile", $handler['method']), $folder);
                $this->assertTrue(get_string_manager()->string_exists($handler['displaydata']['title'], $component));
            }
        }
    }
}
