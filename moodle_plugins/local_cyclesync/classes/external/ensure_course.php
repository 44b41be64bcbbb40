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
use core_external\external_single_structure;
use local_cyclesync\local\applier;
use local_cyclesync\local\kinds\course;
use local_cyclesync\local\refusal;
use local_cyclesync\local\scope;

/**
 * Web service function ensure_course.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class ensure_course extends external_api {
    /**
     * Parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters(
            ['promotion' => definitions::promotion()] + definitions::item() + definitions::write()
            + ['dryrun' => definitions::dryrun()],
        );
    }

    /**
     * Create or update the course.
     *
     * @param string $promotion promotion id
     * @param string $key key of the course
     * @param string $fields JSON object
     * @param string $expect digest of the state seen
     * @param string $uid installation that calls
     * @param string $run run of that installation
     * @param bool $dryrun check only
     * @return array
     */
    public static function execute(
        string $promotion,
        string $key,
        string $fields,
        string $expect,
        string $uid,
        string $run,
        bool $dryrun = false,
    ): array {
        $names = ['promotion', 'key', 'fields', 'expect', 'uid', 'run', 'dryrun'];
        $params = self::validate_parameters(self::execute_parameters(), compact(...$names));
        $scope = scope::open($params['promotion'], $params['uid'], $params['run']);
        // A new course is created in its category: the right is asked for there.
        $context = $scope->course ? $scope->context() : self::category_context($params['fields']);
        $closed = $scope->course ? definitions::closed($scope) : self::no_category($context);
        if ($closed) {
            return applier::refused($params['key'], $closed);
        }
        self::validate_context($context);
        require_capability('local/cyclesync:manage', $context);
        $request = definitions::request($params, $params['dryrun']);
        return applier::apply_all($scope, new course(), [$params['key'] => $request])[0];
    }

    /**
     * Context of the category that a new course goes to.
     *
     * @param string $fields JSON object
     * @return \context|null
     */
    private static function category_context(string $fields): ?\context {
        $idnumber = json_decode($fields, true)['category'] ?? '';
        $id = is_string($idnumber) ? course::category_id($idnumber) : 0;
        return $id ? \context_coursecat::instance($id) : null;
    }

    /**
     * Why a course cannot be created.
     *
     * @param \context|null $context context of its category
     * @return refusal|null
     */
    private static function no_category(?\context $context): ?refusal {
        $message = 'no category, or more than one, has the idnumber that fields names';
        return $context ? null : new refusal('missing', $message);
    }

    /**
     * Returned value.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return definitions::result();
    }
}
