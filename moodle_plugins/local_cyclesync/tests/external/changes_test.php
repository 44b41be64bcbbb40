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

use local_cyclesync\local\outbox;
use local_cyclesync\local\roles;

/**
 * What a mapping changes in a course that is there: the fields asked for change, and nothing beside them.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_cyclesync\local\completion_guard
 * @covers \local_cyclesync\local\key_renamer
 * @covers \local_cyclesync\local\kinds\course
 * @covers \local_cyclesync\local\kinds\enrol_instance
 * @covers \local_cyclesync\local\kinds\enrolment
 * @covers \local_cyclesync\local\kinds\module
 * @covers \local_cyclesync\local\kinds\module_writer
 * @covers \local_cyclesync\local\kinds\section
 * @covers \local_cyclesync\local\modules\scorm
 * @covers \local_cyclesync\local\modules\url
 */
final class changes_test extends \advanced_testcase {
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

    /**
     * Make a page.
     *
     * @param string $name its name
     * @param array $fields what it has of its own
     */
    private function page(string $name, array $fields = []): void {
        $result = $this->generator->call_module('page', $name, $fields + ['name' => $name, 'content' => 'x', 'position' => 0]);
        $this->assertSame('created', $result['action'], $result['message']);
    }

    /**
     * Change an activity, and give back its state before and after.
     *
     * @param string $modname its type
     * @param string $name its name
     * @param array $fields changes
     * @return array[] two states
     */
    private function changed(string $modname, string $name, array $fields): array {
        $before = $this->generator->state()[$name];
        $result = $this->generator->call_module($modname, $name, $fields, $before['digest']);
        $this->assertSame(['updated', ''], [$result['action'], $result['message']]);
        return [$before, $this->generator->state()[$name]];
    }

    public function test_course(): void {
        $before = $this->generator->state()['course'];
        $wanted = [
            'fullname' => 'Cycle 2027', 'shortname' => 'c27', 'summary' => '<p>r</p>', 'visible' => false, 'showgrades' => false,
            'startdate' => 1802000000, 'enddate' => 1803000000, 'newsitems' => 0,
        ];
        $wanted['visible'] = !$before['fields']['visible'];
        $result = $this->generator->call('ensure_course', 'p1', 'course', $wanted, $before['digest']);
        $this->assertSame(['updated', ''], [$result['action'], $result['message']]);
        $after = $this->generator->state()['course'];
        $this->assertEquals(array_merge($before['fields'], $wanted), $after['fields']);
        $this->assertSame($after['digest'], $result['digest']);
        $only = ['enddate' => 1804000000];
        $this->generator->call('ensure_course', 'p1', 'course', $only, $after['digest']);
        $this->assertEquals($only + $after['fields'], $this->generator->state()['course']['fields']);
    }

    public function test_course_without_a_manual_method_gets_one(): void {
        global $DB;
        $DB->delete_records('enrol', ['courseid' => $this->course->id, 'enrol' => 'manual']);
        $DB->delete_records('local_cyclesync_map', ['objkey' => 'cs:p1:enrol']);
        $result = $this->generator->call('ensure_enrolment_instance', 'p1', 'enrol', ['status' => 'suspended']);
        $this->assertSame(['created', ''], [$result['action'], $result['message']]);
        $fields = ['role' => 'student', 'welcomemessage' => false, 'status' => 'suspended'];
        $this->assertEquals($fields, $this->generator->state()['enrol']['fields']);
        $made = $DB->get_record('enrol', ['courseid' => $this->course->id, 'enrol' => 'manual'], '*', MUST_EXIST);
        $this->assertEquals([0, 0, 0], [$made->enrolperiod, $made->expirynotify, $made->notifyall]);
    }

    public function test_section_that_comes_first(): void {
        global $DB;
        $DB->delete_records('local_cyclesync_map', ['objkey' => 'cs:p1:s0']);
        $this->generator->call_list('ensure_sections', 'p1', 's5', ['name' => 'S 5', 'position' => 5]);
        $result = $this->generator->call_list('ensure_sections', 'p1', 'first', ['name' => 'First', 'position' => 1]);
        $this->assertSame(['created', ''], [$result['action'], $result['message']]);
        $digest = $this->generator->state()['s5']['digest'];
        $result = $this->generator->call_list('ensure_sections', 'p1', 's5', ['position' => 0], $digest);
        $this->assertSame('updated', $result['action'], $result['message']);
        $names = $DB->get_fieldset_select('course_sections', 'name', 'course = ? ORDER BY section', [$this->course->id]);
        $this->assertSame(['S 0', 'S 5', 'First', 'S 1'], $names);
    }

    public function test_activity_shown_or_hidden_inside_a_hidden_section(): void {
        global $DB;
        $this->page('p');
        $section = $this->generator->state()['s1'];
        $this->generator->call_list('ensure_sections', 'p1', 's1', ['visible' => false], $section['digest']);
        [, $after] = $this->changed('page', 'p', ['visible' => false]);
        $this->assertFalse($after['fields']['visible']);
        [, $after] = $this->changed('page', 'p', ['visible' => true]);
        $this->assertTrue($after['fields']['visible']);
        $this->assertEquals(0, $DB->get_field('course_modules', 'visible', ['id' => $after['id']]));
        $digest = $this->generator->state()['s1']['digest'];
        $this->generator->call_list('ensure_sections', 'p1', 's1', ['visible' => true], $digest);
        $this->assertEquals(1, $DB->get_field('course_modules', 'visible', ['id' => $after['id']]));
    }

    public function test_whoever_may_not_show_activities_shows_none(): void {
        global $DB;
        $this->page('p', ['visible' => false]);
        $before = $this->generator->state()['p'];
        $account = $this->getDataGenerator()->create_user();
        $role = roles::record('cyclesync_category')->id;
        $cycles = \context_coursecat::instance($DB->get_field('course_categories', 'id', ['idnumber' => 'cycles']));
        role_assign($role, $account->id, $cycles->id);
        unassign_capability('moodle/course:activityvisibility', $role);
        $this->setUser($account);
        $result = $this->generator->call_module('page', 'p', ['visible' => true], $before['digest']);
        $this->setAdminUser();
        $this->assertSame(['capability', 'moodle/course:activityvisibility'], [$result['code'], $result['message']]);
        $this->assertEquals($before, $this->generator->state()['p']);
    }

    public function test_activity_that_the_mapping_puts_into_another_section(): void {
        $this->generator->call_list('ensure_sections', 'p1', 's2', ['name' => 'S 2', 'position' => 2]);
        foreach (['a' => 0, 'b' => 1] as $name => $position) {
            $this->page($name, ['position' => $position]);
        }
        $before = $this->generator->state()['a'];
        $call = fn(string $section, array $fields, string $expect) => ensure_module::execute(
            ...['p1', 'cs:p1:a', "cs:p1:$section", 'page', json_encode((object) $fields), 0, $expect],
            ...[\local_cyclesync_generator::UID, 'r'],
        );
        $refused = $call('nowhere', [], $before['digest']);
        $this->assertSame(['missing', 'cs:p1:nowhere'], [$refused['code'], substr($refused['message'], -13)]);
        $this->assertEquals($before, $this->generator->state()['a']);
        $this->assertSame('updated', $call('s2', [], $before['digest'])['action']);
        $after = $this->generator->state()['a'];
        $this->assertSame(['cs:p1:s2', $before['id'], $before['fields']], [$after['parent'], $after['id'], $after['fields']]);
        $this->assertSame('unchanged', $call('s2', [], $after['digest'])['action']);
        // What people move, the mapping does not move back unless it changes its mind.
        $section = get_fast_modinfo($this->course->id)->get_section_info_by_id($this->generator->state()['s0']['id']);
        moveto_module(get_coursemodule_from_id('page', $after['id']), $section);
        $moved = $this->generator->state()['a'];
        $this->assertSame('unchanged', $call('s2', [], $moved['digest'])['action']);
        $this->assertSame('updated', $call('s1', ['position' => 2], $moved['digest'])['action']);
        $this->assertSame('cs:p1:s1', $this->generator->state()['a']['parent']);
        $this->assertSame(2, $this->generator->state()['a']['fields']['position']);
    }

    public function test_rules_of_completion_that_change_before_anybody_has_results_are_told(): void {
        global $DB;
        $this->page('p', ['completion' => 2, 'completionview' => true]);
        [, $after] = $this->changed('page', 'p', ['completion' => 1, 'completionview' => false]);
        $this->assertSame([1, false], [$after['fields']['completion'], $after['fields']['completionview']]);
        $this->assertSame(1, $DB->count_records(outbox::TABLE, ['what' => 'completion_unlocked', 'objkey' => 'cs:p1:p']));
    }

    public function test_condition_that_people_added_is_one(): void {
        global $DB;
        $fields = ['name' => 'A', 'position' => 0, 'grade' => 20, 'completion' => 2, 'completionsubmit' => true];
        $this->generator->call_module('assign', 'a', $fields);
        $before = $this->generator->state()['a'];
        $result = $this->generator->call_module('assign', 'a', ['completionsubmit' => false], $before['digest']);
        $this->assertSame(['invalid', 'automatic completion without a condition'], [$result['code'], $result['message']]);
        // In Moodle's own form somebody asks for a grade besides.
        $DB->set_field('course_modules', 'completiongradeitemnumber', 0, ['id' => $before['id']]);
        rebuild_course_cache($this->course->id, true);
        $this->changed('assign', 'a', ['completionsubmit' => false]);
        $this->assertEquals(0, $DB->get_field('course_modules', 'completiongradeitemnumber', ['id' => $before['id']]));
    }

    public function test_package_stays_with_its_window_when_something_else_changes(): void {
        global $DB;
        $fields = ['name' => 'S', 'position' => 0, 'popup' => 1, 'package_digest' => 'v1'];
        $this->generator->call_module('scorm', 's', $fields, '', $this->generator->draft_package(['A']));
        $DB->set_field('scorm', 'options', 'scrollbars=1,directories=0,location=1,menubar=0,toolbar=0,status=0');
        $before = $DB->get_record('scorm', [], '*', MUST_EXIST);
        [$old, $new] = $this->changed('scorm', 's', ['name' => 'T', 'maxattempt' => 3]);
        $this->assertEquals(['name' => 'T', 'maxattempt' => 3] + $old['fields'], $new['fields']);
        $after = $DB->get_record('scorm', [], '*', MUST_EXIST);
        $kept = ['options' => 1, 'sha1hash' => 1, 'reference' => 1, 'launch' => 1, 'width' => 1, 'height' => 1, 'revision' => 1];
        $this->assertEquals(array_intersect_key((array) $before, $kept), array_intersect_key((array) $after, $kept));
    }

    public function test_address_keeps_the_parameters_that_people_added(): void {
        global $DB;
        $this->generator->call_module('url', 'u', ['name' => 'U', 'position' => 0, 'externalurl' => 'https://example.org/']);
        $parameters = serialize(['quoi' => 'coursename', 'qui' => 'userid']);
        $DB->set_field('url', 'parameters', $parameters);
        [, $new] = $this->changed('url', 'u', ['name' => 'V']);
        $this->assertSame('V', $new['fields']['name']);
        $this->assertSame($parameters, $DB->get_field('url', 'parameters', []));
    }

    public function test_group_of_an_account_that_was_deleted(): void {
        global $DB;
        $this->preventResetByRollback();
        $this->generator->call_list('ensure_groups', 'p1', 'g', ['name' => 'G']);
        $user = $this->generator->enrol_trainee('e');
        $DB->set_field('user', 'deleted', 1, ['id' => $user->id]);
        $before = $this->generator->state()['e'];
        $change = ['groups' => ['cs:p1:g'], 'status' => 'suspended'];
        $result = $this->generator->call_list('ensure_enrolments', 'p1', 'e', $change, $before['digest']);
        $this->assertSame(['invalid', 'could not be added to the group: cs:p1:g'], [$result['code'], $result['message']]);
        $this->assertEquals($before, $this->generator->state()['e']);
    }
}
