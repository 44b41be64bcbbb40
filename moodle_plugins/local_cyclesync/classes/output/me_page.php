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
use local_cyclesync\local\scope;

/**
 * Content of the page « Où j'en suis »: texts of the register as they come, beside the live state of the deposits.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class me_page implements \renderable, \templatable {
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
        $status = candidate_status::read((int) $this->scope->course->id, $this->userid) ?? [];
        $attendance = (array) ($status['attendance'] ?? []);
        return [
            'known' => (bool) $status,
            'next' => $this->next($status),
            'todo' => $this->todo($status),
            'deposits' => $this->deposits($status),
            'attendance' => $this->lines([$attendance['text'] ?? '', $attendance['excused'] ?? '', $attendance['pending'] ?? '']),
            'modules' => array_values(array_map(
                fn($module) => ['title' => (string) ($module['title'] ?? ''), 'text' => (string) ($module['text'] ?? '')],
                array_filter((array) ($status['modules'] ?? []), 'is_array'),
            )),
            'jury' => (string) ($status['jury'] ?? ''),
            'decision' => (string) ($status['decision'] ?? ''),
            'contact' => (string) ($status['contact'] ?? ''),
            'asof' => $this->as_of($status),
        ];
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
     * Next session, on one line each.
     *
     * @param array $status the status
     * @return string[]
     */
    private function next(array $status): array {
        $next = (array) ($status['next'] ?? []);
        return $this->lines([$next['when'] ?? '', $next['place'] ?? '', $next['what'] ?? '']);
    }

    /**
     * What the trainee has to do.
     *
     * @param array $status the status
     * @return array[] text, by
     */
    private function todo(array $status): array {
        $items = array_filter((array) ($status['todo'] ?? []), 'is_array');
        return array_values(array_map(
            fn($item) => ['text' => (string) ($item['text'] ?? ''), 'by' => (string) ($item['by'] ?? '')],
            $items,
        ));
    }

    /**
     * When the register was read, in the reader's own time zone and language.
     *
     * @param array $status the status
     * @return string
     */
    private function as_of(array $status): string {
        $time = strtotime((string) ($status['as_of'] ?? ''));
        if (!$time) {
            return '';
        }
        $name = empty($status['complete']) ? 'asofpartial' : 'asof';
        return get_string($name, 'local_cyclesync', userdate($time, get_string('strftimedatetime', 'langconfig')));
    }

    /**
     * The deposits: live from Moodle, each with what the register says of it.
     *
     * @param array $status the status
     * @return array[]
     */
    private function deposits(array $status): array {
        $said = self::said($status);
        $deposits = [];
        foreach (get_fast_modinfo($this->scope->course, $this->userid)->get_instances_of('assign') as $cm) {
            $key = $this->scope->key_of('module', (int) $cm->id);
            if ($key !== null && $cm->uservisible && $cm->completion) {
                $deposits[] = $this->deposit($cm, $said[$key] ?? []);
                unset($said[$key]);
            }
        }
        foreach ($said as $item) {
            $deposits[] = ['label' => (string) ($item['label'] ?? ''), 'said' => (string) ($item['text'] ?? '')];
        }
        return $deposits;
    }

    /**
     * What the register says of each deposit.
     *
     * @param array $status the status
     * @return array[] key => item
     */
    private static function said(array $status): array {
        $said = [];
        foreach (array_filter((array) ($status['dossier'] ?? []), 'is_array') as $item) {
            $said[(string) ($item['key'] ?? '')] = $item;
        }
        return $said;
    }

    /**
     * Receipt of one deposit, to keep or to send on.
     *
     * @param int $cmid course module id
     * @return string|null null when nothing has been handed in there
     */
    public function receipt(int $cmid): ?string {
        global $USER;
        $cm = get_fast_modinfo($this->scope->course, $this->userid)->get_cms()[$cmid] ?? null;
        $open = $cm && $cm->modname === 'assign' && $cm->uservisible && $cm->completion;
        $key = $open ? $this->scope->key_of('module', $cmid) : null;
        if ($key === null) {
            return null;
        }
        $status = candidate_status::read((int) $this->scope->course->id, $this->userid) ?? [];
        $deposit = $this->deposit($cm, self::said($status)[$key] ?? []);
        if (!$deposit['received']) {
            return null;
        }
        $now = userdate(time(), get_string('strftimedatetime', 'langconfig'));
        $lines = [
            get_string('receipttitle', 'local_cyclesync'), '', format_string($this->scope->course->fullname), fullname($USER),
            $deposit['label'], $deposit['state'], '',
        ];
        foreach ($deposit['files'] as $file) {
            array_push($lines, "{$file['name']} ({$file['size']})", "SHA-256 : {$file['sha256']}", '');
        }
        $lines[] = get_string('receiptmade', 'local_cyclesync', $now);
        return html_entity_decode(implode("\r\n", $lines), ENT_QUOTES | ENT_HTML5) . "\r\n";
    }

    /**
     * One deposit.
     *
     * @param \cm_info $cm the activity
     * @param array $said what the register says of it
     * @return array
     */
    private function deposit(\cm_info $cm, array $said): array {
        $record = facts::latest_submissions((int) $cm->instance, [$this->userid])[$this->userid] ?? null;
        $fact = facts::submission_fact($record, (int) $cm->id, true);
        $files = [];
        foreach ($fact['files'] as $file) {
            $files[] = ['name' => $file['name'], 'size' => display_size($file['size']), 'sha256' => $file['sha256']];
        }
        $when = userdate($fact['submitted_at'] ?: $fact['timemodified'], get_string('strftimedatetime', 'langconfig'));
        return [
            'label' => (string) ($said['label'] ?? '') ?: $cm->get_formatted_name(),
            'url' => $cm->url->out(false),
            'state' => get_string('submission_' . $fact['status'], 'local_cyclesync', $when),
            'alert' => in_array($fact['status'], ['draft', 'reopened'], true),
            'received' => $fact['status'] === 'submitted',
            'receipturl' => (new \moodle_url('/local/cyclesync/me.php', [
                'promotion' => $this->scope->promotion, 'receipt' => $cm->id,
            ]))->out(false),
            'files' => $files,
            'hasfiles' => (bool) $files,
            // What Moodle showed at the last reading is not repeated beside what it shows now.
            'said' => ($said['office'] ?? true) ? (string) ($said['text'] ?? '') : '',
        ];
    }
}
