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

/**
 * Test data: a promotion with its course, and packages.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class local_cyclesync_generator extends component_generator_base {
    /** Installation that owns what the tests make. */
    public const UID = '11111111-2222-4333-8444-555555555555';

    /**
     * Make a promotion whose course has two sections of ours and manual enrolment.
     *
     * @param string $promotion promotion id
     * @return \stdClass the course
     */
    public function create_promotion(string $promotion = 'p1'): \stdClass {
        global $DB;
        set_config('enablecompletion', 1);
        if (!$DB->record_exists('course_categories', ['idnumber' => 'cycles'])) {
            $this->datagenerator->create_category(['idnumber' => 'cycles']);
        }
        $fields = ['fullname' => "Cycle $promotion", 'shortname' => $promotion, 'category' => 'cycles'];
        $this->call('ensure_course', $promotion, 'course', $fields);
        foreach ([0, 1] as $position) {
            $this->call_list('ensure_sections', $promotion, "s$position", ['name' => "S $position", 'position' => $position]);
        }
        $this->call('ensure_enrolment_instance', $promotion, 'enrol', []);
        return $DB->get_record('course', ['idnumber' => "cs:$promotion:course"], '*', MUST_EXIST);
    }

    /**
     * Call a function that writes one object.
     *
     * @param string $function name of the function
     * @param string $promotion promotion id
     * @param string $name object, without the beginning of the key
     * @param array $fields fields
     * @param string $expect digest
     * @return array the result
     */
    public function call(string $function, string $promotion, string $name, array $fields, string $expect = ''): array {
        $class = "\\local_cyclesync\\external\\$function";
        $json = json_encode((object) $fields);
        $result = $class::execute($promotion, "cs:$promotion:$name", $json, $expect, self::UID, 'run');
        return \core_external\external_api::clean_returnvalue($class::execute_returns(), $result);
    }

    /**
     * Call a function that writes a list, for one object.
     *
     * @param string $function name of the function
     * @param string $promotion promotion id
     * @param string $name object, without the beginning of the key
     * @param array $fields fields
     * @param string $expect digest
     * @return array the result
     */
    public function call_list(string $function, string $promotion, string $name, array $fields, string $expect = ''): array {
        $class = "\\local_cyclesync\\external\\$function";
        $item = ['key' => "cs:$promotion:$name", 'fields' => json_encode((object) $fields), 'expect' => $expect];
        $result = $class::execute($promotion, [$item], self::UID, 'run');
        return \core_external\external_api::clean_returnvalue($class::execute_returns(), $result)[0];
    }

    /**
     * Call ensure_module.
     *
     * @param string $modname type of activity
     * @param string $name object, without the beginning of the key
     * @param array $fields fields
     * @param string $expect digest
     * @param int $draftitemid draft area
     * @param string[] $allow guards lifted
     * @return array the result
     */
    public function call_module(
        string $modname,
        string $name,
        array $fields,
        string $expect = '',
        int $draftitemid = 0,
        array $allow = [],
    ): array {
        $class = \local_cyclesync\external\ensure_module::class;
        $json = json_encode((object) $fields);
        $key = "cs:p1:$name";
        $result = $class::execute('p1', $key, 'cs:p1:s1', $modname, $json, $draftitemid, $expect, self::UID, 'run', $allow);
        return \core_external\external_api::clean_returnvalue($class::execute_returns(), $result);
    }

    /**
     * Put a SCORM package into a draft area of the present user.
     *
     * @param string[] $identifiers identifiers of its items
     * @param string $text what makes its content different
     * @param string $schemaversion edition, as a manifest writes it
     * @return int draft area
     */
    public function draft_package(array $identifiers, string $text = '', string $schemaversion = '1.2'): int {
        $items = '';
        foreach ($identifiers as $identifier) {
            $items .= "<item identifier=\"$identifier\" identifierref=\"R\"><title>$identifier</title></item>";
        }
        $manifest = '<?xml version="1.0"?><manifest xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" identifier="M" '
            . 'xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"><metadata><schema>ADL SCORM</schema>'
            . "<schemaversion>$schemaversion</schemaversion></metadata><organizations default=\"O\"><organization identifier=\"O\">"
            . "<title>O</title>$items</organization></organizations><resources>"
            . '<resource identifier="R" type="webcontent" adlcp:scormtype="sco" href="index.html"/></resources></manifest>';
        $path = make_request_directory() . '/package.zip';
        $zip = new \ZipArchive();
        $zip->open($path, \ZipArchive::CREATE);
        $zip->addFromString('imsmanifest.xml', $manifest);
        $zip->addFromString('index.html', "<html>$text</html>");
        $zip->close();
        return $this->draft_file('package.zip', file_get_contents($path));
    }

    /**
     * Put a file into a new draft area of the present user.
     *
     * @param string $name name of the file
     * @param string $content its content
     * @return int draft area
     */
    public function draft_file(string $name, string $content): int {
        return $this->draft_files([$name => $content]);
    }

    /**
     * Put files into a new draft area of the present user.
     *
     * @param string[] $files path => content
     * @return int draft area
     */
    public function draft_files(array $files): int {
        global $USER;
        $itemid = file_get_unused_draft_itemid();
        foreach ($files as $path => $content) {
            $folder = dirname($path);
            get_file_storage()->create_file_from_string([
                'contextid' => \context_user::instance($USER->id)->id, 'component' => 'user', 'filearea' => 'draft',
                'itemid' => $itemid, 'filepath' => $folder === '.' ? '/' : "/$folder/", 'filename' => basename($path),
            ], $content);
        }
        return $itemid;
    }

    /**
     * State of a promotion, by the name of the object.
     *
     * @param string $promotion promotion id
     * @return array name => object with decoded fields
     */
    public function state(string $promotion = 'p1'): array {
        $class = \local_cyclesync\external\get_course_state::class;
        $state = \core_external\external_api::clean_returnvalue($class::execute_returns(), $class::execute($promotion, self::UID));
        $objects = [];
        foreach ($state['objects'] as $object) {
            foreach (['fields', 'declared', 'applied'] as $name) {
                $object[$name] = json_decode($object[$name], true);
            }
            $objects[substr($object['key'], strlen("cs:$promotion:"))] = $object;
        }
        return $objects;
    }

    /**
     * Make the two deposits and one preparation of promotion p1, and enrol a learner.
     *
     * @return \stdClass the learner
     */
    public function create_trainee(): \stdClass {
        foreach (['depot-a' => 'Dépôt A', 'depot-b' => 'Dépôt B'] as $name => $title) {
            $fields = ['name' => $title, 'position' => $name === 'depot-a' ? 0 : 1, 'completion' => 2, 'completionsubmit' => true];
            $this->call_module('assign', $name, $fields + ['submissiondrafts' => true, 'maxfiles' => 3]);
        }
        $page = ['name' => 'Préparer', 'content' => 'x', 'position' => 2, 'completion' => 2, 'completionview' => true];
        $this->call_module('page', 'prep', $page);
        return $this->enrol_trainee('e1');
    }

    /**
     * Make and enrol a learner in promotion p1.
     *
     * @param string $name name of the enrolment
     * @param string $status active or suspended
     * @return \stdClass the learner
     */
    public function enrol_trainee(string $name, string $status = 'active'): \stdClass {
        $user = $this->datagenerator->create_user();
        $this->call_list('ensure_enrolments', 'p1', $name, ['userid' => (int) $user->id, 'status' => $status]);
        return $user;
    }

    /**
     * Put a file into a deposit of promotion p1.
     *
     * @param string $name name of the deposit
     * @param int $userid the learner
     * @param string $status draft, submitted or reopened
     */
    public function submit(string $name, int $userid, string $status): void {
        global $DB;
        $cm = get_coursemodule_from_id('assign', $this->module_id($name), 0, false, MUST_EXIST);
        $id = $DB->insert_record('assign_submission', [
            'assignment' => $cm->instance, 'userid' => $userid, 'status' => $status, 'latest' => 1, 'attemptnumber' => 0,
            'groupid' => 0, 'timecreated' => 1802000000, 'timemodified' => 1802000000, 'timestarted' => 0,
        ]);
        get_file_storage()->create_file_from_string([
            'contextid' => \context_module::instance($cm->id)->id, 'component' => 'assignsubmission_file', 'itemid' => $id,
            'filearea' => 'submission_files', 'filepath' => '/', 'filename' => "$name.pdf", 'userid' => $userid,
        ], "file of $name");
    }

    /**
     * Course module id of an activity of promotion p1.
     *
     * @param string $name name of the activity
     * @return int
     */
    public function module_id(string $name): int {
        return (int) \local_cyclesync\local\map::row("cs:p1:$name")->moodleid;
    }

    /**
     * Store the register's last word on somebody of promotion p1: nothing handed in, nothing done.
     *
     * @param int $userid the person
     * @param array $changes fields that are otherwise
     * @return int how many were stored
     */
    public function put_status(int $userid, array $changes = []): int {
        $deposit = fn(string $letter) => ['key' => 'cs:p1:depot-' . strtolower($letter), 'label' => "Dépôt $letter",
            'status' => 'none', 'office' => false, 'text' => 'non remis'];
        $status = $changes + [
            'v' => 1, 'as_of' => '2027-02-04T05:00:00.000Z', 'complete' => true, 'role' => 'stagiaire',
            'next' => ['when' => '14 janvier 2027', 'place' => 'Salle Loire', 'what' => 'Module 3'],
            'todo' => [['text' => 'La remise du dépôt A', 'by' => '12 février 2027', 'keys' => ['cs:p1:depot-a']]],
            'dossier' => [$deposit('A'), $deposit('B')],
            'attendance' => ['text' => '31,5 jours sur environ 39', 'excused' => '', 'pending' => ''],
            'modules' => [['title' => 'Module 1', 'text' => '7/10, préparation non faite', 'key' => 'cs:p1:prep',
                'halfdays' => '7/10']],
            'activities' => array_map(
                fn($name) => ['key' => "cs:p1:$name", 'state' => 'incomplete'],
                ['depot-a', 'depot-b', 'prep'],
            ),
            'jury' => '12 mars 2027', 'decision' => '', 'contact' => 'INSET',
        ];
        $item = ['userid' => $userid, 'status' => json_encode($status)];
        return \local_cyclesync\external\put_candidate_status::execute('p1', [$item])['stored'];
    }

    /**
     * Complete an activity of promotion p1 by looking at it.
     *
     * @param string $name name of the activity
     * @param int $userid the learner
     */
    public function view(string $name, int $userid): void {
        $course = \local_cyclesync\local\scope::open('p1')->require_course();
        $cm = get_fast_modinfo($course, $userid)->get_cm($this->module_id($name));
        (new \completion_info($course))->set_module_viewed($cm, $userid);
    }
}
