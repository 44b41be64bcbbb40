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

namespace local_cyclesync;

use core\event\base;
use local_cyclesync\local\candidate_status;
use local_cyclesync\local\failures;
use local_cyclesync\local\outbox;

/**
 * Marks what has changed in watched courses. Only keys are written, never values, and nothing is sent.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class observer {
    /**
     * Something of one person in one activity.
     *
     * @param base $event the event
     */
    public static function user_activity(base $event): void {
        self::guarded($event, function () use ($event) {
            $userid = (int) ($event->relateduserid ?: $event->userid);
            if ($userid) {
                outbox::mark('state', 'module', (int) $event->contextinstanceid, (int) $event->courseid, $userid);
            }
        });
    }

    /**
     * The enrolment of one person.
     *
     * @param base $event the event
     */
    public static function user_course(base $event): void {
        self::guarded($event, function () use ($event) {
            outbox::mark('state', 'course', (int) $event->courseid, (int) $event->courseid, (int) $event->relateduserid);
        });
    }

    /**
     * The account of one person: one row for each watched course they are or were enrolled in by us.
     *
     * @param base $event the event
     */
    public static function account(base $event): void {
        self::guarded($event, function () use ($event) {
            global $DB;
            $userid = (int) ($event->relateduserid ?: $event->objectid);
            $sql = "SELECT m.id, m.promotion, m.objkey, m.moodleid
                      FROM {local_cyclesync_map} m
                     WHERE m.kind = 'course'
                       AND (EXISTS (SELECT 1 FROM {enrol} e JOIN {user_enrolments} ue ON ue.enrolid = e.id
                                     WHERE e.courseid = m.moodleid AND ue.userid = ?)
                            OR EXISTS (SELECT 1 FROM {" . outbox::TABLE . "} o
                                        WHERE o.courseid = m.moodleid AND o.userid = ?))";
            foreach ($DB->get_records_sql($sql, [$userid, $userid]) as $row) {
                outbox::add('state', (int) $row->moodleid, $row->promotion, $row->objkey, $userid);
            }
        });
    }

    /**
     * A course was reset.
     *
     * @param base $event the event
     */
    public static function course_reset(base $event): void {
        self::notice('course_reset', $event);
    }

    /**
     * A course was restored, maybe into a watched one.
     *
     * @param base $event the event
     */
    public static function course_restored(base $event): void {
        self::notice('course_restored', $event);
    }

    /**
     * A course was deleted: what the register says of its people is shown nowhere any more.
     *
     * @param base $event the event
     */
    public static function course_deleted(base $event): void {
        self::guarded($event, fn() => candidate_status::forget((int) $event->objectid));
    }

    /**
     * An activity was deleted.
     *
     * @param base $event the event
     */
    public static function module_deleted(base $event): void {
        self::guarded($event, function () use ($event) {
            outbox::mark('module_deleted', 'module', (int) $event->objectid, (int) $event->courseid, 0);
        });
    }

    /**
     * Say something of a whole course, when it is watched.
     *
     * @param string $what the notice
     * @param base $event the event
     */
    private static function notice(string $what, base $event): void {
        self::guarded($event, function () use ($what, $event) {
            outbox::mark($what, 'course', (int) $event->courseid, (int) $event->courseid, 0);
        });
    }

    /**
     * Never break the request of the person who did something. What could not be written is counted, and the nightly
     * snapshot catches it.
     *
     * @param base $event the event
     * @param callable $work what to do
     */
    private static function guarded(base $event, callable $work): void {
        try {
            $work();
        } catch (\Throwable $error) {
            failures::add($event->eventname, (int) $event->courseid, $error);
            debugging('local_cyclesync observer: ' . $error->getMessage(), DEBUG_NORMAL);
        }
    }
}
