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
 * Forums.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class forum extends adapter {
    #[\Override]
    public function types(): array {
        return ['type' => ['general', 'news'], 'forcesubscribe' => [0, 1, 2, 3]];
    }

    #[\Override]
    public function defaults(): array {
        return ['type' => 'general', 'forcesubscribe' => 0];
    }

    #[\Override]
    public function read(\stdClass $instance, \stdClass $cm, array $extra): array {
        return ['type' => $instance->type, 'forcesubscribe' => (int) $instance->forcesubscribe];
    }

    #[\Override]
    public function fill_new(\stdClass $info, array $fields, request $request, \stdClass $course): void {
        $config = get_config('core');
        self::set($info, [
            'type' => $fields['type'], 'forcesubscribe' => $fields['forcesubscribe'], 'trackingtype' => 1, 'assessed' => 0,
            'scale' => 0, 'grade_forum' => 0, 'grade_forum_notify' => 0, 'rsstype' => 0, 'rssarticles' => 0,
            'maxbytes' => (int) ($config->forum_maxbytes ?? 0), 'maxattachments' => (int) ($config->forum_maxattachments ?? 9),
            'warnafter' => 0, 'blockafter' => 0, 'blockperiod' => 0, 'duedate' => 0, 'cutoffdate' => 0,
            'completiondiscussions' => 0, 'completionreplies' => 0, 'completionposts' => 0, 'displaywordcount' => 0,
            'lockdiscussionafter' => 0,
        ]);
    }

    #[\Override]
    public function fill_existing(\stdClass $info, array $changes, request $request, \stdClass $cm): void {
        self::set($info, array_intersect_key($changes, ['type' => 1, 'forcesubscribe' => 1]));
    }
}
