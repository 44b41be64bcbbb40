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

namespace report_cyclesync\local;

/**
 * Compares the register's last word on one person with what Moodle shows now. Needs nothing of Moodle, decides nothing.
 *
 * @package    report_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class comparison {
    /** What Moodle shows where nothing has been done. */
    private const NOTHING = ['none', 'incomplete'];

    /**
     * What differs, activity by activity: deposits by their submission, the rest by its completion.
     *
     * @param array $status candidate_status.v1
     * @param string[] $submissions key => state of the submission that Moodle shows now
     * @param string[] $completions key => state of completion that Moodle shows now
     * @return array[] key, label, said, shown; shown is '' when Moodle shows the activity no longer
     */
    public static function differences(array $status, array $submissions, array $completions): array {
        $dossier = self::said($status, 'dossier', 'status');
        $others = array_diff_key(self::said($status, 'activities', 'state'), $dossier);
        if (self::has_activities($status)) {
            $new = array_diff_key($completions, $dossier, $others);
            $others += array_map(fn() => ['label' => '', 'state' => 'unread'], $new);
        }
        return [...self::differing($dossier, $submissions), ...self::differing($others, $completions)];
    }

    /**
     * Whether the register's word on modules can be compared: an older cyclesync does not send it.
     *
     * @param array $status candidate_status.v1
     * @return bool
     */
    public static function has_activities(array $status): bool {
        return is_array($status['activities'] ?? null);
    }

    /**
     * The register's last word on each activity of one list.
     *
     * @param array $status candidate_status.v1
     * @param string $list name of the list
     * @param string $name where an item of it says its state
     * @return array[] key => label, state
     */
    private static function said(array $status, string $list, string $name): array {
        $said = [];
        foreach (array_filter((array) ($status[$list] ?? []), 'is_array') as $item) {
            $state = (string) ($item[$name] ?? 'unread');
            $said[(string) ($item['key'] ?? '')] = ['label' => (string) ($item['label'] ?? ''), 'state' => $state];
        }
        unset($said['']);
        return $said;
    }

    /**
     * Those that differ.
     *
     * @param array[] $said key => label, state of the register
     * @param string[] $shown key => state that Moodle shows now
     * @return array[] key, label, said, shown
     */
    private static function differing(array $said, array $shown): array {
        $found = [];
        foreach ($said as $key => ['label' => $label, 'state' => $state]) {
            $now = $shown[$key] ?? '';
            if (self::differ($state, $now)) {
                $found[] = ['key' => (string) $key, 'label' => $label, 'said' => $state, 'shown' => $now];
            }
        }
        return $found;
    }

    /**
     * Whether two states differ. What the register has not read yet only counts once something has been done.
     *
     * @param string $said the register's
     * @param string $shown Moodle's, '' when it shows the activity no longer
     * @return bool
     */
    private static function differ(string $said, string $shown): bool {
        if ($said === 'unread') {
            return $shown !== '' && !in_array($shown, self::NOTHING, true);
        }
        return $said !== $shown;
    }
}
