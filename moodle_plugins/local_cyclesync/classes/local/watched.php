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
 * every web server, whatever the cache believes. A yes counts only under the mark that stood before the map was read: a
 * rename changes the mark, so that no request goes on with a key that is no more, even one that read the map just before.
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
        $id = "{$kind}_{$moodleid}";
        ['mark' => $mark, $id => $held] = $cache->get_many(['mark', $id]);
        if (is_array($held) && $held[0] === $mark) {
            return [$held[1], $held[2]];
        }
        $sql = 'SELECT id, promotion, objkey FROM {' . map::TABLE . '} WHERE kind = ? AND moodleid = ? ORDER BY id';
        $found = $DB->get_records_sql($sql, [$kind, $moodleid], 0, 1);
        if (!$found) {
            return null;
        }
        $row = reset($found);
        $cache->set($id, [$mark, $row->promotion, $row->objkey]);
        return [$row->promotion, $row->objkey];
    }

    /**
     * Forget every object: one of them gets another key. To be called before that is committed, and after.
     */
    public static function forget(): void {
        self::cache()->set('mark', bin2hex(random_bytes(8)));
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
