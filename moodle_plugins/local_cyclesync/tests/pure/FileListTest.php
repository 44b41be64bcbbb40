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

namespace local_cyclesync\pure;

use local_cyclesync\local\file_list;
use PHPUnit\Framework\TestCase;

/**
 * One digest for several files.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class FileListTest extends TestCase {
    public function test_digest_is_that_of_the_listing_sorted_by_path(): void {
        $hashes = ['b/a.txt' => str_repeat('b', 64), '10' => str_repeat('c', 64), 'a.txt' => str_repeat('a', 64)];
        $listing = str_repeat('c', 64) . "  10\n" . str_repeat('a', 64) . "  a.txt\n" . str_repeat('b', 64) . "  b/a.txt\n";
        $this->assertSame(hash('sha256', $listing), file_list::digest($hashes));
        $this->assertSame(file_list::digest($hashes), file_list::digest(array_reverse($hashes, true)));
        $this->assertSame('', file_list::digest([]));
    }
}
