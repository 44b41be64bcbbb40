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
 * « cyclesync : ce qui reste à faire »: what an administrator still has to do, and two actions that nobody else does.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

require_once(__DIR__ . '/../../config.php');
require_once($CFG->libdir . '/adminlib.php');

use local_cyclesync\local\role_definitions;
use local_cyclesync\local\roles;
use local_cyclesync\local\site;
use local_cyclesync\output\setup_page;

$repair = optional_param('repair', '', PARAM_ALPHANUMEXT);
$renew = optional_param('renew', false, PARAM_BOOL);
admin_externalpage_setup('local_cyclesync_setup');
require_capability('moodle/site:config', context_system::instance());

if ($repair !== '' && isset(role_definitions::ROLES[$repair])) {
    require_sesskey();
    roles::restore($repair);
    redirect($PAGE->url, get_string('setup_repaired', 'local_cyclesync', $repair));
}
if ($renew) {
    require_sesskey();
    site::renew_epoch();
    redirect($PAGE->url, get_string('setup_renewed', 'local_cyclesync'));
}
$page = new setup_page($PAGE->url);
echo $OUTPUT->header();
echo $OUTPUT->heading(get_string('setup', 'local_cyclesync'));
echo $OUTPUT->render_from_template('local_cyclesync/setup', $page->export_for_template($OUTPUT));
echo $OUTPUT->footer();
