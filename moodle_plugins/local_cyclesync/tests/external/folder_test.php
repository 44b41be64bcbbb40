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

namespace local_cyclesync\external;

use local_cyclesync\local\file_list;

/**
 * Folders: our files are replaced together, those of people stay.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_cyclesync\local\modules\folder
 */
final class folder_test extends \advanced_testcase {
    /** @var \local_cyclesync_generator */
    private \local_cyclesync_generator $generator;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
        $this->generator = $this->getDataGenerator()->get_plugin_generator('local_cyclesync');
        $this->generator->create_promotion();
    }

    /**
     * Write the folder with some files.
     *
     * @param string[] $files path => content
     * @param array $fields fields besides the files
     * @param string|null $digest digest to announce, the right one when null
     * @return array the result
     */
    private function send(array $files, array $fields, ?string $digest = null): array {
        $fields['file_digest'] = $digest ?? file_list::digest(array_map(fn($text) => hash('sha256', $text), $files));
        $expect = $this->generator->state()['d']['digest'] ?? '';
        return $this->generator->call_module('folder', 'd', $fields, $expect, $this->generator->draft_files($files));
    }

    /**
     * Paths and contents of the folder in Moodle.
     *
     * @return string[] path => content
     */
    private function content(): array {
        $context = \context_module::instance($this->generator->state()['d']['id']);
        $found = [];
        foreach (get_file_storage()->get_area_files($context->id, 'mod_folder', 'content', 0, 'filename', false) as $file) {
            $found[ltrim($file->get_filepath() . $file->get_filename(), '/')] = $file->get_content();
        }
        ksort($found);
        return $found;
    }

    public function test_files_are_created_given_back_and_replaced(): void {
        $first = ['a.txt' => 'un', 'sous/b.txt' => 'deux'];
        $this->assertSame('created', $this->send($first, ['name' => 'D', 'position' => 0])['action']);
        $this->assertSame($first, $this->content());
        $this->assertSame('unchanged', $this->send($first, ['name' => 'D', 'position' => 0])['action']);
        $second = ['a.txt' => 'un bis', 'c.txt' => 'trois'];
        $this->assertSame('updated', $this->send($second, [])['action']);
        $this->assertSame($second, $this->content());
        $digest = $this->generator->state()['d']['digest'];
        $result = $this->generator->call_module('folder', 'd', ['display' => 1, 'name' => 'E'], $digest);
        $this->assertSame(['updated', ''], [$result['action'], $result['message']]);
        $this->assertSame($second, $this->content());
    }

    public function test_files_of_people_stay_and_do_not_count(): void {
        $this->send(['a.txt' => 'un', 'b.txt' => 'deux'], ['name' => 'D', 'position' => 0]);
        $before = $this->generator->state()['d'];
        $this->add_by_hand('theirs.txt');
        $this->assertSame($before['digest'], $this->generator->state()['d']['digest']);
        $this->assertSame('updated', $this->send(['a.txt' => 'un'], [])['action']);
        $this->assertSame(['a.txt' => 'un', 'theirs.txt' => 'à moi'], $this->content());
        $refused = $this->send(['a.txt' => 'un', 'theirs.txt' => 'à nous'], []);
        $this->assertSame('exists', $refused['code']);
        $this->assertStringContainsString('theirs.txt', $refused['message']);
        $this->assertSame(['a.txt' => 'un', 'theirs.txt' => 'à moi'], $this->content());
    }

    public function test_what_people_did_to_our_files_is_seen(): void {
        $this->send(['a.txt' => 'un', 'b.txt' => 'deux'], ['name' => 'D', 'position' => 0]);
        $before = $this->generator->state()['d'];
        $context = \context_module::instance($before['id']);
        get_file_storage()->get_file($context->id, 'mod_folder', 'content', 0, '/', 'b.txt')->delete();
        $this->assertNotSame($before['fields']['file_digest'], $this->generator->state()['d']['fields']['file_digest']);
    }

    public function test_refusals(): void {
        $fields = ['name' => 'D', 'position' => 0];
        $this->assertSame('invalid', $this->send(['a.txt' => 'un'], $fields, str_repeat('0', 64))['code']);
        $this->assertSame('invalid', $this->send([], $fields, 'x')['code']);
        $this->assertArrayNotHasKey('d', $this->generator->state());
    }

    /**
     * Put a file into the folder as a teacher would.
     *
     * @param string $name its name
     */
    private function add_by_hand(string $name): void {
        get_file_storage()->create_file_from_string([
            'contextid' => \context_module::instance($this->generator->state()['d']['id'])->id, 'component' => 'mod_folder',
            'filearea' => 'content', 'itemid' => 0, 'filepath' => '/', 'filename' => $name,
        ], 'à moi');
    }
}
