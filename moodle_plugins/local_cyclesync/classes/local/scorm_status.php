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
 * One status per SCORM attempt, from what its parts reported. Needs nothing of Moodle.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class scorm_status {
    /**
     * Status of one part.
     *
     * @param array $elements element => value, of SCORM 1.2 or 2004
     * @return string passed, completed, failed or incomplete
     */
    public static function of_part(array $elements): string {
        $success = $elements['cmi.success_status'] ?? '';
        if (in_array($success, ['passed', 'failed'], true)) {
            return $success;
        }
        $status = $elements['cmi.core.lesson_status'] ?? $elements['cmi.completion_status'] ?? '';
        return in_array($status, ['passed', 'completed', 'failed'], true) ? $status : 'incomplete';
    }

    /**
     * Status of an attempt: failed when a part is, incomplete when a part is, else passed when a part is, else completed.
     *
     * @param array[] $parts for each part that can be launched, element => value
     * @return string
     */
    public static function of_attempt(array $parts): string {
        $statuses = array_map([self::class, 'of_part'], $parts) ?: ['incomplete'];
        foreach (['failed', 'incomplete', 'passed'] as $status) {
            if (in_array($status, $statuses, true)) {
                return $status;
            }
        }
        return 'completed';
    }
}
