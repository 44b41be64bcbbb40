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
 * A key that changes: the object stays, with what learners did in it, and nothing names the old key any more.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_cyclesync\local\key_renamer
 */
final class rename_test extends \advanced_testcase {
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
     * Rename an object.
     *
     * @param string $kind kind of object
     * @param string $was its name
     * @param string $name its next name
     * @param string|null $digest digest seen, the present one when null
     * @param bool $dryrun check only
     * @param string $uid installation that calls
     * @return array the result
     */
    private function rename(
        string $kind,
        string $was,
        string $name,
        ?string $digest = null,
        bool $dryrun = false,
        string $uid = \local_cyclesync_generator::UID,
    ): array {
        $digest ??= $this->generator->state()[$was]['digest'] ?? '';
        return adopt::execute('p1', "cs:p1:$name", $kind, 0, '{}', $digest, $uid, 'r', false, $dryrun, "cs:p1:$was");
    }

    public function test_an_activity_keeps_everything_but_its_key(): void {
        global $DB;
        $fields = ['name' => 'A', 'position' => 0, 'grade' => 20, 'completion' => 2, 'completionsubmit' => true];
        $this->generator->call_module('assign', 'a', $fields);
        $tree = ['op' => '&', 'c' => [['type' => 'completion', 'key' => 'cs:p1:a', 'e' => 1]], 'showc' => [true]];
        $page = ['name' => 'P', 'content' => 'x', 'position' => 1, 'availability' => $tree];
        $this->generator->call_module('page', 'p', $page);
        $before = $this->generator->state();
        $this->assertSame('updated', $this->rename('module', 'a', 'b', null, true)['action']);
        $this->assertEquals($before, $this->generator->state());
        $result = $this->rename('module', 'a', 'b');
        $after = $this->generator->state();
        $this->assertSame(['updated', $after['b']['digest']], [$result['action'], $result['digest']]);
        $this->assertArrayNotHasKey('a', $after);
        foreach (['id', 'fields', 'declared', 'applied', 'owner', 'parent'] as $part) {
            $this->assertSame($before['a'][$part], $after['b'][$part]);
        }
        $this->assertSame('cs:p1:b', $DB->get_field('course_modules', 'idnumber', ['id' => $after['b']['id']]));
        $this->assertSame('cs:p1:b', $DB->get_field('grade_items', 'idnumber', ['itemmodule' => 'assign']));
        $tree['c'][0]['key'] = 'cs:p1:b';
        $this->assertSame('unchanged', $this->generator->call_module('page', 'p', ['availability' => $tree] + $page)['action']);
        $this->assertSame('unchanged', $this->generator->call_module('assign', 'b', $fields)['action']);
        $this->assertSame('unchanged', $this->rename('module', 'a', 'b', 'x')['action']);
    }

    public function test_a_section_keeps_its_activities(): void {
        $page = ['name' => 'P', 'content' => 'x', 'position' => 0];
        $this->generator->call_module('page', 'p', $page);
        $this->assertSame('updated', $this->rename('section', 's1', 's-un')['action']);
        $after = $this->generator->state();
        $this->assertSame(['cs:p1:s-un', 'cs:p1:s-un'], [$after['p']['parent'], $after['p']['baseparent']]);
        $this->assertSame(0, $after['p']['fields']['position']);
        $uid = \local_cyclesync_generator::UID;
        $json = json_encode($page);
        $again = ensure_module::execute('p1', 'cs:p1:p', 'cs:p1:s-un', 'page', $json, 0, '', $uid, 'r');
        $this->assertSame('unchanged', $again['action']);
    }

    public function test_a_group_keeps_its_members(): void {
        global $DB;
        $this->generator->call_list('ensure_groups', 'p1', 'g', ['name' => 'G']);
        $user = (int) $this->getDataGenerator()->create_user()->id;
        $fields = ['userid' => $user, 'groups' => ['cs:p1:g']];
        $this->generator->call_list('ensure_enrolments', 'p1', 'e', $fields);
        $id = $this->generator->state()['g']['id'];
        $this->assertSame('cs:p1:g', groups_get_group_by_idnumber($this->course->id, 'cs:p1:g')->idnumber);
        $this->assertSame('updated', $this->rename('group', 'g', 'h')['action']);
        $after = $this->generator->state();
        $this->assertSame([$id, ['cs:p1:h']], [$after['h']['id'], $after['e']['fields']['groups']]);
        $this->assertSame(['cs:p1:h'], $after['e']['declared']['groups']);
        $this->assertEquals($id, groups_get_group_by_idnumber($this->course->id, 'cs:p1:h')->id);
        $this->assertFalse(groups_get_group_by_idnumber($this->course->id, 'cs:p1:g'));
        $this->assertTrue(groups_is_member($id, $user));
        // An idnumber that people have given stays theirs.
        $DB->set_field('groups', 'idnumber', 'à nous', ['id' => $id]);
        $this->assertSame('updated', $this->rename('group', 'h', 'i')['action']);
        $this->assertSame('à nous', $this->generator->state()['i']['fields']['idnumber']);
    }

    public function test_refusals(): void {
        global $DB;
        $page = ['name' => 'P', 'content' => 'x', 'position' => 0];
        $this->generator->call_module('page', 'p', $page);
        $this->generator->call_module('page', 'q', ['position' => 1] + $page);
        $this->assertSame('exists', $this->rename('module', 'p', 'q')['code']);
        $this->getDataGenerator()->create_module('page', ['course' => $this->course->id, 'idnumber' => 'cs:p1:z']);
        $this->assertSame('exists', $this->rename('module', 'p', 'z')['code']);
        $this->assertSame('changed_since', $this->rename('module', 'p', 'n', str_repeat('0', 64))['code']);
        $this->assertSame('missing', $this->rename('module', 'none', 'n')['code']);
        $this->assertSame('invalid', $this->rename('course', 'course', 'n')['code']);
        $this->assertSame('invalid', $this->rename('section', 'p', 'n')['code']);
        $this->assertSame('foreign', $this->rename('module', 'p', 'n', null, false, 'someone-else')['code']);
        $this->assertSame(['cs:p1:p', 'cs:p1:q'], $DB->get_fieldset_select(
            'local_cyclesync_map',
            'objkey',
            "kind = 'module' ORDER BY id",
        ));
    }

    public function test_whoever_may_not_manage_activities_renames_none(): void {
        $this->generator->call_module('page', 'p', ['name' => 'P', 'content' => 'x', 'position' => 0]);
        $digest = $this->generator->state()['p']['digest'];
        $roleid = create_role('Narrow', 'narrow', '');
        foreach (['local/cyclesync:manage', 'moodle/course:view', 'moodle/course:viewhiddencourses'] as $capability) {
            assign_capability($capability, CAP_ALLOW, $roleid, \context_system::instance());
        }
        $user = $this->getDataGenerator()->create_user();
        role_assign($roleid, $user->id, \context_system::instance());
        $this->setUser($user);
        $result = $this->rename('module', 'p', 'q', $digest);
        $this->assertSame(['capability', 'moodle/course:manageactivities'], [$result['code'], $result['message']]);
        $this->setAdminUser();
        $this->assertSame(['p'], array_values(array_intersect(['p', 'q'], array_keys($this->generator->state()))));
    }
}
