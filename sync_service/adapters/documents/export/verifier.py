"""Vérifier un registre exporté, hors ligne : python3 verifier.py [DOSSIER] [--certificat N°]

Bibliothèque standard de Python (3.6 ou plus récent) seule : rien d'autre n'est à installer. Code de sortie : 0 conforme,
1 non. Les annotations sont entre guillemets pour qu'aucune version de Python, passée ou à venir, n'ait à les lire.
"""

import base64
import hashlib
import io
import json
import sys
from pathlib import Path


def sha(content: "bytes") -> "bytes":
    return hashlib.sha256(content).digest()


LABELS = {
    "referential.published": "Référentiel publié",
    "promotion.opened": "Promotion ouverte",
    "promotion.closed": "Promotion close",
    "session.planned": "Session de formation planifiée",
    "session.changed": "Session de formation modifiée",
    "session.cancelled": "Session de formation annulée",
    "mapping.recorded": "Correspondance enregistrée",
    "candidate.created": "Stagiaire créé(e)",
    "identity.linked": "Compte Moodle rattaché",
    "identity.corrected": "Identité rectifiée",
    "enrolment.recorded": "Inscription validée",
    "enrolment.suspended": "Inscription suspendue",
    "enrolment.resumed": "Inscription reprise",
    "enrolment.withdrawn": "Sortie de la promotion",
    "enrolment.transferred": "Transfert de promotion",
    "enrolment.completed": "Formation terminée",
    "exemption.granted": "Dispense accordée",
    "eligibility.signalled": "Condition d’accès signalée",
    "activity.observed": "Relevé Moodle : activité",
    "grade.observed": "Relevé Moodle : résultat",
    "scorm.observed": "Relevé Moodle : contenu SCORM",
    "submission.observed": "Relevé Moodle : dépôt",
    "enrolment.observed": "Relevé Moodle : inscription au cours",
    "account.observed": "Relevé Moodle : compte",
    "source.vanished": "Relevé disparu de Moodle",
    "source.reappeared": "Relevé revenu dans Moodle",
    "halfday.recorded": "Demi-journée enregistrée",
    "halfday.corrected": "Demi-journée rectifiée",
    "signin_sheet.filed": "Feuille d’émargement déposée",
    "workplace.attested": "Mise en application attestée",
    "dossier.opened": "Dossier ouvert",
    "piece.received": "Pièce reçue",
    "piece.withdrawn": "Pièce retirée",
    "dossier.submitted": "Dossier transmis",
    "dossier.reviewed": "Dossier contrôlé",
    "dossier.incomplete_notified": "Dossier incomplet, candidat(e) averti(e)",
    "dossier.declared_complete": "Dossier déclaré complet",
    "dossier.declared_admissible": "Dossier déclaré recevable",
    "dossier.declared_inadmissible": "Dossier déclaré irrecevable",
    "dossier.derogation": "Dérogation accordée",
    "dossier.sealed_for_jury": "Dossier remis au jury",
    "reminder.sent": "Rappel envoyé",
    "jury.constituted": "Jury constitué",
    "jury.member_recused": "Membre du jury déporté",
    "jury.convened": "Jury convoqué",
    "candidate.convened": "Candidat(e) convoqué(e)",
    "candidate.jury_presence": "Présence devant le jury",
    "jury.view_frozen": "État vu par le jury figé",
    "jury.decision": "Décision du jury",
    "minutes.drawn_up": "Procès-verbal établi",
    "minutes.signed": "Procès-verbal signé",
    "decision.notified": "Décision notifiée",
    "certificate.number_reserved": "Numéro de certificat réservé",
    "certificate.number_spoiled": "Numéro de certificat annulé avant délivrance",
    "certificate.signed": "Certificat signé",
    "certificate.issued": "Certificat délivré",
    "certificate.handed_over": "Certificat remis",
    "certificate.refused": "Certificat non délivré",
    "certificate.duplicate": "Duplicata délivré",
    "certificate.corrected": "Certificat rectifié",
    "certificate.withdrawn": "Certificat retiré",
    "certificate.annulled": "Certificat annulé par le juge",
    "appeal.received": "Recours reçu",
    "appeal.decided": "Recours décidé",
    "material_error.found": "Erreur matérielle constatée",
    "document.issued": "Document émis",
    "export.produced": "Fichier produit",
    "access.requested": "Demande d’accès reçue",
    "access.served": "Demande d’accès satisfaite",
    "restriction.set": "Traitement limité",
    "elimination.proposed": "Élimination proposée",
    "elimination.approved": "Élimination visée",
    "vault.key_destroyed": "Clé du fichier des identités détruite",
    "archive.transferred": "Versement aux archives",
    "register.opened": "Registre ouvert",
    "register.restored": "Registre restauré",
    "key.changed": "Clé changée",
    "clock.moved_back": "Horloge reculée",
    "integrity.broken": "Intégrité rompue",
    "correction": "Mention rectificative",
    "act.proposed": "Acte proposé, en attente d’une seconde personne",
    "member.addresses_noted": "Adresses de membres du jury notées",
}
"""Types de lignes, en français ; un type plus récent se lit par son code."""


P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
BASE_Y = 4 * pow(5, P - 2, P) % P
D = -121665 * pow(121666, P - 2, P) % P


def point(code: "bytes") -> "tuple[int, int, int, int]":
    """Point d'Ed25519 (RFC 8032, 5.1.3), en coordonnées étendues ; ValueError si ce n'en est pas un."""
    y = int.from_bytes(code, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if (v * x * x - u) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (v * x * x - u) % P or (sign and not x):
        raise ValueError("clé illisible")
    if x % 2 != sign:
        x = P - x
    return x, y, 1, x * y % P


def add(a: "tuple[int, int, int, int]", b: "tuple[int, int, int, int]") -> "tuple[int, int, int, int]":
    """Somme de deux points (RFC 8032, 5.1.4)."""
    low, high = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    both, twice = 2 * D * a[3] * b[3] % P, 2 * a[2] * b[2] % P
    e, f, g, h = high - low, twice - both, twice + both, high + low
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: "int", place: "tuple[int, int, int, int]") -> "tuple[int, int, int, int]":
    found = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = add(found, place)
        place, number = add(place, place), number >> 1
    return found


def ed25519(public: "bytes", message: "bytes", signature: "bytes") -> "bool":
    """La signature est-elle celle du message par cette clé ? (RFC 8032, 5.1.7)"""
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= ORDER:
        return False
    x, y, z, t = point(public)
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    x, y, z, t = add(times(s, point(BASE_Y.to_bytes(32, "little"))), times(k, (P - x, y, z, P - t)))
    inverse = pow(z, P - 2, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


class Tree:
    """L'arbre de Merkle (RFC 6962), une feuille à la fois."""

    def __init__(self) -> None:
        self.full: list[tuple[int, bytes]] = []
        self.size = 0

    def add(self, leaf: "bytes") -> None:
        height = 0
        while self.full and self.full[-1][0] == height:
            leaf = sha(b"\x01" + self.full.pop()[1] + leaf)
            height += 1
        self.full.append((height, leaf))
        self.size += 1

    def root(self) -> "bytes":
        if not self.full:
            return sha(b"")
        found = self.full[-1][1]
        for _, left in reversed(self.full[:-1]):
            found = sha(b"\x01" + left + found)
        return found


def exact(text: "str", length: "int") -> "bytes":
    """Octets écrits en base64 ; ValueError s'ils ne sont pas tant, ou écrits autrement que le registre ne les écrit."""
    content = base64.b64decode(text)
    if len(content) != length or base64.b64encode(content).decode() != text:
        raise ValueError("base64 illisible")
    return content


def public_der(key: "Path") -> "bytes":
    first, text, last, rest = key.read_bytes().decode().split("\n")
    content = exact(text, 44)
    named = (first, last, rest, content[:12].hex())
    if named != ("-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----", "", "302a300506032b6570032100"):
        raise ValueError("clé illisible")
    return content


def signed(seal: "Path", key: "Path") -> "tuple[bool, str, int, bytes]":
    """Le scellé est-il signé par la clé ? Avec son origine, sa taille et sa racine."""
    body, _, tail = seal.read_bytes().decode().rpartition("\n\n")
    origin, size, root = body.split("\n")[:3]
    wanted = sha(origin.encode() + b"\n\x01" + public_der(key)[-32:])[:4]
    for line in tail.split("\n"):
        name, _, value = line[2:].rpartition(" ")
        if line[:2] == "— " and name == origin and base64.b64decode(value)[:4] == wanted:
            good = ed25519(public_der(key)[-32:], (body + "\n").encode(), exact(value, 68)[4:])
            return good, origin, int(size), base64.b64decode(root)
    return False, origin, int(size), base64.b64decode(root)


def read_lines(path: "Path", number: "str" = "") -> "tuple[Tree, str, list[str]]":
    """Arbre des lignes, la première chose qui ne va pas, et ce que disent celles qui nomment un certificat."""
    tree, before = Tree(), "0" * 64
    story: list[str] = []
    with path.open("rb") as stream:
        for place, line in enumerate(stream):
            content = line[:-1] if line.endswith(b"\n") else line
            event = json.loads(content)
            if event["seq"] != place or event["prev"] != before:
                return tree, f"La ligne {place} ne suit pas la précédente.", story
            leaf = sha(b"\x00" + content)
            before = leaf.hex()
            tree.add(leaf)
            if number and event["data"].get("number") == number:
                told = f"{LABELS.get(event['type'], event['type'])} ({event['type']})"
                story.append(f"ligne {place} : {told}, écrite le {event['recorded_at']}")
    return tree, "", story


def main(folder: "Path", number: "str" = "") -> "int":
    key = folder / "cle-publique.pem"
    good, origin, size, root = signed(folder / "scelle.checkpoint", key)
    if origin.startswith("demo/"):
        print("SPÉCIMEN – démonstration : personnes, dates et décisions fictives.\n")
    tree, broken, story = read_lines(folder / "lignes.jsonl", number)
    checks = [
        (good, f"Le scellé du registre « {origin} », {size} lignes, est signé par la clé jointe."),
        (not broken, broken or "Chaque ligne porte l’empreinte de la précédente."),
        (tree.size == size, f"{tree.size} lignes lues."),
        (tree.root() == root, f"Racine recalculée : {tree.root().hex()}"),
    ]
    for passed, what in checks:
        print(f"{'oui ' if passed else 'NON '} {what}")
    conform = all(passed for passed, _ in checks)
    print("CONFORME" if conform else "NON CONFORME")
    if conform and number:
        print(f"\nÀ la taille {size}, lignes qui nomment le certificat n° {number} :")
        print("".join(f"- {line}\n" for line in story) or "- aucune\n", end="")
        print(f"À la taille {size}, aucun autre événement de ce certificat : toutes les lignes ont été lues.")
    print("\nEmpreinte de la clé publique, à comparer à celle que le service publie :")
    print(f"  {sha(public_der(key)).hex()}")
    return 0 if conform else 1


def arguments(given: "list[str]") -> "tuple[Path, str]":
    """Dossier et numéro de certificat demandés."""
    number = ""
    if "--certificat" in given:
        at = given.index("--certificat")
        number = given[at + 1]
        given = given[:at] + given[at + 2 :]
    return (Path(given[0]) if given else Path(__file__).parent), number


if __name__ == "__main__":
    sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8")
    try:
        sys.exit(main(*arguments(sys.argv[1:])))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        print(f"NON CONFORME : un fichier manque ou est illisible ({error}).")
        sys.exit(1)
