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
 * The differences between Moodle and the register, in one course.
 *
 * @package    report_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

require_once(__DIR__ . '/../../config.php');

use local_cyclesync\local\map;
use local_cyclesync\local\own_page;
use report_cyclesync\event\report_viewed;
use report_cyclesync\local\audience;
use report_cyclesync\output\page;

$course = get_course(required_param('id', PARAM_INT));
$number = optional_param('page', 0, PARAM_INT);
require_login($course);
$context = context_course::instance($course->id);
require_capability('report/cyclesync:view', $context);

$url = new moodle_url('/report/cyclesync/index.php', ['id' => $course->id]);
$PAGE->set_url($url);
$PAGE->set_pagelayout('report');
$PAGE->set_title(get_string('pluginname', 'report_cyclesync'));
$PAGE->set_heading(format_string($course->fullname));

$members = audience::members($course);
$row = map::row_of('course', (int) $course->id);
report_viewed::create(['context' => $context])->trigger();

echo $OUTPUT->header();
\core\report_helper::print_report_selector(get_string('pluginname', 'report_cyclesync'));
if (!$row) {
    echo $OUTPUT->notification(get_string('notwatched', 'report_cyclesync'), \core\output\notification::NOTIFY_INFO, false);
} else {
    groups_print_course_menu($course, $url);
    $report = new page(own_page::open($row->promotion), $members, max(0, $number));
    echo $OUTPUT->render_from_template('report_cyclesync/page', $report->export_for_template($OUTPUT));
    echo $OUTPUT->paging_bar($report->count(), max(0, $number), page::PER_PAGE, $url);
}
echo $OUTPUT->footer();
