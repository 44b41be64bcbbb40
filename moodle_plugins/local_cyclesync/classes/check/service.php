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
use local_cyclesync\local\service_account;

/**
 * The external service: only chosen accounts, none of them an administrator or a person, tokens with an end.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class service extends base {
    #[\Override]
    public function get_result(): result {
        $service = service_account::service();
        if (!$service || !$service->enabled) {
            return new result(result::NA, self::text('checkservice_off'));
        }
        $errors = $service->restrictedusers ? [] : [self::text('checkservice_open')];
        $warnings = [];
        foreach (service_account::accounts() as $account) {
            if (is_siteadmin($account->id)) {
                $errors[] = self::text('checkservice_admin', s($account->username));
            }
            if ($account->auth !== 'webservice') {
                $warnings[] = self::text('checkservice_person', s($account->username));
            }
            $endless = array_filter(service_account::tokens((int) $account->id), fn($token) => !$token->validuntil);
            if ($endless) {
                $warnings[] = self::text('checkservice_endless', s($account->username));
            }
        }
        $said = [...$errors, ...$warnings];
        $status = $errors ? result::ERROR : ($warnings ? result::WARNING : result::OK);
        $summary = $said ? $said[0] : self::text('checkservice_ok');
        return new result($status, $summary, implode('<br>', array_slice($said, 1)));
    }
}
