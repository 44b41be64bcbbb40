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
 * Rights of the calling account: those it lacks, those it should not have, and where they come from.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class rights {
    /**
     * Compare the rights of the calling account with what cyclesync needs.
     *
     * @param int $categoryid category of the courses, 0 for the site
     * @param string $mode observe or manage
     * @return array missing, excess: names of capabilities
     */
    public static function compare(int $categoryid, string $mode = 'manage'): array {
        $system = \context_system::instance();
        $context = $categoryid ? \context_coursecat::instance($categoryid) : $system;
        [$insite, $incategory] = self::needed($mode);
        $lacks = fn($name, $where) => get_capability_info($name) && !has_capability($name, $where);
        $missing = [
            ...array_filter($insite, fn($name) => $lacks($name, $system)),
            ...array_filter($incategory, fn($name) => $lacks($name, $context)),
        ];
        $has = fn($name) => get_capability_info($name) && has_capability($name, $context);
        $excess = array_filter(self::unwanted($mode), $has);
        foreach (self::roles_above_learner($context) as $shortname) {
            $excess[] = "moodle/role:assign ($shortname)";
        }
        return ['missing' => array_values($missing), 'excess' => array_values($excess)];
    }

    /**
     * Of some courses, those that the calling account may not enter: what it reads of the whole site leaves them out.
     *
     * @param int[] $courseids courses; nothing is kept from anybody of one that is gone
     * @return int[]
     */
    public static function closed_courses(array $courseids): array {
        $closed = function (int $courseid): bool {
            $context = \context_course::instance($courseid, IGNORE_MISSING);
            return $context && !has_capability('moodle/course:view', $context);
        };
        return array_values(array_filter(array_unique($courseids), $closed));
    }

    /**
     * What a mode needs.
     *
     * @param string $mode observe or manage
     * @return array{string[], string[]} in the site, in the category
     */
    private static function needed(string $mode): array {
        return $mode === 'observe'
            ? [role_definitions::OBSERVE_SITE, role_definitions::OBSERVE_CATEGORY]
            : [
                role_definitions::capabilities(role_definitions::SITE),
                role_definitions::capabilities(role_definitions::CATEGORY),
            ];
    }

    /**
     * What a mode must not have: what nobody needs and, to observe, what writes.
     *
     * @param string $mode observe or manage
     * @return string[]
     */
    private static function unwanted(string $mode): array {
        $writing = array_diff(array_merge(...self::needed('manage')), array_merge(...self::needed('observe')));
        return [...role_definitions::NEVER, ...($mode === 'observe' ? $writing : [])];
    }

    /**
     * The two roles of the plugin: as defined or not, and whether the calling account has them where it should.
     *
     * @param int $categoryid category of the courses, 0 for the site
     * @return array[] shortname, exists, assigned, missing, excess
     */
    public static function roles(int $categoryid): array {
        global $USER;
        $system = \context_system::instance();
        $category = $categoryid ? \context_coursecat::instance($categoryid) : $system;
        $places = [role_definitions::SITE => $system, role_definitions::CATEGORY => $category];
        $said = [];
        foreach ($places as $shortname => $context) {
            $found = roles::compare($shortname);
            $said[] = [
                'shortname' => $shortname, 'exists' => (bool) $found['id'],
                'assigned' => service_account::has_role((int) $USER->id, $shortname, $context),
                'missing' => $found['missing'], 'excess' => $found['excess'],
            ];
        }
        return $said;
    }

    /**
     * Roles above a learner's that the account may give.
     *
     * @param \context $context where
     * @return string[] short names
     */
    private static function roles_above_learner(\context $context): array {
        global $DB, $USER;
        if (!has_capability('moodle/role:assign', $context)) {
            return [];
        }
        [$in, $params] = $DB->get_in_or_equal($context->get_parent_context_ids(true));
        $roles = $DB->get_records_sql(
            "SELECT r.id, r.shortname, r.archetype
               FROM {role} r
              WHERE r.id IN (SELECT a.allowassign
                               FROM {role_allow_assign} a
                               JOIN {role_assignments} ra ON ra.roleid = a.roleid
                              WHERE ra.userid = ? AND ra.contextid $in)
           ORDER BY r.sortorder",
            [$USER->id, ...$params],
        );
        $above = array_filter($roles, fn($role) => !in_array($role->archetype, ['student', 'user', 'guest'], true));
        return array_values(array_column($above, 'shortname'));
    }
}
