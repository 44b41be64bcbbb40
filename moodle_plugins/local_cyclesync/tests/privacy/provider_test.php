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

namespace local_cyclesync\privacy;

use core_privacy\local\request\approved_contextlist;
use core_privacy\local\request\approved_userlist;
use core_privacy\local\request\userlist;
use core_privacy\local\request\writer;
use local_cyclesync\local\candidate_status;
use local_cyclesync\local\map;
use local_cyclesync\local\outbox;

/**
 * What is held about people: said, given and deleted, for one person and not for another.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers \local_cyclesync\privacy\provider
 */
final class provider_test extends \core_privacy\tests\provider_testcase {
    /** @var \stdClass[] two learners, of whom the second's id begins like the first's when the numbers allow */
    private array $people = [];

    /** @var \context_course context of the course */
    private \context_course $context;

    #[\Override]
    protected function setUp(): void {
        parent::setUp();
        $this->resetAfterTest();
        $this->setAdminUser();
        $generator = $this->getDataGenerator()->get_plugin_generator('local_cyclesync');
        $course = $generator->create_promotion();
        $this->context = \context_course::instance($course->id);
        foreach ([0, 1] as $number) {
            $person = $this->getDataGenerator()->create_user();
            $generator->call_list('ensure_enrolments', 'p1', "e$number", ['userid' => (int) $person->id]);
            $status = candidate_status::check('{"v": 1, "as_of": "2026-11-25T06:00:00Z", "contact": "C' . $number . '"}');
            candidate_status::store((int) $course->id, [$person->id => $status]);
            $this->people[] = $person;
        }
    }

    /**
     * Contexts approved for a person.
     *
     * @param \stdClass $person the person
     * @return approved_contextlist
     */
    private static function approved(\stdClass $person): approved_contextlist {
        $contexts = provider::get_contexts_for_userid((int) $person->id);
        return new approved_contextlist($person, 'local_cyclesync', $contexts->get_contextids());
    }

    /**
     * Whose data is left: statuses, changes, enrolments.
     *
     * @return array three lists of user ids
     */
    private static function left(): array {
        global $DB;
        $enrolled = array_map(
            fn($row) => map::decoded($row, 'declared')['userid'],
            array_values($DB->get_records(map::TABLE, ['kind' => 'enrolment'], 'id')),
        );
        return [
            array_map('intval', $DB->get_fieldset_select(candidate_status::TABLE, 'userid', '1 = 1 ORDER BY userid')),
            array_map('intval', array_unique($DB->get_fieldset_select(outbox::TABLE, 'userid', 'userid > 0 ORDER BY userid'))),
            $enrolled,
        ];
    }

    public function test_course_and_people_are_found(): void {
        $contexts = provider::get_contexts_for_userid((int) $this->people[0]->id);
        $this->assertEquals([$this->context->id], array_unique($contexts->get_contextids()));
        $stranger = $this->getDataGenerator()->create_user();
        $this->assertSame([], provider::get_contexts_for_userid((int) $stranger->id)->get_contextids());
        $list = new userlist($this->context, 'local_cyclesync');
        provider::get_users_in_context($list);
        $this->assertEqualsCanonicalizing(array_column($this->people, 'id'), $list->get_userids());
    }

    public function test_person_with_an_enrolment_only_is_found(): void {
        global $DB;
        $DB->delete_records(candidate_status::TABLE);
        $DB->delete_records(outbox::TABLE);
        $contexts = provider::get_contexts_for_userid((int) $this->people[1]->id);
        $this->assertEquals([$this->context->id], $contexts->get_contextids());
        // A number that begins like theirs is somebody else's.
        $this->assertSame([], provider::get_contexts_for_userid((int) ($this->people[1]->id . '0'))->get_contextids());
    }

    public function test_export_holds_what_is_theirs(): void {
        provider::export_user_data(self::approved($this->people[0]));
        $data = writer::with_context($this->context)->get_data([get_string('pluginname', 'local_cyclesync')]);
        $this->assertSame('C0', $data->status['contact']);
        $this->assertSame('cs:p1:e0', $data->enrolments[0]['key']);
        $this->assertCount(1, $data->enrolments);
        $this->assertNotEmpty($data->changes);
    }

    public function test_nothing_is_held_outside_courses(): void {
        global $DB;
        $system = \context_system::instance();
        $list = new userlist($system, 'local_cyclesync');
        provider::get_users_in_context($list);
        $this->assertSame([], $list->get_userids());
        $contexts = new approved_contextlist($this->people[0], 'local_cyclesync', [$system->id]);
        provider::export_user_data($contexts);
        $this->assertFalse(writer::with_context($system)->has_any_data());
        $before = [self::left(), $DB->count_records(map::TABLE)];
        provider::delete_data_for_user($contexts);
        provider::delete_data_for_users(new approved_userlist($system, 'local_cyclesync', [(int) $this->people[0]->id]));
        $this->assertSame($before, [self::left(), $DB->count_records(map::TABLE)]);
    }

    public function test_delete_one_person(): void {
        provider::delete_data_for_user(self::approved($this->people[0]));
        $other = [(int) $this->people[1]->id];
        $this->assertSame([$other, $other, $other], self::left());
    }

    public function test_delete_some_people(): void {
        $ids = [(int) $this->people[1]->id];
        provider::delete_data_for_users(new approved_userlist($this->context, 'local_cyclesync', $ids));
        $other = [(int) $this->people[0]->id];
        $this->assertSame([$other, $other, $other], self::left());
        provider::delete_data_for_users(new approved_userlist($this->context, 'local_cyclesync', []));
        $this->assertSame([$other, $other, $other], self::left());
    }

    public function test_delete_everybody_of_a_course_and_of_no_other_place(): void {
        global $DB;
        $rows = $DB->count_records(map::TABLE);
        provider::delete_data_for_all_users_in_context(\context_system::instance());
        $this->assertSame($rows, $DB->count_records(map::TABLE));
        provider::delete_data_for_all_users_in_context($this->context);
        $this->assertSame([[], [], []], self::left());
        $this->assertSame($rows - 2, $DB->count_records(map::TABLE));
    }
}
