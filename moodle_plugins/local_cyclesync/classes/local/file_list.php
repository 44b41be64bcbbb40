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
 * One digest for several files. Needs nothing of Moodle.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class file_list {
    /**
     * SHA-256 of the lines "hash, two blanks, path" sorted by path, as sha256sum prints them.
     *
     * @param string[] $hashes path => SHA-256 of the file
     * @return string 64 hexadecimal digits, empty when there is no file
     */
    public static function digest(array $hashes): string {
        ksort($hashes, SORT_STRING);
        $lines = '';
        foreach ($hashes as $path => $hash) {
            $lines .= "$hash  $path\n";
        }
        return $lines === '' ? '' : hash('sha256', $lines);
    }
}
