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
 * The map of managed objects: one row per key. A row is what proves ownership.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class map {
    /** Table of the map. */
    public const TABLE = 'local_cyclesync_map';

    /** Form of a key. */
    private const KEY = '/^cs:([a-z0-9][a-z0-9_-]{0,23}):[a-z0-9][a-z0-9_:-]*$/';

    /**
     * Check a key and that it belongs to a promotion.
     *
     * @param string $key the key
     * @param string $promotion promotion id
     * @throws refusal when it does not
     */
    public static function check_key(string $key, string $promotion): void {
        if (strlen($key) > 96 || !preg_match(self::KEY, $key, $match) || $match[1] !== $promotion) {
            throw new refusal('invalid', "not a key of promotion $promotion: $key");
        }
    }

    /**
     * Key of a promotion's course.
     *
     * @param string $promotion promotion id
     * @return string
     */
    public static function course_key(string $promotion): string {
        return "cs:$promotion:course";
    }

    /**
     * The row of a key.
     *
     * @param string $key the key
     * @return \stdClass|null
     */
    public static function row(string $key): ?\stdClass {
        global $DB;
        return $DB->get_record(self::TABLE, ['objkey' => $key]) ?: null;
    }

    /**
     * All rows of a promotion.
     *
     * @param string $promotion promotion id, '' for all
     * @return \stdClass[] key => row, in the order of their creation
     */
    public static function rows(string $promotion): array {
        global $DB;
        $rows = [];
        foreach ($DB->get_records(self::TABLE, $promotion === '' ? [] : ['promotion' => $promotion], 'id') as $row) {
            $rows[$row->objkey] = $row;
        }
        return $rows;
    }

    /**
     * The row of an object of Moodle.
     *
     * @param string $kind kind of object
     * @param int $moodleid its id
     * @return \stdClass|null
     */
    public static function row_of(string $kind, int $moodleid): ?\stdClass {
        global $DB;
        $rows = $DB->get_records(self::TABLE, ['kind' => $kind, 'moodleid' => $moodleid], 'id', '*', 0, 1);
        return $rows ? reset($rows) : null;
    }

    /**
     * Write a row, new or not.
     *
     * @param \stdClass $row with arrays in declared, applied and extra
     * @return \stdClass the row as stored
     */
    public static function save(\stdClass $row): \stdClass {
        global $DB;
        $record = clone $row;
        foreach (['declared', 'applied', 'extra'] as $name) {
            $record->$name = canonical_json::encode((object) $row->$name);
        }
        $record->timemodified = time();
        if (empty($record->id)) {
            $record->timecreated = $record->timemodified;
            $record->id = $DB->insert_record(self::TABLE, $record);
        } else {
            $DB->update_record(self::TABLE, $record);
        }
        return $record;
    }

    /**
     * Decode one JSON column of a row.
     *
     * @param \stdClass|null $row the row
     * @param string $name declared, applied or extra
     * @return array
     */
    public static function decoded(?\stdClass $row, string $name): array {
        $text = $row->$name ?? '';
        return is_array($text) ? $text : (json_decode($text ?: '{}', true) ?? []);
    }
}
