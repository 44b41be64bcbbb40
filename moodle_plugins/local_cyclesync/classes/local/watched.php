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
 * Which objects of Moodle are watched, kept in Moodle's cache so that a trainee's request need not ask the map.
 *
 * Only a yes is kept: what is not known here is asked of the map each time, so that an object becomes watched at once, on
 * every web server, whatever the cache believes. A yes that is out of date only marks something to be read again for nothing.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class watched {
    /**
     * Whose object this is.
     *
     * @param string $kind kind of object
     * @param int $moodleid its id
     * @return array|null promotion and key, null when the map does not have it
     */
    public static function key_of(string $kind, int $moodleid): ?array {
        global $DB;
        $cache = self::cache();
        $held = $cache->get("{$kind}_{$moodleid}");
        if (is_array($held)) {
            return $held;
        }
        $sql = 'SELECT id, promotion, objkey FROM {' . map::TABLE . '} WHERE kind = ? AND moodleid = ? ORDER BY id';
        $found = $DB->get_records_sql($sql, [$kind, $moodleid], 0, 1);
        if (!$found) {
            return null;
        }
        $row = reset($found);
        $held = [$row->promotion, $row->objkey];
        $cache->set("{$kind}_{$moodleid}", $held);
        return $held;
    }

    /**
     * Forget an object whose row is written or has got another key.
     *
     * @param string $kind kind of object
     * @param int $moodleid its id
     */
    public static function forget(string $kind, int $moodleid): void {
        self::cache()->delete("{$kind}_{$moodleid}");
    }

    /**
     * The cache.
     *
     * @return \cache
     */
    private static function cache(): \cache {
        return \cache::make('local_cyclesync', 'watched');
    }
}
