"""The bordereau de versement: what is handed to definitive archives, and the list of minutes that goes with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sync_service.domain import french
from sync_service.domain.certification import Context, Standing
from sync_service.domain.programme import Programme
from sync_service.domain.reports.model import Column, Ending, Report, Section, Table

ITEMS = (
    Column("number", "N° d’ordre"),
    Column("series", "Série", head=True),
    Column("content", "Contenu"),
    Column("pieces", "Pièces"),
    Column("first", "Date la plus ancienne"),
    Column("last", "Date la plus récente"),
    Column("outcome", "Sort final"),
    Column("place", "Où, dans le versement"),
)
MINUTES = (
    Column("jury", "Session de jury", head=True),
    Column("held_on", "Tenue le"),
    Column("reference", "Procès-verbal"),
    Column("signed_on", "Signé le"),
    Column("decided", "Décisions"),
    Column("favourable", "Favorables"),
    Column("document", "Document signé"),
    Column("sha256", "Empreinte", on_page=False),
)


@dataclass(frozen=True, slots=True)
class Transfer:
    """What a transfer holds."""

    promotion: str
    certificates: int
    size: int
    """Lines of the register that are joined."""
    root: str
    key_fingerprint: str
    minutes: Mapping[str, str]
    """Jury → path of its signed minutes in the transfer, empty when the document was never filed."""
    digests: Mapping[str, str]
    """Jury → digest that the register holds of its signed minutes."""
    between: Mapping[str, tuple[date, date] | None] = field(default_factory=dict)
    """certificates, minutes, register → oldest and newest days of what is handed over, None when there is nothing."""


def minutes_report(standings: Sequence[Standing], context: Context, made: Transfer, ending: Ending) -> Report:
    """Make the list of the minutes of a promotion, each with what became of its document."""
    rows = tuple(
        (
            name, jury.held_on, jury.minutes, jury.signed_on, *_decisions(standings, name),
            made.minutes.get(name) or "document non versé", made.digests.get(name, ""),
        )
        for name, jury in sorted(context.juries.items(), key=lambda item: (item[1].held_on or date.max, item[0]))
    )  # fmt: skip
    label = context.programme.label
    table = Table("minutes", f"Procès-verbaux de la promotion {label}", MINUTES, rows, "Aucune session de jury.")
    return Report(
        code="",
        name="minutes",
        title=f"Liste des procès-verbaux – promotion {label}",
        subtitle=f"Cycle « {context.programme.title} »",
        sections=(Section("Procès-verbaux", tables=(table,)),),
        footers=ending.footers(whole=True),
        stamp=ending.stamp,
        main="minutes",
    )


def _decisions(standings: Sequence[Standing], jury: str) -> tuple[int, int]:
    found = [p.decision for s in standings for p in s.passages if p.jury == jury and p.decision]
    return len(found), found.count("favorable")


def transfer_slip(made: Transfer, programme: Programme, producer: str, ending: Ending) -> Report:
    """Make the bordereau, ready to be signed by both sides; nothing of it destroys anything.

    ``producer`` is the office whose archives these are.
    """
    joined = sum(bool(path) for path in made.minutes.values())
    permanent = "conservation définitive"
    days = {name: made.between.get(name) or (None, None) for name in ("certificates", "minutes", "register")}
    rows = (
        (1, "Registre des certificats", f"{french.count(made.certificates, 'numéro')} de la promotion", 2, *days["certificates"],
         permanent, "registre-des-certificats.pdf, .csv"),
        (2, "Procès-verbaux de jury", f"{french.count(len(made.minutes), 'session')} de jury, leur liste et leurs procès-verbaux",
         2 + joined, *days["minutes"], permanent, "proces-verbaux.pdf, .csv, proces-verbaux/"),
        (3, "Registre de certification", f"{french.whole(made.size)} lignes, leur scellé, la clé publique, un vérificateur",
         5, *days["register"], permanent, "registre/"),
    )  # fmt: skip
    return Report(
        code="",
        name="bordereau-versement",
        title=f"Bordereau de versement – promotion {programme.label}",
        subtitle=f"{producer} · cycle « {programme.title} »",
        sections=(
            Section("Objet du versement", tables=(Table("items", "Séries versées", ITEMS, rows),)),
            Section(
                "Intégrité",
                pairs=(
                    ("Lignes du registre", made.size),
                    ("Racine", made.root),
                    ("Empreinte de la clé publique", made.key_fingerprint),
                ),
            ),
            Section("Ce qui manque", sentences=_missing(made)),
            Section("Signatures", sentences=(_MEANING,), to_sign=_SIGNATURES),
        ),
        footers=ending.footers(whole=True),
        notices=ending.notices,
        stamp=ending.stamp,
        main="items",
    )


_SIGNATURES = (
    "Service versant (nom, qualité, date, signature) :",
    "Service d’archives, cote attribuée (nom, qualité, date, signature) :",
)
_MEANING = "Le versement ne détruit rien : le service garde son registre, et ce qui doit en être éliminé suit un autre bordereau."


def _missing(made: Transfer) -> tuple[str, ...]:
    absent = sorted(jury for jury, path in made.minutes.items() if not path)
    if not absent:
        return ("Rien ne manque.",)
    return tuple(
        f"Procès-verbal signé du jury {jury} : document non versé au service, seule sa ligne est au registre."
        for jury in absent
    )
