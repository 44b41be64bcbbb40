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
 * « Où j'en suis »: what the register says to a trainee, and their deposits as Moodle shows them now.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

require_once(__DIR__ . '/../../config.php');
require_once($CFG->libdir . '/filelib.php');

use local_cyclesync\local\scope;
use local_cyclesync\output\me_page;

$promotion = required_param('promotion', PARAM_ALPHANUMEXT);
$receipt = optional_param('receipt', 0, PARAM_INT);
$scope = scope::open($promotion);
if (!$scope->course) {
    throw new moodle_exception('nocourse', 'local_cyclesync', '', s($promotion));
}
require_login($scope->course);
require_capability('local/cyclesync:viewown', context_user::instance($USER->id));

$PAGE->set_url('/local/cyclesync/me.php', ['promotion' => $promotion]);
$PAGE->set_context(context_course::instance($scope->course->id));
$PAGE->set_pagelayout('incourse');
$PAGE->set_title(get_string('me', 'local_cyclesync'));
$PAGE->set_heading(format_string($scope->course->fullname));

// Nobody else's page can be asked for: the person is the one who is logged in.
$page = new me_page($scope, (int) $USER->id);
if ($receipt) {
    $text = $page->receipt($receipt) ?? throw new moodle_exception('noreceipt', 'local_cyclesync', $PAGE->url);
    $name = clean_filename(get_string('receiptfile', 'local_cyclesync') . "-$receipt.txt");
    send_file($text, $name, 0, 0, true, true, 'text/plain; charset=utf-8');
}
echo $OUTPUT->header();
echo $OUTPUT->render_from_template('local_cyclesync/me', $page->export_for_template($OUTPUT));
echo $OUTPUT->footer();
