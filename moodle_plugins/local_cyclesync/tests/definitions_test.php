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

namespace local_cyclesync;

use core_external\external_api;
use core_external\external_description;
use core_external\external_multiple_structure;
use core_external\external_single_structure;

/**
 * The definitions of the functions are those that the client's tests know (tests/definitions.json).
 *
 * To write the file again, name it in the environment variable CYCLESYNC_DEFINITIONS.
 *
 * @package    local_cyclesync
 * @copyright  2026 the cyclesync contributors
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 * @coversNothing
 */
final class definitions_test extends \advanced_testcase {
    /** Names of what Moodle calls required, default and optional. */
    private const PRESENCE = [VALUE_REQUIRED => 'required', VALUE_DEFAULT => 'default', VALUE_OPTIONAL => 'optional'];

    public function test_definitions_are_as_published(): void {
        $functions = [];
        foreach ($this->names() as $name) {
            $info = external_api::external_function_info($name);
            $functions[$name] = [
                'component' => $info->component, 'type' => $info->type, 'capabilities' => $info->capabilities,
                'parameters' => self::node($info->parameters_desc), 'returns' => self::node($info->returns_desc),
            ];
        }
        $json = json_encode(
            ['functions' => $functions],
            JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE,
        ) . "\n";
        $path = getenv('CYCLESYNC_DEFINITIONS');
        if ($path) {
            file_put_contents($path, $json);
        }
        $this->assertSame(file_get_contents(__DIR__ . '/definitions.json'), $json);
    }

    /**
     * Names of the functions of the plugin.
     *
     * @return string[]
     */
    private function names(): array {
        global $DB;
        return $DB->get_fieldset_select('external_functions', 'name', 'component = ? ORDER BY name', ['local_cyclesync']);
    }

    /**
     * One node of a definition.
     *
     * @param external_description $description the node
     * @return array
     */
    private static function node(external_description $description): array {
        $node = ['type' => 'value', 'presence' => self::PRESENCE[$description->required]];
        if ($description->required === VALUE_DEFAULT) {
            $node['default'] = $description->default;
        }
        $node['nullable'] = (bool) $description->allownull;
        if ($description instanceof external_multiple_structure) {
            return ['type' => 'list'] + $node + ['children' => self::node($description->content)];
        }
        if ($description instanceof external_single_structure) {
            return ['type' => 'object'] + $node + ['children' => array_map([self::class, 'node'], $description->keys)];
        }
        return $node + ['paramtype' => $description->type];
    }
}
