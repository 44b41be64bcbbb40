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
use local_cyclesync\local\applier;
use local_cyclesync\local\kinds\section;
use local_cyclesync\local\scope;

/**
 * Web service function ensure_sections.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class ensure_sections extends external_api {
    /**
     * Parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters(definitions::list_parameters('sections'));
    }

    /**
     * Create or update sections, in the order given.
     *
     * @param string $promotion promotion id
     * @param array $sections list of key, fields, expect
     * @param string $uid installation that calls
     * @param string $run run of that installation
     * @param bool $dryrun check only
     * @return array
     */
    public static function execute(
        string $promotion,
        array $sections,
        string $uid,
        string $run,
        bool $dryrun = false,
    ): array {
        $params = self::validate_parameters(self::execute_parameters(), compact('promotion', 'sections', 'uid', 'run', 'dryrun'));
        $scope = scope::open($params['promotion'], $params['uid'], $params['run']);
        $requests = definitions::requests($params['sections'], $params['dryrun']);
        $closed = definitions::closed($scope);
        if ($closed) {
            return array_map(fn($key) => applier::refused((string) $key, $closed), array_keys($requests));
        }
        self::validate_context($scope->context());
        require_capability('local/cyclesync:manage', $scope->context());
        return applier::apply_all($scope, new section(), $requests);
    }

    /**
     * Returned value.
     *
     * @return external_multiple_structure
     */
    public static function execute_returns(): external_multiple_structure {
        return new external_multiple_structure(definitions::result());
    }
}
