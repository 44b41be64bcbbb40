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
 * The block « Où j'en suis »: the shortest useful part of the page of local_cyclesync, and the way to it. No rule.
 *
 * @package    block_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class block_cyclesync extends block_base {
    /**
     * Name of the block.
     */
    public function init(): void {
        $this->title = get_string('me', 'local_cyclesync');
    }

    /**
     * Where it may be added: dashboards and course pages.
     *
     * @return array
     */
    public function applicable_formats(): array {
        return ['all' => false, 'my' => true, 'course-view' => true];
    }

    /**
     * Content: nothing at all for somebody who has no page « Où j'en suis » here.
     *
     * @return stdClass|null
     */
    public function get_content(): ?stdClass {
        global $OUTPUT, $USER;
        if ($this->content !== null) {
            return $this->content;
        }
        $this->content = (object) ['text' => '', 'footer' => ''];
        if (isloggedin() && !isguestuser()) {
            $course = $this->page->course;
            $courseid = (int) $course->id === (int) SITEID ? 0 : (int) $course->id;
            $context = \block_cyclesync\output\content::of_user((int) $USER->id, $courseid);
            if ($context['pages']) {
                $this->content->text = $OUTPUT->render_from_template('block_cyclesync/content', $context);
            }
        }
        return $this->content;
    }
}
