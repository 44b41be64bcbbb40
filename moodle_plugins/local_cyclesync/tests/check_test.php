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

use core\check\manager;
use core\check\result;
use local_cyclesync\local\failures;
use local_cyclesync\local\feed_health;
use local_cyclesync\local\outbox;
use local_cyclesync\local\role_definitions;
use local_cyclesync\local\roles;
use local_cyclesync\local\service_account;

/**
 * Health checks: each good on a sound site, each says what is wrong when something is.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_cyclesync\check\feedfailures
 * @covers \local_cyclesync\check\sealinglag
 * @covers \local_cyclesync\check\retention
 * @covers \local_cyclesync\check\maporphans
 * @covers \local_cyclesync\check\roles
 * @covers \local_cyclesync\check\service
 * @covers \local_cyclesync\local\feed_health
 */
final class check_test extends \advanced_testcase {
    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
    }

    /**
     * Status and words of a check, as Moodle's reports run it.
     *
     * @param string $type status or security
     * @param string $id its id
     * @return array status, summary and details
     */
    private static function run_check(string $type, string $id): array {
        foreach (manager::get_checks($type) as $check) {
            if ($check->get_component() === 'local_cyclesync' && $check->get_id() === $id) {
                self::assertNotEmpty($check->get_name());
                self::assertNotNull($check->get_action_link());
                $result = $check->get_result();
                return [$result->get_status(), $result->get_summary() . ' ' . $result->get_details()];
            }
        }
        self::fail("no check $id among those of $type");
    }

    /**
     * The checks.
     *
     * @return array
     */
    public static function checks(): array {
        return [
            'failures' => ['type' => 'status', 'id' => 'feedfailures'],
            'lag' => ['type' => 'status', 'id' => 'sealinglag'],
            'retention' => ['type' => 'status', 'id' => 'retention'],
            'orphans' => ['type' => 'status', 'id' => 'maporphans'],
            'roles' => ['type' => 'security', 'id' => 'roles'],
            'service' => ['type' => 'security', 'id' => 'service'],
        ];
    }

    /**
     * A fresh site is sound.
     *
     * @dataProvider checks
     * @param string $type status or security
     * @param string $id its id
     */
    public function test_fresh_site_is_sound(string $type, string $id): void {
        $this->assertSame(result::OK, self::run_check($type, $id)[0]);
    }

    public function test_failures_are_shown(): void {
        failures::add('\core\event\user_updated', 0, new \dml_exception('x'));
        [$status, $text] = self::run_check('status', 'feedfailures');
        $this->assertSame(result::WARNING, $status);
        $this->assertStringContainsString('user_updated', $text);
        $this->assertStringContainsString('dml_exception', $text);
    }

    public function test_changes_that_nobody_reads(): void {
        global $DB;
        outbox::add('state', 1, 'p1', 'cs:p1:course', 5);
        $this->assertSame(result::OK, self::run_check('status', 'sealinglag')[0]);
        $DB->set_field(outbox::TABLE, 'timecreated', time() - feed_health::LATE - 10);
        $this->assertSame(result::WARNING, self::run_check('status', 'sealinglag')[0]);
        outbox::seal();
        $this->assertSame(result::OK, self::run_check('status', 'sealinglag')[0]);
    }

    public function test_retention_that_is_late_or_off(): void {
        global $DB;
        set_config('retentiondays', 10, 'local_cyclesync');
        outbox::add('state', 1, 'p1', 'cs:p1:course', 5);
        outbox::seal();
        $DB->set_field(outbox::TABLE, 'timecreated', time() - 13 * DAYSECS);
        $this->assertSame(result::WARNING, self::run_check('status', 'retention')[0]);
        $this->expectOutputRegex('/pruned/');
        (new task\prune_outbox())->execute();
        $this->assertSame(result::OK, self::run_check('status', 'retention')[0]);
        $task = \core\task\manager::get_scheduled_task(task\prune_outbox::class);
        $task->set_disabled(true);
        \core\task\manager::configure_scheduled_task($task);
        $this->assertSame(result::WARNING, self::run_check('status', 'retention')[0]);
    }

    public function test_objects_that_are_gone(): void {
        $generator = $this->getDataGenerator()->get_plugin_generator('local_cyclesync');
        $course = $generator->create_promotion();
        $generator->call_module('page', 'page', ['name' => 'P', 'content' => 'x', 'position' => 0]);
        $user = $this->getDataGenerator()->create_user();
        $generator->call_list('ensure_groups', 'p1', 'g', ['name' => 'G']);
        $generator->call_list('ensure_enrolments', 'p1', 'e', ['userid' => (int) $user->id, 'groups' => ['cs:p1:g']]);
        $this->assertSame([], feed_health::orphans());
        course_delete_module($generator->state()['page']['id']);
        groups_delete_group($generator->state()['g']['id']);
        $this->assertSame(['module' => 1, 'group' => 1], feed_health::orphans());
        [$status, $text] = self::run_check('status', 'maporphans');
        $this->assertSame(result::WARNING, $status);
        $this->assertStringContainsString(get_string('kind_group', 'local_cyclesync'), $text);
        delete_course($course, false);
        $this->assertSame(7, array_sum(feed_health::orphans()));
    }

    public function test_rights_in_excess_and_missing(): void {
        $id = roles::record(role_definitions::CATEGORY)->id;
        unassign_capability('mod/url:addinstance', $id);
        [$status, $text] = self::run_check('security', 'roles');
        $this->assertSame(result::WARNING, $status);
        $this->assertStringContainsString('mod/url:addinstance', $text);
        assign_capability('moodle/course:delete', CAP_ALLOW, $id, \context_system::instance()->id);
        [$status, $text] = self::run_check('security', 'roles');
        $this->assertSame(result::ERROR, $status);
        $this->assertStringContainsString('moodle/course:delete', $text);
        $this->assertStringContainsString('mod/url:addinstance', $text);
    }

    public function test_service_that_is_open_endless_or_an_administrators(): void {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/webservice/lib.php');
        $service = service_account::service();
        $DB->set_field('external_services', 'restrictedusers', 0, ['id' => $service->id]);
        $this->assertSame(result::ERROR, self::run_check('security', 'service')[0]);
        $DB->set_field('external_services', 'restrictedusers', 1, ['id' => $service->id]);
        $user = $this->getDataGenerator()->create_user(['username' => 'ws', 'auth' => 'webservice']);
        (new \webservice())->add_ws_authorised_user((object) ['externalserviceid' => $service->id, 'userid' => $user->id]);
        $this->assertSame(result::OK, self::run_check('security', 'service')[0]);
        $system = \context_system::instance();
        $token = \core_external\util::generate_token(EXTERNAL_TOKEN_PERMANENT, $service, $user->id, $system, 0);
        [$status, $text] = self::run_check('security', 'service');
        $this->assertSame(result::WARNING, $status);
        $this->assertStringNotContainsString($token, $text);
        set_config('siteadmins', $user->id);
        $this->assertSame(result::ERROR, self::run_check('security', 'service')[0]);
        $DB->set_field('external_services', 'enabled', 0, ['id' => $service->id]);
        $this->assertSame(result::NA, self::run_check('security', 'service')[0]);
    }

    public function test_account_of_a_person_or_with_other_roles(): void {
        global $CFG;
        require_once($CFG->dirroot . '/webservice/lib.php');
        $user = $this->getDataGenerator()->create_user(['username' => 'somebody']);
        $id = service_account::service()->id;
        (new \webservice())->add_ws_authorised_user((object) ['externalserviceid' => $id, 'userid' => $user->id]);
        [$status, $text] = self::run_check('security', 'service');
        $this->assertSame(result::WARNING, $status);
        $this->assertStringContainsString(get_string('checkservice_person', 'local_cyclesync', 'somebody'), $text);
        $this->assertSame(result::OK, self::run_check('security', 'roles')[0]);
        $course = $this->getDataGenerator()->create_course(['shortname' => 'ailleurs']);
        $this->getDataGenerator()->enrol_user($user->id, $course->id, 'editingteacher');
        [$status, $text] = self::run_check('security', 'roles');
        $this->assertSame(result::ERROR, $status);
        $this->assertStringContainsString('editingteacher (Course: ailleurs)', $text);
    }

    public function test_event_that_is_not_passed_on(): void {
        $this->assertSame([], feed_health::deaf());
        \core\event\manager::phpunit_replace_observers([]);
        $this->assertContains('\core\event\user_deleted', feed_health::deaf());
        \core\event\manager::phpunit_reset();
    }
}
