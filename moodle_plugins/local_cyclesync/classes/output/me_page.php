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

use local_cyclesync\local\candidate_status;
use local_cyclesync\local\facts;
use local_cyclesync\local\live_state;
use local_cyclesync\local\own_page;
use local_cyclesync\local\scope;

/**
 * Content of the page « Où j'en suis »: texts of the register as they come, beside what Moodle shows now.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class me_page implements \renderable, \templatable {
    /** @var live_state|null what Moodle shows now */
    private ?live_state $live = null;

    /** @var array|null the register's last word */
    private ?array $status = null;

    /** @var array|null key => state that Moodle shows now */
    private ?array $states = null;

    /**
     * Make the page of one person.
     *
     * @param scope $scope the promotion
     * @param int $userid the person
     */
    public function __construct(
        /** @var scope the promotion */
        private readonly scope $scope,
        /** @var int the person */
        private readonly int $userid,
    ) {
    }

    #[\Override]
    public function export_for_template(\renderer_base $output): array {
        $status = $this->status();
        $attendance = (array) ($status['attendance'] ?? []);
        return [
            'course' => format_string($this->scope->course->fullname),
            'attendance' => $this->lines([$attendance['text'] ?? '', $attendance['excused'] ?? '', $attendance['pending'] ?? '']),
            'deposits' => $this->deposits(),
            'modules' => $this->modules(),
            'jury' => (string) ($status['jury'] ?? ''),
            'decision' => (string) ($status['decision'] ?? ''),
        ] + $this->summary();
    }

    /**
     * The shortest useful part: what comes next, what to do, how old this is.
     *
     * @return array
     */
    public function summary(): array {
        $status = $this->status();
        $next = (array) ($status['next'] ?? []);
        return [
            'known' => (bool) $status,
            'next' => $this->lines([$next['when'] ?? '', $next['place'] ?? '', $next['what'] ?? '']),
            'todo' => $this->todo(),
            'alerts' => $this->alerts(),
            'asof' => $this->as_of(),
            'contact' => (string) ($status['contact'] ?? ''),
            'url' => own_page::url($this->scope->promotion)->out(false),
        ];
    }

    /**
     * The register's last word, empty when it has not said any.
     *
     * @return array
     */
    private function status(): array {
        return $this->status ??= candidate_status::read((int) $this->scope->course->id, $this->userid) ?? [];
    }

    /**
     * Activities that are open to the person.
     *
     * @return live_state
     */
    private function live(): live_state {
        return $this->live ??= live_state::of_person($this->scope->course, $this->scope->promotion, $this->userid);
    }

    /**
     * What Moodle shows now: of deposits whether they are handed in, of the rest whether it is completed.
     *
     * @return array key => state
     */
    private function states(): array {
        $people = [$this->userid];
        return $this->states ??= ($this->live()->submissions($people)[$this->userid] ?? [])
            + ($this->live()->completions($people)[$this->userid] ?? []);
    }

    /**
     * Items of one list of the register's last word.
     *
     * @param string $name name of the list
     * @return array[]
     */
    private function items(string $name): array {
        return array_values(array_filter((array) ($this->status()[$name] ?? []), 'is_array'));
    }

    /**
     * Texts that are not empty.
     *
     * @param array $texts texts
     * @return string[]
     */
    private function lines(array $texts): array {
        return array_values(array_filter($texts, fn($text) => is_string($text) && trim($text) !== ''));
    }

    /**
     * What the person has to do; what Moodle shows as done since is said to be.
     *
     * @return array[] text, by, done
     */
    private function todo(): array {
        return array_map(function (array $item): array {
            $keys = array_filter((array) ($item['keys'] ?? []), 'is_string');
            $waiting = array_filter($keys, fn($key) => !self::is_done($this->states()[$key] ?? ''));
            return [
                'text' => (string) ($item['text'] ?? ''),
                'by' => (string) ($item['by'] ?? ''),
                'done' => $keys && !$waiting,
            ];
        }, $this->items('todo'));
    }

    /**
     * Whether a state of Moodle means that nothing is left to do there.
     *
     * @param string $state state of a submission or of completion
     * @return bool
     */
    private static function is_done(string $state): bool {
        return in_array($state, ['submitted', 'complete', 'pass'], true);
    }

    /**
     * Deposits that hold something which nobody receives as it is.
     *
     * @return array[] label, url, text
     */
    private function alerts(): array {
        $alerts = [];
        foreach ($this->live()->of_type('assign') as $key => $cm) {
            $state = $this->states()[$key] ?? 'none';
            if (in_array($state, ['draft', 'reopened'], true)) {
                $text = get_string("alert_$state", 'local_cyclesync');
                $alerts[] = ['label' => $this->label($cm, $key), 'url' => $cm->url->out(false), 'text' => $text];
            }
        }
        return $alerts;
    }

    /**
     * Name of a deposit: the register's, else Moodle's.
     *
     * @param \cm_info $cm the activity
     * @param string $key its key
     * @return string
     */
    private function label(\cm_info $cm, string $key): string {
        return (string) ($this->said()[$key]['label'] ?? '') ?: html_entity_decode($cm->get_formatted_name(), ENT_QUOTES);
    }

    /**
     * Modules: the register's text, and whether the preparation is done now.
     *
     * @return array[] title, text, live, url
     */
    private function modules(): array {
        return array_map(function (array $item): array {
            $key = (string) ($item['key'] ?? '');
            $cm = isset($item['halfdays']) ? $this->live()->activities[$key] ?? null : null;
            $done = self::is_done($this->states()[$key] ?? '') ? 'preparationdone' : 'preparationnotdone';
            return [
                'title' => (string) ($item['title'] ?? ''),
                'text' => (string) ($cm ? $item['halfdays'] : $item['text'] ?? ''),
                'live' => $cm ? get_string($done, 'local_cyclesync') : '',
                'url' => (string) $cm?->url?->out(false),
            ];
        }, $this->items('modules'));
    }

    /**
     * When the register was read, in the reader's own time zone and language.
     *
     * @return string
     */
    private function as_of(): string {
        $time = candidate_status::read_at($this->status());
        if (!$time) {
            return '';
        }
        $name = empty($this->status()['complete']) ? 'asofpartial' : 'asof';
        return get_string($name, 'local_cyclesync', userdate($time, get_string('strftimedatetime', 'langconfig')));
    }

    /**
     * The deposits: live from Moodle, each with what the register says of it.
     *
     * @return array[]
     */
    private function deposits(): array {
        $said = $this->said();
        $deposits = [];
        foreach ($this->live()->of_type('assign') as $key => $cm) {
            $deposits[] = $this->deposit($cm, $key);
            unset($said[$key]);
        }
        foreach ($said as $item) {
            $text = (string) ($item['text'] ?? '');
            $deposits[] = ['label' => (string) ($item['label'] ?? '')]
                + (empty($item['office']) ? ['lastseen' => $text] : ['said' => $text]);
        }
        return $deposits;
    }

    /**
     * What the register says of each deposit.
     *
     * @return array[] key => item
     */
    private function said(): array {
        return array_column($this->items('dossier'), null, 'key');
    }

    /**
     * One deposit.
     *
     * @param \cm_info $cm the activity
     * @param string $key its key
     * @return array
     */
    private function deposit(\cm_info $cm, string $key): array {
        $said = $this->said()[$key] ?? [];
        $record = facts::latest_submissions((int) $cm->instance, [$this->userid])[$this->userid] ?? null;
        $fact = facts::submission_fact($record, (int) $cm->id, true);
        $files = [];
        foreach ($fact['files'] as $file) {
            $files[] = ['name' => $file['name'], 'size' => display_size($file['size']), 'sha256' => $file['sha256']];
        }
        $when = userdate($fact['submitted_at'] ?: $fact['timemodified'], get_string('strftimedatetime', 'langconfig'));
        return [
            'label' => $this->label($cm, $key),
            'url' => $cm->url->out(false),
            'state' => get_string('submission_' . $fact['status'], 'local_cyclesync', $when),
            'alert' => in_array($fact['status'], ['draft', 'reopened'], true),
            'received' => $fact['status'] === 'submitted',
            'receipturl' => own_page::url($this->scope->promotion, (int) $cm->id)->out(false),
            'files' => $files,
            'hasfiles' => (bool) $files,
            // What Moodle showed at the last reading is not repeated beside what it shows now.
            'said' => ($said['office'] ?? true) ? (string) ($said['text'] ?? '') : '',
        ];
    }

    /**
     * Receipt of one deposit, to keep or to send on.
     *
     * @param int $cmid course module id
     * @return string|null null when nothing has been handed in there
     */
    public function receipt(int $cmid): ?string {
        $found = array_filter($this->live()->of_type('assign'), fn(\cm_info $cm) => (int) $cm->id === $cmid);
        $deposit = $found ? $this->deposit(reset($found), array_key_first($found)) : null;
        if (!$deposit || !$deposit['received']) {
            return null;
        }
        $lines = [
            get_string('receipttitle', 'local_cyclesync'), '', format_string($this->scope->course->fullname),
            fullname(\core_user::get_user($this->userid, '*', MUST_EXIST)), $deposit['label'], $deposit['state'], '',
        ];
        foreach ($deposit['files'] as $file) {
            array_push($lines, "{$file['name']} ({$file['size']})", "SHA-256 : {$file['sha256']}", '');
        }
        $now = userdate(time(), get_string('strftimedatetime', 'langconfig'));
        $lines[] = get_string('receiptmade', 'local_cyclesync', $now);
        return html_entity_decode(implode("\r\n", $lines), ENT_QUOTES | ENT_HTML5) . "\r\n";
    }
}
