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
 * What Moodle says of people in a watched course, as it is now: one query per table, for many people at once.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class facts {
    /** Statuses of a SCORM attempt, the best first. */
    private const BEST = ['passed', 'completed', 'failed', 'incomplete', 'not_attempted'];

    /** Elements that hold a status or a score. */
    private const ELEMENTS = [
        'cmi.core.lesson_status', 'cmi.completion_status', 'cmi.success_status', 'cmi.core.score.raw', 'cmi.score.raw',
    ];

    /** Names of Moodle's completion states. */
    public const STATES = [0 => 'incomplete', 1 => 'complete', 2 => 'pass', 3 => 'fail'];

    /** @var \stdClass[] tracked and visible activities of the course, course module id => record with key */
    private array $modules;

    /**
     * Prepare to read one course.
     *
     * @param scope $scope the promotion
     */
    public function __construct(
        /** @var scope the promotion */
        private readonly scope $scope,
    ) {
        $this->modules = $this->tracked();
    }

    /**
     * Activities that are ours, tracked and visible.
     *
     * @return \stdClass[] course module id => record
     */
    private function tracked(): array {
        global $DB;
        return $DB->get_records_sql(
            "SELECT cm.id, cm.instance, m.name AS modname, x.objkey
               FROM {course_modules} cm
               JOIN {modules} m ON m.id = cm.module
               JOIN {course_sections} s ON s.id = cm.section
               JOIN {local_cyclesync_map} x ON x.moodleid = cm.id AND x.kind = 'module'
              WHERE cm.course = ? AND cm.visible = 1 AND s.visible = 1 AND cm.completion > 0
                AND cm.deletioninprogress = 0 AND x.promotion = ?
           ORDER BY cm.id",
            [$this->scope->require_course()->id, $this->scope->promotion],
        );
    }

    /**
     * Read the facts of some people.
     *
     * @param int[] $userids Moodle user ids
     * @return array userid => key => list of facts
     */
    public function read(array $userids): array {
        if (!$userids) {
            return [];
        }
        $facts = array_fill_keys($userids, []);
        foreach (
            [$this->course_facts($userids), $this->completions($userids), $this->tracks($userids),
            $this->submissions($userids)] as $part
        ) {
            foreach ($part as [$userid, $key, $fact]) {
                $facts[$userid][$key][] = $fact;
            }
        }
        return $facts;
    }

    /**
     * Learners of a course: people with a role that counts in the gradebook, enrolled in any state, and those the map knows.
     *
     * @param scope $scope the promotion
     * @param int $after only ids above this one
     * @param int $limit at most; 0 for all
     * @return int[]
     */
    public static function learners(scope $scope, int $after = 0, int $limit = 0): array {
        global $CFG, $DB;
        $course = $scope->require_course();
        $context = \context_course::instance($course->id);
        [$roles, $roleparams] = $DB->get_in_or_equal(explode(',', $CFG->gradebookroles ?: '0'), SQL_PARAMS_NAMED, 'r');
        [$contexts, $contextparams] = $DB->get_in_or_equal($context->get_parent_context_ids(true), SQL_PARAMS_NAMED, 'c');
        $known = [];
        foreach ($scope->rows() as $row) {
            if ($row->kind === 'enrolment') {
                $known[] = (int) (map::decoded($row, 'applied')['userid'] ?? 0);
            }
        }
        [$in, $knownparams] = $DB->get_in_or_equal($known ?: [0], SQL_PARAMS_NAMED, 'k');
        $sql = "SELECT u.id FROM {user} u
                 WHERE u.id > :after
                   AND (u.id $in OR (
                        EXISTS (SELECT 1 FROM {user_enrolments} ue JOIN {enrol} e ON e.id = ue.enrolid
                                 WHERE ue.userid = u.id AND e.courseid = :course)
                        AND EXISTS (SELECT 1 FROM {role_assignments} ra
                                     WHERE ra.userid = u.id AND ra.roleid $roles AND ra.contextid $contexts)))
              ORDER BY u.id";
        $params = ['after' => $after, 'course' => $course->id] + $knownparams + $roleparams + $contextparams;
        return array_map('intval', array_keys($DB->get_records_sql($sql, $params, 0, $limit)));
    }

    /**
     * Facts about enrolments and accounts.
     *
     * @param int[] $userids people
     * @return array[] [userid, key, fact]
     */
    private function course_facts(array $userids): array {
        global $DB;
        $key = map::course_key($this->scope->promotion);
        $enrolments = self::enrolment_states((int) $this->scope->require_course()->id, $userids);
        [$in, $params] = $DB->get_in_or_equal($userids);
        $accounts = $DB->get_records_select('user', "id $in", $params, '', 'id, suspended, deleted');
        $found = [];
        foreach ($userids as $userid) {
            $account = $accounts[$userid] ?? null;
            $status = !$account || $account->deleted ? 'deleted' : ($account->suspended ? 'suspended' : 'active');
            $found[] = [$userid, $key, ['kind' => 'enrolment', 'key' => $key, 'status' => $enrolments[$userid] ?? 'absent']];
            $found[] = [$userid, $key, ['kind' => 'account', 'key' => $key, 'status' => $status]];
        }
        return $found;
    }

    /**
     * States of enrolments, over all methods of a course.
     *
     * @param int $courseid the course
     * @param int[] $userids people
     * @return array userid => active or suspended; people who are not enrolled are absent
     */
    public static function enrolment_states(int $courseid, array $userids): array {
        global $DB;
        [$in, $params] = $DB->get_in_or_equal($userids);
        $now = time();
        $states = [];
        $records = $DB->get_recordset_sql(
            "SELECT ue.userid, ue.status, ue.timestart, ue.timeend, e.status AS method
               FROM {user_enrolments} ue JOIN {enrol} e ON e.id = ue.enrolid
              WHERE e.courseid = ? AND ue.userid $in",
            [$courseid, ...$params],
        );
        foreach ($records as $record) {
            $active = !$record->status && !$record->method && $record->timestart <= $now
                && (!$record->timeend || $record->timeend > $now);
            if ($active || !isset($states[$record->userid])) {
                $states[$record->userid] = $active ? 'active' : 'suspended';
            }
        }
        $records->close();
        return $states;
    }

    /**
     * Facts about the completion of activities.
     *
     * @param int[] $userids people
     * @return array[] [userid, key, fact]
     */
    private function completions(array $userids): array {
        global $DB;
        if (!$this->modules) {
            return [];
        }
        [$in, $params] = $DB->get_in_or_equal(array_keys($this->modules));
        [$people, $more] = $DB->get_in_or_equal($userids);
        $seen = [];
        $records = $DB->get_recordset_select(
            'course_modules_completion',
            "coursemoduleid $in AND userid $people",
            [...$params, ...$more],
        );
        foreach ($records as $record) {
            $seen[$record->userid][$record->coursemoduleid] = $record;
        }
        $records->close();
        $found = [];
        foreach ($userids as $userid) {
            foreach ($this->modules as $cmid => $module) {
                $record = $seen[$userid][$cmid] ?? null;
                $found[] = [$userid, $module->objkey, [
                    'kind' => 'activity', 'key' => $module->objkey,
                    'state' => self::STATES[(int) ($record->completionstate ?? 0)] ?? 'incomplete',
                    'override' => !empty($record->overrideby),
                    'timemodified' => (int) ($record->timemodified ?? 0),
                ]];
            }
        }
        return $found;
    }

    /**
     * Facts about SCORM attempts.
     *
     * @param int[] $userids people
     * @return array[] [userid, key, fact]
     */
    private function tracks(array $userids): array {
        global $DB;
        $modules = array_filter($this->modules, fn($module) => $module->modname === 'scorm');
        if (!$modules) {
            return [];
        }
        $instances = array_column($modules, 'instance');
        [$in, $params] = $DB->get_in_or_equal($instances);
        [$people, $more] = $DB->get_in_or_equal($userids);
        [$names, $elements] = $DB->get_in_or_equal(self::ELEMENTS);
        $attempts = [];
        foreach ($DB->get_records_select('scorm_attempt', "scormid $in AND userid $people", [...$params, ...$more]) as $record) {
            $attempts[$record->userid][$record->scormid][$record->attempt] = [];
        }
        $records = $DB->get_recordset_sql(
            "SELECT a.userid, a.scormid, a.attempt, v.scoid, e.element, v.value, v.timemodified
               FROM {scorm_attempt} a
               JOIN {scorm_scoes_value} v ON v.attemptid = a.id
               JOIN {scorm_element} e ON e.id = v.elementid
              WHERE a.scormid $in AND a.userid $people AND e.element $names
           ORDER BY a.attempt, v.id",
            [...$params, ...$more, ...$elements],
        );
        foreach ($records as $record) {
            $attempts[$record->userid][$record->scormid][$record->attempt][$record->scoid][$record->element] = $record;
        }
        $records->close();
        $scoes = self::launchable($instances);
        $found = [];
        foreach ($userids as $userid) {
            foreach ($modules as $module) {
                $fact = self::scorm_fact($attempts[$userid][$module->instance] ?? [], $scoes[$module->instance] ?? []);
                $found[] = [$userid, $module->objkey, ['kind' => 'scorm', 'key' => $module->objkey] + $fact];
            }
        }
        return $found;
    }

    /**
     * Ids of the parts that can be launched.
     *
     * @param int[] $instances ids of packages
     * @return array package id => list of ids
     */
    private static function launchable(array $instances): array {
        global $DB;
        [$in, $params] = $DB->get_in_or_equal($instances);
        $scoes = [];
        foreach ($DB->get_records_select('scorm_scoes', "scorm $in AND scormtype = 'sco'", $params, 'id', 'id, scorm') as $sco) {
            $scoes[$sco->scorm][] = (int) $sco->id;
        }
        return $scoes;
    }

    /**
     * Sum up one person's attempts at one package.
     *
     * @param array $attempts attempt number => sco id => element => record
     * @param int[] $scoes ids of the parts that can be launched
     * @return array fields of the fact
     */
    private static function scorm_fact(array $attempts, array $scoes): array {
        $statuses = ['not_attempted'];
        $score = null;
        $time = 0;
        ksort($attempts);
        foreach ($attempts as $parts) {
            $statuses[] = scorm_status::of_attempt(array_map(
                fn($sco) => array_map(fn($record) => $record->value, $parts[$sco] ?? []),
                $scoes ?: array_keys($parts),
            ));
            foreach ($parts as $elements) {
                foreach ($elements as $element => $record) {
                    $time = max($time, (int) $record->timemodified);
                    $score = str_ends_with($element, 'score.raw') ? (string) $record->value : $score;
                }
            }
        }
        $best = array_values(array_intersect(self::BEST, $statuses))[0];
        return ['status' => $best, 'attempts' => count($attempts), 'score' => $score, 'timemodified' => $time];
    }

    /**
     * Facts about what was handed in.
     *
     * @param int[] $userids people
     * @return array[] [userid, key, fact]
     */
    private function submissions(array $userids): array {
        $modules = array_filter($this->modules, fn($module) => $module->modname === 'assign');
        $seen = self::latest_of(array_column($modules, 'instance'), $userids);
        $ids = array_merge(...array_map(fn($records) => array_column($records, 'id'), array_values($seen)));
        $files = submitted_files::of(array_keys($modules), $ids, true);
        $found = [];
        foreach ($modules as $module) {
            foreach ($userids as $userid) {
                $record = $seen[$module->instance][$userid] ?? null;
                $fact = self::fact_of($record, $record ? $files[$record->id] ?? [] : []);
                $found[] = [$userid, $module->objkey, ['kind' => 'submission', 'key' => $module->objkey] + $fact];
            }
        }
        return $found;
    }

    /**
     * Latest submissions of some people in some assignments.
     *
     * @param int[] $assignids assignments
     * @param int[] $userids people
     * @return array assignment id => userid => record
     */
    private static function latest_of(array $assignids, array $userids): array {
        global $DB;
        if (!$assignids || !$userids) {
            return [];
        }
        [$assigns, $params] = $DB->get_in_or_equal($assignids);
        [$people, $more] = $DB->get_in_or_equal($userids);
        $where = "assignment $assigns AND latest = 1 AND userid $people";
        $seen = [];
        foreach ($DB->get_records_select('assign_submission', $where, [...$params, ...$more], 'id') as $record) {
            $seen[$record->assignment][$record->userid] = $record;
        }
        return $seen;
    }

    /**
     * Latest submissions of some people.
     *
     * @param int $assignid the assignment
     * @param int[] $userids people
     * @return \stdClass[] userid => record
     */
    public static function latest_submissions(int $assignid, array $userids): array {
        return self::latest_of([$assignid], $userids)[$assignid] ?? [];
    }

    /**
     * Fields of the fact about one submission.
     *
     * @param \stdClass|null $record latest submission
     * @param int $cmid course module id
     * @param bool $hash with the SHA-256 of each file
     * @return array
     */
    public static function submission_fact(?\stdClass $record, int $cmid, bool $hash): array {
        $files = $record ? submitted_files::of([$cmid], [$record->id], $hash)[$record->id] ?? [] : [];
        return self::fact_of($record, $files);
    }

    /**
     * Fields of the fact about one submission whose files are known.
     *
     * @param \stdClass|null $record latest submission
     * @param array[] $files its files
     * @return array
     */
    private static function fact_of(?\stdClass $record, array $files): array {
        $status = $record && $record->status !== 'new' ? $record->status : 'none';
        return [
            'status' => $status, 'attempt' => (int) ($record->attemptnumber ?? 0),
            'submitted_at' => $status === 'submitted' ? (int) $record->timemodified : 0,
            'timemodified' => (int) ($record->timemodified ?? 0), 'files' => $status === 'none' ? [] : $files,
        ];
    }
}
