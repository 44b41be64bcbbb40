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

use local_cyclesync\local\availability_keys;
use local_cyclesync\local\refusal;
use PHPUnit\Framework\TestCase;

/**
 * Tests of access conditions with keys.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class AvailabilityKeysTest extends TestCase {
    /** @var array what a mapping sends */
    private const SENT = ['op' => '&', 'showc' => [true, false], 'c' => [
        ['type' => 'completion', 'e' => 1, 'key' => 'cs:p:a'],
        ['op' => '|', 'c' => [['type' => 'group', 'key' => 'cs:p:g'], ['type' => 'date', 'd' => '>=', 't' => 5]]],
    ]];

    public function test_there_and_back(): void {
        $ids = ['completion cs:p:a' => 7, 'group cs:p:g' => 9];
        $stored = availability_keys::to_ids(self::SENT, fn($type, $key) => $ids["$type $key"] ?? null);
        $this->assertSame(['type' => 'completion', 'e' => 1, 'cm' => 7], $stored['c'][0]);
        $this->assertSame(['type' => 'group', 'id' => 9], $stored['c'][1]['c'][0]);
        $keys = array_flip($ids);
        $back = availability_keys::to_keys($stored, fn($type, $id) => substr($keys[$id], strlen($type) + 1));
        $this->assertEquals(self::SENT, $back);
    }

    public function test_ids_of_others_stay(): void {
        $conditions = [['type' => 'completion', 'cm' => 12, 'e' => 1], ['type' => 'group']];
        $tree = ['op' => '&', 'c' => $conditions, 'showc' => [true, true]];
        $this->assertSame($tree, availability_keys::to_keys($tree, fn() => null));
    }

    public function test_unknown_key_is_refused(): void {
        try {
            availability_keys::to_ids(self::SENT, fn() => null);
            $this->fail('no refusal');
        } catch (refusal $refusal) {
            $this->assertSame('missing', $refusal->reason);
            $this->assertStringContainsString('cs:p:a', $refusal->getMessage());
        }
    }
}
