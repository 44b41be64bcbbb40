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
 * Writes: created, unchanged, updated, refused; nothing half-written.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_cyclesync\local\applier
 * @covers \local_cyclesync\local\kinds\kind
 * @covers \local_cyclesync\local\modules\adapter
 */
final class write_test extends \advanced_testcase {
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
     * One activity of each type, its fields at creation, then changes.
     *
     * @return array
     */
    public static function modules(): array {
        $condition = ['op' => '&', 'c' => [['type' => 'date', 'd' => '>=', 't' => 1767225600]], 'showc' => [true]];
        return [
            'page' => [
                'page', ['name' => 'P', 'content' => '<p>a</p>'],
                [['content' => '<p>b</p>'], ['availability' => $condition]],
            ],
            'label' => ['label', ['intro' => '<p>un texte</p>'], [['intro' => '<p>un autre</p>']]],
            'url' => [
                'url', ['name' => 'U', 'externalurl' => '{wwwroot}/local/cyclesync/me.php?promotion=p1'],
                [['externalurl' => 'https://example.org/?a=1&b=2'], ['showdescription' => true]],
            ],
            'forum' => ['forum', ['name' => 'F', 'type' => 'general', 'forcesubscribe' => 1], [['forcesubscribe' => 3]]],
            'assign' => [
                'assign',
                ['name' => 'A', 'completion' => 2, 'completionsubmit' => true, 'duedate' => 1790000000, 'maxfiles' => 5,
                    'maxbytes' => 1048576, 'filetypes' => '.pdf,.odt'],
                [['name' => 'B'], ['duedate' => 0, 'cutoffdate' => 1790000000], ['onlinetext' => true], ['maxfiles' => 2],
                    ['feedbackcomments' => true], ['grade' => 20], ['grade' => 0, 'submissiondrafts' => false]],
            ],
        ];
    }

    /**
     * What is written is what is given back, a second call writes nothing, and a patch changes only its fields.
     *
     * @dataProvider modules
     * @param string $modname type of activity
     * @param array $fields fields at creation
     * @param array $patches changes
     */
    public function test_module_round_trip(string $modname, array $fields, array $patches): void {
        global $DB;
        $fields += ['position' => 0];
        $this->assertSame('created', $this->generator->call_module($modname, 'm', $fields)['action']);
        $before = $DB->get_records('local_cyclesync_map');
        $this->assertSame('unchanged', $this->generator->call_module($modname, 'm', $fields)['action']);
        $this->assertEquals($before, $DB->get_records('local_cyclesync_map'));
        foreach ($patches as $patch) {
            $old = $this->generator->state()['m'];
            $result = $this->generator->call_module($modname, 'm', $patch, $old['digest']);
            $this->assertSame(['updated', ''], [$result['action'], $result['message']]);
            $new = $this->generator->state()['m'];
            $this->assertEquals(array_merge($old['fields'], $patch), $new['fields']);
            $this->assertSame($new['digest'], $result['digest']);
            $this->assertEquals($new['fields'], array_merge($new['fields'], $new['applied']));
        }
    }

    public function test_fields_do_not_depend_on_language(): void {
        global $DB;
        $this->generator->call_module('assign', 'a', ['name' => 'A', 'position' => 0, 'grade' => 100]);
        $item = \grade_item::fetch(['courseid' => $this->course->id, 'itemmodule' => 'assign']);
        $DB->set_field('grade_items', 'gradepass', 12.5, ['id' => $item->id]);
        $before = $this->generator->state()['a'];
        $this->define_local_langconfig_string();
        $this->assertEquals($before, $this->generator->state()['a']);
        $this->assertSame('updated', $this->generator->call_module('assign', 'a', ['name' => 'B'], $before['digest'])['action']);
        $this->assertEquals(12.5, $DB->get_field('grade_items', 'gradepass', ['id' => $item->id]));
    }

    /**
     * Make the decimal separator a comma, as in French.
     */
    private function define_local_langconfig_string(): void {
        global $CFG, $SESSION;
        $folder = "$CFG->langlocalroot/en_local";
        check_dir_exists($folder);
        file_put_contents("$folder/langconfig.php", "<?php \$string['decsep'] = ',';");
        get_string_manager()->reset_caches();
        unset($SESSION->lang);
        $this->assertSame('12,50', format_float(12.5, 2));
    }

    public function test_refusals(): void {
        $page = ['name' => 'P', 'content' => 'x', 'position' => 0];
        $call = fn(array $fields, string $expect = '') => $this->generator->call_module('page', 'p', $fields, $expect)['code'];
        $this->assertSame('invalid', $call($page + ['foo' => 1]));
        $this->assertSame('invalid', $call(['name' => 'P']));
        $this->assertSame('invalid', $call($page + ['completion' => 2]));
        $broken = ['op' => '&', 'c' => [['type' => 'nope']], 'showc' => [true]];
        $this->assertSame('invalid', $call($page + ['availability' => $broken]));
        $other = ['op' => '&', 'c' => [['type' => 'completion', 'key' => 'cs:p1:none', 'e' => 1]], 'showc' => [true]];
        $this->assertSame('missing', $call($page + ['availability' => $other]));
        $this->assertSame('missing', $call($page, str_repeat('0', 64)));
        $this->assertSame('', $call($page));
        $this->assertSame('exists', $call(['name' => 'Q']));
        $this->assertSame('changed_since', $call(['name' => 'Q'], str_repeat('0', 64)));
        $this->assertArrayNotHasKey('q', $this->generator->state());
    }

    public function test_other_installation_and_take_over(): void {
        global $DB;
        $this->generator->call_module('page', 'p', ['name' => 'P', 'content' => 'x', 'position' => 0]);
        $DB->set_field('local_cyclesync_map', 'uid', 'someone-else', ['objkey' => 'cs:p1:p']);
        $object = $this->generator->state()['p'];
        $this->assertSame('other', $object['owner']);
        $this->assertSame('foreign', $this->generator->call_module('page', 'p', ['name' => 'Q'], $object['digest'])['code']);
        $uid = \local_cyclesync_generator::UID;
        $key = 'cs:p1:p';
        $digest = $object['digest'];
        $adopt = fn(bool $take) => adopt::execute('p1', $key, 'module', 0, '{"name":"D"}', $digest, $uid, 'r', $take);
        $this->assertSame('foreign', $adopt(false)['code']);
        $this->assertSame('adopted', $adopt(true)['action']);
        $object = $this->generator->state()['p'];
        $this->assertSame(['ours', 'D', 'P'], [$object['owner'], $object['declared']['name'], $object['applied']['name']]);
    }

    public function test_gone_restored_and_unmapped(): void {
        global $DB;
        $this->generator->call_module('page', 'p', ['name' => 'P', 'content' => 'x', 'position' => 0]);
        $old = $this->generator->state()['p'];
        course_delete_module($old['id']);
        $this->assertSame('gone', $this->generator->state()['p']['owner']);
        $copy = $this->getDataGenerator()->create_module('page', ['course' => $this->course->id, 'idnumber' => 'cs:p1:p']);
        $object = $this->generator->state()['p'];
        $this->assertSame(['restored', (int) $copy->cmid], [$object['owner'], $object['id']]);
        $DB->delete_records('local_cyclesync_map', ['objkey' => 'cs:p1:p']);
        $this->assertSame('none', $this->generator->state()['p']['owner']);
    }

    public function test_hidden_section_does_not_leak_activities(): void {
        global $DB;
        $this->generator->call_list('ensure_sections', 'p1', 'hidden', ['name' => 'H', 'position' => 2, 'visible' => false]);
        $uid = \local_cyclesync_generator::UID;
        $fields = '{"name":"P","content":"x","position":0,"visible":true}';
        ensure_module::execute('p1', 'cs:p1:p', 'cs:p1:hidden', 'page', $fields, 0, '', $uid, 'r');
        $object = $this->generator->state()['p'];
        $this->assertTrue($object['fields']['visible']);
        $this->assertEquals(0, $DB->get_field('course_modules', 'visible', ['id' => $object['id']]));
        $digest = $this->generator->state()['hidden']['digest'];
        $this->generator->call_list('ensure_sections', 'p1', 'hidden', ['visible' => true], $digest);
        $this->assertEquals(1, $DB->get_field('course_modules', 'visible', ['id' => $object['id']]));
    }

    public function test_idnumber_changed_in_moodle(): void {
        global $DB;
        $this->generator->call_module('page', 'p', ['name' => 'P', 'content' => 'x', 'position' => 0]);
        $before = $this->generator->state()['p'];
        $this->assertArrayNotHasKey('idnumber', $before['fields']);
        $DB->set_field('course_modules', 'idnumber', 'mine', ['id' => $before['id']]);
        $seen = $this->generator->state()['p'];
        $this->assertSame(['ours', 'mine'], [$seen['owner'], $seen['fields']['idnumber']]);
        $call = fn(string $value) => $this->generator->call_module('page', 'p', ['idnumber' => $value], $seen['digest']);
        $this->assertSame('invalid', $call('other')['code']);
        $this->assertSame('updated', $call('cs:p1:p')['action']);
        $this->assertEquals($before['fields'], $this->generator->state()['p']['fields']);
        $this->assertSame('cs:p1:p', $DB->get_field('course_modules', 'idnumber', ['id' => $before['id']]));
    }

    public function test_people_keep_their_places(): void {
        global $DB;
        foreach (['a' => 0, 'b' => 1] as $name => $position) {
            $this->generator->call_module('page', $name, ['name' => $name, 'content' => 'x', 'position' => $position]);
        }
        $section = $this->generator->state()['s1']['id'];
        $number = $DB->get_field('course_sections', 'section', ['id' => $section]);
        $theirs = $this->getDataGenerator()->create_module('page', ['course' => $this->course->id, 'section' => $number])->cmid;
        $this->generator->call_module('page', 'c', ['name' => 'c', 'content' => 'x', 'position' => 1]);
        $this->generator->call_module('page', 'd', ['name' => 'd', 'content' => 'x', 'position' => 2]);
        $state = $this->generator->state();
        $ids = array_map(fn($name) => $state[$name]['id'], ['a' => 'a', 'b' => 'b', 'c' => 'c', 'd' => 'd']);
        $sequence = explode(',', $DB->get_field('course_sections', 'sequence', ['id' => $section]));
        $ours = array_values(array_diff($sequence, [$theirs]));
        $this->assertEquals([$ids['a'], $ids['c'], $ids['b'], $ids['d']], $ours);
        $this->generator->call_module('page', 'a', ['position' => 9], $state['a']['digest']);
        $after = explode(',', $DB->get_field('course_sections', 'sequence', ['id' => $section]));
        $this->assertContains((string) $theirs, $after);
        $this->assertEquals([$ids['c'], $ids['b'], $ids['d'], $ids['a']], array_values(array_diff($after, [$theirs])));
    }

    public function test_package_replacement_never_loses_results(): void {
        global $CFG, $DB;
        require_once($CFG->dirroot . '/mod/scorm/locallib.php');
        $fields = ['name' => 'S', 'position' => 0, 'completion' => 2, 'completionstatusrequired' => 4, 'package_digest' => 'v1'];
        $result = $this->generator->call_module('scorm', 's', $fields, '', $this->generator->draft_package(['A', 'B']));
        $this->assertSame(['created', ''], [$result['action'], $result['message']]);
        $scorm = $DB->get_record('scorm', [], '*', MUST_EXIST);
        $sco = $DB->get_record('scorm_scoes', ['scorm' => $scorm->id, 'identifier' => 'B'], '*', MUST_EXIST);
        $learner = $this->getDataGenerator()->create_and_enrol($this->course, 'student');
        scorm_insert_track($learner->id, $scorm->id, $sco->id, 1, 'cmi.core.lesson_status', 'completed');
        $replace = function (string $digest, array $items, array $allow = []) {
            $draft = $this->generator->draft_package($items, $digest);
            $object = $this->generator->state()['s'];
            return $this->generator->call_module('scorm', 's', ['package_digest' => $digest], $object['digest'], $draft, $allow);
        };
        $this->assertSame('updated', $replace('v2', ['A', 'B', 'C'])['action']);
        $refused = $replace('v3', ['A', 'C']);
        $this->assertSame(['attempt_loss', 1], [$refused['code'], $refused['affected']]);
        $this->assertSame(1, $DB->count_records('scorm_scoes_value', ['scoid' => $sco->id]));
        $this->assertSame('v2', $this->generator->state()['s']['fields']['package_digest']);
        $this->assertSame('updated', $replace('v4', ['B'])['action']);
        $this->assertSame('updated', $replace('v5', ['Z'], ['attempt-loss'])['action']);
        $locked = $this->generator->call_module('scorm', 's', ['completionview' => true], $this->generator->state()['s']['digest']);
        $this->assertSame(['completion_unlock', 1], [$locked['code'], $locked['affected']]);
    }

    public function test_failed_write_leaves_nothing(): void {
        global $DB;
        $this->preventResetByRollback();
        $tables = ['course_modules', 'page', 'local_cyclesync_map', 'local_cyclesync_outbox', 'context'];
        $count = fn() => array_map(fn($table) => $DB->count_records($table), $tables);
        $before = $count();
        // An observer that fails with the write makes the whole of it fail, as a full disk would.
        $observer = ['eventname' => '\local_cyclesync\event\object_written', 'callback' => fn() => throw new \Error('full')];
        $this->assertSame('invalid', $this->failing_call($observer));
        $this->assertDebuggingCalled();
        $this->assertSame($before, $count());
        $this->assertCount(0, get_fast_modinfo($this->course->id)->get_instances_of('page'));
        $result = $this->generator->call_module('page', 'p', ['name' => 'P', 'content' => 'x', 'position' => 0]);
        $this->assertSame('created', $result['action']);
    }

    /**
     * Write a page while an observer is in place.
     *
     * @param array $observer the observer
     * @return string code of the refusal
     */
    private function failing_call(array $observer): string {
        \core\event\manager::phpunit_replace_observers([$observer]);
        try {
            return $this->generator->call_module('page', 'p', ['name' => 'P', 'content' => 'x', 'position' => 0])['code'];
        } finally {
            // The first call ends the replacement, the second loads the site's own observers again.
            \core\event\manager::phpunit_reset();
            \core\event\manager::phpunit_reset();
        }
    }

    public function test_people_are_suspended_and_nobody_is_written_to(): void {
        global $DB;
        $user = $this->getDataGenerator()->create_user();
        $this->generator->call_list('ensure_groups', 'p1', 'g', ['name' => 'G']);
        $sink = $this->redirectMessages();
        $mails = $this->redirectEmails();
        $fields = ['userid' => (int) $user->id, 'groups' => ['cs:p1:g']];
        $this->assertSame('created', $this->generator->call_list('ensure_enrolments', 'p1', 'e', $fields)['action']);
        foreach (['suspended', 'active'] as $status) {
            $digest = $this->generator->state()['e']['digest'];
            $result = $this->generator->call_list('ensure_enrolments', 'p1', 'e', ['status' => $status], $digest);
            $this->assertSame('updated', $result['action']);
            $this->assertSame($status, $this->generator->state()['e']['fields']['status']);
        }
        $this->assertSame([0, 0], [$sink->count(), $mails->count()]);
        $this->assertTrue(groups_is_member($this->generator->state()['g']['id'], $user->id));
        $DB->set_field('enrol', 'customint1', 1, ['courseid' => $this->course->id, 'enrol' => 'manual']);
        $another = ['userid' => (int) $this->getDataGenerator()->create_user()->id];
        $this->assertSame('invalid', $this->generator->call_list('ensure_enrolments', 'p1', 'f', $another)['code']);
        $this->assertSame('user', $this->generator->call_list('ensure_enrolments', 'p1', 'h', ['userid' => 999999])['code']);
    }

    public function test_missing_right_is_named(): void {
        $user = $this->getDataGenerator()->create_user();
        $context = \context_course::instance($this->course->id);
        $role = $this->getDataGenerator()->create_role();
        foreach (['local/cyclesync:manage', 'moodle/course:view', 'moodle/course:viewhiddencourses'] as $capability) {
            assign_capability($capability, CAP_ALLOW, $role, $context->id);
        }
        role_assign($role, $user->id, $context->id);
        $this->setUser($user);
        $result = $this->generator->call_module('page', 'p', ['name' => 'P', 'content' => 'x', 'position' => 0]);
        $this->assertSame(['capability', 'moodle/course:manageactivities'], [$result['code'], $result['message']]);
        $this->setUser($this->getDataGenerator()->create_user());
        $result = $this->generator->call_module('page', 'p', ['name' => 'P', 'content' => 'x', 'position' => 0]);
        $this->assertSame(['capability', 'moodle/course:view'], [$result['code'], $result['message']]);
    }

    public function test_promotion_without_course(): void {
        $fields = ['fullname' => 'X', 'shortname' => 'x', 'category' => 'nowhere'];
        $this->setUser($this->getDataGenerator()->create_user());
        $this->assertSame('missing', $this->generator->call('ensure_course', 'p2', 'course', $fields)['code']);
        $this->assertSame('missing', $this->generator->call_list('ensure_sections', 'p2', 's', ['name' => 'S'])['code']);
        $this->assertSame('missing', $this->generator->call('ensure_enrolment_instance', 'p2', 'e', [])['code']);
        $uid = \local_cyclesync_generator::UID;
        $this->assertSame('missing', adopt::execute('p2', 'cs:p2:course', 'course', 0, '{}', '', $uid, 'r')['code']);
    }

    public function test_event_and_dry_run(): void {
        global $DB;
        $fields = ['name' => 'E', 'timestart' => 1768377600, 'description' => '<p>d</p>', 'location' => 'Angers'];
        $item = ['key' => 'cs:p1:ev', 'fields' => json_encode($fields), 'expect' => ''];
        $dry = ensure_events::execute('p1', [$item], \local_cyclesync_generator::UID, 'r', true);
        $this->assertSame(['created', 0], [$dry[0]['action'], $DB->count_records('event')]);
        $this->assertSame('created', $this->generator->call_list('ensure_events', 'p1', 'ev', $fields)['action']);
        $this->assertSame('unchanged', $this->generator->call_list('ensure_events', 'p1', 'ev', $fields)['action']);
        $this->assertSame(1, $DB->count_records('event'));
    }
}
