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

namespace report_cyclesync\pure;

use PHPUnit\Framework\TestCase;
use report_cyclesync\local\comparison;

/**
 * Tests of the comparison of one person's register with what Moodle shows.
 *
 * @package    report_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class ComparisonTest extends TestCase {
    /**
     * A status with one deposit and one preparation.
     *
     * @param string $deposit state of the deposit
     * @param string $preparation state of the preparation
     * @return array
     */
    private static function word(string $deposit, string $preparation): array {
        return [
            'dossier' => [['key' => 'a', 'label' => 'Dépôt A', 'status' => $deposit]],
            'activities' => [['key' => 'a', 'state' => 'incomplete'], ['key' => 'p', 'state' => $preparation]],
        ];
    }

    /**
     * Cases: state of the deposit and preparation in the register, then in Moodle, then the keys that differ.
     *
     * @return array
     */
    public static function cases(): array {
        return [
            'the same' => ['none', 'incomplete', 'none', 'incomplete', []],
            'handed in since' => ['draft', 'incomplete', 'submitted', 'incomplete', ['a']],
            'no longer done' => ['submitted', 'complete', 'submitted', 'incomplete', ['p']],
            'passed is not done' => ['none', 'complete', 'none', 'pass', ['p']],
            'never read, nothing done' => ['unread', 'unread', 'none', 'incomplete', []],
            'never read, something done' => ['unread', 'unread', 'draft', 'complete', ['a', 'p']],
        ];
    }

    /**
     * @dataProvider cases
     *
     * @param string $a deposit in the register
     * @param string $p preparation in the register
     * @param string $seena deposit in Moodle
     * @param string $seenp preparation in Moodle
     * @param string[] $expected keys that differ
     */
    public function test_differences(string $a, string $p, string $seena, string $seenp, array $expected): void {
        $found = comparison::differences(self::word($a, $p), ['a' => $seena], ['a' => 'complete', 'p' => $seenp]);
        $this->assertSame($expected, array_column($found, 'key'));
    }

    public function test_both_words_are_given(): void {
        $found = comparison::differences(self::word('draft', 'incomplete'), ['a' => 'submitted'], ['p' => 'incomplete']);
        $this->assertSame([['key' => 'a', 'label' => 'Dépôt A', 'said' => 'draft', 'shown' => 'submitted']], $found);
    }

    public function test_what_moodle_shows_no_longer_differs_unless_it_was_never_read(): void {
        $this->assertSame(['', ''], array_column(comparison::differences(self::word('none', 'complete'), [], []), 'shown'));
        $this->assertSame([], comparison::differences(self::word('unread', 'unread'), [], []));
    }

    public function test_activity_that_the_register_does_not_know_counts_once_it_is_done(): void {
        $status = self::word('none', 'incomplete');
        $live = fn(string $state) => ['p' => 'incomplete', 'new' => $state];
        $this->assertSame([], comparison::differences($status, ['a' => 'none'], $live('incomplete')));
        $found = comparison::differences($status, ['a' => 'none'], $live('complete'));
        $this->assertSame([['key' => 'new', 'label' => '', 'said' => 'unread', 'shown' => 'complete']], $found);
    }

    public function test_older_status_says_nothing_of_modules(): void {
        $status = self::word('none', 'incomplete');
        unset($status['activities']);
        $this->assertFalse(comparison::has_activities($status));
        $this->assertSame([], comparison::differences($status, ['a' => 'none'], ['a' => 'incomplete', 'p' => 'complete']));
    }

    public function test_rubbish_is_not_a_difference(): void {
        $this->assertSame([], comparison::differences(['dossier' => 'x', 'activities' => [1, null, []]], [], []));
    }
}
