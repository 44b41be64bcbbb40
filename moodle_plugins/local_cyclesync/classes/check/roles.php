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
use local_cyclesync\local\role_definitions;
use local_cyclesync\local\roles as found_roles;
use local_cyclesync\local\service_account;

/**
 * Roles of the service account: rights in excess, rights missing, other roles.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class roles extends base {
    #[\Override]
    public function get_result(): result {
        $excess = $missing = [];
        foreach (array_keys(role_definitions::ROLES) as $shortname) {
            $found = found_roles::compare($shortname);
            $excess = [...$excess, ...$found['excess']];
            $missing = [...$missing, ...$found['missing']];
        }
        foreach (service_account::accounts() as $account) {
            $excess = [...$excess, ...service_account::other_roles((int) $account->id)];
        }
        $details = ($excess ? self::text('toomany', s(implode(', ', $excess))) : '')
            . ($excess && $missing ? '<br>' : '')
            . ($missing ? self::text('toofew', s(implode(', ', $missing))) : '');
        if ($excess) {
            return new result(result::ERROR, self::text('checkroles_excess', count($excess)), $details);
        }
        return $missing
            ? new result(result::WARNING, self::text('checkroles_missing', count($missing)), $details)
            : new result(result::OK, self::text('checkroles_ok'));
    }
}
