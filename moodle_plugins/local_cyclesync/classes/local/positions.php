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
 * Order of our objects among things that people add. Needs nothing of Moodle.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class positions {
    /**
     * Positions to report: what was declared while the order is as declared, else the rank.
     *
     * The longest run of objects that stand in their declared order keeps its declared positions; only those that someone
     * moved out of it show their present rank. So an object's position does not change because another one came or went.
     *
     * @param array $declared id => declared position or null, in the present order
     * @return array id => position
     */
    public static function reported(array $declared): array {
        $kept = array_flip(self::longest_run($declared));
        $reported = [];
        foreach (array_keys($declared) as $rank => $id) {
            $reported[$id] = isset($kept[$id]) ? $declared[$id] : $rank;
        }
        return $reported;
    }

    /**
     * Tell whether an object stands where a position wants it among the others.
     *
     * @param array $positions id => reported position, in the present order, the object included
     * @param int $id the object
     * @param int $wanted the position wanted
     * @return bool
     */
    public static function fits(array $positions, int $id, int $wanted): bool {
        $seen = false;
        foreach ($positions as $other => $position) {
            if ($other === $id) {
                $seen = true;
            } else if (($seen && $position < $wanted) || (!$seen && $position > $wanted)) {
                return false;
            }
        }
        return $seen;
    }

    /**
     * Nearest sibling that the position puts before an object.
     *
     * @param array $positions id => reported position, in the present order; the object itself may be absent
     * @param int $id the object, 0 when it is new
     * @param int $wanted the position wanted
     * @return int|null id of the sibling, null when the object comes first
     */
    public static function predecessor(array $positions, int $id, int $wanted): ?int {
        $best = null;
        foreach ($positions as $other => $position) {
            if ($other !== $id && $position < $wanted && ($best === null || $position >= $positions[$best])) {
                $best = $other;
            }
        }
        return $best;
    }

    /**
     * Ids of the longest run whose declared positions do not decrease.
     *
     * @param array $declared id => declared position or null
     * @return int[]
     */
    private static function longest_run(array $declared): array {
        $length = [];
        $previous = [];
        $last = null;
        foreach ($declared as $id => $position) {
            if ($position === null) {
                continue;
            }
            $length[$id] = 1;
            $previous[$id] = null;
            foreach ($length as $before => $run) {
                if ($before !== $id && $declared[$before] <= $position && $run + 1 > $length[$id]) {
                    $length[$id] = $run + 1;
                    $previous[$id] = $before;
                }
            }
            $last = $last === null || $length[$id] > $length[$last] ? $id : $last;
        }
        for ($run = []; $last !== null; $last = $previous[$last]) {
            $run[] = $last;
        }
        return array_reverse($run);
    }
}
