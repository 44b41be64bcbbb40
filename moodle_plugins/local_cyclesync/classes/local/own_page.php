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
 * Who has a page « Où j'en suis », and in which promotions.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class own_page {
    /**
     * Address of the page of a promotion.
     *
     * @param string $promotion promotion id
     * @param int $receipt course module id of the deposit whose receipt is wanted, 0 for the page itself
     * @return \moodle_url
     */
    public static function url(string $promotion, int $receipt = 0): \moodle_url {
        $params = ['promotion' => $promotion] + ($receipt ? ['receipt' => $receipt] : []);
        return new \moodle_url('/local/cyclesync/me.php', $params);
    }

    /**
     * Open a promotion that has a course.
     *
     * @param string $promotion promotion id, as it comes
     * @return scope
     * @throws \moodle_exception when there is none, or the id cannot be one
     */
    public static function open(string $promotion): scope {
        try {
            $scope = scope::open($promotion);
        } catch (\invalid_parameter_exception) {
            $scope = null;
        }
        if (!$scope?->course) {
            throw new \moodle_exception('nocourse', 'local_cyclesync', '', s($promotion));
        }
        return $scope;
    }

    /**
     * Why somebody has no page in a course.
     *
     * @param \context_course $context the course
     * @param int $userid the person
     * @return string name of the string that says why; '' when they have one
     */
    public static function refusal(\context_course $context, int $userid): string {
        if (!$userid || isguestuser($userid)) {
            return 'refusedguest';
        }
        $state = facts::enrolment_states((int) $context->instanceid, [$userid])[$userid] ?? 'absent';
        if (!self::is_learner($context, $userid)) {
            $staff = $state !== 'absent' || has_capability('moodle/course:view', $context, $userid);
            return $staff ? 'refusednotlearner' : 'refusednotenrolled';
        }
        return match ($state) {
            'active' => has_capability('local/cyclesync:viewown', \context_user::instance($userid), $userid) ? '' : 'refusedright',
            'suspended' => 'refusedsuspended',
            default => 'refusednotenrolled',
        };
    }

    /**
     * Whether somebody has a role that counts in the gradebook.
     *
     * @param \context_course $context the course
     * @param int $userid the person
     * @return bool
     */
    private static function is_learner(\context_course $context, int $userid): bool {
        global $CFG, $DB;
        [$roles, $roleparams] = $DB->get_in_or_equal(explode(',', $CFG->gradebookroles ?: '0'));
        [$contexts, $contextparams] = $DB->get_in_or_equal($context->get_parent_context_ids(true));
        $where = "userid = ? AND roleid $roles AND contextid $contexts";
        return $DB->record_exists_select('role_assignments', $where, [$userid, ...$roleparams, ...$contextparams]);
    }

    /**
     * Promotions in which somebody has a page, the latest to start first; hidden courses are left out.
     *
     * @param int $userid the person
     * @return \stdClass[] promotion id => course record
     */
    public static function promotions(int $userid): array {
        global $DB;
        $courses = $DB->get_records_sql(
            "SELECT m.id AS mapid, m.promotion, c.*
               FROM {local_cyclesync_map} m
               JOIN {course} c ON c.id = m.moodleid
              WHERE m.kind = 'course'
                AND EXISTS (SELECT 1 FROM {user_enrolments} ue JOIN {enrol} e ON e.id = ue.enrolid
                             WHERE e.courseid = c.id AND ue.userid = ?)
           ORDER BY c.startdate DESC, c.id",
            [$userid],
        );
        $found = [];
        foreach ($courses as $course) {
            $context = \context_course::instance($course->id);
            $shown = $course->visible || has_capability('moodle/course:viewhiddencourses', $context, $userid);
            if ($shown && self::refusal($context, $userid) === '') {
                $found[$course->promotion] = $course;
            }
        }
        return $found;
    }
}
