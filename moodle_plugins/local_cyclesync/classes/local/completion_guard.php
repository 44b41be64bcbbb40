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

use local_cyclesync\local\modules\adapter;

/**
 * Guards of the rules of completion: changing them erases what learners have done.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class completion_guard {
    /**
     * Refuse automatic completion without a condition: Moodle would mark the activity as done for everybody.
     *
     * @param array $fields every field
     * @param \stdClass|null $cm course module, null for a new one
     */
    public static function check_conditions(array $fields, ?\stdClass $cm): void {
        $ours = ['completionview', 'completionsubmit', 'completionstatusrequired'];
        $met = array_filter(array_intersect_key($fields, array_flip($ours)));
        if ($fields['completion'] === COMPLETION_TRACKING_AUTOMATIC && !$met && !self::other_condition($cm)) {
            throw new refusal('invalid', 'automatic completion without a condition');
        }
    }

    /**
     * Tell whether an activity has a condition of completion that is not among our fields.
     *
     * @param \stdClass|null $cm course module
     * @return bool
     */
    private static function other_condition(?\stdClass $cm): bool {
        if (!$cm) {
            return false;
        }
        $info = get_fast_modinfo($cm->course)->get_cm($cm->id);
        $custom = (array) ($info->customdata['customcompletionrules'] ?? []);
        unset($custom['completionsubmit'], $custom['completionstatusrequired'], $custom['completionstatusallscos']);
        return $cm->completiongradeitemnumber !== null || array_filter($custom);
    }

    /**
     * Refuse to change rules of completion once somebody has results.
     *
     * @param scope $scope the call
     * @param adapter $adapter the module type
     * @param array $changes fields that differ
     * @param \stdClass $cm course module
     * @param snapshot $current present state
     * @param request $request what is asked
     */
    public static function check_change(
        scope $scope,
        adapter $adapter,
        array $changes,
        \stdClass $cm,
        snapshot $current,
        request $request,
    ): void {
        global $DB;
        if (!array_intersect_key($changes, array_flip($adapter->completion_fields()))) {
            return;
        }
        self::check_conditions($changes + $current->fields, $cm);
        // Unlocking a criterion of the course's completion erases that of the whole course: no permission lifts this.
        $course = (int) $scope->require_course()->id;
        $criterion = ['course' => $course, 'moduleinstance' => $cm->id];
        $marked = $DB->record_exists('course_completion_criteria', $criterion) ? course_criteria::marked($course) : 0;
        if ($marked) {
            throw new refusal('completion_unlock', 'completion of the whole course would be erased', $marked);
        }
        if ($current->learners && !in_array('completion-unlock', $request->allow, true)) {
            throw new refusal('completion_unlock', 'completion would be erased and computed again', $current->learners);
        }
    }
}
