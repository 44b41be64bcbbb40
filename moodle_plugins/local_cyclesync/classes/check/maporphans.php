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
 * Rows of the map whose object is gone.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class maporphans extends base {
    #[\Override]
    public function get_result(): result {
        $orphans = feed_health::orphans();
        if (!$orphans) {
            return new result(result::OK, self::text('checkmaporphans_ok'));
        }
        $list = array_map(
            fn($kind) => self::text("kind_$kind") . get_string('labelsep', 'langconfig') . $orphans[$kind],
            array_keys($orphans),
        );
        return new result(
            result::WARNING,
            self::text('checkmaporphans_some', array_sum($orphans)),
            self::text('checkmaporphans_details', implode(', ', $list)),
        );
    }
}
