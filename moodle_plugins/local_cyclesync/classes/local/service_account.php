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
 * The external service as it is, the accounts that may use it, their tokens (never shown) and their roles.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class service_account {
    /** Short name of the service, as in db/services.php. */
    public const SERVICE = 'local_cyclesync';

    /**
     * The service.
     *
     * @return \stdClass|null
     */
    public static function service(): ?\stdClass {
        global $DB;
        return $DB->get_record('external_services', ['shortname' => self::SERVICE]) ?: null;
    }

    /**
     * Accounts that may use the service.
     *
     * @return \stdClass[] id, username, auth, suspended, confirmed, validuntil and iprestriction of the authorisation
     */
    public static function accounts(): array {
        global $DB;
        $sql = "SELECT u.id, u.username, u.auth, u.suspended, u.confirmed, su.validuntil, su.iprestriction
                  FROM {external_services_users} su
                  JOIN {external_services} s ON s.id = su.externalserviceid
                  JOIN {user} u ON u.id = su.userid AND u.deleted = 0
                 WHERE s.shortname = ?
              ORDER BY u.id";
        return array_values($DB->get_records_sql($sql, [self::SERVICE]));
    }

    /**
     * Whether an account may use the service.
     *
     * @param int $userid account
     * @return bool
     */
    public static function is_authorised(int $userid): bool {
        return in_array($userid, array_map(fn($account) => (int) $account->id, self::accounts()), true);
    }

    /**
     * Lasting tokens of an account for the service, without what makes them usable.
     *
     * @param int $userid account
     * @return \stdClass[] id, validuntil (0 for no end), iprestriction, lastaccess
     */
    public static function tokens(int $userid): array {
        global $DB;
        $sql = "SELECT t.id, COALESCE(t.validuntil, 0) AS validuntil, t.iprestriction, t.lastaccess
                  FROM {external_tokens} t
                  JOIN {external_services} s ON s.id = t.externalserviceid
                 WHERE s.shortname = ? AND t.userid = ? AND t.tokentype = ?
              ORDER BY t.id";
        return array_values($DB->get_records_sql($sql, [self::SERVICE, $userid, EXTERNAL_TOKEN_PERMANENT]));
    }

    /**
     * Whether an account has a role exactly at a place, or above it.
     *
     * @param int $userid account
     * @param string $shortname short name of the role
     * @param \context $context place
     * @return bool
     */
    public static function has_role(int $userid, string $shortname, \context $context): bool {
        global $DB;
        [$in, $params] = $DB->get_in_or_equal($context->get_parent_context_ids(true));
        $sql = "SELECT 1 FROM {role_assignments} ra JOIN {role} r ON r.id = ra.roleid
                 WHERE ra.userid = ? AND r.shortname = ? AND ra.contextid $in";
        return $DB->record_exists_sql($sql, [$userid, $shortname, ...$params]);
    }

    /**
     * Roles of an account that are not ours, or are ours in a place where they should not be.
     *
     * @param int $userid account
     * @return string[] "short name (place)"
     */
    public static function other_roles(int $userid): array {
        global $DB;
        $sql = "SELECT ra.id, r.shortname, ra.contextid, c.contextlevel
                  FROM {role_assignments} ra
                  JOIN {role} r ON r.id = ra.roleid
                  JOIN {context} c ON c.id = ra.contextid
                 WHERE ra.userid = ?
              ORDER BY c.contextlevel, ra.id";
        $levels = [role_definitions::SITE => CONTEXT_SYSTEM, role_definitions::CATEGORY => CONTEXT_COURSECAT];
        $other = [];
        foreach ($DB->get_records_sql($sql, [$userid]) as $row) {
            if (($levels[$row->shortname] ?? 0) !== (int) $row->contextlevel) {
                $name = \context::instance_by_id($row->contextid)->get_context_name(true, true, false);
                $other[] = "{$row->shortname} ($name)";
            }
        }
        return $other;
    }
}
