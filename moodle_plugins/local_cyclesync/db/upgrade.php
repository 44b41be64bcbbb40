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

/**
 * Upgrade steps.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

/**
 * Upgrade from an older version.
 *
 * @param int $oldversion version installed so far
 * @return bool
 */
function xmldb_local_cyclesync_upgrade(int $oldversion): bool {
    global $DB;
    if ($oldversion < 2026112500) {
        local_cyclesync_upgrade_failures();
        upgrade_plugin_savepoint(true, 2026112500, 'local', 'cyclesync');
    }
    if ($oldversion < 2026112501) {
        // The feed is read by indexes that hold the whole order.
        $table = new xmldb_table('local_cyclesync_outbox');
        foreach (['seq' => ['seq', 'id'], 'userid' => ['userid', 'courseid']] as $old => $fields) {
            $index = new xmldb_index(implode('-', $fields), XMLDB_INDEX_NOTUNIQUE, $fields);
            if (!$DB->get_manager()->index_exists($table, $index)) {
                $DB->get_manager()->add_index($table, $index);
            }
            $index = new xmldb_index($old, XMLDB_INDEX_NOTUNIQUE, [$old]);
            if ($DB->get_manager()->index_exists($table, $index)) {
                $DB->get_manager()->drop_index($table, $index);
            }
        }
        upgrade_plugin_savepoint(true, 2026112501, 'local', 'cyclesync');
    }
    if ($oldversion < 2026112504) {
        // What the register said of the people of courses that are no more.
        $DB->delete_records_select('local_cyclesync_status', 'courseid NOT IN (SELECT id FROM {course})');
        upgrade_plugin_savepoint(true, 2026112504, 'local', 'cyclesync');
    }
    // Last, at every upgrade: a version may give the roles more or less. What an administrator changed in them stays.
    \local_cyclesync\local\roles::install();
    return true;
}

/**
 * Failures of the change feed are counted: make their table.
 */
function local_cyclesync_upgrade_failures(): void {
    global $DB;
    $table = new xmldb_table('local_cyclesync_failure');
    $table->add_field('id', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL, XMLDB_SEQUENCE);
    $table->add_field('what', XMLDB_TYPE_CHAR, '100', null, XMLDB_NOTNULL);
    $table->add_field('courseid', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL, null, '0');
    $table->add_field('error', XMLDB_TYPE_CHAR, '100', null, XMLDB_NOTNULL);
    $table->add_field('timecreated', XMLDB_TYPE_INTEGER, '10', null, XMLDB_NOTNULL, null, '0');
    $table->add_key('primary', XMLDB_KEY_PRIMARY, ['id']);
    $table->add_index('timecreated', XMLDB_INDEX_NOTUNIQUE, ['timecreated']);
    if (!$DB->get_manager()->table_exists($table)) {
        $DB->get_manager()->create_table($table);
    }
}
