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

use core\check\result;
use local_cyclesync\check;
use local_cyclesync\local\feed_health;
use local_cyclesync\local\site;

/**
 * What goes on once everything is set: the change feed, its reader, the map, the identity of the site.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class feed_steps {
    /**
     * The steps.
     *
     * @return step[]
     */
    public static function all(): array {
        $checks = [new check\feedfailures(), new check\sealinglag(), new check\retention(), new check\maporphans()];
        return [self::observers(), ...array_map([self::class, 'check'], $checks), self::identity()];
    }

    /**
     * A check, as a step.
     *
     * @param check\base $check the check
     * @return step
     */
    private static function check(check\base $check): step {
        $result = $check->get_result();
        $state = $result->get_status() === result::OK ? step::DONE : step::REMAINING;
        $url = $check instanceof check\retention
            ? new \moodle_url('/admin/tool/task/scheduledtasks.php')
            : new \moodle_url('/report/status/index.php', ['detail' => $check->get_ref()]);
        $details = array_filter([$result->get_details()]);
        return new step($check->get_id(), $state, $result->get_summary(), $url, $details);
    }

    /**
     * Whether Moodle tells us what happens.
     *
     * @return step
     */
    private static function observers(): step {
        $deaf = feed_health::deaf();
        $url = new \moodle_url('/admin/purgecaches.php');
        $text = step::text($deaf ? 'setup_observers_todo' : 'setup_observers_ok', count($deaf));
        return new step('observers', $deaf ? step::REMAINING : step::DONE, $text, $url, $deaf);
    }

    /**
     * Identity of the site and epoch of its feed.
     *
     * @return step
     */
    private static function identity(): step {
        $details = [step::text('setup_identity_site', site::uid()), step::text('setup_identity_epoch', site::epoch())];
        return new step('identity', step::INFO, step::text('setup_identity_info'), null, $details);
    }
}
