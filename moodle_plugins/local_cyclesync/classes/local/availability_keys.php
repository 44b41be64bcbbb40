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
 * Access conditions with our keys in place of Moodle's ids, both ways. Needs nothing of Moodle.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class availability_keys {
    /** Condition types that hold an id, and the property that holds it. */
    private const HOLDERS = ['completion' => 'cm', 'group' => 'id'];

    /**
     * Put Moodle's ids where keys stand.
     *
     * @param array $node decoded availability tree or condition
     * @param callable $find function (string $type, string $key): ?int
     * @return array
     * @throws refusal when a key is not known
     */
    public static function to_ids(array $node, callable $find): array {
        if (isset($node['c']) && is_array($node['c'])) {
            $node['c'] = array_map(fn($child) => self::to_ids((array) $child, $find), $node['c']);
            return $node;
        }
        $holder = self::HOLDERS[$node['type'] ?? ''] ?? '';
        if ($holder === '' || !isset($node['key'])) {
            return $node;
        }
        $id = $find($node['type'], (string) $node['key']);
        if ($id === null) {
            throw new refusal('missing', 'availability names an object that is not there: ' . $node['key']);
        }
        unset($node['key']);
        return $node + [$holder => $id];
    }

    /**
     * Put our keys where Moodle's ids stand; ids of things that are not ours stay.
     *
     * @param array $node decoded availability tree or condition
     * @param callable $name function (string $type, int $id): ?string
     * @return array
     */
    public static function to_keys(array $node, callable $name): array {
        if (isset($node['c']) && is_array($node['c'])) {
            $node['c'] = array_map(fn($child) => self::to_keys((array) $child, $name), $node['c']);
            return $node;
        }
        $holder = self::HOLDERS[$node['type'] ?? ''] ?? '';
        if ($holder === '' || !isset($node[$holder])) {
            return $node;
        }
        $key = $name($node['type'], (int) $node[$holder]);
        if ($key !== null) {
            unset($node[$holder]);
            $node['key'] = $key;
        }
        return $node;
    }
}
