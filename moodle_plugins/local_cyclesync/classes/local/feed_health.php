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

use local_cyclesync\task\prune_outbox;

/**
 * State of the change feed and of the map, for those who look after the site.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class feed_health {
    /** Seconds that a row may wait for its reader: two missed nights. */
    public const LATE = 2 * DAYSECS;

    /** Tables of the objects that a map row names, with what makes a row of them dead. */
    private const OBJECTS = [
        'course' => ['course', ''],
        'enrol_instance' => ['enrol', ''],
        'section' => ['course_sections', ''],
        'module' => ['course_modules', ' AND o.deletioninprogress = 0'],
        'group' => ['groups', ''],
        'enrolment' => ['user_enrolments', ''],
        'event' => ['event', ''],
    ];

    /**
     * Rows that nobody has read yet.
     *
     * @return array rows, oldest (time, 0 when none)
     */
    public static function waiting(): array {
        global $DB;
        $row = $DB->get_record_sql(
            'SELECT COUNT(*) AS howmany, MIN(timecreated) AS oldest FROM {' . outbox::TABLE . '} WHERE seq IS NULL',
        );
        return ['rows' => (int) $row->howmany, 'oldest' => (int) $row->oldest];
    }

    /**
     * Whether rows that have been read are kept longer than they should be.
     *
     * @param int $now present time
     * @return array days (kept), oldest (time of the oldest row that was read, 0 when none), disabled, late
     */
    public static function retention(int $now): array {
        global $DB;
        $days = prune_outbox::days();
        $oldest = $DB->get_records_select(outbox::TABLE, 'seq IS NOT NULL', [], 'timecreated', 'id, timecreated', 0, 1);
        $oldest = $oldest ? (int) reset($oldest)->timecreated : 0;
        $task = \core\task\manager::get_scheduled_task(prune_outbox::class);
        $disabled = !$task || $task->get_disabled();
        $late = $oldest && $oldest < $now - $days * DAYSECS - self::LATE;
        return ['days' => $days, 'oldest' => $oldest, 'disabled' => $disabled, 'late' => $disabled || $late];
    }

    /**
     * Rows of the map whose object is gone.
     *
     * @return array kind => how many, without the zeros
     */
    public static function orphans(): array {
        global $DB;
        $found = [];
        foreach (self::OBJECTS as $kind => [$table, $alive]) {
            $sql = 'SELECT COUNT(*) FROM {' . map::TABLE . "} m
                     WHERE m.kind = ? AND NOT EXISTS (SELECT 1 FROM {{$table}} o WHERE o.id = m.moodleid$alive)";
            $found[$kind] = $DB->count_records_sql($sql, [$kind]);
        }
        return array_filter($found);
    }

    /**
     * Events of db/events.php that Moodle does not pass on to us.
     *
     * @return string[] names
     */
    public static function deaf(): array {
        $observers = [];
        require(\core_component::get_component_directory('local_cyclesync') . '/db/events.php');
        $known = \core\event\manager::get_all_observers();
        $heard = fn($one) => array_filter(
            $known[$one['eventname']] ?? [],
            fn($observer) => $observer->callable === $one['callback'],
        );
        return array_column(array_filter($observers, fn($one) => !$heard($one)), 'eventname');
    }
}
