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
 * Rights of the service account: those it lacks, and those it should not have.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class rights {
    /** Needed at the level of the site. */
    private const SYSTEM = ['webservice/rest:use', 'local/cyclesync:read'];

    /** Needed in the category of the courses. */
    private const CATEGORY = [
        'local/cyclesync:manage', 'moodle/course:view', 'moodle/course:create', 'moodle/course:update',
        'moodle/course:changefullname', 'moodle/course:changeshortname',
        'moodle/course:changesummary', 'moodle/course:visibility', 'moodle/course:viewhiddencourses',
        'moodle/course:sectionvisibility', 'moodle/course:movesections', 'moodle/course:manageactivities',
        'moodle/course:activityvisibility', 'moodle/course:managegroups', 'moodle/calendar:manageentries',
        'moodle/role:assign', 'enrol/manual:enrol', 'enrol/manual:manage', 'mod/scorm:addinstance', 'mod/assign:addinstance',
        'mod/page:addinstance', 'mod/label:addinstance', 'mod/url:addinstance', 'mod/resource:addinstance',
        'mod/folder:addinstance', 'mod/forum:addinstance',
    ];

    /** Never needed: a mistake or a stolen token could delete or take over with them. */
    private const NEVER = [
        'moodle/site:config', 'moodle/site:doanything', 'moodle/user:create', 'moodle/user:update', 'moodle/user:delete',
        'moodle/user:loginas', 'moodle/user:editprofile', 'moodle/role:manage', 'moodle/role:override', 'moodle/role:safeoverride',
        'moodle/course:delete', 'moodle/course:reset', 'moodle/course:markcomplete', 'moodle/course:overridecompletion',
        'moodle/category:manage', 'moodle/restore:restorecourse', 'moodle/backup:backupcourse', 'moodle/grade:edit',
        'moodle/grade:manage', 'enrol/manual:unenrol', 'mod/scorm:deleteresponses', 'mod/assign:grade',
        'mod/assign:editothersubmission', 'moodle/webservice:createtoken',
    ];

    /**
     * Compare the rights of the calling account with what cyclesync needs.
     *
     * @param int $categoryid category of the courses, 0 for the site
     * @return array missing, excess: names of capabilities
     */
    public static function compare(int $categoryid): array {
        $system = \context_system::instance();
        $context = $categoryid ? \context_coursecat::instance($categoryid) : $system;
        $lacks = fn($name, $where) => !has_capability($name, $where);
        $missing = [
            ...array_filter(self::SYSTEM, fn($name) => $lacks($name, $system)),
            ...array_filter(self::CATEGORY, fn($name) => $lacks($name, $context)),
        ];
        $excess = array_filter(self::NEVER, fn($name) => get_capability_info($name) && has_capability($name, $context));
        foreach (self::roles_above_learner($context) as $shortname) {
            $excess[] = "moodle/role:assign ($shortname)";
        }
        return ['missing' => array_values($missing), 'excess' => array_values($excess)];
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
