"""Vérifier une preuve du registre, hors ligne : python3 verifier.py [DOSSIER]

Bibliothèque standard de Python 3 seule ; la signature est vérifiée par openssl. Code de sortie : 0 conforme, 1 non.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def sha(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def node(left: bytes, right: bytes) -> bytes:
    return sha(b"\x01" + left + right)


def checkpoint(path: Path) -> tuple[str, int, bytes, bytes, list[str]]:
    """Origine, taille et racine d'un scellé, octets signés, lignes de signature."""
    body, _, tail = path.read_text(encoding="utf-8").rpartition("\n\n")
    origin, size, root = body.split("\n")[:3]
    return origin, int(size), base64.b64decode(root), (body + "\n").encode(), tail.splitlines()


def public_der(key_path: Path) -> bytes:
    return base64.b64decode("".join(key_path.read_text().split("\n")[1:-2]))


def signed(path: Path, key_path: Path) -> bool:
    origin, _, _, message, lines = checkpoint(path)
    wanted = sha(origin.encode() + b"\n\x01" + public_der(key_path)[-32:])[:4]
    for line in lines:
        name, _, value = line.removeprefix("— ").rpartition(" ")
        content = base64.b64decode(value)
        if name == origin and content[:4] == wanted:
            with tempfile.TemporaryDirectory() as folder:
                (Path(folder) / "m").write_bytes(message)
                (Path(folder) / "s").write_bytes(content[4:])
                command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", str(key_path), "-rawin"]
                command += ["-in", f"{folder}/m", "-sigfile", f"{folder}/s"]
                return subprocess.run(command, capture_output=True, check=False).returncode == 0
    return False


def read_path(path: Path) -> tuple[int, int, list[bytes]]:
    first, *hashes = path.read_text(encoding="utf-8").split("\n")[:-1]
    a, b = first.split(" ")
    return int(a), int(b), [bytes.fromhex(h) for h in hashes]


def included(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """Racine à laquelle mène une ligne (RFC 9162, 2.1.3.2), ou None."""
    last, found = size - 1, leaf
    if not 0 <= index < size:
        return None
    for other in path:
        if last == 0:
            return None
        if index % 2 or index == last:
            found = node(other, found)
            while index and index % 2 == 0:
                index, last = index // 2, last // 2
        else:
            found = node(found, other)
        index, last = index // 2, last // 2
    return found if last == 0 else None


def prolongs(size: int, root: bytes, later: int, later_root: bytes, path: list[bytes]) -> bool:
    """Le registre de taille « later » commence-t-il par celui de taille « size » ? (RFC 9162, 2.1.4.2)"""
    if size == later:
        return root == later_root and not path
    if not 0 < size < later:
        return False
    if size & (size - 1) == 0:
        path = [root, *path]
    if not path:
        return False
    place, last = size - 1, later - 1
    while place % 2:
        place, last = place // 2, last // 2
    old = new = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            old, new = node(other, old), node(other, new)
            while place and place % 2 == 0:
                place, last = place // 2, last // 2
        else:
            new = node(new, other)
        place, last = place // 2, last // 2
    return last == 0 and (old, new) == (root, later_root)


def code(leaf: bytes) -> str:
    value = int.from_bytes(leaf[:8], "big") >> 4
    signs = [ALPHABET[(value >> shift) & 31] for shift in range(55, -1, -5)]
    return "-".join("".join(signs[i : i + 4]) for i in (0, 4, 8))


def check_line(path: Path, size: int, root: bytes, say: Callable[[bool, str], None]) -> None:
    content = path.read_bytes()
    event = json.loads(content)
    leaf = sha(b"\x00" + content)
    index, of, hashes = read_path(path.with_suffix(".preuve"))
    good = of == size and event["seq"] == index and included(leaf, index, size, hashes) == root
    say(good, f"ligne {index} ({event['type']}, écrite le {event['recorded_at']})")
    if event["type"] == "certificate.number_reserved":
        print(f"     certificat n° {event['data'].get('number')}, code de vérification {code(leaf)}")
    shown = path.with_name(path.stem + ".contenu.json")
    if shown.exists():
        salt = bytes.fromhex(path.with_suffix(".sel").read_text().strip())
        found = hmac.new(salt, shown.read_bytes(), hashlib.sha256).hexdigest()
        say(found in [entry["commitment"] for entry in event["vault"]], f"contenu révélé de la ligne {index}")


def main(folder: Path) -> int:
    results: list[bool] = []

    def say(good: bool, what: str) -> None:
        results.append(good)
        print(f"{'oui ' if good else 'NON '} {what}")

    key = folder / "cle-publique.pem"
    seal = folder / "scelle.checkpoint"
    origin, size, root, _, _ = checkpoint(seal)
    say(signed(seal, key), f"scellé du registre « {origin} », {size} lignes, signé par la clé")
    for path in sorted(folder.glob("ligne-*.preuve")):
        check_line(path.with_suffix(".json"), size, root, say)
    before = folder / "anterieur.checkpoint"
    if before.exists():
        name, earlier, earlier_root, _, _ = checkpoint(before)
        old = folder / "cle-publique-anterieure.pem"
        say(
            name == origin and signed(before, old if old.exists() else key),
            f"scellé antérieur, {earlier} lignes, signé par la clé",
        )
        _, of, hashes = read_path(folder / "anterieur.preuve")
        good = of == size and prolongs(earlier, earlier_root, size, root, hashes)
        say(good, "le registre prolonge le scellé antérieur")
    print("CONFORME" if all(results) else "NON CONFORME")
    print("Empreinte de la clé publique, à comparer à celle que le service publie :")
    print(f"  {sha(public_der(key)).hex()}")
    return 0 if all(results) else 1


if __name__ == "__main__":
    if shutil.which("openssl") is None:
        sys.exit("openssl est introuvable : installez-le, c’est lui qui vérifie la signature.")
    try:
        sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent))
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        print(f"NON CONFORME : un fichier de la preuve manque ou est illisible ({error}).")
        sys.exit(1)
