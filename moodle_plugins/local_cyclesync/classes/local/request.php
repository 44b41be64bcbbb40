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
 * One write asked for: an object, its fields, and the state the decision was taken on.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class request {
    /**
     * Make a request.
     *
     * @param string $key key of the object
     * @param array $sent fields as sent
     * @param string $expect digest of the state seen, '' when absent
     * @param bool $dryrun check only
     * @param string $modname module name
     * @param string $sectionkey key of the section of a module
     * @param int $draftitemid draft area of a file sent first
     * @param string[] $allow guards lifted
     */
    public function __construct(
        /** @var string key of the object */
        public readonly string $key,
        /** @var array fields as sent */
        public readonly array $sent,
        /** @var string digest of the state seen */
        public readonly string $expect,
        /** @var bool check only */
        public readonly bool $dryrun = false,
        /** @var string module name */
        public readonly string $modname = '',
        /** @var string key of the section */
        public readonly string $sectionkey = '',
        /** @var int draft area */
        public readonly int $draftitemid = 0,
        /** @var string[] guards lifted */
        public readonly array $allow = [],
    ) {
    }
}
