"""The LISEZ-MOI of the folder given to a person who asks what is held about her."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sync_service.domain import french
from sync_service.domain.typography import french as typeset

_TEXT = """\
VOTRE DOSSIER – {name}

Vous avez demandé, le {received}, à connaître ce que le service certification garde sur vous. La réponse est due le
{due} au plus tard ; ce dossier a été établi le {made}.

CE QU’IL CONTIENT

{contents}
  lignes.html              toutes les lignes du registre qui vous concernent, en français
  lignes.json              les mêmes, pour une machine, avec tout ce qu’elles protègent
  consultations.html       qui a consulté votre dossier, quand et pourquoi, sur douze mois
  SOMMAIRE.txt             l’empreinte SHA-256 de chaque fichier

CE QU’IL NE CONTIENT PAS

  Les feuilles d’émargement signées et les procès-verbaux nomment aussi d’autres personnes : vous pouvez demander à
  consulter la partie qui vous concerne. Les fichiers que vous avez déposés restent dans Moodle, où vous les avez.
{absent}
CORRIGER, LIMITER, EFFACER

  Rectification : dites ce qui est inexact et joignez ce qui le prouve. Une mention rectificative est ajoutée ;
  l’ancienne valeur reste prouvable et n’est plus montrée par défaut.
  Limitation : vous pouvez demander que rien ne soit fait de ces données pendant qu’une contestation est examinée.
  Elles sont alors gardées, et rien n’en est éliminé.
  Effacement : le registre des certificats et les procès-verbaux sont des archives publiques, gardées pour toujours.
  Le reste est éliminé à la fin de sa durée, avec l’accord des archives ; le tableau de gestion dit quand.

À QUI LE DEMANDER

  {contact}
  À défaut de réponse satisfaisante, vous pouvez saisir le délégué à la protection des données de l’établissement, puis
  la CNIL.
"""


def access_readme(
    name: str, *, received: date, due: date, made: date, promotions: Sequence[str], absent: Sequence[str], contact: str
) -> str:
    """Write it; ``promotions`` are those whose file is joined, ``absent`` sentences on those whose file is not."""
    contents = "\n".join(
        f"  {promotion}/".ljust(27) + "votre fiche de suivi, votre assiduité, les pièces versées, ce qui manque"
        for promotion in promotions
    )
    said = "".join(f"  {sentence}\n" for sentence in absent)
    return typeset(
        _TEXT.format(
            name=name,
            received=french.long_date(received),
            due=french.long_date(due),
            made=french.long_date(made),
            contents=contents,
            absent=said,
            contact=contact or "Au service certification qui vous a remis ce dossier.",
        )
    )
