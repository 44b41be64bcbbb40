"""Ending the destructions that a killed process had only recorded: a command goes on where it stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_service.domain import french
from sync_service.errors import AlteredRegisterError

if TYPE_CHECKING:
    from sync_service.adapters.ledger_sql import Finished
    from sync_service.bootstrap import App
    from sync_service.cli.session import Session


def finish(here: Session, app: App) -> Finished:
    """Destroy the keys that are left, say so, and lift the alarm when it was about nothing else.

    Raises:
        AlteredRegisterError: the alarm was raised by a verification that looked at more than this one can.
    """
    from sync_service.adapters.ledger_sql import finish_destructions

    ended = finish_destructions(app.stores)
    if ended.keys:
        lists = f" (liste {french.listing(ended.lists)})" if ended.lists else ""
        said = french.count(
            ended.keys,
            "clé dont la destruction était inscrite, et qu’un arrêt avait laissée, est maintenant détruite",
            "clés dont la destruction était inscrite, et qu’un arrêt avait laissées, sont maintenant détruites",
        )
        here.say(f"Élimination interrompue, achevée{lists} : {said}.")
    for line in ended.shared:
        here.say(
            f"- Ligne {line} : la clé qu’elle dit détruite protège aussi ce qui a été enregistré depuis ; elle n’est pas "
            "détruite. Proposez une nouvelle liste."
        )
    if not ended.shared:
        _verify_again(here, app)
    return ended


def _verify_again(here: Session, app: App) -> None:
    from sync_service.cli.verifying import verify_all

    alarm = app.stores.alarm()
    if alarm is None or not alarm.blocking or not alarm.only_keys_left:
        return
    done, _ = verify_all(app, with_documents=alarm.documents)
    for finding in done.findings:
        here.say(f"- {finding}")
    after = app.stores.alarm()
    if after is None:
        here.say("Registre vérifié de nouveau, en ordre : les ajouts reprennent.")
    elif not done.grave:
        raise AlteredRegisterError(
            "Les clés laissées par l’arrêt sont détruites. La vérification qui les avait trouvées avait regardé davantage que "
            "celle-ci : relancez-la, « cyclesync ledger verify --against DOSSIER », puis de nouveau cette commande.",
            after.findings,
        )
