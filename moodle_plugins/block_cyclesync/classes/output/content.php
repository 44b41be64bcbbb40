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

namespace block_cyclesync\output;

use local_cyclesync\local\own_page;
use local_cyclesync\output\me_page;

/**
 * What the block shows, in a browser and in the Moodle app: the beginning of each page of a person.
 *
 * @package    block_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class content {
    /** How many things to do are shown; the page has them all. */
    private const SHOWN = 2;

    /**
     * Content for one person.
     *
     * @param int $userid the person
     * @param int $courseid only this course, 0 for all
     * @return array pages, several
     */
    public static function of_user(int $userid, int $courseid): array {
        $pages = [];
        foreach (own_page::promotions($userid) as $promotion => $course) {
            if ($courseid && (int) $course->id !== $courseid) {
                continue;
            }
            $summary = (new me_page(own_page::open((string) $promotion), $userid))->summary();
            $waiting = array_values(array_filter($summary['todo'], fn($item) => !$item['done']));
            $pages[] = [
                'course' => format_string($course->fullname),
                'todo' => array_slice($waiting, 0, self::SHOWN),
                'more' => max(0, count($waiting) - self::SHOWN),
            ] + $summary;
        }
        return ['pages' => $pages, 'several' => count($pages) > 1];
    }
}
