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

namespace local_cyclesync\local;

/**
 * One call about one promotion: its course, its rows of the map, who is calling and for which run.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class scope {
    /** @var \stdClass[]|null rows of the promotion, key => row */
    private ?array $rows = null;

    /** @var members|null people of the course */
    private ?members $members = null;

    /** @var array positions of our sections or modules, by what they are in */
    private array $positions = [];

    /**
     * Make a scope.
     *
     * @param string $promotion promotion id
     * @param string $uid installation that is calling
     * @param string $run run of that installation
     * @param \stdClass|null $course course record, null when there is none
     */
    public function __construct(
        /** @var string promotion id */
        public readonly string $promotion,
        /** @var string installation that is calling */
        public readonly string $uid,
        /** @var string run of that installation */
        public readonly string $run,
        /** @var \stdClass|null course record */
        public ?\stdClass $course,
    ) {
    }

    /**
     * Open the scope of a promotion.
     *
     * @param string $promotion promotion id
     * @param string $uid installation that is calling
     * @param string $run run of that installation
     * @return self
     */
    public static function open(string $promotion, string $uid = '', string $run = ''): self {
        if (!preg_match('/^[a-z0-9][a-z0-9_-]{0,23}$/', $promotion)) {
            throw new \invalid_parameter_exception('promotion');
        }
        if (strlen($uid) > 36 || \core_text::strlen($run) > 64) {
            throw new \invalid_parameter_exception('uid or run is too long');
        }
        return new self($promotion, $uid, $run, self::find_course($promotion));
    }

    /**
     * The course of a promotion, by its row of the map.
     *
     * @param string $promotion promotion id
     * @return \stdClass|null
     */
    private static function find_course(string $promotion): ?\stdClass {
        global $DB;
        $row = map::row(map::course_key($promotion));
        return $row ? ($DB->get_record('course', ['id' => $row->moodleid]) ?: null) : null;
    }

    /**
     * Context to check rights in: the course, else the system.
     *
     * @return \context
     */
    public function context(): \context {
        return $this->course ? \context_course::instance($this->course->id) : \context_system::instance();
    }

    /**
     * The course, which must exist.
     *
     * @return \stdClass
     * @throws refusal when it does not
     */
    public function require_course(): \stdClass {
        return $this->course ?? throw new refusal('missing', 'the course of this promotion does not exist');
    }

    /**
     * Rows of the promotion.
     *
     * @return \stdClass[] key => row
     */
    public function rows(): array {
        return $this->rows ??= map::rows($this->promotion);
    }

    /**
     * Our row of a key and kind.
     *
     * @param string $key the key
     * @param string $kind kind of object
     * @return \stdClass|null
     */
    public function row(string $key, string $kind): ?\stdClass {
        $row = $this->rows()[$key] ?? null;
        return $row && $row->kind === $kind ? $row : null;
    }

    /**
     * Key of an object of Moodle, when the map has it.
     *
     * @param string $kind kind of object
     * @param int $moodleid its id
     * @return string|null
     */
    public function key_of(string $kind, int $moodleid): ?string {
        foreach ($this->rows() as $row) {
            if ($row->kind === $kind && (int) $row->moodleid === $moodleid) {
                return $row->objkey;
            }
        }
        return null;
    }

    /**
     * People of the course.
     *
     * @return members
     */
    public function members(): members {
        $courseid = (int) $this->require_course()->id;
        if ($this->members?->courseid !== $courseid) {
            $this->members = new members($courseid);
        }
        return $this->members;
    }

    /**
     * Forget what was read, after a write.
     */
    public function refresh(): void {
        global $DB;
        $this->rows = null;
        $this->positions = [];
        $this->members = null;
        if ($this->course) {
            $this->course = $DB->get_record('course', ['id' => $this->course->id], '*', MUST_EXIST);
        }
    }

    /**
     * Positions of our sections, in their present order.
     *
     * @return array section id => position
     */
    public function section_positions(): array {
        global $DB;
        if (!isset($this->positions['sections'])) {
            $order = $DB->get_records('course_sections', ['course' => $this->require_course()->id], 'section', 'id, section');
            $this->positions['sections'] = $this->reported('section', array_keys($order));
        }
        return $this->positions['sections'];
    }

    /**
     * Positions of our modules of one section, in their present order; those that people brought from another do not count.
     *
     * @param int $sectionid section id
     * @return array course module id => position
     */
    public function module_positions(int $sectionid): array {
        global $DB;
        if (!isset($this->positions[$sectionid])) {
            $sequence = (string) $DB->get_field('course_sections', 'sequence', ['id' => $sectionid]);
            $order = array_map('intval', array_filter(explode(',', $sequence)));
            $this->positions[$sectionid] = $this->reported('module', $order, (string) $this->key_of('section', $sectionid));
        }
        return $this->positions[$sectionid];
    }

    /**
     * Report the positions of those objects of an order that are ours.
     *
     * @param string $kind section or module
     * @param int[] $order ids in their present order
     * @param string $parent key of the section, for modules
     * @return array id => position
     */
    private function reported(string $kind, array $order, string $parent = ''): array {
        $ours = [];
        foreach ($this->rows() as $row) {
            $elsewhere = $kind === 'module' && (string) $row->parentkey !== '' && $row->parentkey !== $parent;
            if ($row->kind === $kind && !$elsewhere) {
                $ours[(int) $row->moodleid] = map::decoded($row, 'declared')['position'] ?? null;
            }
        }
        $declared = [];
        foreach ($order as $id) {
            if (array_key_exists($id, $ours)) {
                $declared[$id] = is_int($ours[$id]) ? $ours[$id] : null;
            }
        }
        return positions::reported($declared);
    }
}
