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

use local_cyclesync\local\failures;
use local_cyclesync\local\roles;
use local_cyclesync\local\site;

/**
 * What installing and upgrading leave: the tables as declared, the roles, the task, the settings.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers ::xmldb_local_cyclesync_install
 * @covers ::xmldb_local_cyclesync_upgrade
 * @covers ::local_cyclesync_upgrade_failures
 */
final class installation_test extends \advanced_testcase {
    /** Oldest version whose tables an upgrade starts from. */
    private const OLDEST = 2026112403;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
    }

    /**
     * A file of the plugin.
     *
     * @param string $path path inside the plugin
     * @return string
     */
    private static function file(string $path): string {
        return \core_component::get_component_directory('local_cyclesync') . '/' . $path;
    }

    /**
     * What differs between the database and db/install.xml.
     *
     * @return array
     */
    private static function schema_errors(): array {
        global $DB;
        $file = new \xmldb_file(self::file('db/install.xml'));
        $file->loadXMLStructure();
        return $DB->get_manager()->check_database_schema($file->getStructure(), ['extratables' => false]);
    }

    public function test_upgrade_from_the_oldest_version(): void {
        global $CFG, $DB;
        require_once($CFG->libdir . '/upgradelib.php');
        require_once(self::file('db/upgrade.php'));
        $wanted = (int) get_config('local_cyclesync', 'version');
        $manager = $DB->get_manager();
        $manager->drop_table(new \xmldb_table('local_cyclesync_failure'));
        $table = new \xmldb_table('local_cyclesync_outbox');
        foreach (['seq' => ['seq', 'id'], 'userid' => ['userid', 'courseid']] as $old => $fields) {
            $manager->drop_index($table, new \xmldb_index('new', XMLDB_INDEX_NOTUNIQUE, $fields));
            $manager->add_index($table, new \xmldb_index('old', XMLDB_INDEX_NOTUNIQUE, [$old]));
        }
        $errors = array_keys(self::schema_errors());
        $this->assertEqualsCanonicalizing(['local_cyclesync_failure', 'local_cyclesync_outbox'], $errors);
        $course = $this->getDataGenerator()->get_plugin_generator('local_cyclesync')->create_promotion();
        foreach ([$course->id, $course->id + 999] as $courseid) {
            local\candidate_status::store((int) $courseid, [2 => ['v' => 1]]);
        }
        set_config('version', self::OLDEST, 'local_cyclesync');
        $this->assertTrue(xmldb_local_cyclesync_upgrade(self::OLDEST));
        $this->assertSame([], self::schema_errors());
        $this->assertEquals([$course->id], $DB->get_fieldset('local_cyclesync_status', 'courseid'));
        $this->assertLessThanOrEqual($wanted, (int) get_config('local_cyclesync', 'version'));
        failures::add('\core\event\user_updated', 0, new \dml_exception('x'));
        $this->assertSame(1, $DB->count_records('local_cyclesync_failure'));
        // What is up to date is left alone.
        $this->assertTrue(xmldb_local_cyclesync_upgrade($wanted));
        $this->assertSame([], self::schema_errors());
    }

    public function test_installing_keeps_an_identity_that_is_there(): void {
        require_once(self::file('db/install.php'));
        $before = [site::uid(), site::epoch(), roles::compare('cyclesync_site'), roles::compare('cyclesync_category')];
        $this->assertTrue(xmldb_local_cyclesync_install());
        $after = [site::uid(), site::epoch(), roles::compare('cyclesync_site'), roles::compare('cyclesync_category')];
        $this->assertSame($before, $after);
        $this->assertSame([], self::schema_errors());
    }

    public function test_one_task_at_night_that_an_administrator_may_move(): void {
        $tasks = \core\task\manager::load_default_scheduled_tasks_for_component('local_cyclesync');
        $this->assertSame([task\prune_outbox::class], array_map('get_class', $tasks));
        $this->assertSame(['3', '*'], [$tasks[0]->get_hour(), $tasks[0]->get_day()]);
        $this->assertMatchesRegularExpression('/^\d+$/', $tasks[0]->get_minute());
    }

    public function test_settings_take_what_they_can_use(): void {
        global $CFG;
        require_once($CFG->libdir . '/adminlib.php');
        $page = admin_get_root(true, true)->locate('local_cyclesync');
        $this->assertInstanceOf(\admin_settingpage::class, $page);
        $days = $page->settings->retentiondays ?? $page->settings->local_cyclesyncretentiondays;
        $this->assertSame('', $days->write_setting('30'));
        $this->assertSame(30, task\prune_outbox::days());
        foreach (['0', '-1', '10000', 'dix', ''] as $wrong) {
            $this->assertNotSame('', $days->write_setting($wrong), $wrong);
        }
        $this->assertSame(30, task\prune_outbox::days());
        unset_config('retentiondays', 'local_cyclesync');
        $this->assertSame(90, task\prune_outbox::days());
    }
}
