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
use local_cyclesync\local\scope;
use local_cyclesync\local\site;

/**
 * Web service function get_course_state.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_course_state extends external_api {
    /**
     * Parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'promotion' => definitions::promotion(),
            'uid' => new external_value(PARAM_ALPHANUMEXT, 'Installation of cyclesync that calls'),
        ]);
    }

    /**
     * Read everything that a plan needs of one promotion.
     *
     * @param string $promotion promotion id
     * @param string $uid installation that calls
     * @return array
     */
    public static function execute(string $promotion, string $uid): array {
        $params = self::validate_parameters(self::execute_parameters(), compact('promotion', 'uid'));
        $scope = scope::open($params['promotion'], $params['uid']);
        self::validate_context($scope->context());
        require_capability('local/cyclesync:read', \context_system::instance());
        return ['site_uid' => site::uid(), 'epoch' => site::epoch()] + course_state::read($scope);
    }

    /**
     * Returned value.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure(definitions::identity() + [
            'courseid' => new external_value(PARAM_INT, 'Course, 0 when absent'),
            'enrolled' => new external_value(PARAM_INT, 'Learners with an active enrolment'),
            'foreignmembers' => new external_multiple_structure(
                new external_value(PARAM_INT, 'User id'),
                'Learners enrolled by someone else',
            ),
            'objects' => new external_multiple_structure(new external_single_structure([
                'key' => new external_value(PARAM_RAW, 'Key of the object'),
                'kind' => new external_value(PARAM_ALPHANUMEXT, 'Kind of object'),
                'modname' => new external_value(PARAM_ALPHANUMEXT, 'Type of activity'),
                'parent' => new external_value(PARAM_RAW, 'Key of what it is in'),
                'id' => new external_value(PARAM_INT, 'Id in Moodle, 0 when it is gone'),
                'owner' => new external_value(PARAM_ALPHA, 'ours, other, none, gone or restored'),
                'fields' => new external_value(PARAM_RAW, 'JSON object: what Moodle shows now'),
                'declared' => new external_value(PARAM_RAW, 'JSON object: what was last sent, or empty'),
                'applied' => new external_value(PARAM_RAW, 'JSON object: what Moodle gave back right after, or empty'),
                'digest' => new external_value(PARAM_ALPHANUM, 'Digest of the present state'),
                'learners' => new external_value(PARAM_INT, 'People with results in it'),
                'baseparent' => new external_value(PARAM_RAW, 'Key of what it was last put in, or empty', VALUE_OPTIONAL),
            ])),
        ]);
    }
}
