"""R16: one page on the integrity of the register, for everyone, with what to do when it fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sync_service.domain import french
from sync_service.domain.reports.model import Column, Report, Section, Table

ADVICE = (
    "1. N’écrivez plus rien au registre : ni enregistrement, ni relevé, ni sauvegarde par-dessus une autre.",
    "2. Laissez la machine comme elle est et prévenez l’administrateur, qui copie la base et les scellés.",
    "3. Comparez avec un scellé gardé ailleurs : cyclesync ledger verify --against FICHIER.",
    "4. Les papiers signés font foi : procès-verbaux, feuilles et certificats déjà remis restent valables.",
    "5. Une restauration part de la dernière sauvegarde en ordre ; ce qui est perdu est nommé et ressaisi.",
    "Tant qu’une vérification en ordre n’a pas suivi, le logiciel refuse tout ajout, et chaque document le dit.",
)


@dataclass(frozen=True, slots=True)
class Integrity:
    """What a verification found, and where the checkpoints are."""

    origin: str
    size: int
    root: str
    verified_at: datetime
    seconds: float
    findings: tuple[str, ...]
    outside: bool
    key_fingerprint: str
    """SHA-256 of the public key in DER: what a stranger compares."""
    checkpoints: Sequence[tuple[int, str]]
    """(size, moment as text) of the newest checkpoints."""
    documents: int | None = None
    """Documents that were read back, None when they were not looked at."""


def integrity_report(found: Integrity, zone: ZoneInfo) -> Report:
    """Make R16."""
    seconds = f"{found.seconds:.1f}".replace(".", ",")
    result = "En ordre" if not found.findings else french.count(len(found.findings), "anomalie")
    established = (
        f"Établi le {french.long_moment(found.verified_at, zone)} · registre : taille {french.whole(found.size)}, "
        f"racine {found.root}"
    )
    rows = tuple((size, french.short_moment(datetime.fromisoformat(at), zone)) for size, at in found.checkpoints)
    columns = (Column("size", "Lignes couvertes", head=True), Column("at", "Scellé le"))
    return Report(
        code="R16",
        name="integrity",
        title="Rapport d’intégrité du registre",
        subtitle=f"Registre « {found.origin} »",
        sections=(
            Section(
                "Résultat",
                sentences=found.findings or ("Chaque ligne est celle qui a été écrite, dans l’ordre où elle l’a été.",),
                pairs=(
                    ("Résultat", result),
                    ("Vérifié le", french.long_moment(found.verified_at, zone)),
                    ("Durée", f"{seconds} s"),
                    ("Lignes", found.size),
                    ("Racine", found.root),
                    (
                        "Scellé extérieur comparé",
                        "oui"
                        if found.outside
                        else "non : rien ne prouve l’absence de coupe à la fin, ni de réécriture entière",
                    ),
                    ("Documents relus", "non relus" if found.documents is None else found.documents),
                    ("Empreinte de la clé publique", found.key_fingerprint),
                ),
            ),
            Section(
                "Derniers scellés",
                tables=(
                    Table("checkpoints", "Scellés du registre, le plus récent d’abord", columns, rows, "Aucun scellé."),
                ),
            ),
            Section("Que faire si le contrôle échoue", sentences=ADVICE),
        ),
        footers=(established,),
        main="checkpoints",
    )
