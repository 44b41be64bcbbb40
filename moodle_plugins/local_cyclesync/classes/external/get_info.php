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
use local_cyclesync\local\kinds\course;
use local_cyclesync\local\rights;
use local_cyclesync\local\site;

/**
 * Web service function get_info.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_info extends external_api {
    /**
     * Parameters.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'categoryidnumber' => new external_value(PARAM_RAW, 'Idnumber of the category of the courses', VALUE_DEFAULT, ''),
        ]);
    }

    /**
     * Say what this site is, and which rights the account lacks or has in excess.
     *
     * @param string $categoryidnumber idnumber of the category of the courses
     * @return array
     */
    public static function execute(string $categoryidnumber = ''): array {
        global $CFG, $DB;
        $params = self::validate_parameters(self::execute_parameters(), compact('categoryidnumber'));
        $context = \context_system::instance();
        self::validate_context($context);
        // No right is required: an account that lacks some must be told which.
        $categoryid = course::category_id($params['categoryidnumber']);
        $reader = has_capability('local/cyclesync:read', $context);
        return [
            'api' => site::API,
            'features' => site::FEATURES,
            'site_uid' => site::uid(),
            'epoch' => site::epoch(),
            'release' => $CFG->release,
            'version' => (int) get_config('local_cyclesync', 'version'),
            'roles' => $reader ? array_values($DB->get_records('role', null, 'sortorder', 'id, shortname')) : [],
            'categoryid' => $categoryid,
        ] + rights::compare($categoryid);
    }

    /**
     * Returned value.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        $name = new external_value(PARAM_RAW, 'Name');
        return new external_single_structure([
            'api' => new external_value(PARAM_INT, 'Version of the contract'),
            'features' => new external_multiple_structure($name),
            'release' => new external_value(PARAM_RAW, 'Release of Moodle'),
            'version' => new external_value(PARAM_INT, 'Version of the plugin'),
            'roles' => new external_multiple_structure(new external_single_structure([
                'shortname' => new external_value(PARAM_RAW, 'Short name'),
                'id' => new external_value(PARAM_INT, 'Id'),
            ])),
            'missing' => new external_multiple_structure($name, 'Capabilities that the account lacks'),
            'excess' => new external_multiple_structure($name, 'Capabilities that the account should not have'),
            'categoryid' => new external_value(PARAM_INT, 'Id of the category, 0 when unknown'),
        ] + definitions::identity());
    }
}
