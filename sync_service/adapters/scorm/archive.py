"""Pack files into a zip whose bytes depend on the files only, and read such zips back."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from sync_service.domain.scorm import PackageFiles, content_digest

_EPOCH = (1980, 1, 1, 0, 0, 0)
_ALREADY_COMPRESSED = (".png", ".jpg", ".jpeg", ".gif", ".pdf", ".mp4", ".mp3", ".m4a")
_UNIX = 3
_REGULAR_FILE_0644 = 0o100644 << 16


def pack(files: PackageFiles) -> bytes:
    """Return the zip of ``files``: sorted, dated 1980-01-01, pictures stored, the same on every system."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, date_time=_EPOCH)
            entry.create_system = _UNIX
            entry.external_attr = _REGULAR_FILE_0644
            stored = path.endswith(_ALREADY_COMPRESSED)
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[path], compresslevel=9)
    return buffer.getvalue()


def digest_on_disk(path: Path) -> str:
    """Return the content digest of a zip on disk, or an empty text when there is none that can be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            return content_digest((name, archive.read(name)) for name in archive.namelist())
    except (OSError, zipfile.BadZipFile):
        return ""
