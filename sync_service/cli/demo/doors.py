"""The demonstration's only page to open: four doors, one per kind of reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from sync_service.adapters.documents.html import stylesheet
from sync_service.domain import french
from sync_service.domain.typography import unbreakable


@dataclass(frozen=True, slots=True)
class Link:
    """One page behind a door."""

    text: str
    href: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Door:
    """One kind of reader."""

    title: str
    text: str
    links: tuple[Link, ...]
    command: str = ""
    telephone: Link | None = None
    """A page shown in the door itself, as wide as a telephone."""


OFFICE = Door(
    "Service certification",
    "Ce que le service lit trente jours avant le jury, puis une fois le certificat remis.",
    (
        Link("Tableau de bord, 30 jours avant le jury", "pages/tableau-de-bord-j-30.html"),
        Link("Ce qui manque, par échéance", "pages/manques-j-30.html"),
        Link("Fiche de suivi d’une stagiaire", "pages/fiche-j-30.html"),
        Link("Tableau de bord, résultat", "pages/tableau-de-bord-resultat.html"),
        Link("Fiche de suivi d’une certifiée", "pages/fiche-resultat.html"),
        Link("Le même tableau pour Excel", "pages/tableau-de-bord-resultat.csv"),
    ),
    "report promotion",
)
ADMINISTRATOR = Door(
    "Administration Moodle",
    "L’aperçu d’un cours que des personnes ont changé à la main : rien n’est écrasé, rien n’est supprimé.",
    (
        Link(
            "Aperçu du premier jour",
            "pages/apercu-premier-jour.html",
            "Tout le cours, avec la ligne à copier pour l’appliquer.",
        ),
        Link(
            "Aperçu en cours d’année", "pages/apercu.html", "Le titre changé à la main est montré et laissé tel quel."
        ),
        Link("Aperçu refusé", "pages/apercu-refuse.html", "Un paquet qui effacerait des résultats n’est pas remplacé."),
    ),
    "plan angers-2026-2027",
)
TRAINEE = Door(
    "Stagiaire",
    "Ce que voit sur son téléphone une stagiaire dont un dépôt est resté en brouillon.",
    (
        Link("Où j’en suis", "pages/ou-j-en-suis.html"),
        Link("Le cours", "pages/cours.html"),
    ),
    telephone=Link("Où j’en suis, à la largeur d’un téléphone", "pages/ou-j-en-suis.html"),
)


def engineer(root: str, calls: Sequence[tuple[str, int]]) -> Door:
    """Return the engineer's door: calls made, the register, where the code is; ``root`` leads to the clone."""
    total = french.count(sum(number for _, number in calls), "appel")
    listed = ", ".join(f"{name} × {number}" for name, number in calls[:6])
    return Door(
        "Ingénieur",
        "Ce qui s’est passé dessous.",
        (
            Link("Le registre vérifié", "pages/verification.txt"),
            Link("Journal des écritures dans Moodle", "pages/journal.txt"),
            Link(f"{total} à Moodle dans l’année", note=f"{listed} …"),
            Link("La configuration", "config.toml"),
            Link("Comment cela marche", f"{root}/docs/how-it-works.md", "En anglais ; nomme les fichiers à lire."),
            Link("À quoi sert chaque dossier du code", f"{root}/docs/folders.md", "En anglais."),
        ),
        "ledger verify --strict",
    )


def index_page(cycle: str, promotion: str, doors: Sequence[Door], lines: Sequence[str], *, program: str) -> str:
    """Draw the page; ``program`` is how to call cyclesync from its folder."""
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: unbreakable(value) if type(value) is str else value,
    )
    source = (files(__package__) / "index.html.j2").read_text(encoding="utf-8")
    return environment.from_string(source).render(
        cycle=cycle, promotion=promotion, doors=doors, lines=lines, style=stylesheet(), program=program
    )
