"""Models that trainees fill in: Markdown to DOCX and ODT, byte for byte the same each time.

Files are stored, not compressed, so that their digest does not depend on a version of zlib; dates are fixed.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from sync_service.adapters.mapping_files.markdown_text import to_tokens

_FIXED = (1980, 1, 1, 0, 0, 0)
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_NS = f'xmlns:office="{_ODF}:office:1.0" xmlns:text="{_ODF}:text:1.0" xmlns:style="{_ODF}:style:1.0"'
_FO = f'xmlns:fo="{_ODF}:xsl-fo-compatible:1.0"'
_ODT = "application/vnd.oasis.opendocument.text"
_SIZES = {1: 18, 2: 14}
_BREAKS = {"softbreak", "hardbreak"}


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph: level 1 or 2 for a heading, 0 for text; ``item`` for a line of a list."""

    level: int
    item: bool
    text: str


def blocks_of(markdown: str) -> tuple[Block, ...]:
    """Return the paragraphs of a Markdown text: headings, text, list items."""
    found: list[Block] = []
    level, depth = 0, 0
    for token in to_tokens(markdown):
        if token.type == "heading_open":
            level = int(token.tag[1:])
        elif token.type in {"bullet_list_open", "ordered_list_open"}:
            depth += 1
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            depth -= 1
        elif token.type == "inline":
            text = "".join(" " if child.type in _BREAKS else child.content for child in token.children or ())
            found.append(Block(min(level, 2), depth > 0, text))
            level = 0
    return tuple(found)


def docx(markdown: str) -> bytes:
    """Return a DOCX with true headings, its title and its language."""
    blocks = blocks_of(markdown)
    return _zip([
        ("[Content_Types].xml", _content_types()),
        ("_rels/.rels", _relations([
            ("rId1", f"{_OFFICE}/officeDocument", "word/document.xml"),
            ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ])),
        ("docProps/core.xml", _core(_title(blocks))),
        ("word/_rels/document.xml.rels", _relations([("rId1", f"{_OFFICE}/styles", "styles.xml")])),
        ("word/styles.xml", _word_styles()),
        ("word/document.xml", _word_document(blocks)),
    ])  # fmt: skip


def odt(markdown: str) -> bytes:
    """Return an ODT with true headings, its title and its language."""
    blocks = blocks_of(markdown)
    manifest = f"{_ODF}:manifest:1.0"
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in (
            ("/", _ODT),
            ("content.xml", "text/xml"),
            ("styles.xml", "text/xml"),
            ("meta.xml", "text/xml"),
        )
    )
    return _zip([
        ("mimetype", _ODT),
        ("META-INF/manifest.xml",
         f'{_XML}<manifest:manifest xmlns:manifest="{manifest}" manifest:version="1.3">{entries}</manifest:manifest>'),
        ("meta.xml", _odt_meta(_title(blocks))),
        ("styles.xml", _odt_styles()),
        ("content.xml", _odt_content(blocks)),
    ])  # fmt: skip


def _zip(files: Sequence[tuple[str, str]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, text in files:
            archive.writestr(zipfile.ZipInfo(name, _FIXED), text.encode("utf-8"))
    return buffer.getvalue()


def _title(blocks: Sequence[Block]) -> str:
    return next((block.text for block in blocks if block.level == 1), "")


def _content_types() -> str:
    parts = (
        ("/word/document.xml", f"{_TYPES}.document.main+xml"),
        ("/word/styles.xml", f"{_TYPES}.styles+xml"),
        ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
    )
    overrides = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in parts)
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="{relations}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(entries: Sequence[tuple[str, str, str]]) -> str:
    lines = "".join(f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>' for name, kind, target in entries)
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


def _core(title: str) -> str:
    return (
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(title)}</dc:title>'
        "<dc:language>fr-FR</dc:language></cp:coreProperties>"
    )


def _word_styles() -> str:
    headings = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/>'
        f'<w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:pPr><w:keepNext/><w:outlineLvl w:val="{level - 1}"/>'
        f'</w:pPr><w:rPr><w:b/><w:sz w:val="{size * 2}"/></w:rPr></w:style>'
        for level, size in _SIZES.items()
    )
    return (
        f'{_XML}<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial"/>'
        '<w:sz w:val="22"/><w:lang w:val="fr-FR"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>'
        '<w:spacing w:after="120"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type="paragraph" '
        f'w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>{headings}</w:styles>'
    )


def _word_document(blocks: Sequence[Block]) -> str:
    body = "".join(_word_paragraph(block) for block in blocks)
    page = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" '
    page += 'w:left="1134" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
    return f"{_XML}<w:document {_W}><w:body>{body}{page}</w:body></w:document>"


def _word_paragraph(block: Block) -> str:
    style = f'<w:pStyle w:val="Heading{block.level}"/>' if block.level else ""
    indent = '<w:ind w:left="360"/>' if block.item else ""
    properties = f"<w:pPr>{style}{indent}</w:pPr>" if style or indent else ""
    text = f"– {block.text}" if block.item else block.text
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def _odt_meta(title: str) -> str:
    return (
        f'{_XML}<office:document-meta {_NS} xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3">'
        f"<office:meta><dc:title>{escape(title)}</dc:title><dc:language>fr-FR</dc:language></office:meta>"
        "</office:document-meta>"
    )


def _odt_styles() -> str:
    headings = "".join(
        f'<style:style style:name="Heading_20_{level}" style:display-name="Heading {level}" style:family="paragraph" '
        f'style:default-outline-level="{level}"><style:paragraph-properties fo:margin-top="0.4cm"/>'
        f'<style:text-properties fo:font-weight="bold" fo:font-size="{size}pt"/></style:style>'
        for level, size in _SIZES.items()
    )
    return (
        f'{_XML}<office:document-styles {_NS} {_FO} office:version="1.3"><office:styles>'
        '<style:default-style style:family="paragraph"><style:paragraph-properties fo:margin-bottom="0.2cm"/>'
        '<style:text-properties fo:language="fr" fo:country="FR" fo:font-size="11pt"/></style:default-style>'
        f"{headings}</office:styles></office:document-styles>"
    )


def _odt_content(blocks: Sequence[Block]) -> str:
    body = "".join(_odt_paragraphs(blocks))
    return (
        f'{_XML}<office:document-content {_NS} office:version="1.3"><office:body><office:text>{body}'
        "</office:text></office:body></office:document-content>"
    )


def _odt_paragraphs(blocks: Sequence[Block]) -> Iterator[str]:
    in_list = False
    for block in blocks:
        if block.item != in_list:
            yield "<text:list>" if block.item else "</text:list>"
            in_list = block.item
        text = escape(block.text)
        if block.item:
            yield f"<text:list-item><text:p>{text}</text:p></text:list-item>"
        elif block.level:
            style = f'text:style-name="Heading_20_{block.level}" text:outline-level="{block.level}"'
            yield f"<text:h {style}>{text}</text:h>"
        else:
            yield f"<text:p>{text}</text:p>"
    if in_list:
        yield "</text:list>"
