from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from lxml import etree

from sync_service.adapters.mapping_files.office_documents import blocks_of, docx, odt

TEXT = "# Titre & <suite>\n\nL'avis **en gras** :\n\n- un\n- deux\n\n## Partie\n\nFin"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
T = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_blocks() -> None:
    assert [(block.level, block.item, block.text) for block in blocks_of(TEXT)] == [
        (1, False, "Titre & <suite>"),
        (0, False, "L’avis en gras\u00a0:"),
        (0, True, "un"),
        (0, True, "deux"),
        (2, False, "Partie"),
        (0, False, "Fin"),
    ]


@pytest.mark.parametrize("make", [docx, odt])
def test_the_same_text_gives_the_same_bytes_and_every_part_is_xml(make: Callable[[str], bytes]) -> None:
    assert make(TEXT) == make(TEXT)
    for name, data in parts(make(TEXT)).items():
        if name != "mimetype":
            etree.fromstring(data)


def test_docx_has_true_headings_and_a_language() -> None:
    files = parts(docx(TEXT))
    document = etree.fromstring(files["word/document.xml"])
    styles = [style.get(f"{W}val") for style in document.iter(f"{W}pStyle")]
    assert styles == ["Heading1", "Heading2"]
    assert b"fr-FR" in files["word/styles.xml"]
    assert b"Titre &amp; &lt;suite&gt;" in files["docProps/core.xml"]


def test_odt_starts_with_its_type_and_has_true_headings() -> None:
    data = odt(TEXT)
    assert data[30:38] == b"mimetype"
    content = etree.fromstring(parts(data)["content.xml"])
    assert [head.get(f"{T}outline-level") for head in content.iter(f"{T}h")] == ["1", "2"]
    assert len(list(content.iter(f"{T}list-item"))) == 2
