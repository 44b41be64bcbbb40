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
use local_cyclesync\local\failures;
use local_cyclesync\local\role_definitions;
use local_cyclesync\local\roles;
use local_cyclesync\local\service_account;

/**
 * What the site says of itself, and an account that has the plugin's two roles and nothing else.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_cyclesync\external\get_info
 * @covers \local_cyclesync\local\rights
 * @covers \local_cyclesync\local\service_account
 */
final class get_info_test extends \advanced_testcase {
    /** @var \stdClass the service account */
    private \stdClass $account;

    /** @var \context_coursecat category of the courses */
    private \context_coursecat $category;

    #[\Override]
    protected function setUp(): void {
        global $CFG;
        parent::setUp();
        require_once($CFG->dirroot . '/webservice/lib.php');
        $this->resetAfterTest();
        $this->setAdminUser();
        set_config('enablecompletion', 1);
        $category = $this->getDataGenerator()->create_category(['idnumber' => 'cycles']);
        $this->category = \context_coursecat::instance($category->id);
        $this->account = $this->getDataGenerator()->create_user(['auth' => 'webservice']);
        $id = service_account::service()->id;
        (new \webservice())->add_ws_authorised_user((object) ['externalserviceid' => $id, 'userid' => $this->account->id]);
        role_assign(roles::record(role_definitions::SITE)->id, $this->account->id, \context_system::instance()->id);
        role_assign(roles::record(role_definitions::CATEGORY)->id, $this->account->id, $this->category->id);
        $this->setUser($this->account);
    }

    /**
     * Call the function.
     *
     * @param string $mode manage or observe
     * @return array
     */
    private static function info(string $mode = 'manage'): array {
        return external_api::clean_returnvalue(get_info::execute_returns(), get_info::execute('cycles', $mode));
    }

    public function test_the_two_roles_are_exactly_enough(): void {
        $info = self::info();
        $this->assertSame([[], []], [$info['missing'], $info['excess']]);
        $this->assertEquals($this->category->instanceid, $info['categoryid']);
        $this->assertSame(['enabled' => true, 'restrictedusers' => true, 'uploadfiles' => true], $info['service']);
        $account = ['auth' => 'webservice', 'validuntil' => 0, 'tokenuntil' => 0, 'otherroles' => []];
        $this->assertSame($account, $info['account']);
        foreach ($info['serviceroles'] as $role) {
            $this->assertSame([true, true, [], []], [$role['exists'], $role['assigned'], $role['missing'], $role['excess']]);
        }
    }

    public function test_it_writes_a_whole_course_with_them(): void {
        $generator = $this->getDataGenerator()->get_plugin_generator('local_cyclesync');
        $call = fn($function, $name, $fields) => $generator->call($function, 'p1', $name, $fields)['action'];
        $list = fn($function, $name, $fields) => $generator->call_list($function, 'p1', $name, $fields)['action'];
        $course = ['fullname' => 'Cycle', 'shortname' => 'p1', 'category' => 'cycles', 'lang' => 'en', 'visible' => false];
        $learner = $this->getDataGenerator()->create_user();
        $done = [
            $call('ensure_course', 'course', $course),
            $list('ensure_sections', 's1', ['name' => 'S', 'position' => 0]),
            $call('ensure_enrolment_instance', 'enrol', []),
            $generator->call_module('page', 'page', ['name' => 'P', 'content' => 'x', 'position' => 0])['action'],
            $list('ensure_groups', 'g', ['name' => 'G']),
            $list('ensure_enrolments', 'e', ['userid' => (int) $learner->id, 'groups' => ['cs:p1:g']]),
            $list('ensure_events', 'ev', ['name' => 'E', 'timestart' => 1800000000]),
        ];
        $this->assertSame(array_fill(0, 7, 'created'), $done);
        $this->assertNotEmpty(external_api::clean_returnvalue(get_state::execute_returns(), get_state::execute('p1'))['users']);
        $this->assertSame([], get_changes::execute('x')['rows']);
    }

    public function test_nothing_outside_its_category(): void {
        $this->setAdminUser();
        $other = $this->getDataGenerator()->create_category(['idnumber' => 'other']);
        $this->setUser($this->account);
        $generator = $this->getDataGenerator()->get_plugin_generator('local_cyclesync');
        $course = ['fullname' => 'Cycle', 'shortname' => 'p8', 'category' => 'other'];
        $this->expectException(\required_capability_exception::class);
        $generator->call('ensure_course', 'p8', 'course', $course);
    }

    public function test_too_few_and_too_many(): void {
        $system = \context_system::instance()->id;
        $id = roles::record(role_definitions::CATEGORY)->id;
        unassign_capability('mod/page:addinstance', $id, $system);
        assign_capability('moodle/course:delete', CAP_ALLOW, $id, $system);
        core_role_set_assign_allowed($id, roles::record('editingteacher')->id);
        role_assign(roles::record('teacher')->id, $this->account->id, $this->category->id);
        accesslib_clear_all_caches_for_unit_testing();
        failures::add('x', 0, new \Exception('y'));
        $info = self::info();
        $this->assertSame(['mod/page:addinstance'], $info['missing']);
        $this->assertContains('moodle/course:delete', $info['excess']);
        $this->assertContains('moodle/role:assign (editingteacher)', $info['excess']);
        $this->assertSame(['mod/page:addinstance'], $info['serviceroles'][1]['missing']);
        $this->assertSame(['moodle/course:delete', 'moodle/role:assign (editingteacher)'], $info['serviceroles'][1]['excess']);
        $this->assertCount(1, $info['account']['otherroles']);
        $this->assertStringStartsWith('teacher (', $info['account']['otherroles'][0]);
        $this->assertSame(1, $info['feed']['failures']);
    }

    public function test_to_observe_what_writes_is_in_excess(): void {
        $info = self::info('observe');
        $this->assertSame([], $info['missing']);
        $this->assertContains('local/cyclesync:manage', $info['excess']);
        $this->assertContains('mod/scorm:addinstance', $info['excess']);
        $this->assertNotContains('moodle/course:view', $info['excess']);
        $this->expectException(\invalid_parameter_exception::class);
        get_info::execute('cycles', 'both');
    }

    public function test_somebody_else_is_told_nothing_of_the_service(): void {
        $this->setUser($this->getDataGenerator()->create_user());
        $info = self::info();
        $this->assertSame([], array_intersect(['service', 'account', 'serviceroles', 'feed'], array_keys($info)));
        $this->assertSame([], $info['roles']);
        $this->assertContains('local/cyclesync:manage', $info['missing']);
    }
}
