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

namespace local_cyclesync\external;

use core_external\external_api;
use core_external\external_function_parameters;
use core_external\external_multiple_structure;
use core_external\external_single_structure;
use core_external\external_value;
use local_cyclesync\local\course_state;
use local_cyclesync\local\map;
use local_cyclesync\local\rights;
use local_cyclesync\local\scope;

/**
 * Web service function get_map.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_map extends external_api {
    /**
     * Parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'promotion' => new external_value(PARAM_ALPHANUMEXT, 'Promotion id, empty for all', VALUE_DEFAULT, ''),
        ]);
    }

    /**
     * List the objects of the map.
     *
     * @param string $promotion promotion id, '' for all
     * @return array
     */
    public static function execute(string $promotion = ''): array {
        $params = self::validate_parameters(self::execute_parameters(), compact('promotion'));
        $context = \context_system::instance();
        self::validate_context($context);
        require_capability('local/cyclesync:read', $context);
        $rows = [];
        $scopes = [];
        $all = map::rows($params['promotion']);
        $closed = rights::closed_courses(array_map(fn($row) => (int) $row->courseid, array_values($all)));
        foreach (array_filter($all, fn($row) => !in_array((int) $row->courseid, $closed, true)) as $row) {
            $scope = $scopes[$row->promotion] ??= scope::open($row->promotion, $row->uid);
            $rows[] = [
                'key' => $row->objkey, 'kind' => $row->kind, 'moodleid' => $row->moodleid, 'courseid' => $row->courseid,
                'uid' => $row->uid, 'digest' => $row->digest, 'run' => $row->run, 'timemodified' => $row->timemodified,
                'exists' => course_state::kind($row->kind)->read($scope, (int) $row->moodleid, $row) !== null,
            ];
        }
        return ['rows' => $rows];
    }

    /**
     * Returned value.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'rows' => new external_multiple_structure(new external_single_structure([
                'key' => new external_value(PARAM_RAW, 'Key of the object'),
                'kind' => new external_value(PARAM_ALPHANUMEXT, 'Kind of object'),
                'moodleid' => new external_value(PARAM_INT, 'Id in Moodle'),
                'courseid' => new external_value(PARAM_INT, 'Course'),
                'uid' => new external_value(PARAM_ALPHANUMEXT, 'Installation that owns it'),
                'digest' => new external_value(PARAM_ALPHANUM, 'Digest after the last write'),
                'run' => new external_value(PARAM_RAW, 'Last run'),
                'timemodified' => new external_value(PARAM_INT, 'Time of the last write'),
                'exists' => new external_value(PARAM_BOOL, 'Whether the object is there'),
            ])),
        ]);
    }
}
