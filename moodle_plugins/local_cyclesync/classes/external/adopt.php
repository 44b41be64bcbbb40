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
use core_external\external_value;
use local_cyclesync\local\applier;
use local_cyclesync\local\course_state;
use local_cyclesync\local\field_spec;
use local_cyclesync\local\key_renamer;
use local_cyclesync\local\map;
use local_cyclesync\local\refusal;
use local_cyclesync\local\request;
use local_cyclesync\local\scope;

/**
 * Web service function adopt.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class adopt extends external_api {
    /**
     * Parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'promotion' => definitions::promotion(),
            'key' => new external_value(PARAM_RAW, 'Key of the object'),
            'kind' => new external_value(PARAM_ALPHANUMEXT, 'Kind of object'),
            'moodleid' => new external_value(PARAM_INT, 'Id in Moodle, 0 for the object that the map or the key names'),
            'fields' => new external_value(PARAM_RAW, 'JSON object: the fields whose base is recorded'),
            'expect' => new external_value(PARAM_ALPHANUM, 'Digest of the state seen'),
            'uid' => new external_value(PARAM_ALPHANUMEXT, 'Installation of cyclesync that calls'),
            'run' => new external_value(PARAM_RAW_TRIMMED, 'Run of that installation'),
            'takeover' => new external_value(PARAM_BOOL, 'Take it from another installation', VALUE_DEFAULT, 0),
            'dryrun' => definitions::dryrun(),
            'was' => new external_value(PARAM_RAW, 'Key that the object has: it gets the new one', VALUE_DEFAULT, ''),
        ]);
    }

    /**
     * Take an existing object into the map, or record its present state; writes nothing but the map.
     *
     * @param string $promotion promotion id
     * @param string $key key of the object
     * @param string $kind kind of object
     * @param int $moodleid id in Moodle
     * @param string $fields JSON object
     * @param string $expect digest of the state seen
     * @param string $uid installation that calls
     * @param string $run run of that installation
     * @param bool $takeover take it from another installation
     * @param bool $dryrun check only
     * @param string $was key that the object has, when it is renamed
     * @return array
     */
    public static function execute(
        string $promotion,
        string $key,
        string $kind,
        int $moodleid,
        string $fields,
        string $expect,
        string $uid,
        string $run,
        bool $takeover = false,
        bool $dryrun = false,
        string $was = '',
    ): array {
        $names = ['promotion', 'key', 'kind', 'moodleid', 'fields', 'expect', 'uid', 'run', 'takeover', 'dryrun', 'was'];
        $params = self::validate_parameters(self::execute_parameters(), compact(...$names));
        $scope = scope::open($params['promotion'], $params['uid'], $params['run']);
        if ($params['kind'] === 'course' && !$scope->course) {
            $scope->course = self::unmapped_course($scope, $params['moodleid']);
        }
        $closed = definitions::closed($scope);
        if ($closed) {
            return applier::refused($params['key'], $closed);
        }
        self::validate_context($scope->context());
        require_capability('local/cyclesync:manage', $scope->context());
        try {
            $kind = course_state::kind($params['kind']);
            $fields = field_spec::decode($params['fields']);
            $request = new request($params['key'], $fields, $params['expect'], $params['dryrun']);
            $work = $params['was'] !== ''
                ? fn() => key_renamer::rename($scope, $kind, $params['was'], $request)
                : fn() => applier::adopt($scope, $kind, $request, $params['moodleid'], $params['takeover']);
            return applier::locked($scope->promotion, $work);
        } catch (refusal $refusal) {
            return applier::refused($params['key'], $refusal);
        }
    }

    /**
     * Course to adopt, which no row of the map names yet.
     *
     * @param scope $scope the promotion
     * @param int $moodleid its id, 0 for the one that bears the key
     * @return \stdClass|null
     */
    private static function unmapped_course(scope $scope, int $moodleid): ?\stdClass {
        global $DB;
        $id = $moodleid ?: course_state::kind('course')->bearer($scope, map::course_key($scope->promotion));
        return $id && $id !== (int) SITEID ? ($DB->get_record('course', ['id' => $id]) ?: null) : null;
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
