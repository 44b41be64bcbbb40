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
use local_cyclesync\local\canonical_json;
use local_cyclesync\local\facts;
use local_cyclesync\local\outbox;
use local_cyclesync\local\scope;
use local_cyclesync\local\site;

/**
 * Web service function get_state.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_state extends external_api {
    /**
     * Parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'promotion' => definitions::promotion(),
            'afteruserid' => new external_value(PARAM_INT, 'Only people whose id is above', VALUE_DEFAULT, 0),
            'limit' => new external_value(PARAM_INT, 'People at most', VALUE_DEFAULT, 200),
        ]);
    }

    /**
     * Read the present state of every learner of a promotion, page by page.
     *
     * @param string $promotion promotion id
     * @param int $afteruserid only people whose id is above
     * @param int $limit people at most
     * @return array
     */
    public static function execute(string $promotion, int $afteruserid = 0, int $limit = 200): array {
        $params = self::validate_parameters(self::execute_parameters(), compact('promotion', 'afteruserid', 'limit'));
        $scope = scope::open($params['promotion']);
        self::validate_context($scope->context());
        require_capability('local/cyclesync:read', \context_system::instance());
        if (!$scope->course) {
            throw new \moodle_exception('nocourse', 'local_cyclesync', '', $params['promotion']);
        }
        // The cursor is taken before anything is read: what happens meanwhile comes again with the feed.
        $cursor = outbox::present();
        $limit = max(1, min(1000, $params['limit']));
        $userids = facts::learners($scope, $params['afteruserid'], $limit + 1);
        $more = count($userids) > $limit;
        $userids = array_slice($userids, 0, $limit);
        $facts = (new facts($scope))->read($userids);
        $flat = fn($userid) => canonical_json::encode(array_merge(...array_values($facts[$userid])));
        return [
            'site_uid' => site::uid(),
            'epoch' => site::epoch(),
            'cursor' => $cursor,
            'courseid' => $scope->course->id,
            'more' => $more,
            'nextuserid' => $userids ? end($userids) : $params['afteruserid'],
            'users' => array_map(fn($userid) => ['userid' => $userid, 'facts' => $flat($userid)], $userids),
        ];
    }

    /**
     * Returned value.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure(definitions::identity() + [
            'cursor' => new external_value(PARAM_RAW, 'End of the change feed when this page was read'),
            'courseid' => new external_value(PARAM_INT, 'Course'),
            'more' => new external_value(PARAM_BOOL, 'Whether more people wait'),
            'nextuserid' => new external_value(PARAM_INT, 'What to send as afteruserid next'),
            'users' => new external_multiple_structure(new external_single_structure([
                'userid' => new external_value(PARAM_INT, 'Person'),
                'facts' => new external_value(PARAM_RAW, 'JSON list of facts'),
            ])),
        ]);
    }
}
