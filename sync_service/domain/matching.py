"""Which Moodle account is whose: one hit is a link, none or several are listed for a decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sync_service.domain.act import Filing, What, act
from sync_service.domain.candidate import Candidate, Identity
from sync_service.domain.event import Draft
from sync_service.domain.lms_state import MoodleUser


@dataclass(frozen=True, slots=True)
class Link:
    """One person and the one account found for her."""

    candidate: Candidate
    user: MoodleUser


@dataclass(frozen=True, slots=True)
class Undecided:
    """One person with no account, or several: a person decides."""

    candidate: Candidate
    hits: int

    @property
    def sentence(self) -> str:
        """Say it in French."""
        if self.hits == 0:
            return "Aucun compte Moodle trouvé : créez-le ou corrigez son identifiant, puis relancez."
        return f"{self.hits} comptes Moodle trouvés : gardez-en un seul ou corrigez les identifiants, puis relancez."


@dataclass(frozen=True, slots=True)
class Matched:
    """Result of a matching: nothing is guessed."""

    links: tuple[Link, ...]
    undecided: tuple[Undecided, ...]


def value_of(identity: Identity, field: str) -> str:
    """Return what identifies a person in Moodle under ``field``; anything but the e-mail is her number."""
    return identity.email if field == "email" else identity.matricule


def match(candidates: Iterable[Candidate], users: Sequence[MoodleUser], field: str) -> Matched:
    """Match people with accounts; an account that two people claim is nobody's."""
    found: list[tuple[Candidate, tuple[MoodleUser, ...]]] = [
        (c, _hits(c.identity, users, field)) for c in candidates if c.identity is not None
    ]
    claimed = [hits[0].id for _, hits in found if len(hits) == 1]
    links = tuple(Link(c, hits[0]) for c, hits in found if len(hits) == 1 and claimed.count(hits[0].id) == 1)
    linked = {link.candidate.subject for link in links}
    return Matched(links, tuple(Undecided(c, len(hits)) for c, hits in found if c.subject not in linked))


def _hits(identity: Identity, users: Sequence[MoodleUser], field: str) -> tuple[MoodleUser, ...]:
    wanted = value_of(identity, field).casefold()
    return tuple(user for user in users if wanted and _user_value(user, field).casefold() == wanted)


def _user_value(user: MoodleUser, field: str) -> str:
    if field in {"username", "email"}:
        return user.username if field == "username" else user.email
    return user.idnumber


def link_drafts(matched: Matched, filing: Filing, site_uid: str) -> tuple[Draft, ...]:
    """Draft the links that are new: the account goes to the vault, never in clear."""
    return tuple(
        act(
            filing,
            "identity.linked",
            link.candidate.subject,
            link.candidate.subject,
            What(filing.observed_at.date(), {}, {"site_uid": site_uid, "user_id": link.user.id}, grade="E2"),
            token=f"{site_uid}|{link.user.id}|{link.candidate.versions}",
        )
        for link in matched.links
        if link.candidate.accounts.get(site_uid) != link.user.id
    )
