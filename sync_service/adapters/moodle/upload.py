"""Files sent to the account's draft area, from which the plugin takes them."""

from __future__ import annotations

from pathlib import Path

from sync_service.adapters.moodle.decode import code_error, invalid_reply
from sync_service.adapters.moodle.transport import Caller, FilePart
from sync_service.adapters.moodle.wire import UploadedFile, read_list
from sync_service.errors import MoodleRefusedError, PackageError, Problem

_REASONS = {
    "fileoversized": "Le site refuse ce fichier, trop lourd : faites augmenter la taille maximale des fichiers.",
    "filenameexist": "Un fichier du même nom est déjà dans l’envoi : relancez.",
}


def upload(caller: Caller, path: Path) -> int:
    """Send one file and return the draft item id that holds it.

    Raises:
        PackageError: the file cannot be read here.
        MoodleRefusedError: Moodle refused the file.
        MoodleError: no usable answer.
    """
    part = FilePart(path.name, _content(path))
    reply = caller.send_files([part])
    files = read_list(UploadedFile, reply, function="upload")
    if not files:
        raise MoodleRefusedError(
            "Le site n’a reçu aucun fichier : permettez l’envoi de fichiers dans le service, "
            "et vérifiez post_max_size dans le PHP du site.",
            code="nofile",
            function="upload",
        )
    first = files[0]
    if first.errortype:
        sentence = _REASONS.get(first.errortype)
        if sentence is None:
            raise code_error("upload", caller.redact(first.errortype))
        raise MoodleRefusedError(sentence, code=first.errortype, function="upload")
    if not first.itemid:
        raise invalid_reply("upload", "itemid")
    return first.itemid


def _content(path: Path) -> bytes:
    """Return the bytes of ``path``."""
    try:
        return path.read_bytes()
    except OSError as error:
        reason = f"ne peut pas être lu ({type(error).__name__}) ; refaites-le avec « cyclesync package »"
        raise PackageError("Le fichier à envoyer manque", [Problem(str(path), reason)]) from error
