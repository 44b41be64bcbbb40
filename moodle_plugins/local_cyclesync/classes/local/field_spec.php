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
 * Names and types of the fields of one kind of object. Needs nothing of Moodle.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class field_spec {
    /**
     * Make a specification.
     *
     * @param array $types name => bool, int, text, html, json, keys, ignored, key (optional), or a list of values
     * @param array $defaults name => value for fields that a creation may leave out; the others are required
     */
    public function __construct(
        /** @var array name => type */
        public readonly array $types,
        /** @var array name => value */
        public readonly array $defaults,
    ) {
    }

    /**
     * Decode the JSON of a `fields` parameter.
     *
     * @param string $json one JSON object
     * @return array
     * @throws refusal when it is not a JSON object
     */
    public static function decode(string $json): array {
        $value = json_decode($json, true, 64, JSON_BIGINT_AS_STRING);
        if (!is_array($value) || ($value !== [] && array_is_list($value)) || !str_starts_with(ltrim($json), '{')) {
            throw new refusal('invalid', 'fields is not a JSON object');
        }
        return $value;
    }

    /**
     * Check the fields sent and give each its exact type.
     *
     * @param array $fields as sent
     * @return array
     * @throws refusal on an unknown name or a wrong type
     */
    public function normalise(array $fields): array {
        $clean = [];
        foreach ($fields as $name => $value) {
            if (!array_key_exists($name, $this->types)) {
                throw new refusal('invalid', "unknown field: $name");
            }
            if ($this->types[$name] !== 'ignored') {
                $clean[$name] = self::cast($name, $this->types[$name], $value);
            }
        }
        return $clean;
    }

    /**
     * Complete the fields of a creation.
     *
     * @param array $fields normalised fields
     * @return array every field
     * @throws refusal when a required field is missing
     */
    public function complete(array $fields): array {
        $all = $fields + $this->defaults;
        $needed = array_filter($this->types, fn($type) => !in_array($type, ['ignored', 'key'], true));
        $absent = array_diff(array_keys($needed), array_keys($all));
        if ($absent) {
            throw new refusal('invalid', 'missing field: ' . implode(', ', $absent));
        }
        return $all;
    }

    /**
     * Give one value its type.
     *
     * @param string $name name of the field
     * @param string|array $type type, or the list of values allowed
     * @param mixed $value as sent
     * @return mixed
     */
    private static function cast(string $name, string|array $type, mixed $value): mixed {
        if (is_array($type)) {
            $cast = is_bool($value) ? (int) $value : $value;
            $ok = in_array($cast, $type, true);
        } else {
            [$ok, $cast] = match ($type) {
                'bool' => [is_bool($value) || $value === 0 || $value === 1, (bool) $value],
                'int' => [is_int($value) || is_bool($value), is_array($value) ? 0 : (int) $value],
                'text' => [is_string($value) && mb_strlen($value) <= 255, is_string($value) ? trim($value) : ''],
                'html', 'key' => [is_string($value), $value],
                'json' => [$value === null || (is_array($value) && !array_is_list($value)), $value],
                'keys' => [is_array($value) && array_is_list($value), $value],
                default => [false, null],
            };
        }
        if (!$ok) {
            throw new refusal('invalid', "wrong value for field: $name");
        }
        return $cast;
    }
}
