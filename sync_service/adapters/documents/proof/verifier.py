"""Vérifier une preuve du registre, hors ligne : python3 verifier.py [DOSSIER]

Bibliothèque standard de Python (3.6 ou plus récent) seule : rien d'autre n'est à installer. Code de sortie : 0 conforme,
1 non. Les annotations sont entre guillemets pour qu'aucune version de Python, passée ou à venir, n'ait à les lire.
"""

import base64
import hashlib
import hmac
import io
import json
import re
import sys
from pathlib import Path

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
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


def sha(content: "bytes") -> "bytes":
    return hashlib.sha256(content).digest()


def node(left: "bytes", right: "bytes") -> "bytes":
    return sha(b"\x01" + left + right)


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


NUMBER, SIGN, LAST = b"(0|[1-9][0-9]{0,17})", b"[A-Za-z0-9+/]", b"[AEIMQUYcgkosw048]="
SIGNED = b" (%b{4})*(%b{4}|%b{2}%b|%b[AQgw]==)\n" % (SIGN, SIGN, SIGN, LAST, SIGN)
SEAL = b"[^\r\n\0]+\n" + NUMBER + b"\n" + SIGN + b"{42}" + LAST + b"\n([^\r\n\0]+\n)*\n"
SHAPES = {
    ".checkpoint": SEAL + "(— [^ \r\n\0]+".encode() + SIGNED + b")+",
    ".pem": b"-{5}BEGIN PUBLIC KEY-{5}\nMCowBQYDK2VwAyEA" + SIGN + b"{42}" + LAST + b"\n-{5}END PUBLIC KEY-{5}\n",
    ".preuve": NUMBER + b" " + NUMBER + b"\n([0-9a-f]{64}\n)*",
    ".sel": b"[0-9a-f]{64}\n",
}
"""Forme exacte de chaque sorte de fichier : rien d'autre n'est lu, pas même ce qui voudrait dire la même chose."""


def misshapen(folder: "Path") -> "str":
    """Nom du premier fichier qui manque ou n'est pas tel qu'il a été remis, vide quand il n'y en a pas."""
    for path in sorted({folder / "scelle.checkpoint", folder / "cle-publique.pem", *folder.iterdir()}):
        form = SHAPES.get(path.suffix)
        if form is not None and not (path.is_file() and re.fullmatch(form, path.read_bytes())):
            return path.name
    return ""


def checkpoint(path: "Path") -> "tuple[str, int, bytes, bytes, list[str]]":
    """Origine, taille et racine d'un scellé, octets signés, lignes de signature."""
    body, _, tail = path.read_bytes().decode().partition("\n\n")
    origin, size, root = body.split("\n")[:3]
    return origin, int(size), base64.b64decode(root), (body + "\n").encode(), tail.split("\n")[:-1]


def public_der(key_path: "Path") -> "bytes":
    return base64.b64decode(key_path.read_bytes().split(b"\n")[1])


def signed(path: "Path", key_path: "Path") -> "bool":
    origin, _, _, message, lines = checkpoint(path)
    public = public_der(key_path)[-32:]
    wanted = sha(origin.encode() + b"\n\x01" + public)[:4]
    for name, value in (line[2:].split(" ") for line in lines):
        content = base64.b64decode(value)
        if name == origin and content[:4] == wanted:
            return ed25519(public, message, content[4:])
    return False


def read_path(path: "Path") -> "tuple[int, int, list[bytes]]":
    first, *hashes = path.read_bytes().decode().split("\n")[:-1]
    index, size = first.split(" ")
    return int(index), int(size), [bytes.fromhex(item) for item in hashes]


def included(leaf: "bytes", index: "int", size: "int", path: "list[bytes]") -> "bytes | None":
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


def prolongs(size: "int", root: "bytes", later: "int", later_root: "bytes", path: "list[bytes]") -> "bool":
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


def code(leaf: "bytes") -> "str":
    value = int.from_bytes(leaf[:8], "big") >> 4
    signs = [ALPHABET[(value >> shift) & 31] for shift in range(55, -1, -5)]
    return "-".join("".join(signs[i : i + 4]) for i in (0, 4, 8))


def moment(text: "str") -> "str":
    return f"{text[8:10]}/{text[5:7]}/{text[0:4]} à {text[11:13]} h {text[14:16]} (UTC)"


def counted(number: "int", word: "str") -> "str":
    return f"{number} {word}{'s' if number > 1 else ''}"


class Told:
    """Ce qui a été vérifié, et ce qu'il faut dire à la fin."""

    def __init__(self) -> None:
        self.results: list[bool] = []
        self.lines = self.revealed = 0
        self.lost = False
        self.certificates: dict[str, list[str]] = {}

    def say(self, good: "bool", what: "str") -> None:
        self.results.append(good)
        print(f"{'oui ' if good else 'NON '} {what}")


def names_in(folder: "Path") -> "list[str]":
    return sorted({path.name.split(".")[0] for path in folder.glob("ligne-*")})


def check_line(path: "Path", size: "int", root: "bytes", told: "Told") -> None:
    content = path.read_bytes()
    event, leaf = json.loads(content), sha(b"\x00" + content)
    index, of, hashes = read_path(path.with_suffix(".preuve"))
    good = of == size and event["seq"] == index and included(leaf, index, size, hashes) == root
    kind, number = event["type"], event["data"].get("number")
    label = LABELS.get(kind, "type plus récent que ce programme")
    told.say(good, f"La ligne {index} – {label} ({kind}), écrite le {moment(event['recorded_at'])} – est au registre.")
    told.lines += 1
    if isinstance(number, str):
        told.certificates.setdefault(number, []).append(f"{label} (ligne {index})")
    if kind == "certificate.number_reserved":
        print(f"     certificat n° {number}, code de vérification {code(leaf)}")
    shown = path.with_name(path.stem + ".contenu.json")
    if shown.exists():
        salt = bytes.fromhex(path.with_suffix(".sel").read_text()[:64]) if path.with_suffix(".sel").exists() else b""
        found = hmac.new(salt, shown.read_bytes(), hashlib.sha256).hexdigest()
        same = found in [entry["commitment"] for entry in event["vault"]]
        told.say(same, f"Le contenu révélé de la ligne {index} est celui que la ligne annonçait.")
        told.revealed += 1


def check_earlier(folder: "Path", key: "Path", told: "Told") -> None:
    origin, size, root, _, _ = checkpoint(folder / "scelle.checkpoint")
    before, old = folder / "anterieur.checkpoint", folder / "cle-publique-anterieure.pem"
    name, earlier, earlier_root, _, _ = checkpoint(before)
    good = name == origin and signed(before, old if old.exists() else key)
    told.say(good, f"Le scellé antérieur, {counted(earlier, 'ligne')}, est signé par la clé.")
    if not (folder / "anterieur.preuve").exists():
        check_lost(folder, earlier, earlier_root, told)
        return
    _, of, hashes = read_path(folder / "anterieur.preuve")
    good = of == size and prolongs(earlier, earlier_root, size, root, hashes)
    told.say(good, "Le registre prolonge le scellé antérieur : rien n’y a été changé ni retiré entre les deux.")


def check_lost(folder: "Path", earlier: "int", root: "bytes", told: "Told") -> None:
    """Une ligne jointe dit-elle que le registre a perdu, à une restauration, ce que le scellé antérieur couvre ?"""
    for path in (folder / f"{name}.json" for name in names_in(folder)):
        event = json.loads(path.read_bytes() if path.exists() else '{"type": ""}')
        if event["type"] == "register.restored" and event["seq"] <= earlier:
            longest, when = event["data"]["size"], moment(event["recorded_at"])
            if event["seq"] < earlier < longest or (earlier == longest and root.hex() == event["data"]["root"]):
                told.lost, gone = True, counted(max(1, longest - event["seq"]), "ligne")
                said = f"La restauration du {when}, ligne {event['seq']}, a perdu {gone} et le dit : elle explique le scellé antérieur"
                told.say(True, said + (", dont la racine n’est comparée à rien." if earlier < longest else "."))
                return
    told.say(False, "Rien ne relie le scellé antérieur au registre.")


def conclude(told: "Told", size: "int") -> None:
    """Dire en mots ce qui est prouvé, et ce qui ne l'est pas."""
    before = counted(size, "ligne")
    print("\nCe qui est prouvé :")
    print(f"- Quand le registre avait {before}, {counted(told.lines, 'ligne')} ci-dessus y étaient,")
    print("  telles qu’elles ont été écrites.")
    for number, story in told.certificates.items():
        print(f"- Certificat n° {number}, dans l’ordre : {' ; '.join(story)}.")
    if told.revealed:
        print("- Le contenu révélé est celui que le service avait enregistré : le nom qui s’y lit est celui de ces")
        print("  lignes.")
    print("\nCe qui ne l’est pas :")
    if not told.revealed:
        print("- De qui il s’agit : aucun nom n’est joint. Le service peut révéler ce que les lignes protègent")
        print("  (--reveal).")
    if told.certificates:
        print("- Qu’aucune autre ligne ne nomme ce certificat (retrait, annulation, rectification, duplicata) : le")
        print(f"  service déclare avoir joint toutes celles qui existaient à {before}, et une preuve ne montre que ce")
        print("  qu’elle contient. Le registre entier le montre : « cyclesync ledger export », puis, dans son dossier,")
        print("  « python3 verifier.py --certificat N° ». Rien ici ne dit ce qui a été écrit depuis.")
    if told.lost:
        print("- Ce que disaient les lignes perdues : le registre dit combien, les pièces signées disent quoi.")
    print("- Que ce qui est écrit est vrai : les pièces signées en font foi, et le registre les désigne.")


def main(folder: "Path") -> "int":
    told, wrong = Told(), misshapen(folder)
    if wrong:
        print(f"NON  Le fichier {wrong} manque, ou n’est pas tel qu’il a été remis.\nNON CONFORME")
        return 1
    key, seal = folder / "cle-publique.pem", folder / "scelle.checkpoint"
    origin, size, root, _, _ = checkpoint(seal)
    if origin.startswith("demo/"):
        print("SPÉCIMEN – démonstration : personnes, dates et décisions fictives.\n")
    lines = counted(size, "ligne")
    told.say(signed(seal, key), f"Le scellé du registre « {origin} », {lines}, est signé par la clé jointe.")
    for name in names_in(folder):
        missing = [name + end for end in (".json", ".preuve") if not (folder / (name + end)).exists()]
        if missing:
            told.say(False, f"Le fichier {missing[0]} manque : rien n’est prouvé de cette ligne.")
        else:
            check_line(folder / f"{name}.json", size, root, told)
    if not names_in(folder):
        told.say(False, "Aucune ligne n’est jointe : rien n’est prouvé.")
    if (folder / "anterieur.checkpoint").exists():
        check_earlier(folder, key, told)
    good = all(told.results)
    print("CONFORME" if good else "NON CONFORME")
    if good:
        conclude(told, size)
    print(f"\nEmpreinte de la clé publique, à comparer à celle que le service publie :\n  {sha(public_der(key)).hex()}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8")
    try:
        sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        print("NON  Un fichier de la preuve manque, ou n’est pas tel qu’il a été remis.\nNON CONFORME")
        sys.exit(1)
