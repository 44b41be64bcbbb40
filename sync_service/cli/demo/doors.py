"""The demonstration's only page to open: five doors, one per kind of reader."""

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
    others: tuple[tuple[str, str], ...] = ()
    """The same in other forms: (text, address)."""


@dataclass(frozen=True, slots=True)
class Door:
    """One kind of reader."""

    title: str
    text: str
    links: tuple[Link, ...]
    command: str = ""
    telephone: Link | None = None
    """A page shown in the door itself, as wide as a telephone."""


def _others(page: str) -> tuple[tuple[str, str], ...]:
    """Return where the same report is for the printer and for a spreadsheet."""
    return (("PDF", f"pages/{page}.pdf"), ("Excel", f"pages/{page}.xlsx"))


OFFICE = Door(
    "Service certification",
    "L’année d’un service qui travaille dans un tableur et sur papier : ce qu’il remplit, ce qu’il lit, ce qu’il garde.",
    (
        Link("Tableau de bord, 30 jours avant le jury", "pages/tableau-de-bord-j-30.html"),
        Link("Ce qui manque, par échéance", "pages/manques-j-30.html"),
        Link(
            "Tableau de bord, jury convoqué", "pages/tableau-de-bord-jury.html",
            "Les liens d’intérêts à examiner y sont signalés ; une membre se déporte ensuite.",
        ),
        Link("Tableau de bord, résultat", "pages/tableau-de-bord-resultat.html", others=_others("tableau-de-bord-resultat")),
        Link("Fiche de suivi d’une certifiée", "pages/fiche-resultat.html"),
        Link(
            "Fiche de suivi d’une candidate ajournée, puis certifiée", "pages/fiche-fin.html", others=_others("fiche-fin")
        ),
        Link(
            "Le classeur du jour du jury, rempli", "classeur/2027-06-18-jury-2027-06-decisions.xlsx",
            "Fait par « workbook make », rempli, donné à « workbook read ».",
            (("rendu annoté", "classeur/2027-06-18-jury-2027-06-decisions-lu.xlsx"),),
        ),
        Link(
            "Le classeur d’une feuille d’émargement", "classeur/2026-11-06-emargement-m2-a.xlsx",
            "La feuille reçue vaut « tous présents » ; seules les exceptions sont écrites.",
            (("rendu annoté", "classeur/2026-11-06-emargement-m2-a-lu.xlsx"),),
        ),
        Link(
            "Le papier : feuille d’émargement à signer", "papiers/feuille-emargement-angers-2026-2027-m2-a.pdf",
            others=(
                ("relance", "papiers/relance-angers-2026-2027-049005.pdf"),
                ("liste pour le jury", "papiers/liste-candidats-2027-06.pdf"),
                ("procès-verbal à remplir à la main", "papiers/pv-a-remplir-2027-06.pdf"),
                ("procès-verbal", "classeur/PV-2027-01.pdf"),
                ("notification", "papiers/notification-angers-2026-2027-049012-2027-06.pdf"),
                ("certificat", "papiers/certificat-angers-2026-2027-049001.pdf"),
                ("duplicata", "papiers/duplicata-angers-2026-2027-049006.pdf"),
                ("attestation", "papiers/attestation-formation-angers-2026-2027-049001.pdf"),
            ),
        ),
        Link("État d’assiduité", "pages/assiduite.html", others=_others("assiduite")),
    ),
    "workbook make",
)  # fmt: skip
AUDIT = Door(
    "Contrôle, archives, tiers",
    "Ce qu’on montre à qui contrôle, ce qu’on remet à qui doute, et ce qui a été essayé avant d’en avoir besoin.",
    (
        Link(
            "Un contrôle : trois personnes tirées au sort", "pages/controle/0-tirage.html",
            "Chacune a son dossier : feuilles, fiche vue par le jury, procès-verbal, certificat, ce qui manque.",
        ),
        Link("Registre des certificats", "pages/registre-des-certificats.html", others=_others("registre-des-certificats")),
        Link("Bilan de la promotion", "pages/bilan.html", others=_others("bilan")),
        Link("Statistiques par module", "pages/modules.html", others=_others("modules")),
        Link("Journal du registre", "pages/journal-du-registre.html", others=_others("journal-du-registre")),
        Link("Rapport d’intégrité", "pages/integrite.html", others=_others("integrite")),
        Link("Écarts entre Moodle et le registre", "pages/ecarts.html", others=_others("ecarts")),
        Link(
            "La preuve d’un certificat", "pages/preuve-certificat.zip",
            "À vérifier hors ligne, sans faire confiance à personne ; ses deux vérificateurs ont dit :",
            (("le résultat", "pages/preuve-certificat.txt"),),
        ),
        Link("L’exercice de restauration", "pages/exercice-restauration.txt", "Ce qui serait perdu est nommé."),
    ),
    "report inspection --draw 3 --as-of 2027-11-03",
)  # fmt: skip
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
