"""The rules of lint: stable codes, what each means in French and English, and which profiles ask for it."""

from __future__ import annotations

from dataclasses import dataclass

from sync_service.domain.scorm import Finding, Severity

PROFILES = ("adl", "moodle", "app")
"""adl: the specification. moodle: what Moodle 4.5 really does with a package. app: Moodle, and its mobile app."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; ``{0}`` in a message stands for the detail that was seen."""

    severity: Severity
    profiles: frozenset[str]
    french: str
    english: str


_ALL = frozenset(PROFILES)
_ADL = frozenset({"adl"})
_MOODLE = frozenset({"moodle", "app"})
_APP = frozenset({"app"})


def _error(profiles: frozenset[str], french: str, english: str) -> Rule:
    return Rule(Severity.ERROR, profiles, french, english)


def _warning(profiles: frozenset[str], french: str, english: str) -> Rule:
    return Rule(Severity.WARNING, profiles, french, english)


RULES = {
    # 1xx: the zip
    "S101": _error(_ALL, "Ce fichier n’est pas un zip lisible : refaites-le.", "Not a readable zip."),
    "S102": _error(_ALL, "imsmanifest.xml manque : ce n’est pas un paquet SCORM.", "imsmanifest.xml is missing."),
    "S103": _error(_ALL, "imsmanifest.xml n’est pas à la racine : zippez le contenu du dossier, pas le dossier.",
                   "imsmanifest.xml is not at the root of the zip."),
    "S104": _error(_ALL, "Le manifeste doit s’appeler imsmanifest.xml, tout en minuscules.",
                   "The manifest's name must be imsmanifest.xml in lower case."),
    "S105": _error(_MOODLE, "Moodle refuse un nom qui commence par « ./ » : refaites le zip.",
                   "Moodle refuses an entry that begins with './'."),
    "S106": _error(_MOODLE, "Moodle enlève ou change des caractères de ce nom : employez a-z, 0-9, « . », « _ », « - ».",
                   "Moodle removes or changes characters of this name."),
    "S107": _error(_MOODLE, "Une fois nettoyé par Moodle, ce nom est celui d’un autre fichier ({0}).",
                   "Once cleaned by Moodle this name collides with {0}."),
    "S108": _error(_MOODLE, "Nom accentué écrit sans l’indicateur UTF-8 : Moodle le lira de travers.",
                   "Non-ASCII name without the UTF-8 flag: Moodle misreads it."),
    "S109": _warning(_MOODLE, "Nom avec des caractères non ASCII : renommez-le sans accent.", "Non-ASCII name."),
    "S110": _warning(_MOODLE, "Paquet de {0} Mo une fois ouvert : trop lourd pour un téléphone.",
                     "The package is {0} MB once opened."),
    "S111": _error(_ALL, "Ce fichier du zip est chiffré ou abîmé.", "Encrypted or damaged entry."),
    "S112": _warning(_ALL, "Fichier de système ou caché : retirez-le du paquet.", "Hidden or system file."),
    "S113": _error(_MOODLE, "Moodle sert « {0} » comme du texte : le navigateur refusera de l’exécuter ; employez .js.",
                   "Moodle serves {0} as text: browsers refuse to run it."),
    "S114": _warning(_MOODLE, "Moodle ne connaît pas le type « {0} » : préférez png, jpg ou svg, et des polices du système.",
                     "Moodle does not know the type {0}."),
    # 2xx: the manifest as XML
    "S201": _error(_ALL, "imsmanifest.xml n’est pas du XML bien formé : {0}", "imsmanifest.xml is not well-formed: {0}"),
    "S202": _error(_MOODLE, "Les éléments IMS portent un préfixe ({0}) : Moodle n’y verra aucun contenu.",
                   "IMS elements are prefixed ({0}): Moodle imports an empty package."),
    "S203": _error(_MOODLE, "Le préfixe ADL s’appelle « {0} » et non « adlcp » : Moodle prendra le SCO pour un document.",
                   "The ADL prefix is {0}, not adlcp: Moodle takes the SCO for an asset."),
    "S204": _error(_ALL, "Version SCORM absente ou illisible ({0}) : Moodle supposera 1.2.",
                   "schemaversion missing or unusual ({0})."),
    "S205": _error(_ADL, "« schema » doit valoir ADL SCORM ({0}).", "schema must be ADL SCORM ({0})."),
    "S206": _warning(_ALL, "Le manifeste contient une DOCTYPE : retirez-la.", "The manifest has a DOCTYPE."),
    "S207": _error(_ALL, "L’identifiant « {0} » sert deux fois.", "Identifier {0} is used twice."),
    "S208": _error(_ALL, "L’identifiant « {0} » n’est pas un nom XML en ASCII de 200 caractères au plus.",
                   "Identifier {0} is not an ASCII XML name of at most 200 characters."),
    "S209": _error(_ADL, "L’élément « {0} » n’est pas à sa place.", "Element {0} is out of order."),
    "S210": _error(_MOODLE, "imsss:mapInfo fait échouer l’import de Moodle 4.5 : retirez les objectifs globaux.",
                   "imsss:mapInfo crashes the import of Moodle 4.5."),
    "S211": _warning(_MOODLE, "Moodle ignore les règles de séquencement : ne comptez pas dessus.",
                     "Moodle ignores sequencing rules."),
    "S212": _error(_MOODLE, "Moodle ignore xml:base sur « {0} » : écrivez les chemins en entier.",
                   "Moodle ignores xml:base on {0}."),
    "S213": _warning(_ADL, "schemaLocation cite « {0} », absent du paquet.", "schemaLocation names {0}, not shipped."),
    # 3xx: organisations and items
    "S301": _error(_ALL, "Le manifeste n’a aucune organisation avec un élément.", "No organization with an item."),
    "S302": _error(_ALL, "L’organisation par défaut « {0} » n’existe pas.", "Default organization {0} does not exist."),
    "S303": _error(_ALL, "L’élément renvoie à une ressource absente : « {0} ».", "identifierref {0} is dangling."),
    "S304": _error(_ALL, "Aucun élément ne lance de SCO : Moodle n’aura rien à ouvrir.", "No item launches a SCO."),
    "S305": _error(_ALL, "Titre manquant ou vide.", "Missing or empty title."),
    "S306": _error(_MOODLE, "Titre de {0} caractères : Moodle échoue au-delà de 255.", "Title of {0} characters."),
    "S307": _error(_MOODLE, "Moodle efface un texte réduit à « 0 » : écrivez autre chose.", "Moodle drops the text '0'."),
    "S308": _warning(_MOODLE, "Titre sur plusieurs lignes : Moodle garde les retours à la ligne.", "Title on several lines."),
    "S309": _warning(_MOODLE, "{0} SCO dans un paquet : l’achèvement d’un seul peut suffire à Moodle.",
                     "{0} SCOs in one package."),
    "S310": _error(_ALL, "masteryscore « {0} » : écrivez un nombre entier de 0 à 100.",
                   "masteryscore {0} is not a whole number from 0 to 100."),
    "S311": _warning(_MOODLE, "adlcp:prerequisites ne bloque rien dans Moodle : employez les restrictions d’accès.",
                     "adlcp:prerequisites blocks nothing in Moodle."),
    "S312": _warning(_MOODLE, "L’identifiant « {0} » semble tiré au hasard : s’il change, les résultats sont effacés.",
                     "Identifier {0} looks random: results are erased when it changes."),
    "S313": _warning(_MOODLE, "minProgressMeasure « {0} » : écrivez 1, Moodle compare des textes.",
                     "minProgressMeasure {0}: write 1, Moodle compares texts."),
    "S314": _error(_ADL, "L’élément vise une ressource sans page de lancement : « {0} ».",
                   "The item's resource {0} has no href."),
    "S315": _error(_ALL, "masteryscore n’existe pas en SCORM 2004 : employez minNormalizedMeasure.",
                   "masteryscore does not exist in SCORM 2004: use minNormalizedMeasure."),
    "S316": _error(_ALL, "minNormalizedMeasure « {0} » : écrivez un nombre de -1 à 1, comme 0.6.",
                   "minNormalizedMeasure {0} is not a number from -1 to 1."),
    # 4xx: resources and files
    "S401": _error(_ALL, "La page de lancement « {0} » manque dans le zip.", "Launch file {0} is not in the zip."),
    "S402": _error(_ALL, "« {0} » n’existe qu’avec d’autres majuscules : Moodle ne le trouvera pas.",
                   "{0} exists only in another case."),
    "S403": _error(_ALL, "Le manifeste cite « {0} », absent du zip.", "Listed file {0} is not in the zip."),
    "S404": _warning(_ADL, "Ce fichier n’est cité par aucune ressource du manifeste.", "Not listed by any resource."),
    "S405": _error(_ALL, "scormtype « {0} » : écrivez sco ou asset, en minuscules.", "scormtype {0}: write sco or asset."),
    "S406": _error(_ADL, "type « {0} » : une ressource est de type webcontent.", "Resource type {0} is not webcontent."),
    "S407": _error(_MOODLE, "L’adresse de lancement contient un guillemet : Moodle l’écrit tel quel dans du JavaScript.",
                   "Quote in the launch address."),
    "S408": _error(_MOODLE, "Le SCO est sur un autre site ({0}) : il ne trouvera pas le suivi de Moodle.",
                   "The SCO is on another site ({0})."),
    "S409": _warning(_MOODLE, "La page de lancement « {0} » n’est pas du HTML.", "Launch file {0} is not HTML."),
    "S410": _error(_ADL, "L’attribut s’écrit scormtype en SCORM 1.2 et scormType en 2004 (ici {0}).",
                   "The attribute is scormtype in SCORM 1.2 and scormType in 2004 (here {0})."),
    # 5xx: pages and scripts
    "S501": _warning(_MOODLE, "Script dans la page : un site qui a une CSP le bloque ; mettez-le dans un fichier .js.",
                   "Inline script."),
    "S502": _warning(_MOODLE, "Gestionnaire « {0} » dans la page : mettez-le dans un fichier .js.", "Inline handler {0}."),
    "S503": _warning(_MOODLE, "eval ou new Function : un site qui a une CSP le bloque.", "eval or new Function."),
    "S504": _error(_MOODLE, "La page charge « {0} » d’un autre site : mettez le fichier dans le paquet.",
                   "Loads {0} from another site."),
    "S505": _error(_ALL, "La page cite « {0} », absent du zip (les majuscules comptent).",
                   "The page names {0}, not in the zip."),
    "S506": _warning(_MOODLE, "L’événement unload ne sera plus entendu : employez pagehide.",
                     "Uses the unload event, which browsers are dropping."),
    "S507": _warning(_MOODLE, 'La page ne dit pas sa langue : <html lang="fr">.', "The page has no lang."),
    "S508": _warning(_MOODLE, "La page n’a pas de titre (<title>).", "The page has no title."),
    "S509": _warning(_ALL, "Aucun fichier ne parle de lesson_status ni de completion_status : rien ne sera achevé.",
                     "No file mentions lesson_status or completion_status."),
    "S510": _warning(_MOODLE, "Une image n’a pas de texte de remplacement (alt).", "An image has no alt."),
    "S511": _warning(_ALL, "Le manifeste est en {0}, mais les scripts ne parlent que l’autre édition : rien ne sera suivi.",
                     "The manifest is {0} but the scripts speak the other edition only."),
    # 7xx: the mobile app; 8xx: the previous package
    "S701": _error(_APP, "L’application mobile de Moodle n’ouvre que SCORM 1.2 (ici {0}).",
                   "The Moodle app plays SCORM 1.2 only (this is {0})."),
    "S801": _error(_MOODLE, "L’ancien paquet avait « {0} », le nouveau ne l’a plus : Moodle effacerait les résultats.",
                   "Item {0} is gone: Moodle would erase its results."),
    "S802": _error(_MOODLE, "L’ancien paquet était en {0} : les résultats ne seraient plus lus.",
                   "The previous package was {0}: results would no longer be read."),
    "S803": _error(_ALL, "L’ancien paquet ne peut pas être lu : {0}", "The previous package cannot be read: {0}"),
}  # fmt: skip


def finding(code: str, where: str, detail: object = "") -> Finding:
    """Make the finding of rule ``code`` at ``where``."""
    rule = RULES[code]
    return Finding(code, rule.severity, where, rule.french.format(detail), rule.english.format(detail))
