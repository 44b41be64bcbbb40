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

use local_cyclesync\local\package_inspector;
use local_cyclesync\local\refusal;
use PHPUnit\Framework\TestCase;

/**
 * Tests of the inspection of SCORM packages.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class PackageInspectorTest extends TestCase {
    /** @var string temporary zip */
    private string $path;

    protected function setUp(): void {
        parent::setUp();
        $this->path = (string) tempnam(sys_get_temp_dir(), 'scorm');
    }

    protected function tearDown(): void {
        unlink($this->path);
        parent::tearDown();
    }

    /**
     * Write a zip.
     *
     * @param array $entries name => content
     * @return string its path
     */
    private function zip(array $entries): string {
        $zip = new \ZipArchive();
        $zip->open($this->path, \ZipArchive::OVERWRITE);
        foreach ($entries as $name => $content) {
            $zip->addFromString($name, $content);
        }
        $zip->close();
        return $this->path;
    }

    /**
     * Make a manifest.
     *
     * @param string $items item elements
     * @param string $href file of the only resource
     * @return string
     */
    private static function manifest(string $items, string $href = 'index.html?a=1'): string {
        return '<?xml version="1.0"?><manifest xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" identifier="M">'
            . "<organizations><organization identifier=\"O\">$items</organization></organizations>"
            . "<resources><resource identifier=\"R\" href=\"$href\"/></resources></manifest>";
    }

    public function test_identifiers_of_organisations_and_items(): void {
        $items = '<item identifier="A" identifierref="R"><item identifier="B"/></item><item identifier="12" identifierref="R"/>';
        $path = $this->zip(['imsmanifest.xml' => self::manifest($items), 'index.html' => 'x']);
        $this->assertSame(['O', 'A', 'B', '12'], package_inspector::inspect($path)['identifiers']);
    }

    public function test_what_another_package_would_lose(): void {
        $next = ['edition' => 'SCORM_1.2', 'identifiers' => ['O', 'A', 'C']];
        $this->assertSame(['B'], package_inspector::lost('SCORM_1.2', ['O', 'A', 'B', 'A'], $next));
        $this->assertSame([], package_inspector::lost('SCORM_1.2', ['O'], $next));
        $this->assertSame(['O', 'A'], package_inspector::lost('SCORM_1.3', ['O', 'A'], $next));
    }

    /**
     * What a manifest says of its edition, and what Moodle makes of it.
     *
     * @return array
     */
    public static function editions(): array {
        return [
            'nothing' => ['', 'SCORM_1.2'],
            '1.2' => ['1.2', 'SCORM_1.2'],
            'CAM 1.3' => ['CAM 1.3', 'SCORM_1.3'],
            '1.3' => ['1.3', 'SCORM_1.3'],
            '2004 3rd' => ['2004 3rd Edition', 'SCORM_1.3'],
            '2004 4th' => ['2004 4th Edition', 'SCORM_1.3'],
            'not to the letter' => ['2004 4th edition', 'SCORM_1.2'],
            'spaces around' => [' 2004 4th Edition ', 'SCORM_1.2'],
        ];
    }

    /**
     * @dataProvider editions
     */
    public function test_edition(string $written, string $edition): void {
        $metadata = $written === '' ? '' : "<metadata><schemaversion>$written</schemaversion></metadata>";
        $manifest = self::manifest('<item identifier="A" identifierref="R"/>');
        $manifest = str_replace('<organizations>', "$metadata<organizations>", $manifest);
        $path = $this->zip(['imsmanifest.xml' => $manifest, 'index.html' => 'x']);
        $this->assertSame($edition, package_inspector::inspect($path)['edition']);
    }

    /**
     * Packages that must be refused, and a word of the reason.
     *
     * @return array
     */
    public static function bad_packages(): array {
        $item = '<item identifier="A" identifierref="R"/>';
        $good = self::manifest($item);
        return [
            'no manifest' => [['index.html' => 'x'], 'no imsmanifest.xml'],
            'manifest in a folder' => [['x/imsmanifest.xml' => $good, 'index.html' => ''], 'no imsmanifest.xml'],
            'broken xml' => [['imsmanifest.xml' => substr($good, 0, -20), 'index.html' => 'x'], 'not well-formed'],
            'another document' => [['imsmanifest.xml' => '<html/>'], 'not well-formed'],
            'empty manifest' => [['imsmanifest.xml' => ''], 'not well-formed'],
            'entity' => [['imsmanifest.xml' => '<!DOCTYPE m [<!ENTITY e "x">]>' . $good], 'document type'],
            'no item' => [['imsmanifest.xml' => self::manifest(''), 'index.html' => 'x'], 'no item'],
            'file missing' => [['imsmanifest.xml' => self::manifest($item, 'gone.html'), 'index.html' => 'x'], 'gone.html'],
            'same identifier twice' => [['imsmanifest.xml' => self::manifest($item . $item), 'index.html' => 'x'], 'twice: A'],
            'item without identifier' => [
                ['imsmanifest.xml' => self::manifest('<item identifierref="R"/>'), 'index.html' => 'x'], 'no identifier',
            ],
            'entry above' => [['imsmanifest.xml' => $good, 'index.html' => 'x', '../evil.php' => ''], 'outside'],
            'absolute entry' => [['imsmanifest.xml' => $good, 'index.html' => 'x', '/etc/x' => ''], 'outside'],
        ];
    }

    /**
     * Items that Moodle would not find the page of, or that have none, and a word of the reason.
     *
     * @return array
     */
    public static function bad_items(): array {
        $item = '<item identifier="A" identifierref="R"/>';
        $good = self::manifest($item);
        return [
            'item leads nowhere' => [
                ['imsmanifest.xml' => self::manifest('<item identifier="A" identifierref="Z"/>'), 'index.html' => 'x'], 'page: Z',
            ],
            'one of two items leads nowhere' => [
                ['imsmanifest.xml' => self::manifest($item . '<item identifier="B" identifierref=""/>'), 'index.html' => 'x'],
                'not there',
            ],
            'item names its resource with a space' => [
                ['imsmanifest.xml' => self::manifest('<item identifier="A" identifierref=" R"/>'), 'index.html' => 'x'], 'page:  R',
            ],
            'quote in an identifier' => [
                ['imsmanifest.xml' => str_replace(['"R"'], ['"R&apos;"'], $good), 'index.html' => 'x'], "page: R'",
            ],
            'resource of a manifest inside' => [
                [
                    'imsmanifest.xml' => preg_replace('#<resources>.*</resources>#', '<manifest>$0</manifest>', $good),
                    'index.html' => 'x',
                ],
                'page: R',
            ],
            'items that lead to no page' => [
                ['imsmanifest.xml' => self::manifest('<item identifier="A"/>'), 'index.html' => 'x'], 'no item',
            ],
        ];
    }

    /**
     * @dataProvider bad_packages
     * @dataProvider bad_items
     */
    public function test_bad_package_is_refused(array $entries, string $word): void {
        try {
            package_inspector::inspect($this->zip($entries));
            $this->fail('no refusal');
        } catch (refusal $refusal) {
            $this->assertSame('invalid', $refusal->reason);
            $this->assertStringContainsString($word, $refusal->getMessage());
        }
    }

    public function test_what_grows_too_large_is_refused(): void {
        $manifest = self::manifest('<item identifier="A" identifierref="R"/>');
        $path = $this->zip(['imsmanifest.xml' => $manifest, 'index.html' => str_repeat('0', 100000)]);
        $this->assertLessThan(10000, filesize($path));
        $this->assertSame(['O', 'A'], package_inspector::inspect($path, 110000, 2)['identifiers']);
        foreach ([[90000, 2, 'once unpacked'], [110000, 1, 'more than 1 files']] as [$unpacked, $entries, $word]) {
            try {
                package_inspector::inspect($path, $unpacked, $entries);
                $this->fail('no refusal');
            } catch (refusal $refusal) {
                $this->assertSame('invalid', $refusal->reason);
                $this->assertStringContainsString($word, $refusal->getMessage());
            }
        }
    }

    public function test_manifest_that_is_too_large_is_refused(): void {
        $manifest = self::manifest('<item identifier="A" identifierref="R"/>');
        $padded = $manifest . str_repeat(' ', 5 * 1024 * 1024 + 1);
        $this->expectException(refusal::class);
        $this->expectExceptionMessage('too large');
        package_inspector::inspect($this->zip(['imsmanifest.xml' => $padded, 'index.html' => 'x']));
    }

    public function test_resource_without_a_page_leads_nowhere(): void {
        $resource = '<resource identifier="R" href=""/><resource identifier="S" href="index.html"/>';
        $of = fn(string $target) => preg_replace(
            '#<resource .*/>#U',
            $resource,
            self::manifest("<item identifier=\"A\" identifierref=\"$target\"/>"),
        );
        $path = $this->zip(['imsmanifest.xml' => $of('S'), 'index.html' => 'x']);
        $this->assertSame(['O', 'A'], package_inspector::inspect($path)['identifiers']);
        $this->expectException(refusal::class);
        $this->expectExceptionMessage('no page: R');
        package_inspector::inspect($this->zip(['imsmanifest.xml' => $of('R'), 'index.html' => 'x']));
    }

    public function test_not_a_zip_is_refused(): void {
        file_put_contents($this->path, 'nothing of the kind');
        $this->expectException(refusal::class);
        $this->expectExceptionMessage('not a zip file');
        package_inspector::inspect($this->path);
    }
}
