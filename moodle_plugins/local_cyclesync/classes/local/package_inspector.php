<?php
// This file is part of Moodle - https://moodle.org/
//
// Moodle is free software: you can redistribute it and/or modify
// it under the terms of the GNU General Public License as published by
// the Free Software Foundation, either version 3 of the License, or
// (at your option) any later version.
//
// Moodle is distributed in the hope that it will be useful,
// but WITHOUT ANY WARRANTY; without even the implied warranty of
// MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
// GNU General Public License for more details.
//
// You should have received a copy of the GNU General Public License
// along with Moodle.  If not, see <https://www.gnu.org/licenses/>.

namespace local_cyclesync\local;

/**
 * Reads a SCORM package without unpacking it, before Moodle does. Needs nothing of Moodle.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class package_inspector {
    /** Largest manifest that is read, in bytes. */
    private const MAX_MANIFEST = 5000000;

    /** Largest content once unpacked, in bytes, whatever the zip weighs. */
    private const MAX_UNPACKED = 2000000000;

    /** Most files in a package: Moodle writes a row for each. */
    private const MAX_ENTRIES = 20000;

    /**
     * Check a package; say the identifiers that Moodle will keep learners' tracks by, and the edition that it will speak.
     *
     * @param string $path path of a zip file
     * @param int $unpacked largest content once unpacked, in bytes
     * @param int $entries most files
     * @return array{edition: string, identifiers: string[]} edition as Moodle writes it (SCORM_1.2 or SCORM_1.3, which is
     *     2004), identifiers of the organisations and items of the manifest
     * @throws refusal (invalid) saying what is wrong
     */
    public static function inspect(
        string $path,
        int $unpacked = self::MAX_UNPACKED,
        int $entries = self::MAX_ENTRIES,
    ): array {
        $zip = new \ZipArchive();
        if ($zip->open($path, \ZipArchive::RDONLY) !== true) {
            throw new refusal('invalid', 'package: not a zip file');
        }
        try {
            self::check_size($zip, $unpacked, $entries);
            $names = self::entry_names($zip);
            $document = self::manifest(self::manifest_text($zip));
            return [
                'edition' => self::edition($document),
                'identifiers' => self::identifiers($document, self::launchable($document, $names)),
            ];
        } finally {
            $zip->close();
        }
    }

    /**
     * Identifiers of a package now in Moodle whose tracks would be lost with another package: those that it does not have,
     * and all of them when it is of another edition, since the player then reads and writes other names beside them.
     *
     * @param string $edition edition in Moodle
     * @param string[] $present identifiers in Moodle
     * @param array $next what inspect() said of the new package
     * @return string[]
     */
    public static function lost(string $edition, array $present, array $next): array {
        $kept = $edition === $next['edition'] ? $next['identifiers'] : [];
        return array_values(array_diff(array_unique($present), $kept));
    }

    /**
     * Refuse what would fill the disk when Moodle unpacks it.
     *
     * @param \ZipArchive $zip the package
     * @param int $unpacked largest content, in bytes
     * @param int $entries most files
     */
    private static function check_size(\ZipArchive $zip, int $unpacked, int $entries): void {
        if ($zip->numFiles > $entries) {
            throw new refusal('invalid', "package: more than $entries files");
        }
        $total = 0;
        for ($i = 0; $i < $zip->numFiles; $i++) {
            $total += (int) ($zip->statIndex($i)['size'] ?? 0);
            if ($total > $unpacked) {
                throw new refusal('invalid', "package: more than $unpacked bytes once unpacked");
            }
        }
    }

    /**
     * Names of all entries, refusing those that could leave their folder.
     *
     * @param \ZipArchive $zip the package
     * @return array name => true
     */
    private static function entry_names(\ZipArchive $zip): array {
        $names = [];
        for ($i = 0; $i < $zip->numFiles; $i++) {
            $name = (string) $zip->getNameIndex($i);
            $parts = explode('/', str_replace('\\', '/', $name));
            if ($parts[0] === '' || in_array('..', $parts, true) || preg_match('/^[A-Za-z]:/', $name)) {
                throw new refusal('invalid', "package: entry outside the package: $name");
            }
            $names[$name] = true;
        }
        return $names;
    }

    /**
     * Text of imsmanifest.xml, which must stand at the top of the package.
     *
     * @param \ZipArchive $zip the package
     * @return string
     */
    private static function manifest_text(\ZipArchive $zip): string {
        $stat = $zip->statName('imsmanifest.xml');
        if ($stat === false) {
            throw new refusal('invalid', 'package: no imsmanifest.xml at its top');
        }
        if ($stat['size'] > self::MAX_MANIFEST) {
            throw new refusal('invalid', 'package: imsmanifest.xml is too large');
        }
        return (string) $zip->getFromName('imsmanifest.xml');
    }

    /**
     * Parse the manifest.
     *
     * @param string $xml text of the manifest
     * @return \DOMDocument
     */
    private static function manifest(string $xml): \DOMDocument {
        if (stripos($xml, '<!DOCTYPE') !== false || stripos($xml, '<!ENTITY') !== false) {
            throw new refusal('invalid', 'package: imsmanifest.xml declares a document type');
        }
        $document = new \DOMDocument();
        $before = libxml_use_internal_errors(true);
        $loaded = $xml !== '' && $document->loadXML($xml, LIBXML_NONET);
        libxml_clear_errors();
        libxml_use_internal_errors($before);
        if (!$loaded || $document->documentElement->localName !== 'manifest') {
            throw new refusal('invalid', 'package: imsmanifest.xml is not well-formed');
        }
        return $document;
    }

    /**
     * The edition that Moodle will take a package for: it knows a few values by the letter and takes the rest for 1.2.
     *
     * @param \DOMDocument $document the manifest
     * @return string
     */
    private static function edition(\DOMDocument $document): string {
        $written = $document->getElementsByTagNameNS('*', 'schemaversion')->item(0)?->textContent ?? '';
        return preg_match('/^((CAM )?1\.3|2004 (3rd|4th) Edition)$/', $written) ? 'SCORM_1.3' : 'SCORM_1.2';
    }

    /**
     * Identifiers of the manifest, once it is sure that something can be launched.
     *
     * @param \DOMDocument $document the manifest
     * @param array $launchable identifiers of resources, identifier => true
     * @return string[] identifiers
     */
    private static function identifiers(\DOMDocument $document, array $launchable): array {
        $identifiers = [];
        $starts = 0;
        foreach (['organization', 'item'] as $tag) {
            foreach ($document->getElementsByTagNameNS('*', $tag) as $element) {
                $identifier = trim($element->getAttribute('identifier'));
                if ($identifier === '') {
                    throw new refusal('invalid', "package: an element $tag has no identifier");
                }
                if (isset($identifiers[$identifier])) {
                    throw new refusal('invalid', "package: identifier used twice: $identifier");
                }
                $identifiers[$identifier] = true;
                if ($tag === 'item' && $element->hasAttribute('identifierref')) {
                    self::check_target($element->getAttribute('identifierref'), $launchable);
                    $starts++;
                }
            }
        }
        if ($starts === 0) {
            throw new refusal('invalid', 'package: no item of the manifest leads to a resource');
        }
        return array_map('strval', array_keys($identifiers));
    }

    /**
     * Refuse an item that leads nowhere: Moodle would print a warning into the answer of the web service. It compares
     * identifiers to the letter, spaces included, and puts a backslash before quotes.
     *
     * @param string $target what the item names
     * @param array $launchable identifiers of resources, identifier => true
     */
    private static function check_target(string $target, array $launchable): void {
        if (!isset($launchable[$target]) || strpbrk($target, '\\\'"') !== false) {
            throw new refusal('invalid', "package: an item leads to a resource that is not there or has no page: $target");
        }
    }

    /**
     * Resources that can be launched, each with its file present; those of the manifest itself, where Moodle looks.
     *
     * @param \DOMDocument $document the manifest
     * @param array $names entries of the package, name => true
     * @return array identifier => true
     */
    private static function launchable(\DOMDocument $document, array $names): array {
        $launchable = [];
        foreach ($document->getElementsByTagNameNS('*', 'resource') as $resource) {
            $href = trim($resource->getAttribute('href'));
            if ($href === '' || $resource->parentNode?->parentNode !== $document->documentElement) {
                continue;
            }
            $external = preg_match('#^https?://#i', $href);
            $base = $resource->getAttribute('xml:base') . rawurldecode(preg_split('/[?#]/', $href)[0]);
            if (!$external && !isset($names[$base])) {
                throw new refusal('invalid', "package: file of a resource is missing: $base");
            }
            $launchable[$resource->getAttribute('identifier')] = true;
        }
        return $launchable;
    }
}
