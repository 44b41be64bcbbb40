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
 * Deposits: what people set in Moodle beside our fields survives every write, whatever the language.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @covers     \local_cyclesync\local\modules\assign
 */
final class assign_test extends \advanced_testcase {
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
     * Make a deposit, then set by hand what a teacher may set on its form.
     *
     * @return int id of the assignment
     */
    private function deposit_set_by_hand(): int {
        global $DB;
        $fields = ['name' => 'A', 'position' => 0, 'grade' => 20, 'onlinetext' => true, 'feedbackcomments' => true,
            'completion' => 2, 'completionsubmit' => true, 'duedate' => 1790000000, 'maxfiles' => 3, 'filetypes' => '.pdf'];
        $this->assertSame('created', $this->generator->call_module('assign', 'a', $fields)['action']);
        $id = (int) $DB->get_field('assign', 'id', [], MUST_EXIST);
        $settings = [
            ['assignsubmission', 'onlinetext', 'wordlimit', '250'], ['assignsubmission', 'onlinetext', 'wordlimitenabled', '1'],
            ['assignsubmission', 'comments', 'enabled', '1'], ['assignfeedback', 'file', 'enabled', '1'],
            ['assignfeedback', 'offline', 'enabled', '1'], ['assignfeedback', 'editpdf', 'enabled', '1'],
            ['assignfeedback', 'comments', 'commentinline', '1'],
        ];
        foreach ($settings as [$subtype, $plugin, $name, $value]) {
            $where = ['assignment' => $id, 'subtype' => $subtype, 'plugin' => $plugin, 'name' => $name];
            $DB->delete_records('assign_plugin_config', $where);
            $DB->insert_record('assign_plugin_config', $where + ['value' => $value]);
        }
        $DB->update_record('assign', ['id' => $id, 'blindmarking' => 1, 'markingworkflow' => 1, 'markingallocation' => 1,
            'hidegrader' => 1, 'attemptreopenmethod' => 'manual', 'maxattempts' => 3, 'activity' => '<p>par eux</p>',
            'gradingduedate' => 1795000000, 'preventsubmissionnotingroup' => 1]);
        $item = \grade_item::fetch(['courseid' => $this->course->id, 'itemmodule' => 'assign']);
        $DB->set_field('grade_items', 'gradepass', 12.5, ['id' => $item->id]);
        return $id;
    }

    /**
     * What is stored of a deposit.
     *
     * @param int $id the assignment
     * @return array
     */
    private function stored(int $id): array {
        global $DB;
        $config = [];
        foreach ($DB->get_records('assign_plugin_config', ['assignment' => $id]) as $row) {
            $config["{$row->subtype}/{$row->plugin}/{$row->name}"] = $row->value;
        }
        ksort($config);
        $record = (array) $DB->get_record('assign', ['id' => $id], '*', MUST_EXIST);
        unset($record['timemodified']);
        $item = ['itemmodule' => 'assign', 'iteminstance' => $id];
        $grade = $DB->get_record('grade_items', $item, 'gradepass, idnumber', MUST_EXIST);
        return [$config, $record, $grade->gradepass, $grade->idnumber];
    }

    /**
     * Make the decimal separator a comma, as in a course whose language is forced to French.
     */
    private function write_decimals_with_a_comma(): void {
        global $CFG, $SESSION;
        $folder = "$CFG->langlocalroot/en_local";
        check_dir_exists($folder);
        file_put_contents("$folder/langconfig.php", "<?php \$string['decsep'] = ',';");
        get_string_manager()->reset_caches();
        unset($SESSION->lang);
        $this->assertSame('12,50', format_float(12.5, 2));
    }

    /**
     * Languages, by their decimal separator.
     *
     * @return array
     */
    public static function languages(): array {
        return ['English' => [false], 'French' => [true]];
    }

    /**
     * @dataProvider languages
     * @param bool $comma whether decimals are written with a comma
     */
    public function test_what_people_set_beside_our_fields_survives(bool $comma): void {
        $id = $this->deposit_set_by_hand();
        if ($comma) {
            $this->write_decimals_with_a_comma();
        }
        $before = $this->stored($id);
        foreach ([['name' => 'B'], ['intro' => '<p>c</p>'], ['duedate' => 0], ['showdescription' => true]] as $patch) {
            $digest = $this->generator->state()['a']['digest'];
            $result = $this->generator->call_module('assign', 'a', $patch, $digest);
            $this->assertSame(['updated', ''], [$result['action'], $result['message']]);
        }
        $after = $this->stored($id);
        $this->assertEquals($before[0], $after[0]);
        $changed = ['name' => 1, 'intro' => 1, 'introformat' => 1, 'duedate' => 1];
        $this->assertEquals(array_diff_key($before[1], $changed), array_diff_key($after[1], $changed));
        $this->assertEquals(12.5, $after[2]);
        $this->assertSame('cs:p1:a', $after[3]);
    }

    public function test_our_own_fields_reach_the_plugins_of_the_deposit(): void {
        $id = $this->deposit_set_by_hand();
        $digest = $this->generator->state()['a']['digest'];
        $patch = ['maxfiles' => 7, 'maxbytes' => 2097152, 'filetypes' => '.odt'];
        $patch += ['onlinetext' => false, 'feedbackcomments' => false];
        $this->assertSame('updated', $this->generator->call_module('assign', 'a', $patch, $digest)['action']);
        [$config] = $this->stored($id);
        $this->assertSame(['7', '2097152', '.odt'], [
            $config['assignsubmission/file/maxfilesubmissions'], $config['assignsubmission/file/maxsubmissionsizebytes'],
            $config['assignsubmission/file/filetypeslist'],
        ]);
        $this->assertEquals([0, 0, 1, 1], [
            $config['assignsubmission/onlinetext/enabled'], $config['assignfeedback/comments/enabled'],
            $config['assignfeedback/file/enabled'], $config['assignsubmission/file/enabled'],
        ]);
        $this->assertSame('250', $config['assignsubmission/onlinetext/wordlimit']);
    }
}
