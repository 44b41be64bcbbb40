"""Draw a document as a PDF with Typst: PDF/UA-1 and PDF/A-2a, the same bytes for the same document and moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from sync_service.adapters.documents.report_pdf import compile_pdf
from sync_service.domain.documents.model import (
    Block,
    Document,
    Grid,
    Heading,
    Inline,
    Items,
    Lines,
    PageBreak,
    Pairs,
    Paragraph,
    Signatures,
)
from sync_service.domain.typography import french as typeset
from sync_service.domain.typography import french_prose, french_title
from sync_service.errors import ConfigError, Problem

VERSIONS: Mapping[str, int] = {"page": 2, "letter": 1, "certificate": 2}
"""Version of each template: raised when what it draws changes."""
_LOGOS = {".png": b"\x89PNG\r\n\x1a\n", ".svg": b"<"}
_LOGO_BYTES = 500_000


def document_pdf(document: Document, made_at: datetime, logo: bytes | None = None) -> bytes:
    """Return a document as a PDF; ``made_at`` is the only date of the file, ``logo`` a PNG or SVG, if any."""
    data: dict[str, Any] = {"document": as_data(document)}
    if logo is not None:
        data["logo"] = list(logo)
    return compile_pdf(("common.typ", f"{document.template}.typ"), data, made_at)


def template_of(document: Document) -> str:
    """Return the template and its version, as the register names it: « letter/1 »."""
    return f"{document.template}/{VERSIONS[document.template]}"


def read_logo(path: Path) -> bytes:
    """Read the logo that config.toml names.

    Raises:
        ConfigError: it is missing, too large, or neither PNG nor SVG.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _bad_logo(
            f"{path} ne peut pas être lu ({error.strerror}) ; corrigez son chemin ou retirez la clé"
        ) from None
    start = _LOGOS.get(path.suffix.lower())
    if start is None or not content.lstrip(b"\xef\xbb\xbf \r\n").startswith(start):
        raise _bad_logo("il faut une image PNG ou SVG")
    if len(content) > _LOGO_BYTES:
        raise _bad_logo(f"l’image dépasse {_LOGO_BYTES // 1000} ko : réduisez-la")
    return content


def _bad_logo(reason: str) -> ConfigError:
    return ConfigError("Le logo ne peut pas être imprimé :", [Problem("config.toml › logo", reason)])


def as_data(document: Document) -> dict[str, Any]:
    """Return a document as its template reads it: texts only, in French typography."""
    return {
        "title": french_title(document.title),
        "subtitle": french_title(document.subtitle),
        "sender": [typeset(line) for line in document.sender],
        "addressee": [typeset(line) for line in document.addressee],
        "dated": typeset(document.dated),
        "footer": typeset(document.footer),
        "wide": document.wide,
        "mark": typeset(document.mark),
        "notices": [typeset(line) for line in document.notices],
        "code": [typeset(line) for line in document.code],
        "blocks": [_block(block) for block in document.blocks],
    }


def _block(block: Block) -> dict[str, Any]:
    name, make = _BLOCKS[type(block)]
    return {"is": name, **make(block)}


def _grid(grid: Grid) -> dict[str, Any]:
    return {
        "caption": typeset(grid.caption),
        "headings": [typeset(text) for text in grid.headings],
        "weights": list(grid.weights or (1,) * len(grid.headings)),
        "rows": [[typeset(cell) for cell in row] for row in grid.rows],
        "height": grid.row_mm,
        "empty": typeset(grid.empty),
    }


def _spans(spans: Inline) -> list[dict[str, str]]:
    return [asdict(span) | {"text": french_prose(span.text)} for span in spans]


_BLOCKS: Mapping[type[Block], tuple[str, Callable[[Any], dict[str, Any]]]] = {
    Paragraph: ("paragraph", lambda block: {"spans": _spans(block.spans)}),
    Heading: ("heading", lambda block: {"text": french_title(block.text), "level": block.level}),
    Items: ("items", lambda block: {"items": [_spans(item) for item in block.items], "ordered": block.ordered}),
    Pairs: ("pairs", lambda block: {"rows": [[typeset(text) for text in row] for row in block.rows]}),
    Grid: ("grid", _grid),
    Signatures: (
        "signatures", lambda block: {"labels": [typeset(text) for text in block.labels], "height": block.height_mm},
    ),
    Lines: ("lines", lambda block: {"label": typeset(block.label), "count": block.count}),
    PageBreak: ("pagebreak", lambda _: {}),
}  # fmt: skip
