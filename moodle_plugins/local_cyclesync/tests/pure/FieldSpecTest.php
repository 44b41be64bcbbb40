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

use local_cyclesync\local\field_spec;
use local_cyclesync\local\refusal;
use PHPUnit\Framework\TestCase;

/**
 * Tests of the types of fields.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class FieldSpecTest extends TestCase {
    /**
     * A specification with every type.
     *
     * @return field_spec
     */
    private static function spec(): field_spec {
        return new field_spec(
            [
                'b' => 'bool', 'i' => 'int', 't' => 'text', 'h' => 'html', 'j' => 'json', 'k' => 'keys', 'c' => [0, 2],
                'x' => 'ignored', 'o' => 'key',
            ],
            ['i' => 3, 't' => '', 'h' => '', 'j' => null, 'k' => [], 'c' => 0],
        );
    }

    public function test_types(): void {
        $sent = ['b' => 1, 'i' => 5, 't' => ' é ', 'h' => ' <p> ', 'j' => ['a' => 1], 'k' => ['z'], 'c' => 2, 'o' => 'cs:p:o'];
        $sent['x'] = 'anything';
        $clean = ['b' => true, 'i' => 5, 't' => 'é', 'h' => ' <p> ', 'j' => ['a' => 1], 'k' => ['z'], 'c' => 2, 'o' => 'cs:p:o'];
        $this->assertSame($clean, self::spec()->normalise($sent));
    }

    /**
     * Values that are refused.
     *
     * @return array
     */
    public static function wrong(): array {
        return [
            [['b' => 2]], [['b' => 'true']], [['i' => '5']], [['i' => 1.5]], [['i' => null]], [['i' => [1]]], [['t' => 5]],
            [['t' => str_repeat('x', 256)]], [['h' => null]], [['j' => 'x']], [['j' => [1]]], [['k' => ['a' => 1]]],
            [['c' => 1]], [['c' => '2']], [['o' => 3]], [['unknown' => 1]],
        ];
    }

    /**
     * @dataProvider wrong
     */
    public function test_wrong_value_is_refused(array $fields): void {
        $this->expectException(refusal::class);
        $this->expectExceptionMessage((string) array_key_first($fields));
        self::spec()->normalise($fields);
    }

    public function test_creation_is_completed(): void {
        $this->assertSame(
            ['b' => true, 'i' => 3, 't' => '', 'h' => '', 'j' => null, 'k' => [], 'c' => 0],
            self::spec()->complete(['b' => true])
        );
    }

    public function test_required_field(): void {
        $this->expectException(refusal::class);
        $this->expectExceptionMessage('missing field: b');
        self::spec()->complete([]);
    }

    public function test_decode(): void {
        $this->assertSame(['a' => 1], field_spec::decode('{"a":1}'));
        $this->assertSame([], field_spec::decode(' {}'));
        foreach (['', '[]', '[1]', '3', 'null', '{"a":', '"x"'] as $json) {
            try {
                field_spec::decode($json);
                $this->fail("no refusal: $json");
            } catch (refusal $refusal) {
                $this->assertSame('invalid', $refusal->reason);
            }
        }
    }
}
