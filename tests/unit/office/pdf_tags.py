"""What a machine can check of a tagged PDF, after the Matterhorn protocol 1.1: one sentence per fault, none when sound.

It is not a validator: it reads identification, language, title, marked content, structure, tables, figures and fonts.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, ContentStream

STANDARD = frozenset(
    [
        "Document",
        "Part",
        "Art",
        "Sect",
        "Div",
        "BlockQuote",
        "Caption",
        "TOC",
        "TOCI",
        "Index",
        "NonStruct",
        "Private",
        "P",
        "H",
        "H1",
        "H2",
        "H3",
        "H4",
        "H5",
        "H6",
        "L",
        "LI",
        "Lbl",
        "LBody",
        "Table",
        "TR",
        "TH",
        "TD",
        "THead",
        "TBody",
        "TFoot",
        "Span",
        "Quote",
        "Note",
        "Reference",
        "BibEntry",
        "Code",
        "Link",
        "Annot",
        "Figure",
        "Formula",
        "Form",
    ]
)
PAINTS = frozenset(
    (b"Tj", b"TJ", b"'", b'"', b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"sh", b"Do", b"EI")
)
PARENTS = {"TR": {"Table", "THead", "TBody", "TFoot"}, "TH": {"TR"}, "TD": {"TR"}, "LI": {"L"}, "LBody": {"LI"}}
XMP = {
    r"pdfuaid:part[>=\"']+1": "XMP does not say PDF/UA-1",
    r"pdfaid:part[>=\"']+2": "XMP does not say PDF/A-2",
    r"pdfaid:conformance[>=\"']+A": "XMP does not say level A",
    r"<dc:title>": "XMP has no title",
}
STRANGE = re.compile("[\ufffd\ue000-\uf8ff\ufb00-\ufb06\u0300-\u036f]")


def faults(content: bytes) -> list[str]:
    """Return what is wrong with a PDF that people who do not see must be able to read, and archives to keep."""
    reader = PdfReader(io.BytesIO(content))
    found = [*_catalog(reader), *_structure(reader)]
    for number, page in enumerate(reader.pages, 1):
        found += [f"page {number}: {fault}" for fault in (*_marked(reader, page), *_fonts(page), *_annotations(page))]
        if strange := STRANGE.findall(page.extract_text()):
            found.append(f"page {number}: signs that a copy would lose: {strange}")
    return found


def _catalog(reader: PdfReader) -> Iterator[str]:
    root: Any = reader.root_object
    if reader.is_encrypted:
        yield "encrypted"
    if not str(root.get("/Lang", "")).startswith("fr"):
        yield "the language is not French"
    marks = root.get("/MarkInfo", {})
    if not _true(marks.get("/Marked")) or _true(marks.get("/Suspects")):
        yield "not marked as tagged, or with suspects"
    if not _true(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle")):
        yield "the window does not show the title"
    if not reader.metadata or not (reader.metadata.title or "").strip():
        yield "no title"
    if "/JavaScript" in root.get("/Names", {}) or "/AA" in root or "/XFA" in root.get("/AcroForm", {}):
        yield "scripts or dynamic forms"
    xmp = root["/Metadata"].get_data().decode() if "/Metadata" in root else ""
    yield from (fault for pattern, fault in XMP.items() if not re.search(pattern, xmp))


def _true(value: Any) -> bool:
    """Say whether a PDF boolean is true: pypdf's object of « false » is itself true in Python."""
    return getattr(value, "value", value) is True


def _kids(node: Any) -> list[Any]:
    kids: Any = node.get("/K", ArrayObject()).get_object()
    return [kid.get_object() for kid in (kids if isinstance(kids, list) else [kids])]


def walk(reader: PdfReader | PdfWriter) -> list[tuple[str, Any, str]]:
    """Return (type, element, type of its parent), roles resolved, in reading order."""
    tree: Any = reader.root_object.get("/StructTreeRoot")
    if tree is None:
        return []
    roles, out = tree.get("/RoleMap", {}), []
    pending = [(kid, "") for kid in reversed(_kids(tree))]
    while pending:
        node, parent = pending.pop()
        if not isinstance(node, dict) or "/S" not in node:
            continue
        kind = str(roles.get(node["/S"], node["/S"]))[1:]
        out.append((kind, node, parent))
        pending += [(kid, kind) for kid in reversed(_kids(node))]
    return out


def _structure(reader: PdfReader) -> Iterator[str]:
    walked = walk(reader)
    if not walked:
        yield "no structure tree"
    for kind, node, parent in walked:
        yield from _element(kind, node, parent)
    level = 0
    for kind in (each for each, _, _ in walked if re.fullmatch("H[1-6]", each)):
        if int(kind[1]) > level + 1:
            yield f"{kind} after level {level}"
        level = int(kind[1])
    if level == 0:
        yield "no heading"


def _element(kind: str, node: Any, parent: str) -> Iterator[str]:
    if kind not in STANDARD:
        yield f"{kind} is no standard type"
    if kind in PARENTS and parent not in PARENTS[kind]:
        yield f"{kind} under {parent}"
    if kind in {"Figure", "Formula"} and not str(node.get("/Alt", "")).strip():
        yield f"{kind} without alternative text"
    if kind == "TH" and not _attribute(node, "/Scope"):
        yield "TH without Scope"
    if kind == "Table":
        yield from _table(node)


def _attribute(node: Any, name: str) -> Any:
    held: Any = node.get("/A", ArrayObject()).get_object()
    for each in held if isinstance(held, list) else [held]:
        if isinstance(found := each.get_object(), dict) and name in found:
            return found[name]
    return None


def _table(table: Any) -> Iterator[str]:
    rows, pending = [], _kids(table)
    while pending:
        node = pending.pop(0)
        if isinstance(node, dict) and node.get("/S") in {"/THead", "/TBody", "/TFoot"}:
            pending = _kids(node) + pending
        elif isinstance(node, dict) and node.get("/S") == "/TR":
            rows.append([kid for kid in _kids(node) if isinstance(kid, dict) and kid.get("/S") in {"/TH", "/TD"}])
    widths = {sum(int(_attribute(cell, "/ColSpan") or 1) for cell in row) for row in rows}
    spans = any(int(_attribute(cell, "/RowSpan") or 1) > 1 for row in rows for cell in row)
    if len(widths) != 1 and not spans:
        yield f"a table whose rows have {sorted(widths)} cells"
    if not any(cell.get("/S") == "/TH" for row in rows for cell in row):
        yield "a table without a header cell"


def _marked(reader: PdfReader, page: Any) -> Iterator[str]:
    depth: list[str] = []
    seen: set[int] = set()
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        if operator in {b"BDC", b"BMC"}:
            held = operands[1] if operator == b"BDC" else {}
            mark = int(held["/MCID"]) if isinstance(held, dict) and "/MCID" in held else None
            seen |= set() if mark is None else {mark}
            depth.append("artifact" if operands[0] == "/Artifact" else "" if mark is None else "tagged")
            if depth[-1] == "tagged" and "artifact" in depth:
                yield "tagged content inside an artifact"
        elif operator == b"EMC":
            depth.pop()
        elif operator in PAINTS and not any(depth):
            yield f"{operator.decode()} neither tagged nor an artifact"
    owners = _owners(reader, page)
    yield from (f"marked content {mark} that no element owns" for mark in sorted(seen - owners))


def _owners(reader: PdfReader, page: Any) -> set[int]:
    """Return the marks of a page that the parent tree gives to an element."""
    root: Any = reader.root_object
    key, pending = page.get("/StructParents"), [root["/StructTreeRoot"]["/ParentTree"]]
    while pending:
        node = pending.pop().get_object()
        pending += list(node.get("/Kids", []))
        held = list(node.get("/Nums", []))
        for number, value in zip(held[::2], held[1::2], strict=True):
            if number == key and isinstance(found := value.get_object(), list):
                return {mark for mark, owner in enumerate(found) if isinstance(owner.get_object(), dict)}
    return set()


def _fonts(page: Any) -> Iterator[str]:
    for font in page["/Resources"].get("/Font", {}).values():
        held = font.get_object()
        inner = held["/DescendantFonts"][0].get_object() if "/DescendantFonts" in held else held
        described = inner.get("/FontDescriptor", {})
        if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(described):
            yield f"font {held.get('/BaseFont')} not embedded"
        if "/ToUnicode" not in held:
            yield f"font {held.get('/BaseFont')} without its signs in Unicode"


def _annotations(page: Any) -> Iterator[str]:
    held = [each.get_object() for each in page.get("/Annots", [])]
    if held and page.get("/Tabs") != "/S":
        yield "annotations whose order is not that of the structure"
    for each in held:
        if "/StructParent" not in each or (each["/Subtype"] == "/Link" and not each.get("/Contents")):
            yield "a link outside the structure, or that says nothing"
