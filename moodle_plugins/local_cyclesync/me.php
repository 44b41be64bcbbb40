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
 * « Où j'en suis »: what the register says to a trainee, beside what Moodle shows now.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

require_once(__DIR__ . '/../../config.php');
require_once($CFG->libdir . '/filelib.php');

use local_cyclesync\local\own_page;
use local_cyclesync\output\me_page;

$promotion = optional_param('promotion', '', PARAM_ALPHANUMEXT);
$receipt = optional_param('receipt', 0, PARAM_INT);
require_login(null, false);

$PAGE->set_context(context_system::instance());
$PAGE->set_url(own_page::url($promotion));
$PAGE->set_pagelayout('incourse');
$PAGE->set_title(get_string('me', 'local_cyclesync'));
$PAGE->set_heading(get_string('me', 'local_cyclesync'));

if ($promotion === '') {
    $promotions = own_page::promotions((int) $USER->id);
    if (count($promotions) === 1) {
        redirect(own_page::url((string) array_key_first($promotions)));
    }
    $choices = array_map(
        fn($name, $course) => ['name' => format_string($course->fullname), 'url' => own_page::url((string) $name)->out(false)],
        array_keys($promotions),
        $promotions,
    );
    echo $OUTPUT->header();
    echo $OUTPUT->render_from_template('local_cyclesync/me_choice', ['choices' => $choices]);
    echo $OUTPUT->footer();
    exit;
}

$scope = own_page::open($promotion);
$refusal = own_page::refusal(context_course::instance($scope->course->id), (int) $USER->id);
if ($refusal !== '') {
    http_response_code(403);
    echo $OUTPUT->header();
    echo $OUTPUT->notification(get_string($refusal, 'local_cyclesync'), \core\output\notification::NOTIFY_INFO, false);
    if ($refusal === 'refusednotlearner') {
        echo $OUTPUT->continue_button(new moodle_url('/course/view.php', ['id' => $scope->course->id]));
    }
    echo $OUTPUT->footer();
    exit;
}
require_login($scope->course);
$PAGE->set_context(context_course::instance($scope->course->id));
$PAGE->set_heading(format_string($scope->course->fullname));
if ($PAGE->has_secondary_navigation()) {
    $PAGE->set_secondary_active_tab('local_cyclesync_me');
}

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
