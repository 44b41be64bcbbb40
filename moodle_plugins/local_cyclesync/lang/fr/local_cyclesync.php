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
$string['cachedef_watched'] = 'Objets de Moodle que cyclesync gère';
$string['categoryidnumbers'] = 'Catégories des cours';
$string['categoryidnumbers_desc'] = 'Identifiants (idnumber) des catégories où cyclesync travaille, séparés par des virgules : ce que dit « category » dans config.toml. La page « Ce qui reste à faire » vérifie qu’elles existent et que le compte du service y a son rôle.';
$string['checkfeedfailures'] = 'cyclesync : changements qui n’ont pas pu être écrits';
$string['checkfeedfailures_details'] = 'Le dernier : {$a->when}, événement {$a->what}, erreur {$a->error}. Les stagiaires n’ont rien remarqué ; la relecture complète de la nuit rattrape ce qui manque. Si cela continue, consultez le journal du serveur web et l’état de la base de données.';
$string['checkfeedfailures_ok'] = 'Aucun depuis sept jours.';
$string['checkfeedfailures_some'] = 'Changements qui n’ont pas pu être écrits depuis sept jours : {$a}.';
$string['checkmaporphans'] = 'cyclesync : objets gérés qui ont disparu';
$string['checkmaporphans_details'] = 'Par type : {$a}. Quelqu’un les a supprimés dans Moodle. « cyclesync plan » dit ce qu’il proposerait pour chacun ; rien n’est recréé de soi-même.';
$string['checkmaporphans_ok'] = 'Tous les objets gérés sont là.';
$string['checkmaporphans_some'] = 'Objets gérés qui ne sont plus dans Moodle : {$a}.';
$string['checkretention'] = 'cyclesync : conservation des changements';
$string['checkretention_disabled'] = 'La tâche qui supprime les anciens changements est désactivée : activez-la, sinon ils sont gardés sans limite.';
$string['checkretention_late'] = 'Des changements du {$a->when} sont encore là alors que {$a->days} jours sont conservés : vérifiez que le cron exécute la tâche.';
$string['checkretention_ok'] = 'Les changements sont conservés {$a} jours.';
$string['checkroles'] = 'cyclesync : rôles du compte du service';
$string['checkroles_excess'] = 'Le compte du service a, ou peut recevoir, des droits dont cyclesync n’a pas l’usage : {$a}. Retirez-les.';
$string['checkroles_missing'] = 'Droits nécessaires à cyclesync et absents de ses rôles : {$a}.';
$string['checkroles_ok'] = 'Les rôles contiennent exactement ce dont cyclesync a besoin.';
$string['checksealinglag'] = 'cyclesync : changements en attente de lecture';
$string['checksealinglag_details'] = 'cyclesync n’est pas venu les lire : vérifiez que son service tourne et que son jeton est encore valable.';
$string['checksealinglag_late'] = 'Changements que personne n’a lus : {$a->rows}, le plus ancien du {$a->when}.';
$string['checksealinglag_none'] = 'Aucun changement n’attend.';
$string['checksealinglag_ok'] = 'Changements qui attendent la prochaine lecture : {$a->rows}, le plus ancien du {$a->when}.';
$string['checkservice'] = 'cyclesync : service externe';
$string['checkservice_admin'] = 'Le compte {$a} est administrateur du site : utilisez un compte réservé au service.';
$string['checkservice_endless'] = 'Un jeton du compte {$a} n’a pas de fin : créez-en un qui expire, puis supprimez celui-ci.';
$string['checkservice_off'] = 'Le service est désactivé : personne ne peut l’utiliser.';
$string['checkservice_ok'] = 'Seuls des comptes choisis utilisent le service, avec des jetons qui expirent.';
$string['checkservice_open'] = 'Le service est ouvert à tous les comptes : cochez « Uniquement utilisateurs autorisés ».';
$string['checkservice_person'] = 'Le compte {$a} peut se connecter aux pages : choisissez pour lui l’authentification « Services web ».';
$string['colon'] = ' :';
$string['cyclesync:manage'] = 'Écrire les cours gérés par cyclesync';
$string['cyclesync:read'] = 'Lire ce dont cyclesync a besoin : correspondance, état et changements';
$string['cyclesync:viewown'] = 'Voir sa propre page « Où j’en suis »';
$string['decision'] = 'Décision';
$string['donesince'] = 'Fait depuis cette lecture.';
$string['dossier'] = 'Votre dossier';
$string['eventobjectwritten'] = 'cyclesync a écrit un objet';
$string['eventstatusesstored'] = 'cyclesync a enregistré la situation de stagiaires';
$string['jury'] = 'Jury';
$string['kind_course'] = 'cours';
$string['kind_enrol_instance'] = 'méthodes d’inscription';
$string['kind_enrolment'] = 'inscriptions';
$string['kind_event'] = 'événements';
$string['kind_group'] = 'groupes';
$string['kind_module'] = 'activités';
$string['kind_section'] = 'sections';
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
$string['privacy:metadata:declared'] = 'L’inscription : personne, état, dates, groupes.';
$string['privacy:metadata:map'] = 'Inscriptions gérées par cyclesync.';
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
$string['settings'] = 'Réglages';
$string['setup'] = 'cyclesync : ce qui reste à faire';
$string['setup_account_admin'] = 'Le compte {$a} est administrateur du site : créez-en un, réservé au service.';
$string['setup_account_auth'] = 'Le compte {$a} peut se connecter aux pages : choisissez pour lui l’authentification « Services web ».';
$string['setup_account_ip'] = 'Seules ces adresses peuvent l’utiliser : {$a}.';
$string['setup_account_none'] = 'Créez un compte dont l’authentification est « Services web », puis ajoutez-le aux utilisateurs autorisés du service « cyclesync ».';
$string['setup_account_noneauth'] = 'Activez l’authentification « Services web » (Plugins > Authentification), créez un compte qui l’utilise, puis ajoutez-le aux utilisateurs autorisés du service « cyclesync ».';
$string['setup_account_ok'] = '{$a} peut utiliser le service, et ne peut pas se connecter aux pages.';
$string['setup_account_several'] = 'Comptes qui peuvent utiliser le service : {$a}. Un seul suffit : retirez les autres.';
$string['setup_account_suspended'] = 'Le compte {$a} est suspendu ou non confirmé : le service le refuse.';
$string['setup_account_until'] = 'L’autorisation de {$a} a une date « valide jusqu’au » : videz-la. Moodle la lit à l’envers et refuse le compte jusqu’à cette date ; donnez plutôt une fin au jeton.';
$string['setup_assigned_ok'] = '{$a->account} a le rôle {$a->role} ici : {$a->place}.';
$string['setup_assigned_other'] = 'Le compte {$a} a d’autres rôles que les siens, dont cyclesync n’a pas l’usage : retirez-les.';
$string['setup_assigned_todo'] = 'Attribuez le rôle {$a->role} à {$a->account} ici : {$a->place}.';
$string['setup_availability_ok'] = 'Les activités peuvent s’ouvrir sous conditions.';
$string['setup_availability_todo'] = 'Activez les restrictions d’accès dans les fonctions avancées : sans elles, une activité ne peut pas dépendre d’une autre.';
$string['setup_category_none'] = 'Dites dans les réglages quelles catégories contiennent les cours, par leur identifiant (idnumber).';
$string['setup_category_ok'] = 'La catégorie « {$a} » existe.';
$string['setup_category_todo'] = 'Aucune catégorie, ou plusieurs, ont l’identifiant « {$a} » : créez-la, ou corrigez l’identifiant.';
$string['setup_completion_ok'] = 'L’achèvement est activé sur le site.';
$string['setup_completion_todo'] = 'Activez le suivi d’achèvement dans les fonctions avancées : sans lui, rien ne peut être suivi.';
$string['setup_cron_done'] = 'Dernier passage : {$a}.';
$string['setup_cron_never'] = 'Le cron n’est jamais passé : faites-le passer toutes les minutes.';
$string['setup_cron_todo'] = 'Le cron n’est pas passé depuis le {$a} : faites-le passer toutes les minutes.';
$string['setup_group_feed'] = 'Ce qui marche tout seul';
$string['setup_group_service'] = 'Le service, ses rôles, son compte, son jeton';
$string['setup_group_site'] = 'Le site';
$string['setup_identity_epoch'] = 'Époque des changements : {$a}';
$string['setup_identity_info'] = 'cyclesync reconnaît ce site à ces deux marques, et s’arrête quand elles changent sans raison.';
$string['setup_identity_site'] = 'Site : {$a}';
$string['setup_intro'] = 'Ce qu’il faut au site pour que cyclesync fonctionne, sans un droit de plus. Le plugin a créé le service et les deux rôles ; il ne crée ni compte ni jeton et n’attribue aucun rôle : cela vous revient.';
$string['setup_left'] = 'Points à régler : {$a}.';
$string['setup_limits_ok'] = 'PHP laisse passer des fichiers de {$a->size} et {$a->vars} champs par requête. Un paquet doit être plus petit ; le serveur web a sa propre limite.';
$string['setup_limits_todo'] = 'PHP ne laisse passer que {$a->vars} champs par requête et ignore les autres sans rien dire : réglez max_input_vars à 5000 au moins (fichiers : {$a->size}).';
$string['setup_mobile_ok'] = 'Les stagiaires peuvent utiliser l’application Moodle.';
$string['setup_mobile_todo'] = 'L’application Moodle n’est pas autorisée sur ce site. Activez-la si des stagiaires utilisent leur téléphone.';
$string['setup_nothingleft'] = 'Il ne reste rien à faire.';
$string['setup_observers_ok'] = 'Moodle signale à cyclesync tous les changements qu’il suit.';
$string['setup_observers_todo'] = 'Événements que Moodle ne transmet pas : {$a}. Purgez les caches.';
$string['setup_renew'] = 'Faire tout relire';
$string['setup_renew_confirm'] = 'cyclesync relira tous les cours en entier à sa prochaine lecture. Rien n’est perdu. Continuer ?';
$string['setup_renew_help'] = 'Après une restauration de la base de données, commencez une nouvelle époque : cyclesync relit alors tout au lieu de se fier à son repère.';
$string['setup_renewed'] = 'Une nouvelle époque commence : cyclesync relira tout.';
$string['setup_repair'] = 'Remettre le rôle comme prévu';
$string['setup_repair_confirm'] = 'Le rôle contiendra exactement ce dont cyclesync a besoin : ce qui a été ajouté est retiré, ce qui a été retiré revient. Continuer ?';
$string['setup_repaired'] = 'Le rôle {$a} est comme prévu.';
$string['setup_rest_ok'] = 'Le protocole REST est activé.';
$string['setup_rest_todo'] = 'Activez le protocole REST.';
$string['setup_role_changed'] = 'Le rôle {$a} n’est pas tel que cyclesync l’a défini. Ce qui a été modifié est resté en l’état.';
$string['setup_role_foreign'] = 'Cette installation du plugin ne l’a pas créé. Si une installation précédente l’a fait, remettez-le tel que défini avec le bouton ; sinon, donnez d’abord un autre nom abrégé à ce rôle.';
$string['setup_role_levels'] = 'Il peut être attribué à d’autres niveaux que le sien.';
$string['setup_role_none'] = 'Le rôle {$a} n’existe pas. Il a été supprimé, et n’est pas recréé sans vous.';
$string['setup_role_ok'] = 'Le rôle {$a} contient exactement ce dont cyclesync a besoin.';
$string['setup_service_disabled'] = 'Activez le service « cyclesync ».';
$string['setup_service_nofiles'] = 'Cochez « Autoriser le dépôt de fichiers » dans le service « cyclesync ».';
$string['setup_service_none'] = 'Le service « cyclesync » n’existe pas : relancez la mise à jour du site.';
$string['setup_service_ok'] = 'Le service « cyclesync » est activé, et seulement pour des comptes choisis.';
$string['setup_service_open'] = 'Cochez « Uniquement utilisateurs autorisés » dans le service « cyclesync ».';
$string['setup_state'] = 'État';
$string['setup_state_advice'] = 'Conseil';
$string['setup_state_done'] = 'Fait';
$string['setup_state_info'] = 'Pour information';
$string['setup_state_todo'] = 'À faire';
$string['setup_step'] = 'Étape';
$string['setup_title_account'] = 'Compte du service';
$string['setup_title_assigned'] = 'Rôles attribués';
$string['setup_title_availability'] = 'Restrictions d’accès';
$string['setup_title_category'] = 'Catégorie des cours';
$string['setup_title_completion'] = 'Achèvement';
$string['setup_title_cron'] = 'Cron';
$string['setup_title_feedfailures'] = 'Changements non écrits';
$string['setup_title_identity'] = 'Identité du site';
$string['setup_title_limits'] = 'Limites de PHP';
$string['setup_title_maporphans'] = 'Objets gérés';
$string['setup_title_mobile'] = 'Application Moodle';
$string['setup_title_observers'] = 'Événements';
$string['setup_title_rest'] = 'Protocole REST';
$string['setup_title_retention'] = 'Conservation des changements';
$string['setup_title_role'] = 'Rôle';
$string['setup_title_sealinglag'] = 'Lecture des changements';
$string['setup_title_service'] = 'Service externe';
$string['setup_title_token'] = 'Jeton';
$string['setup_title_webservices'] = 'Services web';
$string['setup_token_done'] = 'Un jeton existe, jusqu’au {$a}.';
$string['setup_token_ended'] = 'Le jeton a expiré : créez-en un autre, avec une fin, et déposez-le là où cyclesync le lit.';
$string['setup_token_endless'] = 'Un jeton existe et n’a pas de fin : créez-en un qui expire, puis supprimez celui-ci.';
$string['setup_token_none'] = 'Créez un jeton pour ce compte et le service « cyclesync », avec une fin.';
$string['setup_token_todo'] = 'Le jeton expire le {$a} : créez dès maintenant le suivant.';
$string['setup_token_unused'] = 'Jamais utilisé.';
$string['setup_token_used'] = 'Dernière utilisation : {$a}.';
$string['setup_webservices_ok'] = 'Les services web sont activés.';
$string['setup_webservices_todo'] = 'Activez les services web dans les fonctions avancées.';
$string['setup_what'] = 'Que faire';
$string['submission_draft'] = 'Votre fichier est enregistré en brouillon : il n’est pas remis.';
$string['submission_none'] = 'Non remis.';
$string['submission_reopened'] = 'Rouvert le {$a} : à remettre de nouveau.';
$string['submission_submitted'] = 'Remis le {$a}.';
$string['taskpruneoutbox'] = 'Supprimer les anciennes lignes du journal des changements de cyclesync';
$string['technicaldetail'] = 'Détail technique';
$string['todo'] = 'À faire par vous';
$string['toofew'] = 'Manque : {$a}';
$string['toomany'] = 'En trop : {$a}';
