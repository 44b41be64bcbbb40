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
 * The roles that the plugin makes for its service account. It makes no account and no token, and gives no role to anybody.
 *
 * What was given is kept ("base"), so that an upgrade makes its own changes only: what an administrator added, removed or
 * deleted stays so, and is shown by compare() until somebody asks for restore().
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class roles {
    /** Levels where each role can be given. */
    private const LEVELS = [role_definitions::SITE => [CONTEXT_SYSTEM], role_definitions::CATEGORY => [CONTEXT_COURSECAT]];

    /**
     * Make the roles that never were, and give to those that we made what this version adds or drops.
     *
     * @return array shortname => created, updated, unchanged, recognised (ours, from before an uninstallation),
     *     foreign (made by somebody else) or deleted (by somebody)
     */
    public static function install(): array {
        // At installation, Moodle runs this before it knows the plugin's own capabilities.
        update_capabilities('local_cyclesync');
        $done = [];
        foreach (array_keys(role_definitions::ROLES) as $shortname) {
            $done[$shortname] = self::install_one($shortname);
        }
        return $done;
    }

    /**
     * Make or upgrade one role.
     *
     * @param string $shortname one of ROLES
     * @return string what was done
     */
    private static function install_one(string $shortname): string {
        $role = self::record($shortname);
        $base = self::base($shortname);
        if (!$role) {
            return $base ? 'deleted' : self::create($shortname);
        }
        if (!$base && self::recognise($shortname)) {
            return 'recognised';
        }
        if (!$base || $base['id'] !== (int) $role->id) {
            return 'foreign';
        }
        $wanted = self::known(role_definitions::capabilities($shortname));
        $change = role_definitions::three_way($base['capabilities'], $wanted, self::held((int) $role->id));
        self::grant((int) $role->id, $change);
        self::remember($shortname, (int) $role->id, $wanted);
        return array_merge(...array_values($change)) ? 'updated' : 'unchanged';
    }

    /**
     * Take back a role that outlived an uninstallation, with which Moodle has removed the plugin's own capabilities and no
     * other: it is ours when it is as defined but for them. A role that differs otherwise is left to a person.
     *
     * @param string $shortname one of ROLES
     * @return bool whether it was ours
     */
    private static function recognise(string $shortname): bool {
        $found = self::compare($shortname);
        $own = array_filter($found['missing'], fn($name) => str_starts_with($name, 'local/cyclesync:'));
        if (count($own) < count($found['missing']) || $found['excess'] || !$found['levels']) {
            return false;
        }
        self::grant($found['id'], ['add' => $own, 'remove' => []]);
        self::remember($shortname, $found['id'], self::known(role_definitions::capabilities($shortname)));
        return true;
    }

    /**
     * Make a role as it is defined.
     *
     * @param string $shortname one of ROLES
     * @return string created
     */
    private static function create(string $shortname): string {
        global $CFG;
        // The name of a role is a text kept in the database: it is written in the language of the site.
        $text = fn($key) => get_string_manager()->get_string($key, 'local_cyclesync', null, $CFG->lang);
        create_role($text("role:$shortname"), $shortname, $text("role:{$shortname}_desc"));
        self::restore($shortname);
        return 'created';
    }

    /**
     * Give a role exactly what is defined, making it when it is not there. Only when somebody asks for it.
     *
     * @param string $shortname one of ROLES
     */
    public static function restore(string $shortname): void {
        global $DB;
        $role = self::record($shortname);
        if (!$role) {
            self::create($shortname);
            return;
        }
        $id = (int) $role->id;
        $system = \context_system::instance()->id;
        $DB->delete_records_select('role_capabilities', 'roleid = ? AND (contextid <> ? OR permission <> ?)', [
            $id, $system, CAP_ALLOW,
        ]);
        $wanted = self::known(role_definitions::capabilities($shortname));
        $held = self::held($id);
        self::grant($id, ['add' => array_diff($wanted, $held), 'remove' => array_diff($held, $wanted)]);
        set_role_contextlevels($id, self::LEVELS[$shortname]);
        self::allow($id, role_definitions::ROLES[$shortname]);
        self::remember($shortname, $id, $wanted);
        accesslib_clear_role_cache($id);
    }

    /**
     * What differs between a role and its definition.
     *
     * @param string $shortname one of ROLES
     * @return array id (0 when absent), ours, missing, excess (names), levels (right or not)
     */
    public static function compare(string $shortname): array {
        $role = self::record($shortname);
        $wanted = self::known(role_definitions::capabilities($shortname));
        if (!$role) {
            return ['id' => 0, 'ours' => false, 'missing' => $wanted, 'excess' => [], 'levels' => true];
        }
        $id = (int) $role->id;
        $held = self::held($id);
        $levels = array_map('intval', array_values(get_role_contextlevels($id)));
        return [
            'id' => $id,
            'ours' => (self::base($shortname)['id'] ?? 0) === $id,
            'missing' => array_values(array_diff([...$wanted, ...self::marks(role_definitions::ROLES[$shortname])], [
                ...$held, ...self::marks(self::allowed($id)),
            ])),
            'excess' => array_values(array_unique([
                ...array_diff($held, $wanted),
                ...self::elsewhere($id),
                ...self::marks(array_diff(self::allowed($id), role_definitions::ROLES[$shortname])),
            ])),
            'levels' => !array_diff($levels, self::LEVELS[$shortname]) && !array_diff(self::LEVELS[$shortname], $levels),
        ];
    }

    /**
     * Whether a role is there and as defined.
     *
     * @param array $found what compare() gave
     * @return bool
     */
    public static function is_sound(array $found): bool {
        return $found['id'] && !$found['missing'] && !$found['excess'] && $found['levels'];
    }

    /**
     * The record of a role.
     *
     * @param string $shortname short name
     * @return \stdClass|null
     */
    public static function record(string $shortname): ?\stdClass {
        global $DB;
        return $DB->get_record('role', ['shortname' => $shortname]) ?: null;
    }

    /**
     * Capabilities of a list that this site has: an activity may have been removed from it.
     *
     * @param string[] $names names
     * @return string[]
     */
    private static function known(array $names): array {
        return array_values(array_filter($names, fn($name) => (bool) get_capability_info($name)));
    }

    /**
     * Capabilities that a role allows everywhere.
     *
     * @param int $roleid the role
     * @return string[] sorted names
     */
    private static function held(int $roleid): array {
        global $DB;
        $where = ['roleid' => $roleid, 'contextid' => \context_system::instance()->id, 'permission' => CAP_ALLOW];
        return array_values($DB->get_fieldset('role_capabilities', 'capability', $where));
    }

    /**
     * Capabilities that a role allows in one place only.
     *
     * @param int $roleid the role
     * @return string[] names
     */
    private static function elsewhere(int $roleid): array {
        global $DB;
        $where = 'roleid = ? AND contextid <> ? AND permission = ?';
        return array_values(array_unique($DB->get_fieldset_select('role_capabilities', 'capability', $where, [
            $roleid, \context_system::instance()->id, CAP_ALLOW,
        ])));
    }

    /**
     * Short names of the roles that a role may give.
     *
     * @param int $roleid the role
     * @return string[]
     */
    private static function allowed(int $roleid): array {
        global $DB;
        $sql = 'SELECT r.shortname FROM {role_allow_assign} a JOIN {role} r ON r.id = a.allowassign WHERE a.roleid = ?';
        return array_values($DB->get_fieldset_sql($sql . ' ORDER BY r.sortorder', [$roleid]));
    }

    /**
     * Roles that may be given, written as rights.
     *
     * @param string[] $shortnames short names of roles
     * @return string[]
     */
    private static function marks(array $shortnames): array {
        return array_map(fn($name) => "moodle/role:assign ($name)", array_values($shortnames));
    }

    /**
     * Add and remove capabilities.
     *
     * @param int $roleid the role
     * @param array $change add, remove: names
     */
    private static function grant(int $roleid, array $change): void {
        $system = \context_system::instance();
        foreach ($change['add'] as $name) {
            assign_capability($name, CAP_ALLOW, $roleid, $system->id, true);
        }
        foreach ($change['remove'] as $name) {
            unassign_capability($name, $roleid, $system->id, false);
        }
    }

    /**
     * Let a role give some others, and no more.
     *
     * @param int $roleid the role
     * @param string[] $shortnames short names
     */
    private static function allow(int $roleid, array $shortnames): void {
        global $DB;
        $before = self::allowed($roleid);
        foreach (array_diff($before, $shortnames) as $name) {
            $DB->delete_records('role_allow_assign', ['roleid' => $roleid, 'allowassign' => self::record($name)->id]);
        }
        foreach (array_diff($shortnames, $before) as $name) {
            $target = self::record($name);
            if ($target) {
                core_role_set_assign_allowed($roleid, $target->id);
            }
        }
    }

    /**
     * What we gave last to a role.
     *
     * @param string $shortname one of ROLES
     * @return array|null id, capabilities
     */
    private static function base(string $shortname): ?array {
        $base = json_decode((string) get_config('local_cyclesync', "base_$shortname"), true);
        return is_array($base) ? $base : null;
    }

    /**
     * Keep what we gave to a role.
     *
     * @param string $shortname one of ROLES
     * @param int $roleid the role
     * @param string[] $capabilities names
     */
    private static function remember(string $shortname, int $roleid, array $capabilities): void {
        $base = json_encode(['id' => $roleid, 'capabilities' => array_values($capabilities)], JSON_UNESCAPED_SLASHES);
        set_config("base_$shortname", $base, 'local_cyclesync');
    }
}
