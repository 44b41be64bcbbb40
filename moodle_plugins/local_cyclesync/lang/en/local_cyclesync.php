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
$string['cachedef_watched'] = 'Objects of Moodle that cyclesync manages';
$string['categoryidnumbers'] = 'Categories of the courses';
$string['categoryidnumbers_desc'] = 'Idnumbers of the categories where cyclesync works, separated by commas: what config.toml says in « category ». The page "What remains to be done" checks them, and that the service account has its role there.';
$string['checkfeedfailures'] = 'cyclesync: changes that could not be written';
$string['checkfeedfailures_details'] = 'The last one: {$a->when}, event {$a->what}, error {$a->error}. Trainees noticed nothing; the nightly reading of every course catches what was missed. If it goes on, look at the log of the web server and at the database.';
$string['checkfeedfailures_ok'] = 'None in the last seven days.';
$string['checkfeedfailures_some'] = 'Changes that could not be written in the last seven days: {$a}.';
$string['checkmaporphans'] = 'cyclesync: managed objects that are gone';
$string['checkmaporphans_details'] = 'By kind: {$a}. Somebody deleted them in Moodle. "cyclesync plan" says what it would do about each; nothing is made again by itself.';
$string['checkmaporphans_ok'] = 'Every managed object is there.';
$string['checkmaporphans_some'] = 'Managed objects that are not in Moodle any more: {$a}.';
$string['checkretention'] = 'cyclesync: retention of changes';
$string['checkretention_disabled'] = 'The task that deletes old changes is disabled: enable it, else changes are kept for ever.';
$string['checkretention_late'] = 'Changes of {$a->when} are still there although only {$a->days} days are kept: look whether cron runs the task.';
$string['checkretention_ok'] = 'Changes are kept {$a} days.';
$string['checkroles'] = 'cyclesync: roles of the service account';
$string['checkroles_excess'] = 'The service account has or can get rights that cyclesync does not use: {$a}. Remove them.';
$string['checkroles_missing'] = 'Rights that cyclesync needs and its roles lack: {$a}.';
$string['checkroles_ok'] = 'The roles hold exactly what cyclesync needs.';
$string['checksealinglag'] = 'cyclesync: changes waiting to be read';
$string['checksealinglag_details'] = 'cyclesync has not come to read them: look whether its daemon runs, and whether its token is still valid.';
$string['checksealinglag_late'] = 'Changes nobody has read: {$a->rows}, the oldest of {$a->when}.';
$string['checksealinglag_none'] = 'No change is waiting.';
$string['checksealinglag_ok'] = 'Changes that wait for the next reading: {$a->rows}, the oldest of {$a->when}.';
$string['checkservice'] = 'cyclesync: external service';
$string['checkservice_admin'] = 'The account {$a} is a site administrator: use an account kept for the service.';
$string['checkservice_endless'] = 'A token of the account {$a} has no end: make one that expires, and delete this one.';
$string['checkservice_off'] = 'The service is disabled: nobody can use it.';
$string['checkservice_ok'] = 'Only chosen accounts use the service, with tokens that expire.';
$string['checkservice_open'] = 'The service is open to every account: tick "Authorised users only".';
$string['checkservice_person'] = 'The account {$a} can log in to pages: choose the authentication "Web services" for it.';
$string['colon'] = ':';
$string['cyclesync:manage'] = 'Write the courses that cyclesync manages';
$string['cyclesync:read'] = 'Read what cyclesync needs: map, state and changes';
$string['cyclesync:viewown'] = 'See one\'s own page "Where I am"';
$string['decision'] = 'Decision';
$string['donesince'] = 'Done since that reading.';
$string['dossier'] = 'Your dossier';
$string['eventobjectwritten'] = 'cyclesync wrote an object';
$string['eventstatusesstored'] = 'cyclesync stored the situation of trainees';
$string['jury'] = 'Jury';
$string['kind_course'] = 'courses';
$string['kind_enrol_instance'] = 'enrolment methods';
$string['kind_enrolment'] = 'enrolments';
$string['kind_event'] = 'events';
$string['kind_group'] = 'groups';
$string['kind_module'] = 'activities';
$string['kind_section'] = 'sections';
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
$string['privacy:metadata:declared'] = 'The enrolment: person, state, dates, groups.';
$string['privacy:metadata:map'] = 'Enrolments that cyclesync manages.';
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
$string['settings'] = 'Settings';
$string['setup'] = 'cyclesync: what remains to be done';
$string['setup_account_admin'] = 'The account {$a} is a site administrator: create one that is kept for the service.';
$string['setup_account_auth'] = 'The account {$a} can log in to pages: choose the authentication "Web services" for it.';
$string['setup_account_ip'] = 'Only these addresses may use it: {$a}.';
$string['setup_account_none'] = 'Create an account whose authentication is "Web services", then add it to the authorised users of the service "cyclesync".';
$string['setup_account_noneauth'] = 'Enable the authentication "Web services" (Plugins > Authentication), create an account that uses it, then add it to the authorised users of the service "cyclesync".';
$string['setup_account_ok'] = '{$a} may use the service, and cannot log in to pages.';
$string['setup_account_several'] = 'Accounts that may use the service: {$a}. One is enough: remove the others.';
$string['setup_account_suspended'] = 'The account {$a} is suspended or not confirmed: the service refuses it.';
$string['setup_account_until'] = 'The authorisation of {$a} has a date "valid until": empty it. Moodle reads it the wrong way round and refuses the account until that date; let the token end instead.';
$string['setup_assigned_ok'] = '{$a->account} has the role {$a->role} in: {$a->place}.';
$string['setup_assigned_other'] = 'The account {$a} has other roles than its two, which cyclesync does not use: remove them.';
$string['setup_assigned_todo'] = 'Assign the role {$a->role} to {$a->account} in: {$a->place}.';
$string['setup_availability_ok'] = 'Activities can be opened by conditions.';
$string['setup_availability_todo'] = 'Enable restricted access in the advanced features: activities could not depend on others.';
$string['setup_category_none'] = 'Say in the settings which categories hold the courses, by their idnumber.';
$string['setup_category_ok'] = 'The category "{$a}" is there.';
$string['setup_category_todo'] = 'No category, or more than one, has the idnumber "{$a}": create it, or correct the idnumber.';
$string['setup_completion_ok'] = 'Completion is enabled on the site.';
$string['setup_completion_todo'] = 'Enable completion tracking in the advanced features: nothing could be followed without it.';
$string['setup_cron_done'] = 'Last run: {$a}.';
$string['setup_cron_never'] = 'Cron has never run: have it run every minute.';
$string['setup_cron_todo'] = 'Cron has not run since {$a}: have it run every minute.';
$string['setup_group_feed'] = 'What goes on by itself';
$string['setup_group_service'] = 'The service, its roles, its account, its token';
$string['setup_group_site'] = 'The site';
$string['setup_identity_epoch'] = 'Epoch of the changes: {$a}';
$string['setup_identity_info'] = 'cyclesync knows this site by these two marks, and stops when they change without a reason.';
$string['setup_identity_site'] = 'Site: {$a}';
$string['setup_intro'] = 'What the site needs so that cyclesync works, with no right more than it uses. The plugin has made the service and the two roles; it makes no account and no token, and gives no role to anybody: that is for you.';
$string['setup_left'] = 'Points to settle: {$a}.';
$string['setup_limits_ok'] = 'PHP lets through files of {$a->size} and {$a->vars} fields per request. A package must be smaller; the web server has a limit of its own.';
$string['setup_limits_todo'] = 'PHP lets through {$a->vars} fields per request only, and drops the others without a word: set max_input_vars to 5000 at least (files: {$a->size}).';
$string['setup_mobile_ok'] = 'Trainees can use the Moodle app.';
$string['setup_mobile_todo'] = 'The Moodle app is not allowed on this site. Enable it if trainees use a phone.';
$string['setup_nothingleft'] = 'Nothing is left to be done.';
$string['setup_observers_ok'] = 'Moodle tells cyclesync about every change that it follows.';
$string['setup_observers_todo'] = 'Events that Moodle does not pass on: {$a}. Purge the caches.';
$string['setup_renew'] = 'Have everything read again';
$string['setup_renew_confirm'] = 'cyclesync will read every course again in full at its next reading. Nothing is lost. Go on?';
$string['setup_renew_help'] = 'After the database was restored from a backup, begin a new epoch: cyclesync then reads everything again instead of trusting its mark.';
$string['setup_renewed'] = 'A new epoch has begun: cyclesync will read everything again.';
$string['setup_repair'] = 'Put the role as defined';
$string['setup_repair_confirm'] = 'The role will hold exactly what cyclesync needs: what was added to it is removed, what was removed comes back. Go on?';
$string['setup_repaired'] = 'The role {$a} is as defined.';
$string['setup_rest_ok'] = 'The REST protocol is enabled.';
$string['setup_rest_todo'] = 'Enable the REST protocol.';
$string['setup_role_changed'] = 'The role {$a} is not as cyclesync defined it. What was changed was left as it is.';
$string['setup_role_foreign'] = 'This installation of the plugin did not make it. If an earlier one did, put it back as defined with the button; otherwise, give that role another short name first.';
$string['setup_role_levels'] = 'It can be assigned at other levels than its own.';
$string['setup_role_none'] = 'The role {$a} is not there. It was deleted, and is not made again without you.';
$string['setup_role_ok'] = 'The role {$a} holds exactly what cyclesync needs.';
$string['setup_service_disabled'] = 'Enable the service "cyclesync".';
$string['setup_service_nofiles'] = 'Tick "Can upload files" in the service "cyclesync".';
$string['setup_service_none'] = 'The service "cyclesync" is not there: run the upgrade of the site again.';
$string['setup_service_ok'] = 'The service "cyclesync" is enabled, and only for chosen accounts.';
$string['setup_service_open'] = 'Tick "Authorised users only" in the service "cyclesync".';
$string['setup_state'] = 'State';
$string['setup_state_advice'] = 'Advice';
$string['setup_state_done'] = 'Done';
$string['setup_state_info'] = 'For information';
$string['setup_state_todo'] = 'To do';
$string['setup_step'] = 'Step';
$string['setup_title_account'] = 'Account of the service';
$string['setup_title_assigned'] = 'Roles assigned';
$string['setup_title_availability'] = 'Restricted access';
$string['setup_title_category'] = 'Category of the courses';
$string['setup_title_completion'] = 'Completion';
$string['setup_title_cron'] = 'Cron';
$string['setup_title_feedfailures'] = 'Changes that could not be written';
$string['setup_title_identity'] = 'Identity of the site';
$string['setup_title_limits'] = 'Limits of PHP';
$string['setup_title_maporphans'] = 'Managed objects';
$string['setup_title_mobile'] = 'Moodle app';
$string['setup_title_observers'] = 'Events';
$string['setup_title_rest'] = 'REST protocol';
$string['setup_title_retention'] = 'Retention of changes';
$string['setup_title_role'] = 'Role';
$string['setup_title_sealinglag'] = 'Reading of changes';
$string['setup_title_service'] = 'External service';
$string['setup_title_token'] = 'Token';
$string['setup_title_webservices'] = 'Web services';
$string['setup_token_done'] = 'A token is there, until {$a}.';
$string['setup_token_ended'] = 'The token has ended: make another one, with an end, and put it where cyclesync reads it.';
$string['setup_token_endless'] = 'A token is there and has no end: make one that expires, and delete this one.';
$string['setup_token_none'] = 'Make a token for this account and the service "cyclesync", with an end.';
$string['setup_token_todo'] = 'The token ends on {$a}: make the next one now.';
$string['setup_token_unused'] = 'Never used yet.';
$string['setup_token_used'] = 'Used last on {$a}.';
$string['setup_webservices_ok'] = 'Web services are enabled.';
$string['setup_webservices_todo'] = 'Enable web services in the advanced features.';
$string['setup_what'] = 'What to do';
$string['submission_draft'] = 'Your file is saved as a draft: it is NOT handed in.';
$string['submission_none'] = 'Not handed in.';
$string['submission_reopened'] = 'Reopened on {$a}: to be handed in again.';
$string['submission_submitted'] = 'Handed in on {$a}.';
$string['taskpruneoutbox'] = 'Delete old rows of cyclesync\'s change feed';
$string['technicaldetail'] = 'Technical detail';
$string['todo'] = 'For you to do';
$string['toofew'] = 'Missing: {$a}';
$string['toomany'] = 'In excess: {$a}';
