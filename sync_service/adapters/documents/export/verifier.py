"""Vérifier un registre exporté, hors ligne : python3 verifier.py [DOSSIER]

Bibliothèque standard de Python 3 seule ; la signature est vérifiée par openssl. Code de sortie : 0 conforme, 1 non.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def sha(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


class Tree:
    """L'arbre de Merkle (RFC 6962), une feuille à la fois."""

    def __init__(self) -> None:
        self.full: list[tuple[int, bytes]] = []
        self.size = 0

    def add(self, leaf: bytes) -> None:
        height = 0
        while self.full and self.full[-1][0] == height:
            leaf = sha(b"\x01" + self.full.pop()[1] + leaf)
            height += 1
        self.full.append((height, leaf))
        self.size += 1

    def root(self) -> bytes:
        if not self.full:
            return sha(b"")
        found = self.full[-1][1]
        for _, left in reversed(self.full[:-1]):
            found = sha(b"\x01" + left + found)
        return found


def public_der(key: Path) -> bytes:
    return base64.b64decode("".join(key.read_text().split("\n")[1:-2]))


def signed(seal: Path, key: Path) -> tuple[bool, str, int, bytes]:
    """Le scellé est-il signé par la clé ? Avec son origine, sa taille et sa racine."""
    body, _, tail = seal.read_text(encoding="utf-8").rpartition("\n\n")
    origin, size, root = body.split("\n")[:3]
    wanted = sha(origin.encode() + b"\n\x01" + public_der(key)[-32:])[:4]
    for line in tail.splitlines():
        name, _, value = line.removeprefix("— ").rpartition(" ")
        content = base64.b64decode(value)
        if name == origin and content[:4] == wanted:
            with tempfile.TemporaryDirectory() as folder:
                (Path(folder) / "m").write_bytes((body + "\n").encode())
                (Path(folder) / "s").write_bytes(content[4:])
                command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", str(key), "-rawin"]
                command += ["-in", f"{folder}/m", "-sigfile", f"{folder}/s"]
                good = subprocess.run(command, capture_output=True, check=False).returncode == 0
            return good, origin, int(size), base64.b64decode(root)
    return False, origin, int(size), base64.b64decode(root)


def read_lines(path: Path) -> tuple[Tree, str]:
    """Arbre des lignes, et la première chose qui ne va pas."""
    tree, before = Tree(), "0" * 64
    with path.open("rb") as stream:
        for number, line in enumerate(stream):
            content = line.removesuffix(b"\n")
            event = json.loads(content)
            if event["seq"] != number or event["prev"] != before:
                return tree, f"la ligne {number} ne suit pas la précédente"
            leaf = sha(b"\x00" + content)
            before = leaf.hex()
            tree.add(leaf)
    return tree, ""


def main(folder: Path) -> int:
    key = folder / "cle-publique.pem"
    good, origin, size, root = signed(folder / "scelle.checkpoint", key)
    tree, broken = read_lines(folder / "lignes.jsonl")
    checks = [
        (good, f"scellé du registre « {origin} », {size} lignes, signé par la clé"),
        (not broken, broken or "chaque ligne porte l’empreinte de la précédente"),
        (tree.size == size, f"{tree.size} lignes lues"),
        (tree.root() == root, f"racine recalculée : {tree.root().hex()}"),
    ]
    for passed, what in checks:
        print(f"{'oui ' if passed else 'NON '} {what}")
    conform = all(passed for passed, _ in checks)
    print("CONFORME" if conform else "NON CONFORME")
    print("Empreinte de la clé publique, à comparer à celle que le service publie :")
    print(f"  {sha(public_der(key)).hex()}")
    return 0 if conform else 1


if __name__ == "__main__":
    if shutil.which("openssl") is None:
        sys.exit("openssl est introuvable : installez-le, c’est lui qui vérifie la signature.")
    try:
        sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent))
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        print(f"NON CONFORME : un fichier manque ou est illisible ({error}).")
        sys.exit(1)
