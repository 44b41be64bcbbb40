"""Files beside the pages: what they lose on the way, and what is refused."""

from __future__ import annotations

import io

import pytest
from PIL import Image, PngImagePlugin

from sync_service.adapters.scorm.assets import MAX_WIDTH, AssetError, _clean_picture, clean_asset

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'


def _png(width: int, height: int) -> bytes:
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "SECRET place")
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(buffer, "PNG", pnginfo=told)
    return buffer.getvalue()


def _jpeg(size: tuple[int, int], orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "SECRET place"
    buffer = io.BytesIO()
    Image.new("RGB", size, "white").save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


@pytest.mark.parametrize("size", [(10, 10), (3200, 400)])
def test_a_png_loses_its_comments_and_its_excess(size: tuple[int, int]) -> None:
    cleaned = clean_asset(".png", _png(*size))
    assert b"SECRET" not in cleaned
    with Image.open(io.BytesIO(cleaned)) as picture:
        assert picture.size == (min(size[0], MAX_WIDTH), size[1] if size[0] <= MAX_WIDTH else 200)


def test_a_photograph_is_upright_and_says_nothing_of_its_place() -> None:
    data = _jpeg((40, 20), 6)
    assert b"SECRET" in data
    cleaned = clean_asset(".jpg", data)
    assert b"SECRET" not in cleaned
    assert b"Exif" not in cleaned
    with Image.open(io.BytesIO(cleaned)) as picture:
        assert picture.size == (20, 40)


def test_the_same_picture_gives_the_same_bytes() -> None:
    data = _jpeg((2000, 20), 1)
    first = clean_asset(".jpg", data)
    _clean_picture.cache_clear()
    assert clean_asset(".jpg", data) == first


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<rect onload="alert(1)"/>',
        '<a href="javascript:alert(1)"><rect/></a>',
        '<image href="https://example.org/alert(1)"/>',
        '<image xlink:href="data:image/svg+xml;base64,alert(1)"/>',
        '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml" onload="alert(1)"/></foreignObject>',
        "<style>@import 'https://example.org/alert(1)';</style>",
        '<rect style="fill: url(https://example.org/alert(1))"/>',
        '<rect><set attributeName="href" to="javascript:alert(1)"/></rect>',
        '<use href="https://example.org/a.svg#alert(1)"/>',
        "<!-- alert(1) --><?xml-stylesheet href='alert(1)'?>",
        '<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
    ],
)
def test_a_hostile_svg_keeps_only_its_drawing(hostile: str) -> None:
    cleaned = clean_asset(".svg", SVG.format(f'{hostile}<path d="M0 0h9"/>').encode()).decode()
    assert "alert" not in cleaned
    assert "example.org" not in cleaned
    assert '<path d="M0 0h9"' in cleaned


def test_entities_of_an_svg_are_not_expanded_into_addresses() -> None:
    doctype = '<!DOCTYPE svg [<!ENTITY a "javascript:alert(1)">]>'
    drawing = SVG.format('<use href="&a;"/><text>&a;</text>')
    cleaned = clean_asset(".svg", f"{doctype}{drawing}".encode()).decode()
    assert "alert" not in cleaned
    assert "DOCTYPE" not in cleaned


def test_an_svg_keeps_what_it_draws_with() -> None:
    drawing = '<style>.a { fill: red }</style><defs><linearGradient id="g"/></defs><rect class="a" fill="url(#g)"/><use href="#g"/>'
    cleaned = clean_asset(".svg", SVG.format(drawing).encode()).decode()
    for part in (".a { fill: red }", "linearGradient", 'fill="url(#g)"', 'href="#g"'):
        assert part in cleaned


def _animated() -> bytes:
    buffer = io.BytesIO()
    frames = [Image.new("L", (4, 4), color) for color in (0, 200)]
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("suffix", "data", "reason"),
    [
        (".png", b"\x89PNG", "PNG lisible"),
        (".png", _png(4, 4)[:76], "PNG lisible"),
        (".jpg", _png(4, 4), "JPEG lisible"),
        (".gif", _animated(), "animée"),
        (".svg", b"<svg", "bien formé"),
        (".svg", b"<html/>", "n’est pas un SVG"),
        (".svg", b'<!DOCTYPE svg [<!ENTITY a "b">]><html>&a;</html>', "n’est pas un SVG"),
        (
            ".svg",
            b'<!DOCTYPE svg [<!ENTITY a "' + b"a" * 9999 + b'"><!ENTITY b "' + b"&a;" * 9999 + b'">]><svg>&b;</svg>',
            "SVG",
        ),
        (".vtt", b"1\n00:00", "WEBVTT"),
        (".vtt", b"WEBVTT\xe9", "UTF-8"),
        (".vtt", b"WEBVTT\n\n00:00:00,500 --> 00:00:03,000\nOui\n", "avec des points"),
        (".vtt", b"WEBVTT\n\n0:01.000 --> 0:03.000\nOui\n", "00:00.500 --> 00:03.000"),
        (".pdf", b"MZ", "PDF"),
        (".png", bytes(5_000_001), "trop lourd"),
    ],
)
def test_what_cannot_travel_is_refused(suffix: str, data: bytes, reason: str) -> None:
    with pytest.raises(AssetError, match=reason):
        clean_asset(suffix, data)
