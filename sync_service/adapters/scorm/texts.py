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
    "training-why": "Vos réponses restent dans ce navigateur. Aucun score n’est envoyé. Vous pouvez le refaire à volonté.",
    "counts": "Un quiz qui compte",
    "counts-why": "Vos réponses et votre résultat sont envoyés à Moodle. Le seuil est de {0} % de bonnes réponses.",
    "unlimited": "Vous pouvez refaire le quiz à volonté ; le meilleur essai est gardé.",
    "once": "Vous avez un seul essai.",
    "attempts": "Vous avez {0} essais ; le meilleur est gardé.",
    "several": "Plusieurs réponses sont possibles.",
    "true": "Vrai",
    "false": "Faux",
    "your-answer": "Votre réponse",
    "check": "Valider ma réponse",
    "result": "Bonnes réponses :",
    "best": "Résultat gardé : {0} %.",
    "reached": "Le seuil est atteint : le quiz est réussi, il n’est plus à refaire.",
    "left": "Le seuil n’est pas encore atteint. Vous pouvez refaire le quiz.",
    "remaining": "Essais restants : {0}.",
    "missed": "Le seuil n’est pas atteint, et le quiz ne peut plus être refait. Relisez les explications : elles restent ici.",
    "again": "Refaire le quiz",
    "quiz-first": "Pour terminer, répondez d’abord à toutes les questions de la page « {0} ».",
    "quiz-left": (
        "Le seuil du quiz n’est pas atteint. Si vous choisissez « Terminer », ce résultat devient définitif ; sinon, "
        "refaites le quiz à la page « {0} »."
    ),
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
    "training-why": "Your answers stay in this browser. No score is sent. You can take it again as often as you like.",
    "counts": "A quiz that counts",
    "counts-why": "Your answers and your result are sent to Moodle. The pass mark is {0}% of right answers.",
    "unlimited": "You can take the quiz again as often as you like; the best attempt is kept.",
    "once": "You have one attempt.",
    "attempts": "You have {0} attempts; the best one is kept.",
    "several": "Several answers are possible.",
    "true": "True",
    "false": "False",
    "your-answer": "Your answer",
    "check": "Check my answer",
    "result": "Right answers:",
    "best": "Result kept: {0}%.",
    "reached": "The pass mark is reached: the quiz is passed and need not be taken again.",
    "left": "The pass mark is not reached yet. You can take the quiz again.",
    "remaining": "Attempts left: {0}.",
    "missed": "The pass mark is not reached, and the quiz cannot be taken again. Read the explanations: they stay here.",
    "again": "Take the quiz again",
    "quiz-first": "To finish, first answer every question of the page “{0}”.",
    "quiz-left": (
        "The pass mark of the quiz is not reached. If you choose “Finish”, this result becomes final; otherwise, take "
        "the quiz again at the page “{0}”."
    ),
}
TEXTS = {"fr": _FR, "en": _EN}
"""Texts written into the pages, by language, then by name."""

MESSAGES = {
    "fr": {
        "alone": "Ce module est ouvert hors de Moodle : rien n’est enregistré.",
        "browse": "Aperçu : rien n’est enregistré.",
        "review": "Vous avez déjà terminé ce module. Vous pouvez le relire ; plus rien n’est enregistré.",
        "done": "Préparation terminée, c’est enregistré. Vous pouvez relire les pages ou revenir au cours.",
        "reached": (
            "Module terminé : le seuil du quiz est atteint, c’est enregistré. Vous pouvez relire les pages ou revenir au "
            "cours."
        ),
        "missed": (
            "Module terminé : le seuil du quiz n’est pas atteint, c’est enregistré. Vous pouvez relire les pages et les "
            "explications, et en parler avec votre intervenant(e)."
        ),
        "offline": (
            "Vous êtes hors connexion, ou votre session Moodle a expiré. Votre avancement est gardé dans ce "
            "navigateur ; il sera envoyé au retour de la connexion, ou quand vous rouvrirez le module ici."
        ),
        "back": "La connexion est revenue : votre avancement est enregistré.",
        "moved": (
            "Ce module a été mis à jour : la page où vous étiez n’y est plus. Vous reprenez à la première page que "
            "vous n’avez pas encore vue ; votre avancement est gardé."
        ),
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
        "reached": (
            "Finished: the pass mark of the quiz is reached, and recorded. You can read the pages again or go back to the "
            "course."
        ),
        "missed": (
            "Finished: the pass mark of the quiz is not reached; this is recorded. You can read the pages and the "
            "explanations again, and talk about them with your trainer."
        ),
        "offline": (
            "You are offline, or your Moodle session has expired. Your progress is kept in this browser; it will be "
            "sent when the connection is back, or when you open the module here again."
        ),
        "back": "The connection is back: your progress is recorded.",
        "moved": (
            "This module was updated: the page where you were is gone. You go on from the first page that you have not "
            "seen yet; your progress is kept."
        ),
        "right": "Right.",
        "wrong": "This is not the expected answer.",
        "empty": "Give an answer first.",
        "number": "Write a number, such as 12 or 3.5.",
    },
}
"""What the runtime may have to say, by language, then by name."""
