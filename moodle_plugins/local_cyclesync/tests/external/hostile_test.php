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

use core_external\external_api;
use local_cyclesync\local\role_definitions;
use local_cyclesync\local\roles;

/**
 * People who have no business with the service, each with every function: nothing is learnt, nothing is written.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @coversNothing
 */
final class hostile_test extends \advanced_testcase {
    /** Tables of Moodle that the functions can write, besides those of the plugin. */
    private const TABLES = [
        'assign', 'assign_submission', 'assign_plugin_config', 'config_plugins', 'context', 'course', 'course_categories',
        'course_completion_criteria', 'course_completions', 'course_modules', 'course_modules_completion', 'course_sections',
        'enrol', 'event', 'external_tokens', 'files', 'folder', 'forum', 'grade_grades', 'grade_items', 'groups',
        'groups_members', 'label', 'page', 'resource', 'role', 'role_allow_assign', 'role_assignments', 'role_capabilities',
        'scorm', 'scorm_attempt', 'scorm_scoes', 'scorm_scoes_value', 'url', 'user', 'user_enrolments',
    ];

    /** Words of the victim, and of what they handed in. */
    private const SECRETS = ['Wilhelmine', 'Vandenbossche', 'wilhelmine@example.test', 'M-31415', 'depot-a.pdf', 'Salle Loire'];

    /** @var \local_cyclesync_generator */
    private \local_cyclesync_generator $generator;

    /** @var \stdClass course of promotion p1 */
    private \stdClass $course;

    /** @var \stdClass the person whose data others want */
    private \stdClass $victim;

    /** @var array objects of a course that cyclesync does not manage: kind => id */
    private array $elsewhere;

    #[\Override]
    protected function setUp(): void {
        global $DB;
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
        $this->generator = $this->getDataGenerator()->get_plugin_generator('local_cyclesync');
        $this->course = $this->generator->create_promotion();
        $this->victim = $this->generator->create_trainee();
        $names = ['firstname' => 'Wilhelmine', 'lastname' => 'Vandenbossche', 'email' => 'wilhelmine@example.test'];
        $DB->update_record('user', ['id' => $this->victim->id, 'idnumber' => 'M-31415'] + $names);
        $this->generator->submit('depot-a', (int) $this->victim->id, 'submitted');
        $this->generator->put_status((int) $this->victim->id);
        $this->generator->view('prep', (int) $this->victim->id);
        $this->elsewhere = $this->other_course();
        get_changes::execute();
        $_POST['sesskey'] = sesskey();
    }

    /**
     * Make a course of somebody else, in another category.
     *
     * @return int[] kind => id
     */
    private function other_course(): array {
        global $DB;
        $generator = $this->getDataGenerator();
        $course = $generator->create_course(['category' => $generator->create_category(['idnumber' => 'others'])->id]);
        $generator->create_and_enrol($course);
        $event = new \stdClass();
        [$event->name, $event->courseid, $event->timestart, $event->eventtype] = ['Theirs', $course->id, 1768377600, 'course'];
        return [
            'course' => (int) $course->id,
            'module' => (int) $generator->create_module('page', ['course' => $course->id])->cmid,
            'section' => (int) $DB->get_field('course_sections', 'id', ['course' => $course->id, 'section' => 0]),
            'group' => (int) $generator->create_group(['courseid' => $course->id])->id,
            'enrol_instance' => (int) $DB->get_field('enrol', 'id', ['courseid' => $course->id, 'enrol' => 'manual']),
            'enrolment' => (int) $DB->get_field_sql(
                'SELECT ue.id FROM {user_enrolments} ue JOIN {enrol} e ON e.id = ue.enrolid WHERE e.courseid = ?',
                [$course->id],
            ),
            'event' => (int) \calendar_event::create($event, false)->id,
        ];
    }

    /**
     * The people.
     *
     * @return array
     */
    public static function people(): array {
        $names = ['nobody', 'guest', 'trainee', 'suspended_trainee', 'editingteacher', 'teacher_elsewhere', 'site_role_only',
            'roles_elsewhere'];
        return array_combine($names, array_map(fn($name) => ['who' => $name], $names));
    }

    /**
     * Make one of the people, and become them.
     *
     * @param string $who one of people()
     */
    private function become(string $who): void {
        global $DB;
        $generator = $this->getDataGenerator();
        $user = $generator->create_user();
        $enrol = fn(string $role, int $status = ENROL_USER_ACTIVE) => $generator->enrol_user(
            $user->id,
            $this->course->id,
            $role,
            'manual',
            0,
            0,
            $status,
        );
        $give = fn(string $role, \context $context) => role_assign(roles::record($role)->id, $user->id, $context->id);
        $others = \context_coursecat::instance($DB->get_field('course_categories', 'id', ['idnumber' => 'others']));
        match ($who) {
            'trainee' => $enrol('student'),
            'suspended_trainee' => $enrol('student', ENROL_USER_SUSPENDED),
            'editingteacher' => $enrol('editingteacher'),
            'teacher_elsewhere' => $generator->enrol_user($user->id, $this->elsewhere['course'], 'editingteacher'),
            'site_role_only' => $give(role_definitions::SITE, \context_system::instance()),
            'roles_elsewhere' => [
                $give(role_definitions::SITE, \context_system::instance()), $give(role_definitions::CATEGORY, $others),
            ],
            default => null,
        };
        $who === 'guest' ? $this->setGuestUser() : $this->setUser($user);
        $_POST['sesskey'] = sesskey();
    }

    /**
     * Plausible arguments of every function: those of the service account, and other people's ids.
     *
     * @return array function => arguments
     */
    private function arguments(): array {
        $identity = ['uid' => \local_cyclesync_generator::UID, 'run' => 'r'];
        $one = fn(string $name, array $fields, string $expect = '') => [
            'key' => "cs:p1:$name", 'fields' => json_encode($fields), 'expect' => $expect,
        ];
        $write = ['promotion' => 'p1'] + $identity;
        $state = $this->generator->state();
        $page = ['name' => 'X', 'content' => 'X', 'position' => 9];
        return [
            'get_info' => ['categoryidnumber' => 'cycles', 'mode' => 'manage'],
            'get_map' => ['promotion' => ''],
            'get_course_state' => ['promotion' => 'p1', 'uid' => \local_cyclesync_generator::UID],
            'get_changes' => ['cursor' => '', 'limit' => 5000],
            'get_state' => ['promotion' => 'p1', 'afteruserid' => 0, 'limit' => 1000],
            'put_candidate_status' => ['promotion' => 'p1', 'statuses' => [
                ['userid' => (int) $this->victim->id, 'status' => '{"v":1,"as_of":"2027-01-01T00:00:00Z","jury":"demain"}'],
            ]],
            'ensure_course' => $write + $one('course', ['fullname' => 'X'], $state['course']['digest']),
            'ensure_enrolment_instance' => $write + $one('enrol', ['status' => 'suspended'], $state['enrol']['digest']),
            'ensure_sections' => $write + ['sections' => [$one('s1', ['name' => 'X'], $state['s1']['digest'])]],
            'ensure_groups' => $write + ['groups' => [$one('g9', ['name' => 'X'])]],
            'ensure_enrolments' => $write + ['enrolments' => [
                $one('e1', ['status' => 'suspended'], $state['e1']['digest']), $one('e9', ['userid' => 2]),
            ]],
            'ensure_events' => $write + ['events' => [$one('v9', ['name' => 'X', 'timestart' => 1768377600])]],
            'ensure_module' => $write + $one('m9', $page) + ['sectionkey' => 'cs:p1:s1', 'modname' => 'page'],
            'adopt' => $write + $one('prep', ['name' => 'X'], $state['prep']['digest'])
                + ['kind' => 'module', 'moodleid' => $state['prep']['id'], 'takeover' => true],
        ];
    }

    /**
     * What somebody who means harm puts where a text is expected.
     *
     * @return string[]
     */
    private static function poison(): array {
        return [
            "p1' OR '1'='1", "p1'; DELETE FROM mdl_user; --", '<script>alert(1)</script>', '../../../config.php', "p1\0", '%',
            "\xff\xfe", str_repeat('a', 100000), str_repeat('[', 10000) . str_repeat(']', 10000),
            '{"fullname":' . str_repeat('{"a":', 600) . '1' . str_repeat('}', 601), '{"name":{"$ne":null}}', '{"id":1,"userid":2}',
        ];
    }

    /**
     * Arguments with one text replaced by poison, each text in turn.
     *
     * @param array $arguments plausible arguments
     * @return \Generator arguments
     */
    private static function poisoned(array $arguments): \Generator {
        foreach ($arguments as $name => $value) {
            if (is_array($value)) {
                foreach (self::poisoned($value) as $inside) {
                    yield [$name => $inside] + $arguments;
                }
            } else {
                foreach (is_string($value) ? self::poison() : [-1, PHP_INT_MAX, "2'"] as $poison) {
                    yield [$name => $poison] + $arguments;
                }
            }
        }
    }

    /**
     * Everything that could have been written.
     *
     * @return array table => digest of its rows
     */
    private static function written(): array {
        global $DB;
        $own = array_filter($DB->get_tables(false), fn($table) => str_starts_with($table, 'local_cyclesync_'));
        $digests = [];
        foreach ([...self::TABLES, ...array_values($own)] as $table) {
            $rows = $DB->get_records($table, null, 'id');
            array_walk($rows, function (\stdClass $row) {
                // Being there is noted by Moodle itself.
                unset($row->lastaccess, $row->firstaccess, $row->lastlogin, $row->currentlogin, $row->lastip);
            });
            $digests[$table] = count($rows) . ' ' . sha1(serialize($rows));
        }
        return $digests;
    }

    /**
     * Call a function and check that it gave nothing: an error, refusals, or a list without a row.
     *
     * @param string $name name of the function
     * @param array $arguments arguments
     */
    private function gets_nothing(string $name, array $arguments): void {
        $answer = external_api::call_external_function("local_cyclesync_$name", $arguments);
        $text = (string) json_encode($answer, JSON_UNESCAPED_UNICODE | JSON_PARTIAL_OUTPUT_ON_ERROR);
        foreach (self::SECRETS as $secret) {
            $this->assertStringNotContainsString($secret, $text, $name);
        }
        if ($answer['error']) {
            return;
        }
        $data = $answer['data'];
        $results = isset($data['action']) ? [$data] : (is_array($data) && array_is_list($data) ? $data : []);
        foreach ($results as $result) {
            $this->assertSame('refused', $result['action'], $name);
            $this->assertContains($result['code'], ['capability', 'missing', 'invalid'], $name);
        }
        foreach (['rows', 'objects', 'users', 'foreignmembers', 'roles'] as $list) {
            $this->assertSame([], $name === 'get_info' && has_capability('local/cyclesync:read', \context_system::instance())
                ? [] : $data[$list] ?? [], "$name $list");
        }
        $this->assertArrayNotHasKey('stored', $data, $name);
    }

    /**
     * Every function, as the service account would call it and in every poisoned way.
     *
     * @dataProvider people
     * @param string $who one of people()
     */
    public function test_every_function_gives_nothing(string $who): void {
        $arguments = $this->arguments();
        $functions = array_map(fn($path) => basename($path, '.php'), glob(dirname(__DIR__, 2) . '/classes/external/*.php'));
        $this->assertEqualsCanonicalizing(array_diff($functions, ['definitions']), array_keys($arguments));
        $this->become($who);
        $before = self::written();
        foreach ($arguments as $name => $plausible) {
            $this->gets_nothing($name, $plausible);
            foreach (self::poisoned($plausible) as $poisoned) {
                $this->gets_nothing($name, $poisoned);
            }
        }
        $this->assertSame($before, self::written());
    }

    /**
     * The account itself, with poison in every field and key: refusals and errors, and nothing written.
     */
    public function test_the_account_writes_nothing_with_poison(): void {
        $arguments = $this->arguments();
        $this->become_service_account();
        $before = self::written();
        $writes = array_filter($arguments, fn($name) => !str_starts_with($name, 'get_'), ARRAY_FILTER_USE_KEY);
        foreach ($writes as $name => $plausible) {
            foreach (['fields', 'key', 'promotion', 'expect'] as $place) {
                foreach (self::poison() as $poison) {
                    $asked = self::replaced($plausible, $place, $poison);
                    if ($asked === $plausible) {
                        continue;
                    }
                    $answer = external_api::call_external_function("local_cyclesync_$name", $asked);
                    $done = $answer['error'] ? [] : (isset($answer['data']['action']) ? [$answer['data']] : $answer['data']);
                    $actions = array_unique(array_column(array_filter($done, 'is_array'), 'action'));
                    $this->assertSame([], array_diff($actions, ['refused']), "$name $place");
                }
            }
        }
        $this->assertSame($before, self::written());
    }

    /**
     * Arguments with a text replaced wherever its name stands; a status is such a text too.
     *
     * @param array $arguments arguments
     * @param string $place name
     * @param string $poison text
     * @return array
     */
    private static function replaced(array $arguments, string $place, string $poison): array {
        foreach ($arguments as $name => $value) {
            if (is_array($value)) {
                $arguments[$name] = self::replaced($value, $place, $poison);
            } else if ($name === $place || ($place === 'fields' && $name === 'status')) {
                $arguments[$name] = $poison;
            }
        }
        return $arguments;
    }

    /**
     * Become the service account, with its two roles where they belong.
     */
    private function become_service_account(): void {
        global $DB;
        $user = $this->getDataGenerator()->create_user();
        $cycles = \context_coursecat::instance($DB->get_field('course_categories', 'id', ['idnumber' => 'cycles']));
        role_assign(roles::record(role_definitions::SITE)->id, $user->id, \context_system::instance()->id);
        role_assign(roles::record(role_definitions::CATEGORY)->id, $user->id, $cycles->id);
        $this->setUser($user);
        $_POST['sesskey'] = sesskey();
    }

    /**
     * Objects of a course out of its category cannot be taken into the map, by any kind and under any name.
     */
    public function test_the_account_cannot_reach_out_of_its_category(): void {
        $this->become_service_account();
        $this->assertCount(1, get_state::execute('p1')['users']);
        $this->assertNotSame([], get_map::execute('')['rows']);
        $this->assertNotSame([], get_changes::execute()['rows']);
        $before = self::written();
        foreach ($this->elsewhere as $kind => $id) {
            foreach ($kind === 'course' ? ['p1', 'p8'] : ['p1'] as $promotion) {
                $key = "cs:$promotion:" . ($kind === 'course' ? 'course' : 'x');
                $uid = \local_cyclesync_generator::UID;
                $result = adopt::execute($promotion, $key, $kind, $id, '{"name":"X"}', '', $uid, 'r', true);
                $this->assertSame('refused', $result['action'], $kind);
            }
        }
        $fields = ['fullname' => 'X', 'shortname' => 'x', 'category' => 'others'];
        $new = ['promotion' => 'p8', 'key' => 'cs:p8:course', 'fields' => json_encode($fields), 'expect' => ''];
        $new += ['uid' => \local_cyclesync_generator::UID, 'run' => 'r'];
        $this->assertTrue(external_api::call_external_function('local_cyclesync_ensure_course', $new)['error']);
        $outsider = $this->getDataGenerator()->create_user();
        $this->assertSame(0, $this->generator->put_status((int) $outsider->id));
        $made = array_flip(['user', 'context']);
        $this->assertSame(array_diff_key($before, $made), array_diff_key(self::written(), $made));
    }
}
