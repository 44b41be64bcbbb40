"""Every PDF can be read by who does not see: no fault in any, a fault found in each one broken on purpose, reading order."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ContentStream,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from sync_service.adapters.documents.document_pdf import document_pdf
from sync_service.adapters.documents.rendering import render
from sync_service.domain.documents.model import Document
from sync_service.domain.reports.model import Report
from sync_service.usecases.papers import KINDS, Asked

from .every_report import every_report
from .pdf_reading import spoken
from .pdf_tags import faults, walk
from .test_certification import JURY, certify
from .test_document_files import everything
from .test_documents import JUNE, document, made, signed
from .test_report_files import HOSTILE

if TYPE_CHECKING:
    from .conftest import Office

__all__ = ["signed"]
LATER = datetime(2027, 6, 30, tzinfo=UTC)


def test_no_document_of_any_kind_has_a_fault(signed: Office) -> None:
    convened, *_ = made(signed).wanted(Asked(KINDS["jury-convening"], jury=JURY))[0]
    record, *_ = made(signed).wanted(Asked(KINDS["record"], candidate="0001"))[0]
    papers: dict[str, object] = {
        **everything(signed), "jury-convening": convened.build(), "record": record.build()
    }  # fmt: skip
    certify(signed, "0001")
    papers["duplicate"] = document(signed, "duplicate", candidate="0001")
    assert set(papers) == set(KINDS) - {"reminder"}
    for kind, paper in papers.items():
        assert isinstance(paper, Document | Report)
        content = render(paper, "pdf") if isinstance(paper, Report) else document_pdf(paper, LATER)
        assert faults(content) == [], kind


def test_a_reminder_has_no_fault(empty_office: Office) -> None:
    empty_office.open()
    empty_office.enrol()
    paper = document(empty_office, "reminder", date(2027, 1, 20), candidate="0003")
    assert faults(document_pdf(paper, LATER)) == []


def test_no_report_has_a_fault(office: Office) -> None:
    for code, found in every_report(office).items():
        content = render(found, "pdf")
        assert faults(content) == [], code
        assert len(PdfReader(io.BytesIO(content)).outline) > 0, code


GOOD = render(HOSTILE, "pdf")
"""One page, two tables, headings, a list: what the rules below break."""


def of(writer: PdfWriter, kind: str) -> Any:
    return next(node for found, node, _ in walk(writer) if found == kind)


def root(key: str, value: Any) -> Callable[[PdfWriter], None]:
    return lambda writer: writer.root_object.update({NameObject(key): value})


def become(kind: str, other: str) -> Callable[[PdfWriter], None]:
    return lambda writer: of(writer, kind).update({NameObject("/S"): NameObject(other)})


def no_longer(kind: str, other: str) -> Callable[[PdfWriter], None]:
    def every(writer: PdfWriter) -> None:
        for found, node, _ in walk(writer):
            if found == kind:
                node[NameObject("/S")] = NameObject(other)

    return every


def no_heading(writer: PdfWriter) -> None:
    for kind in ("H1", "H2", "H3"):
        no_longer(kind, "/P")(writer)


def xmp(old: bytes, new: bytes) -> Callable[[PdfWriter], None]:
    def rewrite(writer: PdfWriter) -> None:
        held: Any = writer.root_object["/Metadata"]
        assert old in held.get_data()
        stream = DecodedStreamObject()
        stream.set_data(held.get_data().replace(old, new))
        writer.root_object[NameObject("/Metadata")] = writer._add_object(stream)

    return rewrite


def around(first: tuple[Any, bytes], last: tuple[Any, bytes]) -> Callable[[PdfWriter], None]:
    """Put one operation before and one after all those of the page."""

    def rewrite(writer: PdfWriter) -> None:
        page: Any = writer.pages[0]
        stream = ContentStream(page.get_contents(), writer)
        stream.operations = [first, *stream.operations, last]
        page[NameObject("/Contents")] = writer._add_object(stream)

    return rewrite


def font(key: str) -> Callable[[PdfWriter], None]:
    def lose(writer: PdfWriter) -> None:
        page: Any = writer.pages[0]
        held = next(iter(page["/Resources"]["/Font"].values())).get_object()
        inner = held["/DescendantFonts"][0].get_object()
        for where in (held, inner, inner["/FontDescriptor"].get_object()):
            for each in [name for name in where if name.startswith(key)]:
                del where[each]

    return lose


def link(writer: PdfWriter) -> None:
    note = DictionaryObject({NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/Link")})
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])
    writer.pages[0].pop("/Tabs", None)


def untitled(writer: PdfWriter) -> None:
    writer.metadata = {"/Author": "x"}


def unowned(writer: PdfWriter) -> None:
    mark = DictionaryObject({NameObject("/MCID"): NumberObject(999)})
    around(([NameObject("/P"), mark], b"BDC"), ([], b"EMC"))(writer)


def unscoped(writer: PdfWriter) -> None:
    del of(writer, "TH")["/A"]


def lost_cell(writer: PdfWriter) -> None:
    of(writer, "TR")["/K"].pop()


def strange(writer: PdfWriter) -> None:
    page: Any = writer.pages[0]
    for held in page["/Resources"]["/Font"].values():
        table = DecodedStreamObject()
        table.set_data(
            b"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n1 beginbfrange\n<0000> <00ff> <e000>\nendbfrange"
        )
        held.get_object()[NameObject("/ToUnicode")] = writer._add_object(table)


BROKEN: dict[str, tuple[Callable[[PdfWriter], None], str]] = {
    "encrypted": (lambda writer: writer.encrypt("", "x", algorithm="RC4-40"), "encrypted"),
    "language": (root("/Lang", TextStringObject("en-GB")), "the language is not French"),
    "marked": (root("/MarkInfo", DictionaryObject({NameObject("/Marked"): BooleanObject(False)})), "not marked as tagged"),
    "window": (root("/ViewerPreferences", DictionaryObject()), "the window does not show the title"),
    "title": (untitled, "no title"),
    "script": (root("/AA", DictionaryObject()), "scripts or dynamic forms"),
    "ua": (xmp(b"<pdfuaid:part>1", b"<pdfuaid:part>9"), "XMP does not say PDF/UA-1"),
    "archive": (xmp(b"<pdfaid:part>2", b"<pdfaid:part>9"), "XMP does not say PDF/A-2"),
    "level": (xmp(b"<pdfaid:conformance>A", b"<pdfaid:conformance>B"), "XMP does not say level A"),
    "xmp title": (xmp(b"<dc:title>", b"<dc:other>"), "XMP has no title"),
    "tree": (root("/StructTreeRoot", DictionaryObject({NameObject("/ParentTree"): DictionaryObject()})), "no structure tree"),
    "type": (become("P", "/Paragraphe"), "Paragraphe is no standard type"),
    "parent": (become("TR", "/Div"), "TH under Div"),
    "figure": (become("P", "/Figure"), "Figure without alternative text"),
    "scope": (unscoped, "TH without Scope"),
    "cells": (lost_cell, "a table whose rows have [3, 4] cells"),
    "headers": (no_longer("TH", "/TD"), "a table without a header cell"),
    "step": (become("H1", "/H3"), "H3 after level 0"),
    "headings": (no_heading, "no heading"),
    "artifact": (around(([NameObject("/Artifact")], b"BMC"), ([], b"EMC")), "page 1: tagged content inside an artifact"),
    "untagged": (around(([], b"q"), ([], b"f")), "page 1: f neither tagged nor an artifact"),
    "unowned": (unowned, "page 1: marked content 999 that no element owns"),
    "embedded": (font("/FontFile"), "not embedded"),
    "unicode": (font("/ToUnicode"), "without its signs in Unicode"),
    "order": (link, "page 1: annotations whose order is not that of the structure"),
    "link": (link, "page 1: a link outside the structure, or that says nothing"),
    "strange": (strange, "page 1: signs that a copy would lose"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_each_rule_finds_what_breaks_it(name: str) -> None:
    assert faults(GOOD) == []
    writer = PdfWriter(clone_from=io.BytesIO(GOOD))
    broken, said = BROKEN[name]
    broken(writer)
    out = io.BytesIO()
    writer.write(out)
    assert any(said in fault for fault in faults(out.getvalue())), faults(out.getvalue())


def read_aloud(office: Office, kind: str, **asked: str) -> list[str]:
    """Return what is said of a document, each block once, from its title on."""
    blocks = spoken(document_pdf(document(office, kind, JUNE, **asked), LATER))
    start = next(place for place, (type_, _) in enumerate(blocks) if type_ == "H1")
    assert [type_ for type_, _ in blocks].count("H1") == 1
    return [text.replace("\u00a0", " ").replace("\u202f", " ") for _, text in blocks[start:]]


def in_order(said: list[str], *parts: str) -> None:
    """Each part is found, after the one before it."""
    text, after = "\n".join(said), 0
    for part in parts:
        found = text.find(part, after)
        assert found >= 0, (part, text[after:])
        after = found + len(part)


def test_a_certificate_is_said_in_the_order_it_is_read(signed: Office) -> None:
    signed.record({"act": "Numéro réservé", "who": "0001", "on": date(2027, 4, 2)})
    said = read_aloud(signed, "certificate", candidate="0001")
    in_order(
        said, "Certificat de formation professionnelle", "« Coordonnateur petite enfance »", "Vu le procès-verbal PV-2027-01",
        "est délivré à", "Anne LEFÈVRE", "nom d’usage MARTIN", "né(e) le", "Fait à Angers", "* Le terme certificat", "N° ANGERS-CPE-2027-0001",
    )  # fmt: skip
    assert said[0] == "Certificat de formation professionnelle"
    assert said[-1].startswith("N° ")


def test_minutes_are_said_in_the_order_they_are_read(signed: Office) -> None:
    said = read_aloud(signed, "minutes")
    assert said[0] == "Procès-verbal de délibération du 12 mars 2027"
    in_order(
        said, "Référentiel", "Composition du jury", "Nom et prénom", "A. Un", "B. Deux", "C. Trois", "Candidats", "Décisions",
        "1\nD’HERVÉ Élodie\nCommune de Valfleury\nPrésent\nCertification proposée", "3\nMARTIN Anne", "Signatures", "racine ",
    )  # fmt: skip


def test_a_sheet_to_sign_is_said_row_by_row(signed: Office) -> None:
    said = read_aloud(signed, "attendance-sheet", session="m1-a")
    assert said[0].startswith("Feuille d’émargement – Module 1")
    in_order(
        said, "Session de formation", "Dates", "Lieu", "Intervenant(e)", "Signatures, feuille 1/1", "N°\nNom et prénom\nCollectivité",
        "21/09/2026 matin", "21/09/2026 après-midi", "22/09/2026 matin", "1\nD’HERVÉ Élodie", "5\nMARTIN Anne", "Chacun signe",
    )  # fmt: skip
