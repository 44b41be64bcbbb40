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

namespace local_cyclesync\local;

/**
 * Access conditions of sections and modules, with our keys, checked by Moodle before they are written.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class availability {
    /** Kind of object that each type of condition names. */
    private const KINDS = ['completion' => 'module', 'group' => 'group'];

    /**
     * Read stored conditions.
     *
     * @param scope $scope the call
     * @param string|null $json as stored
     * @return array|null
     */
    public static function read(scope $scope, ?string $json): ?array {
        if ($json === null || $json === '') {
            return null;
        }
        $tree = json_decode($json, true);
        if (!is_array($tree)) {
            return ['raw' => $json];
        }
        return availability_keys::to_keys($tree, fn($type, $id) => $scope->key_of(self::KINDS[$type], $id));
    }

    /**
     * Make the JSON to store.
     *
     * @param scope $scope the call
     * @param array|null $tree as sent
     * @return string|null
     * @throws refusal when Moodle could not read it, or a key is not known
     */
    public static function stored(scope $scope, ?array $tree): ?string {
        global $CFG;
        if ($tree === null) {
            return null;
        }
        if (empty($CFG->enableavailability)) {
            throw new refusal('invalid', 'restricted access is off for the whole site');
        }
        $ids = availability_keys::to_ids(
            $tree,
            fn($type, $key) => ($row = $scope->row($key, self::KINDS[$type])) ? (int) $row->moodleid : null,
        );
        $json = json_encode($ids, JSON_UNESCAPED_SLASHES);
        try {
            $parsed = new \core_availability\tree(json_decode($json));
        } catch (\Throwable $error) {
            throw new refusal('invalid', 'availability: ' . $error->getMessage());
        }
        return $parsed->is_empty() ? null : $json;
    }
}
