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
 * One JSON text per value: sorted keys, no escaping of slashes or letters. Needs nothing of Moodle.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class canonical_json {
    /**
     * Encode a value; equal values give equal texts.
     *
     * @param mixed $value null, bool, int, float, string, or arrays of those
     * @return string
     */
    public static function encode(mixed $value): string {
        $flags = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_LINE_TERMINATORS | JSON_THROW_ON_ERROR;
        return json_encode(self::sorted($value), $flags);
    }

    /**
     * Proof of the state of an object: a hash of its fields, id and parent.
     *
     * @param array $fields name => value
     * @param int $id Moodle's id
     * @param string $parent key of what it is in
     * @return string 64 hexadecimal digits
     */
    public static function digest(array $fields, int $id, string $parent): string {
        return hash('sha256', self::encode(['fields' => (object) $fields, 'id' => $id, 'parent' => $parent]));
    }

    /**
     * Tell whether two values have the same canonical text.
     *
     * @param mixed $left one value
     * @param mixed $right the other
     * @return bool
     */
    public static function same(mixed $left, mixed $right): bool {
        return self::encode($left) === self::encode($right);
    }

    /**
     * Sort the keys of every object inside a value.
     *
     * @param mixed $value any JSON value
     * @return mixed
     */
    private static function sorted(mixed $value): mixed {
        if (is_object($value)) {
            $sorted = self::sorted_map(get_object_vars($value));
            return (object) $sorted;
        }
        if (!is_array($value)) {
            return $value;
        }
        return array_is_list($value) ? array_map([self::class, 'sorted'], $value) : self::sorted_map($value);
    }

    /**
     * Sort one map.
     *
     * @param array $map name => value
     * @return array
     */
    private static function sorted_map(array $map): array {
        ksort($map, SORT_STRING);
        return array_map([self::class, 'sorted'], $map);
    }
}
