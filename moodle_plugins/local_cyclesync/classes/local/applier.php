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
 * The way every write goes: under the lock, compared, checked, written in one transaction with its row, read again.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class applier {
    /** Seconds to wait for the lock of a promotion. */
    private const WAIT = 10;

    /**
     * Run some work under the lock of a promotion.
     *
     * @param string $promotion promotion id
     * @param callable $work what to do
     * @return mixed what the work returns
     * @throws refusal (busy) when the lock is not obtained
     */
    public static function locked(string $promotion, callable $work): mixed {
        $factory = \core\lock\lock_config::get_lock_factory('local_cyclesync');
        $lock = $factory->get_lock('promotion_' . $promotion, self::WAIT);
        if (!$lock) {
            throw new refusal('busy', 'another call is writing this promotion');
        }
        try {
            return $work();
        } finally {
            $lock->release();
        }
    }

    /**
     * Write several objects of one kind, each in its own transaction.
     *
     * @param scope $scope the call
     * @param kind $kind kind of object
     * @param request[]|refusal[] $requests key => what is asked, or why it cannot be read
     * @return array[] results
     */
    public static function apply_all(scope $scope, kind $kind, array $requests): array {
        try {
            return self::locked($scope->promotion, function () use ($scope, $kind, $requests) {
                $scope->refresh();
                course_cache::drop_phantom($scope);
                return array_map(fn($key) => self::apply($scope, $kind, $key, $requests[$key]), array_keys($requests));
            });
        } catch (refusal $refusal) {
            return array_map(fn($key) => self::refused((string) $key, $refusal), array_keys($requests));
        }
    }

    /**
     * Write one object, or say why not. The lock is held.
     *
     * @param scope $scope the call
     * @param kind $kind kind of object
     * @param string $key key of the object
     * @param request|refusal $request what is asked
     * @return array a result
     */
    private static function apply(scope $scope, kind $kind, string $key, request|refusal $request): array {
        try {
            if ($request instanceof refusal) {
                throw $request;
            }
            map::check_key($key, $scope->promotion);
            $row = self::owned_row($scope, $kind, $key);
            $current = $row ? $kind->read($scope, (int) $row->moodleid, $row) : null;
            return $current === null
                ? self::create($scope, $kind, $request, $row)
                : self::update($scope, $kind, $request, $row, $current);
        } catch (refusal $refusal) {
            return self::refused($key, $refusal);
        }
    }

    /**
     * The row of a key, which must be ours and of this kind.
     *
     * @param scope $scope the call
     * @param kind $kind kind of object
     * @param string $key the key
     * @return \stdClass|null
     */
    public static function owned_row(scope $scope, kind $kind, string $key): ?\stdClass {
        $row = map::row($key);
        if ($row && $row->uid !== $scope->uid) {
            throw new refusal('foreign', 'the object belongs to another installation');
        }
        if ($row && $row->kind !== $kind->name()) {
            throw new refusal('invalid', "the key already names an object of kind {$row->kind}");
        }
        return $row;
    }

    /**
     * The fields sent, each with its exact type; an idnumber can only be the key.
     *
     * @param field_spec $spec fields of the kind
     * @param request $request what is asked
     * @return array
     */
    private static function normalised(field_spec $spec, request $request): array {
        $fields = $spec->normalise($request->sent);
        if (($fields['idnumber'] ?? $request->key) !== $request->key) {
            throw new refusal('invalid', 'the idnumber of an object is its key');
        }
        return $fields;
    }

    /**
     * Create an object.
     *
     * @param scope $scope the call
     * @param kind $kind kind of object
     * @param request $request what is asked
     * @param \stdClass|null $row row whose object is gone
     * @return array a result
     */
    private static function create(scope $scope, kind $kind, request $request, ?\stdClass $row): array {
        if ($kind->bearer($scope, $request->key)) {
            throw new refusal('foreign', 'an object bears this key and has no row of ours: adopt it first');
        }
        if ($request->expect !== '') {
            throw new refusal('missing', 'the object is not there any more');
        }
        $spec = $kind->spec($request->modname);
        $fields = $spec->complete(self::normalised($spec, $request));
        $kind->check_create($scope, $fields, $request);
        if ($request->dryrun) {
            return self::result($request->key, 'created');
        }
        return self::write($scope, function () use ($scope, $kind, $request, $row, $fields) {
            $id = $kind->create($scope, $fields, $request);
            $row ??= (object) ['id' => 0, 'objkey' => $request->key, 'kind' => $kind->name(), 'extra' => []];
            $row->extra = $kind->extra($scope, $id, $fields, $request, []);
            return self::store($scope, $kind, $request, $row, $id, $fields, 'created');
        });
    }

    /**
     * Update an object.
     *
     * @param scope $scope the call
     * @param kind $kind kind of object
     * @param request $request what is asked
     * @param \stdClass $row its row
     * @param snapshot $current its present state
     * @return array a result
     */
    private static function update(scope $scope, kind $kind, request $request, \stdClass $row, snapshot $current): array {
        $patch = self::normalised($kind->spec($current->modname), $request);
        [$changes, $rebased] = $kind->compare($request, $patch, $row, $current);
        $moves = $kind->moves($scope, $row, $current, $request);
        if (!$rebased && !$moves && in_array($request->expect, ['', $current->digest], true)) {
            return self::result($row->objkey, 'unchanged', $current);
        }
        if ($request->expect === '') {
            throw new refusal('exists', 'the object is already there');
        }
        if ($request->expect !== $current->digest) {
            throw new refusal('changed_since', 'the object has changed since it was read');
        }
        $action = $changes || $moves ? 'updated' : 'recorded';
        if ($action === 'updated') {
            $kind->check_update($scope, $changes, $current, $request);
        }
        if ($request->dryrun) {
            return self::result($row->objkey, $action, $current);
        }
        return self::write($scope, function () use ($scope, $kind, $request, $row, $current, $changes, $patch, $action) {
            if ($action === 'updated') {
                $kind->update($scope, $current, $changes, $request);
            }
            $row->extra = $kind->extra($scope, $current->id, $changes, $request, map::decoded($row, 'extra'));
            return self::store($scope, $kind, $request, $row, $current->id, $patch, $action);
        });
    }

    /**
     * Take an existing object into the map, or record its present state.
     *
     * @param scope $scope the call
     * @param kind $kind kind of object
     * @param request $request key, fields and expected digest
     * @param int $moodleid its id, 0 for the one the map or the key names
     * @param bool $takeover take it from another installation
     * @return array a result
     */
    public static function adopt(scope $scope, kind $kind, request $request, int $moodleid, bool $takeover): array {
        try {
            map::check_key($request->key, $scope->promotion);
            $row = map::row($request->key);
            if ($row && $row->uid !== $scope->uid && !$takeover) {
                throw new refusal('foreign', 'the object belongs to another installation');
            }
            $id = $moodleid ?: (int) ($row->moodleid ?? 0) ?: $kind->bearer($scope, $request->key);
            $other = $id ? map::row_of($kind->name(), $id) : null;
            if ($other && $other->objkey !== $request->key) {
                throw new refusal('exists', "the object already has the key {$other->objkey}");
            }
            $current = $id ? $kind->read($scope, $id, $row) : null;
            if ($current === null) {
                throw new refusal('missing', 'the object is not there');
            }
            if ($request->expect !== $current->digest) {
                throw new refusal('changed_since', 'the object has changed since it was read');
            }
            $fields = self::normalised($kind->spec($current->modname), $request);
            $action = $row && $row->uid === $scope->uid && (int) $row->moodleid === $id ? 'recorded' : 'adopted';
            if ($request->dryrun) {
                return self::result($request->key, $action, $current);
            }
            return self::write($scope, function () use ($scope, $kind, $request, $row, $current, $fields, $action) {
                $row ??= (object) ['id' => 0, 'objkey' => $request->key, 'kind' => $kind->name(), 'extra' => []];
                $row->extra = map::decoded($row, 'extra');
                return self::store($scope, $kind, $request, $row, $current->id, $fields, $action);
            });
        } catch (refusal $refusal) {
            return self::refused($request->key, $refusal);
        }
    }

    /**
     * Do a write in one transaction, and leave nothing half-written or half-cached when it fails.
     *
     * @param scope $scope the call
     * @param callable $work what to write; returns a result
     * @return array a result
     */
    public static function write(scope $scope, callable $work): array {
        global $DB;
        $transaction = $DB->start_delegated_transaction();
        try {
            $result = $work();
            $transaction->allow_commit();
            return $result;
        } catch (\Throwable $error) {
            self::undo($transaction, $scope, $error);
            if ($error instanceof refusal) {
                throw $error;
            }
            debugging('local_cyclesync: ' . $error->getMessage() . "\n" . $error->getTraceAsString(), DEBUG_NORMAL);
            throw new refusal('invalid', trim(get_class($error) . ': ' . $error->getMessage()));
        }
    }

    /**
     * Roll a transaction back and drop the caches that were built inside it.
     *
     * @param \moodle_transaction $transaction the transaction
     * @param scope $scope the call
     * @param \Throwable $error why
     */
    private static function undo(\moodle_transaction $transaction, scope $scope, \Throwable $error): void {
        global $DB;
        try {
            $transaction->rollback($error instanceof \Exception ? $error : new \Exception($error->getMessage(), 0, $error));
        } catch (\Throwable $rethrown) {
            // Moodle throws the reason again: the caller of this method does it.
            unset($rethrown);
        }
        if ($scope->course && $DB->record_exists('course', ['id' => $scope->course->id])) {
            course_cache::drop((int) $scope->course->id);
        } else {
            $scope->course = null;
        }
        $scope->refresh();
    }

    /**
     * Read an object again after a write, store its row and say so.
     *
     * @param scope $scope the call
     * @param kind $kind kind of object
     * @param request $request what was asked
     * @param \stdClass $row row to complete
     * @param int $id Moodle's id
     * @param array $fields fields declared by this write
     * @param string $action what was done
     * @return array a result
     */
    private static function store(
        scope $scope,
        kind $kind,
        request $request,
        \stdClass $row,
        int $id,
        array $fields,
        string $action,
    ): array {
        $row->declared = $request->sent + $fields + map::decoded($row, 'declared');
        $row->applied = map::decoded($row, 'applied');
        $row->moodleid = $id;
        $row->modname = $request->modname ?: ($row->modname ?? '');
        $row->promotion = $scope->promotion;
        $row->courseid = $kind->name() === 'course' ? $id : $scope->require_course()->id;
        $row->parentkey = $request->sectionkey ?: ($row->parentkey ?? '');
        $row->uid = $scope->uid;
        $row->run = $scope->run;
        $row->digest = $row->digest ?? '';
        // Positions depend on the row itself, hence it is stored once before the state is read.
        $row = self::copy_arrays($row, map::save($row));
        $scope->refresh();
        $after = $kind->read($scope, $id, $row) ?? throw new refusal('missing', 'the object is not there after the write');
        $row->modname = $after->modname;
        $row->applied = array_intersect_key($after->fields, $fields) + $row->applied;
        $row->digest = $after->digest;
        map::save($row);
        $scope->refresh();
        \local_cyclesync\event\object_written::announce((int) $row->courseid, $row->objkey, $kind->name(), $action, $scope->run);
        return self::result($row->objkey, $action, $after);
    }

    /**
     * Give a saved row the arrays of the row it was saved from.
     *
     * @param \stdClass $row row with arrays
     * @param \stdClass $saved row with texts
     * @return \stdClass
     */
    private static function copy_arrays(\stdClass $row, \stdClass $saved): \stdClass {
        $row->id = $saved->id;
        $row->timecreated = $saved->timecreated ?? time();
        return $row;
    }

    /**
     * Make a result.
     *
     * @param string $key key of the object
     * @param string $action what was done
     * @param snapshot|null $state its state
     * @return array
     */
    public static function result(string $key, string $action, ?snapshot $state = null): array {
        return [
            'key' => $key, 'action' => $action, 'id' => $state->id ?? 0, 'digest' => $state->digest ?? '',
            'code' => '', 'message' => '', 'affected' => 0,
        ];
    }

    /**
     * Make the result of a refusal.
     *
     * @param string $key key of the object
     * @param refusal $refusal why
     * @return array
     */
    public static function refused(string $key, refusal $refusal): array {
        return [
            'key' => $key, 'action' => 'refused', 'id' => 0, 'digest' => '',
            'code' => $refusal->reason, 'message' => $refusal->getMessage(), 'affected' => $refusal->affected,
        ];
    }
}
