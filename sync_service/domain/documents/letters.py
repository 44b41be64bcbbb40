"""What the placeholders of each letter stand for, drawn from the register; and the letter itself as a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from sync_service.domain import french
from sync_service.domain.attendance import ATTENDED
from sync_service.domain.certification import Standing, dossier_due, outcome_words, own_jury_day
from sync_service.domain.documents.frame import Frame, Member, Sitting, address_lines, address_of, identified, jury_day
from sync_service.domain.documents.letter import Letter, LetterValues, fill
from sync_service.domain.documents.model import Block, Document, Grid, Items, plain
from sync_service.domain.documents.sheets import module_grid, session_grid
from sync_service.domain.dossier import DEPOSIT_WORDS
from sync_service.domain.facts import FactKind
from sync_service.domain.french import in_zone
from sync_service.domain.gaps import WHOLE_DOSSIER, gaps
from sync_service.domain.jury import Jury, Passage, passage
from sync_service.domain.jury_members import time_words
from sync_service.domain.typography import NBSP
from sync_service.domain.typography import french as typeset


def letter_document(
    kind: str, letter: Letter, values: LetterValues, frame: Frame, *, addressee: tuple[str, ...] = (), title: str = ""
) -> Document:
    """Make a letter, or an attestation when nobody is its addressee."""
    subject, blocks = fill(letter, values)
    return Document(
        kind=kind,
        template="letter" if addressee else "page",
        title=title or subject,
        sender=frame.sender,
        addressee=addressee,
        dated=frame.dated,
        blocks=blocks,
        footer=frame.short_line,
    )


def common(frame: Frame) -> dict[str, str]:
    """Return the placeholders that every letter has."""
    cycle, promotion = frame.files.cycle, frame.files.promotion
    who, contact = cycle.organiser, promotion.contact
    fallback = f"{who.institute}, tél. {who.phone}"
    return {
        "cycle.titre": cycle.title,
        "cycle.certificat": cycle.rules.certificate.label[:1].lower() + cycle.rules.certificate.label[1:],
        "cycle.duree": french.days_out_of(2 * cycle.duration.days, None),
        "promotion.nom": promotion.label,
        "promotion.debut": french.long_date(promotion.starts_on),
        "promotion.fin": french.long_date(promotion.ends_on),
        "organisme.nom": who.name,
        "organisme.institut": who.institute,
        "organisme.adresse": f"{who.street}, {who.postcode} {who.city}",
        "organisme.telephone": who.phone,
        "contact.general": contact.general or fallback,
        "contact.dossier": contact.dossier or contact.general or fallback,
        "contact.absence": contact.absence or contact.general or fallback,
        "contact.amenagement": contact.accommodation or contact.general or fallback,
        "document.date": french.long_date(frame.on),
    }


def person(standing: Standing) -> dict[str, str]:
    """Return the placeholders about one person. Raises UsageError when her identity was erased."""
    who = identified(standing)
    return {
        "personne.nom": who.full_name,
        "personne.nom_usage": french.capitals(who.usual_name or who.birth_name),
        "personne.nom_naissance": french.capitals(who.birth_name),
        "personne.prenom": who.first_name,
        "personne.matricule": who.matricule,
        "personne.collectivite": who.employer,
        "personne.fonction": french.inside(who.position),
        "personne.adresse": ", ".join(address_lines(who.address)),
        "personne.adresse_collectivite": ", ".join(address_lines(who.employer_address)),
    }


def _base(frame: Frame, standing: Standing) -> dict[str, str]:
    return {**common(frame), **person(standing)}


def dossier_values(frame: Frame, standing: Standing) -> LetterValues:
    """Return the values of the acknowledgement and of the reminder."""
    dossier, jury = standing.dossier, own_jury_day(standing, frame.context)
    due = dossier_due(standing, frame.context)
    handed = [d.submitted_on() for d in dossier.deposits if d.submitted and d.submitted_at]
    handed += [e.day() for e in frame.entries(standing) if e.type == "dossier.submitted"]
    texts = _base(frame, standing) | {
        "dossier.limite": french.long_date(due) if due else "",
        "dossier.etat": dossier.words.lower(),
        "dossier.remis": french.long_date(max(handed)) if handed else "",
        "jury.date": french.long_date(jury) if jury else "",
    }
    own = missing_of(frame, standing)
    blocks: dict[str, tuple[Block, ...]] = {
        "dossier.fichiers": (_files(frame, standing),),
        "dossier.pieces": (_pieces(frame, standing),),
        "dossier.manques": (Items(tuple(plain(text) for text in own)),) if own else (),
    }
    return LetterValues(texts, blocks)


def missing_of(frame: Frame, standing: Standing) -> tuple[str, ...]:
    """Return what is missing and is for the person herself to do, with its deadline.

    Someone who has no account in Moodle hands her dossier in on paper: it is asked of her as long as the register does
    not hold it. Someone whose deposits could not be read is asked nothing: they may be there.
    """
    found = [
        (g.missing, g.before)
        for g in gaps(standing, frame.context)
        if g.who == standing.role and g.missing != WHOLE_DOSSIER
    ]
    if standing.enrolment.active and not standing.linked and not standing.dossier.handed_in:
        found.append(("la remise de votre dossier pour le jury", dossier_due(standing, frame.context)))
    return tuple(f"{what}, au plus tard le {french.long_date(before)}" if before else what for what, before in found)


def _files(frame: Frame, standing: Standing) -> Grid:
    rows: list[tuple[str, ...]] = []
    for deposit in standing.dossier.deposits:
        if deposit.status == "unread":
            continue
        found = standing.facts.get((FactKind.SUBMISSION.value, deposit.key))
        listed = found.fields.get("files") if found else None
        when = _moment(frame, deposit.submitted_at) if deposit.submitted else DEPOSIT_WORDS.get(deposit.status, "")
        files = [f for f in listed if isinstance(f, Mapping)] if isinstance(listed, list | tuple) else []
        rows += [(deposit.label, str(f.get("name", "")), size_words(f.get("size")), when) for f in files]
        rows += [] if files else [(deposit.label, "aucun fichier", "", when)]
    return Grid(
        "Fichiers reçus",
        ("Dépôt", "Fichier", "Taille", "Remis"),
        tuple(rows),
        (14, 16, 6, 10),
        empty="dossier remis au service, sur papier.",
    )


def _moment(frame: Frame, seconds: int) -> str:
    if not seconds:
        return "remis"
    return french.short_moment(
        in_zone(datetime.fromtimestamp(seconds, UTC), frame.programme.zone), frame.programme.zone
    )


def size_words(size: object) -> str:
    """Write a size: « 812 ko », « 3,4 Mo »; empty when it is not known."""
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        return ""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))}{NBSP}ko"
    return f"{round(size / 1_000_000, 1)}{NBSP}Mo".replace(".", ",")


def _pieces(frame: Frame, standing: Standing) -> Grid:
    received = standing.dossier.pieces
    rows = tuple(
        (label, french.short_date(received[code]) if (code := french.code_of(label)) in received else "non reçu")
        for label in frame.programme.required
    )
    empty = f"{frame.programme.required_notice}."
    return Grid("Documents exigés", ("Document", "Reçu le"), rows, (24, 8), empty=empty)


def jury_values(frame: Frame, held: Sitting) -> dict[str, str]:
    """Return the placeholders about one session de jury."""
    day = jury_day(held.jury, frame.programme)
    return {
        "jury.date": french.long_date(day, weekday=True) if day else "",
        "jury.lieu": frame.programme.jury_place,
        "jury.heure": "",
        "jury.ordre": "",
        "jury.reference": held.jury.id,
        "jury.candidats": french.count(len(held.people), "candidat"),
    }


def convening_values(frame: Frame, standing: Standing, held: Sitting) -> LetterValues:
    """Return the values of the letter that convenes one person."""
    own = [(n, p) for n, (s, p) in enumerate(held.people) if s.candidate.subject == standing.candidate.subject]
    found = {"jury.ordre": held.place(own[0][0]), "jury.heure": time_words(own[0][1].time)} if own else {}
    return LetterValues(_base(frame, standing) | jury_values(frame, held) | found, {})


def member_values(frame: Frame, member: Member, held: Sitting) -> LetterValues:
    """Return the values of the letter that convenes a member of the jury, whose hour is that of the first candidate."""
    hours = sorted(p.time for _, p in held.people if p.time)
    own = {"membre.nom": member.name, "membre.qualite": member.quality}
    own["membre.adresse"] = ", ".join(address_lines(member.address.address)) if member.address else ""
    own |= {"jury.heure": time_words(hours[0]) if hours else ""}
    return LetterValues(common(frame) | jury_values(frame, held) | own, {})


def notification_values(frame: Frame, standing: Standing, held: Sitting) -> LetterValues:
    """Return the values of the letter that notifies a decision, with the ways and times of appeal."""
    own = passage(standing.passages, held.jury.id)
    rules = frame.files.cycle.rules.certificate
    texts = (
        _base(frame, standing)
        | jury_values(frame, held)
        | {
            "decision.resultat": outcome_words(own.decision, frame.programme),
            "decision.date": _decided(own, held.jury),
            "certificat.numero": standing.certificate.number,
            "jury.reference": held.jury.minutes or held.jury.id,
        }
    )
    texts["recours"] = typeset(rules.appeal_text)
    return LetterValues(texts, {})


def _decided(own: Passage, jury: Jury) -> str:
    day = own.decided_on or jury.signed_on
    return french.long_date(day) if day else ""


def presence_values(frame: Frame, standing: Standing) -> LetterValues:
    """Return the values of the two attestations; nothing of the dossier nor of the jury is among them (Q21)."""
    tally = standing.tally
    done, absent = tally.attended + standing.attended_elsewhere, tally.excused + tally.unexcused
    texts = _base(frame, standing) | {
        "presence.jours": french.days_out_of(done, None),
        "presence.demi_journees": french.count(done, "demi-journée"),
        "presence.absences": french.count(absent, "demi-journée"),
        "presence.periode": _period(frame, standing),
    }
    objectives = tuple(plain(text) for text in frame.files.cycle.objectives)
    blocks: dict[str, tuple[Block, ...]] = {
        "cycle.objectifs": (Items(objectives),),
        "presence.modules": (module_grid(standing),),
        "presence.sessions": (session_grid(frame, standing),),
    }
    return LetterValues(texts, blocks)


def _period(frame: Frame, standing: Standing) -> str:
    """Say from which day to which one she came, here or in another promotion; empty when nothing says that she did."""
    here = {key for session in frame.context.sessions if session.counts for key in session.halfdays}
    own = (held for key, held in standing.halfdays.items() if key in here)
    days = sorted(held.key.day for held in (*own, *standing.elsewhere) if held.status in ATTENDED)
    if not days:
        return ""
    first, last = french.long_date(days[0]), french.long_date(days[-1])
    return f"le {first}" if first == last else f"du {first} au {last}"


PERSONAL: Mapping[str, Callable[[Frame, Standing], LetterValues]] = {
    "accuse-reception": dossier_values,
    "relance": dossier_values,
    "attestation-formation": presence_values,
    "attestation-presence": presence_values,
}
"""Letters that need nothing but the person."""


def addressee_of(standing: Standing, *, employer: bool = False) -> tuple[str, ...]:
    """Return whom a letter goes to: the person, or her collectivité."""
    return (identified(standing).employer,) if employer else address_of(standing)
