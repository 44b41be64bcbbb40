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

namespace local_cyclesync\privacy;

use core_privacy\local\metadata\collection;
use core_privacy\local\request\approved_contextlist;
use core_privacy\local\request\approved_userlist;
use core_privacy\local\request\contextlist;
use core_privacy\local\request\userlist;
use core_privacy\local\request\writer;
use local_cyclesync\local\candidate_status;
use local_cyclesync\local\map;
use local_cyclesync\local\outbox;

/**
 * What the plugin holds about people.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class provider implements
    \core_privacy\local\request\core_userlist_provider,
    \core_privacy\local\metadata\provider,
    \core_privacy\local\request\plugin\provider {
    #[\Override]
    public static function get_metadata(collection $collection): collection {
        $collection->add_database_table(candidate_status::TABLE, [
            'courseid' => 'privacy:metadata:courseid',
            'userid' => 'privacy:metadata:userid',
            'status' => 'privacy:metadata:status',
            'timemodified' => 'privacy:metadata:timemodified',
        ], 'privacy:metadata:statustable');
        $collection->add_database_table(outbox::TABLE, [
            'courseid' => 'privacy:metadata:courseid',
            'userid' => 'privacy:metadata:userid',
            'objkey' => 'privacy:metadata:objkey',
            'timecreated' => 'privacy:metadata:timecreated',
        ], 'privacy:metadata:outbox');
        $collection->add_database_table(map::TABLE, [
            'courseid' => 'privacy:metadata:courseid',
            'declared' => 'privacy:metadata:declared',
            'applied' => 'privacy:metadata:declared',
            'timemodified' => 'privacy:metadata:timemodified',
        ], 'privacy:metadata:map');
        $collection->add_external_location_link('cyclesync', [
            'userid' => 'privacy:metadata:userid',
            'completion' => 'privacy:metadata:completion',
            'submissions' => 'privacy:metadata:submissions',
        ], 'privacy:metadata:cyclesync');
        return $collection;
    }

    #[\Override]
    public static function get_contexts_for_userid(int $userid): contextlist {
        $list = new contextlist();
        foreach ([candidate_status::TABLE, outbox::TABLE] as $table) {
            $list->add_from_sql(
                "SELECT c.id FROM {context} c JOIN {{$table}} t ON t.courseid = c.instanceid
                  WHERE c.contextlevel = :level AND t.userid = :userid",
                ['level' => CONTEXT_COURSE, 'userid' => $userid],
            );
        }
        [$said, $params] = self::said_of($userid);
        $list->add_from_sql(
            "SELECT c.id FROM {context} c JOIN {" . map::TABLE . "} m ON m.courseid = c.instanceid
              WHERE c.contextlevel = :level AND m.kind = 'enrolment' AND $said",
            ['level' => CONTEXT_COURSE] + $params,
        );
        return $list;
    }

    #[\Override]
    public static function get_users_in_context(userlist $userlist): void {
        $context = $userlist->get_context();
        if ($context->contextlevel !== CONTEXT_COURSE) {
            return;
        }
        foreach ([candidate_status::TABLE, outbox::TABLE] as $table) {
            $sql = "SELECT userid FROM {{$table}} WHERE courseid = :courseid AND userid > 0";
            $userlist->add_from_sql('userid', $sql, ['courseid' => $context->instanceid]);
        }
        $userlist->add_users(array_unique(array_map([self::class, 'person'], self::enrolments((int) $context->instanceid))));
    }

    #[\Override]
    public static function export_user_data(approved_contextlist $contextlist): void {
        global $DB;
        foreach ($contextlist->get_contexts() as $context) {
            if ($context->contextlevel !== CONTEXT_COURSE) {
                continue;
            }
            $where = ['courseid' => $context->instanceid, 'userid' => $contextlist->get_user()->id];
            $status = candidate_status::read((int) $where['courseid'], (int) $where['userid']);
            $changes = $DB->get_records(outbox::TABLE, $where, 'id', 'id, what, objkey, timecreated');
            $mine = array_filter(self::enrolments($where['courseid']), fn($row) => self::person($row) === (int) $where['userid']);
            $enrolments = array_map(fn($row) => ['key' => $row->objkey] + map::decoded($row, 'declared'), $mine);
            writer::with_context($context)->export_data(
                [get_string('pluginname', 'local_cyclesync')],
                (object) [
                    'status' => $status, 'changes' => array_values($changes), 'enrolments' => array_values($enrolments),
                ],
            );
        }
    }

    #[\Override]
    public static function delete_data_for_all_users_in_context(\context $context): void {
        self::delete($context, null);
    }

    #[\Override]
    public static function delete_data_for_user(approved_contextlist $contextlist): void {
        foreach ($contextlist->get_contexts() as $context) {
            self::delete($context, [(int) $contextlist->get_user()->id]);
        }
    }

    #[\Override]
    public static function delete_data_for_users(approved_userlist $userlist): void {
        self::delete($userlist->get_context(), $userlist->get_userids());
    }

    /**
     * Delete what a course holds about people. Numbers of the change feed stay, without the person.
     *
     * @param \context $context the context
     * @param int[]|null $userids people, null for all
     */
    private static function delete(\context $context, ?array $userids): void {
        global $DB;
        if ($context->contextlevel !== CONTEXT_COURSE || $userids === []) {
            return;
        }
        [$in, $params] = $userids === null ? ['> 0', []] : $DB->get_in_or_equal($userids);
        $params = [$context->instanceid, ...$params];
        // All or nothing. Outside a transaction, MySQL and MariaDB would moreover make those who write to the feed wait.
        $transaction = $DB->start_delegated_transaction();
        $DB->delete_records_select(candidate_status::TABLE, "courseid = ? AND userid $in", $params);
        $DB->set_field_select(outbox::TABLE, 'userid', 0, "courseid = ? AND userid $in", $params);
        // Enrolments of those people go with Moodle's own; without its row, a plan takes what would be left for somebody else's.
        foreach (self::enrolments((int) $context->instanceid) as $row) {
            if ($userids === null || in_array(self::person($row), array_map('intval', $userids), true)) {
                $DB->delete_records(map::TABLE, ['id' => $row->id]);
            }
        }
        $transaction->allow_commit();
    }

    /**
     * Rows of the map that stand for enrolments of a course.
     *
     * @param int $courseid the course
     * @return \stdClass[]
     */
    private static function enrolments(int $courseid): array {
        global $DB;
        return $DB->get_records(map::TABLE, ['kind' => 'enrolment', 'courseid' => $courseid], 'id');
    }

    /**
     * The person of an enrolment.
     *
     * @param \stdClass $row row of the map
     * @return int
     */
    private static function person(\stdClass $row): int {
        return (int) (map::decoded($row, 'declared')['userid'] ?? 0);
    }

    /**
     * What finds a person in the text of an enrolment: the number is followed by the end of the object or the next field.
     *
     * @param int $userid the person
     * @return array condition, parameters
     */
    private static function said_of(int $userid): array {
        global $DB;
        $last = $DB->sql_like('m.declared', ':last');
        $inside = $DB->sql_like('m.declared', ':inside');
        return ["($last OR $inside)", ['last' => '%"userid":' . $userid . '}%', 'inside' => '%"userid":' . $userid . ',%']];
    }
}
