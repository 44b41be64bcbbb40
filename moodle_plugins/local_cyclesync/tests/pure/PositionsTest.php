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

use local_cyclesync\local\positions;
use PHPUnit\Framework\TestCase;

/**
 * Tests of the order of our objects.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class PositionsTest extends TestCase {
    /**
     * Orders, and what is reported.
     *
     * @return array
     */
    public static function orders(): array {
        return [
            'as declared' => [[10 => 0, 11 => 1, 12 => 2], [10 => 0, 11 => 1, 12 => 2]],
            'one is missing' => [[10 => 0, 12 => 2], [10 => 0, 12 => 2]],
            'one comes in between' => [[10 => 0, 13 => 1, 11 => 1, 12 => 2], [10 => 0, 13 => 1, 11 => 1, 12 => 2]],
            'first moved to the end' => [[11 => 1, 12 => 2, 10 => 0], [11 => 1, 12 => 2, 10 => 2]],
            'last moved to the front' => [[12 => 2, 10 => 0, 11 => 1], [12 => 0, 10 => 0, 11 => 1]],
            'never declared' => [[10 => 0, 11 => null], [10 => 0, 11 => 1]],
            'nothing' => [[], []],
        ];
    }

    /**
     * @dataProvider orders
     */
    public function test_reported(array $declared, array $reported): void {
        $this->assertSame($reported, positions::reported($declared));
    }

    public function test_fits(): void {
        $order = [10 => 0, 11 => 1, 12 => 2];
        $this->assertTrue(positions::fits($order, 11, 1));
        $this->assertTrue(positions::fits($order, 12, 7));
        $this->assertFalse(positions::fits($order, 12, 0));
        $this->assertFalse(positions::fits($order, 10, 5));
        $this->assertFalse(positions::fits($order, 99, 0));
    }

    public function test_predecessor_is_the_nearest_before(): void {
        $order = [10 => 0, 11 => 1, 12 => 3];
        $this->assertSame(11, positions::predecessor($order, 0, 2));
        $this->assertSame(12, positions::predecessor($order, 0, 9));
        $this->assertNull(positions::predecessor($order, 0, 0));
        $this->assertSame(10, positions::predecessor($order, 11, 2), 'an object is never its own predecessor');
    }
}
