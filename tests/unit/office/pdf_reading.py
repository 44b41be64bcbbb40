"""What a screen reader says of a tagged PDF: the text of its structure tree, in the order of the tree."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, ContentStream

BLOCKS = re.compile("P|H[1-6]|TH|TD|LI|Lbl|LBody|Caption|Figure|Div")


def spoken(content: bytes) -> list[tuple[str, str]]:
    """Return (type, text) of each block that says something, as they follow one another for who does not see."""
    reader = PdfReader(io.BytesIO(content))
    pages = {page.indirect_reference.idnum: _marks(reader, page) for page in reader.pages if page.indirect_reference}
    tree: Any = reader.root_object["/StructTreeRoot"]
    out: list[tuple[str, list[str]]] = []
    _say(tree, 0, tree.get("/RoleMap", {}), pages, out)
    said = [(kind, " ".join("".join(parts).split())) for kind, parts in out]
    return [(kind, text) for kind, text in said if text]


def _say(
    node: Any, page: int, roles: Any, pages: Mapping[int, Mapping[int, str]], out: list[tuple[str, list[str]]]
) -> None:
    kind = str(roles.get(node.get("/S"), node.get("/S", "")))[1:]
    page = node.raw_get("/Pg").idnum if "/Pg" in node else page
    if not out or BLOCKS.fullmatch(kind):
        out.append((kind, []))
    kids: Any = node.get("/K", ArrayObject()).get_object()
    for each in kids if isinstance(kids, list) else [kids]:
        kid: Any = each.get_object()
        if isinstance(kid, int):
            out[-1][1].append(pages[page].get(kid, ""))
        elif "/MCID" in kid:
            of = kid.raw_get("/Pg").idnum if "/Pg" in kid else page
            out[-1][1].append(pages[of].get(int(kid["/MCID"]), ""))
        elif "/S" in kid:
            _say(kid, page, roles, pages, out)


def _marks(reader: PdfReader, page: Any) -> dict[int, str]:
    """Return the text of each marked content of a page, by its number."""
    fonts = {name: _signs(font.get_object()) for name, font in page["/Resources"].get("/Font", {}).items()}
    found: dict[int, str] = {}
    signs: Mapping[int, str] = {}
    depth: list[int | None] = []
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        if operator in {b"BDC", b"BMC"}:
            held = operands[1] if operator == b"BDC" else {}
            depth.append(int(held["/MCID"]) if isinstance(held, dict) and "/MCID" in held else None)
        elif operator == b"EMC":
            depth.pop()
        elif operator == b"Tf":
            signs = fonts[operands[0]]
        elif operator in {b"Tj", b"TJ"}:
            mark = next((each for each in reversed(depth) if each is not None), None)
            if mark is not None:
                found[mark] = found.get(mark, "") + _text(operands[0], signs)
    return found


def _text(shown: Any, signs: Mapping[int, str]) -> str:
    raw = b"".join(
        each.original_bytes
        for each in (shown if isinstance(shown, list) else [shown])
        if hasattr(each, "original_bytes")
    )
    return "".join(signs.get(int.from_bytes(raw[at : at + 2], "big"), "\ufffd") for at in range(0, len(raw), 2))


def _signs(font: Any) -> dict[int, str]:
    """Return the sign of each two-byte code of a font, as its ToUnicode table says."""
    table, found = font["/ToUnicode"].get_data().decode(), {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, sign in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            found[int(code, 16)] = bytes.fromhex(sign).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, sign in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            start = int(sign, 16)
            found |= {code: chr(start + code - int(first, 16)) for code in range(int(first, 16), int(last, 16) + 1)}
    return found
