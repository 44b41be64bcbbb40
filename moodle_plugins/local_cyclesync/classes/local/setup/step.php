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

namespace local_cyclesync\local\setup;

/**
 * One thing that an administrator has to do, or has done.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class step {
    /** Done. */
    public const DONE = 'done';

    /** To be done: cyclesync does not work, or not safely, until then. */
    public const REMAINING = 'todo';

    /** Works, and could be better. */
    public const ADVICE = 'advice';

    /** Only said. */
    public const INFO = 'info';

    /**
     * Make a step.
     *
     * @param string $name last part of the key of its title
     * @param string $state one of the constants
     * @param string $text what is so, and what to do
     * @param \moodle_url|null $url where to do it
     * @param string[] $details lines
     * @param string $repair short name of a role that the page offers to put right
     */
    public function __construct(
        /** @var string last part of the key of its title */
        public readonly string $name,
        /** @var string one of the constants */
        public readonly string $state,
        /** @var string what is so, and what to do */
        public readonly string $text,
        /** @var \moodle_url|null where to do it */
        public readonly ?\moodle_url $url = null,
        /** @var string[] lines */
        public readonly array $details = [],
        /** @var string short name of a role that the page offers to put right */
        public readonly string $repair = '',
    ) {
    }

    /**
     * A step that is done or not.
     *
     * @param string $name last part of the keys of its title and texts
     * @param bool $done whether it is done
     * @param \moodle_url $url where to do it
     * @param string $otherwise state when it is not done
     * @return self
     */
    public static function of(string $name, bool $done, \moodle_url $url, string $otherwise = self::REMAINING): self {
        $text = self::text("setup_{$name}_" . ($done ? 'ok' : 'todo'));
        return new self($name, $done ? self::DONE : $otherwise, $text, $url);
    }

    /**
     * A text of the plugin.
     *
     * @param string $key key
     * @param mixed $a values
     * @return string
     */
    public static function text(string $key, mixed $a = null): string {
        return get_string($key, 'local_cyclesync', $a);
    }

    /**
     * A page of the site's administration.
     *
     * @param string $section its section
     * @return \moodle_url
     */
    public static function section(string $section): \moodle_url {
        return new \moodle_url('/admin/settings.php', ['section' => $section]);
    }
}
