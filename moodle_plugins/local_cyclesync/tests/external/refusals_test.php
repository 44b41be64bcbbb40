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

/**
 * Refusals instead of damage: what is refused writes nothing, in a dry run as in a true one.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_cyclesync\local\applier
 * @covers     \local_cyclesync\local\modules\scorm
 */
final class refusals_test extends \advanced_testcase {
    /** @var \local_cyclesync_generator */
    private \local_cyclesync_generator $generator;

    /** @var \stdClass course of promotion p1 */
    private \stdClass $course;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
        $this->generator = $this->getDataGenerator()->get_plugin_generator('local_cyclesync');
        $this->course = $this->generator->create_promotion();
    }

    /**
     * Packages that Moodle would accept, or choke on, and a word of the reason.
     *
     * @return array
     */
    public static function junk(): array {
        $good = ['imsmanifest.xml' => self::manifest(), 'index.html' => 'x'];
        $two = '<item identifier="A" identifierref="R"/><item identifier="B" identifierref="Z"/>';
        return [
            'not a zip' => [null, 'not a zip file'],
            'no manifest' => [['index.html' => 'x'], 'no imsmanifest.xml'],
            'manifest in a folder' => [['x/imsmanifest.xml' => self::manifest(), 'x/index.html' => 'x'], 'no imsmanifest.xml'],
            'broken xml' => [['imsmanifest.xml' => substr(self::manifest(), 0, -12)] + $good, 'not well-formed'],
            'no item' => [['imsmanifest.xml' => self::manifest('')] + $good, 'no item'],
            'item that leads nowhere' => [
                [
                    'imsmanifest.xml' => self::manifest($two),
                    'index.html' => 'x',
                ],
                'not there',
            ],
            'file missing' => [['imsmanifest.xml' => self::manifest(null, 'gone.html')] + $good, 'gone.html'],
            'entry above' => [$good + ['../evil.php' => '<?php'], 'outside'],
            'absolute entry' => [$good + ['/etc/evil' => 'x'], 'outside'],
            'course of another standard' => [['a.cst' => 'x', 'a.au' => 'x'], 'no imsmanifest.xml'],
        ];
    }

    /**
     * Make a manifest.
     *
     * @param string|null $items item elements, one good item when null
     * @param string $href file of the only resource
     * @return string
     */
    private static function manifest(?string $items = null, string $href = 'index.html'): string {
        $items ??= '<item identifier="A" identifierref="R"><title>A</title></item>';
        return '<?xml version="1.0"?><manifest xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" identifier="M" '
            . 'xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"><metadata><schema>ADL SCORM</schema>'
            . '<schemaversion>1.2</schemaversion></metadata><organizations default="O"><organization identifier="O">'
            . "<title>O</title>$items</organization></organizations><resources>"
            . "<resource identifier=\"R\" type=\"webcontent\" adlcp:scormtype=\"sco\" href=\"$href\"/></resources></manifest>";
    }

    /**
     * Put a package into a draft area.
     *
     * @param array|null $entries name => content, something else than a zip when null
     * @return int draft area
     */
    private function draft(?array $entries): int {
        if ($entries === null) {
            return $this->generator->draft_file('package.zip', 'nothing of the kind');
        }
        $path = make_request_directory() . '/package.zip';
        $zip = new \ZipArchive();
        $zip->open($path, \ZipArchive::CREATE);
        foreach ($entries as $name => $content) {
            $zip->addFromString($name, $content);
        }
        $zip->close();
        return $this->generator->draft_file('package.zip', file_get_contents($path));
    }

    /**
     * A package that the inspector reads more kindly than Moodle: an item inside an element that Moodle does not look into.
     * Moodle's check lets it through, and its player would find nothing to open.
     */
    public function test_package_in_which_moodle_finds_nothing_to_open(): void {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/mod/scorm/lib.php');
        $this->preventResetByRollback();
        $item = '<group><item identifier="A" identifierref="R"><title>A</title></item></group>';
        $draft = $this->draft(['imsmanifest.xml' => self::manifest($item), 'index.html' => 'x']);
        $this->assertSame([], scorm_validate_package(\local_cyclesync\local\modules\adapter::draft_file($draft)));
        $fields = ['name' => 'S', 'position' => 0, 'package_digest' => 'v1'];
        $files = $DB->count_records('files');
        $new = $this->generator->call_module('scorm', 's', $fields, '', $draft);
        $this->assertSame(['invalid', 'package: Moodle finds nothing to open in it'], [$new['code'], $new['message']]);
        $this->assertSame([0, 0], [$DB->count_records('scorm'), $DB->count_records('course_modules')]);
        $this->assertSame($files, $DB->count_records('files'));
        $this->generator->call_module('scorm', 's', $fields, '', $this->generator->draft_package(['A']));
        $before = [$this->generator->state()['s'], $DB->get_records('scorm_scoes'), $DB->get_records('scorm')];
        $change = ['package_digest' => 'v2'];
        $replaced = $this->generator->call_module('scorm', 's', $change, $before[0]['digest'], $draft);
        $this->assertSame(['invalid', $new['message']], [$replaced['code'], $replaced['message']]);
        $this->assertEquals($before, [$this->generator->state()['s'], $DB->get_records('scorm_scoes'), $DB->get_records('scorm')]);
    }

    /**
     * What Moodle's own check refuses, the inspector refuses too: the adapter asks the inspector only.
     *
     * @dataProvider junk
     * @param array|null $entries name => content
     */
    public function test_the_inspector_is_stricter_than_moodle(?array $entries): void {
        global $CFG;
        require_once($CFG->dirroot . '/mod/scorm/lib.php');
        $file = \local_cyclesync\local\modules\adapter::draft_file($this->draft($entries));
        $path = $file->copy_content_to_temp();
        $said = null;
        try {
            \local_cyclesync\local\package_inspector::inspect($path);
        } catch (\local_cyclesync\local\refusal $refusal) {
            $said = $refusal->reason;
        }
        unlink($path);
        $this->assertSame('invalid', $said);
        $refused = scorm_validate_package($file) !== [];
        $this->resetDebugging();
        $top = $entries !== null && isset($entries['imsmanifest.xml']);
        $this->assertSame($refused, !$top && !isset($entries['a.cst']));
    }

    /**
     * Junk makes no activity, and replaces no package that learners have results in.
     *
     * @dataProvider junk
     * @param array|null $entries name => content
     * @param string $word part of the reason
     */
    public function test_junk_package(?array $entries, string $word): void {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/mod/scorm/locallib.php');
        $fields = ['name' => 'S', 'position' => 0, 'package_digest' => 'v1'];
        $new = $this->generator->call_module('scorm', 'new', $fields, '', $this->draft($entries));
        $this->assertSame('invalid', $new['code']);
        $this->assertStringContainsString($word, $new['message']);
        $this->assertSame([0, 0], [$DB->count_records('scorm'), $DB->count_records('course_modules')]);
        $this->generator->call_module('scorm', 's', $fields, '', $this->generator->draft_package(['A']));
        $scorm = $DB->get_record('scorm', [], '*', MUST_EXIST);
        $sco = $DB->get_record('scorm_scoes', ['scorm' => $scorm->id, 'identifier' => 'A'], '*', MUST_EXIST);
        $learner = $this->getDataGenerator()->create_and_enrol($this->course, 'student');
        scorm_insert_track($learner->id, $scorm->id, $sco->id, 1, 'cmi.core.lesson_status', 'completed');
        $before = $this->generator->state()['s'];
        $tracks = $DB->get_records('scorm_scoes_value');
        $replaced = $this->generator->call_module(
            'scorm',
            's',
            ['package_digest' => 'v2'],
            $before['digest'],
            $this->draft($entries),
            ['attempt-loss'],
        );
        $this->assertSame('invalid', $replaced['code']);
        $this->assertEquals($tracks, $DB->get_records('scorm_scoes_value'));
        $this->assertEquals($before, $this->generator->state()['s']);
    }

    public function test_draft_area_must_be_the_caller_s_own_with_one_file(): void {
        $fields = ['name' => 'S', 'position' => 0, 'package_digest' => 'v1'];
        $call = fn(int $draft) => $this->generator->call_module('scorm', 's', $fields, '', $draft)['code'];
        $this->setUser($this->getDataGenerator()->create_user());
        $theirs = $this->generator->draft_package(['A']);
        $this->setAdminUser();
        $this->assertSame(['invalid', 'invalid', 'invalid'], [$call(0), $call($theirs), $call($theirs + 999)]);
        $this->assertSame('invalid', $call($this->generator->draft_files(['a.zip' => 'x', 'b.zip' => 'y'])));
    }

    public function test_attempt_loss_and_completion_unlock_are_told_by_a_dry_run(): void {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/mod/scorm/locallib.php');
        $fields = ['name' => 'S', 'position' => 0, 'completion' => 2, 'completionstatusrequired' => 4, 'package_digest' => 'v1'];
        $this->generator->call_module('scorm', 's', $fields, '', $this->generator->draft_package(['A', 'B']));
        $scorm = $DB->get_record('scorm', [], '*', MUST_EXIST);
        $sco = $DB->get_record('scorm_scoes', ['scorm' => $scorm->id, 'identifier' => 'B'], '*', MUST_EXIST);
        foreach (range(1, 2) as $unused) {
            $learner = $this->getDataGenerator()->create_and_enrol($this->course, 'student');
            scorm_insert_track($learner->id, $scorm->id, $sco->id, 1, 'cmi.core.lesson_status', 'completed');
        }
        $before = $this->generator->state()['s'];
        $dry = function (array $patch, int $draft = 0) use ($before): array {
            $uid = \local_cyclesync_generator::UID;
            $json = json_encode($patch);
            $place = ['p1', 'cs:p1:s', 'cs:p1:s1', 'scorm'];
            $result = ensure_module::execute(...[...$place, $json, $draft, $before['digest'], $uid, 'r', [], true]);
            return [$result['action'], $result['code'], $result['affected']];
        };
        $without = $this->generator->draft_package(['A']);
        $this->assertSame(['refused', 'attempt_loss', 2], $dry(['package_digest' => 'v2'], $without));
        $this->assertSame(['refused', 'completion_unlock', 2], $dry(['completionstatusrequired' => 6]));
        $this->assertSame(['refused', 'completion_unlock', 2], $dry(['completion' => 0, 'completionstatusrequired' => 0]));
        $this->assertSame(['updated', '', 0], $dry(['package_digest' => 'v2'], $this->generator->draft_package(['B', 'A'])));
        $this->assertEquals($before, $this->generator->state()['s']);
    }

    /**
     * The two editions, in both directions, each with the name of a status and what the learner has done.
     *
     * @return array
     */
    public static function editions(): array {
        return [
            '1.2 to 2004' => ['1.2', '2004 4th Edition', ['cmi.core.lesson_status' => 'passed']],
            '2004 to 1.2' => ['CAM 1.3', '1.2', ['cmi.completion_status' => 'completed', 'cmi.success_status' => 'passed']],
        ];
    }

    /**
     * A package of the other edition keeps the rows of results and cannot read them: it is refused once there are some.
     *
     * @dataProvider editions
     * @param string $from schemaversion of the package in place
     * @param string $to schemaversion of the next
     * @param string[] $tracks what a learner has done, element => value
     */
    public function test_another_edition_under_the_same_identifiers(string $from, string $to, array $tracks): void {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/mod/scorm/locallib.php');
        $package = fn(string $edition) => $this->generator->draft_package(['A'], $edition, $edition);
        $fields = ['name' => 'S', 'position' => 0, 'package_digest' => 'v1'];
        $this->generator->call_module('scorm', 's', $fields, '', $package($from));
        $replace = fn(string $edition, string $digest, array $allow = []) => $this->generator->call_module(
            'scorm',
            's',
            ['package_digest' => $digest],
            $this->generator->state()['s']['digest'],
            $package($edition),
            $allow,
        );
        $this->assertSame('updated', $replace($to, 'v2')['action']);
        $this->assertSame('updated', $replace($from, 'v3')['action']);
        $scorm = $DB->get_record('scorm', [], '*', MUST_EXIST);
        $sco = $DB->get_record('scorm_scoes', ['scorm' => $scorm->id, 'identifier' => 'A'], '*', MUST_EXIST);
        $learner = $this->getDataGenerator()->create_and_enrol($this->course, 'student');
        foreach ($tracks as $element => $value) {
            scorm_insert_track($learner->id, $scorm->id, $sco->id, 1, $element, $value);
        }
        $before = [$this->generator->state()['s'], $DB->get_records('scorm_scoes_value'), $DB->get_records('scorm_scoes')];
        $refused = $replace($to, 'v4');
        $this->assertSame(['refused', 'attempt_loss', 1], [$refused['action'], $refused['code'], $refused['affected']]);
        $this->assertStringContainsString('edition', $refused['message']);
        $after = [$this->generator->state()['s'], $DB->get_records('scorm_scoes_value'), $DB->get_records('scorm_scoes')];
        $this->assertEquals($before, $after);
        $this->assertSame('updated', $replace($from, 'v5')['action']);
        $this->assertSame('updated', $replace($to, 'v6', ['attempt-loss'])['action']);
    }

    /**
     * Conditions that would make the course unreadable for everybody, or that name what is not there.
     *
     * @return array
     */
    public static function conditions(): array {
        $of = fn(array $child) => ['op' => '&', 'c' => [$child], 'showc' => [true]];
        return [
            'unknown type' => [$of(['type' => 'nope']), 'invalid'],
            'no operator' => [['c' => [['type' => 'date', 'd' => '>=', 't' => 1]]], 'invalid'],
            'unknown operator' => [['op' => 'x', 'c' => [], 'showc' => []], 'invalid'],
            'showc of another length' => [['op' => '&', 'c' => [], 'showc' => [true]], 'invalid'],
            'date without a moment' => [$of(['type' => 'date', 'd' => '>=']), 'invalid'],
            'completion without a state' => [$of(['type' => 'completion', 'cm' => 1]), 'invalid'],
            'activity that is not there' => [$of(['type' => 'completion', 'key' => 'cs:p1:none', 'e' => 1]), 'missing'],
            'section instead of an activity' => [$of(['type' => 'completion', 'key' => 'cs:p1:s0', 'e' => 1]), 'missing'],
            'group that is not there' => [$of(['type' => 'group', 'key' => 'cs:p1:g']), 'missing'],
        ];
    }

    /**
     * @dataProvider conditions
     * @param array $tree conditions
     * @param string $code reason expected
     */
    public function test_invalid_availability(array $tree, string $code): void {
        $page = ['name' => 'P', 'content' => 'x', 'position' => 0];
        $this->assertSame($code, $this->generator->call_module('page', 'p', $page + ['availability' => $tree])['code']);
        $this->assertArrayNotHasKey('p', $this->generator->state());
        $before = $this->generator->state()['s1'];
        $result = $this->generator->call_list('ensure_sections', 'p1', 's1', ['availability' => $tree], $before['digest']);
        $this->assertSame($code, $result['code']);
        $this->assertEquals($before, $this->generator->state()['s1']);
        $this->assertCount(2, get_fast_modinfo($this->course->id)->get_section_info_all());
    }

    public function test_availability_by_keys_goes_and_comes_back(): void {
        $page = ['name' => 'P', 'content' => 'x', 'position' => 0, 'completion' => 2, 'completionview' => true];
        $this->generator->call_module('page', 'p', $page);
        $this->generator->call_list('ensure_groups', 'p1', 'g', ['name' => 'G']);
        $tree = ['op' => '&', 'c' => [
            ['type' => 'completion', 'key' => 'cs:p1:p', 'e' => 1], ['type' => 'date', 'd' => '>=', 't' => 1767225600],
            ['op' => '|', 'c' => [['type' => 'group', 'key' => 'cs:p1:g']]],
        ], 'showc' => [true, true, false]];
        $digest = $this->generator->state()['s1']['digest'];
        $fields = ['availability' => $tree];
        $call = fn(string $expect) => $this->generator->call_list('ensure_sections', 'p1', 's1', $fields, $expect);
        $this->assertSame('updated', $call($digest)['action']);
        $this->assertEquals($tree, $this->generator->state()['s1']['fields']['availability']);
        $this->assertSame('unchanged', $call($this->generator->state()['s1']['digest'])['action']);
        $id = $this->generator->state()['p']['id'];
        $json = get_fast_modinfo($this->course->id)->get_section_info_by_id($this->generator->state()['s1']['id'])->availability;
        $this->assertStringContainsString('"cm":' . $id, $json);
    }

    /**
     * After a reinstallation the map is empty and sections bear no key: they are not made a second time.
     */
    public function test_a_section_of_the_same_name_is_not_made_again(): void {
        global $DB;
        $DB->delete_records('local_cyclesync_map', ['kind' => 'section']);
        $before = $DB->count_records('course_sections', ['course' => $this->course->id]);
        $fields = ['name' => 'S 1', 'position' => 1];
        $result = $this->generator->call_list('ensure_sections', 'p1', 's1', $fields);
        $this->assertSame(['refused', 'exists'], [$result['action'], $result['code']]);
        $this->assertSame($before, $DB->count_records('course_sections', ['course' => $this->course->id]));
    }

    /**
     * Functions that write, each with the object of the fixture that it writes and one change.
     *
     * @return array
     */
    public static function kinds(): array {
        return [
            'course' => ['ensure_course', 'course', ['fullname' => 'Autre'], false],
            'enrolment method' => ['ensure_enrolment_instance', 'enrol', ['status' => 'suspended'], false],
            'section' => ['ensure_sections', 's1', ['name' => 'Autre'], true],
            'group' => ['ensure_groups', 'g', ['name' => 'Autre'], true],
            'enrolment' => ['ensure_enrolments', 'e', ['status' => 'suspended'], true],
            'event' => ['ensure_events', 'ev', ['name' => 'Autre'], true],
        ];
    }

    /**
     * Whatever the kind, a state that moved and an object of another installation are left as they are.
     *
     * @dataProvider kinds
     * @param string $function name of the function
     * @param string $name object
     * @param array $fields one change
     * @param bool $list whether the function takes a list
     */
    public function test_changed_since_and_foreign(string $function, string $name, array $fields, bool $list): void {
        global $DB;
        $user = $this->getDataGenerator()->create_user();
        $this->generator->call_list('ensure_groups', 'p1', 'g', ['name' => 'G']);
        $this->generator->call_list('ensure_enrolments', 'p1', 'e', ['userid' => (int) $user->id]);
        $this->generator->call_list('ensure_events', 'p1', 'ev', ['name' => 'E', 'timestart' => 1768377600]);
        $call = $list ? 'call_list' : 'call';
        $before = $this->generator->state();
        $this->assertSame('changed_since', $this->generator->$call($function, 'p1', $name, $fields, str_repeat('0', 64))['code']);
        $this->assertSame('exists', $this->generator->$call($function, 'p1', $name, $fields)['code']);
        $this->assertEquals($before, $this->generator->state());
        $DB->set_field('local_cyclesync_map', 'uid', 'someone-else', ['objkey' => "cs:p1:$name"]);
        $digest = $before[$name]['digest'];
        $this->assertSame('foreign', $this->generator->$call($function, 'p1', $name, $fields, $digest)['code']);
        $this->assertSame($before[$name]['fields'], $this->generator->state()[$name]['fields']);
    }

    public function test_object_with_a_key_and_no_row_is_foreign(): void {
        $course = ['course' => $this->course->id, 'idnumber' => 'cs:p1:p'];
        $this->getDataGenerator()->create_module('page', $course);
        $this->getDataGenerator()->create_group(['courseid' => $this->course->id, 'idnumber' => 'cs:p1:g']);
        $page = ['name' => 'P', 'content' => 'x', 'position' => 0];
        $this->assertSame('foreign', $this->generator->call_module('page', 'p', $page)['code']);
        $this->assertSame('foreign', $this->generator->call_list('ensure_groups', 'p1', 'g', ['name' => 'G'])['code']);
        $this->getDataGenerator()->create_course(['idnumber' => 'cs:p9:course']);
        $fields = ['fullname' => 'X', 'shortname' => 'x9', 'category' => 'cycles'];
        $this->assertSame('foreign', $this->generator->call('ensure_course', 'p9', 'course', $fields)['code']);
    }
}
