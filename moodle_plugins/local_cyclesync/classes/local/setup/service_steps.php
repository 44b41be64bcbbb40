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

namespace local_cyclesync\local\setup;

use local_cyclesync\local\role_definitions;
use local_cyclesync\local\roles;
use local_cyclesync\local\service_account;

/**
 * The service, its roles, its account and its token. Nothing of it is made by the plugin, except the service and the roles.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class service_steps {
    /** Seconds before the end of a token when it is said. */
    private const SOON = 30 * DAYSECS;

    /**
     * The steps, in the order in which they are done.
     *
     * @return step[]
     */
    public static function all(): array {
        $steps = [self::service(), ...array_map([self::class, 'role'], array_keys(role_definitions::ROLES))];
        $accounts = service_account::accounts();
        $service = service_account::service();
        $id = $service->id ?? 0;
        if (!$accounts) {
            $auth = is_enabled_auth('webservice') ? 'setup_account_none' : 'setup_account_noneauth';
            $url = new \moodle_url('/admin/webservice/service_users.php', ['id' => $id]);
            return [...$steps, new step('account', step::REMAINING, step::text($auth), $url)];
        }
        foreach ($accounts as $account) {
            $steps = [...$steps, self::account($account, $id), ...self::assigned($account), self::token((int) $account->id)];
        }
        if (count($accounts) > 1) {
            $steps[] = new step('account', step::ADVICE, step::text('setup_account_several', count($accounts)));
        }
        return $steps;
    }

    /**
     * The service itself.
     *
     * @return step
     */
    private static function service(): step {
        $service = service_account::service();
        $url = step::section('externalservices');
        if (!$service) {
            return new step('service', step::REMAINING, step::text('setup_service_none'), $url);
        }
        $wrong = [
            'setup_service_disabled' => !$service->enabled,
            'setup_service_open' => !$service->restrictedusers,
            'setup_service_nofiles' => !$service->uploadfiles,
        ];
        $said = array_map([step::class, 'text'], array_keys(array_filter($wrong)));
        return $said
            ? new step('service', step::REMAINING, $said[0], $url, array_slice($said, 1))
            : new step('service', step::DONE, step::text('setup_service_ok'), $url);
    }

    /**
     * One role, compared with its definition.
     *
     * @param string $shortname short name
     * @return step
     */
    private static function role(string $shortname): step {
        $found = roles::compare($shortname);
        if (!$found['id']) {
            return new step('role', step::REMAINING, step::text('setup_role_none', $shortname), null, [], $shortname);
        }
        $url = new \moodle_url('/admin/roles/define.php', ['action' => 'view', 'roleid' => $found['id']]);
        if (roles::is_sound($found)) {
            return new step('role', step::DONE, step::text('setup_role_ok', $shortname), $url);
        }
        $details = array_filter([
            $found['ours'] ? '' : step::text('setup_role_foreign'),
            $found['missing'] ? step::text('toofew', s(implode(', ', $found['missing']))) : '',
            $found['excess'] ? step::text('toomany', s(implode(', ', $found['excess']))) : '',
            $found['levels'] ? '' : step::text('setup_role_levels'),
        ]);
        $text = step::text('setup_role_changed', $shortname);
        return new step('role', step::REMAINING, $text, $url, array_values($details), $shortname);
    }

    /**
     * One account that may use the service.
     *
     * @param \stdClass $account account and authorisation
     * @param int $serviceid service
     * @return step
     */
    private static function account(\stdClass $account, int $serviceid): step {
        $wrong = [
            'setup_account_admin' => is_siteadmin($account->id),
            'setup_account_suspended' => $account->suspended || !$account->confirmed,
            'setup_account_until' => !empty($account->validuntil),
            'setup_account_auth' => $account->auth !== 'webservice',
        ];
        $said = array_map(fn($key) => step::text($key, s($account->username)), array_keys(array_filter($wrong)));
        $url = new \moodle_url('/admin/webservice/service_users.php', ['id' => $serviceid]);
        $details = array_slice($said, 1);
        if ($account->iprestriction) {
            $details[] = step::text('setup_account_ip', s($account->iprestriction));
        }
        return $said
            ? new step('account', step::REMAINING, $said[0], $url, $details)
            : new step('account', step::DONE, step::text('setup_account_ok', s($account->username)), $url, $details);
    }

    /**
     * Where an account has its roles.
     *
     * @param \stdClass $account account
     * @return step[]
     */
    private static function assigned(\stdClass $account): array {
        $places = [[role_definitions::SITE, \context_system::instance()]];
        foreach (site_steps::category_ids() as $categoryid) {
            $places[] = [role_definitions::CATEGORY, \context_coursecat::instance($categoryid)];
        }
        $steps = [];
        foreach ($places as [$shortname, $context]) {
            $has = service_account::has_role((int) $account->id, $shortname, $context);
            $values = ['role' => $shortname, 'place' => $context->get_context_name(true, true), 'account' => s($account->username)];
            $steps[] = new step(
                'assigned',
                $has ? step::DONE : step::REMAINING,
                step::text($has ? 'setup_assigned_ok' : 'setup_assigned_todo', $values),
                new \moodle_url('/admin/roles/assign.php', ['contextid' => $context->id]),
            );
        }
        $other = service_account::other_roles((int) $account->id);
        if ($other) {
            $text = step::text('setup_assigned_other', s($account->username));
            $url = new \moodle_url('/admin/roles/usersroles.php', ['userid' => $account->id, 'courseid' => SITEID]);
            $steps[] = new step('assigned', step::REMAINING, $text, $url, array_map('s', $other));
        }
        return $steps;
    }

    /**
     * The token of an account: whether it is there and when it ends, never the token.
     *
     * @param int $userid account
     * @return step
     */
    private static function token(int $userid): step {
        $url = new \moodle_url('/admin/webservice/tokens.php');
        $now = time();
        $tokens = service_account::tokens($userid);
        $ends = array_map(fn($token) => (int) $token->validuntil, $tokens);
        $alive = array_filter($ends, fn($end) => !$end || $end > $now);
        if (!$alive) {
            return new step('token', step::REMAINING, step::text($tokens ? 'setup_token_ended' : 'setup_token_none'), $url);
        }
        if (in_array(0, $alive, true)) {
            return new step('token', step::ADVICE, step::text('setup_token_endless'), $url, self::used($tokens));
        }
        $end = max($alive);
        $state = $end < $now + self::SOON ? step::REMAINING : step::DONE;
        return new step('token', $state, step::text("setup_token_$state", self::date($end)), $url, self::used($tokens));
    }

    /**
     * When tokens were used last.
     *
     * @param \stdClass[] $tokens tokens
     * @return string[]
     */
    private static function used(array $tokens): array {
        $last = max(array_map(fn($token) => (int) $token->lastaccess, $tokens));
        return [$last ? step::text('setup_token_used', self::date($last)) : step::text('setup_token_unused')];
    }

    /**
     * A moment, in the reader's time zone and language.
     *
     * @param int $time seconds since 1970
     * @return string
     */
    private static function date(int $time): string {
        return userdate($time, get_string('strftimedatetime', 'langconfig'));
    }
}
