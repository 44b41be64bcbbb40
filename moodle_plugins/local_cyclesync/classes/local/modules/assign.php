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
 * Assignments. The form's plugin switches are always sent: Moodle turns off every plugin that is not named.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class assign extends adapter {
    /** Settings that are plain columns: name => [type, default]. */
    private const SETTINGS = [
        'completionsubmit' => ['bool', false],
        'duedate' => ['int', 0],
        'cutoffdate' => ['int', 0],
        'allowsubmissionsfromdate' => ['int', 0],
        'gradingduedate' => ['int', 0],
        'grade' => ['int', 0],
        'submissiondrafts' => ['bool', true],
        'requiresubmissionstatement' => ['bool', false],
        'sendnotifications' => ['bool', false],
        'sendlatenotifications' => ['bool', false],
        'sendstudentnotifications' => ['bool', false],
    ];

    /** Settings kept by the module's own plugins: name => [type, default]. */
    private const PLUGINS = [
        'maxfiles' => ['int', 20],
        'maxbytes' => ['int', 0],
        'filetypes' => ['html', ''],
        'onlinetext' => ['bool', false],
        'feedbackcomments' => ['bool', false],
    ];

    /** What the form sends for columns that are not ours to set. */
    private const FORM = [
        'alwaysshowdescription' => 1, 'teamsubmission' => 0, 'requireallteammemberssubmit' => 0,
        'teamsubmissiongroupingid' => 0, 'blindmarking' => 0, 'hidegrader' => 0, 'attemptreopenmethod' => 'untilpass',
        'maxattempts' => 1, 'markingworkflow' => 0, 'markingallocation' => 0, 'markinganonymous' => 0,
        'preventsubmissionnotingroup' => 0, 'timelimit' => 0, 'submissionattachments' => 0,
    ];

    #[\Override]
    public function types(): array {
        return array_map(fn($setting) => $setting[0], self::SETTINGS + self::PLUGINS);
    }

    #[\Override]
    public function defaults(): array {
        return array_map(fn($setting) => $setting[1], self::SETTINGS + self::PLUGINS);
    }

    #[\Override]
    public function completion_fields(): array {
        return [...parent::completion_fields(), 'completionsubmit'];
    }

    #[\Override]
    public function read(\stdClass $instance, \stdClass $cm, array $extra): array {
        $fields = [];
        foreach (self::SETTINGS as $name => [$type]) {
            $fields[$name] = $type === 'bool' ? (bool) $instance->$name : (int) $instance->$name;
        }
        $config = self::plugin_config((int) $instance->id);
        $file = $config['assignsubmission']['file'] ?? [];
        $files = !empty($file['enabled']);
        return $fields + [
            'maxfiles' => $files ? (int) ($file['maxfilesubmissions'] ?? 0) : 0,
            'maxbytes' => (int) ($file['maxsubmissionsizebytes'] ?? 0),
            'filetypes' => (string) ($file['filetypeslist'] ?? ''),
            'onlinetext' => !empty($config['assignsubmission']['onlinetext']['enabled']),
            'feedbackcomments' => !empty($config['assignfeedback']['comments']['enabled']),
        ];
    }

    /**
     * Settings of the submission and feedback plugins of an instance.
     *
     * @param int $id id of the assignment
     * @return array subtype => plugin => name => value
     */
    private static function plugin_config(int $id): array {
        global $DB;
        $config = [];
        foreach ($DB->get_records('assign_plugin_config', ['assignment' => $id]) as $row) {
            $config[$row->subtype][$row->plugin][$row->name] = $row->value;
        }
        return $config;
    }

    #[\Override]
    public function fill_new(\stdClass $info, array $fields, request $request, \stdClass $course): void {
        global $CFG;
        require_once($CFG->dirroot . '/mod/assign/locallib.php');
        self::set($info, self::FORM);
        self::set($info, self::as_ints(array_intersect_key($fields, self::SETTINGS)));
        $assign = new \assign(\context_course::instance($course->id), null, $course);
        foreach ([...$assign->get_submission_plugins(), ...$assign->get_feedback_plugins()] as $plugin) {
            // Plugins without a switch on the form are sent as they are by default.
            $name = $plugin->get_subtype() . '_' . $plugin->get_type() . '_enabled';
            $info->$name = (int) ($plugin->is_visible() && !$plugin->is_configurable() && $plugin->is_enabled());
        }
        $this->set_plugins($info, $fields);
        $info->assignfeedback_comments_commentinline = (int) get_config('assignfeedback_comments', 'inline');
    }

    #[\Override]
    public function fill_existing(\stdClass $info, array $changes, request $request, \stdClass $cm): void {
        global $CFG;
        require_once($CFG->dirroot . '/mod/assign/locallib.php');
        $assign = new \assign(\context_module::instance($cm->id), null, null);
        foreach ([...$assign->get_submission_plugins(), ...$assign->get_feedback_plugins()] as $plugin) {
            $name = $plugin->get_subtype() . '_' . $plugin->get_type() . '_enabled';
            $info->$name = (int) $plugin->is_enabled();
        }
        $config = self::plugin_config((int) $info->instance);
        $text = $config['assignsubmission']['onlinetext'] ?? [];
        self::set($info, [
            'assignsubmission_onlinetext_wordlimit' => (int) ($text['wordlimit'] ?? 0),
            'assignsubmission_onlinetext_wordlimit_enabled' => (int) ($text['wordlimitenabled'] ?? 0),
            'assignfeedback_comments_commentinline' => (int) ($config['assignfeedback']['comments']['commentinline'] ?? 0),
        ]);
        self::set($info, self::as_ints(array_intersect_key($changes, self::SETTINGS)));
        $file = $config['assignsubmission']['file'] ?? [];
        $this->set_plugins($info, $changes + [
            'maxfiles' => empty($file['enabled']) ? 0 : (int) ($file['maxfilesubmissions'] ?? 0),
            'maxbytes' => (int) ($file['maxsubmissionsizebytes'] ?? 0),
            'filetypes' => (string) ($file['filetypeslist'] ?? ''),
        ]);
    }

    /**
     * Set what the plugins' parts of the form would send.
     *
     * @param \stdClass $info form data
     * @param array $fields name => value
     */
    private function set_plugins(\stdClass $info, array $fields): void {
        self::set($info, [
            'assignsubmission_file_enabled' => (int) ($fields['maxfiles'] > 0),
            'assignsubmission_file_maxfiles' => $fields['maxfiles'],
            'assignsubmission_file_maxsizebytes' => $fields['maxbytes'],
            'assignsubmission_file_filetypes' => $fields['filetypes'],
        ]);
        if (isset($fields['onlinetext'])) {
            $info->assignsubmission_onlinetext_enabled = (int) $fields['onlinetext'];
        }
        if (isset($fields['feedbackcomments'])) {
            $info->assignfeedback_comments_enabled = (int) $fields['feedbackcomments'];
        }
    }
}
