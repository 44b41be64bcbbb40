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
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$string['alert_draft'] = 'your file is saved as a draft, it is NOT handed in. Open the deposit and hand it in.';
$string['alert_reopened'] = 'your deposit has been reopened: it has to be handed in again.';
$string['anerror'] = 'A mistake? Contact:';
$string['asof'] = 'Situation on {$a} (complete reading)';
$string['asofpartial'] = 'Situation on {$a} (partial reading: some values could not be read)';
$string['attendance'] = 'Attendance';
$string['by'] = 'before {$a}';
$string['colon'] = ':';
$string['cyclesync:manage'] = 'Write the courses that cyclesync manages';
$string['cyclesync:read'] = 'Read what cyclesync needs: map, state and changes';
$string['cyclesync:viewown'] = 'See one\'s own page "Where I am"';
$string['decision'] = 'Decision';
$string['donesince'] = 'Done since that reading.';
$string['dossier'] = 'Your dossier';
$string['eventobjectwritten'] = 'cyclesync wrote an object';
$string['jury'] = 'Jury';
$string['lastseen'] = 'At the last reading:';
$string['me'] = 'Where I am';
$string['modules'] = 'Modules';
$string['next'] = 'Next appointment';
$string['nocourse'] = 'The promotion "{$a}" has no course here.';
$string['nodecision'] = 'After notification.';
$string['nodeposit'] = 'No deposit is open to you yet.';
$string['nojury'] = 'Date not set.';
$string['nonext'] = 'No date is announced for now.';
$string['nopromotion'] = 'You are not a trainee of any promotion here. If you should be, write to the office that organises your training.';
$string['noreceipt'] = 'You have handed nothing in there: there is no receipt.';
$string['nothingread'] = 'Nothing has been read yet.';
$string['notodo'] = 'Nothing for now.';
$string['notyet'] = 'Your situation has not been sent here yet. Below are your deposits as Moodle shows them now.';
$string['pluginname'] = 'cyclesync';
$string['preparationdone'] = 'Preparation done.';
$string['preparationnotdone'] = 'Preparation to be done.';
$string['privacy:metadata:completion'] = 'Completion of activities and SCORM results.';
$string['privacy:metadata:courseid'] = 'The course.';
$string['privacy:metadata:cyclesync'] = 'The training organiser\'s cyclesync installation reads the state of learners in the courses that it manages, and keeps it in the certification register.';
$string['privacy:metadata:objkey'] = 'The activity concerned.';
$string['privacy:metadata:outbox'] = 'That something of a person has changed, so that it is read again; no value.';
$string['privacy:metadata:status'] = 'What the page "Where I am" shows.';
$string['privacy:metadata:statustable'] = 'Situation of each trainee, as the certification office sent it.';
$string['privacy:metadata:submissions'] = 'State, dates, names, sizes and digests of files handed in.';
$string['privacy:metadata:timecreated'] = 'When it changed.';
$string['privacy:metadata:timemodified'] = 'When it was stored.';
$string['privacy:metadata:userid'] = 'The person.';
$string['receipt'] = 'Download the receipt';
$string['receiptfile'] = 'receipt';
$string['receiptmade'] = 'Made on {$a}.';
$string['receipttitle'] = 'Receipt of a deposit';
$string['refusedguest'] = 'This page shows each trainee their own situation. Log in with your own account to see yours.';
$string['refusednotenrolled'] = 'You are not enrolled in this course: there is no situation to show. If you should be, write to the office that organises your training.';
$string['refusednotlearner'] = 'This page shows each trainee their own situation, and yours in this course is not a trainee\'s. To know where somebody is, ask the certification office.';
$string['refusedright'] = 'Your account is not allowed to see this page. Write to the administrator of this site.';
$string['refusedsuspended'] = 'Your enrolment in this course is not active: suspended, ended or not begun. Write to the office that organises your training.';
$string['retentiondays'] = 'Days of the change feed';
$string['retentiondays_desc'] = 'Rows of the change feed older than this are deleted. A reader that comes back later reads everything again.';
$string['role:cyclesync_category'] = 'cyclesync service (category of the courses)';
$string['role:cyclesync_category_desc'] = 'For the service account of cyclesync only. To be assigned in the category of the cycle\'s courses, nowhere else. It may give the role "student" and no other.';
$string['role:cyclesync_site'] = 'cyclesync service (site)';
$string['role:cyclesync_site_desc'] = 'For the service account of cyclesync only. To be assigned at the level of the system. It reads, and writes nothing.';
$string['saidbyoffice'] = 'Certification office:';
$string['submission_draft'] = 'Your file is saved as a draft: it is NOT handed in.';
$string['submission_none'] = 'Not handed in.';
$string['submission_reopened'] = 'Reopened on {$a}: to be handed in again.';
$string['submission_submitted'] = 'Handed in on {$a}.';
$string['taskpruneoutbox'] = 'Delete old rows of cyclesync\'s change feed';
$string['technicaldetail'] = 'Technical detail';
$string['todo'] = 'For you to do';
