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
 * Course caches that hold what was never committed.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class course_cache {
    /**
     * Drop a course cache that was built inside a transaction which never committed, as when a process was killed.
     *
     * @param scope $scope the call
     */
    public static function drop_phantom(scope $scope): void {
        if (!$scope->course) {
            return;
        }
        $cached = \cache::make('core', 'coursemodinfo')->get_versioned($scope->course->id, $scope->course->cacherev);
        if ($cached && $cached->cacherev > $scope->course->cacherev) {
            self::drop((int) $scope->course->id);
            $scope->refresh();
        }
    }

    /**
     * Drop the cache of a course, whatever its version.
     *
     * @param int $courseid the course
     */
    public static function drop(int $courseid): void {
        $cache = \cache::make('core', 'coursemodinfo');
        if ($cache->acquire_lock($courseid)) {
            $cache->delete($courseid);
            $cache->release_lock($courseid);
        }
        rebuild_course_cache($courseid, true);
    }
}
