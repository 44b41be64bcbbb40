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
 * Identity of this site and of its change feed.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class site {
    /** Version of the contract of the web service functions. */
    public const API = 1;

    /** What this version can do. */
    public const FEATURES = [
        'map', 'course_state', 'course', 'enrolment_instance', 'sections', 'groups', 'enrolments', 'events', 'adopt',
        'scorm', 'assign', 'page', 'label', 'url', 'resource', 'folder', 'forum', 'feed', 'snapshot',
        'candidate_status', 'course_criteria',
    ];

    /**
     * Identifier of this site, made once.
     *
     * @return string a UUID
     */
    public static function uid(): string {
        return self::once('site_uid');
    }

    /**
     * Epoch of the change feed, made once.
     *
     * @return string a UUID
     */
    public static function epoch(): string {
        return self::once('epoch');
    }

    /**
     * Begin a new epoch: every cursor given so far is refused, so that the reader reads everything again.
     *
     * @return string the new epoch
     */
    public static function renew_epoch(): string {
        unset_config('epoch', 'local_cyclesync');
        return self::epoch();
    }

    /**
     * Read a configured UUID, making it when it is not there.
     *
     * @param string $name name of the setting
     * @return string
     */
    private static function once(string $name): string {
        $value = get_config('local_cyclesync', $name);
        if (!$value) {
            $value = \core\uuid::generate();
            set_config($name, $value, 'local_cyclesync');
        }
        return $value;
    }
}
