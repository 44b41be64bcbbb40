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

namespace local_cyclesync\local\kinds;

use local_cyclesync\local\canonical_json;
use local_cyclesync\local\field_spec;
use local_cyclesync\local\map;
use local_cyclesync\local\refusal;
use local_cyclesync\local\request;
use local_cyclesync\local\scope;
use local_cyclesync\local\snapshot;

/**
 * What the applier needs of a kind of object.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class kind {
    /**
     * Name of the kind, as in the contract.
     *
     * @return string
     */
    abstract public function name(): string;

    /**
     * Fields of the kind.
     *
     * @param string $modname module name, for modules
     * @return field_spec
     */
    abstract public function spec(string $modname): field_spec;

    /**
     * Read an object as it is now.
     *
     * @param scope $scope the call
     * @param int $id Moodle's id
     * @param \stdClass|null $row its row of the map
     * @return snapshot|null null when it is not there
     */
    abstract public function read(scope $scope, int $id, ?\stdClass $row): ?snapshot;

    /**
     * Create an object.
     *
     * @param scope $scope the call
     * @param array $fields every field
     * @param request $request what is asked
     * @return int Moodle's id
     */
    abstract public function create(scope $scope, array $fields, request $request): int;

    /**
     * Change some fields of an object.
     *
     * @param scope $scope the call
     * @param snapshot $current its present state
     * @param array $changes fields that differ
     * @param request $request what is asked
     */
    abstract public function update(scope $scope, snapshot $current, array $changes, request $request): void;

    /**
     * Check, before any write, that a creation will succeed.
     *
     * @param scope $scope the call
     * @param array $fields every field
     * @param request $request what is asked
     * @throws refusal when it would not
     */
    abstract public function check_create(scope $scope, array $fields, request $request): void;

    /**
     * Check, before any write, that an update will succeed.
     *
     * @param scope $scope the call
     * @param array $changes fields that differ
     * @param snapshot $current present state
     * @param request $request what is asked
     * @throws refusal when it would not
     */
    abstract public function check_update(scope $scope, array $changes, snapshot $current, request $request): void;

    /**
     * Object that bears a key without having a row with it.
     *
     * @param scope $scope the call
     * @param string $key the key
     * @return int Moodle's id, 0 when there is none
     */
    public function bearer(scope $scope, string $key): int {
        return 0;
    }

    /**
     * The idnumber as a field: absent while it is the key, shown when someone has changed it in Moodle.
     *
     * @param \stdClass|null $row row of the map
     * @param string|null $idnumber idnumber in Moodle
     * @return string[] idnumber => value, or nothing
     */
    protected static function idnumber(?\stdClass $row, ?string $idnumber): array {
        return $row === null || $row->objkey === (string) $idnumber ? [] : ['idnumber' => (string) $idnumber];
    }

    /**
     * Tell whether a field already is as wanted.
     *
     * @param string $name field
     * @param mixed $wanted value wanted
     * @param mixed $seen value in Moodle
     * @return bool
     */
    public function same(string $name, mixed $wanted, mixed $seen): bool {
        return canonical_json::same($wanted, $seen);
    }

    /**
     * Compare what is asked with what was declared, what Moodle gave back then, and what it shows now.
     *
     * @param request $request what is asked
     * @param array $patch its fields, normalised
     * @param \stdClass $row row of the object
     * @param snapshot $current its present state
     * @return array{array, bool} fields to write, and whether the base differs from what is asked
     */
    public function compare(request $request, array $patch, \stdClass $row, snapshot $current): array {
        $base = map::decoded($row, 'applied');
        $declared = map::decoded($row, 'declared');
        $changes = [];
        $rebased = false;
        foreach ($patch as $name => $wanted) {
            $seen = $current->fields[$name] ?? null;
            $known = array_key_exists($name, $declared) && canonical_json::same($declared[$name], $request->sent[$name]);
            $kept = $known && array_key_exists($name, $base) && canonical_json::same($base[$name], $seen);
            if (!$kept && !$this->same($name, $wanted, $seen)) {
                $changes[$name] = $wanted;
            }
            $rebased = $rebased || !$kept;
        }
        return [$changes, $rebased];
    }

    /**
     * Tell whether the object must go into another section.
     *
     * @param scope $scope the call
     * @param \stdClass $row its row of the map
     * @param snapshot $current its present state
     * @param request $request what is asked
     * @return bool
     */
    public function moves(scope $scope, \stdClass $row, snapshot $current, request $request): bool {
        return false;
    }

    /**
     * What the map keeps beside the fields.
     *
     * @param scope $scope the call
     * @param int $id Moodle's id
     * @param array $written fields just written
     * @param request $request what was asked
     * @param array $extra what was kept so far
     * @return array
     */
    public function extra(scope $scope, int $id, array $written, request $request, array $extra): array {
        return $extra;
    }

    /**
     * Require core capabilities, naming the one that is missing.
     *
     * @param \context $context where
     * @param string[] $capabilities their names
     * @throws refusal (capability)
     */
    protected static function need(\context $context, array $capabilities): void {
        foreach ($capabilities as $capability) {
            if (!has_capability($capability, $context)) {
                throw new refusal('capability', $capability);
            }
        }
    }

    /**
     * Clean a name the way Moodle's forms do.
     *
     * @param string $name the name
     * @return string
     * @throws refusal when nothing is left
     */
    public static function clean_name(string $name): string {
        $clean = trim(clean_param($name, PARAM_TEXT));
        if ($clean === '') {
            throw new refusal('invalid', 'a name is empty');
        }
        return $clean;
    }
}
