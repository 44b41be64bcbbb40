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
 * SHA-256 of stored files. Moodle knows only their SHA-1; each content is hashed once.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class file_hash {
    /**
     * SHA-256 of the content of a file.
     *
     * @param \stored_file $file the file
     * @param bool $keep remember it; false for reads that must not write
     * @return string 64 hexadecimal digits
     */
    public static function sha256(\stored_file $file, bool $keep): string {
        global $DB;
        $contenthash = $file->get_contenthash();
        $known = $DB->get_field('local_cyclesync_filehash', 'sha256', ['contenthash' => $contenthash]);
        if ($known) {
            return $known;
        }
        $context = hash_init('sha256');
        $handle = $file->get_content_file_handle();
        hash_update_stream($context, $handle);
        fclose($handle);
        $sha256 = hash_final($context);
        if ($keep) {
            try {
                $DB->insert_record('local_cyclesync_filehash', ['contenthash' => $contenthash, 'sha256' => $sha256], false);
            } catch (\dml_exception $error) {
                // Another request has just written the same row.
                unset($error);
            }
        }
        return $sha256;
    }
}
