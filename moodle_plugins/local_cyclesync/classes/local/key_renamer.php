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

use local_cyclesync\local\kinds\kind;

/**
 * Gives an object of ours another key: its row, its idnumber and every place that names it, in one transaction.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class key_renamer {
    /** Kinds whose key people declare, each with the right that a change of its idnumber needs. */
    private const NEEDS = [
        'section' => 'moodle/course:update', 'module' => 'moodle/course:manageactivities',
        'group' => 'moodle/course:managegroups',
    ];

    /**
     * Rename, or say why not. The lock is held.
     *
     * @param scope $scope the call
     * @param kind $kind kind of object
     * @param string $was key that it has
     * @param request $request key that it gets, digest seen
     * @return array a result
     */
    public static function rename(scope $scope, kind $kind, string $was, request $request): array {
        try {
            map::check_key($was, $scope->promotion);
            map::check_key($request->key, $scope->promotion);
            $need = self::NEEDS[$kind->name()] ?? throw new refusal('invalid', "a {$kind->name()} keeps its key");
            $new = applier::owned_row($scope, $kind, $request->key);
            $row = applier::owned_row($scope, $kind, $was);
            if ($new && !$row) {
                return applier::result($request->key, 'unchanged', $kind->read($scope, (int) $new->moodleid, $new));
            }
            $current = $row ? $kind->read($scope, (int) $row->moodleid, $row) : null;
            self::check($scope, $kind, $request, $new, $current);
            if (!has_capability($need, $scope->context())) {
                throw new refusal('capability', $need);
            }
            return $request->dryrun
                ? applier::result($request->key, 'updated', $current)
                : self::written($scope, $kind, $row, $request->key);
        } catch (refusal $refusal) {
            return applier::refused($request->key, $refusal);
        }
    }

    /**
     * Check that the new key is free and the object is as it was seen.
     *
     * @param scope $scope the call
     * @param kind $kind kind of object
     * @param request $request key that it gets, digest seen
     * @param \stdClass|null $new row of the new key
     * @param snapshot|null $current present state
     * @throws refusal when it is not
     */
    private static function check(scope $scope, kind $kind, request $request, ?\stdClass $new, ?snapshot $current): void {
        if ($new || $kind->bearer($scope, $request->key)) {
            throw new refusal('exists', "another object has the key {$request->key}");
        }
        if (!$current) {
            throw new refusal('missing', 'the object is not there');
        }
        if ($request->expect !== $current->digest) {
            throw new refusal('changed_since', 'the object has changed since it was read');
        }
    }

    /**
     * Write the new key, and let no observer go on with the old one once it is committed.
     *
     * @param scope $scope the call
     * @param kind $kind kind of object
     * @param \stdClass $row its row
     * @param string $key the new key
     * @return array a result
     */
    private static function written(scope $scope, kind $kind, \stdClass $row, string $key): array {
        watched::forget();
        $result = applier::write($scope, fn() => self::write($scope, $kind, $row, $key));
        watched::forget();
        return $result;
    }

    /**
     * Write the new key everywhere the old one stands.
     *
     * @param scope $scope the call
     * @param kind $kind kind of object
     * @param \stdClass $row its row
     * @param string $key the new key
     * @return array a result
     */
    private static function write(scope $scope, kind $kind, \stdClass $row, string $key): array {
        global $DB;
        $was = $row->objkey;
        $courseid = (int) $scope->require_course()->id;
        self::idnumber($kind->name(), (int) $row->moodleid, $courseid, $was, $key);
        $DB->update_record(map::TABLE, (object) ['id' => $row->id, 'objkey' => $key, 'run' => $scope->run]);
        $DB->set_field(map::TABLE, 'parentkey', $key, ['promotion' => $scope->promotion, 'parentkey' => $was]);
        $DB->set_field('local_cyclesync_outbox', 'objkey', $key, ['promotion' => $scope->promotion, 'objkey' => $was]);
        foreach (map::rows($scope->promotion) as $other) {
            $texts = array_map(
                fn($name) => str_replace("\"$was\"", "\"$key\"", (string) $other->$name),
                ['declared' => 'declared', 'applied' => 'applied'],
            );
            if ($texts !== ['declared' => $other->declared, 'applied' => $other->applied]) {
                $DB->update_record(map::TABLE, (object) (['id' => $other->id] + $texts));
            }
        }
        $scope->refresh();
        $after = $kind->read($scope, (int) $row->moodleid, map::row($key))
            ?? throw new refusal('missing', 'the object is not there after the write');
        $DB->set_field(map::TABLE, 'digest', $after->digest, ['id' => $row->id]);
        $scope->refresh();
        \local_cyclesync\event\object_written::announce($courseid, $key, $kind->name(), 'updated', $scope->run);
        return applier::result($key, 'updated', $after);
    }

    /**
     * Change the idnumber in Moodle, unless people have given it another.
     *
     * @param string $kind kind of object
     * @param int $id Moodle's id
     * @param int $courseid the course
     * @param string $was key that it has
     * @param string $key key that it gets
     */
    private static function idnumber(string $kind, int $id, int $courseid, string $was, string $key): void {
        global $CFG, $DB;
        if ($kind === 'group') {
            $DB->set_field('groups', 'idnumber', $key, ['id' => $id, 'idnumber' => $was]);
            \cache_helper::invalidate_by_definition('core', 'groupdata', [], [$courseid]);
        } else if ($kind === 'module') {
            require_once($CFG->dirroot . '/course/lib.php');
            require_once($CFG->libdir . '/gradelib.php');
            $cm = get_coursemodule_from_id('', $id, $courseid, false, MUST_EXIST);
            if ($cm->idnumber === $was) {
                set_coursemodule_idnumber($id, $key);
            }
            $item = ['courseid' => $courseid, 'itemtype' => 'mod', 'itemmodule' => $cm->modname, 'iteminstance' => $cm->instance];
            foreach (\grade_item::fetch_all($item + ['idnumber' => $was]) ?: [] as $graded) {
                $graded->idnumber = $key;
                $graded->update('local_cyclesync');
            }
            \course_modinfo::purge_course_module_cache($courseid, $id);
            rebuild_course_cache($courseid, false, true);
        }
    }
}
