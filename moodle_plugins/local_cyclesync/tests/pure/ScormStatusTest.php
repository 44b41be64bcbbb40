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

use local_cyclesync\local\scorm_status;
use PHPUnit\Framework\TestCase;

/**
 * Tests of the status of SCORM attempts.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class ScormStatusTest extends TestCase {
    /**
     * Parts of an attempt, and its status.
     *
     * @return array
     */
    public static function attempts(): array {
        $old = fn($status) => ['cmi.core.lesson_status' => $status];
        $new = fn($completion, $success) => ['cmi.completion_status' => $completion, 'cmi.success_status' => $success];
        return [
            'nothing' => [[], 'incomplete'],
            'entered' => [[[]], 'incomplete'],
            'browsed' => [[$old('browsed')], 'incomplete'],
            'completed' => [[$old('completed')], 'completed'],
            'one part left' => [[$old('passed'), []], 'incomplete'],
            'one part passed' => [[$old('passed'), $old('completed')], 'passed'],
            'one part failed' => [[$old('failed'), $old('passed')], 'failed'],
            '2004 completed' => [[$new('completed', 'unknown')], 'completed'],
            '2004 passed' => [[$new('incomplete', 'passed')], 'passed'],
        ];
    }

    /**
     * @dataProvider attempts
     */
    public function test_attempt(array $parts, string $status): void {
        $this->assertSame($status, scorm_status::of_attempt($parts));
    }
}
