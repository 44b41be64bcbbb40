"""``retention``: what the tableau de gestion allows to eliminate, on a visa and never by itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from sync_service.cli.asking import agreed
from sync_service.cli.session import Session, session
from sync_service.cli.transfer import transfer
from sync_service.domain import french
from sync_service.domain.consultations import KEPT, LIST
from sync_service.errors import RecordRefusedError

if TYPE_CHECKING:
    from sync_service.bootstrap import App
    from sync_service.usecases.desk import Desk
    from sync_service.usecases.retention import Eliminated, Proposal

Promotion = Annotated[str, typer.Option(help="Promotion ; inutile s’il n’y en a qu’une.")]
ListId = Annotated[str, typer.Argument(metavar="LISTE", help="Nom de la liste d’élimination.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Le tableau de gestion : proposer, faire viser, éliminer, verser.", no_args_is_help=True)
    for name, command in (
        ("show", show), ("propose", propose), ("approve", approve), ("eliminate", eliminate), ("transfer", transfer),
    ):  # fmt: skip
        group.command(name)(command)
    app.add_typer(group, name="retention")


def _desk(app: App, promotion: str, name: str = "") -> Desk:
    """Return the desk of a promotion: the one that is named, else that of a list, else the only one."""
    from sync_service.cli.naming import named_or_only
    from sync_service.usecases.desk import Desk
    from sync_service.usecases.retention import lists_in

    if name and not promotion:
        held = lists_in(app.stores.ledger).get(name)
        promotion = held.promotion if held else ""
    files = named_or_only(app, promotion)
    return Desk(app.stores.ledger, files, app.office_filing(files))


def show(context: typer.Context, promotion: Promotion = "") -> None:
    """Dire ce que le registre garde de chacun, jusqu’à quand, et ce qui s’oppose à son élimination."""
    from sync_service.adapters.ledger_sql import not_recalled, returned
    from sync_service.cli.consulting import consulted
    from sync_service.cli.opening import open_app
    from sync_service.domain.retention import sentence
    from sync_service.domain.second_person import LONG
    from sync_service.usecases.retention import holding, known_lists, left_of, units_of

    here = session(context)
    with open_app(here) as app:
        desk = _desk(app, promotion)
        every, lists = units_of(desk), known_lists(desk)
        found = holding(desk, every)
        left = {name: left_of(desk, held) for name, held in lists.items()}
        now = app.clock.now()
        today, old = now.date(), app.stores.access.older_than(now - KEPT)
        back = returned(app.stores)
        unknown = not_recalled(app.stores, ZoneInfo(app.config.daemon.zone))
        consulted(app, "retention", [f"prom:{desk.files.promotion.id}"])
    for unit in found:
        here.say(f"- {sentence(unit)}{' Peut être proposé.' if unit.due(today) else ''}")
    if empty := len(every) - len(found):
        here.say(f"{_empty(empty)} : jamais rien, ou plus rien.")
    for held in lists.values():
        days = (today - held.proposed_on).days
        since = f" depuis {french.count(days, 'jour')}" if days >= LONG else ""
        visa = f"visa {held.visa}" if held.approved else f"visa attendu{since}"
        here.say(
            f"Liste {held.id} du {held.proposed_on:%d/%m/%Y} : {visa}, {left[held.id]} sur {len(held.units)} à éliminer."
        )
    for said in (*unknown, *(item.came_back for item in back)):
        here.say(f"- {said}")
    here.say(f"Journal des consultations : douze mois ; {_old(old)}.")
    here.result(
        {
            "consultations": old,
            "due": sum(u.due(today) for u in found),
            "empty": empty,
            "lists": left,
            "returned": {item.list_id: len(item.units) for item in back},
        }
    )


def _empty(number: int) -> str:
    return french.count(number, "série ne garde rien", "séries ne gardent rien")


def _old(number: int) -> str:
    if not number:
        return "aucune ligne n’est plus ancienne"
    said = french.count(number, "ligne est plus ancienne", "lignes sont plus anciennes")
    return f"{said} et peuvent être effacées : cyclesync retention eliminate {LIST}"


def propose(
    context: typer.Context,
    promotion: Promotion = "",
    form: Annotated[str, typer.Option("--format", help="html, csv, xlsx, pdf ou json.")] = "html",
    out: Annotated[Path | None, typer.Option(help="Bordereau à écrire ; sinon dans exports/.")] = None,
    again: Annotated[
        str, typer.Option("--list", metavar="LISTE", help="Refaire le bordereau d’une liste déjà proposée.")
    ] = "",
) -> None:
    """Proposer l’élimination de ce dont la durée est échue : un bordereau, pour le visa des archives."""
    from sync_service.adapters.ledger_sql import returned
    from sync_service.cli.opening import open_app
    from sync_service.usecases.retention import prepare, proposed

    here = session(context)
    with open_app(here, adding=True) as app:
        desk = _desk(app, promotion, again)
        back = returned(app.stores)
        for item in back:
            here.say(item.came_back)
        made = proposed(desk, again) if again else prepare(desk, on=app.clock.now().date(), back=back)
        if made is None:
            here.say(
                "Rien à proposer : aucune durée n’est échue, ou tout est déjà sur une liste. « retention show » dit pourquoi."
            )
            here.result({"list": None, "units": 0})
            return
        path = out or app.config.path(app.config.exports_dir) / f"bordereau-elimination-{made.id}.{form}"
        _write_slip(app, desk, made, path, form, new=not again)
    here.say(f"Liste {made.id} : {french.count(len(made.units), 'série')} à éliminer. Bordereau à faire viser : {path}")
    here.say(f"Après le visa : cyclesync retention approve {made.id} --visa RÉFÉRENCE")
    here.result({"list": made.id, "units": len(made.units), "file": str(path)})


def _write_slip(app: App, desk: Desk, made: Proposal, path: Path, form: str, *, new: bool) -> None:
    """Write a bordereau, and record its list when it is a new one: neither stays without the other."""
    from hashlib import sha256

    from sync_service.cli.exporting import record_export
    from sync_service.cli.marking import draw
    from sync_service.cli.opening import write_text
    from sync_service.domain.programme import programme_of
    from sync_service.domain.reports.elimination import elimination_slip
    from sync_service.usecases.exports import Export
    from sync_service.usecases.retention import record_proposal, terms_of

    producer = desk.files.cycle.organiser.producer
    slip = elimination_slip(
        made.id, made.units, programme_of(desk.files), terms_of(desk), producer=producer, on=made.on
    )
    content = draw(app, slip, form)

    def record() -> None:
        if new:
            record_proposal(desk, made)
        about = Export("elimination", form, len(made.units), f"prom:{desk.files.promotion.id}")
        record_export(app, desk.files, sha256(content).hexdigest(), about)

    write_text(path, content, private=True, before=record)


def approve(
    context: typer.Context,
    name: ListId,
    visa: Annotated[str, typer.Option(help="Référence du visa des archives.")],
    promotion: Promotion = "",
) -> None:
    """Enregistrer la référence du visa des archives."""
    from sync_service.cli.opening import open_app
    from sync_service.usecases.retention import approve as record_visa

    here = session(context)
    with open_app(here, adding=True) as app:
        done = record_visa(_desk(app, promotion, name), name, on=app.clock.now().date(), visa=visa)
    here.say(f"Visa {'enregistré' if done else 'déjà enregistré'} pour la liste {name}.")
    here.result({"list": name, "recorded": done})


def eliminate(
    context: typer.Context,
    name: ListId,
    promotion: Promotion = "",
    visa: Annotated[
        str, typer.Option(help="Visa déjà donné, pour éliminer de nouveau ce qu’une restauration a ramené.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Ne pas demander.")] = False,
) -> int:
    """Détruire les clés d’une liste visée : ce qu’elles protègent devient illisible, pour toujours."""
    from sync_service.adapters.ledger_sql import keep_list
    from sync_service.cli.finishing import finish
    from sync_service.cli.opening import open_app
    from sync_service.domain.retention import counted
    from sync_service.usecases.retention import left_of, ready

    here = session(context)
    if name == LIST:
        _forget_consultations(here, yes=yes)
        return 0
    with open_app(here) as app:
        ended = finish(here, app)
        if ended.keys:
            keep_list(app.stores, app.clock.now())
        app.stores.require_sound()
        desk = _desk(app, promotion, name)
        what = "les clés" if visa else french.count(left_of(desk, ready(desk, name)), "clé")
        if not (yes or agreed(f"Détruire définitivement {what} de la liste {name}", enter=False)):
            here.say("Rien d’autre n’a été détruit." if ended.keys else "Rien n’a été détruit.")
            here.result({"list": name, "destroyed": 0, "finished": ended.keys})
            return 0
        done = _eliminated(app, desk, name, visa)
        wrong = (*keep_list(app.stores, app.clock.now()), *_nowhere(app))
    here.say(f"{counted(done.destroyed, done.empty)} Le registre et ses preuves restent vérifiables.")
    for said in (*done.kept, *wrong):
        here.say(f"- {said}")
    here.result(
        {
            "list": name, "destroyed": done.destroyed, "empty": done.empty, "finished": ended.keys, "kept": len(done.kept),
            "not_listed": list(wrong),
        }
    )  # fmt: skip
    return 4 if wrong else 0


def _eliminated(app: App, desk: Desk, name: str, visa: str) -> Eliminated:
    """Carry out a list, or carry it out again when a restoration brought back what it had eliminated."""
    from sync_service.adapters.ledger_sql import returned
    from sync_service.usecases.eliminating_again import eliminate_again, to_do_again
    from sync_service.usecases.retention import eliminate as destroy
    from sync_service.usecases.retention import known_lists

    lists = known_lists(desk)
    again = to_do_again(returned(app.stores), name, visa) if visa else None
    if again is not None:
        return eliminate_again(desk, app.stores.ledger, again, lists)
    if visa and (name not in lists or lists[name].visa != visa):
        raise RecordRefusedError(
            f"Rien de ce que le bordereau {name[:40]} avait éliminé sous ce visa n’est revenu : « cyclesync check » dit ce qui l’est."
        )
    return destroy(desk, app.stores.ledger, name, on=app.clock.now().date())


def _nowhere(app: App) -> tuple[str, ...]:
    """Say when the list of eliminations is kept nowhere outside the register."""
    from sync_service.adapters.ledger_sql import places_of

    if places_of(app.stores):
        return ()
    return (
        (
            "La liste des éliminations n’est gardée nulle part hors du registre : une sauvegarde plus ancienne remise en place "
            "ramènerait ces identités sans que rien le dise. Indiquez checkpoints_dir dans config.toml, ou faites une sauvegarde."
        ),
    )


def _forget_consultations(here: Session, *, yes: bool) -> None:
    """Erase the consultations of more than a year: a technical log, on which the archives have no say."""
    from sync_service.bootstrap import cli_actor
    from sync_service.cli.opening import open_app

    with open_app(here) as app:
        cli_actor(app.config)  # somebody answers for it
        before = app.clock.now() - KEPT
        old = app.stores.access.older_than(before)
        if not old or not (
            yes or agreed(f"Effacer {french.count(old, 'consultation')} de plus de douze mois", enter=False)
        ):
            here.say("Rien n’a été effacé.")
            here.result({"list": LIST, "erased": 0})
            return
        erased = app.stores.access.forget(before)
    here.say(f"{french.count(erased, 'consultation effacée', 'consultations effacées')}.")
    here.result({"list": LIST, "erased": erased})
