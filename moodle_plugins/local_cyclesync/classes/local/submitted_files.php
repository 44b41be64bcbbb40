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

namespace local_cyclesync\local;

/**
 * Files of many submissions, with the SHA-256 of each, in one query.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class submitted_files {
    /**
     * Read the files of some submissions.
     *
     * @param int[] $cmids course modules of the assignments
     * @param int[] $submissionids ids of the submissions
     * @param bool $hash with the SHA-256 of each file
     * @return array submission id => list of [name, size] and sha256 when asked, in Moodle's order
     */
    public static function of(array $cmids, array $submissionids, bool $hash): array {
        global $DB;
        if (!$cmids || !$submissionids) {
            return [];
        }
        [$modules, $params] = $DB->get_in_or_equal($cmids);
        [$items, $more] = $DB->get_in_or_equal($submissionids);
        $records = $DB->get_records_sql(
            "SELECT f.id, f.itemid, f.filename, f.filesize, h.sha256
               FROM {files} f
               JOIN {context} c ON c.id = f.contextid AND c.contextlevel = ?
          LEFT JOIN {local_cyclesync_filehash} h ON h.contenthash = f.contenthash
              WHERE c.instanceid $modules AND f.component = 'assignsubmission_file' AND f.filearea = 'submission_files'
                    AND f.itemid $items AND f.filename <> '.'
           ORDER BY f.itemid, f.filepath, f.filename",
            [CONTEXT_MODULE, ...$params, ...$more],
        );
        $files = [];
        foreach ($records as $record) {
            $files[$record->itemid][] = ['name' => $record->filename, 'size' => (int) $record->filesize]
                + ($hash ? ['sha256' => $record->sha256 ?? self::first_hash((int) $record->id)] : []);
        }
        return $files;
    }

    /**
     * Compute and keep the SHA-256 of a content that is met for the first time.
     *
     * @param int $fileid id of the file
     * @return string 64 hexadecimal digits
     */
    private static function first_hash(int $fileid): string {
        return file_hash::sha256(get_file_storage()->get_file_by_id($fileid), true);
    }
}
