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
 * What the register says to each trainee: stored as it comes, shown on their page, nothing computed.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class candidate_status {
    /** Table of the statuses. */
    public const TABLE = 'local_cyclesync_status';

    /**
     * Check one status.
     *
     * @param string $json candidate_status.v1
     * @return string the JSON to store
     * @throws \invalid_parameter_exception when it is not one
     */
    public static function check(string $json): string {
        $status = json_decode($json, true);
        if (!is_array($status) || ($status['v'] ?? null) !== 1 || !is_string($status['as_of'] ?? null)) {
            throw new \invalid_parameter_exception('status is not a candidate_status.v1');
        }
        return canonical_json::encode((object) $status);
    }

    /**
     * Store statuses; those that have not changed are left as they are.
     *
     * @param int $courseid the course
     * @param array $statuses userid => checked JSON
     * @return int how many are now stored as given
     */
    public static function store(int $courseid, array $statuses): int {
        global $DB;
        $transaction = $DB->start_delegated_transaction();
        foreach ($statuses as $userid => $json) {
            $row = $DB->get_record(self::TABLE, ['courseid' => $courseid, 'userid' => $userid]);
            if (!$row) {
                $new = ['courseid' => $courseid, 'userid' => $userid, 'status' => $json, 'timemodified' => time()];
                $DB->insert_record(self::TABLE, $new, false);
            } else if ($row->status !== $json) {
                $DB->update_record(self::TABLE, ['id' => $row->id, 'status' => $json, 'timemodified' => time()]);
            }
        }
        $transaction->allow_commit();
        return count($statuses);
    }

    /**
     * Forget the statuses of a course that is deleted. The register, which is elsewhere, loses nothing.
     *
     * @param int $courseid the course
     */
    public static function forget(int $courseid): void {
        global $DB;
        $DB->delete_records(self::TABLE, ['courseid' => $courseid]);
    }

    /**
     * Status of one person.
     *
     * @param int $courseid the course
     * @param int $userid the person
     * @return array|null
     */
    public static function read(int $courseid, int $userid): ?array {
        global $DB;
        $json = $DB->get_field(self::TABLE, 'status', ['courseid' => $courseid, 'userid' => $userid]);
        return $json ? json_decode($json, true) : null;
    }

    /**
     * Statuses of everybody in a course, in one query.
     *
     * @param int $courseid the course
     * @return array[] userid => candidate_status.v1
     */
    public static function of_course(int $courseid): array {
        global $DB;
        $statuses = $DB->get_records_menu(self::TABLE, ['courseid' => $courseid], '', 'userid, status');
        return array_map(fn(string $json): array => json_decode($json, true) ?? [], $statuses);
    }

    /**
     * When Moodle was read for a status.
     *
     * @param array $status candidate_status.v1
     * @return int seconds since 1970, 0 when it does not say
     */
    public static function read_at(array $status): int {
        return (int) strtotime((string) ($status['as_of'] ?? ''));
    }
}
