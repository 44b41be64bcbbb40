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
 * French strings.
 *
 * @package    block_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$string['cyclesync:addinstance'] = 'Ajouter le bloc « Où j’en suis » à un cours';
$string['cyclesync:myaddinstance'] = 'Ajouter le bloc « Où j’en suis » au tableau de bord';
$string['more'] = 'Et d’autres choses à faire sur la page : {$a}.';
$string['notyet'] = 'Votre situation n’a pas encore été transmise ici.';
$string['open'] = 'Voir toute la page « Où j’en suis »';
$string['pluginname'] = 'Où j’en suis';
$string['privacy:metadata'] = 'Le bloc ne garde rien : il montre ce que local_cyclesync et Moodle détiennent.';
