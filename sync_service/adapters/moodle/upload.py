"""Files sent to the account's draft area, from which the plugin takes them."""

from __future__ import annotations

from pathlib import Path

from sync_service.adapters.moodle.decode import code_error, invalid_reply
from sync_service.adapters.moodle.transport import Caller, FilePart
from sync_service.adapters.moodle.wire import UploadedFile, read_list
from sync_service.errors import MoodleError, MoodleRefusedError, PackageError, Problem

_REASONS = {
    "fileoversized": "Le site refuse ce fichier, trop lourd : faites augmenter la taille maximale des fichiers.",
    "filenameexist": "Un fichier du même nom est déjà dans l’envoi : relancez.",
}


def upload(caller: Caller, path: Path) -> int:
    """Send one file, or every file of a folder, and return the draft item id that holds them.

    Raises:
        PackageError: the file cannot be read here.
        MoodleRefusedError: Moodle refused the file.
        MoodleError: no usable answer.
    """
    parts = [FilePart(file.name, _content(file)) for file in _files(path)]
    files = read_list(UploadedFile, caller.send_files(parts), function="upload")
    if len(files) != len(parts):
        raise MoodleRefusedError(
            "Le site n’a pas reçu tous les fichiers : permettez l’envoi de fichiers dans le service, "
            "et vérifiez post_max_size et max_file_uploads dans le PHP du site.",
            code="nofile",
            function="upload",
        )
    for file in files:
        if file.errortype:
            raise _refused(caller, file.errortype)
    if not files[0].itemid:
        raise invalid_reply("upload", "itemid")
    return files[0].itemid


def _refused(caller: Caller, code: str) -> MoodleError:
    """Return why the site does not keep a file."""
    sentence = _REASONS.get(code)
    if sentence is None:
        return code_error("upload", caller.redact(code))
    return MoodleRefusedError(sentence, code=code, function="upload")


def _files(path: Path) -> list[Path]:
    """Return the files to send, by name."""
    return sorted(file for file in path.iterdir() if file.is_file()) if path.is_dir() else [path]


def _content(path: Path) -> bytes:
    """Return the bytes of ``path``."""
    try:
        return path.read_bytes()
    except OSError as error:
        reason = f"ne peut pas être lu ({type(error).__name__}) ; refaites-le avec « cyclesync package »"
        raise PackageError("Le fichier à envoyer manque", [Problem(str(path), reason)]) from error
