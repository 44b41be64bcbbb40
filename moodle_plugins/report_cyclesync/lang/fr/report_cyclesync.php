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
 * @package    report_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$string['age'] = 'Dernier mot du registre : lecture de Moodle du {$a->date} (il y a {$a->ago}).';
$string['caption'] = 'Personnes pour qui Moodle et le registre diffèrent';
$string['counts'] = 'Personnes comparées : {$a->people}. Avec un écart : {$a->differing}.';
$string['cyclesync:view'] = 'Voir les écarts entre Moodle et le registre';
$string['difference'] = 'Écart';
$string['differs'] = '{$a->activity} : le registre dit « {$a->said} », Moodle montre « {$a->shown} ».';
$string['differsunread'] = '{$a->activity} : le registre ne l’a pas encore lu, Moodle montre « {$a->shown} ».';
$string['eventreportviewed'] = 'Écarts avec le registre consultés';
$string['explained'] = 'Ce qui a été fait depuis est un écart jusqu’à la prochaine lecture.';
$string['inactive'] = 'Le registre compte cette personne comme inscrite ; son inscription dans Moodle n’est pas active.';
$string['matrix'] = 'Les activités de chacun, telles que Moodle les montre';
$string['nobody'] = 'Personne n’est inscrit ici comme stagiaire.';
$string['nodifference'] = 'Aucun écart.';
$string['nolonger'] = 'Le registre n’envoie plus rien sur cette personne depuis sa lecture du {$a}, alors que son inscription dans Moodle est active.';
$string['nostatus'] = 'Le registre n’a rien envoyé sur cette personne, alors qu’elle est inscrite dans Moodle.';
$string['nothingsent'] = 'Le registre n’a encore rien envoyé à ce cours : il n’y a rien à comparer.';
$string['notwatched'] = 'Ce cours n’est pas géré par cyclesync : il n’y a pas de registre auquel le comparer.';
$string['partial'] = 'Les modules ne sont pas comparés pour tous : la version de cyclesync qui a envoyé les situations est plus ancienne que ce rapport.';
$string['person'] = 'Personne';
$string['pluginname'] = 'Écarts avec le registre';
$string['privacy:metadata'] = 'Le rapport ne garde rien : il compare ce que local_cyclesync et Moodle détiennent.';
$string['state_complete'] = 'fait';
$string['state_draft'] = 'brouillon non remis';
$string['state_fail'] = 'fait, non réussi';
$string['state_gone'] = 'activité cachée ou retirée';
$string['state_incomplete'] = 'non fait';
$string['state_none'] = 'non remis';
$string['state_pass'] = 'fait, réussi';
$string['state_reopened'] = 'rouvert, à remettre de nouveau';
$string['state_submitted'] = 'remis';
$string['state_unread'] = 'non lu';
