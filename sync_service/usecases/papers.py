"""Which documents there are, about whom, and when each may be made (users.md §2: the office's year on paper)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from sync_service.domain import french
from sync_service.domain.certificate import ENDED, CertificateState
from sync_service.domain.certification import Standing
from sync_service.domain.documents import certificates, jury_papers, letters, sheets
from sync_service.domain.documents.frame import Frame, Sitting, address_of_member, sitting
from sync_service.domain.documents.letter import KINDS as LETTERS
from sync_service.domain.documents.letter import Letter, LetterValues, merge_row
from sync_service.domain.documents.model import Document
from sync_service.domain.event import Head, Series
from sync_service.domain.jury import passage
from sync_service.domain.retention import eliminated, lost_attendance
from sync_service.errors import RecordRefusedError, UsageError
from sync_service.usecases.desk import Desk
from sync_service.usecases.documents import Paper, Wanted
from sync_service.usecases.report import report
from sync_service.usecases.standing import jury_entries, load, subject_named

ALL = "all"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document: what it is about, the name of its file, the series its bytes belong to."""

    code: str
    about: str
    """session, jury, member, person or promotion."""
    file: str
    series: Series
    label: str
    letter: str = ""
    """Name of the letter whose text the office edits."""
    stored: bool = True


_LIST = (
    Kind("attendance-sheet", "session", "feuille-emargement", Series.ATTENDANCE, "feuille d’émargement vierge", stored=False),
    Kind("attendance-summary", "session", "etat-presences", Series.ATTENDANCE, "état des présences d’une session"),
    Kind("acknowledgement", "person", "accuse-reception", Series.DOSSIER, "accusé de réception du dossier", "accuse-reception"),
    Kind("reminder", "person", "relance", Series.DOSSIER, "relance", "relance"),
    Kind("jury-list", "jury", "liste-candidats", Series.REGISTER, "liste des candidats présentés au jury"),
    Kind("convening", "person", "convocation", Series.REGISTER, "convocation d’un(e) candidat(e)", "convocation-candidat"),
    Kind("jury-convening", "member", "convocation-jury", Series.REGISTER, "convocation d’un membre du jury", "convocation-jury"),
    Kind("jury-sheet", "jury", "emargement-jury", Series.REGISTER, "feuille d’émargement du jury", stored=False),
    Kind("minutes-blank", "jury", "pv-a-remplir", Series.REGISTER, "procès-verbal à remplir à la main", stored=False),
    Kind("minutes", "jury", "pv", Series.REGISTER, "procès-verbal de délibération"),
    Kind("notification", "person", "notification", Series.REGISTER, "notification de la décision", "notification"),
    Kind("signature-slip", "promotion", "bordereau-signature", Series.REGISTER, "bordereau de signature des certificats"),
    Kind("certificate", "person", "certificat", Series.REGISTER, "certificat"),
    Kind("duplicate", "person", "duplicata", Series.REGISTER, "duplicata d’un certificat"),
    Kind("training-statement", "person", "attestation-formation", Series.ATTENDANCE, "attestation de formation", "attestation-formation"),
    Kind("attendance-statement", "person", "attestation-presence", Series.ATTENDANCE, "attestation de présence, pour la collectivité", "attestation-presence"),
    Kind("record", "person", "fiche-de-suivi", Series.DOSSIER, "fiche de suivi"),
)  # fmt: skip
KINDS: Mapping[str, Kind] = {kind.code: kind for kind in _LIST}
"""Every kind of document, by the name the command line gives it."""


def kind_named(code: str) -> Kind:
    """Return a kind of document. Raises UsageError."""
    found = KINDS.get(code)
    if found is None:
        raise UsageError(f"Le document « {code[:40]} » n’existe pas : choisissez parmi {french.listing(list(KINDS))}.")
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person at the keyboard asked for."""

    kind: Kind
    session: str = ""
    jury: str = ""
    candidate: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Someone for whom a document asked for everyone cannot be made, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Papers:
    """Everything that documents of one promotion are drawn from, as known at one moment."""

    desk: Desk
    frame: Frame
    head: Head
    standings: tuple[Standing, ...]
    read_letter: Callable[[str], Letter]

    def wanted(self, asked: Asked) -> tuple[list[Wanted], list[Skipped]]:
        """Return the documents asked for, and who was left out of « all ».

        Raises:
            UsageError: a session, a jury or a person must be named, or is not known.
            RecordRefusedError: the document may not be made yet for the one person named.
        """
        asked = self._with_her_jury(asked)
        if asked.kind.about == "session":
            return list(self._sessions(asked)), []
        if asked.kind.about == "promotion":
            return [self._slip(asked.kind)], []
        if asked.kind.about == "person":
            return self._people(asked)
        held = self.sitting(asked.jury)
        return list(
            self._members(asked.kind, held) if asked.kind.about == "member" else self._jury(asked.kind, held)
        ), []

    def merge(self, asked: Asked) -> list[dict[str, str]]:
        """Return one row for each letter asked for: every placeholder by name, for a mail merge. Raises as ``wanted``."""
        if not asked.kind.letter:
            letters_known = [kind.code for kind in _LIST if kind.letter]
            raise UsageError(f"Le publipostage existe pour les lettres : {french.listing(letters_known)}.")
        if asked.kind.about == "member":
            held, letter = self.sitting(asked.jury), self.read_letter(asked.kind.letter)
            sitting_ = [m for m in held.members if not m.recused]
            return [merge_row(letter, letters.member_values(self.frame, m, held)) for m in sitting_]
        asked = self._with_her_jury(asked)
        chosen, _ = self._chosen(asked)
        return [merge_row(*self._letter_of(asked, standing)) for standing in chosen]

    def _with_her_jury(self, asked: Asked) -> Asked:
        """Take the jury of the one person named, when nobody says which. Raises UsageError when there are several."""
        if asked.jury or asked.kind.code not in _OF_JURY or asked.candidate in {"", ALL}:
            return asked
        subject = subject_named(self.desk.ledger, asked.candidate)
        own = [(s, p) for s in self.standings if s.candidate.subject == subject for p in s.passages]
        fit = [p.jury for _, p in own if (p.convened_on if asked.kind.code == "convening" else p.decision)]
        if len(fit) > 1:
            raise UsageError(
                f"{own[0][0].name} est passé(e) ou convoqué(e) devant plusieurs sessions de jury : nommez celle de la "
                f"{asked.kind.label.split(' ')[0]} avec --jury ({french.listing(fit)})."
            )
        return replace(asked, jury=fit[0] if fit else own[-1][1].jury) if own else asked

    def sitting(self, name: str) -> Sitting:
        """Return a session de jury, the only one when none is named. Raises UsageError."""
        known = self.frame.context.juries
        if not name and len(known or self.desk.context().juries) == 1:
            name = next(iter(known or self.desk.context().juries))
        held = known.get(name)
        if held is None:
            ever = self.desk.context().juries
            if name in ever:
                raise RecordRefusedError(f"La session de jury {name} n’est pas encore au registre à cette date.")
            listed = french.listing(sorted(ever)) or "aucune n’est enregistrée"
            raise UsageError(f"Nommez la session de jury avec --jury : {listed}.")
        return sitting(held, jury_entries(self.desk.ledger, name, self.desk.files.promotion.id), self.standings)

    def _sessions(self, asked: Asked) -> Iterator[Wanted]:
        sessions = [s for s in self.frame.files.calendar.sessions if s.counts]
        if asked.session != ALL:
            sessions = [s for s in self.frame.files.calendar.sessions if s.id == asked.session]
        if not sessions:
            raise UsageError("Nommez la session de formation avec --session, comme dans le calendrier, ou « all ».")
        promotion = self.frame.files.promotion.id
        for session in sessions:
            if asked.kind.stored:
                self._refuse_eliminated(asked.kind)
                build = partial(sheets.summary_sheet, self.frame, session, self.standings)
            else:
                people = self.desk.people_on(session.dates[0])
                build = partial(sheets.blank_sheet, self.frame, session, people)
            name = f"{asked.kind.file}-{promotion}-{session.id}"
            subject = f"sess:{promotion}/{session.id}"
            yield self._one(asked.kind, subject, name, build, session=session.id)

    def _refuse_eliminated(self, kind: Kind) -> None:
        gone = sum(lost_attendance(standing) for standing in self.standings)
        if gone:
            raise RecordRefusedError(
                f"{kind.label[:1].upper()}{kind.label[1:]} : les présences de {french.count(gone, 'personne')} ont été éliminées, "
                "il ne peut plus être dressé."
            )

    def _jury(self, kind: Kind, held: Sitting) -> Iterator[Wanted]:
        build: Mapping[str, Callable[[Frame, Sitting], Document]] = {
            "jury-list": jury_papers.jury_list,
            "jury-sheet": jury_papers.jury_sheet,
            "minutes-blank": jury_papers.blank_minutes,
            "minutes": jury_papers.minutes,
        }
        subject = f"jury:{held.jury.id}"
        yield self._one(
            kind, subject, f"{kind.file}-{held.jury.id}", partial(build[kind.code], self.frame, held), jury=held.jury.id
        )

    def _members(self, kind: Kind, held: Sitting) -> Iterator[Wanted]:
        letter = self.read_letter(kind.letter)
        lines = jury_entries(self.desk.ledger, held.jury.id, self.desk.files.promotion.id)
        composed = [e.event.seq for e in lines if e.type in _COMPOSING]
        for number, member in enumerate(held.members, 1):
            if member.recused:
                continue
            values = letters.member_values(self.frame, member, held)
            to = address_of_member(member)
            build = partial(letters.letter_document, kind.code, letter, values, self.frame, addressee=to)
            name, rank = f"{kind.file}-{held.jury.id}-{number}", f"{max(composed)}-{number}"
            rank += f"-{member.address.seq}" if member.address else ""
            yield self._one(kind, f"jury:{held.jury.id}", name, build, jury=held.jury.id, rank=rank)

    def _slip(self, kind: Kind) -> Wanted:
        waiting = sorted(
            s.certificate.number for s in self.standings if s.certificate.state is CertificateState.RESERVED
        )
        build = partial(certificates.signature_slip, self.frame, self.standings)
        promotion = self.frame.files.promotion.id
        rank = f"{waiting[0]}..{waiting[-1]}" if waiting else ""
        return self._one(kind, f"prom:{promotion}", f"{kind.file}-{promotion}", build, rank=rank)

    def _people(self, asked: Asked) -> tuple[list[Wanted], list[Skipped]]:
        chosen, skipped = self._chosen(asked)
        return [self._for_person(asked, standing) for standing in chosen], skipped

    def _chosen(self, asked: Asked) -> tuple[list[Standing], list[Skipped]]:
        if not asked.candidate:
            raise UsageError("Nommez la personne avec --candidate MATRICULE, ou « all » pour toutes celles concernées.")
        if asked.candidate != ALL:
            subject = subject_named(self.desk.ledger, asked.candidate)
            found = [s for s in self.standings if s.candidate.subject == subject]
            if not found:
                raise UsageError("Cette personne n’est pas inscrite dans cette promotion : vérifiez le matricule.")
            self._check(asked, found[0])
            return found, []
        if asked.kind.code == "duplicate":
            raise UsageError("Un duplicata se fait pour une personne : nommez-la avec --candidate MATRICULE.")
        if asked.kind.code in _OF_JURY:
            self.sitting(asked.jury)
        chosen: list[Standing] = []
        skipped: list[Skipped] = []
        for standing in self.standings:
            why = self._why_not(asked, standing)
            if why:
                skipped.append(Skipped(standing.name, why))
            else:
                chosen.append(standing)
        return chosen, skipped

    def _check(self, asked: Asked, standing: Standing) -> None:
        """Refuse a document that has no object for this person yet."""
        letters.addressee_of(standing)
        why = self._why_not(asked, standing)
        if why:
            raise RecordRefusedError(f"{asked.kind.label[:1].upper()}{asked.kind.label[1:]}, {standing.name} : {why}.")

    def _why_not(self, asked: Asked, standing: Standing) -> str:
        if standing.candidate.identity is None:
            return "son identité est effacée"
        return _WHEN[asked.kind.code](self, asked, standing)

    def _for_person(self, asked: Asked, standing: Standing) -> Wanted:
        kind, who = asked.kind, standing.candidate
        number = who.identity.matricule if who.identity else who.subject
        name = f"{kind.file}-{self.frame.files.promotion.id}-{re.sub(r'[^A-Za-z0-9]+', '-', number)}"
        jury = self.sitting(asked.jury).jury.id if kind.code in _OF_JURY else ""
        name += f"-{jury}" if jury else ""
        return self._one(
            kind, who.subject, name, partial(self._build, asked, standing), jury=jury, rank=_rank(kind.code, standing)
        )

    def _build(self, asked: Asked, standing: Standing) -> Paper:
        code = asked.kind.code
        if code == "certificate":
            return certificates.certificate(self.frame, standing)
        if code == "duplicate":
            return certificates.duplicate(self.frame, standing)
        if code == "record":
            desk = self.desk
            return report(
                "candidate", desk.ledger, desk.files, now=desk.filing.observed_at, as_of=self.frame.on,
                candidate=standing.candidate.subject,
            )  # fmt: skip
        letter, values = self._letter_of(asked, standing)
        statement = code in {"training-statement", "attendance-statement"}
        addressee = () if statement else letters.addressee_of(standing)
        return letters.letter_document(code, letter, values, self.frame, addressee=addressee)

    def _letter_of(self, asked: Asked, standing: Standing) -> tuple[Letter, LetterValues]:
        name = asked.kind.letter
        if asked.kind.code == "convening":
            held = self.sitting(asked.jury)
            return self.read_letter(name), letters.convening_values(self.frame, standing, held)
        if asked.kind.code == "notification":
            held = self.sitting(asked.jury)
            name = f"notification-{passage(standing.passages, held.jury.id).decision}"
            if name not in LETTERS:
                raise UsageError(
                    f"Aucune lettre ne porte le nom « {name} » : cette décision se notifie par une lettre à part."
                )
            return self.read_letter(name), letters.notification_values(self.frame, standing, held)
        return self.read_letter(name), letters.PERSONAL[name](self.frame, standing)

    def _one(
        self,
        kind: Kind,
        subject: str,
        name: str,
        build: Callable[[], Paper],
        *,
        jury: str = "",
        session: str = "",
        rank: str = "",
    ) -> Wanted:
        return Wanted(
            kind.code, subject, kind.series, name, build, jury=jury, session=session, rank=rank, stored=kind.stored
        )


_COMPOSING = frozenset({"jury.constituted", "jury.member_recused"})
_OF_JURY = frozenset({"convening", "notification"})


def _rank(code: str, standing: Standing) -> str:
    if code == "certificate":
        return standing.certificate.number
    return f"{standing.certificate.number}.{standing.certificate.copies + 1}" if code == "duplicate" else ""


def papers(desk: Desk, read_letter: Callable[[str], Letter], *, on: date) -> Papers:
    """Gather what documents are drawn from, on a day."""
    head = desk.ledger.head()
    loaded = load(desk.ledger, desk.files, as_of=on)
    frame = Frame(desk.files, loaded.context, on, head.size, head.root)
    return Papers(desk, frame, head, loaded.standings, read_letter)


def _handed_in(_: Papers, __: Asked, standing: Standing) -> str:
    deposited = standing.dossier.handed_in or any(d.submitted for d in standing.dossier.deposits)
    return "" if deposited else "rien n’est encore remis"


def _to_remind(made: Papers, _: Asked, standing: Standing) -> str:
    if not standing.enrolment.active:
        return "cette personne n’est plus inscrite"
    return "" if letters.missing_of(made.frame, standing) else "il ne lui reste rien à faire"


def _convened(made: Papers, asked: Asked, standing: Standing) -> str:
    held = passage(standing.passages, made.sitting(asked.jury).jury.id)
    return "" if held.convened_on else "sa convocation devant ce jury n’est pas enregistrée"


def _decided(made: Papers, asked: Asked, standing: Standing) -> str:
    jury = made.sitting(asked.jury).jury
    if not passage(standing.passages, jury.id).decision:
        return "aucune décision de ce jury n’est enregistrée"
    return "" if jury.signed else "la décision n’est notifiée qu’après la signature du procès-verbal (R14)"


def _numbered(_: Papers, __: Asked, standing: Standing) -> str:
    held = standing.certificate
    gone = held.state in ENDED or held.state in {CertificateState.NONE, CertificateState.PROPOSED}
    return "aucun numéro n’est réservé : enregistrez « numéro réservé » (R18)" if gone or not held.number else ""


def _delivered(_: Papers, __: Asked, standing: Standing) -> str:
    issued = {CertificateState.ISSUED, CertificateState.HANDED_OVER}
    return "" if standing.certificate.state in issued else "son certificat n’est pas délivré (R15)"


def _attended(made: Papers, __: Asked, standing: Standing) -> str:
    gone = eliminated(standing.entries, made.frame.context.programme.zone).get(Series.ATTENDANCE)
    if gone is not None:
        return f"ses présences ont été éliminées le {gone:%d/%m/%Y}, rien ne peut plus en être attesté"
    followed = standing.tally.attended + standing.attended_elsewhere
    return "" if followed else "aucune demi-journée de présence n’est enregistrée"


def _always(_: Papers, __: Asked, ___: Standing) -> str:
    return ""


_WHEN: Mapping[str, Callable[[Papers, Asked, Standing], str]] = {
    "acknowledgement": _handed_in,
    "reminder": _to_remind,
    "convening": _convened,
    "notification": _decided,
    "certificate": _numbered,
    "duplicate": _delivered,
    "training-statement": _attended,
    "attendance-statement": _attended,
    "record": _always,
}
