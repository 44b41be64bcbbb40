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

use core\check\result;
use local_cyclesync\local\feed_health;

/**
 * The task that deletes old rows of the change feed.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class retention extends base {
    #[\Override]
    public function get_action_link(): ?\action_link {
        return new \action_link(new \moodle_url('/admin/tool/task/scheduledtasks.php'), self::text('taskpruneoutbox'));
    }

    #[\Override]
    public function get_result(): result {
        $found = feed_health::retention(time());
        if ($found['disabled']) {
            return new result(result::WARNING, self::text('checkretention_disabled'));
        }
        if ($found['late']) {
            $values = ['days' => $found['days'], 'when' => self::date($found['oldest'])];
            return new result(result::WARNING, self::text('checkretention_late', $values));
        }
        return new result(result::OK, self::text('checkretention_ok', $found['days']));
    }
}
