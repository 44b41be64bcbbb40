"""What a package says on its own account, in each language of a module."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Typeset: TypeAlias = Callable[[str], str]

_FR = {
    "skip": "Aller au contenu",
    "minutes": "Environ {0} minutes, en une ou plusieurs fois : votre place est gardée.",
    "pages": "Pages du module",
    "seen": "page vue",
    "previous": "Page précédente",
    "next": "Page suivante",
    "finish": "Terminer",
    "page": "Page",
    "of": "sur",
    "objectifs": "Objectifs",
    "info": "À savoir",
    "conseil": "Conseil",
    "attention": "Attention",
    "etude-de-cas": "Étude de cas",
    "mise-en-application": "Mise en application",
    "a-completer": "À compléter par l’intervenant(e)",
    "mise-en-situation": "Mise en situation",
    "choose": "Que faites-vous ?",
    "bilan": "Bilan",
    "transcript": "Lire la transcription",
    "depart": "Point de départ",
    "fiction": "Situation fictive",
    "source": "Source : {0}",
    "private": "Pour vous seul(e)",
    "private-why": (
        "Vos réponses restent dans ce navigateur ; nous savons seulement que vous l’avez fait. Sur un ordinateur "
        "partagé, effacez-les avec le bouton au bas de la page."
    ),
    "erase": "Effacer mes réponses",
    "training": "Un entraînement",
    "training-why": "Vos réponses restent dans ce navigateur. Aucun score n’est envoyé.",
    "counts": "Un quiz qui compte",
    "counts-why": "Vos réponses et votre score sont envoyés à Moodle. Il faut {0} % de bonnes réponses.",
    "attempts": "Vous avez {0} essai(s).",
    "several": "Plusieurs réponses sont possibles.",
    "true": "Vrai",
    "false": "Faux",
    "your-answer": "Votre réponse",
    "check": "Valider ma réponse",
    "result": "Bonnes réponses :",
    "reached": "Le seuil est atteint.",
    "missed": "Le seuil n’est pas atteint.",
    "again": "Refaire le quiz",
}
_EN = {
    "skip": "Skip to content",
    "minutes": "About {0} minutes, in one or several visits: your place is kept.",
    "pages": "Pages of the module",
    "seen": "page seen",
    "previous": "Previous page",
    "next": "Next page",
    "finish": "Finish",
    "page": "Page",
    "of": "of",
    "objectifs": "Objectives",
    "info": "Good to know",
    "conseil": "Advice",
    "attention": "Take care",
    "etude-de-cas": "Case study",
    "mise-en-application": "Putting into practice",
    "a-completer": "To be completed by the trainer",
    "mise-en-situation": "Role play",
    "choose": "What do you do?",
    "bilan": "Looking back",
    "transcript": "Read the transcript",
    "depart": "A starting point",
    "fiction": "Fictitious situation",
    "source": "Source: {0}",
    "private": "For you alone",
    "private-why": (
        "Your answers stay in this browser; we only know that you did it. On a shared computer, erase them with the "
        "button at the bottom of the page."
    ),
    "erase": "Erase my answers",
    "training": "A training quiz",
    "training-why": "Your answers stay in this browser. No score is sent.",
    "counts": "A quiz that counts",
    "counts-why": "Your answers and your score are sent to Moodle. {0}% of right answers are needed.",
    "attempts": "You have {0} attempt(s).",
    "several": "Several answers are possible.",
    "true": "True",
    "false": "False",
    "your-answer": "Your answer",
    "check": "Check my answer",
    "result": "Right answers:",
    "reached": "The pass mark is reached.",
    "missed": "The pass mark is not reached.",
    "again": "Take the quiz again",
}
TEXTS = {"fr": _FR, "en": _EN}
"""Texts written into the pages, by language, then by name."""

MESSAGES = {
    "fr": {
        "alone": "Ce module est ouvert hors de Moodle : rien n’est enregistré.",
        "browse": "Aperçu : rien n’est enregistré.",
        "review": "Vous avez déjà terminé ce module. Vous pouvez le relire ; plus rien n’est enregistré.",
        "done": "Préparation terminée, c’est enregistré. Vous pouvez relire les pages ou revenir au cours.",
        "offline": (
            "Vous êtes hors connexion, ou votre session Moodle a expiré. Votre avancement est gardé dans ce "
            "navigateur ; il sera envoyé au retour de la connexion, ou quand vous rouvrirez le module ici."
        ),
        "back": "La connexion est revenue : votre avancement est enregistré.",
        "right": "Bonne réponse.",
        "wrong": "Ce n’est pas la réponse attendue.",
        "empty": "Donnez d’abord une réponse.",
        "number": "Écrivez un nombre, comme 12 ou 3,5.",
    },
    "en": {
        "alone": "This module is open outside Moodle: nothing is recorded.",
        "browse": "Preview: nothing is recorded.",
        "review": "You have already finished this module. You can read it again; nothing more is recorded.",
        "done": "Finished and recorded. You can read the pages again or go back to the course.",
        "offline": (
            "You are offline, or your Moodle session has expired. Your progress is kept in this browser; it will be "
            "sent when the connection is back, or when you open the module here again."
        ),
        "back": "The connection is back: your progress is recorded.",
        "right": "Right.",
        "wrong": "This is not the expected answer.",
        "empty": "Give an answer first.",
        "number": "Write a number, such as 12 or 3.5.",
    },
}
"""What the runtime may have to say, by language, then by name."""
