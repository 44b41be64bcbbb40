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

namespace report_cyclesync\output;

use local_cyclesync\local\scope;
use report_cyclesync\local\differences;

/**
 * Content of the report: one row for each person about whom Moodle and the register differ, in words.
 *
 * @package    report_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class page implements \renderable, \templatable {
    /** People on one page. */
    public const PER_PAGE = 50;

    /** @var differences what was read */
    private readonly differences $differences;

    /** @var array userid => what differs */
    private readonly array $found;

    /**
     * Make the report.
     *
     * @param scope $scope the promotion
     * @param int[]|null $members only these people, null for everybody
     * @param int $page number of the page, from 0
     */
    public function __construct(
        /** @var scope the promotion */
        private readonly scope $scope,
        ?array $members,
        /** @var int number of the page, from 0 */
        private readonly int $page,
    ) {
        $this->differences = new differences($scope, $members);
        $this->found = $this->differences->readat ? $this->differences->found() : [];
    }

    /**
     * How many people have something that differs.
     *
     * @return int
     */
    public function count(): int {
        return count($this->found);
    }

    #[\Override]
    public function export_for_template(\renderer_base $output): array {
        $context = \context_course::instance($this->scope->course->id);
        $counts = ['people' => count($this->differences->people), 'differing' => $this->count()];
        return [
            'known' => (bool) $this->differences->readat,
            'age' => $this->age(),
            'partial' => $this->differences->partial(),
            'counts' => get_string('counts', 'report_cyclesync', $counts),
            'rows' => $this->rows(),
            'nobody' => !$this->differences->people,
            'progressurl' => has_capability('report/progress:view', $context)
                ? (new \moodle_url('/report/progress/index.php', ['course' => $this->scope->course->id]))->out(false) : '',
        ];
    }

    /**
     * How old the register's last word is.
     *
     * @return string
     */
    private function age(): string {
        $time = $this->differences->readat;
        return $time ? get_string('age', 'report_cyclesync', [
            'date' => userdate($time, get_string('strftimedatetime', 'langconfig')),
            'ago' => format_time(max(0, time() - $time)),
        ]) : '';
    }

    /**
     * The rows of this page, in the order of names.
     *
     * @return array[] name, url, lines
     */
    private function rows(): array {
        global $DB;
        if (!$this->found) {
            return [];
        }
        $fields = 'id, ' . implode(', ', \core_user\fields::get_name_fields());
        $people = $DB->get_records_list('user', 'id', array_keys($this->found), 'id', $fields);
        // Sorted here and not by the database, whose collation may put accents after z.
        $names = array_map(fn(\stdClass $user): string => "$user->lastname $user->firstname", $people);
        \core_collator::asort($names);
        $shown = array_slice(array_keys($names), $this->page * self::PER_PAGE, self::PER_PAGE);
        return array_map(fn(int $userid): array => [
            'name' => fullname($people[$userid]),
            'url' => (new \moodle_url('/user/view.php', ['id' => $userid, 'course' => $this->scope->course->id]))->out(false),
            'lines' => $this->lines($this->found[$userid]),
        ], $shown);
    }

    /**
     * What differs about one person, in words.
     *
     * @param array $found notice, readat, differences
     * @return string[]
     */
    private function lines(array $found): array {
        $lines = [];
        if ($found['notice'] !== '') {
            $when = userdate($found['readat'], get_string('strftimedatetime', 'langconfig'));
            $lines[] = get_string($found['notice'], 'report_cyclesync', $when);
        }
        foreach ($found['differences'] as $item) {
            $cm = $this->differences->live->activities[$item['key']] ?? null;
            $name = $cm ? html_entity_decode($cm->get_formatted_name(), ENT_QUOTES) : $item['key'];
            $lines[] = get_string($item['said'] === 'unread' ? 'differsunread' : 'differs', 'report_cyclesync', [
                'activity' => $item['label'] ?: $name,
                'said' => self::words($item['said']),
                'shown' => self::words($item['shown']),
            ]);
        }
        return $lines;
    }

    /**
     * A state in words; one that is not known here is given as it is.
     *
     * @param string $state state of a submission or of completion, '' when Moodle shows the activity no longer
     * @return string
     */
    private static function words(string $state): string {
        $name = 'state_' . ($state === '' ? 'gone' : $state);
        return get_string_manager()->string_exists($name, 'report_cyclesync') ? get_string($name, 'report_cyclesync') : $state;
    }
}
