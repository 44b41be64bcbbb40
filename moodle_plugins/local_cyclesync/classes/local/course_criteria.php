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
 * What completes the course: all of some activities of ours. Written once; nothing is erased to change it.
 *
 * Moodle's form erases everybody's completion of the course whenever it is saved, hence it is not imitated here.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class course_criteria {
    /**
     * Load what Moodle needs for criteria.
     */
    private static function load(): void {
        global $CFG;
        require_once($CFG->libdir . '/completionlib.php');
    }

    /**
     * Criteria of a course: keys of activities, then what people have added, as "activity:id", "other:type" or "any".
     *
     * @param scope $scope the call
     * @param int $courseid the course
     * @return string[] sorted
     */
    public static function read(scope $scope, int $courseid): array {
        global $DB;
        self::load();
        $found = [];
        foreach ($DB->get_records('course_completion_criteria', ['course' => $courseid], 'id') as $criterion) {
            $activity = (int) $criterion->criteriatype === COMPLETION_CRITERIA_TYPE_ACTIVITY;
            $cmid = (int) $criterion->moduleinstance;
            $found[] = $activity ? $scope->key_of('module', $cmid) ?? "activity:$cmid" : "other:{$criterion->criteriatype}";
        }
        if ($found) {
            $any = ['course' => $courseid, 'method' => COMPLETION_AGGREGATION_ANY];
            $found = $DB->record_exists('course_completion_aggr_methd', $any) ? [...$found, 'any'] : $found;
        }
        return self::sorted($found);
    }

    /**
     * Sort a list of keys, each once.
     *
     * @param array $keys the keys
     * @return string[]
     */
    private static function sorted(array $keys): array {
        $unique = array_values(array_unique(array_map('strval', $keys)));
        sort($unique, SORT_STRING);
        return $unique;
    }

    /**
     * Tell whether two lists name the same criteria.
     *
     * @param array $wanted keys wanted
     * @param array $seen keys in Moodle
     * @return bool
     */
    public static function same(array $wanted, array $seen): bool {
        return self::sorted($wanted) === self::sorted($seen);
    }

    /**
     * Check that criteria can be written without erasing anything.
     *
     * @param scope $scope the call
     * @param array $wanted keys of activities
     * @param array $seen criteria in Moodle
     * @param array $fields fields of the course as they will be
     * @throws refusal when they cannot
     */
    public static function check(scope $scope, array $wanted, array $seen, array $fields): void {
        if ($wanted && !$fields['enablecompletion']) {
            throw new refusal('invalid', 'completion tracking is off for the course');
        }
        foreach ($wanted as $key) {
            self::activity($scope, is_string($key) ? $key : '');
        }
        $affected = $seen ? self::marked((int) $scope->require_course()->id) : 0;
        if ($affected) {
            throw new refusal('completion_unlock', 'completion of the course would have to be erased', $affected);
        }
    }

    /**
     * An activity of ours whose completion is tracked.
     *
     * @param scope $scope the call
     * @param string $key its key
     * @return \stdClass record of course_modules
     * @throws refusal when it cannot be a criterion
     */
    private static function activity(scope $scope, string $key): \stdClass {
        global $DB;
        $row = $scope->row($key, 'module');
        $where = ['id' => $row->moodleid ?? 0, 'deletioninprogress' => 0];
        $cm = $row ? $DB->get_record('course_modules', $where) : null;
        if (!$cm) {
            throw new refusal('missing', "criteria name an activity that is not there: $key");
        }
        if (!$cm->completion) {
            throw new refusal('invalid', "completion is not tracked: $key");
        }
        return $cm;
    }

    /**
     * People whose completion of the course Moodle has begun to note.
     *
     * @param int $courseid the course
     * @return int
     */
    public static function marked(int $courseid): int {
        global $DB;
        return $DB->count_records_sql(
            'SELECT COUNT(*)
               FROM (SELECT userid FROM {course_completion_crit_compl} WHERE course = ?
                      UNION
                     SELECT userid FROM {course_completions} WHERE course = ? AND timecompleted > 0) people',
            [$courseid, $courseid],
        );
    }

    /**
     * Write the criteria that are ours; those that people have added stay.
     *
     * @param scope $scope the call
     * @param array $wanted keys of activities
     */
    public static function write(scope $scope, array $wanted): void {
        global $CFG, $DB;
        self::load();
        require_once($CFG->dirroot . '/completion/criteria/completion_criteria_activity.php');
        $courseid = (int) $scope->require_course()->id;
        $ids = array_map(fn($key) => (int) self::activity($scope, $key)->id, $wanted);
        $present = $DB->get_records_menu(
            'course_completion_criteria',
            ['course' => $courseid, 'criteriatype' => COMPLETION_CRITERIA_TYPE_ACTIVITY],
            '',
            'id, moduleinstance',
        );
        foreach ($present as $id => $cmid) {
            if (!in_array((int) $cmid, $ids, true) && $scope->key_of('module', (int) $cmid) !== null) {
                $DB->delete_records('course_completion_criteria', ['id' => $id]);
            }
        }
        $data = (object) ['id' => $courseid, 'criteria_activity' => array_fill_keys(array_diff($ids, $present), 1)];
        (new \completion_criteria_activity())->update_config($data);
        self::all_of($courseid);
        $event = ['courseid' => $courseid, 'context' => \context_course::instance($courseid)];
        \core\event\course_completion_updated::create($event)->trigger();
    }

    /**
     * Ask for all of the criteria, not any of them.
     *
     * @param int $courseid the course
     */
    private static function all_of(int $courseid): void {
        global $CFG;
        require_once($CFG->dirroot . '/completion/completion_aggregation.php');
        foreach ([null, COMPLETION_CRITERIA_TYPE_ACTIVITY] as $type) {
            $aggregation = new \completion_aggregation(['course' => $courseid, 'criteriatype' => $type]);
            $aggregation->setMethod(COMPLETION_AGGREGATION_ALL);
            $aggregation->save();
        }
    }
}
