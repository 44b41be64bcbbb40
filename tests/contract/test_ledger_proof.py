"""What a stranger does with a proof: both of its verifiers say yes to it, and no to each falsification."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

import pytest

from sync_service.adapters.documents.export_files import export_files
from sync_service.adapters.documents.proof_zip import proof_zip
from sync_service.adapters.ledger_sql import Stores, canonical_lines, prove, sign_checkpoint
from sync_service.domain.event import Series
from sync_service.domain.event_types import TYPES
from sync_service.domain.merkle import leaf_hash
from sync_service.domain.proof import verification_code
from sync_service.errors import LedgerError, StoreError, UsageError
from sync_service.usecases.proving import CertificateLines, certificate_lines

NUMBER = "ANGERS-CPE-2027-0001"


@pytest.fixture
def filled(stores: Stores, kit: Any, tmp_path: Path) -> Stores:
    stores.ledger.append([kit.created(n, f"M{n:04d}") for n in range(1, 6)], now=kit.now)
    sign_checkpoint(stores, kit.now)
    kept = min((stores.checkpoints_dir or tmp_path).glob("*.checkpoint"))
    shutil.copy(kept, tmp_path / "kept.checkpoint")
    reserved = kit.act("number|1", "certificate.number_reserved", data={"number": NUMBER, "year": 2027})
    stores.ledger.append([reserved, *(kit.fact(n) for n in range(1, 8))], now=kit.now)
    sign_checkpoint(stores, kit.now)
    return stores


def unpacked(stores: Stores, folder: Path, lines: list[int], **options: Any) -> Path:
    content = proof_zip(prove(stores, lines, **options), "preuve")
    zipfile.ZipFile(io.BytesIO(content)).extractall(folder)
    return folder / "preuve"


def verdicts(folder: Path) -> dict[str, tuple[int, str]]:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    commands = {"python": [sys.executable, "-I", "verifier.py"], "shell": ["sh", "verifier.sh"]}
    done = {
        name: subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        for name, command in commands.items()
    }
    return {name: (run.returncode, run.stdout + run.stderr) for name, run in done.items()}


def test_both_verifiers_say_yes(filled: Stores, tmp_path: Path) -> None:
    folder = unpacked(filled, tmp_path, [0, 6, 13], reveal=True, since=tmp_path / "kept.checkpoint")
    for code, said in verdicts(folder).values():
        assert code == 0, said
        assert "\nCONFORME\n" in said
        assert "NON" not in said
        assert "prolonge le scellé antérieur" in said
    both = verdicts(folder)
    assert both["python"] == both["shell"]
    printed = verification_code(leaf_hash((folder / "ligne-000000006.json").read_bytes()))
    assert f"certificat n° {NUMBER}, code de vérification {printed}" in both["shell"][1]
    assert (
        "La ligne 6 – Numéro de certificat réservé (certificate.number_reserved), écrite le 14/01/2027"
        in both["shell"][1]
    )


def certificate_of(filled: Stores, kit: Any) -> CertificateLines:
    later = ("signed", "issued", "handed_over", "duplicate", "corrected", "withdrawn", "annulled")
    acts = [kit.act(f"c|{name}", f"certificate.{name}", data={"number": NUMBER}) for name in later]
    error = kit.act("c|error", "material_error.found", data={"number": NUMBER})
    other = kit.act("c|2", "certificate.number_reserved", 2, data={"number": "ANGERS-CPE-2027-0002"})
    filled.ledger.append([*acts, error, other], now=kit.now)
    sign_checkpoint(filled, kit.now)
    return certificate_lines(filled.ledger, NUMBER)


def test_a_certificate_is_proved_with_all_that_followed_and_says_what_is_not_proved(
    filled: Stores, kit: Any, tmp_path: Path
) -> None:
    found = certificate_of(filled, kit)
    assert found.lines == (6, *range(14, 22))
    proof = prove(filled, found.lines)
    said = verdicts(unpacked(filled, tmp_path, list(found.lines)))
    assert said["python"] == said["shell"]
    text = said["shell"][1]
    assert text.startswith("SPÉCIMEN")
    story = "Numéro de certificat réservé (ligne 6) ; Certificat signé (ligne 14) ; Certificat délivré (ligne 15)"
    assert f"Certificat n° {NUMBER}, dans l’ordre : {story}" in text
    assert "Certificat retiré (ligne 19) ; Certificat annulé par le juge (ligne 20)" in text
    assert f"Quand le registre avait {proof.size} lignes, 9 lignes" in text
    assert "De qui il s’agit : aucun nom n’est joint." in text
    assert "Qu’aucune autre ligne ne nomme ce certificat" in text
    assert "aucun autre événement" not in text


def test_a_certificate_is_found_by_the_code_printed_on_it(filled: Stores, kit: Any) -> None:
    found = certificate_of(filled, kit)
    code = verification_code(bytes.fromhex(next(e.leaf for e in filled.ledger.events() if e.seq == 6)))
    misread = code.replace("0", "O").replace("1", "l")
    for typed in (code, code.lower(), code.replace("-", ""), f" {code} ", misread):
        assert certificate_lines(filled.ledger, typed) == found
    for wrong in ("AAAA-AAAA-AAAA", "ANGERS", ""):
        with pytest.raises(UsageError, match="registre des certificats"):
            certificate_lines(filled.ledger, wrong)


def test_the_whole_register_shows_that_nothing_else_names_a_certificate(
    filled: Stores, kit: Any, tmp_path: Path
) -> None:
    certificate_of(filled, kit)
    seal = prove(filled, ())
    for name, content in export_files(seal).items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "lignes.jsonl").write_bytes(b"".join(canonical_lines(filled, seal.size)))
    command = [sys.executable, "-I", "verifier.py", "--certificat", NUMBER]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("\n- ligne ") == 9
    assert f"À la taille {seal.size}, aucun autre événement de ce certificat" in done.stdout


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("cle-publique.pem", b"MCowBQYDK2VwAyEA", b"MCowBQYDK2VvAyEA"),
        ("cle-publique.pem", b"\n-----END", b"\n\n-----END"),
        ("scelle.checkpoint", b"\xe2\x80\x94 demo", b"- demo"),
        ("scelle.checkpoint", b"=\n", b"==\n"),
        ("lignes.jsonl", b'"data":{}', b'"data":[]'),
        ("lignes.jsonl", b'"grade":"E3"', b'"grade":"E4"'),
    ],
)
def test_the_whole_register_is_read_in_its_exact_form(
    filled: Stores, tmp_path: Path, name: str, before: bytes, after: bytes
) -> None:
    seal = prove(filled, ())
    for made, content in export_files(seal).items():
        (tmp_path / made).write_bytes(content)
    (tmp_path / "lignes.jsonl").write_bytes(b"".join(canonical_lines(filled, seal.size)))
    content = (tmp_path / name).read_bytes()
    assert before in content
    (tmp_path / name).write_bytes(content.replace(before, after))
    command = [sys.executable, "-I", "verifier.py", "--certificat", NUMBER]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout
    assert "NON CONFORME" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("script", ["proof/verifier.py", "proof/verifier.sh", "export/verifier.py"])
def test_the_verifiers_know_every_type_in_french(script: str) -> None:
    text = (resources("sync_service.adapters.documents") / script).read_text(encoding="utf-8")
    for code, kind in TYPES.items():
        said = f'    {code}) echo "{kind.label}" ;;' if script.endswith(".sh") else f'    "{code}": "{kind.label}",'
        assert said in text.splitlines()


def test_the_same_proof_is_the_same_zip(filled: Stores) -> None:
    assert proof_zip(prove(filled, [3, 1]), "p") == proof_zip(prove(filled, [1, 3, 3]), "p")


def test_nothing_is_revealed_unless_asked(filled: Stores, tmp_path: Path) -> None:
    folder = unpacked(filled, tmp_path, [1, 2, 3])
    assert not list(folder.glob("*.contenu.json"))
    assert b"LEF" not in b"".join(path.read_bytes() for path in folder.glob("ligne-*"))


def test_a_destroyed_key_reveals_nothing_and_still_proves(filled: Stores, kit: Any, tmp_path: Path) -> None:
    actor = kit.fact().actor
    filled.ledger.destroy_key(kit.subject(1), Series.REGISTER, actor=actor, reason="dua", now=kit.now, run="r")
    sign_checkpoint(filled, kit.now)
    folder = unpacked(filled, tmp_path, [1], reveal=True)
    assert not list(folder.glob("*.contenu.json"))
    assert [code for code, _ in verdicts(folder).values()] == [0, 0]


def _flip(path: Path, at: int = -20) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(bytes(content))


def _line_changed(folder: Path) -> None:
    path = folder / "ligne-000000006.json"
    path.write_bytes(path.read_bytes().replace(b"0001", b"0002"))


def _root_changed(folder: Path) -> None:
    _flip(folder / "scelle.checkpoint", 20)


def _path_changed(folder: Path) -> None:
    path = folder / "ligne-000000006.preuve"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], lines[2], lines[1], *lines[3:]]) + "\n")


def _path_shortened(folder: Path) -> None:
    path = folder / "ligne-000000006.preuve"
    path.write_text("\n".join(path.read_text().splitlines()[:-1]) + "\n")


def _path_lengthened(folder: Path) -> None:
    path = folder / "ligne-000000006.preuve"
    path.write_text(path.read_text() + "00" * 32 + "\n")


def _place_changed(folder: Path) -> None:
    path = folder / "ligne-000000006.preuve"
    path.write_text(path.read_text().replace("6 14", "7 14", 1))


def _content_changed(folder: Path) -> None:
    path = folder / "ligne-000000001.contenu.json"
    path.write_bytes(path.read_bytes().replace("LEFÈVRE".encode(), b"LEFEVRE"))


def _salt_changed(folder: Path) -> None:
    path = folder / "ligne-000000001.sel"
    path.write_text(path.read_text().translate(str.maketrans("0123456789", "1234567890")))


def _other_key(folder: Path) -> None:
    path = folder / "cle-publique.pem"
    text = path.read_text()
    path.write_text(text.replace(text[60:64], "AAAA"))


def _earlier_changed(folder: Path) -> None:
    path = folder / "anterieur.preuve"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n")


def _earlier_shortened(folder: Path) -> None:
    path = folder / "anterieur.preuve"
    path.write_text("\n".join(path.read_text().splitlines()[:-1]) + "\n")


def _signature_gone(folder: Path) -> None:
    path = folder / "scelle.checkpoint"
    path.write_text(path.read_text().rpartition("\n\n")[0] + "\n\n")


def _line_missing(folder: Path) -> None:
    (folder / "ligne-000000006.json").unlink()


def _path_missing(folder: Path) -> None:
    (folder / "ligne-000000006.preuve").unlink()


def _only_content_left(folder: Path) -> None:
    for end in ("json", "preuve"):
        (folder / f"ligne-000000001.{end}").unlink()


def _no_line(folder: Path) -> None:
    for path in folder.glob("ligne-*"):
        path.unlink()


def _windows_ends(name: str) -> Callable[[Path], None]:
    def falsify(folder: Path) -> None:
        (folder / name).write_bytes((folder / name).read_bytes().replace(b"\n", b"\r\n"))

    falsify.__name__ = f"windows_ends_of_{name}"
    return falsify


def _line_cut(folder: Path) -> None:
    path = folder / "ligne-000000006.json"
    path.write_bytes(path.read_bytes()[:200])


def _seal_empty(folder: Path) -> None:
    (folder / "scelle.checkpoint").write_bytes(b"")


FALSIFICATIONS: tuple[Callable[[Path], None], ...] = (
    _line_changed, _root_changed, _path_changed, _path_shortened, _path_lengthened, _place_changed, _content_changed,
    _salt_changed, _other_key, _earlier_changed, _earlier_shortened, _signature_gone, _line_missing,
    _path_missing, _only_content_left, _no_line, _line_cut, _seal_empty, _windows_ends("scelle.checkpoint"),
    _windows_ends("ligne-000000006.preuve"),
)  # fmt: skip


@pytest.mark.slow  # twenty falsified copies, two programs each
def test_both_verifiers_say_no_to_each_falsification(filled: Stores, tmp_path: Path) -> None:
    whole = unpacked(filled, tmp_path, [1, 6], reveal=True, since=tmp_path / "kept.checkpoint")
    for falsify in FALSIFICATIONS:
        copy = tmp_path / falsify.__name__
        shutil.copytree(whole, copy)
        falsify(copy)
        for name, (code, said) in verdicts(copy).items():
            assert code == 1, f"{name} accepts {falsify.__name__}: {said}"
            assert "NON CONFORME" in said
            assert "Traceback" not in said


def test_a_line_after_the_last_checkpoint_is_not_proven(filled: Stores, kit: Any) -> None:
    filled.ledger.append([kit.fact(30)], now=kit.now)
    with pytest.raises(LedgerError, match="pas couverte par le dernier scellé"):
        prove(filled, [14])


def test_there_is_no_proof_without_a_checkpoint(stores: Stores) -> None:
    with pytest.raises(LedgerError, match="pas encore de scellé"):
        prove(stores, [0])


def test_a_checkpoint_of_another_register_is_refused(filled: Stores, kit: Any, tmp_path: Path) -> None:
    path = tmp_path / "kept.checkpoint"
    path.write_text(path.read_text().replace("demo/test", "demo/autre"))
    with pytest.raises(StoreError, match="aucun scellé signé par ce registre"):
        prove(filled, [0], since=path)
