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

/**
 * What the Moodle app shows: the page « Où j'en suis », in its menu and in each watched course.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$addons = [
    'local_cyclesync' => [
        'handlers' => [
            'me' => [
                'delegate' => 'CoreMainMenuDelegate',
                'method' => 'me',
                'init' => 'me_init',
                'displaydata' => ['title' => 'me', 'icon' => 'fas-location-dot'],
                'priority' => 590, // At the head of « More ».
            ],
            'mecourse' => [
                'delegate' => 'CoreCourseOptionsDelegate',
                'method' => 'me',
                'init' => 'me_init',
                'displaydata' => ['title' => 'me', 'class' => 'local-cyclesync-me'],
                'priority' => 700, // Right after the course: on a telephone the tabs after the third are out of sight.
            ],
        ],
        'lang' => [
            ['me', 'local_cyclesync'],
        ],
    ],
];
