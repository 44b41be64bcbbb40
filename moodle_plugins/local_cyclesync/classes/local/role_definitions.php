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
 * The roles of the service account: what each holds, and what the account must never hold. Pure data.
 *
 * The plugin makes the two roles of the mode « manage ». A site in mode « observe » may have no plugin at all: its two
 * roles are files to be imported (presets/), with the lists named OBSERVE here.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class role_definitions {
    /** Short name of the role given at the level of the site. */
    public const SITE = 'cyclesync_site';

    /** Short name of the role given in the category of the courses. */
    public const CATEGORY = 'cyclesync_category';

    /** The roles, each with the short name of the role that it may give. */
    public const ROLES = [self::SITE => [], self::CATEGORY => ['student']];

    /** Mode « observe », at the level of the site. */
    public const OBSERVE_SITE = [
        'webservice/rest:use', 'moodle/user:viewdetails', 'moodle/user:viewalldetails', 'moodle/site:viewuseridentity',
    ];

    /** Mode « observe », in the category. */
    public const OBSERVE_CATEGORY = [
        'moodle/course:view', 'moodle/course:viewhiddencourses', 'moodle/course:viewhiddensections',
        'moodle/course:viewhiddenactivities', 'moodle/course:viewparticipants', 'moodle/course:enrolreview',
        'moodle/site:accessallgroups', 'report/progress:view', 'report/completion:view', 'mod/scorm:viewreport',
        'mod/assign:view', 'mod/assign:viewgrades',
    ];

    /** Mode « manage », at the level of the site, besides. */
    private const MANAGE_SITE = ['local/cyclesync:read'];

    /** Mode « manage », in the category, besides. */
    private const MANAGE_CATEGORY = [
        'local/cyclesync:manage', 'moodle/course:create', 'moodle/course:update', 'moodle/course:changefullname',
        'moodle/course:changeshortname', 'moodle/course:changesummary', 'moodle/course:visibility',
        'moodle/course:setforcedlanguage', 'moodle/course:sectionvisibility', 'moodle/course:movesections',
        'moodle/course:manageactivities', 'moodle/course:activityvisibility', 'moodle/course:managegroups',
        'moodle/calendar:manageentries', 'moodle/role:assign', 'enrol/manual:enrol', 'enrol/manual:manage',
        'mod/scorm:addinstance', 'mod/assign:addinstance', 'mod/page:addinstance', 'mod/label:addinstance',
        'mod/url:addinstance', 'mod/resource:addinstance', 'mod/forum:addinstance', 'mod/folder:addinstance',
    ];

    /** Never needed: a mistake or a stolen token could delete or take over with them. */
    public const NEVER = [
        'moodle/site:config', 'moodle/site:doanything', 'moodle/user:create', 'moodle/user:update', 'moodle/user:delete',
        'moodle/user:loginas', 'moodle/user:editprofile', 'moodle/role:manage', 'moodle/role:override', 'moodle/role:safeoverride',
        'moodle/course:delete', 'moodle/course:reset', 'moodle/course:markcomplete', 'moodle/course:overridecompletion',
        'moodle/category:manage', 'moodle/restore:restorecourse', 'moodle/backup:backupcourse', 'moodle/grade:edit',
        'moodle/grade:manage', 'enrol/manual:unenrol', 'mod/scorm:deleteresponses', 'mod/assign:grade',
        'mod/assign:editothersubmission', 'moodle/webservice:createtoken',
    ];

    /**
     * Capabilities of a role.
     *
     * @param string $shortname one of ROLES
     * @return string[] sorted names
     */
    public static function capabilities(string $shortname): array {
        $names = $shortname === self::SITE
            ? [...self::OBSERVE_SITE, ...self::MANAGE_SITE]
            : [...self::OBSERVE_CATEGORY, ...self::MANAGE_CATEGORY];
        sort($names, SORT_STRING);
        return $names;
    }

    /**
     * What to do with a role, from what we gave last, what we want now and what it holds: only our own changes are made.
     *
     * @param string[] $given capabilities that we gave last
     * @param string[] $wanted capabilities of the definition
     * @param string[] $held capabilities that the role has now
     * @return array{add: string[], remove: string[]}
     */
    public static function three_way(array $given, array $wanted, array $held): array {
        return [
            'add' => array_values(array_diff($wanted, $given, $held)),
            'remove' => array_values(array_intersect(array_diff($given, $wanted), $held)),
        ];
    }
}
