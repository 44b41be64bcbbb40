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
use local_cyclesync\local\file_list;
use local_cyclesync\local\map;
use local_cyclesync\local\refusal;
use local_cyclesync\local\request;

/**
 * Folders: several files. Those that people add beside ours are never counted, replaced or removed.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class folder extends adapter {
    #[\Override]
    public function types(): array {
        return ['file_digest' => 'text', 'display' => [0, 1]];
    }

    #[\Override]
    public function defaults(): array {
        return ['display' => 0];
    }

    #[\Override]
    public function file_field(): string {
        return 'file_digest';
    }

    #[\Override]
    public function read(\stdClass $instance, \stdClass $cm, array $extra): array {
        $present = self::hashes(self::content((int) $cm->id), false);
        $ours = isset($extra['files']) ? array_intersect_key($present, $extra['files']) : $present;
        return ['file_digest' => file_list::digest($ours), 'display' => (int) $instance->display];
    }

    /**
     * Files of a folder.
     *
     * @param int $cmid course module id
     * @return \stored_file[] path => file
     */
    private static function content(int $cmid): array {
        $context = \context_module::instance($cmid);
        return self::by_path(get_file_storage()->get_area_files($context->id, 'mod_folder', 'content', 0, 'id', false));
    }

    /**
     * Key files by their path inside their area.
     *
     * @param \stored_file[] $files the files
     * @return \stored_file[] path => file
     */
    private static function by_path(array $files): array {
        $found = [];
        foreach ($files as $file) {
            $found[ltrim($file->get_filepath() . $file->get_filename(), '/')] = $file;
        }
        return $found;
    }

    /**
     * SHA-256 of each file.
     *
     * @param \stored_file[] $files path => file
     * @param bool $keep remember them
     * @return string[] path => SHA-256
     */
    private static function hashes(array $files, bool $keep): array {
        return array_map(fn($file) => file_hash::sha256($file, $keep), $files);
    }

    #[\Override]
    public function check(array $fields, request $request, ?\stdClass $instance): void {
        if (!isset($fields['file_digest'])) {
            return;
        }
        $files = self::by_path(self::draft_files($request->draftitemid));
        if (!$files) {
            throw new refusal('invalid', 'draftitemid must name a draft area of this account with at least one file');
        }
        if (file_list::digest(self::hashes($files, false)) !== strtolower($fields['file_digest'])) {
            throw new refusal('invalid', 'file_digest is not that of the files sent');
        }
        if ($instance) {
            $cm = get_coursemodule_from_instance('folder', $instance->id, 0, false, MUST_EXIST);
            $theirs = array_intersect_key(array_diff_key(self::content((int) $cm->id), self::ours((int) $cm->id)), $files);
            foreach (array_keys($theirs) as $path) {
                throw new refusal('exists', "someone has put a file of this name into the folder: $path");
            }
        }
    }

    /**
     * Files that were last sent.
     *
     * @param int $cmid course module id
     * @return string[] path => SHA-256
     */
    private static function ours(int $cmid): array {
        return map::decoded(map::row_of('module', $cmid), 'extra')['files'] ?? [];
    }

    #[\Override]
    public function fill_new(\stdClass $info, array $fields, request $request, \stdClass $course): void {
        self::set($info, [
            'files' => $request->draftitemid, 'display' => $fields['display'], 'showexpanded' => 1, 'showdownloadfolder' => 1,
            'forcedownload' => 1, 'revision' => 1,
        ]);
    }

    #[\Override]
    public function fill_existing(\stdClass $info, array $changes, request $request, \stdClass $cm): void {
        // Moodle takes the files of an update from the browser's request: they are written in after_update.
        $info->files = 0;
        $info->display = $changes['display'] ?? $info->display;
    }

    #[\Override]
    public function after_update(array $changes, request $request, \stdClass $cm): void {
        if (!isset($changes['file_digest'])) {
            return;
        }
        $ours = self::ours((int) $cm->id);
        $present = self::content((int) $cm->id);
        $next = self::by_path(self::draft_files($request->draftitemid));
        foreach ($present as $path => $file) {
            $dropped = isset($ours[$path]) && !isset($next[$path]) && file_hash::sha256($file, false) === $ours[$path];
            if ($dropped || isset($next[$path])) {
                $file->delete();
            }
        }
        foreach ($next as $file) {
            get_file_storage()->create_file_from_storedfile([
                'contextid' => \context_module::instance($cm->id)->id, 'component' => 'mod_folder', 'filearea' => 'content',
                'itemid' => 0, 'filepath' => $file->get_filepath(), 'filename' => $file->get_filename(),
            ], $file);
        }
    }

    #[\Override]
    public function extra(array $written, \stdClass $instance, \stdClass $cm, array $extra, request $request): array {
        return isset($written['file_digest'])
            ? ['files' => self::hashes(self::by_path(self::draft_files($request->draftitemid)), true)] + $extra
            : $extra;
    }
}
