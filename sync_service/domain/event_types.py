"""The closed list of event types: code, French label, series, allowed keys of ``data`` (ledger-format.md §5).

Types and keys may be added, none may change its meaning. ``data`` holds codes and counts; what is about a person is in
the vault. A module is never « recognised » by software: there is no such type.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sync_service.domain.event import Series
from sync_service.domain.lms_state import Json


@dataclass(frozen=True, slots=True)
class EventType:
    """One type of event."""

    code: str
    label: str
    """In French, as the journal shows it."""
    series: Series | None
    """Series of its payloads; None: that of its subject, given by the draft."""
    keys: frozenset[str]
    """Keys that ``data`` may have."""
    type_v: int = 1


_R, _D, _A, _T = Series.REGISTER, Series.DOSSIER, Series.ATTENDANCE, Series.TRACES
_SESSION = "session module date start end zone halfdays halfday half place_code mode state rescheduled_to digest"
_CERTIFICATE = "number jury minutes cycle year template sha256 level copy signed_on"
_JURY = "jury members externals trainers held_on place_code candidates order"
_LIST: tuple[tuple[str, str, Series | None, str], ...] = (
    # Referential
    ("referential.published", "Référentiel publié", _R, "referential sha256 files modules described days cycle version"),
    ("promotion.opened", "Promotion ouverte", _R, "referential sha256 zone starts_on ends_on places mapping layout cycle"),
    ("promotion.closed", "Promotion close", _R, "candidates ends_on"),
    ("session.planned", "Session de formation planifiée", _R, _SESSION),
    ("session.changed", "Session de formation modifiée", _R, _SESSION),
    ("session.cancelled", "Session de formation annulée", _R, _SESSION),
    ("mapping.recorded", "Correspondance enregistrée", _R, "key kind moodle_kind site digest objects created updated"),
    # Enrolment
    ("candidate.created", "Stagiaire créé(e)", _R, "cells file line"),
    ("identity.linked", "Compte Moodle rattaché", _R, "how"),
    ("identity.corrected", "Identité rectifiée", _R, "cells file line"),
    ("enrolment.recorded", "Inscription validée", _R, "group file line from_promotion"),
    ("enrolment.suspended", "Inscription suspendue", _R, "file line"),
    ("enrolment.resumed", "Inscription reprise", _R, "file line"),
    ("enrolment.withdrawn", "Sortie de la promotion", _R, "file line"),
    ("enrolment.transferred", "Transfert de promotion", _R, "file line to_promotion from_promotion"),
    ("enrolment.completed", "Formation terminée", _R, "file line"),
    ("exemption.granted", "Dispense accordée", _R, "module session halfdays rule"),
    ("eligibility.signalled", "Condition d’accès signalée", _R, "rule"),
    # Facts
    ("activity.observed", "Relevé Moodle : activité", _T, "module"),
    ("grade.observed", "Relevé Moodle : résultat", _T, "module"),
    ("scorm.observed", "Relevé Moodle : contenu SCORM", _T, "module"),
    ("submission.observed", "Relevé Moodle : dépôt", _T, "module"),
    ("enrolment.observed", "Relevé Moodle : inscription au cours", _T, ""),
    ("account.observed", "Relevé Moodle : compte", _T, ""),
    ("source.vanished", "Relevé disparu de Moodle", _T, "kind"),
    ("source.reappeared", "Relevé revenu dans Moodle", _T, "kind"),
    ("halfday.recorded", "Demi-journée enregistrée", _A, "session date half module"),
    ("halfday.corrected", "Demi-journée rectifiée", _A, "session date half module"),
    ("signin_sheet.filed", "Feuille d’émargement déposée", _T, "session date half module halfdays pages"),
    ("workplace.attested", "Mise en application attestée", _T, "module between"),
    # Dossier
    ("dossier.opened", "Dossier ouvert", _D, "version"),
    ("piece.received", "Pièce reçue", _D, "piece code version required deposit"),
    ("piece.withdrawn", "Pièce retirée", _D, "piece code version"),
    ("dossier.submitted", "Dossier transmis", _D, "version deposits pieces"),
    ("dossier.reviewed", "Dossier contrôlé", _D, "version missing"),
    ("dossier.incomplete_notified", "Dossier incomplet, candidat(e) averti(e)", _D, "version missing template sha256 due_on"),
    ("dossier.declared_complete", "Dossier déclaré complet", _D, "version"),
    ("dossier.declared_admissible", "Dossier déclaré recevable", _D, "version"),
    ("dossier.declared_inadmissible", "Dossier déclaré irrecevable", _D, "version"),
    ("dossier.derogation", "Dérogation accordée", _D, "version rule piece until"),
    ("dossier.sealed_for_jury", "Dossier remis au jury", _D, "version jury pieces"),
    ("reminder.sent", "Rappel envoyé", _D, "template sha256 missing due_on"),
    # Jury
    ("jury.constituted", "Jury constitué", _R, _JURY),
    ("jury.member_recused", "Membre du jury déporté", _R, "jury members externals"),
    ("jury.convened", "Jury convoqué", _R, _JURY),
    ("candidate.convened", "Candidat(e) convoqué(e)", _R, "jury held_on order template sha256"),
    ("candidate.jury_presence", "Présence devant le jury", _R, "jury"),
    ("jury.view_frozen", "État vu par le jury figé", _R, "jury size root sha256 known_at"),
    ("jury.decision", "Décision du jury", _R, "jury attempt criteria"),
    ("minutes.drawn_up", "Procès-verbal établi", _R, "jury reference sha256 candidates decisions present size root template"),
    ("minutes.signed", "Procès-verbal signé", _R, "jury reference sha256 level signatures size root"),
    ("decision.notified", "Décision notifiée", _R, "jury template sha256 channel"),
    # Certificate
    ("certificate.number_reserved", "Numéro de certificat réservé", _R, _CERTIFICATE),
    ("certificate.number_spoiled", "Numéro de certificat annulé avant délivrance", _R, _CERTIFICATE),
    ("certificate.signed", "Certificat signé", _R, _CERTIFICATE),
    ("certificate.issued", "Certificat délivré", _R, _CERTIFICATE),
    ("certificate.handed_over", "Certificat remis", _R, _CERTIFICATE),
    ("certificate.refused", "Certificat non délivré", _R, _CERTIFICATE),
    ("certificate.duplicate", "Duplicata délivré", _R, _CERTIFICATE),
    ("certificate.corrected", "Certificat rectifié", _R, _CERTIFICATE),
    ("certificate.withdrawn", "Certificat retiré", _R, _CERTIFICATE),
    ("certificate.annulled", "Certificat annulé par le juge", _R, _CERTIFICATE),
    # Appeals
    ("appeal.received", "Recours reçu", _R, "jury appeal due_on"),
    ("appeal.decided", "Recours décidé", _R, "jury appeal"),
    ("material_error.found", "Erreur matérielle constatée", _R, "jury number"),
    # Documents
    ("document.issued", "Document émis", None, "document template sha256 pages size root known_at jury session"),
    ("export.produced", "Fichier produit", None, "report format sha256 rows known_at as_of size root seed"),
    # Rights and retention
    ("access.requested", "Demande d’accès reçue", _R, "due_on"),
    ("access.served", "Demande d’accès satisfaite", _R, "document sha256"),
    ("restriction.set", "Traitement limité", _R, "active series"),
    ("elimination.proposed", "Élimination proposée", _R, "list series candidates until"),
    ("elimination.approved", "Élimination visée", _R, "list series candidates visa"),
    ("vault.key_destroyed", "Clé du fichier des identités détruite", _R, "series list"),
    ("archive.transferred", "Versement aux archives", _R, "list series candidates sha256"),
    # Register
    ("register.opened", "Registre ouvert", _R, "format signing_key installation demo"),
    ("register.restored", "Registre restauré", _R, "size root backup certificate"),
    ("key.changed", "Clé changée", _R, "signing_key key"),
    ("clock.moved_back", "Horloge reculée", _R, "seconds"),
    ("integrity.broken", "Intégrité rompue", _R, "size root findings"),
    # Correction of anything
    ("correction", "Mention rectificative", None, "kind fields"),
    # Added since the format was frozen
    ("act.proposed", "Acte proposé, en attente d’une seconde personne", None, "act jury"),
    ("member.addresses_noted", "Adresses de membres du jury notées", _D, "jury"),
)  # fmt: skip

TYPES: Mapping[str, EventType] = {
    code: EventType(code, label, series, frozenset(keys.split())) for code, label, series, keys in _LIST
}
"""Every type of the register, by code."""

SOURCE_TYPES = frozenset({"source.vanished", "source.reappeared"})
"""What is said of a thing that Moodle no longer shows, or shows again."""


def source_kind(code: str, data: Mapping[str, Json]) -> str:
    """Return the kind in the source key of an event of this type, so that heads can be rebuilt from events.

    A fact's kind is its own type; what vanished or came back names its kind in ``data``; anything else is known by the
    family before the dot, so that a session planned, changed and cancelled is one thing.
    """
    if code in SOURCE_TYPES:
        return str(data.get("kind", ""))
    return code if code.endswith(".observed") else code.split(".", maxsplit=1)[0]


def kinds_of(series: Series) -> frozenset[str]:
    """Return the kinds of source keys whose payloads belong to a series."""
    return frozenset(source_kind(t.code, {}) for t in TYPES.values() if t.series in {series, None})


def label_of(code: str) -> str:
    """Return the French label of a type, the code itself for a type of a later version."""
    found = TYPES.get(code)
    return found.label if found else code
