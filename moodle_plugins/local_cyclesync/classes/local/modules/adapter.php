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

namespace local_cyclesync\local\modules;

use local_cyclesync\local\refusal;
use local_cyclesync\local\request;

/**
 * What one module type adds to the common fields: how Moodle stores them, and what its form would send.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class adapter {
    /** Module types that are known. */
    private const TYPES = [
        'scorm' => scorm::class, 'assign' => assign::class, 'page' => page::class, 'label' => label::class,
        'url' => url::class, 'resource' => resource_file::class, 'folder' => folder::class, 'forum' => forum::class,
    ];

    /**
     * Adapter of a module type.
     *
     * @param string $modname module name
     * @return self
     * @throws refusal when it is not known
     */
    public static function of(string $modname): self {
        $class = self::TYPES[$modname] ?? throw new refusal('invalid', "module type not supported: $modname");
        return new $class();
    }

    /**
     * Names of the module types that are known.
     *
     * @return string[]
     */
    public static function names(): array {
        return array_keys(self::TYPES);
    }

    /**
     * Fields of this module type.
     *
     * @return array name => type, see field_spec
     */
    abstract public function types(): array;

    /**
     * Values of fields that a creation may leave out.
     *
     * @return array name => value
     */
    abstract public function defaults(): array;

    /**
     * Read the fields of an instance.
     *
     * @param \stdClass $instance record of the module's table
     * @param \stdClass $cm record of course_modules
     * @param array $extra what the map keeps beside the fields
     * @return array name => value
     */
    abstract public function read(\stdClass $instance, \stdClass $cm, array $extra): array;

    /**
     * Complete what the module's form would send for a new instance.
     *
     * @param \stdClass $info form data, with the common fields
     * @param array $fields every field
     * @param request $request what is asked
     * @param \stdClass $course the course
     */
    abstract public function fill_new(\stdClass $info, array $fields, request $request, \stdClass $course): void;

    /**
     * Complete what the module's form would send for an existing instance.
     *
     * @param \stdClass $info form data: every column of the instance and the common fields
     * @param array $changes fields that differ
     * @param request $request what is asked
     * @param \stdClass $cm record of course_modules
     */
    abstract public function fill_existing(\stdClass $info, array $changes, request $request, \stdClass $cm): void;

    /**
     * Do what Moodle's update of an instance does not, in the same transaction.
     *
     * @param array $changes fields that differ
     * @param request $request what is asked
     * @param \stdClass $cm record of course_modules
     */
    public function after_update(array $changes, request $request, \stdClass $cm): void {
    }

    /**
     * Check, before any write, what only this module type can.
     *
     * @param array $fields fields to be written
     * @param request $request what is asked
     * @param \stdClass|null $instance present record, null for a new one
     * @throws refusal when the write would fail or destroy results
     */
    public function check(array $fields, request $request, ?\stdClass $instance): void {
    }

    /**
     * What the map keeps beside the fields, after a write.
     *
     * @param array $written fields just written
     * @param \stdClass $instance record of the module's table
     * @param \stdClass $cm record of course_modules
     * @param array $extra what was kept so far
     * @param request $request what was asked
     * @return array
     */
    public function extra(array $written, \stdClass $instance, \stdClass $cm, array $extra, request $request): array {
        return $extra;
    }

    /**
     * Fields that are rules of completion: they must not change once learners have results.
     *
     * @return string[]
     */
    public function completion_fields(): array {
        return ['completion', 'completionview'];
    }

    /**
     * Field whose change replaces a file.
     *
     * @return string '' when there is none
     */
    public function file_field(): string {
        return '';
    }

    /**
     * Turn truth values into 0 and 1, as forms send them.
     *
     * @param array $fields name => value
     * @return array
     */
    protected static function as_ints(array $fields): array {
        return array_map(fn($value) => is_bool($value) ? (int) $value : $value, $fields);
    }

    /**
     * Set properties of an object.
     *
     * @param \stdClass $info the object
     * @param array $values name => value
     */
    protected static function set(\stdClass $info, array $values): void {
        foreach ($values as $name => $value) {
            $info->$name = $value;
        }
    }

    /**
     * Display options stored serialised by several modules.
     *
     * @param \stdClass $info form data that holds displayoptions
     */
    protected static function spread_display_options(\stdClass $info): void {
        $options = unserialize_array((string) ($info->displayoptions ?? ''));
        self::set($info, is_array($options) ? $options : []);
        unset($info->displayoptions);
    }

    /**
     * Files of a draft area of the calling user.
     *
     * @param int $draftitemid draft area
     * @return \stored_file[]
     */
    protected static function draft_files(int $draftitemid): array {
        global $USER;
        $context = \context_user::instance($USER->id);
        return $draftitemid > 0
            ? get_file_storage()->get_area_files($context->id, 'user', 'draft', $draftitemid, 'id', false)
            : [];
    }

    /**
     * The one file of a draft area of the calling user.
     *
     * @param int $draftitemid draft area
     * @return \stored_file
     * @throws refusal when there is none, or more than one
     */
    public static function draft_file(int $draftitemid): \stored_file {
        $files = self::draft_files($draftitemid);
        if (count($files) !== 1) {
            throw new refusal('invalid', 'draftitemid must name a draft area of this account with exactly one file');
        }
        return reset($files);
    }

    /**
     * Whole number when the value is whole, else its text.
     *
     * @param mixed $value a number of the database
     * @return int|string
     */
    protected static function number(mixed $value): int|string {
        $float = (float) $value;
        return $float === floor($float) ? (int) $float : rtrim(sprintf('%.5F', $float), '0');
    }
}
