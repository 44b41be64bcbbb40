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

use local_cyclesync\local\roles;

/**
 * Values that Moodle would store without a word, or refuse too late: each refusal, in a creation and in a change; and the changes
 * that nothing else plays.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_cyclesync\local\kinds\course
 * @covers \local_cyclesync\local\kinds\enrol_instance
 * @covers \local_cyclesync\local\kinds\enrolment
 * @covers \local_cyclesync\local\kinds\event
 * @covers \local_cyclesync\local\kinds\group
 * @covers \local_cyclesync\local\kinds\module
 * @covers \local_cyclesync\local\kinds\section
 * @covers \local_cyclesync\local\modules\resource_file
 */
final class values_test extends \advanced_testcase {
    /** Fields of a course that may be made. */
    private const COURSE = ['fullname' => 'X', 'shortname' => 'x9', 'category' => 'cycles'];

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
     * Write one object of promotion p1 that is there.
     *
     * @param string $function name of the function
     * @param string $name object
     * @param array $fields changes
     * @return array the result
     */
    private function change(string $function, string $name, array $fields): array {
        $call = in_array($function, ['ensure_course', 'ensure_enrolment_instance'], true) ? 'call' : 'call_list';
        return $this->generator->$call($function, 'p1', $name, $fields, $this->digest($name));
    }

    /**
     * Digest of an object now.
     *
     * @param string $name object
     * @return string
     */
    private function digest(string $name): string {
        return $this->generator->state()[$name]['digest'];
    }

    /**
     * Check that a result is a refusal, and that the promotion is as before.
     *
     * @param array $before state before
     * @param string $code reason
     * @param string $word part of what is said
     * @param array $result the result
     */
    private function refused(array $before, string $code, string $word, array $result): void {
        $this->assertSame(['refused', $code], [$result['action'], $result['code']], $result['message']);
        $this->assertStringContainsString($word, $result['message']);
        $this->assertEquals($before, $this->generator->state());
    }

    public function test_course(): void {
        $other = $this->getDataGenerator()->create_course(['shortname' => 'taken']);
        $before = $this->generator->state();
        $call = fn(string $name, array $fields) => $this->generator->call('ensure_course', 'p9', $name, $fields + self::COURSE);
        $make = fn(array $fields, string $name = 'course') => $call($name, $fields);
        $change = fn(array $fields) => $this->change('ensure_course', 'course', $fields);
        $this->refused($before, 'invalid', 'cs:p9:course', $make([], 'x'));
        $this->refused($before, 'missing', 'no category', $make(['category' => 'nowhere']));
        $this->refused($before, 'exists', 'taken', $make(['shortname' => $other->shortname]));
        $this->refused($before, 'invalid', 'name', $make(['fullname' => '<b></b>']));
        $this->refused($before, 'invalid', 'language', $make(['lang' => 'xx']));
        $this->refused($before, 'invalid', 'dates', $make(['startdate' => 1802000000, 'enddate' => 1801000000]));
        $this->refused($before, 'invalid', 'category', $change(['category' => 'others']));
        $this->refused($before, 'exists', 'taken', $change(['shortname' => $other->shortname]));
        // The category may go while the call waits for its turn.
        $scope = \local_cyclesync\local\scope::open('p9', \local_cyclesync_generator::UID, 'r');
        $request = new \local_cyclesync\local\request('cs:p9:course', ['category' => 'nowhere'] + self::COURSE, '');
        $kind = new \local_cyclesync\local\kinds\course();
        $late = \local_cyclesync\local\applier::apply_all($scope, $kind, ['cs:p9:course' => $request])[0];
        $this->refused($before, 'missing', 'nowhere', $late);
        set_config('enablecompletion', 0);
        $this->refused($before, 'invalid', 'whole site', $make(['enablecompletion' => true]));
    }

    public function test_section(): void {
        $before = $this->generator->state();
        $make = fn(array $fields) => $this->generator->call_list('ensure_sections', 'p1', 's9', $fields + ['name' => 'S']);
        $this->refused($before, 'exists', 'section 0', $make(['position' => 0]));
        $this->refused($before, 'invalid', 'position', $make(['position' => -1]));
        set_config('enableavailability', 0);
        $tree = ['op' => '&', 'c' => [['type' => 'date', 'd' => '>=', 't' => 1767225600]], 'showc' => [true]];
        $this->refused($before, 'invalid', 'whole site', $make(['position' => 2, 'availability' => $tree]));
    }

    public function test_section_moves_among_ours(): void {
        foreach ([2, 3] as $position) {
            $fields = ['name' => "S $position", 'position' => $position];
            $this->generator->call_list('ensure_sections', 'p1', "s$position", $fields);
        }
        $result = $this->generator->call_list('ensure_sections', 'p1', 's3', ['position' => 1], $this->digest('s3'));
        $this->assertSame('updated', $result['action'], $result['message']);
        $sections = array_values(get_fast_modinfo($this->course->id)->get_section_info_all());
        $names = array_map(fn($section) => $section->name, $sections);
        $this->assertSame('S 3', $names[1]);
        $this->assertEqualsCanonicalizing(['S 0', 'S 1', 'S 2', 'S 3'], $names);
    }

    public function test_activity(): void {
        global $DB;
        $page = ['name' => 'P', 'content' => 'x', 'position' => 0];
        $this->generator->call_module('page', 'p', $page);
        $before = $this->generator->state();
        $make = fn(array $fields) => $this->generator->call_module('page', 'q', $fields + $page);
        $this->refused($before, 'invalid', 'position', $make(['position' => -1]));
        $other = $this->generator->call_module('url', 'p', ['name' => 'Q'], $this->digest('p'));
        $this->refused($before, 'invalid', 'type page', $other);
        $link = ['name' => 'U', 'position' => 1, 'externalurl' => 'javascript:alert(1)'];
        $this->refused($before, 'invalid', 'not an address', $this->generator->call_module('url', 'u', $link));
        $DB->set_field('course', 'enablecompletion', 0, ['id' => $this->course->id]);
        $off = $this->generator->state();
        $this->refused($off, 'invalid', 'off for the course', $make(['completion' => 1]));
        $DB->set_field('modules', 'visible', 0, ['name' => 'page']);
        $this->refused($off, 'invalid', 'disabled on this site', $make([]));
    }

    public function test_file(): void {
        $send = fn(array $fields, string $text, string $name = 'a.txt', string $expect = '') => $this->generator->call_module(
            'resource',
            'r',
            $fields,
            $expect,
            $this->generator->draft_file($name, $text),
        );
        $of = fn(string $text, string $name = 'a.txt') => ['file_digest' => hash('sha256', $text), 'filename' => $name];
        $new = ['name' => 'R', 'position' => 0];
        $before = $this->generator->state();
        $this->refused($before, 'invalid', 'digest is not', $send($new + $of('autre'), 'un'));
        $this->refused($before, 'invalid', 'filename is not', $send($new + $of('un', 'b.txt'), 'un'));
        $this->assertSame('created', $send($new + $of('un'), 'un')['action']);
        $before = $this->generator->state();
        $this->assertSame($of('un'), array_intersect_key($before['r']['fields'], $of('un')));
        $renamed = $send(['filename' => 'c.txt'], 'un', 'a.txt', $before['r']['digest']);
        $this->refused($before, 'invalid', 'only with the file', $renamed);
        $this->assertSame('updated', $send($of('deux', 'b.txt'), 'deux', 'b.txt', $before['r']['digest'])['action']);
        $after = $this->generator->state()['r'];
        $this->assertSame($of('deux', 'b.txt'), array_intersect_key($after['fields'], $of('deux')));
        $this->assertSame('updated', $this->generator->call_module('resource', 'r', ['name' => 'S'], $after['digest'])['action']);
        $this->assertSame($of('deux', 'b.txt'), array_intersect_key($this->generator->state()['r']['fields'], $of('deux')));
    }

    public function test_enrolment_method(): void {
        global $CFG, $DB;
        $change = fn(array $fields) => $this->change('ensure_enrolment_instance', 'enrol', $fields);
        $before = $this->generator->state();
        $this->refused($before, 'invalid', 'not a role for learners', $change(['role' => 'editingteacher']));
        $this->refused($before, 'exists', 'another key', $this->generator->call('ensure_enrolment_instance', 'p1', 'other', []));
        $this->assertSame('updated', $change(['status' => 'suspended', 'welcomemessage' => true])['action']);
        $fields = $this->generator->state()['enrol']['fields'];
        $this->assertSame(['student', true, 'suspended'], [$fields['role'], $fields['welcomemessage'], $fields['status']]);
        $user = (int) $this->getDataGenerator()->create_user()->id;
        $this->assertSame('updated', $change(['status' => 'active', 'welcomemessage' => false])['action']);
        $second = $DB->get_record('enrol', ['courseid' => $this->course->id, 'enrol' => 'manual'], '*', MUST_EXIST);
        $second = $DB->insert_record('enrol', array_diff_key((array) $second, ['id' => 0]));
        $this->refused($this->generator->state(), 'invalid', 'more than one', $change(['status' => 'suspended']));
        $made = $this->generator->call('ensure_enrolment_instance', 'p1', 'other', []);
        $this->refused($this->generator->state(), 'invalid', 'more than one', $made);
        $DB->delete_records('enrol', ['id' => $second]);
        $enrol = fn() => $this->generator->call_list('ensure_enrolments', 'p1', 'e', ['userid' => $user]);
        $DB->delete_records('local_cyclesync_map', ['objkey' => 'cs:p1:enrol']);
        $this->refused($this->generator->state(), 'missing', 'enrolment method', $enrol());
        $CFG->enrol_plugins_enabled = 'self';
        $made = $this->generator->call('ensure_enrolment_instance', 'p1', 'enrol', []);
        $this->refused($this->generator->state(), 'invalid', 'disabled', $made);
    }

    public function test_enrolment(): void {
        $user = $this->generator->enrol_trainee('e');
        $theirs = $this->getDataGenerator()->create_and_enrol($this->course);
        $other = (int) $this->getDataGenerator()->create_user()->id;
        $before = $this->generator->state();
        $make = fn(array $fields) => $this->generator->call_list('ensure_enrolments', 'p1', 'f', $fields + ['userid' => $other]);
        $change = fn(array $fields) => $this->generator->call_list('ensure_enrolments', 'p1', 'e', $fields, $before['e']['digest']);
        $this->refused($before, 'exists', 'adopt', $make(['userid' => (int) $theirs->id]));
        $this->refused($before, 'user', 'account', $make(['userid' => (int) guest_user()->id]));
        $this->refused($before, 'missing', 'cs:p1:none', $make(['groups' => ['cs:p1:none']]));
        $this->refused($before, 'invalid', 'end before', $make(['timestart' => 1802000000, 'timeend' => 1801000000]));
        $this->refused($before, 'invalid', 'at creation only', $change(['userid' => $other]));
        $this->refused($before, 'invalid', 'end before', $change(['timestart' => 1802000000, 'timeend' => 1801000000]));
        $this->assertSame((int) $user->id, $before['e']['fields']['userid']);
    }

    public function test_enrolment_with_a_role_that_the_account_may_not_give(): void {
        global $DB;
        $account = $this->getDataGenerator()->create_user();
        $cycles = \context_coursecat::instance($DB->get_field('course_categories', 'id', ['idnumber' => 'cycles']));
        role_assign(roles::record('cyclesync_category')->id, $account->id, $cycles->id);
        $DB->delete_records('role_allow_assign', ['roleid' => roles::record('cyclesync_category')->id]);
        $before = $this->generator->state();
        $user = (int) $this->getDataGenerator()->create_user()->id;
        $this->setUser($account);
        $result = $this->generator->call_list('ensure_enrolments', 'p1', 'e', ['userid' => $user]);
        $this->setAdminUser();
        $this->refused($before, 'capability', 'moodle/role:assign', $result);
    }

    public function test_group(): void {
        $this->generator->call_list('ensure_groups', 'p1', 'g', ['name' => 'G']);
        $this->generator->call_list('ensure_groups', 'p1', 'h', ['name' => 'H']);
        $before = $this->generator->state();
        $this->refused($before, 'exists', 'named G', $this->generator->call_list('ensure_groups', 'p1', 'i', ['name' => 'G']));
        $rename = fn(string $name) => $this->change('ensure_groups', 'h', ['name' => $name]);
        $this->refused($before, 'exists', 'named G', $rename('G'));
        $this->refused($before, 'invalid', 'empty', $rename(' '));
        $this->assertSame('updated', $rename('Autre')['action']);
        $this->assertSame('Autre', groups_get_group_name($before['h']['id']));
    }

    public function test_event(): void {
        $this->generator->call_list('ensure_events', 'p1', 'v', ['name' => 'V', 'timestart' => 1768377600]);
        $before = $this->generator->state();
        $change = fn(array $fields) => $this->change('ensure_events', 'v', $fields);
        $made = $this->generator->call_list('ensure_events', 'p1', 'w', ['name' => 'W', 'timestart' => 0]);
        $this->refused($before, 'invalid', 'time', $made);
        $this->refused($before, 'invalid', 'time', $change(['timeduration' => -1]));
        $wanted = ['name' => 'Jury', 'location' => 'Salle 2', 'timestart' => 1768381200, 'description' => '<p>d</p>'];
        $wanted['visible'] = false;
        $this->assertSame('updated', $change($wanted)['action']);
        $this->assertEquals($wanted, array_intersect_key($this->generator->state()['v']['fields'], $wanted));
    }

    public function test_adopting_what_already_has_a_key(): void {
        $this->generator->call_list('ensure_groups', 'p1', 'g', ['name' => 'G']);
        $before = $this->generator->state();
        $uid = \local_cyclesync_generator::UID;
        ['id' => $id, 'digest' => $digest] = $before['g'];
        $result = adopt::execute('p1', 'cs:p1:other', 'group', $id, '{"name":"G"}', $digest, $uid, 'r');
        $this->refused($before, 'exists', 'cs:p1:g', $result);
    }

    public function test_course_that_bears_the_key_of_a_promotion_is_shown_as_nobody_s(): void {
        $course = $this->getDataGenerator()->create_course(['idnumber' => 'cs:p9:course']);
        $seen = $this->generator->state('p9');
        $this->assertSame(['none', (int) $course->id], [$seen['course']['owner'], $seen['course']['id']]);
    }
}
