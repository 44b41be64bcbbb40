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
 * Settings of the plugin.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

if ($hassiteconfig) {
    $ADMIN->add('localplugins', new admin_category('local_cyclesync_pages', new lang_string('pluginname', 'local_cyclesync')));
    $ADMIN->add('local_cyclesync_pages', new admin_externalpage(
        'local_cyclesync_setup',
        new lang_string('setup', 'local_cyclesync'),
        new moodle_url('/local/cyclesync/setup.php'),
    ));
    $settings = new admin_settingpage('local_cyclesync', new lang_string('settings', 'local_cyclesync'));
    $ADMIN->add('local_cyclesync_pages', $settings);
    if ($ADMIN->fulltree) {
        $settings->add(new admin_setting_configtext(
            'local_cyclesync/categoryidnumbers',
            new lang_string('categoryidnumbers', 'local_cyclesync'),
            new lang_string('categoryidnumbers_desc', 'local_cyclesync'),
            '',
            PARAM_TEXT,
        ));
        $settings->add(new admin_setting_configtext(
            'local_cyclesync/retentiondays',
            new lang_string('retentiondays', 'local_cyclesync'),
            new lang_string('retentiondays_desc', 'local_cyclesync'),
            90,
            '/^[1-9]\d{0,3}$/',
        ));
    }
    $settings = null;
}
