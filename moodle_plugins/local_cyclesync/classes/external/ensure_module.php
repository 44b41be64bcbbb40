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
use local_cyclesync\local\applier;
use local_cyclesync\local\field_spec;
use local_cyclesync\local\kinds\module;
use local_cyclesync\local\refusal;
use local_cyclesync\local\request;
use local_cyclesync\local\scope;

/**
 * Web service function ensure_module.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class ensure_module extends external_api {
    /**
     * Parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'promotion' => definitions::promotion(),
            'key' => new external_value(PARAM_RAW, 'Key of the activity'),
            'sectionkey' => new external_value(PARAM_RAW, 'Key of the section'),
            'modname' => new external_value(PARAM_ALPHANUMEXT, 'Type of activity'),
            'fields' => new external_value(PARAM_RAW, 'JSON object: every field at creation, then only those to change'),
            'draftitemid' => new external_value(PARAM_INT, 'Draft area of a file sent first', VALUE_DEFAULT, 0),
            'expect' => new external_value(PARAM_ALPHANUM, 'Digest of the state seen', VALUE_DEFAULT, ''),
            'uid' => new external_value(PARAM_ALPHANUMEXT, 'Installation of cyclesync that calls', VALUE_DEFAULT, ''),
            'run' => new external_value(PARAM_RAW_TRIMMED, 'Run of that installation', VALUE_DEFAULT, ''),
            'allow' => new external_multiple_structure(
                new external_value(PARAM_ALPHANUMEXT, 'attempt-loss or completion-unlock'),
                'Guards lifted for this activity',
                VALUE_DEFAULT,
                [],
            ),
            'dryrun' => definitions::dryrun(),
        ]);
    }

    /**
     * Create or update one activity.
     *
     * @param string $promotion promotion id
     * @param string $key key of the activity
     * @param string $sectionkey key of the section
     * @param string $modname type of activity
     * @param string $fields JSON object
     * @param int $draftitemid draft area of a file sent first
     * @param string $expect digest of the state seen
     * @param string $uid installation that calls
     * @param string $run run of that installation
     * @param string[] $allow guards lifted
     * @param bool $dryrun check only
     * @return array
     */
    public static function execute(
        string $promotion,
        string $key,
        string $sectionkey,
        string $modname,
        string $fields,
        int $draftitemid = 0,
        string $expect = '',
        string $uid = '',
        string $run = '',
        array $allow = [],
        bool $dryrun = false,
    ): array {
        $names = ['promotion', 'key', 'sectionkey', 'modname', 'fields', 'draftitemid', 'expect', 'uid', 'run', 'allow', 'dryrun'];
        $params = self::validate_parameters(self::execute_parameters(), compact(...$names));
        $scope = scope::open($params['promotion'], $params['uid'], $params['run']);
        $closed = definitions::closed($scope);
        if ($closed) {
            return applier::refused($params['key'], $closed);
        }
        self::validate_context($scope->context());
        require_capability('local/cyclesync:manage', $scope->context());
        return applier::apply_all($scope, new module(), [$params['key'] => self::request($params)])[0];
    }

    /**
     * Read what is asked.
     *
     * @param array $params validated parameters
     * @return request|refusal why it cannot be read
     */
    private static function request(array $params): request|refusal {
        try {
            return new request(
                $params['key'],
                field_spec::decode($params['fields']),
                $params['expect'],
                $params['dryrun'],
                $params['modname'],
                $params['sectionkey'],
                $params['draftitemid'],
                $params['allow'],
            );
        } catch (refusal $refusal) {
            return $refusal;
        }
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
