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

use local_cyclesync\local\request;

/**
 * Pages.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class page extends adapter {
    #[\Override]
    public function types(): array {
        return ['content' => 'html'];
    }

    #[\Override]
    public function defaults(): array {
        return [];
    }

    #[\Override]
    public function read(\stdClass $instance, \stdClass $cm, array $extra): array {
        return ['content' => (string) $instance->content];
    }

    #[\Override]
    public function fill_new(\stdClass $info, array $fields, request $request, \stdClass $course): void {
        global $CFG;
        require_once($CFG->libdir . '/resourcelib.php');
        self::set($info, [
            'content' => $fields['content'], 'contentformat' => FORMAT_HTML, 'display' => RESOURCELIB_DISPLAY_OPEN,
            'printintro' => 0, 'printlastmodified' => 1, 'legacyfiles' => 0, 'revision' => 1,
        ]);
    }

    #[\Override]
    public function fill_existing(\stdClass $info, array $changes, request $request, \stdClass $cm): void {
        global $CFG;
        require_once($CFG->dirroot . '/mod/page/locallib.php');
        self::spread_display_options($info);
        $info->printintro ??= 0;
        $info->printlastmodified ??= 1;
        // Files that people added inside the page stay: nothing is merged from a draft area.
        $info->page = [
            'text' => $changes['content'] ?? $info->content,
            'format' => isset($changes['content']) ? FORMAT_HTML : $info->contentformat,
            'itemid' => IGNORE_FILE_MERGE,
        ];
    }
}
