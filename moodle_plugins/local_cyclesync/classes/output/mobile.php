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

namespace local_cyclesync\output;

use local_cyclesync\local\own_page;

/**
 * The page « Où j'en suis » in the Moodle app: the same content as in a browser, with the app's own elements.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class mobile {
    /**
     * Where the app shows it: in the courses in which the person has a page, nowhere when there is none.
     * Links to it stay in the app.
     *
     * @param array $args arguments of the app
     * @return array
     */
    public static function me_init(array $args): array {
        $courses = self::courses();
        return [
            'templates' => [],
            'javascript' => $courses ? self::script('links') : '',
            'disabled' => !$courses,
            'restrict' => ['courses' => array_map(fn($course) => (int) $course->id, array_values($courses))],
        ];
    }

    /**
     * The page: of one course when the app names it, else of every promotion of the person.
     *
     * @param array $args arguments of the app: courseid, in a course
     * @return array
     */
    public static function me(array $args): array {
        global $OUTPUT;
        $courseid = (int) ($args['courseid'] ?? 0);
        $pages = [];
        foreach (self::courses() as $promotion => $course) {
            if (!$courseid || (int) $course->id === $courseid) {
                $pages[] = self::page((string) $promotion);
            }
        }
        $context = ['pages' => $pages, 'several' => count($pages) > 1, 'reason' => $pages ? '' : self::reason($courseid)];
        $html = $OUTPUT->render_from_template('local_cyclesync/mobile_me', $context);
        return self::answer($html) + ['javascript' => self::script('page')];
    }

    /**
     * Code that the app runs.
     *
     * @param string $name links, when the person signs in; page, with the page
     * @return string
     */
    private static function script(string $name): string {
        return file_get_contents(__DIR__ . "/../../mobileapp/$name.js");
    }

    /**
     * What the app receives. It compiles the page with Angular, which takes @ and braces for code wherever they stand, also where
     * nothing is to be bound: one e-mail address and the whole page is « Template has some errors ». As entities they are text.
     *
     * @param string $html a page that has no code of its own
     * @return array
     */
    public static function answer(string $html): array {
        $html = strtr($html, ['@' => '&#64;', '{' => '&#123;', '}' => '&#125;']);
        return ['templates' => [['id' => 'main', 'html' => $html]]];
    }

    /**
     * Why there is nothing to show.
     *
     * @param int $courseid a course, 0 for none
     * @return string
     */
    private static function reason(int $courseid): string {
        global $USER;
        $context = $courseid ? \context_course::instance($courseid, IGNORE_MISSING) : false;
        $refusal = $context ? own_page::refusal($context, (int) $USER->id) : '';
        return get_string($refusal ?: 'nopromotion', 'local_cyclesync');
    }

    /**
     * Content of the page of one promotion.
     *
     * @param string $promotion promotion id
     * @return array
     */
    private static function page(string $promotion): array {
        global $PAGE, $USER;
        $page = new me_page(own_page::open($promotion), (int) $USER->id);
        return $page->export_for_template($PAGE->get_renderer('core'));
    }

    /**
     * Courses in which the person has a page; the app calls without any context, so a right one is set first.
     *
     * @return \stdClass[] promotion id => course
     */
    private static function courses(): array {
        global $PAGE, $USER;
        $PAGE->set_context(\context_system::instance());
        return isloggedin() && !isguestuser() ? own_page::promotions((int) $USER->id) : [];
    }
}
