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
 * Rows of the change feed that wait for their reader.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class sealinglag extends base {
    #[\Override]
    public function get_result(): result {
        $waiting = feed_health::waiting();
        if (!$waiting['rows']) {
            return new result(result::OK, self::text('checksealinglag_none'));
        }
        $late = $waiting['oldest'] < time() - feed_health::LATE;
        $values = ['rows' => $waiting['rows'], 'when' => self::date($waiting['oldest'])];
        return new result(
            $late ? result::WARNING : result::OK,
            self::text($late ? 'checksealinglag_late' : 'checksealinglag_ok', $values),
            $late ? self::text('checksealinglag_details') : '',
        );
    }
}
