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
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$string['alert_draft'] = 'votre fichier est enregistré en brouillon, il n’est pas remis. Ouvrez le dépôt et remettez-le.';
$string['alert_reopened'] = 'votre dépôt a été rouvert, il est à remettre de nouveau.';
$string['anerror'] = 'Une erreur ? Écrivez à :';
$string['asof'] = 'Situation au {$a} (lecture complète)';
$string['asofpartial'] = 'Situation au {$a} (lecture partielle : certaines informations n’ont pas pu être lues)';
$string['attendance'] = 'Présences';
$string['by'] = 'avant le {$a}';
$string['colon'] = ' :';
$string['cyclesync:manage'] = 'Écrire les cours gérés par cyclesync';
$string['cyclesync:read'] = 'Lire ce dont cyclesync a besoin : correspondance, état et changements';
$string['cyclesync:viewown'] = 'Voir sa propre page « Où j’en suis »';
$string['decision'] = 'Décision';
$string['donesince'] = 'Fait depuis cette lecture.';
$string['dossier'] = 'Votre dossier';
$string['eventobjectwritten'] = 'cyclesync a écrit un objet';
$string['jury'] = 'Jury';
$string['lastseen'] = 'À la dernière lecture :';
$string['me'] = 'Où j’en suis';
$string['modules'] = 'Modules';
$string['next'] = 'Prochain rendez-vous';
$string['nocourse'] = 'La promotion « {$a} » n’a pas de cours ici.';
$string['nodecision'] = 'Après notification.';
$string['nodeposit'] = 'Aucun dépôt ne vous est encore ouvert.';
$string['nojury'] = 'Date non fixée.';
$string['nonext'] = 'Aucune date n’est annoncée pour l’instant.';
$string['nopromotion'] = 'Vous n’êtes inscrit(e) comme stagiaire dans aucune promotion ici. Si vous devriez l’être, écrivez au service qui organise votre formation.';
$string['noreceipt'] = 'Vous n’avez rien remis dans ce dépôt : il n’y a pas de reçu.';
$string['nothingread'] = 'Rien n’a encore été lu.';
$string['notodo'] = 'Rien pour l’instant.';
$string['notyet'] = 'Votre situation n’a pas encore été transmise ici. Voici vos dépôts, tels que Moodle les montre maintenant.';
$string['pluginname'] = 'cyclesync';
$string['preparationdone'] = 'Préparation faite.';
$string['preparationnotdone'] = 'Préparation à faire.';
$string['privacy:metadata:completion'] = 'Achèvement des activités et résultats SCORM.';
$string['privacy:metadata:courseid'] = 'Le cours.';
$string['privacy:metadata:cyclesync'] = 'L’installation cyclesync de l’organisme de formation lit l’état des stagiaires dans les cours qu’elle gère et le garde dans le registre de certification.';
$string['privacy:metadata:objkey'] = 'L’activité concernée.';
$string['privacy:metadata:outbox'] = 'Le fait que quelque chose a changé pour une personne, afin de le relire ; aucune valeur.';
$string['privacy:metadata:status'] = 'Ce que montre la page « Où j’en suis ».';
$string['privacy:metadata:statustable'] = 'Situation de chaque stagiaire, telle que le service certification l’a transmise.';
$string['privacy:metadata:submissions'] = 'État, dates, noms, tailles et empreintes des fichiers remis.';
$string['privacy:metadata:timecreated'] = 'Le moment du changement.';
$string['privacy:metadata:timemodified'] = 'Le moment de l’enregistrement.';
$string['privacy:metadata:userid'] = 'La personne.';
$string['receipt'] = 'Télécharger le reçu';
$string['receiptfile'] = 'recu';
$string['receiptmade'] = 'Établi le {$a}.';
$string['receipttitle'] = 'Reçu de dépôt';
$string['refusedguest'] = 'Cette page montre à chaque stagiaire sa propre situation. Connectez-vous avec votre compte pour voir la vôtre.';
$string['refusednotenrolled'] = 'Vous n’êtes pas inscrit(e) à ce cours : il n’y a pas de situation à montrer. Si vous devriez l’être, écrivez au service qui organise votre formation.';
$string['refusednotlearner'] = 'Cette page montre à chaque stagiaire sa propre situation, et vous n’êtes pas stagiaire de ce cours. Pour savoir où en est une personne, adressez-vous au service certification.';
$string['refusedright'] = 'Votre compte n’a pas le droit de voir cette page. Écrivez à l’administrateur de ce site.';
$string['refusedsuspended'] = 'Votre inscription à ce cours n’est pas active : suspendue, terminée ou pas encore commencée. Écrivez au service qui organise votre formation.';
$string['retentiondays'] = 'Jours de changements conservés';
$string['retentiondays_desc'] = 'Les lignes plus anciennes du journal des changements sont supprimées. Un lecteur qui revient plus tard relit tout.';
$string['role:cyclesync_category'] = 'Service cyclesync (catégorie des cours)';
$string['role:cyclesync_category_desc'] = 'Pour le compte du service cyclesync uniquement. À attribuer dans la catégorie des cours du cycle, et nulle part ailleurs. Il peut attribuer le rôle « étudiant » et aucun autre.';
$string['role:cyclesync_site'] = 'Service cyclesync (site)';
$string['role:cyclesync_site_desc'] = 'Pour le compte du service cyclesync uniquement. À attribuer au niveau du système. Il lit et n’écrit rien.';
$string['saidbyoffice'] = 'Service certification :';
$string['submission_draft'] = 'Votre fichier est enregistré en brouillon : il n’est pas remis.';
$string['submission_none'] = 'Non remis.';
$string['submission_reopened'] = 'Rouvert le {$a} : à remettre de nouveau.';
$string['submission_submitted'] = 'Remis le {$a}.';
$string['taskpruneoutbox'] = 'Supprimer les anciennes lignes du journal des changements de cyclesync';
$string['technicaldetail'] = 'Détail technique';
$string['todo'] = 'À faire par vous';
