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
use local_cyclesync\local\rights;
use local_cyclesync\local\scope;
use local_cyclesync\local\site;

/**
 * Web service function get_changes.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_changes extends external_api {
    /**
     * Parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'cursor' => new external_value(PARAM_RAW, 'Cursor given before, empty for the beginning', VALUE_DEFAULT, ''),
            'limit' => new external_value(PARAM_INT, 'Rows at most', VALUE_DEFAULT, 1000),
        ]);
    }

    /**
     * Read what has changed since a cursor.
     *
     * @param string $cursor cursor given before
     * @param int $limit rows at most
     * @return array
     */
    public static function execute(string $cursor = '', int $limit = 1000): array {
        $params = self::validate_parameters(self::execute_parameters(), compact('cursor', 'limit'));
        $context = \context_system::instance();
        self::validate_context($context);
        require_capability('local/cyclesync:read', $context);
        $page = outbox::page($params['cursor'], max(1, min(5000, $params['limit'])));
        $closed = rights::closed_courses(array_map(fn($row) => (int) $row->courseid, array_values($page['rows'])));
        $page['rows'] = self::with_facts(array_filter($page['rows'], fn($row) => !in_array((int) $row->courseid, $closed, true)));
        return ['site_uid' => site::uid(), 'epoch' => site::epoch()] + $page;
    }

    /**
     * Give each row the present facts of its person and object; of rows that say the same, keep the last.
     *
     * @param \stdClass[] $rows records of the feed
     * @return array[]
     */
    private static function with_facts(array $rows): array {
        $last = [];
        $people = [];
        foreach ($rows as $row) {
            $last["{$row->what} {$row->objkey} {$row->userid}"] = $row->seq;
            if ($row->what === 'state') {
                $people[$row->promotion][$row->userid] = (int) $row->userid;
            }
        }
        $facts = [];
        foreach ($people as $promotion => $userids) {
            $scope = scope::open((string) $promotion);
            $facts[$promotion] = $scope->course ? (new facts($scope))->read(array_values($userids)) : [];
        }
        $given = [];
        foreach ($rows as $row) {
            if ($last["{$row->what} {$row->objkey} {$row->userid}"] === $row->seq) {
                $found = $row->what === 'state' ? $facts[$row->promotion][$row->userid][$row->objkey] ?? [] : [];
                $given[] = [
                    'seq' => $row->seq, 'what' => $row->what, 'courseid' => $row->courseid, 'promotion' => $row->promotion,
                    'key' => $row->objkey, 'userid' => $row->userid, 'timecreated' => $row->timecreated,
                    'facts' => canonical_json::encode($found),
                ];
            }
        }
        return $given;
    }

    /**
     * Returned value.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure(definitions::identity() + [
            'cursor' => new external_value(PARAM_RAW, 'Cursor to send next'),
            'more' => new external_value(PARAM_BOOL, 'Whether more rows wait'),
            'resync' => new external_value(PARAM_BOOL, 'Whether this site does not hold the cursor sent'),
            'rows' => new external_multiple_structure(new external_single_structure([
                'seq' => new external_value(PARAM_INT, 'Number'),
                'what' => new external_value(PARAM_ALPHANUMEXT, 'state, or a notice'),
                'courseid' => new external_value(PARAM_INT, 'Course'),
                'promotion' => new external_value(PARAM_ALPHANUMEXT, 'Promotion id'),
                'key' => new external_value(PARAM_RAW, 'Key of the object'),
                'userid' => new external_value(PARAM_INT, 'Person, 0 for a notice'),
                'timecreated' => new external_value(PARAM_INT, 'When it happened'),
                'facts' => new external_value(PARAM_RAW, 'JSON list of facts, as they are now'),
            ])),
        ]);
    }
}
