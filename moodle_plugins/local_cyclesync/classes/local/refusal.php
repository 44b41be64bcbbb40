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
 * A write that is refused, with the code of the contract. Needs nothing of Moodle.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class refusal extends \RuntimeException {
    /** @var string code of the contract */
    public readonly string $reason;

    /** @var int learners whose results the write would have erased */
    public readonly int $affected;

    /**
     * Make a refusal.
     *
     * @param string $reason code of the contract, such as changed_since, foreign or attempt_loss
     * @param string $message what is wrong
     * @param int $affected learners concerned
     */
    public function __construct(string $reason, string $message, int $affected = 0) {
        parent::__construct($message);
        $this->reason = $reason;
        $this->affected = $affected;
    }
}
