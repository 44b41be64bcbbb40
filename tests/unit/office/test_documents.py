"""Documents: what each says, who may have it and when, kept and never drawn again, read by a screen reader."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from sync_service.adapters.blobs import FileBlobs
from sync_service.adapters.documents.document_pdf import document_pdf, read_logo, template_of
from sync_service.adapters.documents.merge_csv import merge_csv
from sync_service.adapters.documents.printable import printable
from sync_service.adapters.mapping_files.letters import load_letter
from sync_service.adapters.vault.keystore import KeyStore
from sync_service.domain.documents.letter import KINDS as LETTERS
from sync_service.domain.documents.letters import size_words
from sync_service.domain.documents.model import Document, Grid, Paragraph, Span, plain
from sync_service.domain.event import Actor, Series
from sync_service.domain.proof import verification_code
from sync_service.domain.reports.model import Report
from sync_service.domain.typography import french as typeset
from sync_service.errors import ConfigError, RecordRefusedError, StoreError, UsageError
from sync_service.usecases.documents import Drawn, Issued, Paper, again_code, issue
from sync_service.usecases.papers import KINDS, Asked, Papers, kind_named, papers

from .conftest import MAPPINGS
from .test_certification import JURY, MAR, certify, control, hand_in, minutes, sit

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
        "D'HERVÉ Élodie", "DUBOIS Marie", "DUBOIS Marie", "ÉTIENNE Jérôme", "MARTIN Anne", "", "",
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
    wanted, skipped = made(office, date(2027, 1, 20)).wanted(Asked(KINDS["reminder"], candidate="all"))
    assert office.subject("0001") not in {one.subject for one in wanted}
    assert any("il ne lui reste rien à faire" in left.why for left in skipped)
    with pytest.raises(RecordRefusedError, match="il ne lui reste rien à faire"):
        made(office).wanted(Asked(KINDS["reminder"], candidate="0001"))


def test_who_has_no_account_in_moodle_is_asked_for_the_dossier_on_paper(empty_office: Office) -> None:
    empty_office.open()
    empty_office.enrol()
    text = said(document(empty_office, "reminder", date(2027, 1, 20), candidate="0003"))
    assert "la remise de votre dossier pour le jury, avant le 10 février 2027" in text


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
        "Anne LEFÈVRE, nom d’usage MARTIN", "né(e) le …", "version 2026.1", "N° ANGERS-CPE-2027-0001",
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
    for file in (tmp_path / "blobs").rglob("*.key_*"):
        file.unlink()
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


def everything(office: Office) -> Mapping[str, Document]:
    sheet_of(office)
    unsaid = {"reminder", "duplicate", "record"}
    asked: dict[str, dict[str, str]] = {
        kind: {"session": "m1-a"}
        if found.about == "session"
        else {"candidate": "0001"}
        if found.about == "person"
        else {}
        for kind, found in KINDS.items()
        if kind not in unsaid and found.about != "member"
    }
    office.record({"act": "Numéro réservé", "who": "0001", "on": date(2027, 4, 2)})
    return {kind: document(office, kind, JUNE, **values) for kind, values in asked.items()}


def pdf_text(content: bytes) -> str:
    reader = PdfReader(io.BytesIO(content))
    return "\n".join(page.extract_text() for page in reader.pages) + "\n"


_MOVING = (
    (r"racine [0-9a-f]{64}", "racine …"),
    (r"réf\. [0-9a-f]{4}-[0-9a-f]{4}", "réf. …"),
    (r"taille \d+|\d+ lignes", "taille …"),
    (r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", "CODE"),
)
"""What every new kind of event would move: the register's state has tests of its own."""


def still(text: str) -> str:
    for pattern, instead in _MOVING:
        text = re.sub(pattern, instead, text)
    return text


def test_every_document_reads_as_it_did(signed: Office) -> None:
    for kind, paper in everything(signed).items():
        text = still(pdf_text(document_pdf(paper, datetime(2027, 6, 30, tzinfo=UTC))))
        path = GOLDEN / f"document-{kind}.txt"
        if os.environ.get("CYCLESYNC_GOLDEN") == "write":
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8"), kind


def tags(node: Any, found: set[str]) -> set[str]:
    if isinstance(node, list):
        for kid in node:
            tags(kid.get_object() if hasattr(kid, "get_object") else kid, found)
    elif isinstance(node, dict):
        if "/S" in node:
            found.add(str(node["/S"]))
        if "/K" in node:
            kids = node["/K"]
            tags(kids.get_object() if hasattr(kids, "get_object") else kids, found)
    return found


def test_every_document_is_tagged_titled_french_and_has_true_headings(signed: Office) -> None:
    for kind, paper in everything(signed).items():
        reader = PdfReader(io.BytesIO(document_pdf(paper, datetime(2027, 6, 30, tzinfo=UTC))))
        root: Any = reader.trailer["/Root"]
        assert root["/Lang"] == "fr-FR", kind
        assert root["/MarkInfo"]["/Marked"], kind
        assert root["/ViewerPreferences"]["/DisplayDocTitle"], kind
        assert reader.metadata is not None
        assert reader.metadata.title == typeset(paper.title), kind
        xmp = root["/Metadata"].get_data().decode()
        assert "<pdfuaid:part>1</pdfuaid:part>" in xmp, kind
        assert "<pdfaid:part>2</pdfaid:part>" in xmp, kind
        assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp, kind
        present = tags(root["/StructTreeRoot"], set())
        assert "/H1" in present, kind
        if any(isinstance(block, Grid) and block.rows for block in paper.blocks):
            assert {"/Table", "/TR", "/TH", "/TD", "/Caption"} <= present, kind
        width, height = (float(v) for v in reader.pages[0].mediabox[2:])
        assert sorted((round(width), round(height))) == [595, 842], kind


HOSTILE = '#panic("x") $x$ *g* `c` \\ @cite <a> {personne.nom} [x] // c /* c */ \u202eabc \U0001f600 ﷽ ' + "é" * 300


@pytest.mark.parametrize("template", ["page", "letter", "certificate"])
def test_hostile_text_is_drawn_as_text(template: str) -> None:
    paper = Document(
        "x", template, HOSTILE[:60],
        (Paragraph((Span(HOSTILE, "strong"),)), Grid("c", (HOSTILE,), ((HOSTILE,),)), Paragraph(plain("fin"))),
        subtitle=HOSTILE, sender=(HOSTILE,), addressee=(HOSTILE,), dated="d", footer=HOSTILE[:50], code=(HOSTILE,),
    )  # fmt: skip
    content = document_pdf(paper, datetime(2027, 1, 1, tzinfo=UTC))
    assert content == document_pdf(paper, datetime(2027, 1, 1, tzinfo=UTC))
    assert '#panic("x") $x$ *g* `c`' in pdf_text(content)


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def test_no_logo_unless_one_is_named_and_a_bad_one_is_said(tmp_path: Path) -> None:
    paper = Document("x", "letter", "T", (Paragraph(plain("x")),))
    made_at = datetime(2027, 1, 1, tzinfo=UTC)
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10"/></svg>'
    (tmp_path / "logo.svg").write_bytes(svg)
    assert document_pdf(paper, made_at, read_logo(tmp_path / "logo.svg")) != document_pdf(paper, made_at)
    checks: Mapping[str, tuple[Callable[[], bytes], str]] = {
        "absent.png": (lambda: b"", "ne peut pas être lu"),
        "logo.gif": (lambda: b"GIF89a", "PNG ou SVG"),
        "faux.png": (lambda: b"<svg/>", "PNG ou SVG"),
        "gros.png": (lambda: PNG + b"0" * 600_000, "dépasse"),
    }
    for name, (content, why) in checks.items():
        if name != "absent.png":
            (tmp_path / name).write_bytes(content())
        with pytest.raises(ConfigError, match=why):
            read_logo(tmp_path / name)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("IMG \U0001f600.pdf", "IMG \u25a1.pdf"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("e\u0301tat", "\u00e9tat"),
        ("bell\x07\ufeff", "bell"),
        ("\u0416\u0394 \u20ac \u2011", "\u0416\u0394 \u20ac \u2011"),
        ("\u6587\u66f8", "\u25a1\u25a1"),
    ],
)
def test_what_no_font_has_is_printed_as_a_box(text: str, printed: str) -> None:
    assert printable({"a": [text, 1, None]}) == {"a": [printed, 1, None]}
    assert document_pdf(Document("x", "page", text, ()), datetime(2027, 1, 1, tzinfo=UTC))


def test_the_guide_names_every_document_letter_and_placeholder() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "fr" / "documents.md").read_text(encoding="utf-8")
    for kind in KINDS:
        assert f"| `{kind}` |" in guide, kind
    for letter in LETTERS.values():
        for name in (*letter.texts, *letter.blocks):
            assert f"{{{name}}}" in guide, name
