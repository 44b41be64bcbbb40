"""Files beside the pages: pictures made light and stripped of metadata, SVG cleaned, media checked."""

from __future__ import annotations

import io
import re
import struct
from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from PIL import Image

MAX_PICTURE = 5_000_000
"""Bytes; a trainee may open the module on a phone, in a train."""
MAX_MEDIA = 40_000_000
MAX_WIDTH = 1600
"""Pixels: twice the widest column of text."""
_MAX_PIXELS = 50_000_000
_HEAVY = 200_000
"""Bytes above which a picture is compressed again."""
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif"})
MEDIA = frozenset({".mp4", ".mp3", ".m4a"})
TYPES = frozenset({*PICTURES, *MEDIA, ".svg", ".pdf", ".vtt"})
_CUE = re.compile(r"\s*(\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}\s+-->\s+(\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}(\s|$)")
_SVG = "http://www.w3.org/2000/svg"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_SVG_ELEMENTS = frozenset(
    [
        "svg",
        "g",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "textPath",
        "defs",
        "use",
        "symbol",
        "marker",
        "clipPath",
        "mask",
        "pattern",
        "linearGradient",
        "radialGradient",
        "stop",
        "title",
        "desc",
        "image",
        "style",
        "filter",
        "feGaussianBlur",
        "feOffset",
        "feBlend",
        "feFlood",
        "feColorMatrix",
        "feComposite",
        "feMerge",
        "feMergeNode",
        "feDropShadow",
    ]
)
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!['\"]?#)|@import|expression\(|javascript:|\\", re.IGNORECASE)
_INNER_ADDRESS = re.compile(r"#[\w.-]+|data:image/(png|jpeg);base64,[\w+/=\s]+")
_PNG_KEPT = (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB")


class AssetError(ValueError):
    """A file that cannot go into a package; its text says why, in French."""


def clean_asset(suffix: str, data: bytes) -> bytes:
    """Return the bytes that the package carries for a file of that suffix.

    Raises:
        AssetError: too heavy, damaged, or not what its suffix says.
    """
    limit = MAX_MEDIA if suffix in MEDIA else MAX_PICTURE
    if len(data) > limit:
        raise AssetError(f"fichier trop lourd ({limit // 1_000_000} Mo au plus)")
    if suffix == ".svg":
        return _clean_svg(data)
    if suffix in PICTURES:
        return _clean_picture(suffix, data)
    if suffix == ".vtt":
        return _captions(data)
    if suffix == ".pdf" and not data.startswith(b"%PDF-"):
        raise AssetError("ce n’est pas un PDF : enregistrez-le de nouveau")
    return data


def _captions(data: bytes) -> bytes:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise AssetError("les sous-titres ne sont pas en UTF-8 : enregistrez-les de nouveau") from None
    if not text.startswith("WEBVTT") or "-->" not in text:
        raise AssetError("ce ne sont pas des sous-titres WebVTT : la première ligne est « WEBVTT »")
    wrong = next((line for line in text.splitlines() if "-->" in line and not _CUE.match(line)), None)
    if wrong is not None:
        raise AssetError(f"les temps « {wrong.strip()} » s’écrivent comme 00:00.500 --> 00:03.000, avec des points")
    return text.encode()


@lru_cache(maxsize=128)
def _clean_picture(suffix: str, data: bytes) -> bytes:
    from PIL import Image  # noqa: PLC0415 # only for modules that have pictures

    kind = {".png": "PNG", ".gif": "GIF"}.get(suffix, "JPEG")
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as picture:
            if picture.width * picture.height > _MAX_PIXELS:
                raise AssetError("image trop grande : 50 millions de pixels au plus")
            if getattr(picture, "n_frames", 1) > 1:
                raise AssetError("image animée : mettez une image fixe, ou une vidéo que l’on peut arrêter")
            return _saved(picture, kind, data)
    except (OSError, SyntaxError, ValueError, struct.error, Image.DecompressionBombError) as error:
        if isinstance(error, AssetError):
            raise
        raise AssetError(f"ce n’est pas une image {kind} lisible : enregistrez-la de nouveau") from None


def _saved(picture: Image.Image, kind: str, data: bytes) -> bytes:
    """Decode the whole picture, then write it without metadata, upright and no wider than needed."""
    from PIL import Image, ImageOps  # noqa: PLC0415 # as above

    light = picture.width <= MAX_WIDTH and len(data) <= _HEAVY
    picture.load()
    if light and kind == "PNG":
        return _png_without_metadata(data)
    upright = ImageOps.exif_transpose(picture)
    if upright.width > MAX_WIDTH:
        height = max(1, round(upright.height * MAX_WIDTH / upright.width))
        upright = upright.convert("RGBA" if kind == "PNG" else "RGB").resize(
            (MAX_WIDTH, height), Image.Resampling.LANCZOS
        )
    if kind == "JPEG" and upright.mode not in {"L", "RGB"}:
        upright = upright.convert("RGB")
    bare = upright.copy()
    bare.info = {key: value for key, value in upright.info.items() if key == "transparency"}
    buffer = io.BytesIO()
    bare.save(buffer, kind, optimize=True, **({"quality": 82, "progressive": True} if kind == "JPEG" else {}))
    return buffer.getvalue()


def _png_without_metadata(data: bytes) -> bytes:
    kept, at = [data[:8]], 8
    while at + 12 <= len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        end = at + 12 + length
        if data[at + 4 : at + 8] in _PNG_KEPT:
            kept.append(data[at:end])
        if data[at + 4 : at + 8] == b"IEND":
            break
        at = end
    return b"".join(kept)


def _clean_svg(data: bytes) -> bytes:
    """Keep drawing elements and attributes that name nothing outside the file; the rest is dropped."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raise AssetError("ce SVG n’est pas du XML bien formé : exportez-le de nouveau") from None
    if root.tag != f"{{{_SVG}}}svg":
        raise AssetError("ce fichier n’est pas un SVG : exportez-le de nouveau")
    for element in list(root.iter()):
        if element.getparent() is not None and not _is_drawing(element):
            _drop(element)
        else:
            _clean_attributes(element)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=False)


def _is_drawing(element: etree._Element) -> bool:
    if not isinstance(element.tag, str):
        return False
    namespace, _, name = element.tag.rpartition("}")
    if namespace != f"{{{_SVG}" or name not in _SVG_ELEMENTS:
        return False
    return name != "style" or (len(element) == 0 and _OUTSIDE.search(element.text or "") is None)


def _drop(element: etree._Element) -> None:
    """Remove an element and keep the text that follows it."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if element.tail:
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _clean_attributes(element: etree._Element) -> None:
    for name, value in list(element.attrib.items()):
        text, key = str(value), str(name)
        if key in {"href", _XLINK_HREF}:
            right = _INNER_ADDRESS.fullmatch(text.strip()) is not None
        elif key.startswith("{"):
            right = key.startswith("{http://www.w3.org/XML/1998/namespace}")
        else:
            right = not key.lower().startswith("on") and _OUTSIDE.search(text) is None
        if not right:
            del element.attrib[name]
