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
 * The change feed: what to read again, numbered when the reader comes, so that a late commit is never missed.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class outbox {
    /** Table of the rows. */
    public const TABLE = 'local_cyclesync_outbox';

    /** Table of the sealed batches. */
    private const BATCHES = 'local_cyclesync_batch';

    /** Ids that may be missing inside a run: rows of a transaction that is still open, or that was rolled back. */
    private const HOLE = 100;

    /** Rows numbered by one call at most. */
    private const MOST = 5000;

    /** Numbers pruned by one statement: few enough for a database to look them up in the index, not in the whole table. */
    private const PRUNED = 200;

    /**
     * Add a row. It commits or rolls back with the change that it tells of.
     *
     * @param string $what state, or a notice
     * @param int $courseid course
     * @param string $promotion promotion id
     * @param string $key key of the object
     * @param int $userid person, 0 for a notice
     */
    public static function add(string $what, int $courseid, string $promotion, string $key, int $userid): void {
        global $DB;
        $DB->insert_record(self::TABLE, [
            'what' => $what, 'courseid' => $courseid, 'promotion' => $promotion, 'objkey' => $key, 'userid' => $userid,
            'timecreated' => time(),
        ], false);
    }

    /**
     * Add a row about an object of Moodle, when the map has it. A trainee waits: nothing is read of the database when the
     * cache knows the object, and the row is written without asking what columns the table has.
     *
     * @param string $what state, or a notice
     * @param string $kind kind of object
     * @param int $moodleid its id
     * @param int $courseid course
     * @param int $userid person, 0 for a notice
     */
    public static function mark(string $what, string $kind, int $moodleid, int $courseid, int $userid): void {
        global $DB;
        $held = watched::key_of($kind, $moodleid);
        if (!$held) {
            return;
        }
        $DB->execute(
            'INSERT INTO {' . self::TABLE . '} (what, courseid, promotion, objkey, userid, timecreated) VALUES (?, ?, ?, ?, ?, ?)',
            [$what, $courseid, ...$held, $userid, time()],
        );
    }

    /**
     * Number the committed rows that have no number yet.
     *
     * @return bool whether more may wait
     */
    public static function seal(): bool {
        global $DB;
        if (!self::unnumbered(1)) {
            return false;
        }
        $lock = \core\lock\lock_config::get_lock_factory('local_cyclesync')->get_lock('seal', 10);
        if (!$lock) {
            throw new \moodle_exception('locktimeout');
        }
        $transaction = $DB->start_delegated_transaction();
        try {
            $ids = self::unnumbered(self::MOST);
            self::number_rows($ids);
            $transaction->allow_commit();
        } catch (\Throwable $error) {
            $transaction->rollback($error);
        } finally {
            $lock->release();
        }
        return count($ids) === self::MOST;
    }

    /**
     * Ids of rows that have no number, the oldest first.
     *
     * @param int $limit at most
     * @return int[]
     */
    private static function unnumbered(int $limit): array {
        global $DB;
        // This order is that of an index, which is then read whatever the database believes of the table.
        return array_keys($DB->get_records_select(self::TABLE, 'seq IS NULL', [], 'seq, id', 'id', 0, $limit));
    }

    /**
     * Number rows and write their batch. The lock is held.
     *
     * @param int[] $ids what to number, in order
     */
    private static function number_rows(array $ids): void {
        global $DB;
        if (!$ids) {
            return;
        }
        $first = self::last_seq() + 1;
        $next = $first;
        foreach (self::runs($ids) as [$from, $to]) {
            // One statement for many rows. What commits inside the run meanwhile has its place in it. Written so that no index
            // of seq can serve it: MySQL and MariaDB wait for a row of an open transaction that they meet in such an index, and
            // pass over one that they meet by its id.
            $DB->execute(
                'UPDATE {' . self::TABLE . '} SET seq = id + ? WHERE id >= ? AND id <= ? AND COALESCE(seq, 0) = 0',
                [$next - $from, $from, $to],
            );
            $next += $to - $from + 1;
        }
        $DB->insert_record(self::BATCHES, [
            'firstseq' => $first, 'lastseq' => $next - 1, 'tag' => bin2hex(random_bytes(8)), 'timecreated' => time(),
        ], false);
    }

    /**
     * Cut ids into runs without a large hole.
     *
     * @param int[] $ids in order
     * @return array[] [first, last]
     */
    private static function runs(array $ids): array {
        $runs = [];
        foreach ($ids as $id) {
            $last = count($runs) - 1;
            if ($runs && $id - $runs[$last][1] <= self::HOLE) {
                $runs[$last][1] = $id;
            } else {
                $runs[] = [$id, $id];
            }
        }
        return $runs;
    }

    /**
     * Highest number given so far.
     *
     * @return int
     */
    private static function last_seq(): int {
        global $DB;
        return (int) $DB->get_field_sql('SELECT MAX(lastseq) FROM {' . self::BATCHES . '}');
    }

    /**
     * Highest number whose row has been pruned.
     *
     * @return int
     */
    private static function pruned(): int {
        return (int) get_config('local_cyclesync', 'prunedseq');
    }

    /**
     * Cursor of the present end of the feed.
     *
     * @return string
     */
    public static function present(): string {
        return self::cursor_of(self::last_seq());
    }

    /**
     * Cursor of a number.
     *
     * @param int $seq the number
     * @return string
     */
    private static function cursor_of(int $seq): string {
        return site::epoch() . ".$seq." . ($seq ? self::tag_of($seq) : '0');
    }

    /**
     * Tag of the batch that holds a number.
     *
     * @param int $seq the number
     * @return string '' when no batch holds it
     */
    private static function tag_of(int $seq): string {
        global $DB;
        $found = $DB->get_records_select(self::BATCHES, 'lastseq >= ?', [$seq], 'lastseq', '*', 0, 1);
        $batch = reset($found);
        return $batch && $batch->firstseq <= $seq ? $batch->tag : '';
    }

    /**
     * Number that a cursor stands for.
     *
     * @param string $cursor as given by this site, '' for the beginning of what is kept
     * @return int|null null when this site does not hold that cursor
     */
    private static function seq_of(string $cursor): ?int {
        if ($cursor === '') {
            return self::pruned();
        }
        if (!preg_match('/^([0-9a-f-]{36})\.(\d{1,15})\.([0-9a-f]{1,16})$/', $cursor, $match)) {
            return null;
        }
        $seq = (int) $match[2];
        $held = $match[1] === site::epoch() && $seq >= self::pruned()
            && ($seq ? self::tag_of($seq) === $match[3] : $match[3] === '0');
        return $held ? $seq : null;
    }

    /**
     * Read the rows after a cursor. A number may have no row: its transaction was rolled back, or the person's data was
     * deleted.
     *
     * @param string $cursor the cursor
     * @param int $limit numbers to go through, hence rows at most
     * @return array cursor, more, resync, rows (records)
     */
    public static function page(string $cursor, int $limit): array {
        global $DB;
        $full = self::seal();
        $after = self::seq_of($cursor);
        if ($after === null) {
            return ['cursor' => self::present(), 'more' => false, 'resync' => true, 'rows' => []];
        }
        // Both ends are given: the rows are then found by the index whatever the database believes of the table.
        $end = self::last_seq();
        $last = min($after + $limit, $end);
        $rows = $DB->get_records_select(self::TABLE, 'seq > ? AND seq <= ?', [$after, $last], 'seq');
        return [
            'cursor' => self::cursor_of(max($after, $last)),
            'more' => $last < $end || $full,
            'resync' => false,
            'rows' => array_values($rows),
        ];
    }

    /**
     * Delete old numbered rows, by short ranges of their numbers: MySQL and MariaDB read the whole table for a long one, and
     * then wait for every row of an open transaction.
     *
     * @param int $before rows made before this moment go
     * @return int highest number pruned
     */
    public static function prune(int $before): int {
        global $DB;
        $where = 'timecreated < ? AND seq IS NOT NULL';
        $seq = (int) $DB->get_field_sql('SELECT MAX(seq) FROM {' . self::TABLE . "} WHERE $where", [$before]);
        $from = self::pruned();
        if ($seq > $from) {
            $transaction = $DB->start_delegated_transaction();
            set_config('prunedseq', $seq, 'local_cyclesync');
            for (; $from < $seq; $from += self::PRUNED) {
                $where = 'seq > ? AND seq <= ?';
                $DB->delete_records_select(self::TABLE, $where, [$from, min($seq, $from + self::PRUNED)]);
            }
            $DB->delete_records_select(self::BATCHES, 'lastseq < ?', [$seq]);
            $transaction->allow_commit();
        }
        return $seq;
    }
}
