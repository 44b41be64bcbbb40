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
 * English strings.
 *
 * @package    report_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$string['age'] = 'The register\'s last word: Moodle as read on {$a->date} ({$a->ago} ago).';
$string['caption'] = 'People about whom Moodle and the register differ';
$string['counts'] = 'People compared: {$a->people}. With a difference: {$a->differing}.';
$string['cyclesync:view'] = 'See the differences between Moodle and the register';
$string['difference'] = 'What differs';
$string['differs'] = '{$a->activity}: the register says "{$a->said}", Moodle shows "{$a->shown}".';
$string['differsunread'] = '{$a->activity}: the register has not read it yet, Moodle shows "{$a->shown}".';
$string['eventreportviewed'] = 'Differences with the register viewed';
$string['explained'] = 'What people have done since then is a difference until the next reading.';
$string['inactive'] = 'The register counts this person as enrolled; their enrolment in Moodle is not active.';
$string['matrix'] = 'Activities of everybody, as Moodle itself shows them';
$string['nobody'] = 'Nobody is enrolled here as a trainee.';
$string['nodifference'] = 'No difference.';
$string['nolonger'] = 'The register has sent nothing about this person since its reading of {$a}, although their enrolment in Moodle is active.';
$string['nostatus'] = 'The register has sent nothing about this person, although they are enrolled in Moodle.';
$string['nothingsent'] = 'The register has not sent anything to this course yet: there is nothing to compare.';
$string['notwatched'] = 'This course is not managed by cyclesync: there is no register to compare it with.';
$string['partial'] = 'Modules are not compared for everybody: the cyclesync that sent the situations is older than this report.';
$string['person'] = 'Person';
$string['pluginname'] = 'Differences with the register';
$string['privacy:metadata'] = 'The report keeps nothing: it compares what local_cyclesync and Moodle hold.';
$string['state_complete'] = 'done';
$string['state_draft'] = 'draft, not handed in';
$string['state_fail'] = 'done, failed';
$string['state_gone'] = 'activity hidden or removed';
$string['state_incomplete'] = 'not done';
$string['state_none'] = 'not handed in';
$string['state_pass'] = 'done, passed';
$string['state_reopened'] = 'reopened, to be handed in again';
$string['state_submitted'] = 'handed in';
$string['state_unread'] = 'not read';
