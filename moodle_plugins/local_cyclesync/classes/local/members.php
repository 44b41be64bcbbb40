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
 * Enrolments and groups of a course: of one person when one is written, of everyone at once when the whole course is read.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class members {
    /** @var \stdClass[]|null enrolments of the course, id => record; null until all are read */
    private ?array $enrolments = null;

    /** @var array|null ids of groups, userid => list; null until all are read */
    private ?array $groups = null;

    /**
     * Look at a course.
     *
     * @param int $courseid the course
     */
    public function __construct(
        /** @var int the course */
        public readonly int $courseid,
    ) {
    }

    /**
     * Read everyone, in two queries.
     */
    public function read_all(): void {
        $this->enrolments = $this->enrolments_where('', []);
        $this->groups = $this->groups_where('', []);
    }

    /**
     * One enrolment of the course.
     *
     * @param int $id id of the enrolment
     * @return \stdClass|null
     */
    public function enrolment(int $id): ?\stdClass {
        return ($this->enrolments ?? $this->enrolments_where(' AND ue.id = ?', [$id]))[$id] ?? null;
    }

    /**
     * Groups of the course that a person is in.
     *
     * @param int $userid the person
     * @return int[]
     */
    public function groups_of(int $userid): array {
        return ($this->groups ?? $this->groups_where(' AND gm.userid = ?', [$userid]))[$userid] ?? [];
    }

    /**
     * Read enrolments.
     *
     * @param string $where more of the condition
     * @param array $params its parameters
     * @return \stdClass[] id => record
     */
    private function enrolments_where(string $where, array $params): array {
        global $DB;
        $sql = 'SELECT ue.* FROM {user_enrolments} ue JOIN {enrol} e ON e.id = ue.enrolid WHERE e.courseid = ?';
        return $DB->get_records_sql($sql . $where, [$this->courseid, ...$params]);
    }

    /**
     * Read memberships.
     *
     * @param string $where more of the condition
     * @param array $params its parameters
     * @return array userid => list of ids of groups
     */
    private function groups_where(string $where, array $params): array {
        global $DB;
        $sql = 'SELECT gm.id, gm.userid, gm.groupid FROM {groups_members} gm JOIN {groups} g ON g.id = gm.groupid
                 WHERE g.courseid = ?';
        $groups = [];
        foreach ($DB->get_records_sql($sql . $where, [$this->courseid, ...$params]) as $record) {
            $groups[$record->userid][] = (int) $record->groupid;
        }
        return $groups;
    }
}
