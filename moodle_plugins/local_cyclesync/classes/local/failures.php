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

namespace local_cyclesync\local;

/**
 * Failures of the change feed: what an observer could not write is counted, so that it is seen.
 *
 * A row each, never a counter: many requests may fail at once, and a shared counter would make them wait for each other.
 * Nothing of a person is kept: the event, the course and the class of the error.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class failures {
    /** Table of the failures. */
    public const TABLE = 'local_cyclesync_failure';

    /** Seconds during which a failure is shown as recent. */
    public const RECENT = 7 * DAYSECS;

    /**
     * Count a failure. It must not fail itself: the request of a trainee is going on.
     *
     * @param string $what name of the event
     * @param int $courseid course, 0 for none
     * @param \Throwable $error what went wrong
     */
    public static function add(string $what, int $courseid, \Throwable $error): void {
        global $DB;
        try {
            $DB->insert_record(self::TABLE, [
                'what' => substr($what, 0, 100), 'courseid' => $courseid, 'error' => substr(get_class($error), 0, 100),
                'timecreated' => time(),
            ], false);
        } catch (\Throwable $worse) {
            // The database takes nothing any more: the log of the web server is the last place left.
            debugging('local_cyclesync: a failure could not be counted: ' . get_class($worse), DEBUG_NORMAL);
        }
    }

    /**
     * Recent failures.
     *
     * @param int $now present time
     * @return array count, last (time, 0 when none), what, error (of the last one)
     */
    public static function recent(int $now): array {
        global $DB;
        $where = 'timecreated >= ?';
        $count = $DB->count_records_select(self::TABLE, $where, [$now - self::RECENT]);
        $found = $count ? $DB->get_records_select(self::TABLE, $where, [$now - self::RECENT], 'id DESC', '*', 0, 1) : [];
        $last = $found ? reset($found) : null;
        return [
            'count' => $count, 'last' => (int) ($last->timecreated ?? 0), 'what' => (string) ($last->what ?? ''),
            'error' => (string) ($last->error ?? ''),
        ];
    }

    /**
     * Delete old failures.
     *
     * @param int $before those counted before this moment go
     */
    public static function prune(int $before): void {
        global $DB;
        $DB->delete_records_select(self::TABLE, 'timecreated < ?', [$before]);
    }
}
