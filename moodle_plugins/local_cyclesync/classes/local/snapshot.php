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
 * One object as Moodle shows it now.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class snapshot {
    /** @var string proof of this state */
    public readonly string $digest;

    /**
     * Make a snapshot.
     *
     * @param int $id Moodle's id
     * @param string $parent key of what it is in
     * @param array $fields name => value
     * @param string $modname module name, '' for anything else
     * @param int $learners people with results in it
     */
    public function __construct(
        /** @var int Moodle's id */
        public readonly int $id,
        /** @var string key of what it is in */
        public readonly string $parent,
        /** @var array name => value */
        public readonly array $fields,
        /** @var string module name */
        public readonly string $modname = '',
        /** @var int people with results in it */
        public readonly int $learners = 0,
    ) {
        $this->digest = canonical_json::digest($fields, $id, $parent);
    }
}
