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
 * Roles of the service account: made once, exactly as defined, and what an administrator changed is kept and shown.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_cyclesync\local\roles
 * @covers \local_cyclesync\local\role_definitions
 */
final class roles_test extends \advanced_testcase {
    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
    }

    /**
     * Id of a role.
     *
     * @param string $shortname short name
     * @return int
     */
    private static function id(string $shortname): int {
        return (int) roles::record($shortname)->id;
    }

    /**
     * Pretend that a role was given a list by an older version.
     *
     * @param string $shortname short name
     * @param string[] $capabilities names
     */
    private static function given(string $shortname, array $capabilities): void {
        $base = json_encode(['id' => self::id($shortname), 'capabilities' => $capabilities]);
        set_config("base_$shortname", $base, 'local_cyclesync');
    }

    /**
     * The two roles.
     *
     * @return array
     */
    public static function shortnames(): array {
        return ['site' => ['shortname' => 'cyclesync_site'], 'category' => ['shortname' => 'cyclesync_category']];
    }

    /**
     * Installation has made the role, exactly as defined, and nobody has it.
     *
     * @dataProvider shortnames
     * @param string $shortname short name
     */
    public function test_installation_makes_it(string $shortname): void {
        global $DB;
        $role = roles::record($shortname);
        $this->assertSame('', $role->archetype);
        $this->assertSame(get_string("role:$shortname", 'local_cyclesync'), $role->name);
        $found = roles::compare($shortname);
        $this->assertTrue(roles::is_sound($found), json_encode($found));
        $this->assertTrue($found['ours']);
        $this->assertSame(0, $DB->count_records('role_assignments', ['roleid' => $role->id]));
        $allowed = $DB->get_fieldset('role_capabilities', 'capability', ['roleid' => $role->id]);
        $this->assertEqualsCanonicalizing(role_definitions::capabilities($shortname), $allowed);
        foreach ([...role_definitions::NEVER, 'moodle/course:ignoreavailabilityrestrictions'] as $name) {
            $this->assertNotContains($name, $allowed);
        }
    }

    public function test_only_the_category_role_gives_a_role_and_only_students(): void {
        global $DB;
        $allows = fn($shortname) => $DB->get_fieldset('role_allow_assign', 'allowassign', ['roleid' => self::id($shortname)]);
        $this->assertSame([], $allows('cyclesync_site'));
        $this->assertEquals([self::id('student')], $allows('cyclesync_category'));
        foreach (['override', 'switch', 'view'] as $what) {
            foreach (array_keys(role_definitions::ROLES) as $shortname) {
                $this->assertFalse($DB->record_exists("role_allow_$what", ['roleid' => self::id($shortname)]), $what);
            }
        }
        $this->assertEquals([CONTEXT_SYSTEM], array_values(get_role_contextlevels(self::id('cyclesync_site'))));
        $this->assertEquals([CONTEXT_COURSECAT], array_values(get_role_contextlevels(self::id('cyclesync_category'))));
    }

    public function test_no_account_no_token_is_made(): void {
        global $DB;
        roles::install();
        $service = $DB->get_record('external_services', ['shortname' => 'local_cyclesync'], '*', MUST_EXIST);
        $this->assertSame([1, 1, 1], [(int) $service->enabled, (int) $service->restrictedusers, (int) $service->uploadfiles]);
        $this->assertFalse($DB->record_exists('external_services_users', ['externalserviceid' => $service->id]));
        $this->assertFalse($DB->record_exists('external_tokens', ['externalserviceid' => $service->id]));
        $this->assertFalse($DB->record_exists('user', ['auth' => 'webservice']));
    }

    public function test_twice_changes_nothing(): void {
        global $DB;
        $rows = fn() => [
            $DB->get_records('role'), $DB->get_records('role_capabilities'), $DB->get_records('role_allow_assign'),
            $DB->get_records('role_context_levels'),
        ];
        $before = $rows();
        $this->assertSame(['cyclesync_site' => 'unchanged', 'cyclesync_category' => 'unchanged'], roles::install());
        $this->assertEquals($before, $rows());
    }

    public function test_what_an_administrator_changed_stays_and_is_shown(): void {
        $id = self::id('cyclesync_category');
        $system = \context_system::instance()->id;
        unassign_capability('mod/forum:addinstance', $id, $system);
        assign_capability('moodle/course:delete', CAP_ALLOW, $id, $system);
        core_role_set_assign_allowed($id, self::id('editingteacher'));
        set_role_contextlevels($id, [CONTEXT_COURSECAT, CONTEXT_COURSE]);
        $this->assertSame('unchanged', roles::install()['cyclesync_category']);
        $found = roles::compare('cyclesync_category');
        $this->assertSame(['mod/forum:addinstance'], $found['missing']);
        $this->assertSame(['moodle/course:delete', 'moodle/role:assign (editingteacher)'], $found['excess']);
        $this->assertFalse($found['levels']);
        $this->assertFalse(roles::is_sound($found));
        roles::restore('cyclesync_category');
        $this->assertTrue(roles::is_sound(roles::compare('cyclesync_category')));
    }

    public function test_a_new_version_adds_and_drops_only_its_own(): void {
        $id = self::id('cyclesync_category');
        $system = \context_system::instance()->id;
        unassign_capability('mod/url:addinstance', $id, $system);
        foreach (['mod/quiz:addinstance', 'mod/wiki:addinstance'] as $name) {
            assign_capability($name, CAP_ALLOW, $id, $system);
        }
        unassign_capability('mod/folder:addinstance', $id, $system);
        // The older version gave a quiz and no folder; the wiki, and the url taken away, are the administrator's doing.
        $older = array_diff(role_definitions::capabilities('cyclesync_category'), ['mod/folder:addinstance']);
        self::given('cyclesync_category', [...$older, 'mod/quiz:addinstance']);
        $this->assertSame('updated', roles::install()['cyclesync_category']);
        $found = roles::compare('cyclesync_category');
        $this->assertSame(['mod/url:addinstance'], $found['missing']);
        $this->assertSame(['mod/wiki:addinstance'], $found['excess']);
    }

    public function test_a_deleted_role_is_made_again_on_demand_only(): void {
        delete_role(self::id('cyclesync_site'));
        $this->assertSame('deleted', roles::install()['cyclesync_site']);
        $this->assertSame(0, roles::compare('cyclesync_site')['id']);
        roles::restore('cyclesync_site');
        $this->assertTrue(roles::is_sound(roles::compare('cyclesync_site')));
    }

    public function test_what_a_role_may_give_is_given_back(): void {
        global $DB;
        $id = self::id('cyclesync_category');
        $DB->delete_records('role_allow_assign', ['roleid' => $id]);
        $this->assertSame(['moodle/role:assign (student)'], roles::compare('cyclesync_category')['missing']);
        roles::restore('cyclesync_category');
        $this->assertTrue(roles::is_sound(roles::compare('cyclesync_category')));
        delete_role(self::id('student'));
        roles::restore('cyclesync_category');
        $this->assertSame(['moodle/role:assign (student)'], roles::compare('cyclesync_category')['missing']);
    }

    public function test_a_role_of_somebody_else_is_not_touched(): void {
        global $DB;
        delete_role(self::id('cyclesync_site'));
        unset_config('base_cyclesync_site', 'local_cyclesync');
        $id = create_role('Theirs', 'cyclesync_site', '');
        $this->assertSame('foreign', roles::install()['cyclesync_site']);
        $this->assertFalse($DB->record_exists('role_capabilities', ['roleid' => $id]));
        $found = roles::compare('cyclesync_site');
        $this->assertFalse($found['ours']);
        $this->assertSame(role_definitions::capabilities('cyclesync_site'), $found['missing']);
    }

    /**
     * Do to a role what uninstalling the plugin does: its own capabilities go, and its memory.
     *
     * @param string $shortname short name
     */
    private static function outlive(string $shortname): void {
        global $DB;
        $DB->delete_records_select('role_capabilities', $DB->sql_like('capability', '?'), ['local/cyclesync:%']);
        unset_config("base_$shortname", 'local_cyclesync');
    }

    /**
     * A new installation takes back the role of the one before, with whoever has it, and remembers it.
     *
     * @dataProvider shortnames
     * @param string $shortname short name
     */
    public function test_a_role_that_outlived_an_uninstallation_is_taken_back(string $shortname): void {
        global $DB;
        self::outlive($shortname);
        $id = self::id($shortname);
        $this->assertNotSame([], roles::compare($shortname)['missing']);
        $this->assertSame('recognised', roles::install()[$shortname]);
        $this->assertSame([$id, true], [self::id($shortname), roles::is_sound(roles::compare($shortname))]);
        $this->assertTrue(roles::compare($shortname)['ours']);
        $this->assertSame(1, $DB->count_records('role', ['shortname' => $shortname]));
        $this->assertSame('unchanged', roles::install()[$shortname]);
    }

    /**
     * One that somebody changed before is left as it is: the page says what it lacks and has the button for it.
     *
     * @dataProvider shortnames
     * @param string $shortname short name
     */
    public function test_a_changed_role_that_outlived_an_uninstallation_is_not(string $shortname): void {
        self::outlive($shortname);
        $system = \context_system::instance()->id;
        assign_capability('moodle/course:delete', CAP_ALLOW, self::id($shortname), $system);
        $this->assertSame('foreign', roles::install()[$shortname]);
        unassign_capability('moodle/course:delete', self::id($shortname), $system);
        unassign_capability($shortname === 'cyclesync_site' ? 'webservice/rest:use' : 'mod/url:addinstance', self::id($shortname));
        $this->assertSame('foreign', roles::install()[$shortname]);
        $found = roles::compare($shortname);
        $this->assertSame([false, 2], [$found['ours'], count($found['missing'])]);
        roles::restore($shortname);
        $this->assertTrue(roles::is_sound(roles::compare($shortname)));
        $this->assertTrue(roles::compare($shortname)['ours']);
    }

    public function test_a_right_given_in_one_place_is_an_excess(): void {
        $category = \context_coursecat::instance($this->getDataGenerator()->create_category()->id);
        assign_capability('moodle/course:reset', CAP_ALLOW, self::id('cyclesync_category'), $category->id);
        $this->assertSame(['moodle/course:reset'], roles::compare('cyclesync_category')['excess']);
    }

    /**
     * The files of the mode « observe ».
     *
     * @return array
     */
    public static function presets(): array {
        return [
            'site' => ['file' => 'cyclesync_observe_site', 'wanted' => role_definitions::OBSERVE_SITE],
            'category' => ['file' => 'cyclesync_observe_category', 'wanted' => role_definitions::OBSERVE_CATEGORY],
        ];
    }

    /**
     * The role that Moodle makes of a file holds the list of the definitions, and gives no role.
     *
     * @dataProvider presets
     * @param string $file name of the file
     * @param string[] $wanted capabilities
     */
    public function test_presets_of_the_mode_observe(string $file, array $wanted): void {
        global $CFG;
        require_once($CFG->dirroot . '/admin/roles/classes/preset.php');
        $xml = file_get_contents(\core_component::get_component_directory('local_cyclesync') . "/presets/$file.xml");
        $this->assertTrue(\core_role_preset::is_valid_preset($xml));
        $info = \core_role_preset::parse_preset($xml);
        $this->assertSame($file, $info['shortname']);
        $this->assertEqualsCanonicalizing($wanted, array_keys($info['permissions'], CAP_ALLOW));
        $this->assertSame([], array_merge($info['allowassign'], $info['allowoverride'], $info['allowswitch'], $info['allowview']));
        $this->assertCount(1, $info['contextlevels']);
    }
}
