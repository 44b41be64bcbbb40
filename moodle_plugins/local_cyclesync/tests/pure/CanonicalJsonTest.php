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

use local_cyclesync\local\canonical_json;
use PHPUnit\Framework\TestCase;

/**
 * Tests of the canonical JSON and of digests.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class CanonicalJsonTest extends TestCase {
    public function test_keys_are_sorted_at_every_depth(): void {
        $value = ['b' => null, 'a' => [['y' => 'é/', 'x' => 1]]];
        $this->assertSame('{"a":[{"x":1,"y":"é/"}],"b":null}', canonical_json::encode($value));
    }

    public function test_types_are_kept_apart(): void {
        $this->assertFalse(canonical_json::same(['a' => 1], ['a' => true]));
        $this->assertFalse(canonical_json::same('1', 1));
        $this->assertTrue(canonical_json::same(['b' => 1, 'a' => []], ['a' => [], 'b' => 1]));
    }

    public function test_no_field_is_an_object(): void {
        $this->assertSame(hash('sha256', '{"fields":{},"id":3,"parent":"cs:p:s"}'), canonical_json::digest([], 3, 'cs:p:s'));
    }

    public function test_digest_moves_with_fields_id_and_parent(): void {
        $digest = canonical_json::digest(['a' => 1], 3, 'p');
        $this->assertSame($digest, canonical_json::digest(['a' => 1], 3, 'p'));
        $others = [
            canonical_json::digest(['a' => 2], 3, 'p'),
            canonical_json::digest(['a' => 1], 4, 'p'),
            canonical_json::digest(['a' => 1], 3, 'q'),
        ];
        $this->assertNotContains($digest, $others);
    }

    public function test_invalid_utf8_is_an_error(): void {
        $this->expectException(\JsonException::class);
        canonical_json::encode("\xff");
    }
}
