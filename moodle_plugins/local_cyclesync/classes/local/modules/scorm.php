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

use local_cyclesync\local\package_inspector;
use local_cyclesync\local\refusal;
use local_cyclesync\local\request;

/**
 * SCORM packages: never replaced in a way that erases learners' tracks, unless the guard is lifted by name.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class scorm extends adapter {
    /** Settings that are plain columns: name => [type, default]. */
    private const SETTINGS = [
        'completionstatusrequired' => [[0, 2, 4, 6], 0],
        'maxgrade' => ['int', 100],
        'grademethod' => [[0, 1, 2, 3], 1],
        'maxattempt' => ['int', 0],
        'forcenewattempt' => [[0, 1, 2], 0],
        'whatgrade' => [[0, 1, 2, 3], 0],
        'lastattemptlock' => ['bool', false],
        'displayattemptstatus' => [[0, 1, 2, 3], 1],
        'hidetoc' => [[0, 1, 2, 3], 0],
        'nav' => [[0, 1, 2], 1],
        'skipview' => [[0, 1, 2], 0],
        'hidebrowse' => ['bool', false],
        'popup' => [[0, 1], 0],
        'masteryoverride' => ['bool', true],
        'autocommit' => ['bool', false],
        'updatefreq' => [[0, 1, 2, 3], 0],
    ];

    #[\Override]
    public function types(): array {
        return ['package_digest' => 'text'] + array_map(fn($setting) => $setting[0], self::SETTINGS);
    }

    #[\Override]
    public function defaults(): array {
        return array_map(fn($setting) => $setting[1], self::SETTINGS);
    }

    #[\Override]
    public function completion_fields(): array {
        return [...parent::completion_fields(), 'completionstatusrequired'];
    }

    #[\Override]
    public function file_field(): string {
        return 'package_digest';
    }

    #[\Override]
    public function read(\stdClass $instance, \stdClass $cm, array $extra): array {
        $fields = [];
        foreach (self::SETTINGS as $name => [$type]) {
            $fields[$name] = match (true) {
                $type === 'bool' => (bool) $instance->$name,
                $name === 'maxgrade' => self::number($instance->$name),
                default => (int) $instance->$name,
            };
        }
        $known = ($extra['sha1'] ?? '') !== '' && $extra['sha1'] === $instance->sha1hash;
        $fields['package_digest'] = $known ? $extra['package_digest'] : 'sha1:' . $instance->sha1hash;
        return $fields;
    }

    #[\Override]
    public function extra(array $written, \stdClass $instance, \stdClass $cm, array $extra, request $request): array {
        if (!isset($written['package_digest'])) {
            return $extra;
        }
        if (empty($instance->launch)) {
            throw new refusal('invalid', 'package: Moodle finds nothing to open in it');
        }
        return ['sha1' => (string) $instance->sha1hash, 'package_digest' => $written['package_digest']] + $extra;
    }

    #[\Override]
    public function check(array $fields, request $request, ?\stdClass $instance): void {
        if (!isset($fields['package_digest'])) {
            return;
        }
        // Moodle's own check, scorm_validate_package(), wants a manifest at the top: the inspector wants that and more.
        $path = self::draft_file($request->draftitemid)->copy_content_to_temp('local_cyclesync', 'package');
        try {
            $next = package_inspector::inspect($path);
        } finally {
            unlink($path);
        }
        if ($instance && !in_array('attempt-loss', $request->allow, true)) {
            self::refuse_loss($instance, $next);
        }
    }

    /**
     * Refuse a replacement that would delete tracks, or leave them under names that the new package's player does not read.
     *
     * @param \stdClass $instance present record
     * @param array $next what the inspector said of the new package
     */
    private static function refuse_loss(\stdClass $instance, array $next): void {
        global $DB;
        $present = $DB->get_fieldset_select('scorm_scoes', 'identifier', 'scorm = ?', [$instance->id]);
        $lost = package_inspector::lost((string) $instance->version, $present, $next);
        if (!$lost) {
            return;
        }
        [$in, $params] = $DB->get_in_or_equal($lost);
        $learners = $DB->count_records_sql(
            "SELECT COUNT(DISTINCT a.userid)
               FROM {scorm_attempt} a
               JOIN {scorm_scoes_value} v ON v.attemptid = a.id
               JOIN {scorm_scoes} s ON s.id = v.scoid
              WHERE s.scorm = ? AND s.identifier $in",
            [$instance->id, ...$params],
        );
        if ($learners) {
            $why = $instance->version === $next['edition']
                ? 'results would be erased with: ' . implode(', ', $lost)
                : "results would be unreadable: the edition changes from {$instance->version} to {$next['edition']}";
            throw new refusal('attempt_loss', $why, $learners);
        }
    }

    #[\Override]
    public function fill_new(\stdClass $info, array $fields, request $request, \stdClass $course): void {
        global $CFG;
        require_once($CFG->dirroot . '/mod/scorm/locallib.php');
        $config = get_config('scorm');
        self::set($info, [
            'scormtype' => SCORM_TYPE_LOCAL, 'width' => (string) ($config->framewidth ?? '100'),
            'height' => (string) ($config->frameheight ?? '500'), 'timeopen' => 0, 'timeclose' => 0, 'reference' => '',
            'version' => '', 'md5hash' => '', 'forcecompleted' => 0, 'displaycoursestructure' => 0, 'auto' => 0,
            'completionscorerequired' => null, 'completionstatusallscos' => 0, 'packagefile' => $request->draftitemid,
        ]);
        $this->set_settings($info, $fields);
    }

    #[\Override]
    public function fill_existing(\stdClass $info, array $changes, request $request, \stdClass $cm): void {
        foreach (array_filter(explode(',', (string) $info->options)) as $option) {
            [$name, $value] = array_pad(explode('=', $option, 2), 2, '0');
            $info->$name = $value;
        }
        $this->set_settings($info, $changes);
        if (isset($changes['package_digest'])) {
            $info->packagefile = $request->draftitemid;
        }
    }

    /**
     * Set the settings among some fields.
     *
     * @param \stdClass $info form data
     * @param array $fields name => value
     */
    private function set_settings(\stdClass $info, array $fields): void {
        self::set($info, self::as_ints(array_intersect_key($fields, self::SETTINGS)));
        if (empty($info->completionstatusrequired)) {
            $info->completionstatusrequired = null;
        }
    }
}
