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

use local_cyclesync\local\role_definitions;
use local_cyclesync\local\roles;
use local_cyclesync\local\service_account;
use local_cyclesync\local\setup\service_steps;
use local_cyclesync\local\setup\site_steps;
use local_cyclesync\local\setup\step;
use local_cyclesync\local\site;
use local_cyclesync\output\setup_page;

/**
 * The page of what remains to be done, from a fresh installation to a site where nothing is left.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_cyclesync\local\setup\step
 * @covers \local_cyclesync\local\setup\site_steps
 * @covers \local_cyclesync\local\setup\service_steps
 * @covers \local_cyclesync\local\setup\feed_steps
 * @covers \local_cyclesync\local\service_account
 * @covers \local_cyclesync\output\setup_page
 */
final class setup_test extends \advanced_testcase {
    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
    }

    /**
     * States of the steps of a list, by name and rank.
     *
     * @param step[] $steps steps
     * @return array
     */
    private static function states(array $steps): array {
        $states = [];
        foreach ($steps as $step) {
            $states[$step->name][] = $step->state;
        }
        return $states;
    }

    /**
     * Content of the page.
     *
     * @return string HTML
     */
    private function html(): string {
        global $PAGE;
        $PAGE->set_url('/local/cyclesync/setup.php');
        $page = new setup_page($PAGE->url);
        $output = $PAGE->get_renderer('core');
        return $output->render_from_template('local_cyclesync/setup', $page->export_for_template($output));
    }

    /**
     * An account that may use the service, with its roles.
     *
     * @param int $tokenend end of its token, 0 for none
     * @return \stdClass
     */
    private function account(int $tokenend): \stdClass {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/webservice/lib.php');
        $user = $this->getDataGenerator()->create_user(['username' => 'ws', 'auth' => 'webservice']);
        $service = service_account::service();
        (new \webservice())->add_ws_authorised_user((object) ['externalserviceid' => $service->id, 'userid' => $user->id]);
        $system = \context_system::instance();
        \core_external\util::generate_token(EXTERNAL_TOKEN_PERMANENT, $service, $user->id, $system, $tokenend);
        role_assign(roles::record(role_definitions::SITE)->id, $user->id, $system->id);
        return $user;
    }

    public function test_fresh_site_says_what_is_missing(): void {
        set_config('enablewebservices', 0);
        set_config('webserviceprotocols', '');
        $site = self::states(site_steps::all());
        $this->assertSame([['todo'], ['todo'], ['todo']], [$site['webservices'], $site['rest'], $site['category']]);
        $service = self::states(service_steps::all());
        $this->assertSame(['service' => ['done'], 'role' => ['done', 'done'], 'account' => ['todo']], $service);
        $html = $this->html();
        $this->assertStringContainsString(get_string('setup_webservices_todo', 'local_cyclesync'), $html);
        $this->assertStringContainsString(get_string('setup_account_noneauth', 'local_cyclesync'), $html);
        $this->assertStringContainsString(site::uid(), $html);
    }

    public function test_site_where_all_is_set(): void {
        $category = $this->getDataGenerator()->create_category(['idnumber' => 'cycles']);
        set_config('categoryidnumbers', ' cycles ', 'local_cyclesync');
        foreach (['enablewebservices', 'enablecompletion', 'enableavailability', 'enablemobilewebservice'] as $name) {
            set_config($name, 1);
        }
        set_config('webserviceprotocols', 'rest');
        set_config('lastcronstart', time() - 60, 'tool_task');
        $user = $this->account(time() + 90 * DAYSECS);
        $place = \context_coursecat::instance($category->id);
        role_assign(roles::record(role_definitions::CATEGORY)->id, $user->id, $place->id);
        $states = self::states([...site_steps::all(), ...service_steps::all()]);
        unset($states['limits']);
        foreach ($states as $name => $found) {
            $this->assertSame(['done'], array_values(array_unique($found)), $name);
        }
        $this->assertCount(2, $states['assigned']);
        $token = $this->token($user);
        $this->assertStringNotContainsString($token, $this->html());
    }

    /**
     * The token of an account.
     *
     * @param \stdClass $user account
     * @return string
     */
    private function token(\stdClass $user): string {
        global $DB;
        return $DB->get_field('external_tokens', 'token', ['userid' => $user->id], MUST_EXIST);
    }

    public function test_traps_of_an_account_are_said(): void {
        global $DB;
        $this->getDataGenerator()->create_category(['idnumber' => 'cycles']);
        set_config('categoryidnumbers', 'cycles,absent', 'local_cyclesync');
        $user = $this->account(0);
        $DB->set_field('external_services_users', 'validuntil', time() + DAYSECS, ['userid' => $user->id]);
        $DB->set_field('user', 'auth', 'manual', ['id' => $user->id]);
        $course = $this->getDataGenerator()->create_course();
        $this->getDataGenerator()->enrol_user($user->id, $course->id, 'editingteacher');
        $steps = service_steps::all();
        $states = self::states($steps);
        $this->assertSame([['todo'], ['done', 'todo', 'todo'], ['advice']], [
            $states['account'], $states['assigned'], $states['token'],
        ]);
        $said = implode("\n", array_map(fn($step) => $step->text . implode("\n", $step->details), $steps));
        $this->assertStringContainsString(get_string('setup_account_until', 'local_cyclesync', 'ws'), $said);
        $this->assertStringContainsString(get_string('setup_account_auth', 'local_cyclesync', 'ws'), $said);
        $this->assertStringContainsString('editingteacher', $said);
        $assigned = array_values(array_filter($steps, fn($step) => $step->name === 'assigned'));
        $pages = array_map(fn($step) => basename($step->url->get_path()), $assigned);
        $this->assertSame(['assign.php', 'assign.php', 'usersroles.php'], $pages);
        $this->assertSame(['done', 'todo'], self::states(site_steps::all())['category']);
    }

    public function test_token_that_ends_soon_or_has_ended(): void {
        global $DB;
        $user = $this->account(time() + 5 * DAYSECS);
        $this->assertSame(['todo'], self::states(service_steps::all())['token']);
        $DB->set_field('external_tokens', 'validuntil', time() - 5, ['userid' => $user->id]);
        $last = array_values(array_filter(service_steps::all(), fn($step) => $step->name === 'token'))[0];
        $this->assertSame(get_string('setup_token_ended', 'local_cyclesync'), $last->text);
    }

    public function test_service_that_was_opened_and_role_that_was_changed(): void {
        global $DB;
        $DB->set_field('external_services', 'restrictedusers', 0, ['shortname' => 'local_cyclesync']);
        $id = roles::record(role_definitions::SITE)->id;
        assign_capability('moodle/user:delete', CAP_ALLOW, $id, \context_system::instance()->id);
        $html = $this->html();
        $this->assertStringContainsString(get_string('setup_service_open', 'local_cyclesync'), $html);
        $this->assertStringContainsString('moodle/user:delete', $html);
        $this->assertStringContainsString('repair', $html);
        delete_role($id);
        $this->assertStringContainsString(get_string('setup_role_none', 'local_cyclesync', 'cyclesync_site'), $this->html());
    }

    public function test_service_that_is_gone_and_several_accounts(): void {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/webservice/lib.php');
        $this->account(time() + 90 * DAYSECS);
        $second = $this->getDataGenerator()->create_user(['username' => 'ws2', 'auth' => 'webservice']);
        $id = service_account::service()->id;
        (new \webservice())->add_ws_authorised_user((object) ['externalserviceid' => $id, 'userid' => $second->id]);
        $DB->set_field('external_services_users', 'iprestriction', '192.0.2.7', ['userid' => $second->id]);
        $steps = service_steps::all();
        $this->assertSame(['done', 'done', 'advice'], self::states($steps)['account']);
        $said = implode("\n", array_map(fn($step) => $step->text . implode("\n", $step->details), $steps));
        $this->assertStringContainsString(get_string('setup_account_several', 'local_cyclesync', 2), $said);
        $this->assertStringContainsString(get_string('setup_account_ip', 'local_cyclesync', '192.0.2.7'), $said);
        $DB->set_field('external_services', 'shortname', 'other', ['id' => $id]);
        $steps = service_steps::all();
        $this->assertSame(['todo'], self::states($steps)['service']);
        $this->assertSame(get_string('setup_service_none', 'local_cyclesync'), $steps[0]->text);
    }

    public function test_new_epoch(): void {
        $before = [site::uid(), site::epoch()];
        $this->assertNotSame($before[1], site::renew_epoch());
        $this->assertSame($before[0], site::uid());
        $this->assertNotSame($before[1], site::epoch());
    }

    public function test_every_step_has_its_title(): void {
        $this->account(0);
        $pages = [...site_steps::all(), ...service_steps::all(), ...local\setup\feed_steps::all()];
        $manager = get_string_manager();
        foreach ($pages as $step) {
            $this->assertTrue($manager->string_exists("setup_title_{$step->name}", 'local_cyclesync'), $step->name);
        }
        $this->assertGreaterThan(18, count($pages));
    }
}
