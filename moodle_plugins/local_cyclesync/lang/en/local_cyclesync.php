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
 * English strings.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$string['cyclesync:manage'] = 'Write the courses that cyclesync manages';
$string['cyclesync:read'] = 'Read what cyclesync needs: map, state and changes';
$string['cyclesync:viewown'] = 'See one\'s own "Where I am" page';
$string['eventobjectwritten'] = 'cyclesync wrote an object';
$string['nocourse'] = 'The promotion "{$a}" has no course here.';
$string['pluginname'] = 'cyclesync';
$string['taskpruneoutbox'] = 'Delete old rows of cyclesync\'s change feed';
