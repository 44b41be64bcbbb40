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
 * What Moodle shows now of the tracked activities of one promotion: a few queries, for one person or for many.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class live_state {
    /**
     * Keep the activities to read.
     *
     * @param \cm_info[] $activities key => activity
     */
    private function __construct(
        /** @var \cm_info[] key => activity, in the order of the course */
        public readonly array $activities,
    ) {
    }

    /**
     * Every activity of ours that is tracked and shown to learners.
     *
     * @param \stdClass $course the course
     * @param string $promotion promotion id
     * @return self
     */
    public static function of_course(\stdClass $course, string $promotion): self {
        return self::kept($course, $promotion, 0, fn(\cm_info $cm) => $cm->visible && $cm->get_section_info()->visible);
    }

    /**
     * Every activity of ours that is tracked and open to one person.
     *
     * @param \stdClass $course the course
     * @param string $promotion promotion id
     * @param int $userid the person
     * @return self
     */
    public static function of_person(\stdClass $course, string $promotion, int $userid): self {
        return self::kept($course, $promotion, $userid, fn(\cm_info $cm) => $cm->uservisible);
    }

    /**
     * Activities of ours that are tracked and pass a test.
     *
     * @param \stdClass $course the course
     * @param string $promotion promotion id
     * @param int $userid person whose view it is, 0 for the one who is logged in
     * @param callable $test takes an activity
     * @return self
     */
    private static function kept(\stdClass $course, string $promotion, int $userid, callable $test): self {
        global $DB;
        $where = "promotion = ? AND kind = 'module'";
        $keys = $DB->get_records_select_menu(map::TABLE, $where, [$promotion], 'id', 'moodleid, objkey');
        $activities = [];
        foreach (get_fast_modinfo($course, $userid)->get_cms() as $cm) {
            if (isset($keys[$cm->id]) && $cm->completion && !$cm->deletioninprogress && $test($cm)) {
                $activities[$keys[$cm->id]] = $cm;
            }
        }
        return new self($activities);
    }

    /**
     * The activities of one type.
     *
     * @param string $modname type
     * @return \cm_info[] key => activity
     */
    public function of_type(string $modname): array {
        return array_filter($this->activities, fn(\cm_info $cm) => $cm->modname === $modname);
    }

    /**
     * States of completion, in one query; what has no row is incomplete.
     *
     * @param int[] $userids people
     * @return array userid => key => incomplete, complete, pass or fail
     */
    public function completions(array $userids): array {
        global $DB;
        if (!$userids || !$this->activities) {
            return [];
        }
        $keys = [];
        foreach ($this->activities as $key => $cm) {
            $keys[$cm->id] = $key;
        }
        $found = array_fill_keys($userids, array_fill_keys(array_values($keys), facts::STATES[0]));
        [$in, $params] = $DB->get_in_or_equal(array_keys($keys));
        [$people, $more] = $DB->get_in_or_equal($userids);
        $records = $DB->get_recordset_select(
            'course_modules_completion',
            "coursemoduleid $in AND userid $people",
            [...$params, ...$more],
            '',
            'id, userid, coursemoduleid, completionstate',
        );
        foreach ($records as $record) {
            $state = facts::STATES[(int) $record->completionstate] ?? facts::STATES[0];
            $found[(int) $record->userid][$keys[$record->coursemoduleid]] = $state;
        }
        $records->close();
        return $found;
    }

    /**
     * States of the latest submissions, in one query; what has no row is none.
     *
     * @param int[] $userids people
     * @return array userid => key => none, draft, submitted or reopened
     */
    public function submissions(array $userids): array {
        global $DB;
        $keys = [];
        foreach ($this->of_type('assign') as $key => $cm) {
            $keys[$cm->instance] = $key;
        }
        if (!$userids || !$keys) {
            return [];
        }
        $found = array_fill_keys($userids, array_fill_keys(array_values($keys), 'none'));
        [$in, $params] = $DB->get_in_or_equal(array_keys($keys));
        [$people, $more] = $DB->get_in_or_equal($userids);
        $where = "assignment $in AND userid $people AND latest = 1";
        $fields = 'id, userid, assignment, status';
        $records = $DB->get_recordset_select('assign_submission', $where, [...$params, ...$more], '', $fields);
        foreach ($records as $record) {
            $found[(int) $record->userid][$keys[$record->assignment]] = $record->status === 'new' ? 'none' : $record->status;
        }
        $records->close();
        return $found;
    }
}
