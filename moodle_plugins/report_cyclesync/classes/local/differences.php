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

namespace report_cyclesync\local;

use local_cyclesync\local\candidate_status;
use local_cyclesync\local\facts;
use local_cyclesync\local\live_state;
use local_cyclesync\local\scope;

/**
 * The differences of everybody in one promotion; the number of queries does not depend on how many people there are.
 *
 * @package    report_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class differences {
    /** @var array[] userid => candidate_status.v1 */
    private readonly array $statuses;

    /** @var live_state what Moodle shows now */
    public readonly live_state $live;

    /** @var int when Moodle was last read, by the most recent status; 0 when there is none */
    public readonly int $readat;

    /** @var int[] people who are compared */
    public readonly array $people;

    /** @var string[] userid => active or suspended; people who have left are absent */
    private readonly array $enrolments;

    /**
     * Read what is compared.
     *
     * @param scope $scope the promotion
     * @param int[]|null $members only these people, null for everybody
     */
    public function __construct(scope $scope, ?array $members = null) {
        $courseid = (int) $scope->require_course()->id;
        $this->statuses = candidate_status::of_course($courseid);
        $this->live = live_state::of_course($scope->course, $scope->promotion);
        $this->readat = max([0, ...array_map([candidate_status::class, 'read_at'], array_values($this->statuses))]);
        $learners = facts::learners($scope);
        $this->people = $members === null ? $learners : array_values(array_intersect($learners, $members));
        $this->enrolments = $this->people ? facts::enrolment_states($courseid, $this->people) : [];
    }

    /**
     * Whether some status says nothing of the modules.
     *
     * @return bool
     */
    public function partial(): bool {
        foreach ($this->statuses as $status) {
            if (!comparison::has_activities($status)) {
                return true;
            }
        }
        return false;
    }

    /**
     * People about whom Moodle and the register differ.
     *
     * @return array userid => notice (name of a string, '' for none), readat, differences
     */
    public function found(): array {
        $completions = $this->live->completions($this->people);
        $submissions = $this->live->submissions($this->people);
        $found = [];
        foreach ($this->people as $userid) {
            $status = $this->statuses[$userid] ?? [];
            $notice = $this->notice($userid, $status);
            $differences = $notice === '' && $this->is_active($userid)
                ? comparison::differences($status, $submissions[$userid] ?? [], $completions[$userid] ?? []) : [];
            if ($notice !== '' || $differences) {
                $readat = candidate_status::read_at($status);
                $found[$userid] = ['notice' => $notice, 'readat' => $readat, 'differences' => $differences];
            }
        }
        return $found;
    }

    /**
     * Whether Moodle shows an active enrolment.
     *
     * @param int $userid the person
     * @return bool
     */
    private function is_active(int $userid): bool {
        return ($this->enrolments[$userid] ?? '') === 'active';
    }

    /**
     * What differs about the person as a whole.
     *
     * @param int $userid the person
     * @param array $status their status, empty when there is none
     * @return string name of a string, '' for none
     */
    private function notice(int $userid, array $status): string {
        $active = $this->is_active($userid);
        $followed = $status && candidate_status::read_at($status) >= $this->readat;
        return match (true) {
            $active && !$status => 'nostatus',
            $active && !$followed => 'nolonger',
            !$active && $followed => 'inactive',
            default => '',
        };
    }
}
