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

namespace local_cyclesync\check;

use core\check\check;

/**
 * What the checks of the plugin have in common: each sends to the page that says what to do.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class base extends check {
    #[\Override]
    public function get_action_link(): ?\action_link {
        return new \action_link(new \moodle_url('/local/cyclesync/setup.php'), self::text('setup'));
    }

    /**
     * A text of the plugin.
     *
     * @param string $key key
     * @param mixed $a values
     * @return string
     */
    protected static function text(string $key, mixed $a = null): string {
        return get_string($key, 'local_cyclesync', $a);
    }

    /**
     * A moment, in the reader's time zone and language.
     *
     * @param int $time seconds since 1970
     * @return string
     */
    protected static function date(int $time): string {
        return userdate($time, get_string('strftimedatetime', 'langconfig'));
    }
}
