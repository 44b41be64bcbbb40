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

use PHPUnit\Framework\TestCase;

/**
 * Tests of the strings: the same keys in both languages, sorted, and those that the code asks for.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class LanguageTest extends TestCase {
    /**
     * Strings of a language.
     *
     * @param string $language en or fr
     * @return array
     */
    private static function strings(string $language): array {
        defined('MOODLE_INTERNAL') || define('MOODLE_INTERNAL', true);
        $string = [];
        require(self::root() . "/lang/$language/local_cyclesync.php");
        return $string;
    }

    /**
     * Folder of the plugin.
     *
     * @return string
     */
    private static function root(): string {
        return dirname(__DIR__, 2);
    }

    public function test_same_keys_sorted(): void {
        $english = array_keys(self::strings('en'));
        $sorted = $english;
        sort($sorted);
        $this->assertSame($sorted, $english);
        $this->assertSame($english, array_keys(self::strings('fr')));
    }

    public function test_placeholders_are_the_same(): void {
        $french = self::strings('fr');
        foreach (self::strings('en') as $key => $text) {
            $this->assertSame(substr_count($text, '{$a}'), substr_count($french[$key], '{$a}'), $key);
        }
    }

    public function test_french_typography(): void {
        foreach (self::strings('fr') as $key => $text) {
            $this->assertDoesNotMatchRegularExpression("/ [:;?!»]|« |'|[^\\x{A0}\\x{202F}][:;?!](\\s|$)/u", $text, $key);
        }
    }

    public function test_every_string_asked_for_exists(): void {
        $known = self::strings('en');
        $files = new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator(self::root(), \FilesystemIterator::SKIP_DOTS));
        $asked = [];
        foreach ($files as $file) {
            if (preg_match('/\.(php|mustache)$/', $file->getFilename()) && !str_contains($file->getPathname(), '/tests/')) {
                $text = file_get_contents($file->getPathname());
                preg_match_all("/string\\('([a-z_:]+)', 'local_cyclesync'/", $text, $php);
                preg_match_all('/\{\{#str\}\}\s*([a-z_:]+), local_cyclesync/', $text, $mustache);
                preg_match_all("/'(privacy:[a-z:]+)'/", $text, $privacy);
                $asked = [...$asked, ...$php[1], ...$mustache[1], ...$privacy[1]];
            }
        }
        $this->assertGreaterThan(30, count($asked));
        $this->assertSame([], array_values(array_diff($asked, array_keys($known), ['submission_'])));
    }
}
