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

use local_cyclesync\local\kinds\course;

/**
 * What the site itself must allow.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class site_steps {
    /** Form fields that a request of cyclesync may hold, as Moodle itself asks. */
    private const INPUT_VARS = 5000;

    /**
     * The steps, in the order in which they are done.
     *
     * @return step[]
     */
    public static function all(): array {
        global $CFG;
        $protocols = explode(',', (string) ($CFG->webserviceprotocols ?? ''));
        $features = step::section('optionalsubsystems');
        return [
            step::of('webservices', !empty($CFG->enablewebservices), $features),
            step::of('rest', in_array('rest', $protocols, true), step::section('webserviceprotocols')),
            step::of('completion', !empty($CFG->enablecompletion), $features),
            step::of('availability', !empty($CFG->enableavailability), $features),
            ...self::categories(),
            step::of('mobile', !empty($CFG->enablemobilewebservice), step::section('mobilesettings'), step::ADVICE),
            self::cron(),
            self::limits(),
        ];
    }

    /**
     * Idnumbers of the categories of the courses, as set.
     *
     * @return string[]
     */
    public static function idnumbers(): array {
        $set = (string) get_config('local_cyclesync', 'categoryidnumbers');
        return array_values(array_filter(array_map('trim', explode(',', $set)), fn($one) => $one !== ''));
    }

    /**
     * The categories of the courses that exist.
     *
     * @return int[] idnumber => category id
     */
    public static function category_ids(): array {
        $idnumbers = self::idnumbers();
        return array_filter(array_combine($idnumbers, array_map([course::class, 'category_id'], $idnumbers)));
    }

    /**
     * One step for each category.
     *
     * @return step[]
     */
    private static function categories(): array {
        $idnumbers = self::idnumbers();
        $found = self::category_ids();
        $manage = new \moodle_url('/course/management.php');
        if (!$idnumbers) {
            $text = step::text('setup_category_none');
            return [new step('category', step::REMAINING, $text, step::section('local_cyclesync'))];
        }
        return array_map(fn($idnumber) => new step(
            'category',
            isset($found[$idnumber]) ? step::DONE : step::REMAINING,
            step::text(isset($found[$idnumber]) ? 'setup_category_ok' : 'setup_category_todo', s($idnumber)),
            isset($found[$idnumber]) ? new \moodle_url($manage, ['categoryid' => $found[$idnumber]]) : $manage,
        ), $idnumbers);
    }

    /**
     * Whether cron has run lately.
     *
     * @return step
     */
    private static function cron(): step {
        $last = (int) get_config('tool_task', 'lastcronstart');
        $state = $last > time() - HOURSECS ? step::DONE : step::REMAINING;
        $text = $last
            ? step::text("setup_cron_$state", userdate($last, get_string('strftimedatetime', 'langconfig')))
            : step::text('setup_cron_never');
        return new step('cron', $state, $text, new \moodle_url('/admin/tool/task/scheduledtasks.php'));
    }

    /**
     * Sizes that PHP lets through.
     *
     * @return step
     */
    private static function limits(): step {
        $size = display_size(get_max_upload_file_size());
        $vars = (int) ini_get('max_input_vars');
        $enough = $vars >= self::INPUT_VARS;
        return new step(
            'limits',
            $enough ? step::INFO : step::REMAINING,
            step::text($enough ? 'setup_limits_ok' : 'setup_limits_todo', ['size' => $size, 'vars' => $vars]),
            new \moodle_url('/admin/phpinfo.php'),
        );
    }
}
