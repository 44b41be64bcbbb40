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
use local_cyclesync\local\failures;
use local_cyclesync\local\feed_health;
use local_cyclesync\local\kinds\course;
use local_cyclesync\local\rights;
use local_cyclesync\local\service_account;
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
            'mode' => new external_value(PARAM_ALPHA, 'Rights to compare with: manage or observe', VALUE_DEFAULT, 'manage'),
        ]);
    }

    /**
     * Say what this site is, and which rights the account lacks or has in excess.
     *
     * @param string $categoryidnumber idnumber of the category of the courses
     * @param string $mode manage or observe
     * @return array
     */
    public static function execute(string $categoryidnumber = '', string $mode = 'manage'): array {
        global $CFG, $DB, $USER;
        $params = self::validate_parameters(self::execute_parameters(), compact('categoryidnumber', 'mode'));
        if (!in_array($params['mode'], ['manage', 'observe'], true)) {
            throw new \invalid_parameter_exception('mode is manage or observe');
        }
        $context = \context_system::instance();
        self::validate_context($context);
        // No right is required: an account that lacks some must be told which.
        $categoryid = course::category_id($params['categoryidnumber']);
        $reader = has_capability('local/cyclesync:read', $context);
        $told = $reader || service_account::is_authorised((int) $USER->id);
        return [
            'api' => site::API,
            'features' => site::FEATURES,
            'site_uid' => site::uid(),
            'epoch' => site::epoch(),
            'release' => $CFG->release,
            'version' => (int) get_config('local_cyclesync', 'version'),
            'roles' => $reader ? array_values($DB->get_records('role', null, 'sortorder', 'id, shortname')) : [],
            'categoryid' => $categoryid,
        ] + rights::compare($categoryid, $params['mode']) + ($told ? self::administration($categoryid) : []);
    }

    /**
     * What the account's owner must look after: service, account, roles, change feed.
     *
     * @param int $categoryid category of the courses, 0 for the site
     * @return array
     */
    private static function administration(int $categoryid): array {
        global $USER;
        $service = service_account::service();
        $userid = (int) $USER->id;
        $mine = array_filter(service_account::accounts(), fn($account) => (int) $account->id === $userid);
        $ends = array_map(fn($token) => (int) $token->validuntil, service_account::tokens($userid));
        $waiting = feed_health::waiting();
        $recent = failures::recent(time());
        return [
            'service' => [
                'enabled' => (bool) ($service->enabled ?? false),
                'restrictedusers' => (bool) ($service->restrictedusers ?? false),
                'uploadfiles' => (bool) ($service->uploadfiles ?? false),
            ],
            'account' => [
                'auth' => $USER->auth,
                'validuntil' => (int) ($mine ? reset($mine)->validuntil : 0),
                'tokenuntil' => $ends && !in_array(0, $ends, true) ? max($ends) : 0,
                'otherroles' => service_account::other_roles($userid),
            ],
            'serviceroles' => rights::roles($categoryid),
            'feed' => [
                'waiting' => $waiting['rows'], 'oldest' => $waiting['oldest'],
                'failures' => $recent['count'], 'lastfailure' => $recent['last'],
            ],
        ];
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
        ] + self::administration_returns() + definitions::identity());
    }

    /**
     * What is added for an account that may read, or that is authorised in the service.
     *
     * @return array
     */
    private static function administration_returns(): array {
        $value = fn($type, $text) => new external_value($type, $text);
        $names = fn($text) => new external_multiple_structure(new external_value(PARAM_RAW, 'Name'), $text);
        $optional = fn($keys, $text) => new external_single_structure($keys, $text, VALUE_OPTIONAL);
        return [
            'service' => $optional([
                'enabled' => $value(PARAM_BOOL, 'Whether it is enabled'),
                'restrictedusers' => $value(PARAM_BOOL, 'Whether only chosen accounts may use it'),
                'uploadfiles' => $value(PARAM_BOOL, 'Whether it takes files'),
            ], 'The external service of the plugin'),
            'account' => $optional([
                'auth' => $value(PARAM_RAW, 'Authentication method'),
                'validuntil' => $value(PARAM_INT, 'End of the authorisation, which must be 0'),
                'tokenuntil' => $value(PARAM_INT, 'End of the token, 0 for none'),
                'otherroles' => $names('Roles that are not those of the plugin, each with its place'),
            ], 'The calling account'),
            'serviceroles' => new external_multiple_structure(new external_single_structure([
                'shortname' => $value(PARAM_RAW, 'Short name'),
                'exists' => $value(PARAM_BOOL, 'Whether the role is there'),
                'assigned' => $value(PARAM_BOOL, 'Whether the account has it where it should'),
                'missing' => $names('Capabilities that the role lacks'),
                'excess' => $names('Capabilities that the role should not have'),
            ]), 'The roles of the plugin', VALUE_OPTIONAL),
            'feed' => $optional([
                'waiting' => $value(PARAM_INT, 'Changes that nobody has read yet'),
                'oldest' => $value(PARAM_INT, 'Time of the oldest of them'),
                'failures' => $value(PARAM_INT, 'Changes that could not be written in the last seven days'),
                'lastfailure' => $value(PARAM_INT, 'Time of the last of them'),
            ], 'State of the change feed'),
        ];
    }
}
