"""Documents as files: the same text, tags a screen reader follows, hostile names drawn as text, one page where one is meant."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from sync_service.adapters.blobs import FileBlobs
from sync_service.adapters.documents.document_pdf import document_pdf, read_logo
from sync_service.adapters.documents.printable import printable
from sync_service.domain.documents import certificates, jury_papers, sheets
from sync_service.domain.documents.letter import KINDS as LETTERS
from sync_service.domain.documents.model import Document, Grid, Paragraph, Span, plain
from sync_service.domain.typography import french_title
from sync_service.errors import ConfigError
from sync_service.usecases.documents import Drawn, Issued, Paper, issue
from sync_service.usecases.papers import KINDS, Asked

from .test_certification import certify
from .test_documents import JUNE, blobs, document, draw, made, said, sheet_of, signed

if TYPE_CHECKING:
    from .conftest import Office

__all__ = ["blobs", "signed"]
GOLDEN = Path(__file__).parents[2] / "golden"


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


def scope_of(node: Any) -> str:
    """Return « /TH/Column » for a heading cell that says what it heads, else the tag alone."""
    attributes = node.get("/A") or []
    listed = attributes if isinstance(attributes, list) else [attributes]
    found = [str(a.get_object()["/Scope"]) for a in listed if "/Scope" in a.get_object()]
    return f"{node['/S']}{''.join(found)}"


def tags(node: Any, found: set[str]) -> set[str]:
    if isinstance(node, list):
        for kid in node:
            tags(kid.get_object() if hasattr(kid, "get_object") else kid, found)
    elif isinstance(node, dict):
        if "/S" in node:
            found.add(scope_of(node))
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
        assert reader.metadata.title == french_title(paper.title), kind
        xmp = root["/Metadata"].get_data().decode()
        assert "<pdfuaid:part>1</pdfuaid:part>" in xmp, kind
        assert "<pdfaid:part>2</pdfaid:part>" in xmp, kind
        assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp, kind
        present = tags(root["/StructTreeRoot"], set())
        assert "/H1" in present, kind
        if any(isinstance(block, Grid) and block.rows for block in paper.blocks):
            assert {"/Table", "/TR", "/TH/Column", "/TD", "/Caption"} <= present, kind
            assert "/TH" not in present, kind
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


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40"><rect width="120" height="40"/></svg>'


def pages_of(paper: Document, logo: bytes | None = SVG) -> int:
    return len(PdfReader(io.BytesIO(document_pdf(paper, datetime(2027, 1, 1, tzinfo=UTC), logo))).pages)


def test_a_certificate_is_one_page_whatever_the_name(signed: Office) -> None:
    assert certify(signed, "0001") == []
    here = made(signed)
    who = next(s for s in here.standings if s.candidate.subject == signed.subject("0001"))
    assert who.candidate.identity is not None
    identity = replace(
        who.candidate.identity, birth_name="Van den Broucke-Delacroix", usual_name="de La Tour-d’Auvergne-Lauraguais",
        first_name="Marie-Antoinette Guénaëlle", born_on=date(1988, 3, 1), born_at="Saint-Exemple-en-Bresse (Ain)",
    )  # fmt: skip
    paper = certificates.duplicate(here.frame, replace(who, candidate=replace(who.candidate, identity=identity)))
    assert "né(e) le 1er mars 1988 à Saint-Exemple-en-Bresse (Ain)" in said(paper)
    assert pages_of(paper) == 1


def test_four_half_days_of_fifteen_people_are_one_page_even_with_a_logo(office: Office) -> None:
    here = made(office)
    people = [*here.desk.people_on(date(2026, 9, 21))] * 3
    session = replace(office.files.calendar.session("m1-a"), intervenants=("Aurélie Vasseur", "Hervé N’Diaye"))
    assert pages_of(sheets.blank_sheet(here.frame, session, people)) == 1
    assert pages_of(sheets.blank_sheet(here.frame, office.files.calendar.session("m1-a"), people * 3)) > 1


def test_a_jury_of_four_and_thirteen_candidates_sign_on_one_page(signed: Office) -> None:
    here = made(signed)
    held = here.sitting("jury-2027")
    full = replace(held, people=(held.people * 5)[:13], members=(*held.members, held.members[0]))
    assert pages_of(jury_papers.jury_sheet(here.frame, full)) == 1


def test_a_second_presentation_says_its_rank_and_the_new_version_of_the_dossier(signed: Office) -> None:
    other, later = "jury-2028", date(2028, 1, 20)
    signed.clock.at = datetime(2028, 1, 21, tzinfo=UTC)
    done = signed.record(
        {"act": "Dossier ouvert", "who": "0003", "on": date(2027, 9, 1)},
        {"act": "Jury constitué", "jury": other, "on": later, "value": "A. Un / B. Deux", "reference": "1"},
        {"act": "Candidat convoqué", "who": "0003", "jury": other, "on": later},
        {"act": "Dérogation", "who": "0003", "on": later, "value": "délai"},
    )
    assert done.count("recorded") == 4
    (first,) = [b for b in document(signed, "jury-list", later, jury="jury-2027").blocks if isinstance(b, Grid)]
    assert {row[3] for row in first.rows} == {"1"}
    (second,) = [b for b in document(signed, "jury-list", later, jury=other).blocks if isinstance(b, Grid)]
    assert [row[3:5] for row in second.rows] == [("2", "dérogation")]


def test_an_exemption_is_said_and_an_act_of_later_is_not(signed: Office) -> None:
    signed.record(
        {"act": "Feuille signée", "session": "m1-a", "on": date(2026, 9, 23), "document": "5" * 64},
        {"act": "Dispense accordée", "who": "0002", "on": date(2026, 10, 1), "value": "2", "reason": "équivalence"},
    )
    assert "0 sur 2, dispense : 2" in said(document(signed, "training-statement", JUNE, candidate="0002"))
    before = made(signed, date(2027, 3, 1))
    types = {entry.type for standing in before.standings for entry in before.frame.entries(standing)}
    assert "dossier.declared_admissible" in types
    assert "jury.decision" not in types


@pytest.mark.parametrize(
    ("who", "printed"),
    [
        ("La présidente", "La présidente"),
        ("Jeanne Exemple", "Jeanne Exemple, président"),
        ("Le Président", "Le Président"),
    ],
)
def test_the_capacity_is_not_said_twice(signed: Office, who: str, printed: str) -> None:
    april = date(2027, 4, 2)
    signed.record(
        {"act": "Numéro réservé", "who": "0001", "on": april},
        {"act": "Certificat signé", "who": "0001", "on": april, "value": who, "capacity": "président"},
    )
    assert printed in said(document(signed, "certificate", candidate="0001")).split("\n")


def test_of_two_people_who_issue_at_once_one_document_is_kept(signed: Office, blobs: FileBlobs) -> None:
    here = made(signed)
    (wanted,), _ = here.wanted(Asked(KINDS["convening"], candidate="0001"))
    first: list[Issued] = []

    def slow(paper: Paper) -> Drawn:
        if not first:
            first.append(issue(here.desk, blobs, wanted, draw, head=here.head))
        return Drawn(b"%PDF another", "letter/1")

    second = issue(here.desk, blobs, wanted, slow, head=here.head)
    assert (second.new, second.content) == (False, first[0].content)
    assert signed.types().count("document.issued") == 1


def test_a_name_without_hyphen_is_cut_and_stays_in_its_column() -> None:
    name = "É" * 21 + "A" * 42
    grid = Grid("c", ("Nom", "Signature"), ((name, "ici"),), (1, 9), row_mm=8)
    content = document_pdf(Document("x", "page", "T", (grid,)), datetime(2027, 1, 1, tzinfo=UTC))
    lines = [line for line in pdf_text(content).splitlines() if "A" in line or "É" in line]
    assert len(lines) > 1, "the name is drawn over the next column"
