"""Documents: what each says, who may have it and when, kept and never drawn again, read by a screen reader."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from sync_service.adapters.blobs import FileBlobs
from sync_service.adapters.documents.document_pdf import document_pdf, template_of
from sync_service.adapters.documents.merge_csv import merge_csv
from sync_service.adapters.mapping_files.letters import load_letter
from sync_service.adapters.vault.keystore import KeyStore
from sync_service.domain.documents.letters import size_words
from sync_service.domain.documents.model import Document, Grid, Items
from sync_service.domain.event import Actor, Series
from sync_service.domain.facts import FactKind
from sync_service.domain.proof import verification_code
from sync_service.domain.reports.model import Report
from sync_service.errors import RecordRefusedError, StoreError, UsageError
from sync_service.usecases.documents import Drawn, Issued, Paper, again_code, issue, lost_documents
from sync_service.usecases.papers import KINDS, Asked, Papers, kind_named, papers

from .conftest import MAPPINGS
from .test_certification import JURY, MAR, certify, control, hand_in, minutes, sit
from .test_roster import the_list

if TYPE_CHECKING:
    from .conftest import Office

GOLDEN = Path(__file__).parents[2] / "golden"
JUNE = date(2027, 6, 30)


def letters(name: str) -> Any:
    return load_letter(MAPPINGS, "coordonnateur_petite_enfance", name)


def made(office: Office, on: date = JUNE) -> Papers:
    return papers(office.desk(), letters, on=on)


def document(office: Office, kind: str, on: date = JUNE, **asked: str) -> Document:
    """Return the only document that is asked for."""
    (wanted,), _ = made(office, on).wanted(Asked(KINDS[kind], **asked))
    paper = wanted.build()
    assert isinstance(paper, Document)
    return paper


def said(paper: Document) -> str:
    return "\n".join(filter(None, paper.texts())).replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture
def signed(office: Office) -> Office:
    """Three dossiers before the jury, the minutes signed; the first two favourable."""
    hand_in(office, 101, 102, 103)
    control(office, "0001", "0002", "0003")
    sit(office, {"0001": "favorable", "0002": "favorable", "0003": "ajourné"})
    minutes(office)
    return office


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobs:
    KeyStore.create(tmp_path / "keys.sqlite", b"m" * 32, "here")
    return FileBlobs(tmp_path / "blobs", KeyStore(tmp_path / "keys.sqlite", b"m" * 32, "here"))


def sheet_of(office: Office) -> None:
    office.record(
        {"act": "Présence", "who": "0002", "session": "m1-a", "on": date(2026, 9, 21), "half": "matin",
         "value": "absent justifié"},
        {"act": "Feuille signée", "session": "m1-a", "on": date(2026, 9, 23), "document": "5" * 64},
    )  # fmt: skip


def test_the_blank_sheet_has_everyone_four_half_days_two_empty_rows_and_the_intervenant(office: Office) -> None:
    paper = document(office, "attendance-sheet", session="m1-a")
    (grid,) = [block for block in paper.blocks if isinstance(block, Grid)]
    assert [row[1] for row in grid.rows] == [
        "D'HERVÉ Élodie", "DUBOIS Marie (0004)", "DUBOIS Marie (0005)", "ÉTIENNE Jérôme", "MARTIN Anne", "", "",
        "Intervenant(e) : Aurélie Vasseur",
    ]  # fmt: skip
    assert len(grid.headings) == 3 + 4
    assert "21/09/2026 matin" in grid.headings[3]
    assert "rue du Nid de Pie, Angers" in said(paper)
    assert paper.wide


def test_a_longer_session_takes_another_page_for_every_four_half_days(office: Office) -> None:
    from .conftest import CALENDAR, session

    days = [date(2026, 9, 21), date(2026, 9, 22), date(2026, 9, 23)]
    calendar = replace(CALENDAR, sessions=(session("m1-a", 1, days), *CALENDAR.sessions[1:]))
    office.files = replace(office.files, calendar=calendar)
    paper = document(office, "attendance-sheet", session="m1-a")
    assert [len(b.headings) - 3 for b in paper.blocks if isinstance(b, Grid)] == [4, 2]
    assert len(PdfReader(io.BytesIO(document_pdf(paper, datetime(2027, 1, 1, tzinfo=UTC)))).pages) == 2


def test_all_sessions_that_count_have_their_sheet_and_a_cancelled_one_has_none(office: Office) -> None:
    wanted, _ = made(office).wanted(Asked(KINDS["attendance-sheet"], session="all"))
    assert [one.session for one in wanted] == ["m1-a", "acc-1", "m2-b"]
    with pytest.raises(UsageError, match="Nommez la session"):
        made(office).wanted(Asked(KINDS["attendance-sheet"]))


def test_the_summary_says_each_status_in_words_with_its_proof(office: Office) -> None:
    sheet_of(office)
    text = said(document(office, "attendance-summary", session="m1-a"))
    assert "Absent justifié, feuille signée" in text
    assert "3 sur 4" in text


def test_the_acknowledgement_names_files_sizes_and_moments_and_promises_nothing(office: Office) -> None:
    hand_in(office, 101)
    text = said(document(office, "acknowledgement", candidate="0001"))
    assert "depot-a.pdf" in text
    assert "1,8 Mo" in text
    assert "03/02/2027 à" in text
    assert "ne dit pas que le dossier est complet" in text


@pytest.mark.parametrize(
    ("size", "words"), [(0, "1 ko"), (812_400, "812 ko"), (3_449_999, "3,4 Mo"), (True, ""), (None, ""), (-1, "")]
)
def test_sizes_are_written_in_french(size: object, words: str) -> None:
    assert size_words(size).replace("\u00a0", " ") == words


def test_a_reminder_says_what_is_missing_and_is_refused_when_nothing_is(office: Office) -> None:
    hand_in(office, 101)
    for key, status in (("depot-a", "submitted"), ("depot-b", "draft")):
        office.site.put(
            FactKind.SUBMISSION,
            key,
            102,
            status=status,
            attempt=0,
            submitted_at=1801692840 * (status != "draft"),
            files=[],
        )
    office.pull(full=True)
    wanted, skipped = made(office, date(2027, 1, 20)).wanted(Asked(KINDS["reminder"], candidate="all"))
    assert [one.subject for one in wanted] == [office.subject("0002")]
    paper = wanted[0].build()
    assert isinstance(paper, Document)
    (listed,) = [block for block in paper.blocks if isinstance(block, Items)]
    asked = ["".join(span.text for span in item).replace("\u00a0", " ") for item in listed.items]
    assert asked == ["la remise définitive du dépôt B (brouillon non remis), au plus tard le 10 février 2027"]
    unread = [
        "DUBOIS Marie (0004)",
        "DUBOIS Marie (0005)",
        "ÉTIENNE Jérôme",
    ]  # their deposits may be there: nothing is asked
    assert [left.name for left in skipped] == [*unread, "MARTIN Anne"]
    assert {left.why for left in skipped} == {"il ne lui reste rien à faire"}
    with pytest.raises(RecordRefusedError, match="il ne lui reste rien à faire"):
        made(office).wanted(Asked(KINDS["reminder"], candidate="0001"))


def test_the_sheet_given_to_the_jury_shows_the_day_it_bears(signed: Office) -> None:
    def situation(on: date) -> str:
        (wanted,), _ = made(signed, on).wanted(Asked(KINDS["record"], candidate="0001"))
        paper = wanted.build()
        assert isinstance(paper, Report)
        return str(paper.sections)

    assert "Certification proposée" not in situation(date(2027, 2, 1))
    assert "Certification proposée" in situation(JUNE)


def test_who_has_no_account_in_moodle_is_asked_for_the_dossier_on_paper(empty_office: Office) -> None:
    empty_office.open()
    empty_office.enrol()
    paper = document(empty_office, "reminder", date(2027, 1, 20), candidate="0003")
    (listed,) = [block for block in paper.blocks if isinstance(block, Items)]
    assert [span.text for item in listed.items for span in item] == [
        "la remise de votre dossier pour le jury, au plus tard le 10 février 2027"
    ]


def test_the_jury_list_shows_the_dossier_and_never_marks_presences_or_autopositionnement(signed: Office) -> None:
    text = said(document(signed, "jury-list"))
    assert "20/02/2027" in text
    assert "liste non encore publiée" in text
    for hidden in ("demi-journée", "Moodle", "préparation", "positionnement"):
        assert hidden not in text


def test_minutes_hold_everything_of_r7_with_the_whole_root(signed: Office) -> None:
    text, head = said(document(signed, "minutes")), signed.ledger.head()
    for expected in (
        f"version 2026.1, empreinte {'ab' * 32}", "PV-2027-01", "12 mars 2027", "A. Un, préside le jury", "C. Trois",
        "3 candidats convoqués, 3 présents, 0 absent ou excusé.", "Certification proposée", "Ajourné : peut se représenter",
        f"taille {head.size}, racine {head.root}", "Observations générales",
    ):  # fmt: skip
        assert expected in text, expected


def test_minutes_wait_for_every_decision_but_the_blank_ones_do_not(office: Office) -> None:
    hand_in(office, 101)
    control(office, "0001")
    sit(office, {})
    office.record({"act": "Candidat convoqué", "who": "0001", "jury": JURY, "on": MAR})
    with pytest.raises(RecordRefusedError, match="Il manque 1 décision"):
        document(office, "minutes")
    text = said(document(office, "minutes-blank"))
    assert "À REMPLIR" in text
    assert "Décisions possibles" in text
    assert "MARTIN Anne" in text


def test_who_withdrew_or_did_not_sit_is_said(signed: Office) -> None:
    other = "jury-2028"
    signed.record(
        {"act": "Jury constitué", "jury": other, "on": MAR, "value": "A. Un / B. Deux / C. Trois", "reference": "2"},
        {"act": "Membre déporté", "jury": other, "on": MAR, "value": "b. deux", "capacity": "extérieur"},
        {"act": "PV établi", "jury": other, "on": MAR, "reference": "PV-2028", "value": "A. Un"},
    )
    held = made(signed).sitting(other)
    assert [(m.name, m.words) for m in held.members] == [
        ("A. Un", "Présent(e)"), ("B. Deux", "Déporté(e)"), ("C. Trois", "Absent(e) ou excusé(e)"),
    ]  # fmt: skip
    wanted, _ = made(signed).wanted(Asked(KINDS["jury-convening"], jury=other))
    assert [one.name for one in wanted] == ["convocation-jury-jury-2028-1", "convocation-jury-jury-2028-3"]
    assert "B. Deux" in said(document(signed, "jury-sheet", jury=other))
    with pytest.raises(UsageError, match="Nommez la session de jury avec --jury : jury-2027 et jury-2028"):
        made(signed).sitting("")


def test_a_notification_waits_for_the_signed_minutes_and_gives_the_ways_of_appeal(office: Office) -> None:
    hand_in(office, 101)
    control(office, "0001")
    sit(office, {"0001": "défavorable"})
    with pytest.raises(RecordRefusedError, match="qu’après la signature du procès-verbal"):
        document(office, "notification", candidate="0001")
    minutes(office)
    text = said(document(office, "notification", candidate="0001"))
    assert "Décision du jury : non certifié" in text
    assert "dans un délai de deux mois" in text
    assert "tribunal administratif" in text


def test_the_certificate_has_its_fields_its_number_its_code_and_nothing_of_the_rncp(signed: Office) -> None:
    with pytest.raises(RecordRefusedError, match="aucun numéro n’est réservé"):
        document(signed, "certificate", candidate="0001")
    signed.record({"act": "Numéro réservé", "who": "0001", "on": date(2027, 4, 2)})
    text = said(document(signed, "certificate", candidate="0001"))
    (reserved,) = signed.ledger.events(types=["certificate.number_reserved"])
    for expected in (
        "Certificat de formation professionnelle", "« Coordonnateur petite enfance »", "PV-2027-01", "12 mars 2027",
        "Anne LEFÈVRE", "nom d’usage MARTIN", "né(e) le …", "version 2026.1", "N° ANGERS-CPE-2027-0001",
        f"Code de vérification : {verification_code(bytes.fromhex(reserved.leaf))}", "Le terme certificat correspond",
        "Centre national de la fonction publique territoriale",
    ):  # fmt: skip
        assert expected in text, expected
    assert signed.ledger.head().root[:8] not in text
    assert "titre" not in text.casefold()


def test_words_of_a_titre_are_refused_on_a_certificate(signed: Office) -> None:
    signed.record({"act": "Numéro réservé", "who": "0001", "on": date(2027, 4, 2)})
    rules = signed.files.cycle.rules
    wrong = replace(rules.certificate, label="Titre professionnel")
    signed.files = replace(signed.files, cycle=replace(signed.files.cycle, rules=replace(rules, certificate=wrong)))
    with pytest.raises(RecordRefusedError, match="R17"):
        document(signed, "certificate", candidate="0001")


def test_a_duplicate_bears_its_mark_its_rank_and_who_signed(signed: Office) -> None:
    with pytest.raises(RecordRefusedError, match="n’est pas délivré"):
        document(signed, "duplicate", candidate="0001")
    assert certify(signed, "0001") == []
    text = said(document(signed, "duplicate", candidate="0001"))
    assert "DUPLICATA n° 1" in text
    assert "Fait à Angers, le 2 avril 2027" in text
    assert "Signataire, président" in text
    signed.record({"act": "Duplicata", "who": "0001", "on": JUNE, "document": "6" * 64})
    assert "DUPLICATA n° 2" in said(document(signed, "duplicate", candidate="0001"))
    with pytest.raises(UsageError, match="nommez-la"):
        made(signed).wanted(Asked(KINDS["duplicate"], candidate="all"))


def test_the_slip_lists_what_waits_for_a_signature_and_nothing_else(signed: Office) -> None:
    with pytest.raises(RecordRefusedError, match="Aucun certificat n’attend"):
        document(signed, "signature-slip")
    signed.record(*({"act": "Numéro réservé", "who": who, "on": date(2027, 4, 2)} for who in ("0001", "0002")))
    signed.record(
        {"act": "Certificat signé", "who": "0001", "on": date(2027, 4, 3), "value": "S", "capacity": "président"}
    )
    text = said(document(signed, "signature-slip"))
    assert "ANGERS-CPE-2027-0002" in text
    assert "ANGERS-CPE-2027-0001" not in text


def test_the_attestation_for_the_collectivite_holds_half_days_only(signed: Office) -> None:
    sheet_of(signed)
    text = said(document(signed, "attendance-statement", candidate="0002"))
    assert "Commune de Valfleury" in text
    assert "1,5 jour" in text
    for hidden in ("dossier", "jury", "avis", "favorable", "note"):
        assert hidden not in re.split(r"\W+", text.casefold()), hidden
    training = said(document(signed, "training-statement", candidate="0002"))
    assert "acquérir un socle commun" in training
    assert "environ 39 jours" in training
    assert "1,5 jour (3 demi-journées), du 21 septembre 2026 au 22 septembre 2026 ;" in training, "her own days"


def test_an_erased_person_has_no_document_of_her_own_and_lists_say_so(signed: Office) -> None:
    subject = signed.subject("0001")
    signed.ledger.destroy_key(
        subject,
        Series.REGISTER,
        actor=Actor("officer", "agent-1", "cli"),
        reason="dua_echue",
        now=signed.clock.at,
        run="r",
    )
    wanted, skipped = made(signed).wanted(Asked(KINDS["convening"], candidate="all"))
    assert subject not in {one.subject for one in wanted}
    assert [left.why for left in skipped if left.name == "Identité effacée"] == ["son identité est effacée"]
    with pytest.raises(UsageError, match="L’identité de cette personne est effacée"):
        made(signed).wanted(Asked(KINDS["convening"], candidate=subject))
    assert "Identité effacée" in said(document(signed, "attendance-sheet", session="m1-a"))


def draw(paper: Paper) -> Drawn:
    assert not isinstance(paper, Report)
    return Drawn(document_pdf(paper, datetime(2027, 6, 30, tzinfo=UTC)), template_of(paper))


def issued(office: Office, blobs: FileBlobs, kind: str, again: str = "", **asked: str) -> Issued:
    here = made(office)
    (wanted,), _ = here.wanted(Asked(KINDS[kind], **asked))
    return issue(here.desk, blobs, wanted, draw, head=here.head, again=again)


def test_a_document_given_back_after_the_identity_was_corrected_says_so(signed: Office, blobs: FileBlobs) -> None:
    issued(signed, blobs, "convening", candidate="0001")
    assert not issued(signed, blobs, "convening", candidate="0001").outdated
    file = the_list()
    signed.enrol(replace(file, rows=(replace(file.rows[0], birth_name="Marten"), *file.rows[1:]), sha256="1" * 64))
    assert issued(signed, blobs, "convening", candidate="0001").outdated
    again = issued(signed, blobs, "convening", again="error", candidate="0001")
    assert again.new
    assert not issued(signed, blobs, "convening", candidate="0001").outdated


def test_a_document_is_drawn_once_and_given_back_even_when_its_text_or_the_facts_change(
    signed: Office, blobs: FileBlobs
) -> None:
    first = issued(signed, blobs, "convening", candidate="0001")
    size = signed.ledger.head().size
    signed.record({"act": "Relance", "who": "0001", "on": MAR, "value": "x"})
    second = issued(signed, blobs, "convening", candidate="0001")
    assert (second.content, second.digest, second.new) == (first.content, first.digest, False)
    assert signed.ledger.head().size == size + 1
    (event,) = signed.ledger.events(types=["document.issued"])
    assert event.data["document"] == "convening"
    assert event.data["template"] == "letter/1"
    assert event.data["sha256"] == first.digest
    assert event.evidence["files"] in ([first.digest], (first.digest,))
    assert event.data["size"] == size - 1
    assert "Anne" not in str(event)


def test_a_new_version_needs_a_reason_and_takes_the_place_of_the_first(signed: Office, blobs: FileBlobs) -> None:
    first = issued(signed, blobs, "convening", candidate="0001")
    again = issued(signed, blobs, "convening", again=again_code("nouvelle situation"), candidate="0001")
    assert again.new
    assert again.digest != first.digest
    one, two = signed.ledger.events(types=["document.issued"])
    assert (two.reason, two.replaces) == ("new_situation", (one.id,))
    assert issued(signed, blobs, "convening", candidate="0001").digest == again.digest
    assert blobs.get(first.digest) == first.content
    with pytest.raises(UsageError, match="nouvelle-situation"):
        again_code("parce que")


def test_what_was_issued_and_cannot_be_read_is_said_never_drawn_again(
    signed: Office, blobs: FileBlobs, tmp_path: Path
) -> None:
    issued(signed, blobs, "convening", candidate="0001")
    assert lost_documents(signed.ledger, blobs) == ()
    for file in (tmp_path / "blobs").rglob("*.key_*"):
        file.unlink()
    assert [event.data["document"] for event in lost_documents(signed.ledger, blobs)] == ["convening"]
    with pytest.raises(StoreError, match="restaurez-le"):
        issued(signed, blobs, "convening", candidate="0001")


def test_the_blob_is_written_before_the_line_that_names_it(signed: Office, tmp_path: Path) -> None:
    @dataclass
    class Full:
        def put(self, content: bytes, **_: object) -> str:
            raise StoreError("Le document ne peut pas être gardé.")

        def get(self, digest: str) -> bytes:
            raise StoreError(digest)

        def holds(self, digest: str) -> bool:
            return not digest

    size = signed.ledger.head().size
    with pytest.raises(StoreError):
        issued(signed, Full(), "convening", candidate="0001")  # type: ignore[arg-type]
    assert signed.ledger.head().size == size


def test_the_mail_merge_is_one_row_a_person_and_no_cell_is_a_formula(signed: Office) -> None:
    here = made(signed)
    rows = here.merge(Asked(KINDS["convening"], candidate="all"))
    content = merge_csv([{**rows[0], "personne.fonction": "=cmd()"}, *rows[1:]])
    lines = content.decode("utf-8-sig").split("\r\n")
    assert len(lines) == 1 + 3 + 1
    assert lines[0].startswith("cycle.titre;")
    assert "'=cmd()" in lines[1]
    assert ';"0002";' in lines[1], "a word processor would print « = » and more"
    with pytest.raises(UsageError, match="Le publipostage existe pour les lettres"):
        here.merge(Asked(KINDS["minutes"]))
    assert merge_csv([]).decode("utf-8-sig") == ""


@pytest.mark.parametrize(
    ("kind", "asked", "said"),
    [
        ("convening", {"candidate": "all"}, "Nommez la session de jury"),
        ("certificate", {}, "Nommez la personne"),
        ("certificate", {"candidate": "zz"}, "Aucun stagiaire ne porte ce matricule"),
        ("minutes", {"jury": "autre"}, "aucune n’est enregistrée"),
    ],
)
def test_what_is_not_named_is_asked_for(office: Office, kind: str, asked: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        made(office).wanted(Asked(KINDS[kind], **asked))


def test_a_kind_that_does_not_exist_is_said_with_those_that_do() -> None:
    with pytest.raises(UsageError, match=r"attendance-sheet, .* et record"):
        kind_named("diplome")
