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

use local_cyclesync\local\setup\feed_steps;
use local_cyclesync\local\setup\service_steps;
use local_cyclesync\local\setup\site_steps;
use local_cyclesync\local\setup\step;

/**
 * Content of the page « cyclesync : ce qui reste à faire ».
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class setup_page implements \renderable, \templatable {
    /** Look of each state: Moodle's own badges, in both generations of Bootstrap. */
    private const BADGES = [
        step::DONE => 'badge bg-success badge-success text-white',
        step::REMAINING => 'badge bg-danger badge-danger text-white',
        step::ADVICE => 'badge bg-warning badge-warning text-dark',
        step::INFO => 'badge bg-secondary badge-secondary text-dark',
    ];

    /**
     * Make the page.
     *
     * @param \moodle_url $url where it is
     */
    public function __construct(
        /** @var \moodle_url where it is */
        private readonly \moodle_url $url,
    ) {
    }

    #[\Override]
    public function export_for_template(\renderer_base $output): array {
        $groups = ['site' => site_steps::all(), 'service' => service_steps::all(), 'feed' => feed_steps::all()];
        $left = count(array_filter(array_merge(...array_values($groups)), fn($step) => $step->state === step::REMAINING));
        return [
            'summary' => step::text($left ? 'setup_left' : 'setup_nothingleft', $left),
            'summarytype' => $left ? 'alert-warning' : 'alert-success',
            'groups' => array_map(fn($name) => [
                'id' => "cs-$name",
                'title' => step::text("setup_group_$name"),
                'steps' => array_map(fn($step) => $this->step($output, $step), $groups[$name]),
            ], array_keys($groups)),
            'renew' => $this->button($output, 'setup_renew', ['renew' => 1], 'setup_renew_confirm'),
            'settingsurl' => step::section('local_cyclesync')->out(false),
        ];
    }

    /**
     * One step.
     *
     * @param \renderer_base $output output
     * @param step $step the step
     * @return array
     */
    private function step(\renderer_base $output, step $step): array {
        return [
            'title' => step::text("setup_title_{$step->name}"),
            'badge' => self::BADGES[$step->state],
            'state' => step::text("setup_state_{$step->state}"),
            'text' => $step->text,
            'url' => $step->url?->out(false),
            'details' => $step->details,
            'hasdetails' => (bool) $step->details,
            'repair' => $step->repair === ''
                ? null
                : $this->button($output, 'setup_repair', ['repair' => $step->repair], 'setup_repair_confirm'),
        ];
    }

    /**
     * A button that asks before it acts.
     *
     * @param \renderer_base $output output
     * @param string $label key of its label
     * @param array $params what it sends
     * @param string $confirm key of the question
     * @return \stdClass
     */
    private function button(\renderer_base $output, string $label, array $params, string $confirm): \stdClass {
        $button = new \single_button(new \moodle_url($this->url, $params), step::text($label));
        $button->add_confirm_action(step::text($confirm));
        return $button->export_for_template($output);
    }
}
