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
use local_cyclesync\local\candidate_status;
use local_cyclesync\local\facts;
use local_cyclesync\local\scope;

/**
 * Web service function put_candidate_status.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class put_candidate_status extends external_api {
    /**
     * Parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'promotion' => definitions::promotion(),
            'statuses' => new external_multiple_structure(new external_single_structure([
                'userid' => new external_value(PARAM_INT, 'Person'),
                'status' => new external_value(PARAM_RAW, 'JSON object, candidate_status.v1'),
            ])),
        ]);
    }

    /**
     * Store what the page of each trainee shows.
     *
     * @param string $promotion promotion id
     * @param array $statuses list of userid, status
     * @return array
     */
    public static function execute(string $promotion, array $statuses): array {
        $params = self::validate_parameters(self::execute_parameters(), compact('promotion', 'statuses'));
        $scope = scope::open($params['promotion']);
        self::validate_context($scope->context());
        require_capability('local/cyclesync:manage', $scope->context());
        if (!$scope->course) {
            throw new \moodle_exception('nocourse', 'local_cyclesync', '', $params['promotion']);
        }
        $learners = array_flip(facts::learners($scope));
        $checked = [];
        foreach ($params['statuses'] as $item) {
            $status = candidate_status::check($item['status']);
            // Somebody who has left the course meanwhile is not stored; the count says so.
            if (isset($learners[$item['userid']])) {
                $checked[$item['userid']] = $status;
            }
        }
        $stored = candidate_status::store((int) $scope->course->id, $checked);
        \local_cyclesync\event\statuses_stored::announce((int) $scope->course->id, $stored);
        return ['stored' => $stored];
    }

    /**
     * Returned value.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure(['stored' => new external_value(PARAM_INT, 'How many are stored')]);
    }
}
