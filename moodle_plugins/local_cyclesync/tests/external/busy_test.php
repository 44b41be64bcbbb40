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

use core\lock\lock_config;

/**
 * Two calls for one promotion: the second waits, then says so and writes nothing.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_cyclesync\local\applier
 */
final class busy_test extends \advanced_testcase {
    public function test_a_promotion_that_another_request_writes_is_busy(): void {
        global $CFG, $DB;
        $this->resetAfterTest();
        $this->setAdminUser();
        $generator = $this->getDataGenerator()->get_plugin_generator('local_cyclesync');
        $generator->create_promotion();
        $page = ['name' => 'P', 'content' => 'x', 'position' => 0];
        // Locks belong to a connection: another request has another one.
        $here = $DB;
        $other = \moodle_database::get_driver_instance($CFG->dbtype, $CFG->dblibrary);
        $other->connect($CFG->dbhost, $CFG->dbuser, $CFG->dbpass, $CFG->dbname, $CFG->prefix, $CFG->dboptions);
        $DB = $other;
        try {
            $lock = lock_config::get_lock_factory('local_cyclesync')->get_lock('promotion_p1', 0);
        } finally {
            $DB = $here;
        }
        $this->assertNotFalse($lock);
        try {
            $refused = $generator->call_module('page', 'p', $page);
        } finally {
            $lock->release();
            $other->dispose();
        }
        $this->assertSame(['refused', 'busy'], [$refused['action'], $refused['code']]);
        $this->assertFalse($DB->record_exists('local_cyclesync_map', ['objkey' => 'cs:p1:p']));
        $this->assertSame('created', $generator->call_module('page', 'p', $page)['action']);
    }
}
