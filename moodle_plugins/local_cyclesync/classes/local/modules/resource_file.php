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

namespace local_cyclesync\local\modules;

use local_cyclesync\local\file_hash;
use local_cyclesync\local\refusal;
use local_cyclesync\local\request;

/**
 * Files.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class resource_file extends adapter {
    #[\Override]
    public function types(): array {
        return ['file_digest' => 'text', 'filename' => 'text'];
    }

    #[\Override]
    public function defaults(): array {
        return [];
    }

    #[\Override]
    public function file_field(): string {
        return 'file_digest';
    }

    #[\Override]
    public function read(\stdClass $instance, \stdClass $cm, array $extra): array {
        $file = self::main_file((int) $cm->id);
        return [
            'file_digest' => $file ? file_hash::sha256($file, false) : '',
            'filename' => $file ? $file->get_filename() : '',
        ];
    }

    /**
     * The file that the activity opens.
     *
     * @param int $cmid course module id
     * @return \stored_file|null
     */
    private static function main_file(int $cmid): ?\stored_file {
        $context = \context_module::instance($cmid);
        $files = get_file_storage()->get_area_files($context->id, 'mod_resource', 'content', 0, 'sortorder DESC, id ASC', false);
        return $files ? reset($files) : null;
    }

    #[\Override]
    public function check(array $fields, request $request, ?\stdClass $instance): void {
        if (!isset($fields['file_digest'])) {
            if (isset($fields['filename'])) {
                throw new refusal('invalid', 'filename changes only with the file');
            }
            return;
        }
        $file = self::draft_file($request->draftitemid);
        if (file_hash::sha256($file, false) !== strtolower($fields['file_digest'])) {
            throw new refusal('invalid', 'file_digest is not that of the file sent');
        }
        if (isset($fields['filename']) && $fields['filename'] !== $file->get_filename()) {
            throw new refusal('invalid', 'filename is not that of the file sent');
        }
    }

    #[\Override]
    public function fill_new(\stdClass $info, array $fields, request $request, \stdClass $course): void {
        global $CFG;
        require_once($CFG->libdir . '/resourcelib.php');
        self::set($info, [
            'files' => $request->draftitemid, 'display' => RESOURCELIB_DISPLAY_AUTO, 'printintro' => 1, 'showsize' => 1,
            'showtype' => 1, 'showdate' => 0, 'tobemigrated' => 0, 'legacyfiles' => 0, 'filterfiles' => 0, 'revision' => 1,
        ]);
    }

    #[\Override]
    public function fill_existing(\stdClass $info, array $changes, request $request, \stdClass $cm): void {
        global $CFG;
        require_once($CFG->dirroot . '/mod/resource/locallib.php');
        self::spread_display_options($info);
        $info->files = isset($changes['file_digest']) ? $request->draftitemid : 0;
    }

    #[\Override]
    public function extra(array $written, \stdClass $instance, \stdClass $cm, array $extra, request $request): array {
        $file = isset($written['file_digest']) ? self::main_file((int) $cm->id) : null;
        if ($file) {
            file_hash::sha256($file, true);
        }
        return $extra;
    }
}
