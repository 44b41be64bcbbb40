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

use core_external\external_multiple_structure;
use core_external\external_single_structure;
use core_external\external_value;
use local_cyclesync\local\field_spec;
use local_cyclesync\local\refusal;
use local_cyclesync\local\request;
use local_cyclesync\local\scope;

/**
 * Parts that the definitions of several functions share.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class definitions {
    /**
     * Promotion id.
     *
     * @return external_value
     */
    public static function promotion(): external_value {
        return new external_value(PARAM_ALPHANUMEXT, 'Promotion id');
    }

    /**
     * Parameters that every write has.
     *
     * @return external_value[]
     */
    public static function write(): array {
        return [
            'uid' => new external_value(PARAM_ALPHANUMEXT, 'Installation of cyclesync that calls'),
            'run' => new external_value(PARAM_RAW_TRIMMED, 'Run of that installation, 64 characters at most'),
        ];
    }

    /**
     * Dry run.
     *
     * @return external_value
     */
    public static function dryrun(): external_value {
        return new external_value(PARAM_BOOL, 'Check and answer only', VALUE_DEFAULT, 0);
    }

    /**
     * One object asked for.
     *
     * @return external_value[]
     */
    public static function item(): array {
        return [
            'key' => new external_value(PARAM_RAW, 'Key of the object'),
            'fields' => new external_value(PARAM_RAW, 'JSON object: every field at creation, then only those to change'),
            'expect' => new external_value(PARAM_ALPHANUM, 'Digest of the state seen, empty when the object was absent'),
        ];
    }

    /**
     * Parameters of a function that writes a list of objects.
     *
     * @param string $name name of the list
     * @return external_value[]
     */
    public static function list_parameters(string $name): array {
        return ['promotion' => self::promotion()]
            + [$name => new external_multiple_structure(new external_single_structure(self::item()))]
            + self::write() + ['dryrun' => self::dryrun()];
    }

    /**
     * One result.
     *
     * @return external_single_structure
     */
    public static function result(): external_single_structure {
        return new external_single_structure([
            'key' => new external_value(PARAM_RAW, 'Key of the object'),
            'action' => new external_value(PARAM_ALPHA, 'created, updated, unchanged, adopted, recorded or refused'),
            'id' => new external_value(PARAM_INT, 'Id in Moodle'),
            'digest' => new external_value(PARAM_ALPHANUM, 'Digest of the state after'),
            'code' => new external_value(PARAM_ALPHANUMEXT, 'Reason of a refusal'),
            'message' => new external_value(PARAM_RAW, 'What is wrong'),
            'affected' => new external_value(PARAM_INT, 'Learners whose results would be lost'),
        ]);
    }

    /**
     * Identity that most reads give back.
     *
     * @return external_value[]
     */
    public static function identity(): array {
        return [
            'site_uid' => new external_value(PARAM_ALPHANUMEXT, 'Identifier of this site'),
            'epoch' => new external_value(PARAM_ALPHANUMEXT, 'Epoch of the change feed'),
        ];
    }

    /**
     * Read one object asked for.
     *
     * @param array $item key, fields, expect
     * @param bool $dryrun check only
     * @return request|refusal why it cannot be read
     */
    public static function request(array $item, bool $dryrun): request|refusal {
        try {
            return new request($item['key'], field_spec::decode($item['fields']), $item['expect'], $dryrun);
        } catch (refusal $refusal) {
            return $refusal;
        }
    }

    /**
     * Read a list of objects asked for.
     *
     * @param array $items list of key, fields, expect
     * @param bool $dryrun check only
     * @return array key => request or refusal
     */
    public static function requests(array $items, bool $dryrun): array {
        $requests = [];
        foreach ($items as $item) {
            $requests[$item['key']] = self::request($item, $dryrun);
        }
        if (count($requests) !== count($items)) {
            throw new \invalid_parameter_exception('the same key twice');
        }
        return $requests;
    }

    /**
     * Why a course cannot be entered: it is not there, or a core right is missing without which Moodle lets nobody in.
     *
     * @param scope $scope the promotion
     * @return refusal|null why the course cannot be entered
     */
    public static function closed(scope $scope): ?refusal {
        if (!$scope->course) {
            return new refusal('missing', 'the course of this promotion does not exist');
        }
        foreach (['moodle/course:view', 'moodle/course:viewhiddencourses'] as $capability) {
            if (!has_capability($capability, $scope->context())) {
                return new refusal('capability', $capability);
            }
        }
        return null;
    }
}
