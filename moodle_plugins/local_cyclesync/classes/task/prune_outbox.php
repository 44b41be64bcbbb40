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

namespace local_cyclesync\task;

use local_cyclesync\local\failures;
use local_cyclesync\local\outbox;

/**
 * Deletes old rows of the change feed.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class prune_outbox extends \core\task\scheduled_task {
    /** Days kept when the setting is empty. */
    private const DAYS = 90;

    #[\Override]
    public function get_name(): string {
        return get_string('taskpruneoutbox', 'local_cyclesync');
    }

    #[\Override]
    public function execute(): void {
        $before = time() - self::days() * DAYSECS;
        $seq = outbox::prune($before);
        failures::prune($before);
        mtrace("change feed pruned up to number $seq");
    }

    /**
     * Days that rows are kept.
     *
     * @return int at least 1
     */
    public static function days(): int {
        $days = (int) get_config('local_cyclesync', 'retentiondays');
        return $days > 0 ? $days : self::DAYS;
    }
}
