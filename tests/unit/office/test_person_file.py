"""One person's whole file: chapters in a controller's order, documents found, a sentence for each thing missing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from sync_service.adapters.documents.html import to_html
from sync_service.adapters.documents.report_pdf import report_pdf
from sync_service.cli.files import folder_name
from sync_service.domain.person_file import CHAPTERS, ending
from sync_service.domain.reports.inspection import Drawn, inspection_report
from sync_service.domain.reports.person_file import file_summary
from sync_service.domain.reports.person_summary import SAID, person_summary
from sync_service.domain.reports.transfer import Transfer, minutes_report, transfer_slip
from sync_service.errors import RecordRefusedError, StoreError, UsageError
from sync_service.usecases.access import lines_of, request_access, serve_access
from sync_service.usecases.inspection import chosen, drawn
from sync_service.usecases.person_file import OTHERS, PersonFile, person_file
from sync_service.usecases.standing import entries_of
from sync_service.usecases.transfer import check_transfer, extremes, signed_minutes

from .test_certification import JURY, certify, control, hand_in, minutes, sit
from .test_reports import check

if TYPE_CHECKING:
    from sync_service.domain.event import Series
    from sync_service.domain.reports.model import Report

    from .conftest import Office

NOW = datetime(2027, 6, 1, 9, tzinfo=UTC)
TODAY = date(2027, 6, 1)


@dataclass
class KeptBlobs:
    """The documents of a test, by digest; one may be damaged."""

    kept: dict[str, bytes] = field(default_factory=dict)
    damaged: set[str] = field(default_factory=set)

    def put(self, content: bytes, *, subject: str, series: Series, now: datetime) -> str:
        del subject, series, now
        digest = sha256(content).hexdigest()
        self.kept[digest] = content
        return digest

    def get(self, digest: str) -> bytes:
        if digest in self.damaged:
            raise StoreError("Le document est abîmé : restaurez-le d’une sauvegarde.")
        return self.kept[digest]

    def holds(self, digest: str) -> bool:
        return digest in self.kept

    def state(self, digest: str) -> str:
        return "damaged" if digest in self.damaged else "whole" if digest in self.kept else "missing"


def gathered(office: Office, blobs: KeptBlobs, who: str = "0001", *, others: bool = True) -> PersonFile:
    return person_file(office.ledger, office.files, blobs, office.subject(who), now=NOW, day=TODAY, others=others)


def page(found: PersonFile) -> Report:
    return person_summary(
        found.standing, found.chapters, list(found.documents), found.context, found.ending, title="Dossier de contrôle"
    )


def missing(found: PersonFile, folder: str) -> tuple[str, ...]:
    return next(c.missing for c in found.chapters if c.folder == folder)


@pytest.fixture
def year(office: Office) -> Office:
    """A sheet, a correction, a dossier, a jury, a certificate."""
    office.clock.at = datetime(2026, 10, 6, 9, tzinfo=UTC)
    office.record(
        {
            "act": "Feuille signée",
            "session": "m1-a",
            "on": date(2026, 9, 23),
            "document": sha256(b"%PDF feuille").hexdigest(),
        },
        {"act": "Feuille signée", "session": "acc-1", "on": date(2026, 10, 6), "document": "6" * 64},
    )
    hand_in(office, 101, 102)
    control(office, "0001", "0002")
    sit(office, {"0001": "favorable", "0002": "ajourné"})
    minutes(office)
    assert certify(office, "0001") == []
    return office


@pytest.fixture
def blobs() -> KeptBlobs:
    kept = KeptBlobs()
    kept.kept = {
        sha256(b"%PDF feuille").hexdigest(): b"%PDF feuille",
        "8" * 64: b"%PDF pv",
        "9" * 64: b"%PDF certificat",
    }
    return kept


def test_the_chapters_are_in_a_controllers_order_and_hold_every_line_of_hers(year: Office, blobs: KeptBlobs) -> None:
    found = gathered(year, blobs)
    assert [c.folder for c in found.chapters] == list(CHAPTERS)
    lines = [e.event.seq for c in found.chapters for e in c.entries]
    hers = {e.seq for e in year.ledger.events(subject=year.subject("0001"))}
    assert hers <= set(lines)
    assert len(lines) == len(set(lines))
    assert {e.type for c in found.chapters for e in c.entries} >= {
        "signin_sheet.filed",
        "minutes.signed",
        "jury.constituted",
    }


def test_documents_are_joined_where_they_belong_and_the_others_are_named_as_missing(
    year: Office, blobs: KeptBlobs
) -> None:
    found = gathered(year, blobs)
    assert [path.split("/")[0] for path in sorted(found.documents)] == ["2-presences", "4-jury", "5-certificat"]
    assert all(path.endswith(".pdf") for path in found.documents)
    said = missing(found, "2-presences")
    assert "Feuille signée de la session m2-b (28 janvier 2027) : non reçue." in said
    assert any(s.startswith("Feuille signée, session acc-1 (ligne ") and "document non versé" in s for s in said)
    assert "Accusé de réception du dossier : non établi." in missing(found, "3-dossier")
    assert missing(found, "5-certificat") == ()
    assert any("non notifiée" in s for s in missing(found, "6-courriers"))


def test_a_damaged_document_is_said_and_does_not_stop_the_rest(year: Office, blobs: KeptBlobs) -> None:
    blobs.damaged.add("9" * 64)
    found = gathered(year, blobs)
    assert any("abîmé" in s for s in missing(found, "5-certificat"))
    assert len(found.documents) == 2


def test_what_names_other_people_is_not_handed_to_one_of_them(year: Office, blobs: KeptBlobs) -> None:
    found = gathered(year, blobs, others=False)
    assert [path.split("/")[0] for path in found.documents] == ["5-certificat"]
    assert any(OTHERS in s for s in missing(found, "2-presences"))
    text = to_html(
        file_summary(found.standing, found.chapters, found.names, found.context, found.ending, title="Dossier")
    )
    assert "B. Deux" not in text
    assert "D’HERVÉ" not in text


def test_the_summary_says_each_line_in_words_and_what_is_missing(year: Office, blobs: KeptBlobs) -> None:
    found = gathered(year, blobs)
    made = file_summary(
        found.standing, found.chapters, found.names, found.context, found.ending, title="Dossier de contrôle"
    )
    text = to_html(made)
    assert made.title == "Dossier de contrôle – MARTIN Anne"
    for said in (
        "nom de naissance\u00a0: Lefèvre",
        "statut\u00a0: Présent",
        "Rien ne manque.",
        "décision\u00a0: favorable",
    ):
        assert said in text, said
    assert "None" not in text
    assert "{" not in text.split("<body")[1]


def test_the_pages_of_a_control_and_of_a_transfer_are_those_that_were_read(year: Office, blobs: KeptBlobs) -> None:
    found = gathered(year, blobs)
    summary = file_summary(
        found.standing, found.chapters, found.names, found.context, found.ending, title="Dossier de contrôle"
    )
    check("report-person-file.html", to_html(summary).encode())
    check("report-person-summary.html", to_html(page(found)).encode())
    said = tuple(sentence for chapter in found.chapters for sentence in chapter.missing)
    drawn_ = [Drawn(found.standing, folder_name(1, found.standing), len(said), said)]
    check(
        "report-inspection.html",
        to_html(inspection_report(drawn_, 5, "2027", found.context.programme, found.ending)).encode(),
    )
    desk = year.desk()
    between = extremes(desk, [found.standing], found.context, until=year.clock.at)
    assert between["certificates"] == (date(2027, 4, 2), date(2027, 4, 2))
    made = Transfer("angers-test", 1, 90, "a" * 64, "b" * 64, {JURY: ""}, {JURY: "8" * 64}, between)
    slip = transfer_slip(made, found.context.programme, desk.files.cycle.organiser.producer, found.ending)
    check("report-transfer.html", to_html(slip).encode())
    listed = minutes_report([found.standing], found.context, made, found.ending)
    check("report-minutes.html", to_html(listed).encode())


def test_the_page_says_appeals_duplicates_and_spoiled_numbers(year: Office, blobs: KeptBlobs) -> None:
    on = date(2027, 5, 3)
    done = year.record(
        {"act": "Recours reçu", "who": "0001", "jury": JURY, "on": on, "value": "gracieux"},
        {"act": "Recours décidé", "who": "0001", "jury": JURY, "on": on, "value": "rejeté"},
        {"act": "Duplicata", "who": "0001", "on": on},
    )
    assert done.count("recorded") == 3
    (pairs,) = [section.pairs for section in page(gathered(year, blobs)).sections if section.pairs]
    said = dict(pairs)
    assert said["Recours"] == "Recours gracieux rejeté le 03/05/2027"
    assert str(said["Certificat"]).endswith("1 duplicata")


def test_the_summary_is_one_page_whatever_is_missing_and_counts_what_the_folder_holds(
    year: Office, blobs: KeptBlobs
) -> None:
    found = gathered(year, blobs)
    many = tuple(f"Point {n} : non reçu." for n in range(9))
    crowded = replace(found, chapters=tuple(replace(c, missing=many) for c in found.chapters))
    for one in (found, crowded):
        assert len(PdfReader(BytesIO(report_pdf(page(one)))).pages) == 1
    (section,) = [s for s in page(found).sections if s.heading == "Ce que contient le dossier"]
    rows = {row[0]: row for row in section.tables[0].rows}
    assert list(rows) == list(CHAPTERS)
    assert sum(int(str(row[2])) for row in rows.values()) == len(found.documents) == 3
    assert sum(int(str(row[3])) for row in rows.values()) == sum(len(c.entries) for c in found.chapters)
    (said,) = [s.sentences for s in page(crowded).sections if s.heading.startswith("Ce qui manque")]
    more = len(CHAPTERS) * len(many) - SAID + 1
    assert (len(said), said[-1]) == (SAID, f"Et {more} autres points : voir 0-lignes-du-registre.pdf.")


@pytest.mark.parametrize("name", ["../../etc/passwd", "<script>", "CON", "=1+1", "é" * 300])
def test_a_hostile_name_never_leaves_its_folder(office: Office, blobs: KeptBlobs, name: str) -> None:
    found = gathered(office, blobs)
    identity = found.standing.candidate.identity
    assert identity is not None
    hostile = replace(
        found.standing, candidate=replace(found.standing.candidate, identity=replace(identity, usual_name=name))
    )
    made = folder_name(1, hostile)
    assert re.fullmatch(r"01-[a-z0-9-]{1,64}", made)


def test_a_transfer_waits_for_signed_minutes(office: Office, blobs: KeptBlobs) -> None:
    hand_in(office, 101)
    control(office, "0001")
    sit(office, {"0001": "favorable"})
    before = gathered(office, blobs)
    with pytest.raises(RecordRefusedError, match="n’est pas signé"):
        check_transfer([before.standing], before.context)
    minutes(office)
    after = gathered(office, blobs)
    check_transfer([after.standing], after.context)
    (signed,) = signed_minutes(office.desk(), blobs)
    assert (signed.digest, signed.content, signed.path) == ("8" * 64, b"%PDF pv", f"proces-verbaux/{JURY}-88888888.pdf")


def test_a_request_is_due_in_a_month_and_is_answered_once(office: Office) -> None:
    subject, today = office.subject("0001"), date(2027, 2, 1)
    asked = request_access(office.ledger, office.filing(), subject, on=date(2027, 1, 31), today=today)
    assert asked.due_on == date(2027, 2, 28)
    again = request_access(office.ledger, office.filing(), subject, on=today, today=today)
    assert again == asked
    serve_access(office.ledger, office.filing(), subject, "a" * 64, zone=UTC)
    assert office.types(subject)[-2:] == ["access.requested", "access.served"]
    with pytest.raises(UsageError, match="avenir"):
        request_access(office.ledger, office.filing(), subject, on=date(2027, 3, 1), today=today)


def test_every_line_of_a_person_is_given_with_what_it_protects(year: Office) -> None:
    entries = entries_of(year.ledger, year.subject("0001"))
    lines = lines_of(entries)
    assert [line["seq"] for line in lines] == [e.event.seq for e in entries]
    assert any(isinstance(p := line["protected"], dict) and p.get("birth_name") == "Lefèvre" for line in lines)
    year.ledger.forget(year.subject("0001"))
    gone = lines_of(entries_of(year.ledger, year.subject("0001")))
    assert any(line["destroyed"] for line in gone)
    assert all(line["protected"] is None for line in gone)


def test_someone_without_anything_has_a_file_that_says_so(office: Office, blobs: KeptBlobs) -> None:
    found = gathered(office, blobs, "0005")
    assert "Jury : aucune convocation." in missing(found, "4-jury")
    assert "Dossier : non transmis." in missing(found, "3-dossier")
    assert not found.documents


def test_acts_recorded_without_their_document_are_said(year: Office, blobs: KeptBlobs) -> None:
    found = gathered(year, blobs)
    assert "Attestation de présence pour la collectivité : non établie." in missing(found, "6-courriers")
    assert "Attestation de formation : non établie." in missing(found, "6-courriers")
    hand_in(year, 103)
    control(year, "0003", jury="jury-2")
    row = {"who": "0003", "jury": "jury-2", "on": date(2027, 5, 12)}
    results = year.record(
        {"act": "Jury constitué", "jury": "jury-2", "on": row["on"], "value": "A. Un / B. Deux", "reference": "1"},
        {"act": "Candidat convoqué", **row},
        {"act": "Présence jury", **row, "value": "présent"},
        {"act": "État figé", **row},
        {"act": "Décision", **row, "value": "ajourné"},
        {"act": "PV établi", "jury": "jury-2", "on": row["on"], "reference": "PV-2"},
        {"act": "PV signé", "jury": "jury-2", "on": row["on"]},
        {"act": "Décision notifiée", **row},
    ).rows
    assert [r.sentence for r in results if r.outcome != "recorded"] == []
    said = missing(gathered(year, blobs, "0003"), "4-jury")
    assert "Jury jury-2 : la fiche qu’il a eue sous les yeux n’est pas versée." in said
    assert "Jury jury-2 : procès-verbal signé, son fichier n’est pas versé." in said
    letters = missing(gathered(year, blobs, "0003"), "6-courriers")
    assert any(s.startswith("Lettre de notification du jury jury-2") for s in letters)


def test_an_erased_identity_still_has_a_file(year: Office, blobs: KeptBlobs) -> None:
    subject = year.subject("0001")
    year.ledger.forget(subject)
    found = person_file(year.ledger, year.files, blobs, subject, now=NOW, day=TODAY, others=True)
    assert any(s.startswith("Identité : effacée") for s in missing(found, "1-inscription"))
    text = to_html(
        file_summary(found.standing, found.chapters, found.names, found.context, found.ending, title="Dossier")
    )
    assert "MARTIN" not in text
    assert "contenu éliminé" in text


def test_a_draw_can_be_made_again_and_depends_on_its_seed(office: Office) -> None:
    people = [office.subject(number) for number in ("0001", "0002", "0003", "0004", "0005")]
    first = drawn(people, 3, "2027")
    assert drawn(list(reversed(people)), 3, "2027") == first
    assert len({drawn(people, 3, str(seed)) for seed in range(20)}) > 5
    assert chosen(office.ledger, "angers-test", count=5, seed="1") == drawn(people, 5, "1")
    assert chosen(office.ledger, "angers-test", count=3, seed="", named="0002, 0001") == (people[1], people[0])


@pytest.mark.parametrize(
    ("count", "seed", "said"),
    [
        (0, "1", "une personne au moins"),
        (6, "1", "5.personnes seulement.: tirez-en 5 au plus"),
        (40, "2027", "5.personnes seulement"),
        (3, "a b", "lettres et de chiffres"),
        (3, "", "lettres"),
    ],
)
def test_a_wrong_draw_is_one_sentence(office: Office, count: int, seed: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        chosen(office.ledger, "angers-test", count=count, seed=seed)


def test_a_promotion_without_anyone_has_nothing_to_draw(empty_office: Office) -> None:
    empty_office.open()
    with pytest.raises(UsageError, match="Personne n’est inscrit"):
        chosen(empty_office.ledger, "angers-test", count=3, seed="1")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7", ".pdf"),
        (b"\xff\xd8\xff\xe0", ".jpg"),
        (b"PK\x03\x04", ".zip"),
        (b"bonjour", ".txt"),
        (b"\xfe\x00", ".bin"),
    ],
)
def test_a_document_ends_as_its_bytes_say(content: bytes, said: str) -> None:
    assert ending(content) == said
